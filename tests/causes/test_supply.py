"""Muscles that twitch together point to the nerve or root that they share; the truth is the anatomy's."""

from __future__ import annotations

import math
from typing import Any

import pytest

from myotwitch.anatomy import MUSCLES, SupplyKind
from myotwitch.case import case_from_document
from myotwitch.causes import Cause, assess, assessment_document, load_catalogue
from myotwitch.causes.facts import facts_from_case
from myotwitch.causes.settings import load_settings
from myotwitch.causes.supply import shared_by, supply_log_factor

COUNTING = load_settings().counting
NECK, BACK, WRIST = "cervical_radiculopathy", "lumbar_radiculopathy", "carpal_tunnel_syndrome"


def document(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"schema": "myotwitch.case/1", "person": {"age_years": 50}, "twitching": list(entries)}


def muscles(*names: str, side: str = "left") -> dict[str, Any]:
    return document(*({"muscle": name, "side": side} for name in names))


def cause(name: str) -> Cause:
    return load_catalogue().cause(name)


def factor(name: str, case: dict[str, Any]) -> float:
    movements = facts_from_case(case_from_document(case)).movements
    return math.exp(supply_log_factor(cause(name), movements, COUNTING))


def shared(case: dict[str, Any]) -> list[str]:
    return [supply.key for supply in shared_by(facts_from_case(case_from_document(case)).movements)]


@pytest.mark.parametrize("name", [NECK, BACK, WRIST, "ulnar_neuropathy", "peroneal_neuropathy", "radial_neuropathy"])
def test_the_causes_that_hit_a_nerve_or_root_say_which(name: str) -> None:
    supply = cause(name).supply
    assert supply is not None
    assert supply.roots or supply.nerves


@pytest.mark.parametrize("root", ["C5", "C7", "C8"])
def test_three_muscles_of_one_cervical_root_speak_for_the_neck(root: str) -> None:
    driven = [key for key, muscle in MUSCLES.items() if muscle.main_root == root and "shoulder" not in muscle.place][:3]
    assert factor(NECK, muscles(*driven)) > 1.3


def test_muscles_of_unrelated_roots_speak_against_one_root() -> None:
    assert not set(MUSCLES["deltoideus"].roots) & set(MUSCLES["interosseus_dorsalis_manus_1"].roots)
    scattered = factor(NECK, muscles("deltoideus", "interosseus_dorsalis_manus_1"))
    together = factor(NECK, muscles("deltoideus", "biceps_brachii"))
    assert scattered < 1 < together


def test_a_muscle_of_the_ulnar_nerve_speaks_against_the_carpal_tunnel_and_one_of_the_median_nerve_for_it() -> None:
    assert "ulnar" in MUSCLES["interosseus_dorsalis_manus_1"].nerves
    assert "median" in MUSCLES["abductor_pollicis_brevis"].nerves
    assert factor(WRIST, muscles("interosseus_dorsalis_manus_1")) < 0.6
    assert factor("ulnar_neuropathy", muscles("interosseus_dorsalis_manus_1")) > 1
    assert factor(WRIST, muscles("abductor_pollicis_brevis")) > 1


def test_what_shin_and_buttock_share_is_counted_although_only_places_are_told() -> None:
    assert factor(BACK, document({"place": "shin"}, {"place": "buttock"})) > 1
    assert factor(BACK, document({"place": "shin"})) == pytest.approx(1.0)


def test_a_whole_arm_tells_no_root() -> None:
    assert factor(NECK, document({"place": "one_arm"})) == 1.0


def test_causes_that_are_bound_to_no_nerve_are_left_alone() -> None:
    assert factor("benign_fasciculation_syndrome", muscles("deltoideus", "biceps_brachii")) == 1.0


def test_the_factor_stays_within_its_limit_and_two_sides_never_speak_for_one_root() -> None:
    many = [key for key, muscle in MUSCLES.items() if muscle.main_root == "C6"][:8]
    assert factor(NECK, muscles(*many)) <= COUNTING.supply_ratio_limit * (1 + 1e-12)
    assert factor(NECK, muscles(*many, side="both")) <= 1


def test_the_answer_names_the_nerve_or_root_that_the_muscles_share() -> None:
    assert "tibial" in shared(muscles("gastrocnemius_medial_head", "soleus"))
    assert shared(muscles("tibialis_anterior", "gluteus_medius")) == ["L4", "L5"]
    assert shared(muscles("deltoideus", "interosseus_dorsalis_manus_1")) == []
    assert shared(muscles("deltoideus")) == []
    assert (
        shared(document({"muscle": "deltoideus", "side": "left"}, {"muscle": "biceps_brachii", "side": "right"})) == []
    )


def test_the_document_has_what_the_muscles_share() -> None:
    answer = assess(case_from_document(muscles("tibialis_anterior", "gluteus_medius")))
    assert {supply.kind for supply in answer.shared_supply} == {SupplyKind.ROOT}
    told = assessment_document(answer)["shared_supply"]
    assert [(supply["kind"], supply["key"]) for supply in told] == [("root", "L4"), ("root", "L5")]


def test_a_shared_root_raises_the_trapped_nerve_in_the_whole_answer() -> None:
    def neck(case: dict[str, Any]) -> float:
        answer = assess(case_from_document({**case, "findings": [{"finding": "radiating_pain", "present": True}]}))
        return next((one.probability for one in answer.causes if one.cause.name == NECK), 0.0)

    assert neck(muscles("deltoideus", "biceps_brachii")) > neck(muscles("deltoideus", "interosseus_dorsalis_manus_1"))
