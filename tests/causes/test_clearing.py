"""When what was taken will be gone."""

from __future__ import annotations

from typing import Any

import pytest

from myotwitch.case import case_from_document
from myotwitch.case.case import Exposure
from myotwitch.causes import assess, assessment_document
from myotwitch.causes.clearing import gone_in_hours
from myotwitch.causes.exposure import Body
from myotwitch.substances import SUBSTANCES, ClearingLaw, blood_alcohol_g_per_l, fraction_remaining
from myotwitch.substances.washout import GONE_SHARE


def case(*exposures: dict[str, Any]) -> Any:
    return case_from_document(
        {
            "schema": "myotwitch.case/1",
            "person": {"age_years": 35},
            "twitching": [{"place": "eyelid"}],
            "exposures": list(exposures),
        }
    )


def test_after_the_told_time_the_told_share_is_left() -> None:
    gone = gone_in_hours(Exposure(substance="caffeine", last_hours_ago=0.0))
    assert fraction_remaining(SUBSTANCES["caffeine"], gone.value).value == pytest.approx(GONE_SHARE)
    assert gone.low < gone.value < gone.high


def test_the_time_since_the_last_intake_is_taken_off_until_nothing_is_left() -> None:
    now, later = (gone_in_hours(Exposure(substance="caffeine", last_hours_ago=hours)).value for hours in (0.0, 5.0))
    assert later == pytest.approx(now - 5)
    assert gone_in_hours(Exposure(substance="caffeine", last_hours_ago=500.0)).value == 0


def test_alcohol_is_gone_by_its_own_law() -> None:
    taken = Exposure(substance="alcohol", amount_mg=40_000.0, last_hours_ago=0.0)
    gone = gone_in_hours(taken, Body(weight_kg=70.0))
    at_start, at_end = (
        blood_alcohol_g_per_l(amount_g=40.0, weight_kg=70.0, hours=hours).value for hours in (0.0, gone.value)
    )
    assert at_end / at_start == pytest.approx(GONE_SHARE, rel=1e-6)


def test_twice_the_alcohol_takes_nearly_twice_as_long() -> None:
    once, twice = (
        gone_in_hours(Exposure(substance="alcohol", amount_mg=amount), Body(weight_kg=70.0)).value
        for amount in (80_000.0, 160_000.0)
    )
    assert 1.7 < twice / once < 2.0


def test_where_the_effect_outlasts_the_substance_the_time_is_that_of_the_effect() -> None:
    lasting = next(one for one in SUBSTANCES.values() if one.law is ClearingLaw.EFFECT_OUTLASTS)
    assert lasting.effect_window_days is not None
    gone = gone_in_hours(Exposure(substance=lasting.key, last_hours_ago=0.0))
    assert gone.value == pytest.approx(24 * lasting.effect_window_days.value)


def test_the_answer_tells_it_for_what_plays_a_part_only() -> None:
    answer = assess(case({"substance": "caffeine", "last_hours_ago": 2.0}, {"substance": "nicotine", "taken": False}))
    assert [clearing.substance for clearing in answer.clears] == ["caffeine"]
    (told,) = assessment_document(answer)["exposures"]
    assert told["gone_in_hours"]["low"] < told["gone_in_hours"]["value"] < told["gone_in_hours"]["high"]
    assert "caffeine_effect" in told["causes"]
    assert not told["outlasts"]
