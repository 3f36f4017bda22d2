"""The curve of a substance from its doses."""

from __future__ import annotations

import numpy as np
import pytest

from myotwitch.errors import RequestError
from myotwitch.substances import (
    amount_in_body,
    amounts_in_body,
    blood_alcohol_g_per_l,
    find_substance,
    fraction_remaining,
    peak_of_one_dose,
)

CAFFEINE, ALCOHOL, NICOTINE = (find_substance(name) for name in ("caffeine", "alcohol", "nicotine"))


def test_after_absorption_the_curve_falls_as_the_share_that_remains_does() -> None:
    at = np.array([6.0, 9.0, 14.0])
    curve = amount_in_body(CAFFEINE, np.zeros(1), np.array([100.0]), at)
    for hours, amount in zip(at[1:], curve[1:], strict=True):
        assert amount / curve[0] == pytest.approx(fraction_remaining(CAFFEINE, hours - 6.0).value, rel=1e-6)


def test_the_curve_of_alcohol_ends_as_its_law_without_absorption_does() -> None:
    """Absorbed within minutes, it is the law of Michaelis and Menten from the whole amount on."""
    at = np.array([0.5, 2.0, 4.0])
    curve = amount_in_body(ALCOHOL, np.zeros(1), np.array([40_000.0]), at, absorption_factor=25.0, weight_kg=70.0)
    space_l = 0.62 * 70.0
    for hours, amount in zip(at, curve, strict=True):
        law = blood_alcohol_g_per_l(amount_g=40.0, weight_kg=70.0, hours=hours)
        assert amount / space_l / 1000.0 == pytest.approx(law.value, rel=0.01)


def test_an_elimination_factor_of_two_halves_the_half_life() -> None:
    doses = np.zeros(1), np.array([2.0])
    fast = amount_in_body(NICOTINE, *doses, np.array([3.0]), elimination_factor=2.0)
    assert fast == pytest.approx(amount_in_body(NICOTINE, *doses, np.array([6.0])))


def test_many_factors_at_once_are_each_as_alone() -> None:
    taken, at = np.array([0.0, 5.0, 5.5]), np.linspace(-1.0, 30.0, 40)
    factors = np.geomspace(0.4, 2.5, 9)
    for substance, doses in ((CAFFEINE, np.full(3, 95.0)), (ALCOHOL, np.full(3, 20_000.0))):
        together = amounts_in_body(substance, taken, doses, at, elimination_factors=factors)
        assert together.shape == (9, 40)
        for row, factor in zip(together, factors, strict=True):
            assert row == pytest.approx(amount_in_body(substance, taken, doses, at, elimination_factor=factor))


def test_all_but_alcohol_answer_in_the_unit_that_was_given() -> None:
    at = np.array([1.0, 4.0])
    grams = amount_in_body(CAFFEINE, np.zeros(1), np.array([0.1]), at)
    assert grams * 1000.0 == pytest.approx(amount_in_body(CAFFEINE, np.zeros(1), np.array([100.0]), at))
    assert peak_of_one_dose(CAFFEINE, 1.0) * 100.0 == pytest.approx(peak_of_one_dose(CAFFEINE, 100.0))
    assert peak_of_one_dose(ALCOHOL, 40_000.0) > 2.0 * peak_of_one_dose(ALCOHOL, 20_000.0)


def test_the_peak_is_that_of_the_curve() -> None:
    at = np.arange(0.0, 20.0, 0.005)
    for substance, dose in (
        (CAFFEINE, 95.0),
        (ALCOHOL, 20_000.0),
        (NICOTINE, 1.2),
        (find_substance("magnesium"), 300.0),
    ):
        curve = amount_in_body(substance, np.zeros(1), np.array([dose]), at, weight_kg=60.0, sex="female")
        peak = peak_of_one_dose(substance, dose, weight_kg=60.0, sex="female")
        assert curve.max() == pytest.approx(peak, rel=2e-3)


def test_a_heavier_body_clears_alcohol_faster() -> None:
    at = np.array([3.0])
    light, heavy = (
        amount_in_body(ALCOHOL, np.zeros(1), np.array([40_000.0]), at, weight_kg=weight)[0] for weight in (50.0, 100.0)
    )
    assert light > heavy


def test_impossible_requests_are_refused() -> None:
    with pytest.raises(RequestError, match="body weight"):
        amount_in_body(ALCOHOL, np.zeros(1), np.ones(1), np.ones(1), weight_kg=0.0)
    with pytest.raises(RequestError, match="above 0"):
        amount_in_body(CAFFEINE, np.zeros(1), np.ones(1), np.ones(1), elimination_factor=0.0)
    with pytest.raises(RequestError, match="0 or more"):
        peak_of_one_dose(CAFFEINE, -1.0)
