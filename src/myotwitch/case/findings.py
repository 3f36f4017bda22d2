"""The findings of the contract: symptoms, signs, history, triggers and tests that a case can state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from myotwitch.errors import TableError, UnknownNameError, nearest_name
from myotwitch.language import _
from myotwitch.sources import read_table


class FindingGroup(StrEnum):
    """What kind of statement a finding is."""

    SYMPTOM = "symptom"
    SIGN = "sign"
    TRIGGER = "trigger"
    HISTORY = "history"
    TEST = "test"
    COURSE = "course"


class Asks(StrEnum):
    """Who can answer the question for a finding."""

    PERSON = "person"
    """The person alone, at home."""
    DOCTOR = "doctor"
    """Someone who examines the person."""
    TEST = "test"
    """A laboratory, electrical or imaging test."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One finding of the contract.

    Parameters
    ----------
    name
        Its name in case files, such as ``weakness``.
    label
        What it means, in a few words.
    group
        What kind of statement it is.
    hpo_id, hpo_name
        Identifier and name in the Human Phenotype Ontology; None where that has no matching term.
    question
        The question that asks a person for it, answered by yes or no.
    asks
        Who can answer the question.
    """

    name: str
    label: str
    group: FindingGroup
    hpo_id: str | None
    hpo_name: str | None
    question: str
    asks: Asks


def _load_findings() -> Mapping[str, Finding]:
    findings: dict[str, Finding] = {}
    for name, row in read_table("myotwitch.case", "findings.toml").items():
        try:
            findings[name] = Finding(
                name=name,
                label=row["label"],
                group=FindingGroup(row["group"]),
                hpo_id=row.get("hpo_id"),
                hpo_name=row.get("hpo_name"),
                question=row["question"],
                asks=Asks(row["asks"]),
            )
        except (KeyError, ValueError) as error:
            raise TableError(f"The finding {name} in findings.toml is incomplete: {error}.") from error
    return MappingProxyType(findings)


FINDINGS: Mapping[str, Finding] = _load_findings()
"""Every finding of the contract by its name, in the contract's order."""


def findings_with_hpo_id(hpo_id: str) -> tuple[Finding, ...]:
    """Return every finding that carries this identifier of the Human Phenotype Ontology, such as ``HP:0003394``."""
    return tuple(finding for finding in FINDINGS.values() if finding.hpo_id == hpo_id)


def find_finding(name_or_hpo_id: str) -> Finding:
    """Return the finding with this name or this identifier of the Human Phenotype Ontology.

    Raises
    ------
    UnknownNameError
        If no finding has it, or if two findings share the identifier: the message then names both.

    Examples
    --------
    >>> find_finding("HP:0003394").name
    'muscle_cramps'
    """
    if name_or_hpo_id in FINDINGS:
        return FINDINGS[name_or_hpo_id]
    matches = findings_with_hpo_id(name_or_hpo_id)
    if len(matches) > 1:
        names = _(" and ").join(finding.name for finding in matches)
        raise UnknownNameError(
            _("{name_or_hpo_id} stands for more than one finding: {names}. Give the name you mean.").format(
                name_or_hpo_id=name_or_hpo_id, names=names
            )
        )
    if not matches:
        raise UnknownNameError(_unknown_finding(name_or_hpo_id))
    return matches[0]


def _unknown_finding(given: str) -> str:
    if given.upper().startswith("HP:"):
        return _(
            "No finding carries the HPO identifier {given}. Give the finding's name instead, such as weakness."
        ).format(given=given)
    # Comparing very long texts is slow and never finds anything.
    hint = nearest_name(given, list(FINDINGS)) if len(given) <= 60 else ""
    shown = given if len(given) <= 60 else given[:57] + "..."
    return _(
        "The finding {shown} is not known.{hint} Allowed are the {findings_count} names of the finding catalogue."
    ).format(shown=repr(shown), hint=hint, findings_count=len(FINDINGS))
