"""Urgency: rules first, then the ranking within the limits that rules set."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from myotwitch.causes.advice import Advice, advise, raised_above
from myotwitch.causes.catalogue_files import read_cause
from myotwitch.causes.facts import Facts
from myotwitch.causes.rules import Rule, demanded, rules_from_table, rules_that_hold
from myotwitch.causes.settings import load_settings
from myotwitch.causes.vocabulary import Urgency

NOBODY = Facts(age_years=40, sex=None, pregnant=None, findings={})


def rule(**changes: Any) -> Rule:
    row = {"name": "tested", "when": "age > 1", "text": "Because.", "note": "for the test", **changes}
    faults: list[str] = []
    (only,) = rules_from_table({"rule": [row]}, "rules/test.toml", {}, faults)
    assert faults == []
    return only


@pytest.fixture
def advice_of(make_cause_row: Any, known_names: Any) -> Any:
    causes = [
        read_cause(name, make_cause_row(seriousness=name, plain_name=f"a {name} thing", feared=feared), known_names, [])
        for name, feared in (("harmless", False), ("see_doctor", False), ("urgent", True))
    ]

    def advice(*rules: Rule, raised: tuple[float, float, float] = (0.0, 0.0, 0.0), undecided: bool = False) -> Advice:
        steps = load_settings().steps
        return advise(rules_that_hold(NOBODY, rules), causes, np.array(raised), steps, {}, undecided=undecided)

    return advice


def test_without_rules_and_without_anything_likely_it_is_harmless(advice_of: Any) -> None:
    advice = advice_of(raised=(0.9, 0.0, 0.0))
    assert advice.urgency is Urgency.HARMLESS
    assert "no" in advice.why[0].text.lower()


def test_the_most_demanding_rule_decides(advice_of: Any) -> None:
    advice = advice_of(rule(urgency="see_doctor"), rule(urgency="emergency", name="worse"))
    assert advice.urgency is Urgency.EMERGENCY
    assert advice.why[0].rule == "worse"


def test_the_ranking_raises_the_advice_where_something_serious_is_likely(advice_of: Any) -> None:
    advice = advice_of(raised=(0.0, 0.6, 0.0))
    assert advice.urgency is Urgency.SEE_DOCTOR
    assert "a see_doctor thing" in advice.why[0].text


def test_what_cannot_be_ruled_out_sends_to_a_doctor_and_a_feared_cause_is_not_named(advice_of: Any) -> None:
    advice = advice_of(raised=(0.0, 0.0, 0.08))
    assert advice.urgency is Urgency.SEE_DOCTOR
    assert "urgent thing" not in advice.why[0].text
    assert "Testing" in advice.why[0].doctor_text


def test_remote_possibilities_do_not_add_up_to_a_visit(make_cause_row: Any, known_names: Any) -> None:
    causes = [read_cause(f"c{n}", make_cause_row(seriousness="see_doctor"), known_names, []) for n in range(20)]
    steps = load_settings().steps
    assert advise((), causes, np.full(20, 0.05), steps, {}).urgency <= Urgency.WATCH
    assert advise((), causes, np.full(20, 0.2), steps, {}).urgency is Urgency.SEE_DOCTOR


def test_a_limit_holds_back_the_ranking_but_never_a_rule(advice_of: Any) -> None:
    limit = rule(at_most="watch", name="limit")
    assert advice_of(limit, raised=(0.0, 0.6, 0.0)).urgency is Urgency.WATCH
    assert advice_of(limit, rule(urgency="urgent"), raised=(0.0, 0.6, 0.0)).urgency is Urgency.URGENT


def test_where_nothing_is_separated_a_diary_is_advised_unless_a_rule_limits(advice_of: Any) -> None:
    assert advice_of(undecided=True).urgency is Urgency.WATCH
    assert advice_of(rule(at_most="harmless"), undecided=True).urgency is Urgency.HARMLESS


def test_a_common_disease_to_which_nothing_points_is_not_raised() -> None:
    raised = raised_above(np.array([0.4, 0.1]), np.array([0.4, 0.55]))
    assert raised.tolist() == pytest.approx([0.0, 0.5])


def test_rules_that_do_not_hold_demand_nothing() -> None:
    assert demanded(rules_that_hold(NOBODY, [rule(urgency="emergency", when="weakness")])) is Urgency.HARMLESS


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "needs either urgency"),
        ({"urgency": "watch", "at_most": "watch"}, "needs either urgency"),
        ({"urgency": "now"}, "urgency must be one of"),
        ({"urgency": "watch", "when": "weaknes"}, "Did you mean 'weakness'"),
        ({"urgency": "watch", "note": ""}, "names no source"),
        ({"urgency": "watch", "sources": ["nobody"]}, "the source 'nobody' is not known"),
    ],
)
def test_a_faulty_rule_is_told(changes: dict[str, Any], message: str) -> None:
    row = {"name": "tested", "when": "age > 1", "text": "Because.", "note": "for the test", **changes}
    faults: list[str] = []
    rules_from_table({"rule": [row]}, "rules/test.toml", {}, faults)
    assert any(message in fault for fault in faults), faults


def test_urgency_is_ordered_from_harmless_to_emergency() -> None:
    assert sorted(Urgency, reverse=True)[0] is Urgency.EMERGENCY
    assert Urgency.HARMLESS < Urgency.WATCH <= Urgency.WATCH < Urgency.SEE_DOCTOR < Urgency.URGENT
    assert Urgency.URGENT >= Urgency.URGENT > Urgency.HARMLESS
