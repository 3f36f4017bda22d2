"""Of sodium the playground says that not even the direction is safe; of the others it does not."""

from __future__ import annotations

from myotwitch.web.playground import SLIDERS, play

USUAL = {slider.ion: slider.usual for slider in SLIDERS}


def test_another_sodium_is_told_with_its_caution_and_nothing_else_is() -> None:
    assert "not even the direction" in play(**USUAL | {"sodium": 120.0}).sentence
    assert "not even the direction" not in play(**USUAL).sentence
    assert "not even the direction" not in play(**USUAL | {"potassium": 5.5}).sentence
