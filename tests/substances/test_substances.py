"""The catalogue of substances: that of the contract, sourced, and found by any name."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from myotwitch.errors import TableError, UnknownNameError
from myotwitch.sources import Grade, Reading, figure_from_row, load_sources, read_table
from myotwitch.substances import CLASS_KEYS, SUBSTANCES, ClearingLaw, Effect, find_substance, substances_of_class


def test_keys_names_and_classes_are_those_of_the_contract_in_its_order(shared_contract: Path) -> None:
    with (shared_contract / "substances.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["substance"], row["name"], row["class"]) for row in csv.DictReader(file)]
    assert [(key, substance.name, substance.class_label) for key, substance in SUBSTANCES.items()] == rows
    assert len(rows) == 102


def test_labels_that_mean_the_same_class_share_its_key() -> None:
    assert CLASS_KEYS["cholinesterase inh."] == CLASS_KEYS["cholinesterase inhibitor"] == "cholinesterase_inhibitor"
    assert CLASS_KEYS["antiepileptic"] == CLASS_KEYS["antiseizure"]
    assert {substance.key for substance in substances_of_class("cholinesterase inh.")} == {
        "donepezil",
        "neostigmine",
        "organophosphate",
        "pyridostigmine",
        "rivastigmine",
    }
    assert SUBSTANCES["sertraline"].belongs_to("SSRI")
    assert not SUBSTANCES["sertraline"].belongs_to("TCA")
    with pytest.raises(UnknownNameError, match="Did you mean 'statin'"):
        substances_of_class("statn")


def test_every_substance_that_leaves_by_first_order_has_a_half_life_and_no_other_has() -> None:
    for substance in SUBSTANCES.values():
        assert (substance.half_life is not None) is (substance.law is ClearingLaw.FIRST_ORDER)
        assert (substance.elimination_rate is not None) is (substance.law is ClearingLaw.MICHAELIS_MENTEN)
    assert [key for key, one in SUBSTANCES.items() if one.law is ClearingLaw.MICHAELIS_MENTEN] == ["alcohol"]


def test_every_figure_has_a_spread_and_its_unit() -> None:
    for substance in SUBSTANCES.values():
        for figure, unit in (
            (substance.half_life, "h"),
            (substance.elimination_rate, "g/L/h"),
            (substance.usual_amount, "mg"),
        ):
            if figure is not None:
                assert figure.unit == unit
                assert 0 < figure.low < figure.high, substance.key


def test_a_judged_half_life_spreads_at_least_twofold() -> None:
    for substance in SUBSTANCES.values():
        if substance.half_life is not None and substance.half_life.grade is Grade.EXPERT:
            assert substance.half_life.high >= 2 * substance.half_life.low, substance.key


def test_every_source_of_the_room_is_used() -> None:
    figures = [
        figure
        for substance in SUBSTANCES.values()
        for figure in (substance.half_life, substance.elimination_rate, substance.usual_amount)
        if figure is not None
    ]
    alcohol = read_table("myotwitch.substances", "alcohol.toml")
    figures.append(figure_from_row(alcohol["michaelis_constant"], "g/L", "test"))
    figures += [figure_from_row(row, "L/kg", "test") for row in alcohol["distribution_volume"].values()]
    used = {source for figure in figures for source in figure.sources}
    used |= {source for substance in SUBSTANCES.values() for source in substance.sources}
    assert used == set(load_sources("myotwitch.substances"))


def test_no_figure_rests_on_an_unread_source_alone() -> None:
    sources = load_sources("myotwitch.substances")
    for substance in SUBSTANCES.values():
        if substance.half_life is not None and substance.half_life.grade is Grade.SOURCED:
            readings = {sources[key].reading for key in substance.half_life.sources}
            assert readings - {Reading.SECONDARY}, substance.key


def test_every_substance_can_do_something_to_muscles_or_is_one_that_restores() -> None:
    without = {key for key, substance in SUBSTANCES.items() if not substance.effects}
    assert without == {
        "botulinum_toxin",
        "calcium_supplement",
        "magnesium_supplement",
        "potassium_supplement",
        "sodium_chloride",
    }
    assert all(isinstance(effect, Effect) for substance in SUBSTANCES.values() for effect in substance.effects)


def test_every_name_finds_its_substance_and_no_name_is_shared() -> None:
    names = Counter(
        name
        for substance in SUBSTANCES.values()
        for name in {
            substance.key.replace("_", " "),
            substance.name.lower(),
            *(one.lower() for one in substance.synonyms),
        }
    )
    assert [name for name, count in names.items() if count > 1] == []
    for substance in SUBSTANCES.values():
        for name in (substance.key, substance.name, *substance.synonyms):
            assert find_substance(name) is substance


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Coffee", "caffeine"),
        ("albuterol", "salbutamol"),
        ("Ciclosporin (Cyclosporine)", "ciclosporin"),
        ("THC", "cannabis"),
    ],
)
def test_everyday_and_american_names_are_known(name: str, key: str) -> None:
    assert find_substance(name).key == key


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'sertraline'"):
        find_substance("sertralin")


def test_a_substance_that_breaks_the_rules_cannot_be_built() -> None:
    caffeine = SUBSTANCES["caffeine"]
    with pytest.raises(TableError, match="half-life"):
        replace(caffeine, half_life=None)
    with pytest.raises(TableError, match="names no source"):
        replace(caffeine, grade=Grade.SOURCED, sources=())
