"""What is called likely is as often true, on simulated people; ``validation/calibration.py`` runs thousands of them."""

from __future__ import annotations

import numpy as np
import pytest
from validation.calibration import calibrate, measure, reliability

GOAL = 0.03


def test_the_calibration_error_over_all_causes_of_six_hundred_people_is_within_the_goal() -> None:
    pairs, first = measure(600, seed=7)
    assert pairs.equal_width.error <= GOAL
    assert pairs.equal_mass.error <= GOAL
    # Six hundred first causes scatter by about two hundredths of their own.
    assert first.equal_width.error <= GOAL + 0.02


def test_the_error_of_forecasts_that_are_always_right_is_zero_and_of_boasting_ones_is_their_boast() -> None:
    always = np.ones(100)
    assert calibrate("sure", always, always.astype(bool)).equal_width.error == 0
    boast = reliability(np.full(1000, 0.95), np.arange(1000) % 2 == 0, np.linspace(0, 1, 11))
    assert boast.error == pytest.approx(0.45)


def test_forecasts_drawn_from_their_own_probabilities_have_nearly_no_error() -> None:
    generator = np.random.default_rng(3)
    said = generator.random(20_000)
    fair = calibrate("fair", said, generator.random(20_000) < said)
    assert fair.equal_width.error < 0.01
    assert fair.brier == pytest.approx(1 / 6, abs=0.01)
