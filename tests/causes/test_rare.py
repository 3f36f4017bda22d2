"""The group of rare diseases: its table, its credit, and that it stays behind the common causes."""

from __future__ import annotations

from typing import Any

import pytest

from myotwitch.case import case_from_document
from myotwitch.causes import assess, load_catalogue
from myotwitch.causes.rare import KIND_OF_CHARACTER, RARE_CAUSE, load_rare_diseases, rare_diseases_with

PLACES = ("eyelid", "calf", "thigh", "upper_arm", "hand", "tongue", "face", "abdomen", "widespread")
CHARACTERS = ("flicker", "jerk", "shaking", "cramp", "ripple", "tic")


def rank_of_the_group(document: dict[str, Any]) -> int | None:
    causes = assess(case_from_document({"schema": "myotwitch.case/1", **document}, "rare")).causes
    return next((rank for rank, one in enumerate(causes, 1) if one.cause.name == RARE_CAUSE), None)


def test_the_table_names_its_release_and_gives_credit() -> None:
    table = load_rare_diseases()
    assert table.release in table.attribution
    assert "Human Phenotype Ontology" in table.attribution
    assert len(table.diseases) > 1000


def test_every_rare_disease_is_listed_once_with_an_identifier_and_a_sign() -> None:
    diseases = load_rare_diseases().diseases
    assert len({disease.key for disease in diseases}) == len(diseases)
    kinds = {*KIND_OF_CHARACTER.values(), "tetany"}
    for disease in diseases:
        assert disease.key.split(":")[0] in ("OMIM", "ORPHA")
        assert disease.signs
        assert all(sign.term.startswith("HP:") and sign.kind in kinds for sign in disease.signs)


def test_no_rare_disease_repeats_a_cause_of_the_catalogue() -> None:
    titles = {cause.title.lower() for cause in load_catalogue().causes.values()}
    assert not titles & {disease.name.lower() for disease in load_rare_diseases().diseases}


def test_diseases_are_found_by_what_the_twitching_looks_like() -> None:
    both = rare_diseases_with(["jerk", "shaking"])
    assert both
    assert all({"myoclonus", "tremor"} <= disease.kinds for disease in both)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize("age_years", [10, 30, 60])
def test_the_group_is_not_among_the_first_three_without_strong_evidence(
    place: str, character: str, age_years: int
) -> None:
    rank = rank_of_the_group(
        {"person": {"age_years": age_years}, "twitching": [{"place": place, "character": character}]}
    )
    assert rank is None or rank > 3


def test_the_group_comes_forward_where_several_systems_fail_from_childhood_on() -> None:
    signs = ("ataxia", "cognitive_decline", "seizure", "dystonia", "spasticity", "weakness", "jerks_awake")
    rank = rank_of_the_group(
        {
            "person": {"age_years": 12},
            "twitching": [
                {"place": "hand", "side": "both", "character": "jerk", "since_days": 2500, "trend": "worsening"}
            ],
            "findings": [{"finding": name, "present": True} for name in (*signs, "slurred_speech", "visual_loss")],
        }
    )
    assert rank is not None
    assert rank <= 3
