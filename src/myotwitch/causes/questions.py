"""What to ask next, and what would change the advice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from myotwitch.case.findings import FINDINGS, Asks
from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.enumeration import StatePosterior
from myotwitch.causes.facts import Facts
from myotwitch.causes.network import Floats
from myotwitch.causes.rules import Rule
from myotwitch.causes.settings import Showing
from myotwitch.causes.vocabulary import Urgency

HEAVIEST_STATES = 256
"""States that are looked at; the others are too improbable to decide what to ask."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question that is worth asking.

    Parameters
    ----------
    finding
        The finding that it asks for.
    question
        In plain words, to be answered by yes or no.
    asks
        Who can answer it.
    information_bits
        By how much the answer is expected to lower the uncertainty about the ranked causes **[bit]**.
    """

    finding: str
    question: str
    asks: Asks
    information_bits: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A finding that is not known, and the urgency that the rules would demand if it were present."""

    finding: str
    label: str
    urgency: Urgency


def next_questions(
    facts: Facts,
    states: StatePosterior,
    raised: Floats,
    arrays: CatalogueArrays,
    showing: Showing,
    unanswered: Collection[str] = (),
) -> tuple[Question, ...]:
    """Return the questions that tell most about the ranked causes, the most telling first; none where none tells
    enough.

    Parameters
    ----------
    raised
        Shape (causes,): how far the evidence has raised each cause above its prior.
    unanswered
        Findings that are not asked again.

    Method
    ------
    For each finding that a person can answer and has not: the entropy of each cause's probability, minus what is
    expected to remain of it after a yes or a no, summed over the causes. A cause counts by the share of its probability
    that the evidence has brought (whether somebody has dry eyes as well is not worth a question about a trembling
    hand), and more if it is serious. An answer of whose group something is known already tells less.
    """
    rows = [
        row
        for row, name in enumerate(arrays.findings)
        if name not in facts.findings
        and name not in unanswered
        and FINDINGS[name].asks is Asks.PERSON
        and not _is_impossible(name, facts)
    ]
    gains = expected_information(
        states.heaviest(HEAVIEST_STATES),
        arrays.link[rows][:, states.causes],
        arrays.leak[rows],
        _weights(states, raised, arrays, showing),
    ) * _news(rows, facts, arrays)
    order = np.argsort(-gains, kind="stable")[: showing.most_questions]
    return tuple(
        Question(
            finding=arrays.findings[rows[place]],
            question=FINDINGS[arrays.findings[rows[place]]].question,
            asks=FINDINGS[arrays.findings[rows[place]]].asks,
            information_bits=float(gains[place]),
        )
        for place in order
        if gains[place] >= showing.least_information_bits
    )


def expected_information(states: StatePosterior, link: Floats, leak: Floats, weights: Floats) -> Floats:
    """Return for each finding how much its answer is expected to tell about the causes, shape (findings,) **[bit]**.

    Parameters
    ----------
    link, leak
        Shapes (findings, kept causes) and (findings,).
    weights
        Shape (kept causes,): how much each cause counts.
    """
    log_missing = np.log1p(-np.minimum(link, 1 - 1e-12))
    yes = 1 - (1 - leak) * np.exp(states.is_on @ log_missing.T)
    weight = states.weight
    chance = weight @ yes
    both = (states.is_on * weight[:, None]).T @ yes
    before = (states.is_on * weight[:, None]).sum(axis=0)[:, None]
    after_yes = both / np.maximum(chance, 1e-300)
    after_no = (before - both) / np.maximum(1 - chance, 1e-300)
    remaining = chance * _entropy(after_yes) + (1 - chance) * _entropy(after_no)
    return np.asarray(np.maximum(weights @ (_entropy(before) - remaining), 0.0), dtype=np.float64)


def what_would_change(facts: Facts, rules: Sequence[Rule], urgency: Urgency) -> tuple[Change, ...]:
    """Return the findings not yet known that alone would raise the urgency above `urgency`, the most urgent first."""
    more_urgent = [(rule.urgency, rule) for rule in rules if rule.urgency is not None and rule.urgency > urgency]
    mentioned: dict[str, list[tuple[Urgency, Rule]]] = {}
    present = facts.present
    for demands, rule in sorted(more_urgent, key=lambda pair: -pair[0].level):
        # One finding more can only help where it is in every group that is still lacking.
        for name in rule.when.findings.intersection(*rule.when.lacks(present)) - facts.findings.keys():
            mentioned.setdefault(name, []).append((demands, rule))
    changes = []
    for name in sorted(mentioned):
        if _is_impossible(name, facts):
            continue
        with_it = replace(facts, findings={**facts.findings, name: True})
        # The first that holds demands most.
        found = next((demands for demands, rule in mentioned[name] if rule.when.holds(with_it)), None)
        if found is not None:
            changes.append(Change(finding=name, label=FINDINGS[name].label, urgency=found))
    return tuple(sorted(changes, key=lambda change: -change.urgency.level))


def _weights(states: StatePosterior, raised: Floats, arrays: CatalogueArrays, showing: Showing) -> Floats:
    share = raised[states.causes] / np.maximum(states.marginals(), 1e-12)
    serious = [arrays.causes[place].seriousness >= Urgency.URGENT for place in states.causes]
    return np.clip(share, 0.0, 1.0) * np.where(serious, showing.serious_weight, 1.0)


def _news(rows: Sequence[int], facts: Facts, arrays: CatalogueArrays) -> Floats:
    """Return with which exponent the answer to each finding would count, after those of its group that are known."""
    known = {int(arrays.group[arrays.finding_row(name)]) for name in facts.findings} - {-1}
    groups = [int(arrays.group[row]) for row in rows]
    return np.array([float(arrays.group_exponent[group]) if group in known else 1.0 for group in groups])


def _is_impossible(name: str, facts: Facts) -> bool:
    """Return True for a question that would be absurd for this person."""
    if name == "quickening_possible":
        return facts.sex == "male" or facts.pregnant is False or not 12 <= facts.age_years <= 55
    return name == "breast_enlargement" and facts.sex == "female"


def _entropy(probability: Floats) -> Floats:
    """Return the entropy of a yes-or-no matter **[bit]**."""
    bounded = np.clip(probability, 1e-15, 1 - 1e-15)
    return np.asarray(-bounded * np.log2(bounded) - (1 - bounded) * np.log2(1 - bounded), dtype=np.float64)
