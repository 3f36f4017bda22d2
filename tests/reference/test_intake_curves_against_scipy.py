"""Curves in the body against SciPy's integration, the plain sum over doses, and published values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from myotwitch.substances import amount_in_body, amounts_over_time, find_substance, interval_of, law_in_people
from myotwitch.substances.intake_curve import law_of
from myotwitch.substances.kinetics import FirstOrderLaw, SaturableLaw, times_to_peak_h
from myotwitch.substances.saturable_steps import run_plain, saturable_amounts

FloatArray = NDArray[np.float64]
TAKEN = np.array([18.0, 19.0, 21.5, 22.0, 44.0])
AT = np.arange(17.0, 90.0, 0.37)


def integrated(slope: object, absorption: float, taken: FloatArray, doses: FloatArray, at: FloatArray) -> FloatArray:
    """Return the amounts by SciPy's LSODA, dose after dose."""
    amounts, state = np.zeros(len(at)), np.zeros(2)
    ends = [*taken[1:], at[-1] + 1.0]
    for begin, end, dose in zip(taken, ends, doses, strict=True):
        state = state + np.array([dose, 0.0])
        inside = (at >= begin) & (at < end)
        solution = solve_ivp(
            lambda _, y: [-absorption * y[0], absorption * y[0] - slope(y[1])],  # type: ignore[operator]
            (begin, end), state, method="LSODA", rtol=1e-10, atol=1e-9, dense_output=True,
        )  # fmt: skip
        amounts[inside] = solution.sol(at[inside])[1]
        state = solution.y[:, -1]
    return amounts


@pytest.mark.parametrize("absorption", [4.268, 0.14, math.log(2.0) / 5.0, 0.02])
def test_first_order_curves_agree_with_scipy(absorption: float) -> None:
    elimination = math.log(2.0) / 5.0
    law = FirstOrderLaw(elimination_per_h=np.array([elimination]), absorption_per_h=np.array([absorption]))
    doses = np.array([100.0, 95.0, 50.0, 200.0, 80.0])
    truth = integrated(lambda body: elimination * body, absorption, TAKEN, doses, AT)
    assert amounts_over_time(law, TAKEN, doses, AT)[0] == pytest.approx(truth, abs=1e-5)


@pytest.mark.parametrize("factor", [0.4, 1.0, 2.5])
def test_alcohol_agrees_with_scipy(factor: float) -> None:
    doses = np.array([20_000.0, 20_000.0, 10_000.0, 40_000.0, 30_000.0])
    law = law_of(find_substance("alcohol"), elimination_factors=np.array([factor]), absorption_factors=np.ones(1))
    assert isinstance(law, SaturableLaw)
    largest, constant = float(law.largest_mg_per_h[0]), float(law.constant_mg[0])
    truth = integrated(
        lambda body: largest * body / (constant + body), float(law.absorption_per_h[0]), TAKEN, doses, AT
    )
    found = amounts_over_time(law, TAKEN, doses, AT)[0]
    assert np.abs(found - truth).max() < 6e-4 * truth.max()


def test_the_compiled_steps_are_those_of_the_plain_twin() -> None:
    constants = np.array([7600.0]), np.array([1205.0]), np.array([4.0])
    doses = np.array([20_000.0, 20_000.0, 10_000.0, 40_000.0, 30_000.0])
    plain = np.zeros(len(AT))
    run_plain(7600.0, 1205.0, 4.0, TAKEN, doses, AT, plain)
    assert saturable_amounts(*constants, TAKEN, doses, AT)[0] == pytest.approx(plain, rel=1e-9, abs=1e-6)


def test_the_recursion_is_the_plain_sum_over_all_doses() -> None:
    random = np.random.default_rng(1)
    taken, doses, at = random.uniform(0, 900, 200), random.uniform(0, 200, 200), random.uniform(0, 1000, 500)
    elimination, absorption = math.log(2.0) / 5.0, 4.268
    since = at[:, np.newaxis] - taken
    later = np.maximum(since, 0.0)  # the kernel is 0 at 0
    kernel = absorption / (absorption - elimination) * (np.exp(-elimination * later) - np.exp(-absorption * later))
    plain = (kernel * doses).sum(axis=1)
    assert amount_in_body(find_substance("caffeine"), taken, doses, at) == pytest.approx(plain, rel=1e-9, abs=1e-9)


def test_the_peak_of_caffeine_lies_where_studies_found_it() -> None:
    """Solution on an empty stomach 29.8 min (10 men, SEM 8.1); capsule 30 min, cola and chocolate 1.5 to 2 h."""
    law = law_in_people(find_substance("caffeine")).law
    assert isinstance(law, FirstOrderLaw)
    low, high = interval_of(times_to_peak_h(law) * 60.0)
    assert low < 29.8 - 8.1
    assert high > 90.0
    assert times_to_peak_h(law)[0] * 60.0 == pytest.approx(50.0, abs=2.0)


def test_the_half_lives_of_ten_men_lie_in_the_band_of_caffeine() -> None:
    """Blanchard and Sawers 1983: 2.7 to 9.9 h; the ends of a range may lie just outside of 95 %."""
    law = law_in_people(find_substance("caffeine")).law
    assert isinstance(law, FirstOrderLaw)
    low, high = interval_of(math.log(2.0) / law.elimination_per_h)
    assert low < 2.7
    assert 9.0 < high < 11.0


def alcohol_g_per_l(amount_g: float, weight_kg: float, at_h: FloatArray, sex: str) -> FloatArray:
    people = law_in_people(find_substance("alcohol"), weight_kg=weight_kg, sex=sex)
    assert people.space_l is not None
    amounts = amounts_over_time(people.law, np.zeros(1), np.array([amount_g * 1000.0]), at_h)
    return amounts / people.space_l[:, np.newaxis] / 1000.0


def test_alcohol_falls_as_fast_as_it_was_measured() -> None:
    """Norberg 2000: 95 mg/min of 35.8 L are 0.159 g/L/h; Winek and Murphy 1984: 0.15 (SD 0.04) in social drinkers."""
    blood = alcohol_g_per_l(60.0, 80.0, np.array([2.5, 3.5]), "male")[0]
    assert blood[0] - blood[1] == pytest.approx(0.159, abs=0.02)
    assert abs(blood[0] - blood[1] - 0.15) < 0.04


def test_the_peak_of_alcohol_is_as_high_and_as_early_as_it_was_measured() -> None:
    """Jones 1991: 0.68 g/kg on an empty stomach: 0.52 to 1.36 g/L in 83 men, within 75 min in 97 %."""
    at_h = np.arange(0.0, 3.0, 1.0 / 60.0)
    blood = alcohol_g_per_l(0.68 * 80.0, 80.0, at_h, "male")
    low, high = interval_of(blood.max(axis=1))
    assert 0.4 < low < 0.75
    assert 1.0 < high < 1.4
    peaks_min = at_h[blood.argmax(axis=1)] * 60.0
    assert 30.0 < peaks_min[0] < 60.0
    assert np.mean(peaks_min[1:] <= 75.0) > 0.85


def test_nicotine_builds_up_over_a_day_of_smoking_and_is_gone_in_the_morning() -> None:
    """By a half-life of 2 h: hourly cigarettes build up to 1 / (1 - 2^(-1/2)) = 3.4 of one, and fall overnight."""
    taken = np.arange(8.0, 24.0)
    curve = amount_in_body(find_substance("nicotine"), taken, np.ones(16), np.array([8.0, 23.0, 32.0]))
    assert curve[1] / curve[0] == pytest.approx(1.0 / (1.0 - 2.0**-0.5), rel=0.01)
    assert curve[2] / curve[1] < 0.06
