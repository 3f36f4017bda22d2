from __future__ import annotations

from pathlib import Path

import pytest
from tests.diary.import_files import (
    APPLE_HEAD,
    BERLIN,
    adds_up,
    apple_file,
    apple_record,
    asleep,
    preview_of,
    reasons,
    written,
    zipped,
)

from myotwitch.diary import Cycle, Exercise, Intake, Sleep, Symptom
from myotwitch.diary.imports import ImportSettings
from myotwitch.errors import DiaryError, RequestError

PLAIN = ImportSettings()
CAFFEINE = "HKQuantityTypeIdentifierDietaryCaffeine"
MAGNESIUM = "HKQuantityTypeIdentifierDietaryMagnesium"
ALCOHOL = "HKQuantityTypeIdentifierNumberOfAlcoholicBeverages"
HEADACHE = "HKCategoryTypeIdentifierHeadache"
FLOW = "HKCategoryTypeIdentifierMenstrualFlow"
WORKOUT = (
    ' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="40" durationUnit="min" sourceName="W" '
    'startDate="2026-03-04 18:00:00 +0100" endDate="2026-03-04 18:40:00 +0100"></Workout>\n'
)


def test_stages_of_a_night_become_one_sleep_with_the_time_of_lying_down(tmp_path: Path) -> None:
    file = apple_file(
        tmp_path,
        [
            asleep("InBed", "2026-03-04 22:40", "2026-03-05 06:30", "iPhone"),
            asleep("AsleepCore", "2026-03-04 23:00", "2026-03-05 01:00"),
            asleep("Awake", "2026-03-05 01:00", "2026-03-05 01:20"),
            asleep("AsleepREM", "2026-03-05 01:20", "2026-03-05 06:20"),
            asleep("AsleepUnspecified", "2026-03-05 14:00", "2026-03-05 14:30"),
        ],
    )
    preview = preview_of(file, PLAIN)
    night, nap = preview.entries
    assert isinstance(night, Sleep) and isinstance(nap, Sleep)
    assert (night.time.isoformat(), night.duration_min) == ("2026-03-04T23:00:00+01:00", 420.0)
    assert night.to_bed is not None and night.to_bed.isoformat() == "2026-03-04T22:40:00+01:00"
    assert (nap.duration_min, nap.to_bed) == (30.0, None)
    assert (preview.records, preview.used, preview.left_out) == (5, 4, 1)


def test_two_devices_that_tell_the_same_night_count_each_moment_once(tmp_path: Path) -> None:
    file = apple_file(
        tmp_path,
        [
            asleep("AsleepCore", "2026-03-04 23:00", "2026-03-05 03:00"),
            asleep("AsleepCore", "2026-03-05 03:00", "2026-03-05 06:00"),
            asleep("AsleepUnspecified", "2026-03-04 23:30", "2026-03-05 06:30", "Ring"),
        ],
    )
    preview = preview_of(file, PLAIN)
    assert [entry.duration_min for entry in preview.entries if isinstance(entry, Sleep)] == [450.0]
    assert "several devices" in reasons(preview)
    assert adds_up(preview)


def test_time_in_bed_alone_is_no_sleep(tmp_path: Path) -> None:
    preview = preview_of(apple_file(tmp_path, [asleep("InBed", "2026-03-04 22:40", "2026-03-05 06:30")]), PLAIN)
    assert preview.entries == ()
    assert "without a record of sleep" in reasons(preview)


def test_what_was_taken_keeps_its_amount_and_unit(tmp_path: Path) -> None:
    file = apple_file(
        tmp_path,
        [
            apple_record(CAFFEINE, "95", "2026-03-04 08:00", unit="mg"),
            apple_record(CAFFEINE, "0.1", "2026-03-04 09:00", unit="g"),
            apple_record(ALCOHOL, "2", "2026-03-04 21:00", unit="count"),
        ],
    )
    preview = preview_of(file, PLAIN)
    taken = [entry for entry in preview.entries if isinstance(entry, Intake)]
    assert [(entry.substance, entry.amount, entry.unit) for entry in taken] == [
        ("caffeine", 95.0, "mg"), ("caffeine", 0.1, "g"), ("alcohol", 2.0, "unit"),
    ]  # fmt: skip
    assert "number of drinks" in reasons(preview)
    american = preview_of(file, ImportSettings(drink="us")).entries[-1]
    assert isinstance(american, Intake) and (american.amount, american.unit) == (28.0, "g")


def test_the_magnesium_of_a_logged_meal_is_no_supplement_but_its_caffeine_counts(tmp_path: Path) -> None:
    meal = apple_record(MAGNESIUM, "80", "2026-03-04 12:00", unit="mg")
    tablet = apple_record(MAGNESIUM, "300", "2026-03-04 22:00", unit="mg")
    coffee = apple_record(CAFFEINE, "60", "2026-03-04 12:00", unit="mg")
    food = f' <Correlation type="HKCorrelationTypeIdentifierFood">{meal}{coffee}</Correlation>\n'
    preview = preview_of(apple_file(tmp_path, [meal, tablet, coffee, food]), PLAIN)
    taken = [(entry.substance, entry.amount) for entry in preview.entries if isinstance(entry, Intake)]
    assert taken == [("caffeine", 60.0), ("magnesium_supplement", 300.0)]
    assert (preview.records, preview.left_out) == (3, 1)


def test_severities_are_placed_on_the_scale_and_not_present_is_zero(tmp_path: Path) -> None:
    words = ("NotPresent", "Mild", "Moderate", "Severe", "Unspecified")
    file = apple_file(
        tmp_path,
        [
            apple_record(HEADACHE, f"HKCategoryValueSeverity{word}", f"2026-03-0{day} 10:00")
            for day, word in enumerate(words, 1)
        ],
    )
    severities = [entry.severity for entry in preview_of(file, PLAIN).entries if isinstance(entry, Symptom)]
    assert severities == [0.0, 2.5, 5.4, 8.7, None]


def test_exercise_needs_an_effort_from_the_rating_or_from_the_person(tmp_path: Path) -> None:
    assert "--effort" in reasons(preview_of(apple_file(tmp_path, [WORKOUT]), PLAIN))
    (session,) = preview_of(apple_file(tmp_path, [WORKOUT]), ImportSettings(effort=4.0)).entries
    assert isinstance(session, Exercise) and (session.effort, session.duration_min) == (4.0, 40.0)
    rating = apple_record(
        "HKQuantityTypeIdentifierWorkoutEffortScore", "7", "2026-03-04 18:00", unit="appleEffortScore"
    )
    (rated,) = preview_of(apple_file(tmp_path, [rating, WORKOUT]), ImportSettings(effort=4.0)).entries
    assert isinstance(rated, Exercise) and rated.effort == 7.0


def test_days_of_bleeding_become_the_beginnings_of_periods(tmp_path: Path) -> None:
    days = ["2026-01-03", "2026-01-04", "2026-01-06", "2026-01-31", "2026-02-01"]
    value = "HKCategoryValueVaginalBleedingMedium"
    file = apple_file(tmp_path, [apple_record(FLOW, value, f"{day} 12:00") for day in days])
    begun = [entry.time.date().isoformat() for entry in preview_of(file, PLAIN).entries if isinstance(entry, Cycle)]
    assert begun == ["2026-01-03", "2026-01-31"]


def test_a_record_is_told_by_the_clock_of_where_it_happened(tmp_path: Path) -> None:
    inner = '<MetadataEntry key="HKTimeZone" value="America/New_York"/>'
    file = apple_file(tmp_path, [apple_record(CAFFEINE, "95", "2026-03-04 14:00", unit="mg", inner=inner)])
    assert preview_of(file, PLAIN).entries[0].time.isoformat() == "2026-03-04T08:00:00-05:00"
    assert preview_of(file, BERLIN).entries[0].time.isoformat() == "2026-03-04T14:00:00+01:00"


def test_everything_else_is_counted_and_the_person_is_hinted_at(tmp_path: Path) -> None:
    heart = [apple_record("HKQuantityTypeIdentifierHeartRate", "61", "2026-03-04 08:00", unit="count/min")] * 7
    mass = apple_record("HKQuantityTypeIdentifierBodyMass", "62.5", "2026-03-04 08:00", unit="kg")
    preview = preview_of(apple_file(tmp_path, [*heart, mass]), PLAIN)
    assert preview.entries == ()
    assert "HeartRate 7" in reasons(preview)
    assert "birth_year=1990 sex=female" in reasons(preview) and "weight_kg=62.5" in reasons(preview)
    assert (preview.records, preview.left_out) == (8, 8)


def test_the_archive_of_the_phone_is_read_whatever_its_language_calls_the_file(tmp_path: Path) -> None:
    inside = APPLE_HEAD + apple_record(CAFFEINE, "95", "2026-03-04 08:00", unit="mg") + "</HealthData>"
    members = {"apple_health_export/export_cda.xml": "<ClinicalDocument/>", "apple_health_export/导出.xml": inside}
    assert preview_of(zipped(tmp_path, dict(members)), PLAIN).kinds == {"intake": 1}


def test_a_faulty_record_is_refused_unless_the_person_leaves_it_out(tmp_path: Path) -> None:
    good = apple_record(CAFFEINE, "95", "2026-03-04 08:00", unit="mg")
    file = apple_file(tmp_path, [good, apple_record(CAFFEINE, "many", "2026-03-04 09:00", unit="mg")])
    with pytest.raises(DiaryError, match=r"line \d+ .*'many' is not a number"):
        preview_of(file, PLAIN)
    preview = preview_of(file, ImportSettings(skip_faulty=True))
    assert (len(preview.entries), preview.faulty, len(preview.faults)) == (1, 1, 1)
    assert adds_up(preview)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('<!DOCTYPE HealthData [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><HealthData>&b;</HealthData>', "entities"),
        ('<!DOCTYPE HealthData SYSTEM "file:///etc/passwd"><HealthData>&x;</HealthData>', "other files"),
        ('<!DOCTYPE HealthData [<!ENTITY x SYSTEM "file:///etc/passwd">]><HealthData>&x;</HealthData>', "entities"),
        ("<HealthData>" + "<a>" * 500, "nested too deeply"),
        ("<HealthData><Record type='x'>", "no complete XML"),
        ("<x><HealthData/></x>", "does not begin with HealthData"),
        ("<HealthData><Record type='" + "a" * 9_000_000 + "'/></HealthData>", "longer than any"),
        ('<?xml version="1.0" encoding="moon"?><HealthData/>', "XML"),
    ],
    ids=["entities", "external-dtd", "external-entity", "deep", "cut", "other-root", "long", "encoding"],
)
def test_hostile_xml_is_refused_with_one_message(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(DiaryError, match=said):
        preview_of(written(tmp_path, content, "export.xml"), PLAIN)


def test_an_archive_that_unpacks_to_far_more_than_it_says_is_refused(tmp_path: Path) -> None:
    bomb = (APPLE_HEAD + " " * 60_000_000).encode()
    with pytest.raises(DiaryError, match="would unpack to"):
        preview_of(zipped(tmp_path, {"export.xml": bomb}), PLAIN)


def test_an_unknown_drink_or_zone_is_told_at_once(tmp_path: Path) -> None:
    file = apple_file(tmp_path, [])
    with pytest.raises(RequestError, match="standard drink"):
        preview_of(file, ImportSettings(drink="xx"))
    with pytest.raises(RequestError, match="time zone"):
        preview_of(file, ImportSettings(zone="Mars/Base"))
    with pytest.raises(RequestError, match="effort"):
        ImportSettings(effort=11.0)
