"""What an ion does to the axon is told in the language in use."""

from __future__ import annotations

import pytest
from tests.german import english_in

from myotwitch.language import in_language
from myotwitch.simulation.axon.explain import CONCENTRATIONS_MMOL_PER_L, _told_of_least, _told_of_most, describe_ion


@pytest.mark.parametrize("change", [float("nan"), -100.0, -20.0, 20.0])
def test_every_effect_is_german(change: float) -> None:
    with in_language("de"):
        assert not english_in([_told_of_least(change), _told_of_most(change)])


def test_an_ion_is_explained_in_german_with_decimal_commas() -> None:
    assert "potassium" in CONCENTRATIONS_MMOL_PER_L
    with in_language("de"):
        shown = describe_ion("potassium").shown
    assert not english_in([shown])
    assert shown.startswith("Kalium, kleinster gezeigter Wert (2,5 mmol/l)")
