from __future__ import annotations

from pathlib import Path

import pytest
from tests.diary.import_files import adds_up, preview_of, reasons, written

from myotwitch.diary import Bout, Intake, Note, Sleep, Stress, Symptom
from myotwitch.diary.imports import ImportSettings
from myotwitch.errors import DiaryError

HEAD = "date,weekday,time of day,category,rating/amount,detail,notes\n"
DAY = '"4th Mar 2026","Wednesday"'


def table(*rows: str) -> str:
    return HEAD + "".join(f"{DAY},{row}\n" for row in rows)


def test_symptoms_by_part_of_the_day_are_placed_in_its_middle_and_that_is_told(tmp_path: Path) -> None:
    rows = ('"am","Symptom","2","Brain fog (Moderate)",""', '"pm","Symptom","1","Eyelid twitching (Mild)",""',
            '"mid","Symptom","3","Stress (Severe)",""', '"am","Symptom","1","Nausea (Mild)",""')  # fmt: skip
    preview = preview_of(written(tmp_path, table(*rows), "b.csv"))
    symptom, stress, bout = preview.entries
    assert isinstance(symptom, Symptom) and isinstance(stress, Stress) and isinstance(bout, Bout)
    assert (symptom.time.isoformat(), symptom.finding, symptom.severity) == (
        "2026-03-04T09:00:00+01:00", "poor_concentration", 5.4,
    )  # fmt: skip
    assert stress.level == 8.7 and (bout.place, bout.strength, bout.time.hour) == ("eyelid", 2.5, 21)
    assert "six hours from midnight" in reasons(preview) and "Nausea" in reasons(preview)
    assert (preview.records, preview.left_out) == (4, 1)


def test_medicines_are_intakes_at_their_time(tmp_path: Path) -> None:
    rows = (
        '"8:05","Meds/Supplements","50","Sertraline (mg)",""',
        '"22:00","Meds/Supplements","1","Ibuprofen (tablet)",""',
    )
    preview = preview_of(written(tmp_path, table(*rows), "b.csv"))
    (taken,) = preview.entries
    assert isinstance(taken, Intake)
    assert (taken.substance, taken.amount, taken.unit, taken.time.hour) == ("sertraline", 50.0, "mg", 8)
    assert "names no substance" in reasons(preview)


def test_a_sleep_begins_the_evening_before_the_day_of_waking(tmp_path: Path) -> None:
    row = '"","Sleep","7:10","Asleep 23:20 - 06:40. In bed 22:50 - 07:00",". "'
    (sleep,) = preview_of(written(tmp_path, table(row), "b.csv")).entries
    assert isinstance(sleep, Sleep)
    assert (sleep.time.isoformat(), sleep.duration_min) == ("2026-03-03T23:20:00+01:00", 430.0)
    assert sleep.to_bed is not None and sleep.to_bed.isoformat() == "2026-03-03T22:50:00+01:00"


def test_a_note_beside_a_rating_is_kept_and_ratings_and_factors_are_counted(tmp_path: Path) -> None:
    rows = ('"10:00","Mood","6","Good","rested at last"', '"all day","Factors","","Busy day | Caffeine",""')
    preview = preview_of(written(tmp_path, table(*rows), "b.csv"))
    assert [entry.text for entry in preview.entries if isinstance(entry, Note)] == ["rested at last"]
    assert "Factors" in reasons(preview) and adds_up(preview)


def test_the_newer_head_with_a_second_date_is_read(tmp_path: Path) -> None:
    head = HEAD.replace("date,", "date,date formatted,")
    text = f'{head}"4th Mar 2026","2026-03-04","Wednesday","9:00","Meds/Supplements","50","Sertraline (mg)",""\n'
    assert preview_of(written(tmp_path, text, "b.csv")).kinds == {"intake": 1}


def test_without_a_zone_and_with_impossible_dates_it_is_refused(tmp_path: Path) -> None:
    row = '"9:00","Meds/Supplements","50","Sertraline (mg)",""'
    with pytest.raises(DiaryError, match="--zone"):
        preview_of(written(tmp_path, table(row), "b.csv"), ImportSettings())
    with pytest.raises(DiaryError, match="not a date of Bearable"):
        preview_of(written(tmp_path, table(row).replace("4th Mar", "31st Feb"), "b.csv"))
