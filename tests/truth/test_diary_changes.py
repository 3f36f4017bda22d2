"""Alarms, before-and-after, patterns, own experiments on simulated people; ``validation/diary_changes`` has many more.

The bounds allow for the scatter of so few diaries: three standard errors around what ``docs/changes.md`` tells.
"""

from __future__ import annotations

import numpy as np
import pytest
from validation.diary_changes.alarms import false_alarms, found_of
from validation.diary_changes.experiments import experiment_levels
from validation.diary_changes.ideal import likeliest_process
from validation.diary_changes.pattern_levels import clock_levels, spreading_levels, trend_levels, week_levels
from validation.diary_changes.rivals import first_alarm, optimal_partition
from validation.diary_changes.turns import turns_found
from validation.diary_changes.worlds import REPORTED, simulate

USUAL = REPORTED["drift 0.7, 12 h"]
SLOW = REPORTED["drift 0.35, 5 days"]


@pytest.mark.parametrize("world", [USUAL, SLOW], ids=["fast drift", "slow drift"])
def test_a_drifting_rate_raises_half_a_false_alarm_a_year_at_most(world: object) -> None:
    measured = false_alarms(world, seed=11, diaries=25)  # type: ignore[arg-type]
    # Twenty-five years with half an alarm each have twelve or thirteen; three standard errors more are ten alarms.
    assert measured["alarm"] <= 0.5 + 3 * np.sqrt(0.5 / 25)


def test_a_doubling_is_found_on_its_day_though_the_rate_drifts_and_its_interval_holds() -> None:
    found, _ = found_of(USUAL, 2.0, seed=12, diaries=40)
    assert found.day_is_near >= 0.75
    assert found.alarm_in_time >= 0.17
    assert found.ratio_covered >= 0.85
    assert found.day_covered >= 0.85


def test_a_doubling_is_told_within_two_weeks_where_the_rate_does_not_drift() -> None:
    found, _ = found_of(REPORTED["Poisson"], 2.0, seed=13, diaries=25)
    assert found.alarm_in_time >= 0.8
    assert found.day_is_near >= 0.9


@pytest.mark.parametrize(("world", "days"), [(USUAL, (0.35, 1.0)), (SLOW, (2.8, 8.0))], ids=["12 hours", "5 days"])
def test_the_likeliest_process_of_many_years_has_the_time_constant_of_the_world(
    world: object, days: tuple[float, float]
) -> None:
    process = likeliest_process(world, np.random.default_rng(23))  # type: ignore[arg-type]
    assert days[0] <= process.drift_days[0] <= days[1]
    assert process.scatter[0] <= 0.1


def test_what_was_begun_in_a_bad_week_and_does_nothing_is_not_said_to_help() -> None:
    for world in (USUAL, SLOW):
        found = turns_found(world, 1.0, seed=14, diaries=60)
        assert found.begun > 40
        assert found.false_effects <= 0.14
        assert found.covered >= 0.87
    assert turns_found(USUAL, 0.5, seed=15, diaries=30).false_effects >= 0.8


def test_a_drift_is_no_trend_and_no_pattern_of_the_clock_or_of_the_week() -> None:
    assert trend_levels(SLOW, seed=16, diaries=60)["rising or falling"] <= 0.14
    flat = REPORTED["drift 0.7, 12 h"].__class__(drifts=USUAL.drifts, swing=0.0)
    assert clock_levels(flat, seed=17, diaries=80)["seen"] <= 0.13
    measured = week_levels(USUAL, seed=18, diaries=80)
    assert measured["seen"] <= 0.13
    assert measured["chi-square"] >= 0.4


def test_more_watching_is_no_spread_and_three_new_places_are_one() -> None:
    sparse = USUAL.__class__(drifts=USUAL.drifts, watched=0.4)
    assert spreading_levels(sparse, seed=19, diaries=40, watched_later=1.0) <= 0.1
    assert spreading_levels(USUAL, seed=20, diaries=25, new=3) >= 0.7


def test_an_experiment_shows_what_its_plan_said_and_nothing_where_there_is_nothing() -> None:
    nothing = experiment_levels(USUAL, 1.0, seed=21, diaries=24)
    assert nothing["shown"] <= 0.19
    effect = experiment_levels(USUAL, 1.5, seed=22, diaries=24)
    assert effect["covered"] >= 0.81
    assert effect["shown"] == pytest.approx(effect["power said"], abs=0.25)


def test_simulated_diaries_have_the_rate_of_their_world() -> None:
    hourly = simulate(USUAL, np.random.default_rng(1), diaries=40, days=200)
    rate = hourly.bouts.sum() / hourly.watched_h.sum()
    # The pattern over the day multiplies the mean by the Bessel function I0(swing); waking hours see most of it.
    assert rate == pytest.approx(USUAL.bouts_per_hour * np.i0(USUAL.swing), rel=0.08)
    assert (hourly.watched_h.reshape(40, 200, 24).sum(axis=2) == 16).all()


def test_the_rivals_find_a_plain_step() -> None:
    step = np.where(np.arange(100) < 60, 0.0, 4.0) + np.random.default_rng(2).normal(size=100)
    assert optimal_partition(step, 3 * np.log(100)) == [60]
    # The sum grows by 1.5 a day from day 20 on, and passes 5 on the fourth.
    assert first_alarm(np.repeat([0.0, 2.0], 20), 0.5, 5.0) == (23, 20)
