"""Trend of the rate, and whether bouts come in bursts; each says *cannot tell* where the diary does not show it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import stdtrit

from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_process import FloatArray
from myotwitch.course.changes_regression import Interval, effects_under_drift
from myotwitch.units import HOURS_PER_DAY

DAYS_PER_MONTH = 30.4375
TREND_DAYS = 90
"""A trend is that of so many last days **[days]**."""
FEWEST_DAYS = 21
"""Watched days below which no trend and no pattern is told."""
TREND_SD = 0.5
"""Standard deviation of a trend a month before the diary is seen, on the log rate."""
STEADY = (0.9, 1 / 0.9)
"""A trend whose interval lies within is none."""
EVENLY = (0.8, 1.25)
"""A clustering index whose interval lies within is none. The usual drift alone makes about 1.15."""
NEAR_H = 1.0
"""Bouts so close to each other are of one burst **[h]**."""


class Verdict(StrEnum):
    """What a diary shows of a pattern."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    CANNOT_TELL = "cannot_tell"


class TrendVerdict(StrEnum):
    """Where the rate is going."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, kw_only=True, slots=True)
class RateTrend:
    """By what the rate is multiplied a month, with its 95 % interval that allows for drift."""

    ratio_per_month: Interval
    verdict: TrendVerdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Bursts:
    """Whether bouts come in bursts.

    Parameters
    ----------
    clustering_index
        Pairs of bouts within an hour, over what there would be if the bouts of each day were spread evenly over its
        watched time; None where there are too few.
    fano_factor
        Variance of the counts of days over what it would be if bouts came at a constant rate in watched time; 1 for no
        clustering at all; None where there are too few days.
    verdict
        By the index.
    """

    clustering_index: Interval | None
    fano_factor: Interval | None
    verdict: Verdict


def trend_of(days: WatchedDays) -> RateTrend:
    """Return the trend of the last `TREND_DAYS` days."""
    bouts, exposure = days.bouts[-TREND_DAYS:], days.exposure_h[-TREND_DAYS:]
    if np.count_nonzero(exposure) < FEWEST_DAYS:
        unknown = Interval(value=1.0, low=float(np.exp(-1.96 * TREND_SD)), high=float(np.exp(1.96 * TREND_SD)))
        return RateTrend(ratio_per_month=unknown, verdict=TrendVerdict.CANNOT_TELL)
    months = (np.arange(len(bouts), dtype=np.float64) - len(bouts) / 2) / DAYS_PER_MONTH
    ratio = effects_under_drift(bouts, exposure, months[:, np.newaxis], np.full(1, TREND_SD))[0].ratio()
    if ratio.low > 1:
        verdict = TrendVerdict.RISING
    elif ratio.high < 1:
        verdict = TrendVerdict.FALLING
    else:
        is_steady = STEADY[0] < ratio.low and ratio.high < STEADY[1]
        verdict = TrendVerdict.STEADY if is_steady else TrendVerdict.CANNOT_TELL
    return RateTrend(ratio_per_month=ratio, verdict=verdict)


def bursts_of(days: WatchedDays, stretches: FloatArray, times: FloatArray, *, offset_h: float = 0.0) -> Bursts:
    """Return whether bouts come in bursts.

    Parameters
    ----------
    days
        The watched days.
    stretches
        float64[stretches, 2]: watched stretches, merged and in order **[h since 1970, UTC]**.
    times
        float64[bouts]: when bouts were noticed, within these stretches, in order; an entry that stands for several
        counts once **[h since 1970, UTC]**.
    offset_h
        Offset from UTC of the person's clock **[h]**.
    """
    index = _clustering_index(stretches, times, offset_h)
    if index is None:
        verdict = Verdict.CANNOT_TELL
    elif index.low > EVENLY[1]:
        verdict = Verdict.SEEN
    else:
        is_even = EVENLY[0] < index.low and index.high < EVENLY[1]
        verdict = Verdict.NOT_SEEN if is_even else Verdict.CANNOT_TELL
    return Bursts(clustering_index=index, fano_factor=_fano_factor(days), verdict=verdict)


def ratio_over_clusters(above: FloatArray, below: FloatArray) -> Interval | None:
    """Return the ratio of two sums over independent clusters with its 95 % interval, by the jackknife.

    None where it cannot be told: fewer than 8 clusters with anything below, or nothing above or below.
    """
    used = below > 0
    above, below = above[used], below[used]
    number = len(above)
    if number < 8 or above.sum() - above.max() <= 0:
        return None
    log_ratio = np.log(above.sum() / below.sum())
    without = np.log((above.sum() - above) / (below.sum() - below))
    sd = np.sqrt((number - 1) / number * np.sum((without - without.mean()) ** 2))
    # Few clusters that weigh much are as good as fewer clusters.
    effective = below.sum() ** 2 / np.sum(below**2)
    reach = float(stdtrit(max(effective - 1, 2.0), 0.975)) * sd
    return Interval(*(float(np.exp(log_ratio + side * reach)) for side in (0, -1, 1)))


def _fano_factor(days: WatchedDays) -> Interval | None:
    seen = days.exposure_h > 0
    if np.count_nonzero(seen) < FEWEST_DAYS or days.bouts.sum() == 0:
        return None
    expected = days.exposure_h[seen] * days.rate_per_hour
    share = 1 - 1 / len(expected)
    return ratio_over_clusters((days.bouts[seen] - expected) ** 2 / expected, np.full(len(expected), share))


def _clustering_index(stretches: FloatArray, times: FloatArray, offset_h: float) -> Interval | None:
    """Return the clustering index over days as clusters; stretches are cut at midnight."""
    if len(times) < 2:
        return None
    pieces = _cut_at_midnight(stretches, offset_h)
    day_of_piece = np.floor((pieces.mean(axis=1) + offset_h) / HOURS_PER_DAY).astype(np.int64)
    first = int(day_of_piece[0])
    days = int(day_of_piece[-1]) - first + 1
    piece = np.clip(np.searchsorted(pieces[:, 0], times + 1e-6, side="right") - 1, 0, len(pieces) - 1)
    day = day_of_piece[piece] - first
    reach = np.minimum(times + NEAR_H, pieces[piece, 1] + 1e-6)
    followers = np.searchsorted(times, reach, side="right") - np.arange(len(times)) - 1
    near = np.bincount(day, weights=followers, minlength=days).astype(np.float64)
    length = pieces[:, 1] - pieces[:, 0]
    close = np.where(length > NEAR_H, 2 * length * NEAR_H - NEAR_H**2, length**2)
    watched = np.bincount(day_of_piece - first, weights=length, minlength=days)
    within = np.bincount(day_of_piece - first, weights=close, minlength=days)
    count = np.bincount(day, minlength=days)
    expected = count * (count - 1) / 2 * within / np.maximum(watched, 1e-9) ** 2
    return ratio_over_clusters(near, expected)


def _cut_at_midnight(stretches: FloatArray, offset_h: float) -> FloatArray:
    begin, end = stretches[:, 0] + offset_h, stretches[:, 1] + offset_h
    first, last = np.floor(begin / HOURS_PER_DAY), np.ceil(end / HOURS_PER_DAY - 1e-9)
    number = np.maximum(last - first, 1).astype(np.int64)
    which = np.repeat(np.arange(len(begin)), number)
    place = np.arange(len(which)) - np.repeat(np.cumsum(number) - number, number)
    midnight = (first[which] + place) * HOURS_PER_DAY
    cut_begin = np.maximum(begin[which], midnight)
    cut_end = np.minimum(end[which], midnight + HOURS_PER_DAY)
    return np.column_stack((cut_begin, cut_end)) - offset_h
