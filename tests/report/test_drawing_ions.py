"""The picture of an ion says what is usual, what is measured in people, and where the axon fires by itself."""

from __future__ import annotations

import pytest

from myotwitch.errors import UnknownNameError
from myotwitch.report.drawing_ions import SHOWN_AS, draw_ion, usual_range
from myotwitch.simulation.ion_curves import ion_curves


def words_of(name: str) -> str:
    figure = draw_ion(name)
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    labels = [text.get_text() for axes in figure.axes if (key := axes.get_legend()) for text in key.get_texts()]
    return "\n".join(texts + labels)


@pytest.mark.parametrize("name", ["magnesium", "sodium"])
def test_what_was_never_measured_in_people_is_drawn_as_predicted_only(name: str) -> None:
    words = words_of(name)
    assert SHOWN_AS["untested"] in words
    assert "Not measured in people" in words
    assert "direction known" not in words


def test_potassium_is_drawn_as_known_in_direction_with_its_usual_range() -> None:
    words = words_of("potassium")
    assert SHOWN_AS["measured"] in words
    assert "usual in healthy adults, 3.5 to 5.3 mmol/L" in words


def test_little_calcium_makes_the_axon_fire_by_itself_and_the_usual_does_not() -> None:
    assert "fires by itself" in words_of("ionised_calcium")
    curves = ion_curves("calcium")
    low, high = usual_range("calcium")
    levels = curves.effect.concentration_mmol_per_l
    assert curves.rate_hz[0] > 10.0
    assert not curves.rate_hz[(levels >= 0.8 * low) & (levels <= high)].any()
    assert all((curves.effect.threshold_percent <= -100.0) == (curves.rate_hz > 0.0))


@pytest.mark.parametrize("ion", ["potassium", "sodium", "calcium", "magnesium"])
def test_the_concentration_to_which_all_is_compared_is_a_usual_one(ion: str) -> None:
    low, high = usual_range(ion)
    assert low <= ion_curves(ion).effect.usual_mmol_per_l <= high


def test_what_is_no_ion_has_no_picture() -> None:
    with pytest.raises(UnknownNameError, match="Leave --plot away, or name one of these"):
        draw_ion("caffeine")
