"""The catalogue of substances: that of the contract, sourced, and found by any name."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from myotwitch.errors import TableError, UnknownNameError
from myotwitch.sources import Grade, Reading, load_sources, read_table
from myotwitch.substances import (
    CLASS_KEYS,
    SUBSTANCES,
    Claim,
    ClearingLaw,
    Effect,
    Lowered,
    find_substance,
    substances_of_class,
)
from myotwitch.substances.absorption import absorption_sources
from myotwitch.substances.claims import claims_from_table
from myotwitch.substances.substance import ROOM


def test_those_of_the_contract_come_first_in_its_order_and_with_its_names_and_classes(shared_contract: Path) -> None:
    with (shared_contract / "substances.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["substance"], row["name"], row["class"]) for row in csv.DictReader(file)]
    ours = [(key, substance.name, substance.class_label) for key, substance in SUBSTANCES.items()]
    assert ours[: len(rows)] == rows
    assert len(rows) == 102
    assert len(ours) >= len(rows) + 40


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
        withdrawal = substance.withdrawal
        for figure, unit in (
            (substance.half_life, "h"),
            (substance.elimination_rate, "g/L/h"),
            (substance.usual_amount, "mg"),
            (substance.effect_window_days, "d"),
            (None if withdrawal is None else withdrawal.onset_h, "h"),
            (None if withdrawal is None else withdrawal.peak_h, "h"),
            (None if withdrawal is None else withdrawal.end_d, "d"),
            *((shift.factor, "1") for shift in substance.shifts),
        ):
            if figure is not None:
                assert figure.unit == unit
                assert 0 < figure.low < figure.high, substance.key
                assert figure.low <= figure.value <= figure.high, substance.key


def test_a_judged_half_life_spreads_at_least_twofold() -> None:
    for substance in SUBSTANCES.values():
        if substance.half_life is not None and substance.half_life.grade is Grade.EXPERT:
            assert substance.half_life.high >= 2 * substance.half_life.low, substance.key


def test_every_source_of_the_room_is_used() -> None:
    alcohol = read_table(ROOM, "alcohol.toml")
    rows = [alcohol["michaelis_constant"], *alcohol["distribution_volume"].values()]
    used = {source for row in rows for source in row.get("sources", ())}
    used |= {source for substance in SUBSTANCES.values() for source in substance.cited}
    used |= set(absorption_sources())
    assert used == set(load_sources(ROOM))


def test_no_figure_rests_on_an_unread_source_alone() -> None:
    sources = load_sources(ROOM)
    for substance in SUBSTANCES.values():
        for figure in substance.figures:
            if figure.grade is Grade.SOURCED:
                assert {sources[key].reading for key in figure.sources} - {Reading.SECONDARY}, substance.key


def test_every_claim_says_how_it_is_known_and_none_is_made_twice() -> None:
    for substance in SUBSTANCES.values():
        for claims in (substance.effect_claims, substance.lowered_claims):
            said = [claim.what for claim in claims]
            assert len(set(said)) == len(said), substance.key
            assert all(claim.sources if claim.grade is Grade.SOURCED else claim.note for claim in claims)
        assert {claim.what for claim in substance.effect_claims} == set(substance.effects)
        assert {claim.what for claim in substance.lowered_claims} == set(substance.lowers)


def test_most_claims_are_sourced() -> None:
    claims = [claim for one in SUBSTANCES.values() for claim in (*one.effect_claims, *one.lowered_claims)]
    assert sum(claim.grade is Grade.SOURCED for claim in claims) > len(claims) / 2


@pytest.mark.parametrize(
    ("what", "grade", "sources", "note", "message"),
    [
        (Effect.CRAMP, Grade.SOURCED, (), "", "names no source"),
        (Lowered.SODIUM, Grade.EXPERT, (), "", "says not why"),
        (Effect.TIC, Grade.DERIVED, ("merck_cramps",), "From others.", "graded derived"),
    ],
)
def test_a_claim_that_does_not_say_how_it_is_known_cannot_be_made(
    what: Effect | Lowered, grade: Grade, sources: tuple[str, ...], note: str, message: str
) -> None:
    with pytest.raises(TableError, match=message):
        Claim(what=what, grade=grade, sources=sources, note=note)


def test_a_table_of_claims_that_is_unknown_or_incomplete_is_refused() -> None:
    with pytest.raises(TableError, match="caffeine: a claim has no 'grade'"):
        claims_from_table({"cramp": {}}, Effect, "caffeine")
    with pytest.raises(TableError, match="caffeine: 'sneezing'"):
        claims_from_table({"sneezing": {"grade": "expert", "note": "x"}}, Effect, "caffeine")


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
        ("torsemide", "torasemide"),
        ("Senna", "stimulant_laxative"),
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
    with pytest.raises(TableError, match="window"):
        replace(SUBSTANCES["magnesium_supplement"], effect_window_days=None)
    with pytest.raises(TableError, match="shift"):
        replace(SUBSTANCES["magnesium_supplement"], shifts=caffeine.shifts)
