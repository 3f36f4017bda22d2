"""From facts to a network, with a catalogue of two causes: lid (column 0) and salt (column 1)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from myotwitch.case import case_from_document
from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.events import finding_events, movement_events
from myotwitch.causes.evidence import network_from_facts
from myotwitch.causes.facts import Facts, facts_from_case
from myotwitch.causes.network import Network
from myotwitch.causes.priors import population_prior
from myotwitch.causes.settings import load_settings

CHOICES = load_settings()
COUNTING = CHOICES.counting


def facts(age: float = 40, **parts: Any) -> Facts:
    document = {
        "schema": "myotwitch.case/1",
        "person": {"age_years": age},
        "twitching": [{"place": "widespread"}],
        **parts,
    }
    return facts_from_case(case_from_document(document))


def said(**findings: bool) -> dict[str, Any]:
    return {"findings": [{"finding": name, "present": present} for name, present in findings.items()]}


def network(small: CatalogueArrays, **parts: Any) -> Network:
    return network_from_facts(facts(**parts), small, CHOICES).network


def test_the_first_prior_that_fits_the_age_counts(small: CatalogueArrays) -> None:
    np.testing.assert_allclose(population_prior(facts(age=30), small), [0.1, 0.02])
    np.testing.assert_allclose(population_prior(facts(age=30.9), small), [0.1, 0.02])
    np.testing.assert_allclose(population_prior(facts(age=31), small), [0.1, 0.05])


def test_a_finding_is_an_event_with_its_link_and_its_background(small: CatalogueArrays) -> None:
    (event,) = finding_events(facts(**said(muscle_cramps=True)), small, CHOICES)
    np.testing.assert_allclose(event.link, [0.0, 0.8], atol=1e-12)
    assert event.leak == pytest.approx(0.1)


def test_findings_of_one_group_are_one_event_in_which_the_second_counts_by_the_exponent(small: CatalogueArrays) -> None:
    (event,) = finding_events(facts(**said(stress=True, anxiety=True)), small, CHOICES)
    stress, anxiety = 1 - 0.9 * 0.4, 1 - 0.9 * 0.5  # P(yes | lid) with the background of 0.1
    assert event.leak == pytest.approx(0.1 * math.sqrt(0.1))
    joint = 1 - (1 - event.leak) * (1 - event.link[0])
    assert joint / event.leak == pytest.approx((stress / 0.1) * math.sqrt(anxiety / 0.1))
    assert event.link[1] == 0


def test_denials_lower_the_odds_and_those_of_one_group_count_once_and_a_half(small: CatalogueArrays) -> None:
    np.testing.assert_allclose(network(small, **said(stress=False)).denied, [0.4, 1.0])
    np.testing.assert_allclose(network(small, **said(stress=False, anxiety=False)).denied, [0.4 * math.sqrt(0.5), 1.0])


def test_a_finding_that_no_cause_brings_about_changes_nothing(small: CatalogueArrays) -> None:
    with_it, without = network(small, **said(animal_bite=True)), network(small)
    np.testing.assert_array_equal(with_it.link, without.link)
    np.testing.assert_array_equal(with_it.denied, without.denied)


def test_a_finding_against_a_cause_multiplies_its_odds(small: CatalogueArrays) -> None:
    before, after = network(small).odds, network(small, **said(emg_normal=True)).odds
    np.testing.assert_allclose(after / before, [0.5, 1.0])


def test_a_risk_exposure_multiplies_the_odds(small: CatalogueArrays) -> None:
    before = network(small).odds
    after = network(small, exposures=[{"substance": "omeprazole"}]).odds
    denied = network(small, exposures=[{"substance": "omeprazole", "taken": False}]).odds
    np.testing.assert_allclose(after / before, [1.0, 5.0])
    np.testing.assert_allclose(denied / before, [1.0, 1.0])


def test_a_finding_that_repeats_what_the_twitching_told_counts_less(small: CatalogueArrays) -> None:
    cramp = {"twitching": [{"place": "calf", "character": "cramp"}]}
    (alone,) = finding_events(facts(**said(muscle_cramps=True)), small, CHOICES)
    (echo,) = finding_events(facts(**cramp, **said(muscle_cramps=True)), small, CHOICES)
    assert echo.leak == pytest.approx(alone.leak**COUNTING.repeated_descriptor)
    gain = np.log((1 - (1 - alone.leak) * (1 - alone.link[1])) / alone.leak)
    assert np.log((1 - (1 - echo.leak) * (1 - echo.link[1])) / echo.leak) == pytest.approx(
        COUNTING.repeated_descriptor * gain
    )


def test_a_place_is_an_event_with_the_probability_of_movement_there(small: CatalogueArrays) -> None:
    (event,) = movement_events(facts(twitching=[{"place": "calf"}]).movements, small, COUNTING)
    np.testing.assert_allclose(event.link, [0.0, 0.6])
    assert event.leak == pytest.approx(0.01)


def test_a_description_scales_link_and_leak_by_how_well_it_fits(small: CatalogueArrays) -> None:
    plain = movement_events(facts(twitching=[{"place": "calf"}]).movements, small, COUNTING)[0]
    told = movement_events(facts(twitching=[{"place": "calf", "character": "cramp"}]).movements, small, COUNTING)[0]
    table = small.words["characters"]
    row = table.words.index("cramp")
    largest = max(float(table.by_cause[row].max()), float(table.background[row]))
    assert told.link[1] / plain.link[1] == pytest.approx(table.by_cause[row, 1] / largest)
    assert told.leak / plain.leak == pytest.approx(table.background[row] / largest)


def test_the_same_description_of_a_second_place_counts_less(small: CatalogueArrays) -> None:
    one, two = {"place": "calf", "character": "cramp"}, {"place": "thigh", "character": "cramp"}
    events = movement_events(facts(twitching=[one, two]).movements, small, COUNTING)
    bare = movement_events(facts(twitching=[{"place": "calf"}, {"place": "thigh"}]).movements, small, COUNTING)
    first, second = (float(np.log(event.leak / plain.leak)) for event, plain in zip(events, bare, strict=True))
    assert second == pytest.approx(COUNTING.repeated_descriptor * first)


def test_two_entries_of_one_region_are_one_event(small: CatalogueArrays) -> None:
    assert len(movement_events(facts(twitching=[{"place": "calf"}, {"place": "shin"}]).movements, small, COUNTING)) == 1


def test_four_regions_are_widespread_as_well(small: CatalogueArrays) -> None:
    places = ["calf", "thigh", "upper_arm", "hand"]
    few = movement_events(facts(twitching=[{"place": place} for place in places[:3]]).movements, small, COUNTING)
    many = movement_events(facts(twitching=[{"place": place} for place in places]).movements, small, COUNTING)
    assert (len(few), len(many)) == (3, 5)


def test_silence_about_a_place_speaks_weakly_against_causes_that_move_it(small: CatalogueArrays) -> None:
    denied = network(small, twitching=[{"place": "eyelid"}]).denied
    assert denied[0] == pytest.approx(1.0)
    assert denied[1] == pytest.approx((0.4 * 0.5) ** COUNTING.unreported_place)
    np.testing.assert_allclose(network(small, twitching=[{"place": "widespread"}]).denied, [1.0, 1.0])


def test_a_low_value_is_explained_once_and_a_normal_one_speaks_against(small: CatalogueArrays) -> None:
    def magnesium(value: float) -> dict[str, Any]:
        return {"labs": [{"analyte": "magnesium", "value": value, "unit": "mmol/L"}]}

    low, normal, silent = network(small, **magnesium(0.5)), network(small, **magnesium(0.9)), network(small)
    assert low.event_count == silent.event_count + 1
    assert low.link[-1, 1] > 0.9
    assert low.link[-1, 0] == 0
    assert normal.event_count == silent.event_count
    assert normal.odds[1] < silent.odds[1] / 10
    assert normal.odds[0] == pytest.approx(silent.odds[0])


def test_an_unknown_sex_has_the_mean_of_both(make_cause_row: Any, make_figure: Any, catalogue_of: Any) -> None:
    row = make_cause_row(prior=[{"sex": "male", **make_figure(0.3)}, make_figure(0.1)])
    arrays = catalogue_of({"one": row}, [])
    assert population_prior(facts(), arrays)[0] == pytest.approx(0.2)
