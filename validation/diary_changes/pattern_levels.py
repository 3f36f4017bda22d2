"""How often patterns are seen where there are none, and where there are some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from scipy.stats import chisquare
from validation.diary_changes.worlds import FIRST, Hourly, World, simulate

from myotwitch.course.changes_process import FloatArray
from myotwitch.course.hours import WatchedHours
from myotwitch.course.patterns import TrendVerdict, Verdict, bursts_of, trend_of
from myotwitch.course.patterns_clock import pattern_over_day, pattern_over_week
from myotwitch.course.patterns_places import spreading_of
from myotwitch.diary import Bout
from myotwitch.diary.times import hours_of
from myotwitch.diary.watched import merged_stretches

DAYS = 168
START_H = hours_of(datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC))
PLACES = ("eyelid", "calf", "thigh", "hand", "foot", "upper_arm", "shin", "chin", "hip", "abdomen", "chest", "neck")


def hours_in(hourly: Hourly, diary: int) -> WatchedHours:
    """Return the watched hours of one diary."""
    seen = np.flatnonzero(hourly.watched_h[diary] > 0)
    begin = START_H + seen.astype(np.float64)
    return WatchedHours(begin=begin, end=begin + 1.0, bouts=hourly.bouts[diary, seen])


def trend_levels(world: World, *, seed: int, diaries: int, per_month: float = 1.0) -> dict[str, float]:
    """Return the shares of verdicts, and how often the interval holds the true ratio a month."""
    days = np.arange(DAYS)
    hourly = simulate(
        world,
        np.random.default_rng(seed),
        diaries=diaries,
        days=DAYS,
        log_ratio=np.log(per_month) * (days - DAYS / 2) / 30.4375,
    )
    told = [trend_of(hourly.days(diary)) for diary in range(diaries)]
    return {
        "rising or falling": _share(told, lambda one: one.verdict in (TrendVerdict.RISING, TrendVerdict.FALLING)),
        "steady": _share(told, lambda one: one.verdict is TrendVerdict.STEADY),
        "covered": _share(told, lambda one: one.ratio_per_month.low <= per_month <= one.ratio_per_month.high),
    }


def clock_levels(world: World, *, seed: int, diaries: int) -> dict[str, float]:
    """Return how often a pattern over the day is seen, and how often a chi-square test of all hours would see one."""
    hourly = simulate(world, np.random.default_rng(seed), diaries=diaries, days=DAYS)
    told, plain = [], []
    for diary in range(diaries):
        hours = hours_in(hourly, diary)
        told.append(pattern_over_day(hours))
        quarter = (hours.begin % 24 // 6).astype(np.int64)
        watched, bouts = np.bincount(quarter, minlength=4), np.bincount(quarter, weights=hours.bouts, minlength=4)
        used = watched > 0
        plain.append(chisquare(bouts[used], bouts.sum() * watched[used] / watched.sum()).pvalue < 0.05)
    return {
        "seen": _share(told, lambda one: one.verdict is Verdict.SEEN),
        "chi-square": float(np.mean(plain)),
    }


def week_levels(world: World, *, seed: int, diaries: int, weekend: float = 1.0) -> dict[str, float]:
    """Return how often a pattern over the week is seen where weekends have `weekend` times the rate."""
    is_weekend = np.arange(DAYS) % 7 >= 5
    hourly = simulate(
        world,
        np.random.default_rng(seed),
        diaries=diaries,
        days=DAYS,
        log_ratio=np.where(is_weekend, np.log(weekend), 0.0),
    )
    told, plain = [], []
    for diary in range(diaries):
        told.append(pattern_over_week(hours_in(hourly, diary)))
        days = hourly.days(diary)
        weekday = np.arange(DAYS) % 7
        bouts = np.bincount(weekday, weights=days.bouts, minlength=7)
        watched = np.bincount(weekday, weights=days.exposure_h, minlength=7)
        plain.append(chisquare(bouts, bouts.sum() * watched / watched.sum()).pvalue < 0.05)
    return {"seen": _share(told, lambda one: one.verdict is Verdict.SEEN), "chi-square": float(np.mean(plain))}


def burst_levels(world: World, *, seed: int, diaries: int) -> dict[str, float]:
    """Return how often bursts are seen, and the median index and Fano factor."""
    generator = np.random.default_rng(seed)
    hourly = simulate(world, generator, diaries=diaries, days=DAYS)
    told = []
    for diary in range(diaries):
        hours = hours_in(hourly, diary)
        times = np.sort(np.repeat(hours.begin, hours.bouts.astype(int)) + generator.random(int(hours.bouts.sum())))
        stretches = merged_stretches(np.column_stack((hours.begin, hours.end)))
        told.append(bursts_of(hourly.days(diary), stretches, times))
    return {
        "seen": _share(told, lambda one: one.verdict is Verdict.SEEN),
        "median index": float(np.median([one.clustering_index.value for one in told if one.clustering_index])),
        "median Fano factor": float(np.median([one.fano_factor.value for one in told if one.fano_factor])),
    }


def spreading_levels(world: World, *, seed: int, diaries: int, new: int = 0, watched_later: float = 1.0) -> float:
    """Return how often spreading is seen where `new` of twelve places join in over the second half.

    Places have unequal shares (each 0.7 of the one before), and a day keeps to two places at most.
    """
    generator = np.random.default_rng(seed)
    hourly = simulate(replace(world, watched=min(1.0, watched_later)), generator, diaries=diaries, days=DAYS)
    early = simulate(world, generator, diaries=diaries, days=DAYS).bouts
    half = DAYS * 12
    bouts = np.concatenate((early[:, :half], hourly.bouts[:, half:]), axis=1)
    seen = 0
    for diary in range(diaries):
        entries = _bouts_at_places(bouts[diary].reshape(DAYS, 24).sum(axis=1), new, generator)
        seen += spreading_of(entries).verdict is Verdict.SEEN
    return seen / diaries


def _bouts_at_places(counts: FloatArray, new: int, generator: np.random.Generator) -> list[Bout]:
    order = generator.permutation(len(PLACES))
    share = 0.7 ** np.arange(len(PLACES))
    joins = np.zeros(len(PLACES))
    # Those that join in are of the middle: neither the usual place nor the rarest ones.
    late = np.arange(3, 3 + new)
    joins[late] = DAYS / 2 + generator.random(new) * DAYS / 3
    entries = []
    for day, count in enumerate(counts.astype(int)):
        weights = np.where(joins <= day, share, 0.0)
        today = generator.choice(len(PLACES), size=2, p=weights / weights.sum())
        for place in generator.choice(today, size=count):
            time = datetime(FIRST.year, FIRST.month, FIRST.day, 12, tzinfo=UTC) + timedelta(days=day)
            entries.append(Bout(time=time, place=PLACES[order[place]]))
    return entries


def _share(told: list, is_so: Callable) -> float:  # type: ignore[type-arg]
    return float(np.mean([is_so(one) for one in told]))
