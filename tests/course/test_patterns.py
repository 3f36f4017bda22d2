"""Trend, bursts, hours of the day, days of the week, places: seen where they are, and not invented."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from myotwitch.course.changes import changes_of
from myotwitch.course.changes_days import WatchedDays, days_of
from myotwitch.course.hours import WatchedHours, cut_into_hours, watched_hours_of
from myotwitch.course.patterns import TrendVerdict, Verdict, bursts_of, ratio_over_clusters, trend_of
from myotwitch.course.patterns_clock import pattern_over_day, pattern_over_week
from myotwitch.course.patterns_places import spreading_of
from myotwitch.course.patterns_together import patterns_of
from myotwitch.diary import Bout, CheckIn, Diary, Intake

FIRST = date(2026, 1, 5)
MONDAY_H = 24.0 * 4


def watched(bouts: np.ndarray) -> WatchedDays:
    return WatchedDays(first=FIRST, bouts=bouts.astype(float), exposure_h=np.full(len(bouts), 12.0))


def hourly(rate_of_hour: np.ndarray, days: int, seed: int = 1) -> WatchedHours:
    """Hours 8 to 24 of each day from a Monday on, each watched."""
    hour = (np.arange(days)[:, np.newaxis] * 24 + np.arange(8, 24)).ravel()
    bouts = np.random.default_rng(seed).poisson(rate_of_hour[hour % len(rate_of_hour)])
    begin = MONDAY_H + hour.astype(float)
    return WatchedHours(begin=begin, end=begin + 1, bouts=bouts.astype(float))


def test_a_rate_that_grows_by_two_fifths_a_month_rises_and_its_mirror_falls() -> None:
    growth = 1.4 ** (np.arange(90) / 30.4375)
    up = trend_of(watched(np.random.default_rng(2).poisson(8 * growth)))
    assert up.verdict is TrendVerdict.RISING
    assert up.ratio_per_month.low < 1.4 < up.ratio_per_month.high
    down = trend_of(watched(np.random.default_rng(2).poisson(8 * growth[::-1])))
    assert down.verdict is TrendVerdict.FALLING


def test_many_bouts_at_a_constant_rate_are_steady_and_few_days_cannot_tell() -> None:
    bouts = np.random.default_rng(3).poisson(200, 90)
    assert trend_of(watched(bouts)).verdict is TrendVerdict.STEADY
    assert trend_of(watched(bouts[:15])).verdict is TrendVerdict.CANNOT_TELL


def test_a_ratio_of_few_clusters_is_not_told() -> None:
    assert ratio_over_clusters(np.ones(7), np.ones(7)) is None
    assert ratio_over_clusters(np.zeros(20), np.ones(20)) is None


def test_a_ratio_over_clusters_holds_its_value_and_widens_with_what_differs() -> None:
    below = np.full(40, 5.0)
    same = ratio_over_clusters(below * 1.5, below)
    differing = ratio_over_clusters(below * np.tile([1.0, 2.0], 20), below)
    assert same is not None
    assert differing is not None
    assert same.value == differing.value == pytest.approx(1.5)
    assert same.low == pytest.approx(1.5)
    assert differing.low < 1.4


def bursts_in(times: np.ndarray, days: int) -> tuple[float, Verdict]:
    begin = np.arange(days) * 24.0 + 8
    stretches = np.column_stack((begin, begin + 14))
    cut = cut_into_hours(stretches, times, np.ones(len(times)))
    bouts = np.bincount((cut.middle // 24).astype(int), weights=cut.bouts, minlength=days)
    told = bursts_of(watched(bouts), stretches, times)
    assert told.clustering_index is not None
    return told.clustering_index.value, told.verdict


def test_bouts_at_random_are_no_bursts_and_bouts_in_threes_are() -> None:
    generator = np.random.default_rng(5)
    at_random = np.sort(generator.integers(0, 120, 1800) * 24 + 8 + 14 * generator.random(1800))
    index, verdict = bursts_in(at_random, 120)
    assert index == pytest.approx(1.0, abs=0.1)
    assert verdict is Verdict.NOT_SEEN
    starts = generator.integers(0, 120, 500) * 24 + 8 + 13 * generator.random(500)
    threes = np.sort(np.concatenate([starts + 0.1 * place for place in range(3)]))
    index, verdict = bursts_in(threes, 120)
    assert index > 1.7
    assert verdict is Verdict.SEEN


def test_no_bouts_tell_nothing_about_bursts() -> None:
    told = bursts_of(watched(np.zeros(50)), np.array([[8.0, 20.0]]), np.empty(0))
    assert told.clustering_index is None
    assert told.fano_factor is None
    assert told.verdict is Verdict.CANNOT_TELL


def test_a_rate_that_is_threefold_in_the_evening_is_a_pattern_of_the_evening() -> None:
    rate = np.where(np.arange(24) >= 18, 0.9, 0.3)
    told = pattern_over_day(hourly(rate, 60))
    assert told.verdict is Verdict.SEEN
    assert told.highest == "evening"
    assert "night" not in told.ratio_of


def test_the_clock_is_that_of_the_person() -> None:
    rate = np.where(np.arange(24) >= 18, 0.9, 0.3)
    assert pattern_over_day(hourly(rate, 60), offset_h=-6.0).highest == "afternoon"


def test_an_even_rate_has_no_pattern_and_a_short_diary_cannot_tell() -> None:
    even = pattern_over_day(hourly(np.full(24, 2.0), 150, seed=4))
    assert even.verdict is Verdict.NOT_SEEN
    assert even.highest is None
    assert pattern_over_day(hourly(np.full(24, 2.0), 10)).verdict is Verdict.CANNOT_TELL
    nothing = cut_into_hours(np.empty((0, 2)), np.empty(0), np.empty(0))
    assert pattern_over_day(nothing).verdict is Verdict.CANNOT_TELL


def test_weekends_with_twice_the_rate_are_seen_with_eight_weeks_and_not_with_seven() -> None:
    rate = np.where(np.arange(24 * 7) >= 24 * 5, 1.0, 0.5)
    assert pattern_over_week(hourly(rate, 7 * 12)).highest == "weekend"
    assert pattern_over_week(hourly(rate, 7 * 7)).verdict is Verdict.CANNOT_TELL


def test_a_rich_saturday_before_a_poor_sunday_needs_twenty_weeks_to_be_seen() -> None:
    rate = np.select([np.arange(24 * 7) // 24 == day for day in (5, 6)], [0.9, 0.1], 0.5)
    assert pattern_over_week(hourly(rate, 7 * 26)).verdict is Verdict.SEEN
    assert pattern_over_week(hourly(rate, 7 * 12)).verdict is not Verdict.SEEN


def bouts_at(labels: list[str], a_day: int = 2) -> list[Bout]:
    start = datetime(2026, 1, 5, 12, tzinfo=UTC)
    return [
        Bout(time=start + timedelta(days=number // a_day, minutes=number % a_day), place=label)
        for number, label in enumerate(labels)
    ]


def test_places_that_join_in_late_are_a_spread() -> None:
    early, late = ["calf", "eyelid"] * 40, ["calf", "hand", "thigh", "foot", "eyelid", "chin"] * 12
    told = spreading_of(bouts_at(early + late))
    assert told.verdict is Verdict.SEEN
    assert told.later == ("chin", "foot", "hand", "thigh")
    assert told.earlier == ("calf", "eyelid")


def test_the_same_places_throughout_are_no_spread() -> None:
    told = spreading_of(bouts_at(["calf", "eyelid", "hand", "thigh"] * 30))
    assert told.verdict is Verdict.NOT_SEEN
    assert told.later == ()


def test_rare_places_that_come_late_by_chance_are_no_spread() -> None:
    labels = ["calf"] * 100
    labels[70], labels[20] = "hand", "chin"
    assert spreading_of(bouts_at(labels, a_day=1)).verdict is not Verdict.SEEN


def test_few_bouts_and_bouts_without_a_place_cannot_tell() -> None:
    assert spreading_of([]).verdict is Verdict.CANNOT_TELL
    assert spreading_of(bouts_at(["calf"] * 5 + ["hand", "foot"])).verdict is Verdict.CANNOT_TELL
    nowhere = [Bout(time=datetime(2026, 1, 5, tzinfo=UTC))] * 60
    assert spreading_of(nowhere).p_value is None


def test_a_whole_diary_has_its_patterns_in_one_document() -> None:
    generator, entries = np.random.default_rng(6), []
    for day in range(170):
        evening = datetime(2026, 1, 5, 22, tzinfo=UTC) + timedelta(days=day)
        entries.append(CheckIn(time=evening, duration_min=840))
        entries += [
            Bout(time=evening - timedelta(minutes=float(minute)), place="calf")
            for minute in generator.uniform(1, 839, generator.poisson(14 if day < 45 else 6))
        ]
        if day >= 45:
            entries.append(Intake(time=evening, substance="magnesium_supplement", amount=200.0, unit="mg"))
    diary = Diary(entries=tuple(entries))
    hours = watched_hours_of(diary)
    days = days_of(hours)
    document = patterns_of(diary, hours, days, changes=changes_of(days)).to_document()
    (turn,) = document["before_and_after"]
    assert (turn["substance"], turn["event"], turn["verdict"]) == ("magnesium_supplement", "began", "lowers")
    assert document["spreading"]["earlier"] == ["calf"]
    assert 5 < document["doubling_told_within_days"] < 90
    assert json.loads(json.dumps(document)) == document


def test_a_diary_of_one_entry_has_patterns_that_cannot_tell() -> None:
    diary = Diary(entries=(Bout(time=datetime(2026, 1, 5, tzinfo=UTC)),))
    hours = watched_hours_of(diary)
    document = patterns_of(diary, hours, days_of(hours)).to_document()
    assert {document[name]["verdict"] for name in ("trend", "bursts", "over_day", "over_week", "spreading")} == {
        "cannot_tell"
    }
