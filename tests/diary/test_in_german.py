"""What is wrong with an entry, and what an import has to say, is told in the language in use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from tests.german import english_in

from myotwitch.diary import ENTRY, KINDS, Diary, table_from_text
from myotwitch.diary.case_at import case_at
from myotwitch.diary.faults import sentences_of
from myotwitch.diary.imports import IMPORTERS, ImportSettings, guess_mapping, recognise
from myotwitch.errors import DiaryError, RequestError
from myotwitch.language import in_language

TIME = "2026-03-04T21:30:00+01:00"

FAULTY: tuple[Mapping[str, Any], ...] = (
    {"kind": "stress", "time": TIME, "level": 11.0},
    {"kind": "stress", "time": TIME, "level": "high"},
    {"kind": "stress", "time": TIME},
    {"kind": "stress", "time": "yesterday", "level": 3.0},
    {"kind": "stress", "time": "2026-03-04T21:30:00", "level": 3.0},
    {"kind": "stress", "time": "1812-03-04T21:30:00+01:00", "level": 3.0},
    {"kind": "stress", "time": TIME, "level": 3.0, "lvel": 2},
    {"kind": "bout", "time": TIME, "place": "eylid"},
    {"kind": "bout", "time": TIME, "place": "calf", "side": "top"},
    {"kind": "bout", "time": TIME, "muscle": "xyzzyq"},
    {"kind": "bout", "time": TIME, "muscle": "m" * 200},
    {"kind": "bout", "time": TIME, "place": "calf", "count": 0},
    {"kind": "bout", "time": TIME, "place": "calf", "count": 1.5},
    {"kind": "intake", "time": TIME, "substance": "cofee"},
    {"kind": "intake", "time": TIME, "substance": "s" * 200},
    {"kind": "intake", "time": TIME, "substance": "caffeine", "amount": 100.0},
    {"kind": "intake", "time": TIME, "substance": "caffeine", "amount": 100.0, "unit": "spoon"},
    {"kind": "schedule", "time": TIME, "substance": "caffeine", "at": ["08:00"], "until": "2025-03-04T21:30:00+01:00"},
    {"kind": "symptom", "time": TIME, "finding": "crampz"},
    {"kind": "symptom", "time": TIME, "finding": "HP:9999999"},
    {"kind": "lab", "time": TIME, "analyte": "potasium", "value": 4.0, "unit": "mmol/L"},
    {"kind": "lab", "time": TIME, "analyte": "potassium", "value": 4.0, "unit": "spoons"},
    {"kind": "lab", "time": TIME, "analyte": "sodium", "value": 14.0, "unit": "mmol/L"},
    {"kind": "note", "time": TIME, "text": " "},
    {"kind": "note", "time": TIME, "text": "a\x07b"},
    {"kind": "illness", "time": TIME, "event": "vanished"},
    {"kind": "sleep", "time": TIME, "duration_min": -5.0},
    {"kind": "sleep", "time": TIME, "duration_min": []},
)


def sentences(entry: Mapping[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as told:
        ENTRY.validate_python(entry)
    return [sentence for _field, sentence in sentences_of(told.value, KINDS[str(entry["kind"])])]


@pytest.mark.parametrize("entry", FAULTY, ids=str)
def test_what_is_wrong_with_an_entry_is_german(entry: Mapping[str, Any]) -> None:
    with in_language("de"):
        german = sentences(entry)
    assert german
    assert not english_in(german)
    assert german != sentences(entry)


def test_a_list_of_faults_is_german_with_its_lines_and_its_head() -> None:
    table = f"time,kind,place,muscle,value\n{TIME},bouts,calf,,\n{TIME},stress,,,99\n"
    with in_language("de"), pytest.raises(DiaryError) as told:
        table_from_text(table, "tagebuch.csv")
    assert str(told.value).startswith("tagebuch.csv hat ")
    assert "Zeile 2" in str(told.value)
    assert not english_in(str(told.value).splitlines())


def test_why_there_is_no_case_is_german() -> None:
    entries = table_from_text(f"time,kind,value\n{TIME},stress,3\n", "table").entries
    for diary in (Diary(entries=()), Diary(entries=entries)):
        with in_language("de"), pytest.raises(RequestError) as told:
            case_at(diary)
        assert not english_in([str(told.value)])


FILES = {
    "nonsense.txt": "nothing that is known",
    "table.csv": "when,what\n2026-03-04 21:30,twitch\n",
    "own.json": '{"schema": "myotwitch.diary/1", "entries": [{"kind": "bouts"}, 3, {"kind": "stress", "time": "x"}]}',
    "nomie.json": '{"nomie": {}, "events": [{"note": "#nothing", "end": 1772656200000}, 3]}',
    "fitbit.json": '[{"logId": 1, "startTime": "2026-03-04T21:30:00.000", "dateOfSleep": "2026-03-04"}]',
    "fhir.json": '{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}, {"resource": '
    '{"resourceType": "Observation", "status": "final", "code": {"text": "Mood"}}}]}',
    "bearable.csv": "date,date formatted,weekday,time of day,category,rating/amount,detail,notes\n"
    "22nd Sep 2020,2020-09-22,Tuesday,am,Symptom,3,Nothing known,\n2020,2020,Tuesday,am,Energy,3,Low,\n",
    "export.xml": '<?xml version="1.0"?><HealthData><Record type="HKCategoryTypeIdentifierSleepAnalysis" value="x" '
    'startDate="yesterday" endDate="2026-03-04 21:30:00 +0100"/></HealthData>',
    "broken.json": '{"schema": ',
}


def told_by_an_import(path: Path) -> list[str]:
    """Every sentence of an import: its faults, and what it tells of what was left out."""
    try:
        importer = recognise(path)
        read = IMPORTERS[importer](path, ImportSettings(skip_faulty=True))
    except DiaryError as error:
        return str(error).splitlines()
    return [str(fault) for fault in read.faults] + [str(notice.reason) for notice in read.notices]


@pytest.mark.parametrize("name", FILES)
def test_what_an_import_has_to_say_is_german(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    with in_language("de"):
        german = told_by_an_import(path)
    assert german
    assert not english_in(german)
    assert german != told_by_an_import(path)


def test_a_first_guess_at_a_table_is_explained_in_german(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("date,anything,calf_twitch\n03/04/2026,yes,3\n", encoding="utf-8")
    with in_language("de"):
        comments = [line.split("#", 1)[1] for line in guess_mapping(path).splitlines() if "#" in line]
    assert len(comments) > 1
    assert not english_in(comments)
