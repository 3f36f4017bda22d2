from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.diary.import_files import adds_up, preview_of, reasons, written

from myotwitch.diary import Bout, Intake, Note, Sleep, Stress, Symptom
from myotwitch.diary.imports import ImportSettings
from myotwitch.errors import DiaryError

AT = 1772656200000
"""2026-03-04 20:30 UTC, in milliseconds."""
TABLE_HEAD = "epoch,start,end,offset,tracker,value,note,lat,lng,location,score\r\n"


def backup(*notes: str, trackers: dict[str, Any] | None = None) -> dict[str, Any]:
    events = [{"_id": f"e{index}", "note": note, "end": AT, "start": AT} for index, note in enumerate(notes)]
    return {"nomie": {"number": "5.6.16"}, "trackers": trackers or {}, "boards": [], "events": events}


def test_tags_become_what_they_name(tmp_path: Path) -> None:
    trackers = {
        "coffee": {"tag": "coffee", "uom": "num"},
        "magnesium": {"tag": "magnesium", "uom": "mg"},
        "sleep": {"tag": "sleep", "type": "timer", "uom": "timer"},
        "headache": {"tag": "headache", "type": "range", "min": "0", "max": "10"},
    }
    note = "#coffee(2) #magnesium(300) #sleep(07:30:00) #headache(4) #stress(6) #eyelid_twitching(3) #mood(5)"
    preview = preview_of(written(tmp_path, backup(note, trackers=trackers), "nomie.json"))
    said = {type(entry): entry for entry in preview.entries if not isinstance(entry, Intake)}
    intakes = {entry.substance: (entry.amount, entry.unit) for entry in preview.entries if isinstance(entry, Intake)}
    assert intakes == {"caffeine": (2.0, "unit"), "magnesium_supplement": (300.0, "mg")}
    sleep, bout, symptom, stress = said[Sleep], said[Bout], said[Symptom], said[Stress]
    assert isinstance(sleep, Sleep) and (sleep.time.isoformat(), sleep.duration_min) == (
        "2026-03-04T14:00:00+01:00",
        450,
    )
    assert isinstance(bout, Bout) and (bout.place, bout.count) == ("eyelid", 3)
    assert isinstance(symptom, Symptom) and (symptom.finding, symptom.severity) == ("headache", 4.0)
    assert isinstance(stress, Stress) and stress.level == 6.0
    assert "#mood" in reasons(preview) and (preview.records, preview.left_out) == (7, 1)


def test_words_without_tags_are_notes(tmp_path: Path) -> None:
    preview = preview_of(written(tmp_path, backup("A quiet day +home @anna"), "nomie.json"))
    assert [entry.text for entry in preview.entries if isinstance(entry, Note)] == ["A quiet day"]


def test_a_backup_needs_a_zone_since_it_tells_none(tmp_path: Path) -> None:
    with pytest.raises(DiaryError, match="--zone"):
        preview_of(written(tmp_path, backup("#coffee"), "nomie.json"), ImportSettings())


def test_a_table_tells_its_offset_west_of_utc_and_no_units(tmp_path: Path) -> None:
    text = f"{TABLE_HEAD}{AT},x,x,300,coffee,2,#coffee(2),,,,0\r\n{AT},x,x,300,note,1,slept badly,,,,0\r\n"
    preview = preview_of(written(tmp_path, text, "n.csv"), ImportSettings())
    assert {entry.time.isoformat() for entry in preview.entries} == {"2026-03-04T15:30:00-05:00"}
    assert [entry.amount for entry in preview.entries if isinstance(entry, Intake)] == [None]
    assert "those of the export" in reasons(preview) and adds_up(preview)


@pytest.mark.parametrize("end", [None, "soon", 1e300, True, [], -1e17])
def test_impossible_times_are_faults(tmp_path: Path, end: Any) -> None:
    document = backup("#coffee")
    document["events"][0]["end"] = end
    with pytest.raises(DiaryError):
        preview_of(written(tmp_path, document, "nomie.json"))
