"""Watched time in hours, and the courses of factors, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from myotwitch.course.factors import averaged, exercise_course, plain_factors, sleep_course, stress_course
from myotwitch.course.hours import WatchedHours, cut_into_hours, watched_hours_of
from myotwitch.course.intakes import eliminations_of, intake_factors
from myotwitch.diary import Diary, hours_of, table_from_text
from myotwitch.substances import find_substance, substance
from myotwitch.substances.intake_curve import amount_in_body, peak_of_one_dose

HEAD = "time,kind,duration_min,value,substance,amount,unit\n"
DAY = "2026-03-04T"


def diary_of(*rows: str) -> Diary:
    return Diary(entries=table_from_text(HEAD + "\n".join(rows), "test").entries)


def at(clock: str, day: str = DAY) -> float:
    (note,) = diary_of(f"{day}{clock}:00+00:00,bout,,,,,").entries
    return hours_of(note.time)


def test_watched_time_is_cut_at_full_hours_and_keeps_its_length_and_bouts() -> None:
    diary = diary_of(
        f"{DAY}11:30:00+00:00,check_in,150,,,,",
        f"{DAY}09:00:00+00:00,bout,,,,,",
        f"{DAY}10:59:00+00:00,bout,,,,,",
        f"{DAY}11:00:00+00:00,bout,,,,,",
        f"{DAY}12:00:00+00:00,bout,,,,,",
    )
    hours = watched_hours_of(diary)
    assert hours.watched_h.tolist() == pytest.approx([1.0, 1.0, 0.5])
    assert hours.bouts.tolist() == [1.0, 1.0, 1.0]  # the last lies outside


def test_no_watched_time_gives_no_hours() -> None:
    assert len(cut_into_hours(np.empty((0, 2)), np.empty(0), np.empty(0))) == 0


def test_a_check_in_that_ends_on_the_hour_leaves_no_sliver() -> None:
    hours = cut_into_hours(np.array([[1.0, 3.0 + 1e-9]]), np.empty(0), np.empty(0))
    assert len(hours) == 2


def test_stress_looks_back_to_the_entry_before_and_no_more_than_a_day() -> None:
    course = stress_course(diary_of(f"{DAY}12:00:00+00:00,stress,,3,,,", "2026-03-06T12:00:00+00:00,stress,,9,,,"))
    noon = at("12:00")
    values = course(np.array([noon - 1, noon, noon + 1, noon + 23, noon + 25, noon + 48, noon + 49]))[0]
    np.testing.assert_array_equal(values, [1.0, 1.0, np.nan, np.nan, 3.0, 3.0, np.nan])


def test_sleep_counts_until_the_next_and_an_interrupted_one_is_one() -> None:
    course = sleep_course(
        diary_of(
            f"{DAY}00:00:00+00:00,sleep,120,,,,",
            f"{DAY}03:00:00+00:00,sleep,240,,,,",
            f"{DAY}23:00:00+00:00,sleep,480,,,,",
        )
    )
    night = at("00:00")
    values = course(night + np.array([-1.0, 8.0, 22.9, 23.1, 32.0, 90.0]))[0]
    np.testing.assert_allclose(values, [np.nan, -3.0, -3.0, -4.0, -4.0, np.nan])


def test_exercise_counts_for_a_day_from_its_end_and_sessions_add_by_effort() -> None:
    course = exercise_course(
        diary_of(
            f"{DAY}08:00:00+00:00,exercise,60,4,,,",
            f"{DAY}18:00:00+00:00,exercise,60,8,,,",
            "2026-03-10T08:00:00+00:00,exercise,60,4,,,",
        )
    )
    nine = at("09:00")
    assert course(nine + np.array([-0.1, 0.1, 10.1, 24.1, 34.1]))[0].tolist() == [0.0, 1.0, 3.0, 2.0, 0.0]


def test_a_course_is_averaged_over_what_is_known_of_a_piece() -> None:
    hours = WatchedHours(begin=np.array([0.0, 1.0]), end=np.array([1.0, 2.0]), bouts=np.zeros(2))
    assert averaged(lambda time: time[np.newaxis], hours)[0].tolist() == pytest.approx([0.5, 1.5])
    late = averaged(lambda time: np.where(time < 1.5, np.nan, 2.0)[np.newaxis], hours)[0]
    np.testing.assert_array_equal(late, [np.nan, 2.0])
    assert averaged(lambda time: time[np.newaxis], hours, np.array([0.0, 1.0]))[0].tolist() == pytest.approx([0.0, 1.0])


def test_a_substance_is_told_over_the_peak_of_the_median_dose_for_each_elimination() -> None:
    (factor,) = intake_factors(
        diary_of(
            f"{DAY}08:00:00+00:00,intake,,,caffeine,0.1,g",
            f"{DAY}14:00:00+00:00,intake,,,caffeine,200,mg",
            f"{DAY}18:00:00+00:00,intake,,,caffeine,200,mg",
            f"{DAY}19:00:00+00:00,intake,,,caffeine,,",
        )
    )
    assert (factor.name, factor.usual_dose, factor.unit) == ("caffeine", 200.0, "mg")
    caffeine = find_substance("caffeine")
    eliminations, _ = eliminations_of(caffeine)
    taken = at("08:00") + np.array([0.0, 6.0, 10.0, 11.0])
    amounts = np.array([100.0, 200.0, 200.0, 200.0])
    look = at("08:00") + np.array([-1.0, 3.0, 20.0])
    for row, elimination in zip(factor.course(look), eliminations.tolist(), strict=True):
        curve = amount_in_body(caffeine, taken, amounts, look, elimination_factor=elimination)
        peak = peak_of_one_dose(caffeine, 200.0, elimination_factor=elimination)
        np.testing.assert_allclose(row, curve / peak)


def test_the_range_of_eliminations_is_at_least_from_two_fifths_to_two_and_a_half() -> None:
    for one in substance.SUBSTANCES.values():
        eliminations, log_prior = eliminations_of(one)
        assert eliminations[0] <= 0.4 + 1e-9
        assert eliminations[-1] >= 2.5 - 1e-9
        assert log_prior.max() <= 0


def test_only_what_occurs_is_a_factor() -> None:
    assert [factor.name for factor in plain_factors(diary_of(f"{DAY}08:00:00+00:00,stress,,3,,,"))] == ["stress"]
    assert intake_factors(diary_of(f"{DAY}08:00:00+00:00,stress,,3,,,")) == []


def test_a_substance_of_which_nothing_was_ever_taken_is_a_factor_without_a_course() -> None:
    (factor,) = intake_factors(diary_of(f"{DAY}08:00:00+00:00,intake,,,caffeine,0,mg"))
    assert factor.usual_dose > 0
    assert np.all(factor.course(np.array([at("09:00")])) == 0)


DAILY = [f"2026-03-{day:02d}T08:00:00+00:00" for day in range(1, 31)]


def course_of_daily(substance: str, first: int = 0) -> np.ndarray:
    """Return what a daily dose from that day on makes of each following midnight; the diary begins on day 0."""
    rows = "\n".join(f"{time},intake,,,{substance},50,ug" for time in DAILY[first:])
    (factor,) = intake_factors(diary_of(f"{DAILY[0][:11]}07:00:00+00:00,stress,,3,,,\n{rows}"))
    at = diary_of(f"{DAILY[0][:11]}00:00:00+00:00,stress,,3,,,").entries[0].hours + 24.0 * np.arange(1, 30)
    return factor.course(at)


def test_what_lingers_for_days_and_was_taken_from_the_start_is_unknown_until_older_doses_are_gone() -> None:
    course = course_of_daily("levothyroxine")
    # Half-life of a week: three weeks from the first dose.
    assert np.isnan(course[:, :20]).all()
    assert np.isfinite(course[:, 22:]).all()


@pytest.mark.parametrize(("substance", "first"), [("levothyroxine", 6), ("caffeine", 0)])
def test_what_was_begun_later_or_is_gone_in_a_day_is_known_from_the_start(substance: str, first: int) -> None:
    assert np.isfinite(course_of_daily(substance, first)).all()


def test_amounts_in_different_units_of_mass_are_amounts_in_one() -> None:
    rows = [("08", "95", "mg"), ("09", "0.2", "g"), ("10", "95", "mg"), ("11", "1", "unit"), ("12", "1", "unit")]
    text = "\n".join(f"{DAY}{hour}:00:00+00:00,intake,,,caffeine,{amount},{unit}" for hour, amount, unit in rows)
    (factor,) = intake_factors(diary_of(text))
    assert (factor.usual_dose, factor.unit) == (95.0, "mg")
