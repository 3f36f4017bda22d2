"""Whether bouts keep to hours of the day or days of the week, by tests that a drifting rate does not deceive.

A rate that drifts makes some hours and some weekdays richer by chance than Poisson counts allow. Each day is
therefore compared with itself (its bouts against its own total, spread over what was watched of it) and counts as one
observation; for weekdays likewise each week.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from myotwitch.course.changes_process import FloatArray
from myotwitch.course.changes_regression import Interval
from myotwitch.course.hours import WatchedHours
from myotwitch.course.patterns import Verdict, ratio_over_clusters
from myotwitch.language import later
from myotwitch.units import HOURS_PER_DAY

PARTS = (later("night"), later("morning"), later("afternoon"), later("evening"))
"""Quarters of the day from midnight on."""
WEEK_PARTS = (later("working days"), later("weekend"))
DAYS_PER_WEEK = 7
FIRST_MONDAY = 4
"""The first Monday after the beginning of 1970, which was a Thursday **[days]**."""
FEWEST_CLUSTERS = 20
"""Days with bouts for a pattern over the day; weeks for one over single weekdays."""
FEWEST_WEEKS = 8
SIGNIFICANT = 0.05
NO_PATTERN = (2 / 3, 1.5)
"""Where every part's interval lies within, no pattern is seen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockPattern:
    """How the rate goes with the clock or the week.

    Parameters
    ----------
    ratio_of
        For each part its rate over that of the whole, with the 95 % interval; parts that cannot be told are left out.
    p_value
        Probability of so clear a pattern without any; None where it cannot be tested.
    verdict
        Whether there is a pattern.
    """

    ratio_of: dict[str, Interval]
    p_value: float | None
    verdict: Verdict

    @property
    def highest(self) -> str | None:
        """The part with the highest rate, where a pattern is seen."""
        if self.verdict is not Verdict.SEEN or not self.ratio_of:
            return None
        return max(self.ratio_of, key=lambda part: self.ratio_of[part].value)


def pattern_over_day(hours: WatchedHours, *, offset_h: float = 0.0) -> ClockPattern:
    """Return how the rate goes with the hour of the day."""
    clock = hours.middle + offset_h
    day = np.floor(clock / HOURS_PER_DAY).astype(np.int64)
    angle = 2 * np.pi * clock / HOURS_PER_DAY
    waves = np.array([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])
    part = (clock % HOURS_PER_DAY // (HOURS_PER_DAY / len(PARTS))).astype(np.int64)
    return _pattern(hours, cluster=day, contrasts=waves, part=part, names=PARTS, fewest=FEWEST_CLUSTERS)


def pattern_over_week(hours: WatchedHours, *, offset_h: float = 0.0) -> ClockPattern:
    """Return how the rate goes with the day of the week: any of the seven with 20 weeks, else the weekend."""
    day = np.floor((hours.middle + offset_h) / HOURS_PER_DAY).astype(np.int64) - FIRST_MONDAY
    week, weekday = np.divmod(day, DAYS_PER_WEEK)
    is_weekend = (weekday >= DAYS_PER_WEEK - 2).astype(np.int64)
    enough = len(np.unique(week[hours.bouts > 0])) >= FEWEST_CLUSTERS
    contrasts = (
        np.array([weekday == number for number in range(DAYS_PER_WEEK - 1)], dtype=np.float64)
        if enough
        else is_weekend[np.newaxis].astype(np.float64)
    )
    return _pattern(hours, cluster=week, contrasts=contrasts, part=is_weekend, names=WEEK_PARTS, fewest=FEWEST_WEEKS)


def _pattern(
    hours: WatchedHours,
    *,
    cluster: NDArray[np.int64],
    contrasts: FloatArray,
    part: NDArray[np.int64],
    names: tuple[str, ...],
    fewest: int,
) -> ClockPattern:
    if not len(hours):
        return ClockPattern(ratio_of={}, p_value=None, verdict=Verdict.CANNOT_TELL)
    cluster = cluster - cluster[0]
    number = int(cluster[-1]) + 1
    watched = np.bincount(cluster, weights=hours.watched_h, minlength=number)
    total = np.bincount(cluster, weights=hours.bouts, minlength=number)
    expected = total[cluster] * hours.watched_h / watched[cluster]
    p_value = _test(cluster, hours.bouts - expected, contrasts, total > 0, fewest)
    ratio_of: dict[str, Interval] = {}
    for place, name in enumerate(names):
        inside = part == place
        above = np.bincount(cluster[inside], weights=hours.bouts[inside], minlength=number)
        below = np.bincount(cluster[inside], weights=expected[inside], minlength=number)
        ratio = ratio_over_clusters(above.astype(np.float64), below.astype(np.float64))
        if ratio is not None:
            ratio_of[name] = ratio
    return ClockPattern(ratio_of=ratio_of, p_value=p_value, verdict=_verdict(p_value, ratio_of))


def _test(
    cluster: NDArray[np.int64], surplus: FloatArray, contrasts: FloatArray, used: NDArray[np.bool_], fewest: int
) -> float | None:
    """Return the p value of Hotelling's test that the surplus of the clusters has no contrast; None if untestable."""
    number, size = int(np.count_nonzero(used)), len(contrasts)
    if number < max(fewest, size + 2):
        return None
    scores = np.array([np.bincount(cluster, weights=surplus * row, minlength=len(used))[used] for row in contrasts])
    mean = scores.mean(axis=1)
    covariance = np.atleast_2d(np.cov(scores))
    if np.linalg.matrix_rank(covariance) < size:
        return None
    squared = number * float(mean @ np.linalg.solve(covariance, mean))
    return float(fdtrc(size, number - size, max(squared, 0.0) * (number - size) / (size * (number - 1))))


def _verdict(p_value: float | None, ratio_of: dict[str, Interval]) -> Verdict:
    if p_value is None or not ratio_of:
        return Verdict.CANNOT_TELL
    if p_value < SIGNIFICANT:
        return Verdict.SEEN
    low, high = NO_PATTERN
    is_flat = all(low < ratio.low and ratio.high < high for ratio in ratio_of.values())
    return Verdict.NOT_SEEN if is_flat else Verdict.CANNOT_TELL
