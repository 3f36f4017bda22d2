from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.diary.import_files import BERLIN, adds_up, preview_of, reasons, written, zipped

from myotwitch.diary import Exercise, Sleep
from myotwitch.diary.imports import ImportSettings
from myotwitch.errors import DiaryError

NIGHT = {
    "logId": 1,
    "dateOfSleep": "2026-03-05",
    "startTime": "2026-03-04T23:10:00.000",
    "endTime": "2026-03-05T07:00:30.000",
    "duration": 28230000,
    "minutesToFallAsleep": 10,
    "minutesAsleep": 412,
    "minutesAwake": 48,
    "timeInBed": 470,
}
RUN = {
    "logId": 9,
    "activityName": "Run",
    "startTime": "03/04/26 18:00:00",
    "duration": 2700000,
    "activeDuration": 2400000,
}


def test_a_night_keeps_its_minutes_asleep_and_when_the_person_lay_down(tmp_path: Path) -> None:
    (night,) = preview_of(written(tmp_path, [NIGHT], "sleep-2026-03-05.json")).entries
    assert isinstance(night, Sleep)
    assert (night.time.isoformat(), night.duration_min) == ("2026-03-04T23:20:00+01:00", 412.0)
    assert night.to_bed is not None and night.to_bed.isoformat() == "2026-03-04T23:10:00+01:00"


def test_times_without_an_offset_are_refused_unless_the_zone_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, [NIGHT], "sleep.json")
    with pytest.raises(DiaryError, match=r"no offset from UTC.*--zone"):
        preview_of(file, ImportSettings())


def test_an_hour_that_the_clocks_showed_twice_is_told_and_one_that_they_never_showed_is_refused(tmp_path: Path) -> None:
    twice = {**NIGHT, "startTime": "2026-10-25T02:30:00.000", "minutesToFallAsleep": 0}
    preview = preview_of(written(tmp_path, [twice], "sleep.json"))
    assert preview.entries[0].time.isoformat() == "2026-10-25T02:30:00+02:00"
    assert "showed twice" in reasons(preview)
    never = {**NIGHT, "startTime": "2026-03-29T02:30:00.000"}
    with pytest.raises(DiaryError, match="never showed"):
        preview_of(written(tmp_path, [never], "sleep.json"))


def test_exercise_of_the_archive_is_read_with_an_effort_and_its_clock_is_questioned(tmp_path: Path) -> None:
    file = zipped(
        tmp_path,
        {
            "Takeout/Fitbit/Global Export Data/exercise-0.json": json.dumps([RUN]),
            "Takeout/Fitbit/Global Export Data/heart_rate-2026-03-04.json": "[]",
        },
    )
    assert preview_of(file).entries == ()
    preview = preview_of(file, ImportSettings(zone="Europe/Berlin", effort=6.0))
    (run,) = preview.entries
    assert isinstance(run, Exercise)
    assert (run.time.isoformat(), run.duration_min, run.text) == ("2026-03-04T18:00:00+01:00", 40.0, "Run")
    assert "compare one" in reasons(preview)


def test_a_record_that_stands_in_two_files_counts_once(tmp_path: Path) -> None:
    members = {f"Fitbit/sleep-2026-0{month}-01.json": json.dumps([NIGHT]) for month in (2, 3)}
    preview = preview_of(zipped(tmp_path, dict(members)))
    assert (len(preview.entries), preview.records, preview.left_out) == (1, 2, 1)


@pytest.mark.parametrize("field", ["minutesAsleep", "startTime", "minutesToFallAsleep"])
def test_wrong_types_are_faults_of_their_record(tmp_path: Path, field: str) -> None:
    file = written(tmp_path, [NIGHT, {**NIGHT, "logId": 2, field: {"a": []}}], "sleep.json")
    with pytest.raises(DiaryError, match=r"\[1\]"):
        preview_of(file)
    preview = preview_of(file, ImportSettings(zone="Europe/Berlin", skip_faulty=True))
    assert (preview.used, preview.faulty) == (1, 1) and adds_up(preview)


def test_the_zone_of_the_settings_is_the_one_that_is_used(tmp_path: Path) -> None:
    file = written(tmp_path, [NIGHT], "sleep.json")
    assert preview_of(file, ImportSettings(zone="UTC")).entries[0].time != preview_of(file, BERLIN).entries[0].time
