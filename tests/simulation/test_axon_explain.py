"""What an ion does is told with what is known from people and what is not."""

from __future__ import annotations

import numpy as np
import pytest

from myotwitch.errors import UnknownNameError
from myotwitch.simulation.axon.explain import CONCENTRATIONS_MMOL_PER_L, TOLD_MMOL_PER_L, _firing, describe_ion
from myotwitch.sources import load_sources


@pytest.mark.parametrize("ion", list(CONCENTRATIONS_MMOL_PER_L))
def test_every_ion_has_numbers_words_and_a_status(ion: str) -> None:
    effect = describe_ion(ion)
    usual = list(effect.concentration_mmol_per_l).index(effect.usual_mmol_per_l)
    assert abs(effect.threshold_percent[usual]) < 0.2
    assert effect.threshold_percent.shape == effect.rest_mv.shape == effect.concentration_mmol_per_l.shape
    assert len(effect.known) > 50
    assert effect.shown.endswith(".")
    assert set(effect.sources) <= set(load_sources("myotwitch.simulation"))


@pytest.mark.parametrize("ion", list(TOLD_MMOL_PER_L))
def test_a_lack_and_an_excess_are_told_with_the_numbers_of_the_curve(ion: str) -> None:
    effect = describe_ion(ion)
    lack, excess = TOLD_MMOL_PER_L[ion]
    assert lack < effect.usual_mmol_per_l < excess
    for value in (lack, excess):
        change = effect.threshold_percent[list(effect.concentration_mmol_per_l).index(value)]
        words = f"{abs(change):.0f} % {'more' if change > 0 else 'less'} current"
        assert f"With {value:g} instead of {effect.usual_mmol_per_l:g} mmol/L" in effect.shown
        assert words in effect.shown
    assert ("ionised" in effect.shown) == (ion in ("calcium", "magnesium"))


def test_of_sodium_neither_size_nor_direction_is_told() -> None:
    shown = describe_ion("sodium").shown
    assert "not even the direction" in shown
    assert not any(word in shown for word in ("%", "less current", "more current"))


@pytest.mark.parametrize(
    ("fires", "told"),
    [
        ((0, 0, 0), "By itself it is silent everywhere from 1 to 3 mmol/L."),
        ((1, 0, 0), "By itself it is silent at 2 mmol/L and above, and fires at 1 mmol/L and below."),
        ((0, 1, 1), "By itself it is silent at 1 mmol/L and below, and fires at 2 mmol/L and above."),
        ((0, 1, 0), "By itself it fires at some concentrations from 2 to 2 mmol/L."),
        ((1, 1, 1), "By itself it fires at some concentrations from 1 to 3 mmol/L."),
    ],
)
def test_where_firing_begins_is_told_by_the_concentrations_on_both_sides(
    fires: tuple[int, int, int], told: str
) -> None:
    assert _firing(np.array([1.0, 2.0, 3.0]), np.where(fires, -100.0, 0.0)) == told


def test_where_calcium_makes_the_axon_fire_is_told_as_the_curve_has_it() -> None:
    effect = describe_ion("calcium")
    fires = effect.threshold_percent <= -100.0
    firing, silent = (float(f(effect.concentration_mmol_per_l[which])) for f, which in ((max, fires), (min, ~fires)))
    assert f"silent at {silent:g} mmol/L and above, and fires at {firing:g} mmol/L and below" in effect.shown


def test_only_potassium_was_measured_in_people_and_magnesium_and_sodium_are_untested() -> None:
    status = {ion: describe_ion(ion).status for ion in CONCENTRATIONS_MMOL_PER_L}
    assert status == {
        "potassium": "measured",
        "sodium": "untested",
        "calcium": "partly measured",
        "magnesium": "untested",
    }
    assert describe_ion("potassium").is_measured
    assert not describe_ion("magnesium").is_measured


def test_more_potassium_depolarises_and_less_calcium_lowers_the_threshold() -> None:
    assert np.all(np.diff(describe_ion("potassium").rest_mv) > 0.0)
    assert np.all(np.diff(describe_ion("calcium").threshold_percent) >= 0.0)


def test_an_unknown_ion_is_refused_with_the_nearest_known() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'magnesium'"):
        describe_ion("magnesum")
