"""When a withdrawal comes and goes, and what shifts how fast a substance is cleared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from myotwitch.errors import TableError
from myotwitch.sources import Figure, Grade
from myotwitch.substances import (
    SUBSTANCES,
    Circumstance,
    Shift,
    Substance,
    find_substance,
    fraction_remaining,
    half_life_in,
    hours_until_gone,
    substances_of_class,
)
from myotwitch.substances.timing import shifts_from_table, withdrawal_from_table
from myotwitch.units import HOURS_PER_DAY

WITH_WITHDRAWAL = (
    "alcohol",
    "baclofen",
    "gabapentin",
    "pregabalin",
    "ghb",
    "caffeine",
    "nicotine",
    "kratom",
    "cannabis",
    "zolpidem",
    "eszopiclone",
)
CLASSES_WITH_WITHDRAWAL = ("benzodiazepine", "opioid", "SSRI", "SNRI")

FIGURE = {"value": 1.0, "low": 0.5, "high": 2.0, "grade": "expert", "note": "For a test."}


def test_what_people_stop_has_a_withdrawal() -> None:
    expected = {find_substance(key) for key in WITH_WITHDRAWAL}
    expected |= {one for name in CLASSES_WITH_WITHDRAWAL for one in substances_of_class(name)}
    # Loperamide stays outside the brain, so that stopping it brings nothing.
    without = {one.key for one in expected if one.withdrawal is None}
    assert without <= {"loperamide"}


@pytest.mark.parametrize("substance", [one for one in SUBSTANCES.values() if one.withdrawal], ids=lambda one: one.key)
def test_a_withdrawal_begins_is_worst_and_ends_in_this_order_at_every_end_of_its_spread(substance: Substance) -> None:
    course = substance.withdrawal
    assert course is not None
    for side in ("low", "value", "high"):
        onset, peak, end = (getattr(figure, side) for figure in (course.onset_h, course.peak_h, course.end_d))
        assert onset <= peak <= end * HOURS_PER_DAY


def test_short_acting_ones_are_missed_before_long_acting_ones() -> None:
    for short, long in (("alprazolam", "diazepam"), ("heroin", "methadone"), ("paroxetine", "fluoxetine")):
        first, second = SUBSTANCES[short].withdrawal, SUBSTANCES[long].withdrawal
        assert first is not None and second is not None
        assert first.onset_h.value < second.onset_h.value


@pytest.mark.parametrize(
    ("circumstance", "stretches"),
    [
        (Circumstance.SMOKING, False),
        (Circumstance.PREGNANCY, True),
        (Circumstance.ORAL_CONTRACEPTIVE, True),
        (Circumstance.FLUVOXAMINE, True),
    ],
)
def test_what_shifts_caffeine(circumstance: Circumstance, stretches: bool) -> None:
    caffeine = SUBSTANCES["caffeine"]
    alone, shifted = half_life_in(caffeine), half_life_in(caffeine, [circumstance])
    assert (shifted.value > alone.value) is stretches
    assert shifted.low <= shifted.value <= shifted.high
    assert (fraction_remaining(caffeine, 6, [circumstance]).value > fraction_remaining(caffeine, 6).value) is stretches
    assert (hours_until_gone(caffeine, 0.5, [circumstance]).value > hours_until_gone(caffeine, 0.5).value) is stretches


def test_shifts_multiply_and_those_of_other_substances_have_no_influence() -> None:
    caffeine = SUBSTANCES["caffeine"]
    factors = {shift.circumstance: shift.factor.value for shift in caffeine.shifts}
    both = half_life_in(caffeine, [Circumstance.SMOKING, Circumstance.ORAL_CONTRACEPTIVE])
    product = factors[Circumstance.SMOKING] * factors[Circumstance.ORAL_CONTRACEPTIVE]
    assert both.value == pytest.approx(half_life_in(caffeine).value * product)
    unshifted = replace(caffeine, shifts=())
    assert half_life_in(unshifted, list(Circumstance)) == half_life_in(unshifted)


def test_a_factor_that_reaches_nought_is_refused() -> None:
    with pytest.raises(TableError, match="above 0"):
        Shift(
            circumstance=Circumstance.SMOKING,
            factor=Figure(value=0.5, unit="1", low=0.0, high=1.0, grade=Grade.EXPERT, note="For a test."),
        )


def test_an_unknown_circumstance_is_refused() -> None:
    with pytest.raises(TableError, match="full_moon"):
        shifts_from_table({"full_moon": FIGURE}, "caffeine")


def test_a_withdrawal_out_of_order_or_incomplete_is_refused() -> None:
    day = {**FIGURE, "value": 30.0, "low": 24.0, "high": 48.0}
    with pytest.raises(TableError, match="follow one another"):
        withdrawal_from_table({"onset_h": day, "peak_h": FIGURE, "end_d": day}, "caffeine")
    with pytest.raises(TableError, match="needs onset_h, peak_h and end_d"):
        withdrawal_from_table({"onset_h": day}, "caffeine")
