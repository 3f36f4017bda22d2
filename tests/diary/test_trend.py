"""Whether twitching gets better or worse: said only where it is clear."""

from __future__ import annotations

from collections import Counter

import numpy as np

from myotwitch.case import Trend
from myotwitch.diary.trend import trend_of

DAYS = 56


def world(
    random: np.random.Generator,
    per_day: float,
    *,
    drift: float = 0.0,
    last_weeks: float = 1.0,
    silent: tuple[int, ...] = (),
) -> Trend | None:
    """Return the trend of simulated twitching, watched from 8 to 23 h, whose log rate drifts over some five days."""
    stretches, times = [], []
    level = random.normal() * drift
    for day in range(DAYS):
        level = 0.82 * level + np.sqrt(1 - 0.82**2) * drift * random.normal()
        stretches.append((24.0 * day + 8.0, 24.0 * day + 23.0))
        rate = 0.0 if day in silent else per_day * np.exp(level - drift**2 / 2)
        count = random.poisson(rate * (last_weeks if day >= DAYS - 14 else 1.0))
        times += sorted(24.0 * day + 8.0 + 15.0 * random.random(count))
    return trend_of(np.array(stretches), np.array(times), np.ones(len(times)), 24.0 * DAYS)


def trends(**kwargs: object) -> Counter[Trend | None]:
    random = np.random.default_rng(8)
    return Counter(world(random, **kwargs) for _ in range(150))  # type: ignore[arg-type]


def test_steady_twitching_is_never_called_better_or_worse() -> None:
    found = trends(per_day=10.0)
    assert set(found) <= {Trend.STABLE, None}
    assert found[Trend.STABLE] > 100


def test_rare_steady_twitching_does_not_come_and_go() -> None:
    assert set(trends(per_day=1.0)) <= {Trend.STABLE, None}


def test_drifting_twitching_is_seldom_called_better_or_worse() -> None:
    found = trends(per_day=10.0, drift=0.35)
    assert found[Trend.WORSENING] + found[Trend.IMPROVING] <= 12


def test_a_doubling_is_worse_and_a_halving_better() -> None:
    assert trends(per_day=10.0, last_weeks=2.0)[Trend.WORSENING] > 140
    assert trends(per_day=10.0, last_weeks=0.5)[Trend.IMPROVING] > 120


def test_spells_with_pauses_come_and_go() -> None:
    silent = (*range(4, 10), *range(18, 24), *range(30, 36), *range(46, 51))
    assert trends(per_day=8.0, silent=silent)[Trend.COMES_AND_GOES] > 120


def test_what_was_not_watched_tells_nothing() -> None:
    times = np.linspace(0.0, 24.0 * DAYS, 300)
    assert trend_of(np.empty((0, 2)), times, np.ones(300), 24.0 * DAYS) is None
    one_day = np.array([[24.0 * DAYS - 20.0, 24.0 * DAYS]])
    assert trend_of(one_day, times, np.ones(300), 24.0 * DAYS) is None


def test_too_few_bouts_tell_nothing() -> None:
    stretches = np.column_stack((24.0 * np.arange(DAYS) + 8.0, 24.0 * np.arange(DAYS) + 23.0))
    assert trend_of(stretches, np.array([100.0, 1300.0]), np.ones(2), 24.0 * DAYS) is None
