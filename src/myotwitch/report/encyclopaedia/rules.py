"""Which rules of urgency mention a finding, a substance or a laboratory value, read from their conditions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from myotwitch.case import FINDINGS
from myotwitch.causes.facts import Facts, Laboratory
from myotwitch.causes.rules import Rule, load_rules
from myotwitch.causes.vocabulary import Urgency
from myotwitch.language import _, later, translated
from myotwitch.report.encyclopaedia.page import Line, PageKind, Topic, number_text
from myotwitch.report.encyclopaedia.words import HOW_SOON
from myotwitch.substances import CLASS_KEYS, SUBSTANCES

EXAMPLE_AGE_YEARS = 40.0
"""Age of the person in whom 'alone' is tried: an adult without any further sign."""

_SIGN_WORDS: Mapping[type[ast.cmpop], str] = MappingProxyType(
    {
        ast.Lt: later("below {value}"),
        ast.LtE: later("{value} or less"),
        ast.Gt: later("above {value}"),
        ast.GtE: later("{value} or more"),
    }
)
_MIRRORED: Mapping[type[ast.cmpop], type[ast.cmpop]] = MappingProxyType(
    {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
)


class Threshold(NamedTuple):
    """A comparison of a laboratory value in a rule **[unit of the analyte's catalogue row]**."""

    analyte: str
    sign: type[ast.cmpop]
    value: float

    def words(self, unit: str) -> str:
        """Return it in words, such as '6.5 mmol/L or more'."""
        return translated(_SIGN_WORDS[self.sign]).format(value=f"{number_text(self.value)} {unit}")

    def facts(self) -> Facts:
        """Return an adult of whom only a value is known that fulfils it."""
        # One part in a thousand beyond the border, so that 'below' and 'above' hold as well.
        beyond = self.value * (0.999 if self.sign in (ast.Lt, ast.LtE) else 1.001)
        return _adult(labs=(Laboratory(analyte=self.analyte, value=beyond, days_ago=0.0),))


@dataclass(frozen=True, kw_only=True, slots=True)
class Mentions:
    """What the condition of a rule asks to be there; what it asks to be absent is left out.

    Parameters
    ----------
    findings
        Names of findings.
    taken, stopped
        Keys of substances, those of named classes among them.
    thresholds
        Comparisons of laboratory values.
    """

    findings: frozenset[str]
    taken: frozenset[str]
    stopped: frozenset[str]
    thresholds: tuple[Threshold, ...]


@cache
def mentions_of_rules() -> tuple[tuple[Rule, Mentions], ...]:
    """Return every rule that demands something with what its condition mentions, the most urgent first."""
    demanding = [rule for rule in load_rules() if rule.urgency is not None]
    ordered = sorted(demanding, key=lambda rule: -(rule.urgency or Urgency.HARMLESS).level)
    return tuple((rule, mentions(rule.when.text)) for rule in ordered)


def mentions(condition: str) -> Mentions:
    """Return what the condition of a rule mentions.

    Examples
    --------
    >>> told = mentions('lab("potassium") >= 6.0 and (palpitations or not stress)')
    >>> sorted(told.findings), told.thresholds[0].words("mmol/L")
    (['palpitations'], '6 mmol/L or more')
    """
    findings: set[str] = set()
    taken: set[str] = set()
    stopped: set[str] = set()
    thresholds: list[Threshold] = []
    for node in _asked_for(ast.parse(condition.strip(), mode="eval").body):
        match node:
            case ast.Name(id=name) if name in FINDINGS:
                findings.add(name)
            case ast.Compare():
                thresholds += _thresholds(node)
            case ast.Call(func=ast.Name(id="taken" | "taken_class"), args=[name_node, *_]):
                taken |= _substances(_word(name_node))
            case ast.Call(func=ast.Name(id="stopped" | "stopped_class"), args=[name_node, *_]):
                stopped |= _substances(_word(name_node))
    return Mentions(
        findings=frozenset(findings),
        taken=frozenset(taken),
        stopped=frozenset(stopped),
        thresholds=tuple(dict.fromkeys(thresholds)),
    )


def demands_alone(rule: Rule, facts: Facts) -> bool:
    """Return True if the rule demands its urgency of somebody of whom nothing else is known."""
    return rule.urgency is not None and rule.when.holds(facts)


def facts_with_finding(finding: str) -> Facts:
    """Return an adult of whom only this finding is known."""
    return _adult(findings={finding: True})


def rule_line(rule: Rule, about: Iterable[Topic] = (), *, before: str = "") -> Line:
    """Return a rule as a line: how soon to act and its text; its name, condition and sources for a doctor."""
    urgency = rule.urgency or Urgency.HARMLESS
    head = ", ".join(part for part in (before, translated(HOW_SOON[urgency])) if part)
    known = ", ".join(rule.sources) or _("judgement: {note}").format(note=translated(rule.note))
    return Line(
        text=f"{head[:1].upper()}{head[1:]}: {translated(rule.text)}",
        doctor_text=_("{head}: {text} [rule {name}: {condition}; {known}]").format(
            head=head,
            text=translated(rule.doctor_text or rule.text),
            name=rule.name,
            condition=rule.when.text,
            known=known,
        ),
        about=tuple(about),
    )


def finding_topics(names: Iterable[str]) -> tuple[Topic, ...]:
    """Return findings as topics, in alphabetical order."""
    return tuple(Topic(PageKind.FINDING, name) for name in sorted(names))


def sources_of_rules(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Return the keys of all sources of the rules, each once."""
    return tuple(dict.fromkeys(key for rule in rules for key in rule.sources))


def _adult(findings: Mapping[str, bool] = MappingProxyType({}), labs: tuple[Laboratory, ...] = ()) -> Facts:
    return Facts(age_years=EXAMPLE_AGE_YEARS, sex=None, pregnant=None, findings=findings, labs=labs)


def _asked_for(node: ast.expr) -> Iterable[ast.expr]:
    """Yield every part of a condition that is not negated."""
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _asked_for(value)
        case ast.UnaryOp(op=ast.Not()):
            return
        case _:
            yield node


def _word(node: ast.expr) -> str:
    """Return the name that an argument gives; rules write it with or without quotes."""
    return node.id if isinstance(node, ast.Name) else str(getattr(node, "value", ""))


def _substances(name: str) -> set[str]:
    if name in SUBSTANCES:
        return {name}
    return {key for key, substance in SUBSTANCES.items() if substance.class_key == CLASS_KEYS.get(name)}


def _thresholds(node: ast.Compare) -> list[Threshold]:
    parts = [node.left, *node.comparators]
    found = []
    for left, sign, right in zip(parts, node.ops, node.comparators, strict=False):
        match (left, right):
            case (ast.Call(func=ast.Name(id="lab"), args=[name_node]), ast.Constant(value=value)):
                found.append((_word(name_node), type(sign), value))
            case (ast.Constant(value=value), ast.Call(func=ast.Name(id="lab"), args=[name_node])):
                found.append((_word(name_node), _MIRRORED.get(type(sign), type(sign)), value))
    return [
        Threshold(name, sign_type, float(value))
        for name, sign_type, value in found
        if sign_type in _SIGN_WORDS and isinstance(value, int | float)
    ]
