"""The rules of urgency: data with a source each, evaluated before the ranking and never overruled by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from myotwitch.causes.expressions import Expression, parse_expression
from myotwitch.causes.facts import Facts
from myotwitch.causes.toml_reader import TomlReader
from myotwitch.causes.vocabulary import Urgency
from myotwitch.errors import TableError
from myotwitch.sources import Source, load_sources, read_table

ROOM = "myotwitch.causes"
ENTRIES = ("name", "urgency", "at_most", "when", "text", "doctor_text", "sources", "note")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule.

    Parameters
    ----------
    name
        Its name.
    urgency
        What it demands at least; None for a rule that limits.
    at_most
        The most that the ranking may advise where it holds; None for a rule that demands. It never limits another rule.
    when
        The condition.
    text, doctor_text
        The reason, to the person and to the doctor.
    sources
        Keys of the sources.
    note
        The reasoning, where no source states the rule itself.
    """

    name: str
    urgency: Urgency | None
    at_most: Urgency | None
    when: Expression
    text: str
    doctor_text: str
    sources: tuple[str, ...]
    note: str


@cache
def load_rules() -> tuple[Rule, ...]:
    """Return every rule; read once, then kept.

    Raises
    ------
    TableError
        If any is at fault; the message lists all faults.
    """
    faults: list[str] = []
    rules = read_rules(load_sources(ROOM), faults)
    if faults:
        raise TableError("The rules of urgency have faults:\n" + "\n".join(f"  {fault}" for fault in faults))
    return rules


def read_rules(sources: Mapping[str, Source], faults: list[str]) -> tuple[Rule, ...]:
    """Return every rule as far as it can be read; faults are added to `faults`."""
    rules: list[Rule] = []
    folder = files(ROOM).joinpath("rules")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".toml")) if folder.is_dir() else []
    for file_name in names:
        try:
            table = read_table(ROOM, f"rules/{file_name}")
        except TableError as error:
            faults.append(str(error))
            continue
        rules.extend(rules_from_table(table, f"rules/{file_name}", sources, faults))
    seen: set[str] = set()
    for rule in rules:
        if rule.name in seen:
            faults.append(f"The rule {rule.name} is declared twice.")
        seen.add(rule.name)
    return tuple(rules)


def rules_from_table(
    table: Mapping[str, Any], where: str, sources: Mapping[str, Source], faults: list[str]
) -> tuple[Rule, ...]:
    """Return the rules of one table; faults are added to `faults`."""
    reader = TomlReader(table, where, faults, sources)
    reader.allow(("rule",))
    return tuple(rule for row in reader.tables("rule") if (rule := _rule(row)) is not None)


def _rule(row: TomlReader) -> Rule | None:
    row.allow(ENTRIES)
    if ("urgency" in row.row) is ("at_most" in row.row):
        row.fault("needs either urgency (what it demands) or at_most (what it limits the ranking to)")
    note, sources = str(row.row.get("note", "")), row.keys("sources")
    if not sources and not note:
        row.fault("names no source; where none states the rule, a note gives the reasoning")
    try:
        when = parse_expression(row.text("when"))
    except TableError as error:
        row.fault(str(error))
        return None
    return Rule(
        name=row.text("name"),
        urgency=row.word("urgency", Urgency) if "urgency" in row.row else None,
        at_most=row.word("at_most", Urgency) if "at_most" in row.row else None,
        when=when,
        text=row.text("text"),
        doctor_text=str(row.row.get("doctor_text", "")),
        sources=sources,
        note=note,
    )


def rules_that_hold(facts: Facts, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the rules whose condition the facts fulfil: the most demanding first, then those that limit."""
    present = facts.present
    holding = [rule for rule in rules if not rule.when.lacks(present) and rule.when.holds(facts)]
    demanding = sorted(
        (rule for rule in holding if rule.urgency is not None), key=lambda rule: -(rule.urgency or Urgency.WATCH).level
    )
    return (*demanding, *(rule for rule in holding if rule.at_most is not None))


def demanded(rules: Sequence[Rule]) -> Urgency:
    """Return the most that any of the rules demands; harmless where none does."""
    return max((rule.urgency for rule in rules if rule.urgency is not None), default=Urgency.HARMLESS)
