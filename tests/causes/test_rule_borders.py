"""Both sides of the border of every rule of urgency, and: a warning sign never lowers what the rules demand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from myotwitch.case import ANALYTES, FINDINGS, case_from_document
from myotwitch.causes.facts import Facts, facts_from_case
from myotwitch.causes.questions import _is_impossible, what_would_change
from myotwitch.causes.rules import Rule, demanded, load_rules, rules_that_hold
from myotwitch.causes.vocabulary import Urgency

BORDERS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "rule_borders.toml").read_text(encoding="utf-8")
)["border"]
RULES: Mapping[str, Rule] = {rule.name: rule for rule in load_rules()}

EXPLANATIONS = frozenset(
    {"hyperventilation", "anxiety", "suppressible", "motor_tics", "urge_before", "epilepsy", "intense_exercise"}
)
"""Findings that explain a sign in a known and less urgent way, and so may lower a demand; no other finding may."""


def facts_of(side: Mapping[str, Any]) -> Facts:
    """Return the facts of one side of a border."""
    person = {"age_years": side["age"], **{key: side[key] for key in ("sex", "pregnant") if key in side}}
    days = side.get("days", {})
    present = [
        {"finding": name, "present": True, **({"since_days": days[name]} if name in days else {})}
        for name in side.get("findings", [])
    ]
    document = {
        "schema": "myotwitch.case/1",
        "person": person,
        "twitching": side.get("twitching", [{"place": "calf"}]),
        "findings": [*present, *({"finding": name, "present": False} for name in side.get("denied", []))],
        "exposures": [
            *({"substance": name, "taken": True} for name in side.get("taken", [])),
            *(
                {"substance": name, "amount_mg": amount, "times_per_day": 1}
                for name, amount in side.get("daily_mg", {}).items()
            ),
            *({"substance": name, "stopped_days_ago": ago} for name, ago in side.get("stopped", {}).items()),
        ],
        "labs": [
            {"analyte": name, "value": value, "unit": ANALYTES[name].unit}
            for name, value in side.get("labs", {}).items()
        ],
    }
    return facts_from_case(case_from_document(document, "border"))


def with_finding(facts: Facts, name: str) -> Facts:
    """Return the same facts with one more finding present."""
    return Facts(
        age_years=facts.age_years,
        sex=facts.sex,
        pregnant=facts.pregnant,
        findings={**facts.findings, name: True},
        finding_days=facts.finding_days,
        movements=facts.movements,
        exposures=facts.exposures,
        labs=facts.labs,
        entries=facts.entries,
    )


def demand(facts: Facts) -> Urgency:
    return demanded(rules_that_hold(facts, tuple(RULES.values())))


def able_to_lower(facts: Facts) -> list[str]:
    """Return the findings that could switch a demand off: those that a rule names which holds now."""
    holding = rules_that_hold(facts, tuple(RULES.values()))
    return sorted({name for rule in holding for name in rule.when.findings} - EXPLANATIONS)


def test_every_rule_has_a_case_on_both_sides_of_its_border() -> None:
    assert {border["rule"] for border in BORDERS} == set(RULES)


@pytest.mark.parametrize("border", BORDERS, ids=[border["rule"] for border in BORDERS])
def test_a_rule_holds_just_inside_its_border_and_not_just_outside(border: dict[str, Any]) -> None:
    rule = RULES[border["rule"]]
    assert rule.when.holds(facts_of(border["inside"])), border["border"]
    assert not rule.when.holds(facts_of(border["outside"])), border["border"]


@pytest.mark.parametrize("border", BORDERS, ids=[border["rule"] for border in BORDERS])
def test_inside_its_border_a_rule_demands_at_least_what_it_says(border: dict[str, Any]) -> None:
    rule = RULES[border["rule"]]
    assert demand(facts_of(border["inside"])) >= (rule.urgency or Urgency.HARMLESS)


@pytest.mark.parametrize("border", BORDERS, ids=[border["rule"] for border in BORDERS])
def test_a_further_warning_sign_never_lowers_what_the_rules_demand(border: dict[str, Any]) -> None:
    facts = facts_of(border["inside"])
    before = demand(facts)
    for name in able_to_lower(facts):
        if name not in border["inside"].get("denied", []):
            assert demand(with_finding(facts, name)) >= before, name


@pytest.mark.parametrize("border", BORDERS, ids=[border["rule"] for border in BORDERS])
def test_only_rules_that_do_not_hold_lack_a_finding_that_they_need(border: dict[str, Any]) -> None:
    for side in (border["inside"], border["outside"]):
        facts = facts_of(side)
        assert not [rule.name for rule in RULES.values() if rule.when.lacks(facts.present) and rule.when.holds(facts)]


@pytest.mark.parametrize("border", BORDERS[::10], ids=[border["rule"] for border in BORDERS[::10]])
def test_what_would_change_the_advice_is_what_trying_every_finding_with_every_rule_gives(
    border: dict[str, Any],
) -> None:
    facts = facts_of(border["outside"])
    now = demand(facts)
    tried = {name: demand(with_finding(facts, name)) for name in set(FINDINGS) - set(facts.findings)}
    changes = what_would_change(facts, tuple(RULES.values()), now)
    expected = {name: urgency for name, urgency in tried.items() if urgency > now and not _is_impossible(name, facts)}
    assert {change.finding: change.urgency for change in changes} == expected


def test_every_rule_is_told_in_two_short_sentences_or_three() -> None:
    for rule in RULES.values():
        assert 20 <= len(rule.text) <= 260, rule.name
