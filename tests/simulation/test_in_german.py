"""What an ion does to the axon is told in the language in use."""

from __future__ import annotations

import numpy as np
import pytest
from tests.german import english_in

from myotwitch.language import in_language
from myotwitch.simulation.axon.explain import CONCENTRATIONS_MMOL_PER_L, _firing, _told_of_change, describe_ion

LEVELS = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize("change", [float("nan"), -100.0, -20.0, 20.0])
def test_every_effect_is_german(change: float) -> None:
    with in_language("de"):
        assert not english_in([_told_of_change(change)])


@pytest.mark.parametrize("fires", [(0, 0, 0), (1, 0, 0), (0, 1, 1), (0, 1, 0), (1, 1, 1)])
def test_where_it_fires_is_german(fires: tuple[int, int, int]) -> None:
    with in_language("de"):
        told = _firing(LEVELS, np.where(fires, -100.0, 0.0))
    assert told.startswith("Von selbst")
    assert not english_in([told])


@pytest.mark.parametrize("ion", list(CONCENTRATIONS_MMOL_PER_L))
def test_an_ion_is_explained_in_german(ion: str) -> None:
    with in_language("de"):
        assert not english_in([describe_ion(ion).shown])


def test_german_has_decimal_commas() -> None:
    with in_language("de"):
        shown = describe_ion("potassium").shown
    assert shown.startswith("Kalium, 3 statt 4,2 mmol/L: Die Faser braucht ")
