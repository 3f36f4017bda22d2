"""Firing: how the discharges of a source follow one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Floats
from myotwitch.twitches.events import is_isolated

FEWEST_FOR_BURSTS = 12
LONGEST_BURST_INTERVAL_S = 10.0
QUARTILES_TO_SD = 1.35
SMOOTHING = 5
"""Discharges over whose median the course of size and rate is taken."""
COURSE = (0.1, 0.9)
LOCKED_SHARE = 0.8
DOUBLET_S = 0.025


@dataclass(frozen=True, kw_only=True, slots=True)
class Bursts:
    """How discharges come in groups.

    Parameters
    ----------
    count
        Groups, single discharges among them.
    size
        Median of the discharges in a group.
    single_share
        Share of the groups that are one discharge alone.
    rate_within_hz
        Discharges a second within a group **[Hz]**.
    rate_hz
        Groups a second **[Hz]**, pauses over 10 s left out.
    variation
        SD over the mean of the intervals from group to group, from their quartiles.
    pause_ratio
        A short pause between groups (the tenth part) over a long interval within (the ninth): above 1 the two are
        apart.
    pause_s
        Interval that parts groups **[s]**.
    """

    count: int
    size: float
    single_share: float
    rate_within_hz: float
    rate_hz: float
    variation: float
    pause_ratio: float
    pause_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Firing:
    """How the discharges of one source follow one another.

    Parameters
    ----------
    count
        Discharges.
    rate_hz
        One over the median interval **[Hz]**.
    unevenness
        Median of the difference of consecutive intervals over their mean; 0 for a clock, 1 for chance alone. Slow
        change of rate does not raise it.
    size_change, rate_change
        Size and rate at their high over those at their low (the ninth tenth over the first of their course).
    lasting_s
        From the first to the last discharge **[s]**.
    doublet_share
        Share of the discharges that the next follows within 25 ms.
    isolated_share
        Share of the discharges without another of the source within 250 ms.
    bursts
        None where there are too few discharges.
    """

    count: int
    rate_hz: float
    unevenness: float
    size_change: float
    rate_change: float
    lasting_s: float
    doublet_share: float
    isolated_share: float
    bursts: Bursts | None


def firing_of(onset_s: Floats, size: Floats) -> Firing | None:
    """Return how discharges of ascending onsets and positive sizes follow one another; None for fewer than 4.

    Sources
    -------
    Unevenness: the proportional difference of consecutive intervals tells fibrillation from end-plate activity best of
    all figures of rhythm (Heckmann and Ludin 1982, doi 10.1136/jnnp.45.4.331).

    Examples
    --------
    >>> firing = firing_of(np.arange(50) * 0.1, np.ones(50))
    >>> round(firing.rate_hz), round(firing.unevenness, 3)
    (10, 0.0)
    """
    if onset_s.size < 4:
        return None
    intervals = np.maximum(np.diff(onset_s), 1e-6)
    uneven = 2 * np.abs(np.diff(intervals)) / (intervals[1:] + intervals[:-1])
    usual = intervals[intervals <= 2 * np.median(intervals)]
    return Firing(
        count=int(onset_s.size),
        rate_hz=float(1 / np.median(intervals)),
        unevenness=float(np.median(uneven)),
        size_change=_change(size),
        rate_change=_change(1 / usual),
        lasting_s=float(onset_s[-1] - onset_s[0]),
        doublet_share=float((intervals <= DOUBLET_S).sum() / onset_s.size),
        isolated_share=float(is_isolated(onset_s).mean()),
        bursts=_bursts(onset_s, intervals),
    )


def burst_of_each(onset_s: Floats, pause_s: float) -> NDArray[np.int64]:
    """Return the number of the group of each discharge, where groups are apart by more than `pause_s`."""
    return np.asarray(np.concatenate(([0], np.cumsum(np.diff(onset_s) > pause_s))), dtype=np.int64)


def nearest_lag(own_s: Floats, other_s: Floats) -> Floats:
    """Return for each time by how much the nearest of the others, ascending and at least one, is later **[s]**."""
    after = np.searchsorted(other_s, own_s)
    behind = other_s[np.clip(after - 1, 0, other_s.size - 1)] - own_s
    ahead = other_s[np.clip(after, 0, other_s.size - 1)] - own_s
    return np.where(np.abs(behind) < np.abs(ahead), behind, ahead)


def is_locked(own_s: Floats, other_s: Floats, reach_s: float, within_s: float) -> bool:
    """Tell whether most discharges have one of another source near, always about as long before or after.

    Parameters
    ----------
    own_s, other_s
        Onsets **[s]**, ascending, at least one each.
    reach_s
        How near **[s]**.
    within_s
        How much the time between them may vary **[s]**.
    """
    lag = nearest_lag(own_s, other_s)
    near = lag[np.abs(lag) < reach_s]
    if near.size < LOCKED_SHARE * lag.size:
        return False
    return bool(np.median(np.abs(near - np.median(near))) < within_s)


def _change(values: Floats) -> float:
    if values.size < 2 * SMOOTHING:
        return 1.0
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(values, SMOOTHING), axis=1)
    low, high = np.quantile(smooth, COURSE)
    return float(high / max(low, 1e-9))


def _bursts(onset_s: Floats, intervals: Floats) -> Bursts | None:
    """Return the groups into which the interval falls apart that parts the logarithms of intervals best (Otsu 1979)."""
    if intervals.size < FEWEST_FOR_BURSTS:
        return None
    ordered = np.sort(np.log(intervals))
    below = np.arange(2, ordered.size - 1)
    sums = np.cumsum(ordered)
    low, high = sums[below - 1] / below, (sums[-1] - sums[below - 1]) / (ordered.size - below)
    cut = int(below[np.argmax(below * (ordered.size - below) * (high - low) ** 2)])
    pause_s = float(np.exp((ordered[cut - 1] + ordered[cut]) / 2))
    short, long = np.exp(ordered[:cut]), np.exp(ordered[cut:])
    group = burst_of_each(onset_s, pause_s)
    sizes = np.bincount(group)
    starts = onset_s[np.flatnonzero(np.diff(group, prepend=-1))]
    between = np.diff(starts)
    between = between[between <= LONGEST_BURST_INTERVAL_S]
    usual = float(np.median(between)) if between.size else np.inf
    spread = np.subtract(*np.quantile(between, (0.75, 0.25))) / QUARTILES_TO_SD if between.size else np.inf
    return Bursts(
        count=int(sizes.size),
        size=float(np.median(sizes)),
        single_share=float((sizes == 1).mean()),
        rate_within_hz=float(1 / np.median(short)),
        rate_hz=1 / usual,
        variation=float(spread / usual) if between.size else np.inf,
        pause_ratio=float(np.quantile(long, 0.1) / np.quantile(short, 0.9)),
        pause_s=pause_s,
    )
