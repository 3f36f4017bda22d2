"""What a page says of an ion in a nerve fibre fits the laboratory values on the same page, and frightens nobody."""

from __future__ import annotations

import re

import pytest

from myotwitch.case import ANALYTES
from myotwitch.language import in_language
from myotwitch.report import page_text
from myotwitch.report.encyclopaedia.explain import page_of
from myotwitch.report.encyclopaedia.page import PageKind, Topic
from myotwitch.simulation.ion_curves import ION_OF_ANALYTE

IONS = sorted(ION_OF_ANALYTE)


def told(name: str, heading: str = "In a motor nerve fibre", *, for_doctor: bool = False) -> str:
    """The part of the page on the nerve fibre, as one line of text."""
    text = page_text(page_of(Topic(PageKind.ANALYTE, name)), for_doctor=for_doctor)
    return " ".join(next(part for part in text.split("\n\n") if part.startswith(heading)).split())


@pytest.mark.parametrize("name", ["calcium", "magnesium"])
def test_a_page_of_a_total_says_that_only_the_ionised_part_acts_and_how_much_of_it_is_usual(name: str) -> None:
    usual = ANALYTES[name].reference_range()
    text = told(name)
    assert f"usually {usual.low:g} to {usual.high:g} mmol/L, is the total. Only its ionised part acts" in text
    assert re.search(r"usually about (1\.2|0\.55) mmol/L, and only that is meant here", text)
    levels = re.findall(r"With ([\d.]+) instead of ([\d.]+) mmol/L of (.+?) the fibre", text)
    assert [quantity for _, _, quantity in levels] == [f"ionised {name}"] * 2


@pytest.mark.parametrize("name", ["calcium", "ionised_calcium"])
def test_no_usual_laboratory_value_of_calcium_is_told_as_a_change(name: str) -> None:
    usual = ANALYTES[name].reference_range()
    changed = [float(value) for value in re.findall(r"With ([\d.]+) instead", told(name))]
    assert len(changed) == 2
    assert not [value for value in changed if usual.low <= value <= usual.high]


@pytest.mark.parametrize("for_doctor", [False, True])
def test_of_sodium_no_figure_and_no_direction_is_told(for_doctor: bool) -> None:
    text = told("sodium", for_doctor=for_doctor)
    assert "not even the direction of their sum is safe" in text
    assert not re.search(r"\d %|less current|more current", text)
    assert "By itself it is silent everywhere from 110 to 160 mmol/L" in text


@pytest.mark.parametrize("name", IONS)
def test_where_the_fibre_is_silent_by_itself_is_told_first_and_one_unit_is_spelt_in_one_way(name: str) -> None:
    text = told(name)
    assert re.search(r"By itself it is silent (everywhere from|at) [\d.]+", text)
    assert "mmol/l" not in text
    if name != "sodium":
        assert "what a person feels does not follow from it" in text


@pytest.mark.parametrize("name", IONS)
def test_the_fibre_is_told_in_german_too(name: str) -> None:
    with in_language("de"):
        text = told(name, "In einer motorischen Nervenfaser")
    assert not re.search(r"\b(the|fibre|current|itself|ionised)\b", text)
