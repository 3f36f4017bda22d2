"""Every cause comes to the top of the case that a textbook would write of it, and every finding changes some cause."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from myotwitch.case import ANALYTES, FINDINGS, Asks, FindingState, read_case
from myotwitch.case.case import Case
from myotwitch.causes import assess, load_catalogue
from myotwitch.causes.facts import Laboratory
from myotwitch.causes.laboratory import lab_log_ratio
from myotwitch.causes.settings import load_settings

FOLDER = Path(__file__).parent / "textbook"
CAUSES = sorted(load_catalogue().causes)

GROUP_CAUSES = {"rare_inherited_disease"}
"""Not one disease but a group that is shown for completeness; its case is in ``test_rare.py``."""


def textbook_case(cause: str) -> Case:
    return read_case(FOLDER / f"{cause}.yaml")


def probability_of(cause: str, case: Case) -> float:
    return next((ranked.probability for ranked in assess(case).causes if ranked.cause.name == cause), 0.0)


def test_every_cause_has_a_textbook_case_and_no_case_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(CAUSES) - GROUP_CAUSES


@pytest.mark.parametrize("cause", [cause for cause in CAUSES if cause not in GROUP_CAUSES])
def test_a_cause_is_first_in_the_case_that_a_textbook_would_write_of_it(cause: str) -> None:
    assert assess(textbook_case(cause)).causes[0].cause.name == cause


def test_every_textbook_case_begins_with_a_sentence_that_tells_it() -> None:
    for path in FOLDER.glob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# "), path.name
        assert first.endswith("."), path.name


def test_every_emergency_of_the_catalogue_is_sent_at_least_within_a_day_or_two() -> None:
    for name, cause in load_catalogue().causes.items():
        if cause.seriousness.value == "emergency" and name not in GROUP_CAUSES:
            assert assess(textbook_case(name)).urgency.value in ("urgent", "emergency"), name


def test_every_finding_of_the_contract_changes_some_cause() -> None:
    causes = load_catalogue().causes.values()
    changed = {finding for cause in causes for finding in (*cause.findings, *cause.against)}
    assert set(FINDINGS) - changed == set()


TESTS = sorted(name for name, finding in FINDINGS.items() if finding.asks is Asks.TEST)


@pytest.mark.parametrize("test", TESTS)
def test_a_normal_result_never_raises_the_disease_that_the_test_is_for(test: str) -> None:
    causes = load_catalogue().causes.values()
    if test == "emg_normal":
        own = [cause.name for cause in causes if test in cause.against and cause.against[test].value < 1]
    else:
        # What the test is for is what it shows most surely; elsewhere a normal result can weaken a rival more.
        surest = max(cause.findings[test].value for cause in causes if test in cause.findings)
        own = [cause.name for cause in causes if test in cause.findings and cause.findings[test].value == surest]
    assert own
    for cause in own:
        case = textbook_case(cause)
        # One needle examination is either normal or not.
        contradicting = {name for name in TESTS if name.startswith("emg_")} if test == "emg_normal" else {test}
        rest = tuple(state for state in case.findings if state.finding not in contradicting)
        normal = FindingState(finding=test, present=test == "emg_normal")
        without = case.model_copy(update={"findings": rest})
        with_normal = case.model_copy(update={"findings": (*rest, normal)})
        assert probability_of(cause, with_normal) <= probability_of(cause, without), cause


def test_a_laboratory_value_in_the_middle_of_its_range_never_supports_a_disease() -> None:
    counting = load_settings().counting
    for cause in load_catalogue().causes.values():
        for name, effect in cause.labs.items():
            for healthy in ANALYTES[name].ranges:
                if name == "lithium":
                    continue  # its range is that of treatment, not of health
                ends = np.array([max(healthy.low, 0.01), healthy.high])
                # The middle of the logarithm where the values of the healthy are skewed.
                value = float(np.sqrt(ends.prod()) if ANALYTES[name].is_skewed else ends.mean())
                middle = Laboratory(analyte=name, value=value, days_ago=0.0)
                assert lab_log_ratio(middle, effect, healthy.sex, counting) <= 0.0, (cause.name, name)


def test_denying_the_finding_that_marks_a_cause_more_than_any_other_lowers_it() -> None:
    causes = load_catalogue().causes
    for cause in causes.values():
        if cause.name in GROUP_CAUSES:
            continue
        case = textbook_case(cause.name)
        marking = [
            state
            for state in case.findings
            if state.present and state.finding in cause.findings and _marks(cause.name, state.finding)
        ]
        for state in marking[:1]:
            others = tuple(other for other in case.findings if other is not state)
            denial = state.model_copy(update={"present": False, "since_days": None})
            denied = case.model_copy(update={"findings": (*others, denial)})
            assert probability_of(cause.name, denied) < probability_of(cause.name, case), cause.name


def _marks(cause: str, finding: str) -> bool:
    """Return True if no other cause brings the finding about as surely; else its absence may speak against a rival."""
    causes = load_catalogue().causes
    links = {name: other.findings[finding].value for name, other in causes.items() if finding in other.findings}
    return links[cause] == max(links.values())
