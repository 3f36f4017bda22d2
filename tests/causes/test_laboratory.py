"""Laboratory values as evidence."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotwitch.case import case_from_document
from myotwitch.causes.cause import LabEffect
from myotwitch.causes.facts import Laboratory, facts_from_case
from myotwitch.causes.laboratory import lab_log_ratio, lab_log_ratios
from myotwitch.causes.settings import load_settings
from myotwitch.sources import Grade

COUNTING = load_settings().counting
LOW = LabEffect(mean=0.5, sd=0.12, grade=Grade.EXPERT, sources=(), note="for the test")
HIGH = LabEffect(mean=5000.0, sd=6000.0, grade=Grade.EXPERT, sources=(), note="for the test")


def ratio(value: float, effect: LabEffect = LOW, analyte: str = "magnesium", days_ago: float = 0.0) -> float:
    return lab_log_ratio(Laboratory(analyte=analyte, value=value, days_ago=days_ago), effect, None, COUNTING)


def test_a_low_value_speaks_for_the_cause_that_lowers_it_and_a_normal_one_against() -> None:
    assert ratio(0.5) > 3
    assert ratio(0.87) < -1


@given(st.floats(0.1, 1.5), st.floats(0.1, 1.5))
def test_the_lower_the_value_the_more_it_speaks_for_a_cause_that_lowers_it(first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert ratio(low) >= ratio(high) - 1e-12


@given(st.floats(10, 1e5), st.floats(10, 1e5))
def test_the_higher_the_value_the_more_it_speaks_for_a_cause_that_raises_it(first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert ratio(high, HIGH, "ck") >= ratio(low, HIGH, "ck") - 1e-12


@given(st.floats(0.02, 20))
def test_no_value_counts_more_than_the_limit(value: float) -> None:
    assert abs(ratio(value)) <= math.log(COUNTING.lab_ratio_limit) + 1e-12


def test_an_old_value_counts_half_as_much() -> None:
    assert ratio(0.5, days_ago=COUNTING.lab_halving_days) == pytest.approx(ratio(0.5) / 2)


def test_a_value_too_far_out_for_one_cause_speaks_for_the_cause_that_reaches_as_far() -> None:
    run = LabEffect(mean=600.0, sd=600.0, grade=Grade.EXPERT, sources=(), note="for the test")

    def both(value: float) -> list[float]:
        return lab_log_ratios(Laboratory(analyte="ck", value=value, days_ago=0.0), [run, HIGH, None], None, COUNTING)

    assert both(400) == [ratio(400, run, "ck"), ratio(400, HIGH, "ck"), 0.0]
    assert both(50_000)[0] < ratio(50_000, run, "ck") - 2
    assert both(50_000)[1:] == [ratio(50_000, HIGH, "ck"), 0.0]


def test_a_cause_that_is_alone_loses_nothing_however_far_out_the_value_is() -> None:
    lab = Laboratory(analyte="magnesium", value=0.1, days_ago=0.0)
    high = LabEffect(mean=2.0, sd=0.3, grade=Grade.EXPERT, sources=(), note="raises it, so it reaches nowhere near")
    assert lab_log_ratios(lab, [LOW, high], None, COUNTING)[0] == ratio(0.1)


def test_sodium_is_corrected_for_glucose_so_that_water_drawn_by_sugar_is_no_lack_of_salt() -> None:
    labs = [
        {"analyte": "sodium", "value": 128, "unit": "mmol/L"},
        {"analyte": "glucose", "value": 41, "unit": "mmol/L"},
    ]
    document = {"person": {"age_years": 68}, "twitching": [{"place": "hand"}], "labs": labs}
    facts = facts_from_case(case_from_document({"schema": "myotwitch.case/1", **document}))
    values = {lab.analyte: lab.value for lab in facts.labs}
    assert values["sodium"] == pytest.approx(138.3, abs=0.1)


def test_calcium_is_corrected_for_albumin_and_the_newest_value_counts() -> None:
    labs = [
        {"analyte": "calcium", "value": 2.0, "unit": "mmol/L", "days_ago": 1},
        {"analyte": "calcium", "value": 2.6, "unit": "mmol/L", "days_ago": 90},
        {"analyte": "albumin", "value": 25, "unit": "g/L", "days_ago": 1},
    ]
    document = {"person": {"age_years": 50}, "twitching": [{"place": "hand"}], "labs": labs}
    facts = facts_from_case(case_from_document({"schema": "myotwitch.case/1", **document}))
    values = {lab.analyte: lab.value for lab in facts.labs}
    assert values["calcium"] == pytest.approx(2.3)
