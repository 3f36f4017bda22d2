"""The laws by which substances leave the body."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from myotwitch.errors import RequestError
from myotwitch.substances import (
    SUBSTANCES,
    ClearingLaw,
    Substance,
    blood_alcohol_g_per_l,
    find_substance,
    fraction_remaining,
    hours_until_gone,
    michaelis_menten,
)

FIRST_ORDER = sorted(key for key, one in SUBSTANCES.items() if one.law is ClearingLaw.FIRST_ORDER)
substances = st.sampled_from(FIRST_ORDER).map(SUBSTANCES.__getitem__)
hours = st.floats(min_value=0, max_value=5000)


@given(substances, hours)
def test_the_share_that_is_left_lies_between_nought_and_one_and_its_spread_holds_it(
    substance: Substance, time_h: float
) -> None:
    left = fraction_remaining(substance, time_h)
    assert 0 <= left.low <= left.value <= left.high <= 1


@given(substances, hours, hours)
def test_the_share_that_is_left_never_grows(substance: Substance, first_h: float, second_h: float) -> None:
    early, late = sorted((first_h, second_h))
    assert fraction_remaining(substance, late).value <= fraction_remaining(substance, early).value


@given(substances, st.floats(min_value=0, max_value=50), st.floats(min_value=0, max_value=50))
def test_two_waits_multiply(substance: Substance, first_h: float, second_h: float) -> None:
    together = fraction_remaining(substance, first_h + second_h).value
    apart = fraction_remaining(substance, first_h).value * fraction_remaining(substance, second_h).value
    assert together == pytest.approx(apart, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("key", FIRST_ORDER)
def test_half_is_left_at_the_half_life(key: str) -> None:
    half_life = SUBSTANCES[key].half_life
    assert half_life is not None
    assert fraction_remaining(SUBSTANCES[key], half_life.value).value == pytest.approx(0.5)


@given(substances, st.floats(min_value=1e-6, max_value=1))
def test_the_time_until_gone_undoes_the_share_that_is_left(substance: Substance, share: float) -> None:
    gone = hours_until_gone(substance, share)
    assert fraction_remaining(substance, gone.value).value == pytest.approx(share)
    assert gone.low <= gone.value <= gone.high


def test_three_percent_is_left_after_about_five_half_lives() -> None:
    caffeine = find_substance("caffeine")
    assert caffeine.half_life is not None
    assert hours_until_gone(caffeine).value / caffeine.half_life.value == pytest.approx(math.log2(1 / 0.03))


@pytest.mark.parametrize("time_h", [-1.0, math.nan, math.inf])
def test_a_time_that_cannot_be_is_refused(time_h: float) -> None:
    with pytest.raises(RequestError, match="0 or more"):
        fraction_remaining(find_substance("caffeine"), time_h)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, math.nan])
def test_a_share_that_cannot_be_is_refused(share: float) -> None:
    with pytest.raises(RequestError, match="above 0"):
        hours_until_gone(find_substance("caffeine"), share)


@pytest.mark.parametrize(("key", "advice"), [("alcohol", "blood_alcohol"), ("magnesium_supplement", "outlasts")])
def test_a_substance_without_a_half_life_is_refused_with_advice(key: str, advice: str) -> None:
    with pytest.raises(RequestError, match=advice):
        fraction_remaining(SUBSTANCES[key], 1.0)
    with pytest.raises(RequestError, match=advice):
        hours_until_gone(SUBSTANCES[key])


@pytest.mark.parametrize("start", [0.01, 0.3, 1.0, 3.0])
@pytest.mark.parametrize(("rate", "constant"), [(0.17, 0.027), (0.1, 0.11), (0.24, 0.007)])
def test_the_closed_form_agrees_with_integrating_the_equation(start: float, rate: float, constant: float) -> None:
    times = [0.0, 0.5, 2.0, 6.0, 12.0]
    solved = solve_ivp(
        lambda _, c: -rate * c / (constant + c),
        (0.0, 12.0),
        [start],
        t_eval=times,
        method="LSODA",
        rtol=1e-10,
        atol=1e-13,
    )
    ours = [michaelis_menten(start, time, rate, constant) for time in times]
    assert ours == pytest.approx(solved.y[0].tolist(), rel=1e-6, abs=1e-9)


def test_far_above_the_constant_alcohol_falls_by_the_same_amount_every_hour() -> None:
    levels = [michaelis_menten(3.0, time, 0.15, 0.001) for time in (0.0, 1.0, 2.0, 3.0)]
    assert [a - b for a, b in pairwise(levels)] == pytest.approx([0.15] * 3, rel=1e-2)


def test_far_below_the_constant_alcohol_falls_by_the_same_share_every_hour() -> None:
    levels = [michaelis_menten(1e-6, time, 0.15, 0.1) for time in (0.0, 1.0, 2.0)]
    assert levels[1] / levels[0] == pytest.approx(levels[2] / levels[1], rel=1e-4)


@given(
    st.floats(min_value=0, max_value=300),
    st.floats(min_value=40, max_value=150),
    st.floats(min_value=0, max_value=72),
    st.sampled_from(["female", "male", "other", "unknown"]),
)
def test_blood_alcohol_is_never_negative_and_its_spread_holds_it(
    amount_g: float, weight_kg: float, time_h: float, sex: str
) -> None:
    level = blood_alcohol_g_per_l(amount_g=amount_g, weight_kg=weight_kg, hours=time_h, sex=sex)
    assert 0 <= level.low <= level.value <= level.high


@given(
    st.floats(min_value=1, max_value=300), st.floats(min_value=40, max_value=150), st.floats(min_value=0, max_value=24)
)
def test_more_alcohol_means_more_in_the_blood_and_more_time_means_less(
    amount_g: float, weight_kg: float, time_h: float
) -> None:
    def level(amount: float, time: float) -> float:
        return blood_alcohol_g_per_l(amount_g=amount, weight_kg=weight_kg, hours=time).value

    assert level(2 * amount_g, time_h) >= level(amount_g, time_h)
    assert level(amount_g, time_h + 1) <= level(amount_g, time_h)


def test_nothing_drunk_is_nothing_in_the_blood() -> None:
    assert blood_alcohol_g_per_l(amount_g=0, weight_kg=70, hours=1) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("amount_g", "weight_kg", "time_h"),
    [(-1.0, 70.0, 1.0), (10.0, 0.0, 1.0), (10.0, 70.0, -1.0), (math.nan, 70.0, 1.0)],
)
def test_amounts_weights_and_times_that_cannot_be_are_refused(amount_g: float, weight_kg: float, time_h: float) -> None:
    with pytest.raises(RequestError):
        blood_alcohol_g_per_l(amount_g=amount_g, weight_kg=weight_kg, hours=time_h)
