"""Lengths and amounts that cannot be meant are refused before they are kept; those that are unlikely are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from myotwitch.diary import ENTRY, Entry
from myotwitch.diary.doubts import doubts_about, limits, refuse_impossible
from myotwitch.diary.imports import ImportSettings, import_table
from myotwitch.errors import DiaryError
from myotwitch.language import in_language

TIME = "2026-03-01T22:40:00+01:00"


def entry(kind: str, **fields: object) -> Entry:
    return ENTRY.validate_python({"kind": kind, "time": TIME, **fields})


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("sleep", {"duration_min": 83 * 60.0}),
        ("sleep", {"duration_min": 450.0, "to_bed": "2026-03-01T22:41:00+01:00"}),
        ("sleep", {"duration_min": 450.0, "to_bed": "2026-02-28T22:10:00+01:00"}),
        ("check_in", {"duration_min": 28 * 1440.0}),
        ("screen", {"duration_min": 30 * 60.0}),
        ("exercise", {"effort": 3.0, "duration_min": 72 * 60.0}),
        ("intake", {"substance": "alcohol", "amount": 500.0, "unit": "ml"}),
        ("intake", {"substance": "alcohol", "amount": 400.0, "unit": "g"}),
        ("intake", {"substance": "alcohol", "amount": 40.0, "unit": "unit"}),
        ("schedule", {"substance": "alcohol", "amount": 500.0, "unit": "ml", "at": ("20:00",)}),
    ],
)
def test_what_cannot_be_is_refused(kind: str, fields: dict[str, object]) -> None:
    with pytest.raises(DiaryError) as refused:
        refuse_impossible(entry(kind, **fields), "The entry")
    (fault,) = refused.value.faults
    assert fault.path in fields
    assert fault.message.endswith(".")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("sleep", {"duration_min": 1440.0, "to_bed": TIME}),
        ("sleep", {"duration_min": 450.0, "to_bed": "2026-03-01T22:10:00+01:00"}),
        ("check_in", {"duration_min": 1440.0}),
        ("check_in", {"duration_min": 1500.0}),
        ("exercise", {"effort": 3.0}),
        ("intake", {"substance": "alcohol", "amount": 14.0, "unit": "g"}),
        ("intake", {"substance": "alcohol", "amount": 20.0, "unit": "ml"}),
        ("intake", {"substance": "alcohol", "amount": 4.0, "unit": "unit"}),
        ("intake", {"substance": "alcohol"}),
        ("intake", {"substance": "caffeine", "amount": 400.0, "unit": "mg"}),
        ("intake", {"substance": "nicotine", "amount": 20.0, "unit": "unit"}),
        ("stress", {"level": 3.0}),
    ],
)
def test_what_a_diary_of_the_contract_may_say_is_not_doubted(kind: str, fields: dict[str, object]) -> None:
    assert doubts_about(entry(kind, **fields)) == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"substance": "alcohol", "amount": 150.0, "unit": "ml"},
        {"substance": "caffeine", "amount": 95.0, "unit": "g"},
    ],
)
def test_what_is_unlikely_is_told_and_kept(fields: dict[str, object]) -> None:
    doubtful = entry("intake", **fields)
    (doubt,) = doubts_about(doubtful)
    assert not doubt.is_impossible
    refuse_impossible(doubtful, "The entry")


def test_a_bottle_of_spirits_in_one_entry_is_below_the_limit() -> None:
    assert limits().most_alcohol_grams > 700.0 * 0.4 * 0.789


def test_an_import_tells_every_doubt_once_with_an_example_and_keeps_the_rows(tmp_path: Path) -> None:
    table = tmp_path / "diary.csv"
    table.write_text(
        "time,kind,duration_min,substance,amount,unit\n"
        f"{TIME},sleep,4980,,,\n{TIME},sleep,5000,,,\n{TIME},intake,,alcohol,500,ml\n{TIME},intake,,alcohol,14,g\n",
        encoding="utf-8",
    )
    found = import_table(table, ImportSettings())
    assert len(found.entries) == 4
    told = {notice.count: str(notice) for notice in found.notices}
    assert "24 h in one go" in told[2]
    assert f"{TIME} sleep: 83 h" in told[2]
    assert "half a litre of beer" in told[1]


def test_a_doubt_is_told_in_german() -> None:
    with in_language("de"):
        (doubt,) = doubts_about(entry("sleep", duration_min=83 * 60.0))
        assert "Mehr als 24 h" in doubt.reason
