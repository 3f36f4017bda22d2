"""Entries: valid once they exist, true to their offset, the same in JSON and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from myotwitch.diary import ENTRY, KINDS, Bout, CheckIn, DiaryPerson, Entry, Intake, Note, Sleep, hours_of, time_of
from myotwitch.diary.faults import sentences_of

TIME = "2026-03-04T21:30:00+01:00"
SMALLEST: dict[str, dict[str, Any]] = {
    "bout": {}, "check_in": {"duration_min": 60.0}, "intake": {"substance": "caffeine"},
    "schedule": {"substance": "caffeine", "at": ["08:00"]}, "sleep": {"duration_min": 450.0}, "stress": {"level": 5.0},
    "exercise": {"effort": 5.0}, "screen": {"duration_min": 30.0}, "symptom": {"finding": "headache"},
    "lab": {"analyte": "magnesium", "value": 0.8, "unit": "mmol/L"}, "cycle": {}, "pregnancy": {}, "illness": {},
    "vaccination": {}, "recording": {"sha256": "ab" * 32}, "note": {"text": "words"},
}  # fmt: skip


def entry(kind: str = "bout", **fields: Any) -> Entry:
    return ENTRY.validate_python({"kind": kind, "time": TIME, **SMALLEST[kind], **fields})


def refusal(kind: str = "bout", **fields: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        entry(kind, **fields)
    return "; ".join(f"{field}: {sentence}" for field, sentence in sentences_of(refused.value, KINDS[kind]))


def test_there_is_a_smallest_entry_of_every_kind() -> None:
    assert set(SMALLEST) == set(KINDS)


@pytest.mark.parametrize("kind", list(KINDS))
def test_an_entry_comes_back_from_its_document_and_cannot_be_changed(kind: str) -> None:
    made = entry(kind)
    assert ENTRY.validate_python(made.to_document()) == made
    assert made.kind == kind
    with pytest.raises(ValidationError):
        made.text = "other"  # type: ignore[misc]


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_needs_what_makes_it_mean_something(kind: str) -> None:
    for needed in SMALLEST[kind]:
        with pytest.raises(ValidationError):
            ENTRY.validate_python({"kind": kind, "time": TIME, **SMALLEST[kind], needed: None})
    assert "colour" in refusal(kind, colour="red")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("2026-03-04T21:30:00", "no offset"),
        ("2026-03-04", "no offset"),
        ("yesterday", "is not a time"),
        ("", "is not a time"),
        (1772656200, "is not a time"),
        (None, "is not a time"),
        ("1066-10-14T12:00:00+00:00", "year 1066"),
        ("2200-01-01T00:00:00+00:00", "year 2200"),
    ],
)
def test_a_time_needs_its_offset_and_a_possible_year(given: Any, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Bout(time=given)


def test_a_time_keeps_the_offset_at_which_it_was_written() -> None:
    for text, offset in (
        ("2026-03-04T21:30:00+01:00", timedelta(hours=1)),
        ("2026-03-04T21:30:00Z", timedelta(0)),
        ("2026-03-04T21:30:00-03:30", -timedelta(hours=3, minutes=30)),
        ("2026-03-04T21:30:00.250000+05:45", timedelta(hours=5, minutes=45)),
    ):
        made = entry(time=text)
        assert made.time.utcoffset() == offset
        assert made.time.replace(tzinfo=None) == datetime.fromisoformat(text).replace(tzinfo=None)
        assert datetime.fromisoformat(made.to_document()["time"]).utcoffset() == offset


def test_hours_count_what_passed_on_the_days_when_the_clock_is_changed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for day, hours in ((datetime(2026, 3, 29), 23.0), (datetime(2026, 10, 25), 25.0), (datetime(2026, 6, 1), 24.0)):
        begin, end = (Note(time=time.replace(tzinfo=berlin), text="x") for time in (day, day + timedelta(days=1)))
        assert end.hours - begin.hours == hours


def test_an_hour_that_the_clock_showed_twice_is_two_hours() -> None:
    first, second = entry(time="2026-10-25T02:30:00+02:00"), entry(time="2026-10-25T02:30:00+01:00")
    assert second.hours - first.hours == 1.0
    assert first.fingerprint != second.fingerprint


def test_hours_and_times_are_each_other_s_way_back() -> None:
    time = datetime(2026, 3, 4, 21, 30, tzinfo=timezone(timedelta(hours=-8)))
    assert time_of(hours_of(time), like=time) == time
    assert time_of(hours_of(time), like=time).utcoffset() == timedelta(hours=-8)
    assert time_of(0.0) == datetime(1970, 1, 1, tzinfo=UTC)


def test_the_place_follows_from_the_muscle_unless_it_is_said() -> None:
    assert entry(muscle="gastrocnemius medialis").place == "calf"  # type: ignore[union-attr]
    assert entry(muscle="gastrocnemius medialis", place="knee").place == "knee"  # type: ignore[union-attr]
    assert entry().place is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        ("bout", {"place": "eylid"}, "Did you mean 'eyelid'"),
        ("bout", {"side": "up"}, "left"),
        ("bout", {"count": 0}, "count: 0 is too low"),
        ("bout", {"count": 1.5}, "whole number"),
        ("bout", {"strength": 10.5}, "0 to 10"),
        ("bout", {"duration_s": -1.0}, "allowed is 0"),
        ("bout", {"painful": "yes"}, "True or false is needed"),
        ("bout", {"character": "wobble"}, "flicker"),
        ("bout", {"strength": float("nan")}, "not possible"),
        ("check_in", {"duration_min": 50_000.0}, "allowed is 0"),
        ("intake", {"substance": "cafeine"}, "Did you mean 'caffeine'"),
        ("intake", {"amount": 95.0}, "belong together"),
        ("intake", {"unit": "mg"}, "belong together"),
        ("intake", {"amount": 95.0, "unit": "cups"}, "Allowed are mg, g, ug, ml, unit"),
        ("intake", {"amount": -1.0, "unit": "mg"}, "allowed is 0"),
        ("schedule", {"at": ["8:00"]}, "at"),
        ("schedule", {"at": []}, "at"),
        ("schedule", {"until": "2026-03-03T00:00:00+01:00"}, "before it begins"),
        ("lab", {"unit": "stones"}, "mmol/L"),
        ("lab", {"value": 900.0}, "In umol/L it would be an ordinary value"),
        ("cycle", {"event": "paused"}, "began, ended"),
        ("recording", {"sha256": "abc"}, "sha256"),
        ("note", {"text": "   "}, "empty"),
        ("note", {"key": "short"}, "key"),
    ],
)
def test_what_cannot_be_is_refused_with_help(kind: str, fields: dict[str, Any], told: str) -> None:
    assert told in refusal(kind, **fields)


def test_amounts_in_milligrams_where_the_unit_is_a_mass() -> None:
    for amount, unit, expected in ((95.0, "mg", 95.0), (0.1, "g", 100.0), (50.0, "ug", 0.05), (2.0, "unit", None)):
        taken = entry("intake", amount=amount, unit=unit)
        assert isinstance(taken, Intake)
        assert taken.amount_mg == (None if expected is None else pytest.approx(expected))
    beer = entry("intake", substance="alcohol", amount=20.0, unit="ml")
    assert beer.amount_mg == pytest.approx(15_780.0)  # type: ignore[union-attr]
    assert entry("intake").amount_mg is None  # type: ignore[union-attr]


def test_sleep_ends_after_its_length() -> None:
    slept = Sleep(time=datetime.fromisoformat("2026-03-28T23:30:00+01:00"), duration_min=480.0)
    assert slept.awake == datetime.fromisoformat("2026-03-29T08:30:00+02:00")


def test_two_entries_that_say_the_same_have_one_fingerprint_and_two_keys() -> None:
    one, other = entry(count=3), entry(count=3)
    assert one.key != other.key
    assert one.fingerprint == other.fingerprint
    for different in (entry(count=4), entry(count=3, text="x"), entry(count=3, time="2026-03-04T20:30:00Z")):
        assert different.fingerprint != one.fingerprint


def test_the_age_is_between_what_the_year_of_birth_allows() -> None:
    person = DiaryPerson(birth_year=1990)
    assert person.age_years(datetime(2026, 7, 2)) == pytest.approx(36.0, abs=0.01)
    assert DiaryPerson(birth_year=2026).age_years(datetime(2026, 1, 5)) == 0.0
    assert DiaryPerson().age_years(datetime(2026, 1, 5)) is None


def test_a_check_in_of_nothing_is_possible_and_watches_nothing() -> None:
    assert isinstance(entry("check_in", duration_min=0.0), CheckIn)
