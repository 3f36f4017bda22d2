"""The table of absorption, and the curve that every substance has."""

from __future__ import annotations

import math

import numpy as np
import pytest

from myotwitch.errors import TableError
from myotwitch.sources import Grade
from myotwitch.substances import SUBSTANCES, ClearingLaw, amount_in_body, find_substance, peak_of_one_dose
from myotwitch.substances import absorption as module
from myotwitch.substances.absorption import absorption_of
from myotwitch.substances.washout import GONE_SHARE


def test_every_substance_has_a_curve_that_rises_and_leaves() -> None:
    for substance in SUBSTANCES.values():
        absorption = absorption_of(substance)
        long_h = 60.0 if absorption.half_life is None else 40.0 * absorption.half_life.high
        at = np.array([0.0, 0.01, long_h])
        amounts = amount_in_body(substance, np.zeros(1), np.array([1000.0]), at)
        peak = peak_of_one_dose(substance, 1000.0)
        assert 0 < amounts[1] <= peak <= 1000.0, substance.key
        assert amounts[2] < GONE_SHARE * peak, substance.key


def test_a_figure_of_absorption_is_graded_and_holds_its_value() -> None:
    for substance in SUBSTANCES.values():
        rate = absorption_of(substance).rate
        if rate is not None:
            assert 0 < rate.low < rate.value < rate.high, substance.key
            assert rate.grade is Grade.EXPERT or rate.sources, substance.key


def test_a_substance_without_a_row_is_taken_as_swallowed_with_a_wide_spread() -> None:
    absorption = absorption_of(find_substance("amitriptyline"))
    assert absorption.is_default
    assert absorption.rate is not None
    assert absorption.rate.grade is Grade.EXPERT
    assert absorption.rate.high / absorption.rate.low > 5


def test_where_the_effect_outlasts_the_substance_3_percent_are_left_at_the_end_of_its_window() -> None:
    for substance in SUBSTANCES.values():
        absorption = absorption_of(substance)
        if absorption.is_effect:
            assert substance.law is ClearingLaw.EFFECT_OUTLASTS
            assert substance.effect_window_days is not None
            assert absorption.half_life is not None
            left = 2.0 ** (-substance.effect_window_days.value * 24.0 / absorption.half_life.value)
            assert left == pytest.approx(GONE_SHARE)


def test_magnesium_has_the_half_life_of_its_surplus() -> None:
    absorption = absorption_of(find_substance("magnesium"))
    assert not absorption.is_effect
    assert absorption.half_life is not None
    assert absorption.half_life.low <= 4.0 <= absorption.half_life.high


def test_what_is_inhaled_or_injected_is_there_at_once() -> None:
    for name in ("nicotine", "nitrous oxide", "propofol"):
        assert absorption_of(find_substance(name)).rate is None
        assert peak_of_one_dose(find_substance(name), 2.0) == 2.0


@pytest.mark.parametrize(
    ("key", "row", "words"),
    [
        ("coffee", {"time_to_peak": {}}, "no such substance"),
        ("caffeine", {"speed": 1}, "unknown entry 'speed'"),
        ("caffeine", {}, "exactly one"),
        ("caffeine", {"at_once": True, "time_to_peak": {}}, "exactly one"),
        ("caffeine", {"at_once": True, "grade": "derived", "note": "So."}, "names no source"),
        ("caffeine", {"at_once": True, "grade": "expert"}, "says not why"),
        ("caffeine", {"absorption_rate": {}, "half_life": {}}, "substances.toml"),
    ],
)
def test_a_faulty_row_is_refused(key: str, row: dict[str, object], words: str) -> None:
    with pytest.raises(TableError, match=words):
        module._check_row(key, row)


def test_the_half_life_of_a_first_order_substance_is_its_own() -> None:
    caffeine = find_substance("caffeine")
    assert absorption_of(caffeine).half_life is caffeine.half_life
    assert math.isclose(caffeine.half_life.value if caffeine.half_life else 0.0, 5.0)
