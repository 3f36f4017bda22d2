"""Warning signs and other findings: present, asked for and absent, or not asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from myotwitch.case import FINDINGS, Asks, FindingState
from myotwitch.errors import TableError
from myotwitch.language import _, ngettext
from myotwitch.report.letter.basis import Basis
from myotwitch.report.letter.content import Block, Column, Flag, Table, Words
from myotwitch.report.letter.words import capital, finding_text, length_text, listed
from myotwitch.sources import check_sources_known, load_sources, read_table

MOST_FINDINGS = 8
"""Findings of a state on the first page."""


@cache
def warning_signs() -> tuple[str, ...]:
    """Return the findings of ``red_flags.toml``, in its order.

    Raises
    ------
    TableError
        If one is no finding, or cites an unknown source.
    """
    sources = load_sources("myotwitch.causes")
    rows = read_table("myotwitch.report", "red_flags.toml")["flag"]
    for row in rows:
        if row["finding"] not in FINDINGS:
            raise TableError(f"red_flags.toml names {row['finding']!r}, which is no finding.")
        check_sources_known(tuple(row["sources"]), sources, f"red_flags.toml, {row['finding']},")
    return tuple(row["finding"] for row in rows)


def short_names() -> Mapping[str, str]:
    """Return the warning signs in a word or two, for the first page."""
    return {
        "weakness": _("loss of strength"),
        "progressive_weakness": _("strength getting worse"),
        "weakness_one_limb": _("weakness of one limb"),
        "foot_drop": _("foot drop"),
        "muscle_wasting": _("muscle wasting"),
        "slurred_speech": _("slurred speech"),
        "swallowing_difficulty": _("trouble swallowing"),
        "breathless_at_rest": _("breathless at rest"),
        "tongue_fasciculations": _("twitching tongue at rest"),
        "brisk_reflexes": _("brisk reflexes"),
        "double_vision": _("double vision"),
        "stocking_sensory_loss": _("numb feet or hands"),
        "bladder_bowel_dysfunction": _("bladder or bowel trouble"),
        "loss_of_awareness": _("loss of awareness"),
        "fever": _("fever"),
        "dark_urine": _("dark urine"),
        "weight_loss": _("weight loss"),
        "family_mnd": _("motor neuron disease in the family"),
    }


def states_of(basis: Basis) -> Mapping[str, FindingState]:
    """Return every finding that was told, by its name."""
    return {state.finding: state for state in basis.findings}


def flags(basis: Basis) -> tuple[Flag, ...]:
    """Return the warning signs by state; what was not asked is no absence."""
    told, names = states_of(basis), short_names()
    present = [name for name in warning_signs() if name in told and told[name].present]
    absent = [name for name in warning_signs() if name in told and not told[name].present]
    unasked = [name for name in warning_signs() if name not in told]
    by_person = [name for name in unasked if FINDINGS[name].asks is Asks.PERSON]
    by_doctor = [name for name in unasked if FINDINGS[name].asks is not Asks.PERSON]
    states = (
        ("present", _("Present"), present),
        ("absent", _("Asked for and absent"), absent),
        ("unasked", _("Not asked"), by_person),
        ("unexamined", _("To be seen on examination"), by_doctor),
    )
    shown = tuple(
        Flag(state=state, title=title, text=capital(listed(names[name] for name in found)))
        for state, title, found in states
        if found
    )
    return shown if present else (Flag(state="untold", title=_("Present"), text=_("none told")), *shown)


def other_findings(basis: Basis) -> tuple[Words, ...]:
    """Return the findings beside the warning signs as the first page shows them."""
    signs = set(warning_signs())
    rest = [state for state in basis.findings if state.finding not in signs]
    told = (
        (_("Present"), [_with_since(state) for state in rest if state.present]),
        (_("Asked for and absent"), [finding_text(state.finding) for state in rest if not state.present]),
    )
    return tuple(Words(lead=lead, text=capital(_shortened(found))) for lead, found in told if found)


def finding_blocks(basis: Basis) -> tuple[Block, ...]:
    """Return every finding with its state and since when, warning signs that nobody asked for among them."""
    told, signs = states_of(basis), warning_signs()
    order = [*signs, *(name for name in told if name not in signs)]
    rows = []
    for name in sorted(order, key=lambda name: _rank(told.get(name))):
        state = told.get(name)
        since = "" if state is None or state.since_days is None else length_text(state.since_days)
        rows.append((capital(finding_text(name)), _state_text(name, state), since))
    return (
        Table(
            columns=(
                Column(title=_("Finding"), share=3.2),
                Column(title=_("State"), share=1.7),
                Column(title=_("Noticed for"), share=1.2),
            ),
            rows=tuple(rows),
            remark=_("As the person told it. What was not asked is unknown, not absent."),
        ),
    )


def _rank(state: FindingState | None) -> int:
    return 2 if state is None else 0 if state.present else 1


def _state_text(name: str, state: FindingState | None) -> str:
    if state is None:
        return _("not asked") if FINDINGS[name].asks is Asks.PERSON else _("to be examined")
    return _("present") if state.present else _("absent")


def _with_since(state: FindingState) -> str:
    name = finding_text(state.finding)
    if state.since_days is None:
        return name
    return _("{finding} (for {length})").format(finding=name, length=length_text(state.since_days))


def _shortened(words: Sequence[str]) -> str:
    left_out = len(words) - MOST_FINDINGS
    if left_out <= 0:
        return listed(words)
    more = ngettext("and {count} more", "and {count} more", left_out).format(count=left_out)
    return f"{listed(words[:MOST_FINDINGS])} … {more}"
