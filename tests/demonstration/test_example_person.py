"""The example person: three months that end today, simulated, and marked so in everything that leaves the program."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import runpy
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from myotwitch.course.course import course_of
from myotwitch.demonstration import EXAMPLE_PERSON, example_entries, example_recording, write_example
from myotwitch.diary import Bout, Diary, RecordingMade, table_text
from myotwitch.diary.exports import EXPORTERS
from myotwitch.errors import RequestError
from myotwitch.store import add_person, names_in, open_store, read_diary

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "examples" / "make_example_person.py"
NOW = datetime.fromisoformat("2026-11-27T21:30:00+01:00")


def test_the_script_remakes_the_table_to_the_byte() -> None:
    made = runpy.run_path(str(SCRIPT))
    text = table_text(made["simulate"](np.random.default_rng(made["SEED"])))
    assert text == (ROOT / "src" / "myotwitch" / "demonstration" / "example_diary.csv").read_text(encoding="utf-8")


def test_the_diary_covers_three_months_and_ends_on_the_day_it_is_asked_for() -> None:
    entries = example_entries(NOW)
    assert entries[-1].time.date() == NOW.date()
    assert timedelta(days=91) <= entries[-1].time - entries[0].time <= timedelta(days=94)
    kinds = {entry.kind for entry in entries}
    assert kinds >= {
        "bout",
        "check_in",
        "intake",
        "schedule",
        "sleep",
        "stress",
        "exercise",
        "symptom",
        "lab",
        "recording",
    }


@pytest.mark.parametrize(
    "clock", ["2026-11-27T00:00:00+01:00", "2028-02-29T12:00:00-09:30", "2026-03-29T03:10:00+02:00"]
)
def test_nothing_of_it_lies_in_the_future_and_every_entry_has_the_offset_of_the_clock(clock: str) -> None:
    now = datetime.fromisoformat(clock)
    entries = example_entries(now)
    assert len(entries) > 1000
    assert max(entry.time for entry in entries) <= now
    assert {entry.time.utcoffset() for entry in entries} == {now.utcoffset()}


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(RequestError, match="no offset from UTC"):
        example_entries(datetime(2026, 11, 27))


def test_every_entry_says_that_it_is_simulated_and_so_does_every_export() -> None:
    diary = Diary(entries=example_entries(NOW))
    assert all((entry.text or "").startswith("simulated") for entry in diary.entries)
    rows = list(csv.DictReader(io.StringIO(EXPORTERS["csv"](diary))))
    assert all(row["text"].startswith("simulated") for row in rows)
    document = json.loads(EXPORTERS["json"](diary))
    assert all(entry["text"].startswith("simulated") for entry in document["entries"])
    bundle = json.loads(EXPORTERS["fhir"](diary))
    own = [entry["resource"] for entry in bundle["entry"]]
    told = [resource for resource in own if resource["resourceType"] not in ("Patient", "Device", "Provenance")]
    assert len(told) == len(diary.entries)
    assert all("simulated" in json.dumps(resource) for resource in told)


def test_the_recording_is_the_one_that_the_diary_names_and_says_that_it_is_simulated() -> None:
    (entry,) = Diary(entries=example_entries(NOW)).of(RecordingMade)
    assert hashlib.sha256(example_recording()).hexdigest() == entry.sha256
    assert b"simulated" in example_recording()[:256]


def test_the_course_finds_what_is_true_of_this_person_and_nothing_else() -> None:
    truth = runpy.run_path(str(SCRIPT))["LOG_RATIO"]
    drivers = {driver.factor: driver for driver in course_of(Diary(entries=example_entries(NOW))).drivers}
    low, high = drivers["caffeine"].interval
    assert 1 < low < np.exp(truth["cup"]) < high
    for harmless in ("alcohol", "magnesium_supplement"):
        low, high = drivers[harmless].interval
        assert low < 1 < high


def test_the_store_holds_the_example_alone_and_making_it_again_makes_it_anew(tmp_path: Path) -> None:
    for _ in range(2):
        with open_store(write_example(tmp_path / "out", NOW)) as store:
            assert names_in(store) == (EXAMPLE_PERSON,)
            diary = read_diary(store)
    assert sorted(entry.said for entry in diary.entries) == sorted(entry.said for entry in example_entries(NOW))
    assert diary.person is not None
    assert diary.person.age_years(NOW.date()) == pytest.approx(34, abs=1)
    assert len(diary.of(Bout)) > 300


def test_what_else_lies_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    write_example(tmp_path, NOW)
    write_example(tmp_path, NOW)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_the_diary_of_somebody_else_under_its_name_is_never_replaced(tmp_path: Path) -> None:
    store = write_example(tmp_path, NOW)
    with open_store(store) as there:
        add_person(there, "anna")
    with pytest.raises(RequestError, match="holds the diary of anna"):
        write_example(tmp_path, NOW)
    with open_store(store) as there:
        assert names_in(there) == (EXAMPLE_PERSON, "anna")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RequestError, match="Name another folder"):
        write_example(tmp_path / "file" / "below", NOW)
