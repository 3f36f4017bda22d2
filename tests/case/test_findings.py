"""The catalogue of findings against the contract, and how a finding is found."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from myotwitch.case import FINDINGS, Asks, FindingGroup, find_finding
from myotwitch.errors import UnknownNameError


def test_every_finding_of_the_contract_is_there_in_its_order_with_group_and_hpo_term(shared_contract: Path) -> None:
    with (shared_contract / "findings.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["finding"] for row in rows] == list(FINDINGS)
    for row in rows:
        finding = FINDINGS[row["finding"]]
        assert (finding.group.value, finding.hpo_id or "", finding.hpo_name or "") == (
            row["group"],
            row["hpo_id"],
            row["hpo_name"],
        )


def test_there_are_174_findings() -> None:
    assert len(FINDINGS) == 174


def test_every_question_is_one_short_question_in_plain_words() -> None:
    for finding in FINDINGS.values():
        assert finding.question.endswith("?"), finding.name
        assert finding.question.count("?") == 1, finding.name
        assert finding.question[0].isupper(), finding.name
        assert len(finding.question.split()) <= 30, finding.name


def test_no_two_findings_ask_the_same_question() -> None:
    questions = [finding.question for finding in FINDINGS.values()]
    assert len(set(questions)) == len(questions)


def test_questions_use_no_words_that_frighten_or_that_only_doctors_know() -> None:
    words = re.compile(
        r"\b(fatal|deadly|die\b|dying|dysarthria|dysphagia|paresthesia|ptosis|fasciculation)", re.IGNORECASE
    )
    assert [finding.name for finding in FINDINGS.values() if words.search(finding.question)] == []


def test_tests_are_answered_by_tests_and_triggers_by_the_person() -> None:
    for finding in FINDINGS.values():
        if finding.group is FindingGroup.TEST:
            assert finding.asks is Asks.TEST, finding.name
        if finding.group in (FindingGroup.TRIGGER, FindingGroup.HISTORY, FindingGroup.COURSE):
            assert finding.asks is Asks.PERSON, finding.name


def test_a_finding_is_found_by_its_name_and_by_its_hpo_identifier() -> None:
    assert find_finding("weakness") is find_finding("HP:0001324")


def test_an_hpo_identifier_of_two_findings_is_refused_and_both_are_named() -> None:
    with pytest.raises(UnknownNameError, match="carpopedal_spasm and trousseau_sign"):
        find_finding("HP:6000919")


def test_a_misspelt_finding_brings_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'muscle_cramps'"):
        find_finding("muscle_cramp")


def test_an_hpo_identifier_that_no_finding_carries_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="HP:9999999"):
        find_finding("HP:9999999")
