"""What a diary works out once and keeps: times, what was taken, doses."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from myotwitch.diary import Bout, Diary, Intake, Schedule, Stress
from myotwitch.diary.doses import doses_taken

BEGIN = datetime.fromisoformat("2026-03-04T12:00:00+01:00")
DAY = timedelta(days=1)


def diary() -> Diary:
    cups = tuple(Intake(time=BEGIN + day * DAY, substance="caffeine", amount=90.0, unit="mg") for day in range(5))
    plan = Schedule(time=BEGIN, substance="levothyroxine", amount=50.0, unit="ug", at=("18:00",))
    bouts = tuple(Bout(time=BEGIN + hours * timedelta(hours=1), place="eyelid") for hours in (30, 3, 90))
    return Diary(entries=(*bouts, plan, *cups))


def test_times_of_a_kind_are_those_of_its_entries_and_cannot_be_written() -> None:
    told = diary()
    assert told.hours(Bout).tolist() == [bout.hours for bout in told.of(Bout)]
    assert told.hours(Bout) is told.hours(Bout)
    with pytest.raises(ValueError, match="read-only"):
        told.hours(Bout)[0] = 0.0
    assert told.hours(Stress).tolist() == []


def test_entries_after_a_time_begin_later() -> None:
    told = diary()
    second = told.of(Bout)[1]
    assert told.after(Bout, second.hours) == told.of(Bout)[2:]
    assert told.after(Bout, second.hours - 0.01) == told.of(Bout)[1:]
    assert told.after(Stress, 0.0) == ()


def test_a_diary_cut_after_its_end_is_the_same_one() -> None:
    told = diary()
    last = told.last
    assert last is not None
    assert told.until(last) is told
    assert told.until(last + DAY) is told
    assert len(told.until(last - timedelta(seconds=1)).entries) == len(told.entries) - 1
    assert Diary(entries=()).until(last).entries == ()


def test_what_was_taken_is_told_for_each_time_however_often_and_in_whichever_order_it_is_asked() -> None:
    told = diary()
    for days in (4, 1, 4, 2, 9):
        end = BEGIN + days * DAY
        fresh = diary()
        assert [intake.time for intake in told.intakes(end)] == [intake.time for intake in fresh.intakes(end)]
        found, expected = doses_taken(told, end), doses_taken(fresh, end)
        assert set(found) == set(expected) == {"caffeine", "levothyroxine"}
        for substance, doses in expected.items():
            np.testing.assert_array_equal(found[substance].taken_h, doses.taken_h)
    assert len(told.intakes(BEGIN + 9 * DAY)) > len(told.intakes())
