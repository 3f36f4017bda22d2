"""Little is said, or not where it twitches: the answer stays calm and useful."""

from __future__ import annotations

from typing import Any

import pytest

from myotwitch.case import case_from_document
from myotwitch.causes import CauseGroup, Urgency, assess
from myotwitch.causes.arrays import load_arrays
from myotwitch.causes.evidence import network_from_facts
from myotwitch.causes.facts import facts_from_case
from myotwitch.causes.rules import demanded, load_rules, rules_that_hold
from myotwitch.causes.settings import load_settings

PLACES = (
    *("eyelid", "mouth_corner", "chin", "jaw", "neck", "shoulder", "upper_arm", "forearm", "thumb"),
    *("chest", "abdomen", "thigh", "calf", "foot"),
)
AGES = (20, 45, 70)


def sparse_case(entry: dict[str, Any], age: int) -> Any:
    return case_from_document({"schema": "myotwitch.case/1", "person": {"age_years": age}, "twitching": [entry]})


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("place", PLACES)
def test_an_age_and_a_place_send_nobody_to_a_doctor_and_tell_what_to_do(place: str, age: int) -> None:
    case = sparse_case({"place": place}, age)
    from_rules = demanded(rules_that_hold(facts_from_case(case), load_rules()))
    answer = assess(case)
    assert answer.urgency <= max(Urgency.WATCH, from_rules)
    assert from_rules <= Urgency.WATCH
    assert not answer.causes[0].feared
    assert all(one.probability < 0.01 for one in answer.causes if one.cause.group is CauseGroup.MOTOR_NEURON)
    assert answer.what_helps
    assert answer.watch_for
    assert answer.ask_next


def test_twitching_of_an_unknown_place_counts_as_twitching() -> None:
    arrays, settings = load_arrays(), load_settings()
    somewhere = facts_from_case(
        sparse_case({"place": "calf"}, 40).model_copy(update={"twitching": _nowhere("flicker")})
    )
    (movement,) = somewhere.movements
    assert movement.region is None
    network = network_from_facts(somewhere, arrays, settings).network
    assert network.event_count == 1
    names = [cause.name for cause in arrays.causes]
    link = dict(zip(names, network.link[0], strict=True))
    assert link["benign_fasciculation_syndrome"] > link["chronic_tics"]
    assert somewhere.regions == ()


def _nowhere(character: str) -> tuple[Any, ...]:
    from myotwitch.case.case import TwitchingPlace

    return (TwitchingPlace.model_validate({"character": character}),)


def test_twitching_of_an_unknown_place_gets_an_answer_that_explains_itself() -> None:
    case = sparse_case({"place": "calf"}, 40).model_copy(update={"twitching": _nowhere("flicker")})
    answer = assess(case)
    assert answer.urgency <= Urgency.WATCH
    told = {evidence.finding: evidence.label for one in answer.causes for evidence in one.evidence}
    assert told == {"twitching:somewhere": "twitching"}
