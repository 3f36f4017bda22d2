"""A diary told as a case at any day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from myotwitch.case import Case, When, case_from_text, case_to_yaml
from myotwitch.causes import assess
from myotwitch.diary import (
    Bout,
    CheckIn,
    Diary,
    DiaryPerson,
    Entry,
    Exercise,
    Illness,
    Intake,
    Lab,
    Note,
    Pregnancy,
    RecordingMade,
    Schedule,
    Screen,
    Sleep,
    Stress,
    Symptom,
    Vaccination,
)
from myotwitch.diary.case_at import case_at
from myotwitch.diary.windows import begin_of_run, case_windows, known_since_days
from myotwitch.errors import RequestError

NOW = datetime.fromisoformat("2026-03-04T20:00:00+01:00")
PERSON = DiaryPerson(birth_year=1990, sex="female", weight_kg=62.0)


def ago(days: float = 0.0, hours: float = 0.0) -> datetime:
    return NOW - timedelta(days=days, hours=hours)


def bout(days: float = 0.0, **fields: Any) -> Bout:
    return Bout(time=ago(days), **({"place": "eyelid", "side": "left"} | fields))


def old_note() -> Note:
    """An entry that makes the diary older than what is told in it."""
    return Note(time=ago(400), text="The diary begins.")


def case_of(*entries: Entry, person: DiaryPerson | None = PERSON, at: datetime = NOW) -> Case:
    return case_at(Diary(entries=entries, person=person), at)


def findings_of(*entries: Entry, person: DiaryPerson = PERSON) -> dict[str, bool]:
    case = case_of(bout(), old_note(), *entries, person=person)
    return {state.finding: state.present for state in case.findings}


def since_of(finding: str, *entries: Entry) -> float | None:
    case = case_of(bout(), old_note(), *entries)
    return next(state.since_days for state in case.findings if state.finding == finding)


def exposures_of(*entries: Entry, person: DiaryPerson = PERSON) -> dict[str, dict[str, Any]]:
    case = case_of(bout(), old_note(), *entries, person=person)
    return {exposure.substance: exposure.model_dump(exclude_none=True) for exposure in case.exposures}


class TestPerson:
    def test_age_sex_and_weight_are_those_of_the_person(self) -> None:
        person = case_of(bout()).person
        assert (person.sex.value, person.weight_kg) == ("female", 62.0)
        assert 35.0 < person.age_years < 36.2

    def test_without_a_year_of_birth_there_is_no_case(self) -> None:
        for person in (None, DiaryPerson(weight_kg=62.0)):
            with pytest.raises(RequestError, match="year of birth"):
                case_of(bout(), person=person)

    def test_pregnancy_is_known_from_its_entries_only(self) -> None:
        assert case_of(bout()).person.pregnant is None
        began = Pregnancy(time=ago(100))
        assert case_of(bout(), began).person.pregnant is True
        assert case_of(bout(), began, Pregnancy(time=ago(5), event="ended")).person.pregnant is False
        assert case_of(bout(), Pregnancy(time=ago(500))).person.pregnant is None


class TestTwitching:
    def test_each_place_and_side_is_one_entry_the_most_frequent_first(self) -> None:
        case = case_of(bout(1), bout(2, place="calf", count=5), bout(3, place="calf", side="right"))
        assert [(entry.place, entry.side) for entry in case.twitching] == [
            ("calf", "left"), ("calf", "right"), ("eyelid", "left"),
        ]  # fmt: skip

    def test_a_place_that_has_been_quiet_for_weeks_is_left_out(self) -> None:
        assert [entry.place for entry in case_of(bout(1), bout(60, place="calf")).twitching] == ["eyelid"]

    def test_where_nothing_twitched_lately_the_last_weeks_with_bouts_count(self) -> None:
        assert [entry.place for entry in case_of(bout(200), bout(205, place="calf")).twitching] == ["calf", "eyelid"]

    def test_length_look_and_pain_are_the_usual_ones(self) -> None:
        bouts = [bout(day, duration_s=float(day + 10), painful=day == 1, character="flicker") for day in range(1, 6)]
        (entry,) = case_of(*bouts).twitching
        assert (entry.bout_seconds, entry.character, entry.painful) == (13.0, "flicker", False)

    def test_another_look_is_an_entry_of_its_own_unless_it_is_a_slip(self) -> None:
        flickers = [bout(day / 10, character="flicker") for day in range(1, 20)]
        assert len(case_of(*flickers, bout(5, character="jerk")).twitching) == 1
        jerks = [bout(day / 10, character="jerk") for day in range(1, 8)]
        assert {entry.character for entry in case_of(*flickers, *jerks).twitching} == {"flicker", "jerk"}

    def test_bouts_a_day_count_what_was_watched(self) -> None:
        watched = [CheckIn(time=ago(day, 1), duration_min=240) for day in range(10)]
        seen = [bout(day + 2 / 24) for day in range(10)]
        unwatched = [bout(day + 0.5) for day in range(10)]
        (entry,) = case_of(*watched, *seen, *unwatched).twitching
        assert entry.bouts_per_day == pytest.approx(10 / 40 * 16)

    def test_without_check_ins_the_bouts_a_day_are_not_known(self) -> None:
        assert case_of(*(bout(day) for day in range(10))).twitching[0].bouts_per_day is None

    def test_a_place_that_joins_an_older_diary_began_with_its_first_bout(self) -> None:
        (entry,) = case_of(old_note(), bout(10), bout(1)).twitching
        assert entry.since_days == pytest.approx(10.0)

    def test_after_a_long_pause_it_began_anew(self) -> None:
        (entry,) = case_of(old_note(), bout(350), bout(20), bout(1)).twitching
        assert entry.since_days == pytest.approx(20.0)

    def test_when_it_began_is_not_known_at_the_start_of_a_diary_and_later_a_lower_bound(self) -> None:
        assert case_of(bout(10), bout(1)).twitching[0].since_days is None
        bouts = [bout(day) for day in range(0, 120, 20)]
        assert case_of(*bouts).twitching[0].since_days == pytest.approx(100.0)

    def test_bouts_without_a_place_count_only_where_none_has_one(self) -> None:
        nowhere = Bout(time=ago(1))
        assert [entry.place for entry in case_of(nowhere, bout(2)).twitching] == ["eyelid"]
        assert [entry.place for entry in case_of(nowhere).twitching] == [None]

    def test_a_muscle_brings_its_place(self) -> None:
        (entry,) = case_of(Bout(time=ago(1), muscle="gastrocnemius", side="left")).twitching
        assert entry.place == "calf"
        assert entry.muscle is not None

    def test_what_the_bouts_say_of_when_they_come_is_kept(self) -> None:
        bouts = [bout(day, when="rest") for day in range(1, 5)]
        assert case_of(*bouts, bout(6, when="asleep")).twitching[0].when == (When.REST,)

    def test_bouts_close_to_sleep_and_exercise_come_then(self) -> None:
        nights = [Sleep(time=ago(day + 0.5), duration_min=420) for day in range(10)]
        before = [bout(day + 0.5 + 0.2 / 24) for day in range(10)]
        assert case_of(*nights, *before).twitching[0].when == (When.FALLING_ASLEEP,)
        after_waking = [bout(day + 0.5 - 7.2 / 24) for day in range(1, 10)]
        assert case_of(*nights, *after_waking).twitching[0].when == (When.ON_WAKING,)
        runs = [Exercise(time=ago(day, 3), effort=6.0, duration_min=60) for day in range(1, 10, 2)]
        after_running = [bout(day + 1 / 24) for day in range(1, 10, 2)]
        assert case_of(*runs, *after_running).twitching[0].when == (When.AFTER_EXERCISE,)

    def test_bouts_at_any_time_of_the_day_have_no_circumstance(self) -> None:
        nights = [Sleep(time=ago(day + 0.5), duration_min=420) for day in range(10)]
        watched = [CheckIn(time=ago(day), duration_min=600) for day in range(10)]
        spread = [bout(day + hour / 24) for day in range(10) for hour in range(10)]
        assert case_of(*nights, *watched, *spread).twitching[0].when == ()

    def test_a_clear_change_of_the_last_weeks_is_its_trend(self) -> None:
        watched = [CheckIn(time=ago(day), duration_min=600) for day in range(56)]
        few = [bout(day + hour / 10) for day in range(14, 56) for hour in range(3)]
        many = [bout(day + hour / 30) for day in range(14) for hour in range(12)]
        (entry,) = case_of(*watched, *few, *many).twitching
        assert entry.trend is not None
        assert entry.trend.value == "worsening"


class TestFindings:
    def test_the_last_word_on_a_symptom_decides(self) -> None:
        there, gone = (
            Symptom(time=ago(9), finding="tingling", severity=4.0),
            Symptom(time=ago(2), finding="tingling", severity=0.0),
        )
        assert findings_of(there)["tingling"] is True
        assert findings_of(there, gone)["tingling"] is False
        assert findings_of(Symptom(time=ago(9), finding="tingling"))["tingling"] is True

    def test_a_symptom_fades_from_memory_and_history_does_not(self) -> None:
        told = findings_of(
            Symptom(time=ago(60), finding="headache", severity=4.0), Symptom(time=ago(300), finding="diabetes"),
            Symptom(time=ago(100), finding="muscle_wasting", severity=4.0),
            Symptom(time=ago(60), finding="recent_infection"),
        )  # fmt: skip
        assert "headache" not in told
        assert "recent_infection" not in told
        assert told["diabetes"] is True
        assert told["muscle_wasting"] is True

    def test_since_when_counts_from_the_first_of_an_unbroken_run(self) -> None:
        weak = [Symptom(time=ago(day), finding="weakness", severity=3.0) for day in (150, 90, 60, 30, 2)]
        assert since_of("weakness", *weak) == pytest.approx(150.0)
        not_weak = Symptom(time=ago(75), finding="weakness", severity=0.0)
        assert since_of("weakness", *weak, not_weak) == pytest.approx(60.0)

    def test_stress_is_the_mean_of_two_weeks(self) -> None:
        def told(level: float) -> bool | None:
            return findings_of(*(Stress(time=ago(day), level=level) for day in range(5))).get("stress")

        assert (told(7.0), told(4.0), told(1.0)) == (True, None, False)
        assert "stress" not in findings_of(Stress(time=ago(1), level=9.0))
        assert "stress" not in findings_of(*(Stress(time=ago(day), level=9.0) for day in range(20, 30)))

    def test_too_little_sleep_is_that_of_a_week(self) -> None:
        def told(hours: float, person: DiaryPerson = PERSON) -> bool | None:
            nights = (Sleep(time=ago(day + 0.7), duration_min=hours * 60) for day in range(6))
            return findings_of(*nights, person=person).get("sleep_deprivation")

        assert (told(5.0), told(6.5), told(7.5)) == (True, None, False)
        assert told(7.5, DiaryPerson(birth_year=2018)) is None

    def test_a_nap_adds_to_its_day(self) -> None:
        nights = [Sleep(time=ago(day + 0.7), duration_min=330) for day in range(6)]
        naps = [Sleep(time=ago(day + 0.2), duration_min=100) for day in range(6)]
        assert findings_of(*nights)["sleep_deprivation"] is True
        assert findings_of(*nights, *naps)["sleep_deprivation"] is False

    def test_hard_exercise_is_that_of_two_days(self) -> None:
        assert findings_of(Exercise(time=ago(1), effort=9.0))["intense_exercise"] is True
        assert findings_of(Exercise(time=ago(5), effort=9.0))["intense_exercise"] is False
        assert findings_of(Exercise(time=ago(1), effort=3.0))["intense_exercise"] is False
        assert "intense_exercise" not in findings_of()

    def test_hours_at_a_screen_are_those_of_a_day(self) -> None:
        def told(hours: float) -> bool | None:
            days = (Screen(time=ago(day, 9), duration_min=hours * 60) for day in range(5))
            return findings_of(*days).get("screen_time_high")

        assert (told(8.0), told(4.0), told(1.0)) == (True, None, False)

    def test_an_illness_is_there_until_it_ends_and_a_vaccination_for_six_weeks(self) -> None:
        began = Illness(time=ago(8), finding="fever")
        assert findings_of(began)["fever"] is True
        assert findings_of(began, Illness(time=ago(4), event="ended", finding="fever"))["fever"] is False
        assert findings_of(Vaccination(time=ago(10)))["recent_vaccination"] is True
        assert "recent_vaccination" not in findings_of(Vaccination(time=ago(60)))

    def test_a_symptom_entry_comes_before_what_other_entries_say(self) -> None:
        stress = [Stress(time=ago(day), level=9.0) for day in range(5)]
        assert findings_of(*stress, Symptom(time=ago(1), finding="stress", severity=0.0))["stress"] is False


class TestExposures:
    def test_a_daily_habit_is_told_by_its_usual_amount_and_times(self) -> None:
        coffees = [
            Intake(time=ago(day, hours), substance="caffeine", amount=95.0, unit="mg")
            for day in range(60) for hours in (4, 8, 12)
        ]  # fmt: skip
        told = exposures_of(*coffees)["caffeine"]
        assert told["amount_mg"] == 95.0
        assert told["times_per_day"] == pytest.approx(3.0, rel=0.03)
        assert told["last_hours_ago"] == 4.0
        assert told["since_days"] == pytest.approx(59.5)
        assert "stopped_days_ago" not in told

    def test_what_was_taken_every_day_and_is_no_longer_was_stopped(self) -> None:
        doses = [Intake(time=ago(day), substance="alprazolam", amount=0.5, unit="mg") for day in range(6, 60)]
        told = exposures_of(*doses)["alprazolam"]
        assert told["stopped_days_ago"] == 6.0
        assert "times_per_day" not in told

    def test_a_missed_day_is_no_stop(self) -> None:
        doses = [Intake(time=ago(day), substance="sertraline", amount=50.0, unit="mg") for day in range(2, 60)]
        assert "stopped_days_ago" not in exposures_of(*doses)["sertraline"]

    def test_what_is_taken_once_a_week_is_not_stopped_between(self) -> None:
        doses = [Intake(time=ago(day), substance="alendronate", amount=70.0, unit="mg") for day in range(6, 70, 7)]
        assert "stopped_days_ago" not in exposures_of(*doses)["alendronate"]

    def test_a_plan_that_ended_was_stopped(self) -> None:
        plan = Schedule(
            time=ago(100), substance="sertraline", amount=50.0, unit="mg", at=("08:00",), until=ago(10)
        )  # fmt: skip
        told = exposures_of(plan)["sertraline"]
        assert told["stopped_days_ago"] == pytest.approx(10.5, abs=0.1)
        assert told["amount_mg"] == 50.0

    def test_since_counts_from_the_last_raise_of_a_plan(self) -> None:
        low = Schedule(time=ago(100), substance="sertraline", amount=50.0, unit="mg", at=("08:00",), until=ago(12))
        high = Schedule(time=ago(12), substance="sertraline", amount=100.0, unit="mg", at=("08:00",))
        assert exposures_of(low, high)["sertraline"]["since_days"] == 12.0

    def test_single_doses_count_while_they_may_act_and_leave_no_withdrawal(self) -> None:
        def single(substance: str, days: float) -> dict[str, dict[str, Any]]:
            return exposures_of(Intake(time=ago(days), substance=substance, amount=10.0, unit="mg"))

        assert single("diazepam", 5)["diazepam"]["last_hours_ago"] == 120.0
        assert "stopped_days_ago" not in single("diazepam", 5)["diazepam"]
        assert single("caffeine", 10) == {}

    def test_a_dose_of_nothing_denies(self) -> None:
        assert exposures_of(Intake(time=ago(1), substance="caffeine", amount=0.0, unit="mg")) == {
            "caffeine": {"substance": "caffeine", "taken": False}
        }

    def test_smoking_stands_in_for_nicotine(self) -> None:
        assert exposures_of(person=DiaryPerson(birth_year=1990, smokes=True))["nicotine"]["taken"] is True
        assert exposures_of(person=DiaryPerson(birth_year=1990, smokes=False))["nicotine"]["taken"] is False
        assert "nicotine" not in exposures_of()

    def test_pieces_tell_no_mass(self) -> None:
        cigarettes = [Intake(time=ago(day), substance="nicotine", amount=1.0, unit="unit") for day in range(20)]
        assert "amount_mg" not in exposures_of(*cigarettes)["nicotine"]


class TestTheRest:
    def test_the_last_value_of_each_analyte_counts(self) -> None:
        old = Lab(time=ago(90), analyte="magnesium", value=0.6, unit="mmol/L")
        new = Lab(time=ago(2), analyte="magnesium", value=0.8, unit="mmol/L")
        other = Lab(time=ago(700), analyte="tsh", value=2.0, unit="mU/L")
        labs = case_of(bout(), old, new, other).labs
        assert [(lab.analyte, lab.value, lab.days_ago) for lab in labs] == [
            ("magnesium", 0.8, 2.0),
            ("tsh", 2.0, 700.0),
        ]

    def test_recordings_of_the_last_weeks_are_named(self) -> None:
        made = RecordingMade(time=ago(1), sha256="ab" * 32, file="calf.edf", place="calf", side="left")
        nameless = RecordingMade(time=ago(2), sha256="cd" * 32)
        old = RecordingMade(time=ago(90), sha256="ef" * 32, file="old.edf")
        case = case_of(made, nameless, old, made.model_copy(update={"key": "0" * 32}))
        assert [reference.file for reference in case.recordings] == ["cd" * 32, "calf.edf"]
        assert case.twitching == ()

    def test_notes_and_names_of_illnesses_are_kept_once(self) -> None:
        note, same = Note(time=ago(3), text="Worse at work."), Note(time=ago(2), text="Worse at work.")
        assert case_of(bout(), note, same, Illness(time=ago(9), text="Flu.")).notes == ("Flu.", "Worse at work.")

    def test_what_comes_later_does_not_count(self) -> None:
        entries = bout(10), Symptom(time=ago(1), finding="tingling"), bout(1, place="calf")
        case = case_of(*entries, at=ago(5))
        assert [entry.place for entry in case.twitching] == ["eyelid"]
        assert case.findings == ()

    def test_a_diary_of_one_entry_is_a_case(self) -> None:
        diary = Diary(entries=(bout(),), person=PERSON)
        assert case_at(diary) == case_at(diary, NOW)

    def test_a_diary_without_twitching_is_none(self) -> None:
        with pytest.raises(RequestError, match="no entries"):
            case_at(Diary(entries=(), person=PERSON))
        with pytest.raises(RequestError, match="neither a bout nor a recording"):
            case_of(old_note())

    def test_other_windows_give_another_case(self) -> None:
        diary = Diary(entries=(bout(), bout(40, place="calf")), person=PERSON)
        wide = replace(case_windows(), twitching_days=60.0)
        assert len(case_at(diary, NOW).twitching) == 1
        assert len(case_at(diary, NOW, wide).twitching) == 2

    def test_the_case_can_be_written_read_and_assessed(self) -> None:
        coffee = [Intake(time=ago(day, 3), substance="caffeine", amount=400.0, unit="mg") for day in range(30)]
        stress = [Stress(time=ago(day), level=8.0) for day in range(10)]
        absent = Symptom(time=ago(2), finding="weakness", severity=0.0)
        lids = [bout(day / 2, character="flicker", duration_s=20.0) for day in range(20)]
        case = case_of(old_note(), *coffee, *stress, *lids, absent)
        assert case_from_text(case_to_yaml(case), "case.yaml", "yaml") == case
        assessment = assess(case)
        assert assessment.urgency.value in ("harmless", "watch")
        assert "eyelid_myokymia" in [ranked.cause.name for ranked in assessment.causes[:2]]


def test_a_run_ends_at_the_first_long_gap() -> None:
    assert begin_of_run([0.0], 1.0) == 0.0
    assert begin_of_run([0.0, 24.0, 48.0], 1.0) == 0.0
    assert begin_of_run([0.0, 24.1, 48.0], 1.0) == 24.1


def test_what_is_known_of_a_beginning_depends_on_when_the_diary_began() -> None:
    windows = case_windows()
    assert known_since_days(500.0, 0.0, 524.0, windows) == 1.0
    assert known_since_days(24.0, 0.0, 240.0, windows) is None
    assert known_since_days(0.0, 0.0, 24.0 * 100, windows) == 100.0
