"""The clinic's summaries of a curve, on curves made by hand, and how the table of targets is counted."""

from __future__ import annotations

import numpy as np
import pytest
from validation.physiology import counted, markdown
from validation.target import CONDITION, PREDICTED, Target, unseen

from myotwitch.simulation.axon.protocol import Excitability
from myotwitch.simulation.axon.summaries import (
    extremes_of_recovery,
    half_time_ms,
    relative_refractory_period_ms,
    slopes,
    smoothed_peak,
)


def test_the_refractory_period_ends_where_a_line_over_the_logarithm_of_the_interval_crosses_nought() -> None:
    found = relative_refractory_period_ms(np.array([2.0, 2.5, 3.2, 4.0]), np.array([60.0, 30.0, -10.0, -20.0]))
    assert found == pytest.approx(2.5 * (3.2 / 2.5) ** 0.75)


def test_a_recovery_cycle_that_never_crosses_nought_has_no_refractory_period() -> None:
    assert np.isnan(relative_refractory_period_ms(np.array([2.0, 3.0]), np.array([9.0, 3.0])))


def test_superexcitability_and_subexcitability_are_means_of_three_and_early_refractoriness_is_neither() -> None:
    change = np.array([90.0, 80.0, 70.0, -10.0, -30.0, -20.0, 0.0, 10.0, 12.0, 14.0, 2.0])
    assert extremes_of_recovery(np.arange(11.0), change) == (pytest.approx(-20.0), pytest.approx(12.0))


def test_a_peak_is_the_greatest_mean_of_21_values_a_millisecond_apart() -> None:
    delays = np.array([0.0, 30.0, 60.0])
    assert smoothed_peak(delays, np.array([0.0, 30.0, 0.0]), 0, 60) == pytest.approx(30.0 - 110.0 / 21.0)
    assert smoothed_peak(delays, np.array([7.0, 7.0, 7.0]), 0, 60) == pytest.approx(7.0)


def test_a_peak_after_the_current_ends_by_190_ms() -> None:
    rising = np.array([0.0, 100.0])
    assert smoothed_peak(np.array([100.0, 200.0]), rising, 101, 200) == pytest.approx(80.0)


def test_the_half_time_is_where_the_curve_has_fallen_half_of_the_way_after_its_highest_value() -> None:
    delays, curve = np.array([5.0, 15.0, 40.0, 60.0, 100.0]), np.array([50.0, 62.0, 60.0, 50.0, 40.0])
    assert half_time_ms(delays, curve, 60.0, 40.0) == pytest.approx(60.0)
    assert half_time_ms(delays, curve, 62.0, 48.0) == pytest.approx(50.0)


def test_slopes_are_those_at_rest_the_least_and_those_of_the_strongest_currents() -> None:
    currents = np.arange(-100.0, 60.0, 10.0)
    reduction = np.where(currents < 0.0, 4.0 * currents, 1.0 * currents)
    reduction[:3] = np.array([-340.0, -330.0, -320.0])
    rest, least, strongest = slopes(currents, reduction)
    assert rest == pytest.approx(20.0 / 50.0)
    assert least == pytest.approx(20.0 / 80.0)
    assert strongest == pytest.approx(1.0)


def row(passes: bool | None, kind: str) -> Target:
    """A row of the table of targets."""
    asked = "" if passes is None else "so"
    return Target(name="n", measured="m", source="none", passes_if=asked, model="v", passes=passes, kind=kind)


def test_the_count_under_the_table_is_that_of_its_rows(healthy: Excitability) -> None:
    targets = [row(True, CONDITION), row(False, PREDICTED), row(True, f"{PREDICTED}; so"), row(None, "chosen")]
    told = "2 pass, 1 fail, 1 are not judged. Of the predictions alone 1 pass and 1 fail."
    assert counted(targets) == told
    assert told in markdown(targets, healthy)


def test_the_change_that_a_test_of_few_people_would_not_see_is_that_of_student() -> None:
    assert unseen(6.4, 11) == pytest.approx(4.3, abs=0.01)
