"""What is said of factors: of any diary, and in the contract's words."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from validation.diaries.simulate import simulate
from validation.diaries.worlds import TUNING

from myotwitch.course.course import Course, course_of
from myotwitch.course.document import course_document, sentence_of
from myotwitch.course.document_schema import course_schema
from myotwitch.course.drivers import Driver, Verdict, drivers_of
from myotwitch.course.hours import watched_hours_of
from myotwitch.diary import Diary, table_from_text

HEAD = "time,kind,place,duration_min,value,substance,amount,unit\n"


def diary_of(rows: str) -> Diary:
    return Diary(entries=table_from_text(HEAD + rows, "test").entries)


def found_in(diary: Diary) -> dict[str, Driver]:
    return {driver.factor: driver for driver in drivers_of(diary, watched_hours_of(diary)).drivers}


def course_that_fits_the_schema(diary: Diary) -> Course:
    course = course_of(diary)
    jsonschema.validate(json.loads(json.dumps(course_document(course), allow_nan=False)), course_schema())
    return course


@pytest.fixture(scope="module")
def month() -> Diary:
    """A simulated diary of four weeks in which caffeine is at work."""
    rows = simulate(TUNING["short"], np.random.default_rng([9, 4])).csv()
    entries = table_from_text(rows, "simulated").entries
    return Diary(entries=entries[: len(entries) // 2])


DAYS = [f"2026-03-{day:02d}T" for day in range(1, 31)]
WATCHED = "\n".join(f"{day}20:00:00+01:00,check_in,,600,,,," for day in DAYS)
POOR = {
    "no entry": "",
    "one bout": "2026-03-04T08:00:00+01:00,bout,eyelid,,,,,",
    "one check-in": "2026-03-04T08:00:00+01:00,check_in,,60,,,,",
    "one hour with a bout and a coffee": "2026-03-04T08:00:00+01:00,check_in,,60,,,,\n"
    "2026-03-04T07:30:00+01:00,bout,,,,,,\n2026-03-04T07:10:00+01:00,intake,,,,caffeine,95,mg",
    "no check-in": "2026-03-04T07:10:00+01:00,intake,,,,caffeine,95,mg\n2026-03-04T09:00:00+01:00,stress,,,5,,,\n"
    "2026-03-04T00:00:00+01:00,sleep,,400,,,,\n2026-03-04T08:00:00+01:00,exercise,,30,0,,,\n"
    "2026-03-04T10:00:00+01:00,bout,,,,,,",
    "no bout": f"{WATCHED}\n2026-03-04T12:00:00+01:00,intake,,,,caffeine,95,mg",
    "a constant factor": f"{WATCHED}\n" + "\n".join(f"{day}21:00:00+01:00,stress,,,5,,," for day in DAYS),
    "a dose before everything": f"1990-01-01T08:00:00+01:00,intake,,,,caffeine,95,mg\n{WATCHED}",
    "check-ins of no length": "2026-03-04T08:00:00+01:00,check_in,,0,,,,\n2026-03-04T08:00:00+01:00,stress,,,5,,,",
    "amounts that are not known": f"{WATCHED}\n2026-03-04T12:00:00+01:00,intake,,,,nicotine,,\n"
    "2026-03-05T12:00:00+01:00,intake,,,,alcohol,2,unit\n2026-03-06T12:00:00+01:00,intake,,,,alcohol,,",
}


@pytest.mark.parametrize("rows", POOR.values(), ids=POOR.keys())
def test_a_diary_that_tells_nothing_has_a_course_that_says_so(rows: str) -> None:
    diary = diary_of(rows)
    course = course_that_fits_the_schema(diary)
    for driver in course.drivers:
        assert driver.verdict is Verdict.CANNOT_TELL
        low, high = driver.interval
        assert 0 < low < 0.7
        assert 1.4 < high < np.inf


def test_every_factor_of_a_diary_has_one_row(month: Diary) -> None:
    course = course_that_fits_the_schema(month)
    kinds = {entry.kind for entry in month.entries} & {"stress", "sleep", "exercise"}
    taken = {intake.substance for intake in month.intakes()}
    assert sorted(driver.factor for driver in course.drivers) == sorted(kinds | taken)


def test_verdicts_are_those_of_the_contract(month: Diary) -> None:
    for driver in found_in(month).values():
        low, high = driver.interval
        assert low < driver.rate_ratio < high
        assert driver.p_value <= driver.q_value
        if driver.q_value < 0.05:
            assert driver.verdict is (Verdict.RAISES if driver.rate_ratio > 1 else Verdict.LOWERS)
        else:
            within = low >= 0.8 and high <= 1.25
            assert driver.verdict is (Verdict.NO_EFFECT_SEEN if within else Verdict.CANNOT_TELL)
        assert driver.factor.replace("_", " ") in sentence_of(driver)


def test_the_same_diary_gives_the_same_answer_some_weeks_later(month: Diary) -> None:
    later = Diary(
        entries=tuple(entry.model_copy(update={"time": entry.time + timedelta(weeks=9)}) for entry in month.entries)
    )
    for name, driver in found_in(later).items():
        assert driver.rate_ratio == pytest.approx(found_in(month)[name].rate_ratio, rel=0.02)


def test_the_unit_in_which_amounts_are_written_changes_no_ratio(month: Diary) -> None:
    in_grams = Diary(
        entries=tuple(
            entry.model_copy(update={"amount": entry.amount / 1000, "unit": "g"})
            if entry.kind == "intake" and entry.unit == "mg" and entry.amount is not None
            else entry
            for entry in month.entries
        )
    )
    before = found_in(month)
    for name, driver in found_in(in_grams).items():
        assert driver.rate_ratio == pytest.approx(before[name].rate_ratio, rel=1e-6)


def test_bouts_outside_watched_time_change_nothing(month: Diary) -> None:
    night = table_from_text(HEAD + "2026-01-10T03:33:00+00:00,bout,calf,,,,,", "test").entries
    course = course_of(Diary(entries=(*month.entries, *night)))
    assert course.bouts == course_of(month).bouts


def test_every_further_kind_of_entry_has_one_row_that_says_what_it_is_for() -> None:
    simulated = simulate(TUNING["more written"], np.random.default_rng([9, 5]))
    course = course_that_fits_the_schema(Diary(entries=table_from_text(simulated.csv(), "simulated").entries))
    told = {driver.factor: driver for driver in course.drivers}
    assert {"screen", "illness", "vaccination", "cycle"} <= told.keys()
    assert len(told) == len(course.drivers)
    for factor, words in (("screen", "screen time"), ("cycle", "the week before a period"), ("illness", "illness")):
        assert words in sentence_of(told[factor])
    for driver in course.drivers:
        assert driver.interval[0] < driver.rate_ratio < driver.interval[1]
        assert np.sign(driver.attributable_share) in {0, np.sign(driver.rate_ratio - 1)}


def test_a_medicine_by_plan_is_the_same_factor_as_its_doses_written_one_by_one(month: Diary) -> None:
    head = "time,kind,substance,amount,unit,at\n"
    plan = table_from_text(head + "2026-01-06T00:00:00+00:00,schedule,ramipril,5,mg,08:00 20:00", "plan").entries
    planned = Diary(entries=(*month.entries, *plan))
    doses = tuple(dose for dose in planned.intakes() if dose.substance == "ramipril")
    assert len(doses) > 30
    written = Diary(entries=(*month.entries, *doses))
    assert found_in(planned)["ramipril"] == found_in(written)["ramipril"]


def test_two_substances_always_taken_together_are_named_as_inseparable() -> None:
    generator = np.random.default_rng(8)
    rows = [WATCHED]
    for day in DAYS:
        if generator.random() < 0.5:
            hour = generator.integers(9, 19)
            rows += [f"{day}{hour:02d}:30:00+01:00,intake,,,,{name},100,mg" for name in ("caffeine", "theophylline")]
        rows += [f"{day}{hour:02d}:10:00+01:00,bout,,,,,," for hour in range(10, 20) if generator.random() < 0.4]
    diary = diary_of("\n".join(rows))
    assert drivers_of(diary, watched_hours_of(diary)).inseparable == (("caffeine", "theophylline"),)


def test_a_medicine_taken_every_day_at_the_same_hour_cannot_be_told_from_the_clock() -> None:
    generator = np.random.default_rng(9)
    rows = [WATCHED, *(f"{day}12:00:00+01:00,intake,,,,ramipril,5,mg" for day in DAYS)]
    rows += [
        f"{day}{hour:02d}:10:00+01:00,bout,,,,,," for day in DAYS for hour in range(10, 20) if generator.random() < 0.4
    ]
    driver = found_in(diary_of("\n".join(rows)))["ramipril"]
    assert driver.follows_clock
    assert driver.verdict is Verdict.CANNOT_TELL
    assert "vary it" in sentence_of(driver)


def test_more_days_see_smaller_effects() -> None:
    simulated = simulate(TUNING["drifting"], np.random.default_rng([9, 2]))
    entries = table_from_text(simulated.csv(), "simulated").entries
    whole, half = found_in(Diary(entries=entries)), found_in(Diary(entries=entries[: len(entries) // 2]))
    smallest_seen = [
        np.mean([drivers[name].detectable_ratio for name in whole.keys() & half.keys()]) for drivers in (whole, half)
    ]
    assert smallest_seen[0] < smallest_seen[1]


def test_the_documented_schema_is_the_one_of_the_types() -> None:
    path = Path(__file__).parents[2] / "docs" / "schema" / "course.schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == course_schema()
