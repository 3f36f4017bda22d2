"""The share of an effect that is left, whether or not the substance itself is still there."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotwitch.errors import RequestError
from myotwitch.substances import (
    SUBSTANCES,
    Circumstance,
    ClearingLaw,
    Substance,
    blood_alcohol_g_per_l,
    find_substance,
    fraction_remaining,
    share_of_effect_left,
    substances_of_class,
)
from myotwitch.units import HOURS_PER_DAY

OUTLASTING = (
    "nitrous_oxide",
    "prednisolone",
    "dexamethasone",
    "atorvastatin",
    "simvastatin",
    "zoledronate",
    "oxaliplatin",
    "cisplatin",
    "levodopa",
    "haloperidol",
    "metoclopramide",
    "botulinum_toxin",
)

substances = st.sampled_from(sorted(SUBSTANCES)).map(SUBSTANCES.__getitem__)
hours = st.floats(min_value=0, max_value=50_000)
amounts = st.none() | st.floats(min_value=0, max_value=300_000)
weights = st.none() | st.floats(min_value=30, max_value=250)
circumstances = st.frozensets(st.sampled_from(Circumstance))


@given(substances, hours, amounts, amounts, weights, circumstances)
def test_the_share_lies_between_nought_and_one_and_its_spread_holds_it(
    substance: Substance,
    time_h: float,
    amount: float | None,
    usual: float | None,
    weight: float | None,
    holds: frozenset[Circumstance],
) -> None:
    left = share_of_effect_left(substance, time_h, amount, usual, weight, holds)
    assert 0 <= left.low <= left.value <= left.high <= 1


@given(substances, hours, hours, amounts, weights, circumstances)
def test_the_share_never_grows_with_time(
    substance: Substance,
    first_h: float,
    second_h: float,
    amount: float | None,
    weight: float | None,
    holds: frozenset[Circumstance],
) -> None:
    early, late = (
        share_of_effect_left(substance, time, amount, weight_kg=weight, circumstances=holds)
        for time in sorted((first_h, second_h))
    )
    # Alcohol's law goes through Lambert's function, which is exact to rounding only.
    rounding = 1e-12 if substance.law is ClearingLaw.MICHAELIS_MENTEN else 0.0
    assert all(after <= before + rounding for before, after in zip(early, late, strict=True))


@given(substances, hours)
def test_it_is_never_less_than_what_is_left_of_the_substance(substance: Substance, time_h: float) -> None:
    left = share_of_effect_left(substance, time_h)
    if substance.law is ClearingLaw.FIRST_ORDER:
        present = fraction_remaining(substance, time_h)
        if substance.effect_window_days is None:
            assert left == present
        assert left.value >= present.value


@pytest.mark.parametrize("key", SUBSTANCES)
def test_just_taken_all_is_left_and_of_nothing_nothing(key: str) -> None:
    assert share_of_effect_left(SUBSTANCES[key], 0.0) == pytest.approx((1.0, 1.0, 1.0))
    assert share_of_effect_left(SUBSTANCES[key], 0.0, amount_mg=0.0) == (0.0, 0.0, 0.0)
    assert share_of_effect_left(SUBSTANCES[key], 0.0, usual_amount_mg=0.0) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("key", SUBSTANCES)
def test_in_the_end_nothing_is_left(key: str) -> None:
    assert share_of_effect_left(SUBSTANCES[key], 20 * 365 * HOURS_PER_DAY).high < 0.01


@pytest.mark.parametrize("key", OUTLASTING)
def test_what_outlasts_its_presence_does_not_vanish_with_it(key: str) -> None:
    substance = find_substance(key)
    window = substance.effect_window_days
    assert window is not None
    half_way_h = window.value / 2 * HOURS_PER_DAY
    assert share_of_effect_left(substance, half_way_h).value == pytest.approx(0.5)
    if substance.half_life is not None:
        assert fraction_remaining(substance, half_way_h).value < 0.5


@pytest.mark.parametrize("name", ["statin", "corticosteroid", "antipsychotic"])
def test_every_one_of_a_class_that_harms_for_longer_has_a_window(name: str) -> None:
    assert all(one.effect_window_days is not None for one in substances_of_class(name))


@given(
    st.floats(min_value=1_000, max_value=300_000),
    st.floats(min_value=40, max_value=150),
    st.floats(min_value=0, max_value=48),
)
def test_alcohol_follows_its_own_law(amount_mg: float, weight_kg: float, time_h: float) -> None:
    alcohol = SUBSTANCES["alcohol"]
    left = share_of_effect_left(alcohol, time_h, amount_mg, weight_kg=weight_kg).value
    more = share_of_effect_left(alcohol, time_h, 2 * amount_mg, weight_kg=weight_kg).value
    assert more >= left - 1e-12
    level, start = (
        blood_alcohol_g_per_l(amount_g=amount_mg / 1000, weight_kg=weight_kg, hours=time, sex="unknown").value
        for time in (time_h, 0.0)
    )
    assert left == pytest.approx(level / start, rel=1e-6, abs=1e-9)


def test_the_amount_of_the_day_comes_before_the_usual_one() -> None:
    alcohol = SUBSTANCES["alcohol"]
    told = share_of_effect_left(alcohol, 5.0, amount_mg=20_000.0, usual_amount_mg=80_000.0, weight_kg=70.0)
    assert told == share_of_effect_left(alcohol, 5.0, amount_mg=20_000.0, weight_kg=70.0)
    assert told.value < share_of_effect_left(alcohol, 5.0, usual_amount_mg=80_000.0, weight_kg=70.0).value


def test_what_shifts_the_clearance_shifts_the_share() -> None:
    caffeine = SUBSTANCES["caffeine"]
    alone = share_of_effect_left(caffeine, 8.0).value
    assert share_of_effect_left(caffeine, 8.0, circumstances=[Circumstance.SMOKING]).value < alone
    assert share_of_effect_left(caffeine, 8.0, circumstances=[Circumstance.PREGNANCY]).value > alone


@pytest.mark.parametrize(
    "faulty",
    [
        {"hours_since_last": -1.0},
        {"hours_since_last": math.nan},
        {"hours_since_last": math.inf},
        {"amount_mg": -1.0},
        {"amount_mg": math.inf},
        {"usual_amount_mg": math.nan},
        {"weight_kg": 0.0},
        {"weight_kg": math.nan},
    ],
)
def test_what_cannot_be_is_refused(faulty: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match="must be"):
        share_of_effect_left(SUBSTANCES["caffeine"], **{"hours_since_last": 1.0, **faulty})
