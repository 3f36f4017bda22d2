"""What an ion does is told with what is known from people and what is not."""

from __future__ import annotations

import numpy as np
import pytest

from myotwitch.errors import UnknownNameError
from myotwitch.simulation.axon.explain import CONCENTRATIONS_MMOL_PER_L, describe_ion
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
