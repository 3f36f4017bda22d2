"""Before and after something was begun or stopped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from myotwitch.course.before_after import Turn, before_and_after, turns_of, verdict_of
from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_regression import Interval
from myotwitch.course.changes_transition import transition_days
from myotwitch.diary import Diary, Intake

FIRST = date(2026, 1, 1)


def watched(bouts: np.ndarray) -> WatchedDays:
    return WatchedDays(first=FIRST, bouts=bouts.astype(float), exposure_h=np.full(len(bouts), 10.0))


def taken(substance: str, days: range) -> list[Intake]:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    return [Intake(time=noon + timedelta(days=day), substance=substance, amount=100.0, unit="mg") for day in days]


def turn(substance: str, day: int, *, is_begun: bool = True) -> Turn:
    return Turn(substance=substance, is_begun=is_begun, day=FIRST + timedelta(days=day), until=None)


def test_a_beginning_and_a_stop_are_found_where_it_was_regular() -> None:
    days = watched(np.ones(200))
    diary = Diary(entries=(*taken("magnesium_supplement", range(60, 120)), *taken("caffeine", range(0, 200))))
    begun, stopped = turns_of(diary, days)
    assert (begun.substance, begun.is_begun, begun.day) == ("magnesium_supplement", True, days.day(60))
    assert (stopped.is_begun, stopped.day, begun.until) == (False, days.day(120), days.day(120))


def test_a_single_dose_and_a_short_pause_are_no_turn() -> None:
    diary = Diary(
        entries=(*taken("alcohol", range(90, 91)), *taken("caffeine", range(0, 80)), *taken("caffeine", range(90, 200)))
    )
    assert turns_of(diary, watched(np.ones(200))) == ()


def test_what_is_taken_from_the_first_day_on_was_not_begun() -> None:
    assert turns_of(Diary(entries=tuple(taken("caffeine", range(0, 100)))), watched(np.ones(100))) == ()


def test_a_halved_rate_lowers_and_the_transition_is_left_out() -> None:
    bouts = np.random.default_rng(2).poisson(np.where(np.arange(200) < 100, 10.0, 5.0))
    told = before_and_after(watched(bouts), turn("magnesium_supplement", 100))
    assert told.transition_days == 14
    assert told.verdict == "lowers"
    assert told.ratio is not None
    assert told.ratio.low < 0.5 < told.ratio.high
    bouts[100:114] = 90
    assert before_and_after(watched(bouts), turn("magnesium_supplement", 100)).ratio == told.ratio


def test_a_bad_week_that_passes_is_no_effect_of_what_was_begun_in_it() -> None:
    rate = np.full(160, 6.0)
    rate[93:101] = [9, 12, 14, 15, 15, 14, 12, 9]
    bouts = np.random.default_rng(5).poisson(rate)
    told = before_and_after(watched(bouts), turn("caffeine", 98))
    assert told.ratio is not None
    assert told.ratio.low < 1 < told.ratio.high


def test_too_few_days_tell_nothing() -> None:
    told = before_and_after(watched(np.full(30, 5.0)), turn("caffeine", 25))
    assert told.ratio is None
    assert told.verdict == "cannot_tell"


def test_what_began_at_the_same_time_is_named() -> None:
    first, second, far = turn("magnesium_supplement", 100), turn("caffeine", 105), turn("alcohol", 150)
    told = before_and_after(watched(np.full(200, 5.0)), first, (first, second, far))
    assert told.also == ("caffeine",)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(1.1, 2.0, "raises"), (0.4, 0.9, "lowers"), (0.85, 1.2, "no_effect_seen"), (0.7, 1.3, "cannot_tell")],
)
def test_verdicts_are_those_of_the_contract(low: float, high: float, verdict: str) -> None:
    assert verdict_of(Interval(value=np.sqrt(low * high), low=low, high=high)) == verdict


def test_a_transition_of_something_that_stays_for_months_is_left_out_for_four_weeks() -> None:
    assert transition_days("amiodarone") > 100
    assert before_and_after(watched(np.full(200, 5.0)), turn("amiodarone", 100)).transition_days == 28
