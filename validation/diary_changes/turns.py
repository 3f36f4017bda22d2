"""Something begun because it was bad: how often it seems to have helped when it did nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from validation.diary_changes.worlds import Floats, World, simulate

from myotwitch.course.before_after import Turn, before_and_after
from myotwitch.course.changes_days import WatchedDays

FIRST_DAY, LAST_DAY = 50, 150
"""Days between which it may be begun."""
DAYS = 240
BAD_WEEK = 1.5
"""It is begun after a week with so many times the rate before it."""
SUBSTANCE = "alcohol"
"""Stands for what is begun: something with a short transition, so that the bad stretch is not simply left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnsFound:
    """What is told of a beginning after a bad week.

    Parameters
    ----------
    begun
        Diaries in which it was begun.
    covered
        Share of intervals that hold the true ratio.
    false_effects
        Share of intervals that leave out 1.
    median
        Of the ratios.
    naive_median, naive_false
        Rate of the two weeks after over the two weeks before: its median, and how often a t-test on these days is
        significant.
    """

    begun: int
    covered: float
    false_effects: float
    median: float
    naive_median: float
    naive_false: float


def turns_found(world: World, ratio: float, *, seed: int, diaries: int) -> TurnsFound:
    """Return what is told where the true ratio is `ratio`, at most 1."""
    generator = np.random.default_rng(seed)
    hourly = simulate(world, generator, diaries=diaries, days=DAYS)
    told, naive = [], []
    for diary in range(diaries):
        days = hourly.days(diary)
        begin = _begins(days.bouts, days.exposure_h)
        if begin is None:
            continue
        bouts = days.bouts.copy()
        bouts[begin:] = generator.binomial(bouts[begin:].astype(np.int64), ratio)
        changed = WatchedDays(first=days.first, bouts=bouts, exposure_h=days.exposure_h)
        turn = Turn(substance=SUBSTANCE, is_begun=True, day=days.day(begin), until=None)
        told.append(before_and_after(changed.until(begin + 90), turn).ratio)
        naive.append(_naive(bouts / np.maximum(days.exposure_h, 1e-9), begin))
    ratios = [one for one in told if one is not None]
    return TurnsFound(
        begun=len(ratios),
        covered=float(np.mean([one.low <= ratio <= one.high for one in ratios])),
        false_effects=float(np.mean([not one.low <= 1 <= one.high for one in ratios])),
        median=float(np.median([one.value for one in ratios])),
        naive_median=float(np.median([value for value, _ in naive])),
        naive_false=float(np.mean([is_significant for _, is_significant in naive])),
    )


def _begins(bouts: Floats, exposure_h: Floats) -> int | None:
    for day in range(FIRST_DAY, LAST_DAY):
        week, before = slice(day - 7, day), slice(0, day - 7)
        if bouts[week].sum() / exposure_h[week].sum() > BAD_WEEK * bouts[before].sum() / exposure_h[before].sum():
            return day
    return None


def _naive(rates: Floats, begin: int) -> tuple[float, bool]:
    from scipy.stats import ttest_ind

    before, after = rates[begin - 14 : begin], rates[begin : begin + 14]
    return float(after.mean() / before.mean()), bool(ttest_ind(before, after, equal_var=False).pvalue < 0.05)
