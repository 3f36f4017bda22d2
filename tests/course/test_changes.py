"""Changes of the rate: raised by the days until then, told with their day, and not invented."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from myotwitch.course.alarm import raise_alarms
from myotwitch.course.changes import changes_of
from myotwitch.course.changes_days import WatchedDays, days_of
from myotwitch.course.changes_own import days_until_told, own_process_of
from myotwitch.course.hours import cut_into_hours

FIRST = date(2026, 1, 5)


def watched(bouts: np.ndarray, exposure_h: np.ndarray | float = 10.0) -> WatchedDays:
    exposure = np.broadcast_to(np.asarray(exposure_h, dtype=float), bouts.shape).copy()
    return WatchedDays(first=FIRST, bouts=np.where(exposure > 0, bouts, 0).astype(float), exposure_h=exposure)


def counts(rate: np.ndarray, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(rate)


def test_a_diary_without_a_watched_hour_has_no_change() -> None:
    nothing = cut_into_hours(np.empty((0, 2)), np.empty(0), np.empty(0))
    assert changes_of(days_of(nothing)) == ()
    assert changes_of(watched(np.zeros(30), 0.0)) == ()


def test_a_steady_rate_has_no_change() -> None:
    assert changes_of(watched(counts(np.full(300, 6.0)))) == ()


@pytest.mark.parametrize(("before", "after"), [(5.0, 10.0), (10.0, 5.0)])
def test_a_rate_that_doubles_or_halves_is_told_with_its_day_and_ratio(before: float, after: float) -> None:
    days = watched(counts(np.where(np.arange(160) < 90, before, after)))
    (change,) = changes_of(days)
    assert abs((change.at - days.day(90)).days) <= 3
    assert change.earliest <= days.day(90) <= change.latest
    assert change.ratio.low < after / before < change.ratio.high
    assert change.is_clear
    assert (change.raised - days.day(90)).days <= 14
    assert 0 < change.false_alarms_per_year <= 0.5


def test_the_alarms_of_a_shorter_diary_are_those_raised_by_then() -> None:
    generator = np.random.default_rng(8)
    drift = np.repeat(generator.normal(0, 0.6, 50), 8)
    days = watched(generator.poisson(6 * np.exp(drift)))
    alarms = raise_alarms(days)
    assert alarms
    for length in (60, 150, 250, 399):
        assert raise_alarms(days.until(length)) == tuple(alarm for alarm in alarms if alarm.raised_index < length)


def test_a_higher_level_is_passed_later() -> None:
    days = watched(counts(np.where(np.arange(160) < 90, 5.0, 12.0)))
    (usual,), (high,) = raise_alarms(days), raise_alarms(days, level_factor=20.0)
    assert high.raised_index > usual.raised_index
    assert high.level_days > usual.level_days


def test_a_rate_that_rises_for_a_month_and_comes_back_is_not_told_over_and_over() -> None:
    wave = 0.9 * np.exp(-(((np.arange(400) - 200) / 25) ** 2))
    assert len(raise_alarms(watched(counts(8 * np.exp(wave), seed=3)))) <= 2


def test_days_that_were_not_watched_are_no_silence() -> None:
    exposure = np.where((np.arange(200) >= 100) & (np.arange(200) < 160), 0.0, 10.0)
    assert changes_of(watched(counts(np.full(200, 8.0)), exposure)) == ()


def test_watching_twice_as_long_is_no_doubling() -> None:
    hours = np.where(np.arange(200) < 100, 6.0, 12.0)
    assert changes_of(watched(counts(0.8 * hours), hours)) == ()


def test_one_bad_day_is_no_change() -> None:
    bouts = counts(np.full(120, 6.0))
    bouts[60] = 60
    assert changes_of(watched(bouts)) == ()


def test_two_changes_are_told_as_two() -> None:
    rate = np.select([np.arange(300) < 100, np.arange(300) < 200], [5.0, 15.0], 5.0)
    up, down = changes_of(watched(counts(rate)))
    assert up.ratio.value == pytest.approx(3.0, rel=0.25)
    assert down.ratio.value == pytest.approx(1 / 3, rel=0.25)


def test_what_a_known_factor_explains_is_no_change() -> None:
    begin = np.arange(0, 24 * 160, 24) + 8.0
    stretches = np.column_stack((begin, begin + 12))
    generator = np.random.default_rng(3)
    number = generator.poisson(np.where(np.arange(160) < 80, 5.0, 12.0))
    times = np.sort(
        np.concatenate([generator.uniform(start, start + 12, n) for start, n in zip(begin, number, strict=True)])
    )
    hours = cut_into_hours(stretches, times, np.ones(len(times)))
    assert len(changes_of(days_of(hours))) == 1
    known = np.where(hours.middle < 24 * 80, 0.0, np.log(12 / 5))
    assert changes_of(days_of(hours, known_log_rate=known)) == ()


def test_a_day_is_that_of_the_persons_clock() -> None:
    # 23:00 to 24:00 UTC on the first day of 1970 is the second day at UTC+2.
    hours = cut_into_hours(np.array([[23.0, 24.0]]), np.array([23.5]), np.ones(1))
    assert days_of(hours).first == date(1970, 1, 1)
    assert days_of(hours, offset_h=2.0).first == date(1970, 1, 2)


def test_known_factors_keep_an_hour_an_hour_on_average() -> None:
    hours = cut_into_hours(np.array([[0.0, 10.0]]), np.empty(0), np.empty(0))
    days = days_of(hours, known_log_rate=np.linspace(-0.01, 0.01, 10))
    assert days.exposure_h.sum() == pytest.approx(10.0, rel=1e-3)


def test_three_bouts_in_ten_days_are_too_few_for_a_doubling_and_raise_no_alarm() -> None:
    assert changes_of(watched(counts(np.where(np.arange(200) < 100, 0.3, 0.6)))) == ()


def test_a_doubling_is_told_the_sooner_the_more_bouts_there_are_and_never_with_hardly_any() -> None:
    waits = [
        days_until_told(own_process_of(watched(counts(np.full(120, rate)))), known_days=120)
        for rate in (20.0, 5.0, 1.0)
    ]
    assert waits[0] is not None
    assert waits[1] is not None
    assert waits[0] < waits[1] < 40
    assert waits[2] is None or waits[2] > 2 * waits[1]
    rare = own_process_of(watched(counts(np.full(120, 0.2))))
    assert days_until_told(rare, known_days=120) is None
