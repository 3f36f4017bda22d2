"""The words after ``diary add KIND`` mean what a person would expect, or are refused with help."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from myotwitch.cli.diary_words import (
    POSITIONS,
    bound_from,
    entry_fields,
    named_cells,
    time_asked,
    time_from,
    values_of,
)
from myotwitch.diary import KINDS
from myotwitch.diary.diary import doses_of
from myotwitch.errors import MyotwitchError
from myotwitch.store import entry_from

NOW = datetime.fromisoformat("2026-03-04T12:00:00+01:00")


@pytest.fixture(autouse=True)
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock of a computer in Berlin."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


def document(words: list[str]) -> dict[str, Any]:
    return entry_from(entry_fields(words[0], words[1:], NOW), "The entry").to_document()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["bout", "eyelid", "left", "count=3"], {"place": "eyelid", "side": "left", "count": 3}),
        (["bout", "--place", "calf", "--painful", "no"], {"place": "calf", "painful": False}),
        (["bout", "--place=calf", "left"], {"place": "calf", "side": "left"}),
        (["bout", "muscle=gastrocnemius medialis"], {"place": "calf"}),
        (["bout"], {"count": 1, "time": "2026-03-04T12:00:00+01:00"}),
        (["check_in", "2h"], {"duration_min": 120.0}),
        (["intake", "caffeine", "95", "mg"], {"substance": "caffeine", "amount": 95.0, "unit": "mg"}),
        (["intake", "coffee", "0.1g"], {"substance": "caffeine", "amount": 0.1, "unit": "g"}),
        (["intake", "caffeine", "50µg"], {"amount": 50.0, "unit": "ug"}),
        (["intake", "caffeine"], {"substance": "caffeine"}),
        (["schedule", "levothyroxine", "50ug", "08:00", "20:00"], {"at": ["08:00", "20:00"], "unit": "ug"}),
        (["sleep", "7h30", "time=yesterday 23:10"], {"duration_min": 450.0, "time": "2026-03-03T23:10:00+01:00"}),
        (["sleep", "1.5h"], {"duration_min": 90.0}),
        (["stress", "6"], {"level": 6.0}),
        (["exercise", "7", "45", "text=on the hill"], {"effort": 7.0, "duration_min": 45.0, "text": "on the hill"}),
        (["screen", "90min"], {"duration_min": 90.0}),
        (["symptom", "headache", "3"], {"finding": "headache", "severity": 3.0}),
        (["symptom", "headache", "value=3"], {"severity": 3.0}),
        (["lab", "magnesium", "0.72", "mmol/L"], {"analyte": "magnesium", "value": 0.72, "unit": "mmol/L"}),
        (["cycle", "began"], {"event": "began"}),
        (["illness", "ended", "a", "cold"], {"event": "ended", "text": "a cold"}),
        (["vaccination", "tetanus"], {"text": "tetanus"}),
        (["note", "a", "day", "with", "words"], {"text": "a day with words"}),
    ],
)
def test_words_become_the_fields_of_their_kind(words: list[str], expected: dict[str, Any]) -> None:
    assert expected.items() <= document(words).items()


@pytest.mark.parametrize(
    ("to_bed", "asleep", "expected"),
    [
        ("22:10", "2026-03-01 22:40", "2026-03-01T22:10:00+01:00"),
        ("23:50", "2026-03-02 00:20", "2026-03-01T23:50:00+01:00"),
        ("22:10", "yesterday 22:40", "2026-03-03T22:10:00+01:00"),
        ("yesterday 22:10", "yesterday 22:40", "2026-03-03T22:10:00+01:00"),
        ("2026-02-28 22:10", "2026-02-28 22:40", "2026-02-28T22:10:00+01:00"),
        ("22:10", "2026-03-01T22:40:00-05:00", "2026-03-01T22:10:00-05:00"),
        ("22:10", "2026-07-01 22:40", "2026-07-01T22:10:00+02:00"),
    ],
)
def test_to_bed_is_of_the_night_of_its_entry_whatever_day_it_is_today(to_bed: str, asleep: str, expected: str) -> None:
    assert document(["sleep", "7h30", f"to_bed={to_bed}", f"time={asleep}"])["to_bed"] == expected


def test_to_bed_of_a_correction_is_of_the_night_of_the_entry() -> None:
    asleep = datetime.fromisoformat("2026-03-02T00:20:00+01:00")
    assert values_of("sleep", {"to_bed": "23:50"}, NOW, asleep)["to_bed"] == asleep - timedelta(minutes=30)


def test_a_plan_until_a_day_holds_on_that_day() -> None:
    told = document(["schedule", "ramipril", "5", "mg", "08:00", "until=2026-03-03", "time=2026-03-01 00:00"])
    assert told["until"] == "2026-03-03T23:59:59+01:00"
    plan = KINDS["schedule"].model_validate(told, strict=False)
    days = [dose.time.day for dose in doses_of(plan, NOW)]  # type: ignore[arg-type]
    assert days == [1, 2, 3]
    told = document(["schedule", "ramipril", "5", "mg", "08:00", "until=2026-03-03 07:00", "time=2026-03-01 00:00"])
    assert told["until"] == "2026-03-03T07:00:00+01:00"


@pytest.mark.parametrize(
    ("given", "begin", "end"),
    [
        ("2026-03-02", "2026-03-02T00:00:00+01:00", "2026-03-02T23:59:59.999999+01:00"),
        ("today", "2026-03-04T00:00:00+01:00", "2026-03-04T23:59:59.999999+01:00"),
        ("yesterday", "2026-03-03T00:00:00+01:00", "2026-03-03T23:59:59.999999+01:00"),
        ("2026-03-02 12:00", "2026-03-02T12:00:00+01:00", "2026-03-02T12:00:00+01:00"),
        ("now", NOW.isoformat(), NOW.isoformat()),
    ],
)
def test_a_day_alone_means_all_of_it(given: str, begin: str, end: str) -> None:
    assert bound_from(given, NOW).isoformat() == begin
    assert bound_from(given, NOW, is_end=True).isoformat() == end
    with pytest.raises(MyotwitchError, match="'2026-13-02' is not a time"):
        time_asked("2026-13-02", NOW, is_end=True)


def test_a_recording_is_kept_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "calf.edf").write_bytes(b"abc")
    told = document(["recording", str(tmp_path / "calf.edf"), "place=calf"])
    assert told["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert told["place"] == "calf"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["intake", "caffeine", "95"], "Amount and unit belong together"),
        (["intake", "caffeine", "much", "mg"], "'much' is not a number"),
        (["intake", "caffeine", "95", "mg", "more"], "one word too many"),
        (["stress", "11"], "level: .*10"),
        (["stress"], "level: It is missing"),
        (["bout", "count"], "The place 'count' is not known"),
        (["bout", "count=1", "count=2"], "given twice"),
        (["bout", "count=2.5"], "not a whole number"),
        (["bout", "--count"], "needs a value"),
        (["bout", "colour=red"], "'colour' is not known"),
        (["sleep", "long"], "no length of time"),
        (["recording", "missing.edf"], "cannot be read"),
        (["note", ""], "empty"),
        (["bout", "time=2026-03-29 02:30"], r"never showed .*2026-03-29T03:30:00\+02:00"),
        (["bout", "time=2025-10-26 02:30"], r"twice .*T02:30:00\+02:00 or .*T02:30:00\+01:00"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_help(words: list[str], told: str) -> None:
    with pytest.raises(MyotwitchError, match=told):
        document(words)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("now", "2026-03-04T12:00:00+01:00"),
        ("9:05", "2026-03-04T09:05:00+01:00"),
        ("today 21:30", "2026-03-04T21:30:00+01:00"),
        ("yesterday 21:30", "2026-03-03T21:30:00+01:00"),
        ("2026-01-05 21:30", "2026-01-05T21:30:00+01:00"),
        ("2026-07-05 21:30", "2026-07-05T21:30:00+02:00"),
        ("2026-07-05", "2026-07-05T00:00:00+02:00"),
        ("2026-07-05T21:30:00-04:00", "2026-07-05T21:30:00-04:00"),
    ],
)
def test_times_without_an_offset_are_by_this_computer_s_clock(given: str, expected: str) -> None:
    assert time_from(given, NOW).isoformat() == expected


def test_the_words_of_every_kind_are_fields_of_it_and_none_that_is_needed_is_left_out() -> None:
    assert set(POSITIONS) == set(KINDS)
    for kind, model in KINDS.items():
        needed = {name for name, field in model.model_fields.items() if field.is_required()} - {"time", "sha256"}
        assert needed <= set(POSITIONS[kind]) <= set(model.model_fields), kind


def test_changes_are_names_and_values_only() -> None:
    assert named_cells(["count=3", "--side", "left", "text="]) == {"count": "3", "side": "left", "text": ""}
    with pytest.raises(MyotwitchError, match="write name=value"):
        named_cells(["left"])
