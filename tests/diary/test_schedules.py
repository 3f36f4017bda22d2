"""Plans: each dose at its hour of the clock, from the beginning until it was stopped."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from myotwitch.diary import Diary, Intake, Note, Schedule
from myotwitch.diary.diary import doses_of

BEGIN = datetime.fromisoformat("2026-03-04T12:00:00+01:00")


def plan(**fields: Any) -> Schedule:
    usual = {"time": BEGIN, "substance": "levothyroxine", "amount": 50.0, "unit": "ug", "at": ["08:00"]}
    return Schedule(**{**usual, **fields})


def times(schedule: Schedule, days: float) -> list[str]:
    doses = doses_of(schedule, schedule.time + timedelta(days=days))
    return [dose.time.strftime("%d %H:%M") for dose in doses]


def test_a_dose_is_taken_at_its_time_of_the_day_after_the_beginning() -> None:
    assert times(plan(), 3) == ["05 08:00", "06 08:00", "07 08:00"]
    assert times(plan(at=["20:00", "08:00", "12:00"]), 1) == ["04 12:00", "04 20:00", "05 08:00", "05 12:00"]


def test_every_few_days_counts_from_the_day_of_the_beginning() -> None:
    assert times(plan(at=["18:00"], every_days=3), 9) == ["04 18:00", "07 18:00", "10 18:00"]
    assert times(plan(at=["08:00"], every_days=7), 15) == ["11 08:00", "18 08:00"]


def test_a_plan_that_was_stopped_gives_no_dose_afterwards() -> None:
    stopped = plan(until=BEGIN + timedelta(days=2))
    assert times(stopped, 30) == ["05 08:00", "06 08:00"]
    assert times(plan(until=BEGIN), 30) == []


def test_doses_keep_the_offset_of_the_plan() -> None:
    summer = list(doses_of(plan(time=datetime.fromisoformat("2026-03-28T12:00:00+01:00")), BEGIN + timedelta(days=27)))
    assert {dose.time.utcoffset() for dose in summer} == {timedelta(hours=1)}
    gaps = {(later.time - earlier.time) for earlier, later in pairwise(summer)}
    assert gaps == {timedelta(days=1)}


def test_a_dose_says_what_the_plan_says() -> None:
    (dose,) = doses_of(plan(), BEGIN + timedelta(days=1))
    assert (dose.substance, dose.amount, dose.unit, dose.amount_mg) == (
        "levothyroxine",
        50.0,
        "ug",
        pytest.approx(0.05),
    )


def test_intakes_are_those_logged_and_those_by_plan_in_order_up_to_a_time() -> None:
    taken = Intake(time=BEGIN + timedelta(hours=30), substance="caffeine", amount=95.0, unit="mg")
    later = Intake(time=BEGIN + timedelta(days=9), substance="caffeine", amount=95.0, unit="mg")
    diary = Diary(entries=(later, taken, plan()))
    until = BEGIN + timedelta(days=2)
    found = diary.intakes(until)
    assert [dose.substance for dose in found] == ["levothyroxine", "caffeine", "levothyroxine"]
    assert all(earlier.time <= after.time <= until for earlier, after in pairwise(found))
    # Without a time, up to the last entry; a plan that goes on gives no dose after it.
    assert len(diary.intakes()) == 2 + 9
    assert Diary(entries=()).intakes() == ()


def test_the_diary_is_in_the_order_of_time_and_ends_where_it_is_cut() -> None:
    notes = [Note(time=BEGIN + timedelta(minutes=at), text=str(at)) for at in (5, -5, 0)]
    diary = Diary(entries=tuple(notes))
    assert [note.text for note in diary.of(Note)] == ["-5", "0", "5"]
    assert (diary.first, diary.last) == (BEGIN - timedelta(minutes=5), BEGIN + timedelta(minutes=5))
    assert [note.text for note in diary.until(BEGIN).of(Note)] == ["-5", "0"]
    assert (Diary(entries=()).first, Diary(entries=()).last) == (None, None)
