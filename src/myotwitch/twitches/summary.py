"""Rates with exact intervals, and what an empty observation rules out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError
from myotwitch.twitches.events import Observation, Twitches
from myotwitch.units import SECONDS_PER_MINUTE

FEWEST_FOR_DISPERSION = 20
FEWEST_WINDOWS = 20
MOST_WINDOWS = 1000
MOST_COURSE_WINDOWS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """The figures of one observation.

    Parameters
    ----------
    count
        Number of discharges.
    analysed_s
        Time that was searched **[s]**.
    rate_per_min, rate_per_min_interval
        Discharges a minute of analysed time with a 95 % interval that allows for their coming in clusters **[1/min]**;
        None where nothing was analysed.
    dispersion
        Variance over mean of the counts in short windows, at least 1; 1 for chance alone, and where there is too little
        to tell.
    sources
        Number of different sources; None where the discharges were not sorted.
    smallest_detectable_uv
        See `Observation.smallest_detectable` **[uV]**.
    rate_per_min_ruled_out
        Smallest true rate that an observation without a twitch excludes with 95 % confidence **[1/min]**; None where
        twitches were found or nothing was analysed.
    """

    count: int
    analysed_s: float
    rate_per_min: float | None
    rate_per_min_interval: tuple[float, float] | None
    sources: int | None
    smallest_detectable_uv: float | None
    rate_per_min_ruled_out: float | None
    dispersion: float


def poisson_rate_interval(count: float, exposure: float, level: float = 0.95) -> tuple[float, float]:
    """Return the exact (Garwood) interval of a Poisson rate.

    Parameters
    ----------
    count
        Events seen, 0 or more; not whole where several count as one.
    exposure
        Time observed, greater than zero; the rate is per this unit.
    level
        Confidence, between 0 and 1.

    Method
    ------
    Quantiles of the gamma distribution that has the count (lower) and the count plus one (upper) as its shape.

    Sources
    -------
    Garwood F (1936) Fiducial limits for the Poisson distribution. Biometrika 28:437-442.

    Examples
    --------
    >>> low, high = poisson_rate_interval(0, 1.0)
    >>> low, round(high, 3)
    (0.0, 3.689)
    """
    from scipy.special import gammaincinv

    if count < 0 or not exposure > 0 or not 0 < level < 1:
        raise RequestError(f"No Poisson interval for {count} events in {exposure} at level {level}.")
    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    high = float(gammaincinv(count + 1, 1 - tail))
    return low / exposure, high / exposure


def dispersion_of(onset_s: NDArray[np.float64], analysed_s: float, recorded_s: float) -> float:
    """Return variance over mean of the counts in windows of the recording, at least 1.

    Method
    ------
    Windows of the length in which two discharges are expected, at least 1 s, from 20 to 1,000 of them; then windows
    four times as long; then 20 over the recording. The largest of the three holds, for clusters may be short or long.
    With fewer than 20 discharges there is too little to tell. Windows that were not searched lower the mean and raise
    the variance, so that the interval is rather too wide than too narrow.

    Limits
    ------
    Clusters that last longer than a twentieth of the recording are seen in part, and the interval is then too narrow.

    Examples
    --------
    >>> bool(dispersion_of(np.arange(100) * 10.0, 1000.0, 1000.0) == 1.0)
    True
    """
    count = onset_s.size
    if count < FEWEST_FOR_DISPERSION or analysed_s <= 0:
        return 1.0
    most = int(np.clip(min(count / 2, recorded_s), FEWEST_WINDOWS, MOST_WINDOWS))
    ratios = [1.0]
    for windows in {most, max(most // 4, FEWEST_WINDOWS), FEWEST_WINDOWS}:
        counts = np.histogram(onset_s, bins=windows, range=(0.0, recorded_s))[0]
        ratios.append(float(counts.var(ddof=1) / counts.mean()))
    return max(ratios)


def summarise(twitches: Twitches) -> Summary:
    """Return count, rate with its interval, number of sources, and what the observation could and could not show.

    Method
    ------
    The interval is Garwood's of the count over the dispersion, times the dispersion: as if each cluster were one event.
    """
    observation = twitches.observation
    count = len(twitches)
    minutes = observation.analysed_s / SECONDS_PER_MINUTE
    sorted_sources = np.unique(twitches.source[twitches.source >= 0])
    dispersion = dispersion_of(twitches.onset_s, observation.analysed_s, observation.recorded_s)
    return Summary(
        count=count,
        analysed_s=observation.analysed_s,
        rate_per_min=count / minutes if minutes > 0 else None,
        rate_per_min_interval=poisson_rate_interval(count / dispersion, minutes / dispersion) if minutes > 0 else None,
        sources=int(sorted_sources.size) if sorted_sources.size or count == 0 else None,
        smallest_detectable_uv=observation.smallest_detectable,
        rate_per_min_ruled_out=-math.log(0.05) / minutes if minutes > 0 and count == 0 else None,
        dispersion=dispersion,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseWindow:
    """One window of the course over a recording: its ends, how much of it was searched **[s]**, and the discharges."""

    start_s: float
    stop_s: float
    analysed_s: float
    count: int


def course_of(twitches: Twitches) -> tuple[CourseWindow, ...]:
    """Return the discharges in windows of a minute, or of longer ones so that there are at most 60."""
    observation = twitches.observation
    length_s = max(SECONDS_PER_MINUTE, math.ceil(observation.recorded_s / MOST_COURSE_WINDOWS))
    edges = np.append(np.arange(0.0, observation.recorded_s, length_s), observation.recorded_s)
    counts = np.histogram(twitches.onset_s, bins=edges)[0] if edges.size > 1 else np.zeros(0, dtype=np.int64)
    silent = unsearched_stretches(observation)
    return tuple(
        CourseWindow(
            start_s=float(start),
            stop_s=float(stop),
            analysed_s=float(stop - start - _overlap_s(silent, start, stop)),
            count=int(count),
        )
        for start, stop, count in zip(edges[:-1], edges[1:], counts, strict=True)
    )


def unsearched_stretches(observation: Observation) -> list[tuple[float, float]]:
    """Return when no usable channel was searched **[s]**, in order."""
    usable = {channel.name for channel in observation.channels if channel.usable}
    if not usable:
        return [(0.0, observation.recorded_s)]
    steps = sorted(
        (time_s, change, name)
        for stretch in observation.excluded
        for name in stretch.channels
        if name in usable
        for time_s, change in ((stretch.start_s, 1), (stretch.stop_s, -1))
    )
    depth = dict.fromkeys(usable, 0)
    silent: list[tuple[float, float]] = []
    hidden, since = 0, 0.0
    for time_s, change, name in steps:
        was_hidden = depth[name] > 0
        depth[name] += change
        hidden += int(depth[name] > 0) - int(was_hidden)
        if hidden == len(usable) and not was_hidden and change > 0:
            since = time_s
        elif hidden == len(usable) - 1 and was_hidden and depth[name] == 0 and time_s > since:
            silent.append((since, time_s))
    return silent


def _overlap_s(stretches: Sequence[tuple[float, float]], start_s: float, stop_s: float) -> float:
    return sum(max(0.0, min(stop, stop_s) - max(start, start_s)) for start, stop in stretches)
