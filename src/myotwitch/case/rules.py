"""Rules that tie several entries of a case together: what is missing, given twice, or contradicts.

They work on the plain document, so that they can be told together with all other faults of a file, whatever else is
wrong in it. Anything of the wrong type is passed over here: the types complain about it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from myotwitch.case.analytes import ANALYTES, to_catalogue_unit, unit_factor
from myotwitch.case.findings import find_finding
from myotwitch.case.located import Path
from myotwitch.errors import RequestError, UnknownNameError
from myotwitch.substances import find_substance

LONGEST_LIST = 500
"""Entries that a list of a case may have: far beyond any person, small enough to be checked at once."""

NOTHING_TWITCHES = "Neither twitching nor recordings is given; a case needs at least one entry in one of them."
"""What is said of a case in which nothing twitches."""

Broken = tuple[Path, str]
"""Where a rule is broken, and the sentence that says how."""

Document = Mapping[str, Any]
Rule = Callable[[Document], Iterator[Broken]]


def broken_rules(document: Document) -> tuple[Broken, ...]:
    """Return every rule that the document breaks."""
    return tuple(broken for rule in RULES for broken in rule(document))


def _entries(document: Document, name: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    entries = document.get(name)
    if isinstance(entries, list | tuple):
        for index, entry in enumerate(islice(entries, LONGEST_LIST)):
            if isinstance(entry, dict):
                yield (name, index), entry


def _number(entry: Mapping[str, Any], name: str) -> float | None:
    value = entry.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # Integers beyond what a float can hold are refused by the types.
    return float(value) if is_number and abs(value) < 1e300 else None  # type: ignore[arg-type]


def _something_twitches(document: Document) -> Iterator[Broken]:
    if not document.get("twitching") and not document.get("recordings"):
        yield (), NOTHING_TWITCHES


def twitching_without_place(document: Document) -> Iterator[Broken]:
    """Yield every twitching of which a case file does not say the place.

    A case from another form (a phenopacket) may not know the place; whoever writes a case file does.
    """
    for path, entry in _entries(document, "twitching"):
        if entry.get("place") is None and entry.get("muscle") is None:
            yield path, "It is not said where it twitches; give place (such as eyelid) or muscle."


def _nothing_is_given_twice(document: Document) -> Iterator[Broken]:
    for name in ("exposures", "labs", "own_effects", "recordings"):
        seen: list[Mapping[str, Any]] = []
        for path, entry in _entries(document, name):
            if entry in seen:
                yield path, f"This entry repeats {name}[{seen.index(entry)}]; remove one of the two."
            seen.append(entry)


def _one_twitching_a_place(document: Document) -> Iterator[Broken]:
    seen: list[tuple[Any, ...]] = []
    for path, entry in _entries(document, "twitching"):
        where = tuple(entry.get(field) for field in ("place", "muscle", "side", "character"))
        if where in seen:
            yield (
                path,
                f"The same place, side and character as in twitching[{seen.index(where)}]; give one entry for each, "
                "or tell the two apart.",
            )
        seen.append(where)


def _when_names_differ(document: Document) -> Iterator[Broken]:
    for path, entry in _entries(document, "twitching"):
        when = entry.get("when")
        if isinstance(when, list | tuple):
            texts = [text for text in when if isinstance(text, str)]
            for text in sorted({text for text in texts if texts.count(text) > 1}):
                yield (*path, "when"), f"{text[:60]!r} is given twice; once is enough."


def _twitching_began_in_this_life(document: Document) -> Iterator[Broken]:
    person = document.get("person")
    age = _number(person, "age_years") if isinstance(person, dict) else None
    if age is None:
        return
    for name in ("twitching", "findings", "exposures"):
        for path, entry in _entries(document, name):
            since = _number(entry, "since_days")
            # An age of 34 lasts until the 35th birthday.
            if since is not None and since > (age + 1) * 366:
                yield (*path, "since_days"), f"{since:g} days is longer than this person of {age:g} years has lived."


def _findings_do_not_contradict(document: Document) -> Iterator[Broken]:
    seen: dict[str, tuple[int, Any]] = {}
    for path, entry in _entries(document, "findings"):
        given, present = entry.get("finding"), entry.get("present")
        try:
            name = find_finding(given).name if isinstance(given, str) and len(given) <= 60 else None
        except UnknownNameError:
            name = None
        if name is None:
            continue
        first, first_present = seen.setdefault(name, (int(path[1]), present))
        if first == path[1]:
            continue
        if first_present == present:
            yield path, f"The finding {name} is given already in findings[{first}]; remove one of the two."
        else:
            yield path, f"The finding {name} contradicts findings[{first}]: it cannot be both present and absent."


def _absent_findings_have_no_start(document: Document) -> Iterator[Broken]:
    for path, entry in _entries(document, "findings"):
        if entry.get("present") is False and entry.get("since_days") is not None:
            yield (*path, "since_days"), "An absent finding has no beginning; remove since_days or set present to true."


def _exposure_agrees_with_itself(document: Document) -> Iterator[Broken]:
    for path, entry in _entries(document, "exposures"):
        stopped, last = _number(entry, "stopped_days_ago"), _number(entry, "last_hours_ago")
        since = _number(entry, "since_days")
        if entry.get("taken") is True and stopped is not None:
            yield (*path, "taken"), "It cannot be both taken and stopped; remove taken or stopped_days_ago."
        if entry.get("taken") is False and stopped is None:
            for name in ("amount_mg", "times_per_day", "last_hours_ago", "since_days"):
                if entry.get(name) is not None:
                    yield (
                        (*path, name),
                        f"It is said not to be taken, so {name} makes no sense; remove one of them, "
                        "or say stopped_days_ago.",
                    )
        if stopped is not None and last is not None and last < (stopped - 1) * 24:
            yield (*path, "last_hours_ago"), f"It was stopped {stopped:g} days ago but last taken {last:g} hours ago."
        if stopped is not None and since is not None and since < stopped:
            yield (*path, "since_days"), f"It was stopped {stopped:g} days ago but begun {since:g} days ago."


def _exposures_do_not_contradict(document: Document) -> Iterator[Broken]:
    states: dict[str, tuple[int, str]] = {}
    for path, entry in _entries(document, "exposures"):
        try:
            substance = find_substance(str(entry.get("substance"))[:60]).key
        except UnknownNameError:
            continue
        state = "taken"
        if entry.get("stopped_days_ago") is not None:
            state = "stopped"
        elif entry.get("taken") is False:
            state = "not taken"
        first, first_state = states.setdefault(substance, (int(path[1]), state))
        if first_state != state:
            yield path, f"{substance} is {state} here but {first_state} in exposures[{first}]; keep what is true."


def _labs_are_possible(document: Document) -> Iterator[Broken]:
    for path, entry in _entries(document, "labs"):
        analyte, value, unit = entry.get("analyte"), _number(entry, "value"), entry.get("unit")
        if not isinstance(analyte, str) or analyte not in ANALYTES or not isinstance(unit, str):
            continue
        try:
            unit_factor(analyte, unit)
        except RequestError as error:
            yield (*path, "unit"), str(error)
            continue
        if value is None or not math.isfinite(value):
            continue
        try:
            to_catalogue_unit(analyte, value, unit)
        except RequestError as error:
            yield (*path, "value"), str(error)


RULES: tuple[Rule, ...] = (
    _something_twitches,
    _one_twitching_a_place,
    _when_names_differ,
    _twitching_began_in_this_life,
    _findings_do_not_contradict,
    _absent_findings_have_no_start,
    _exposure_agrees_with_itself,
    _exposures_do_not_contradict,
    _nothing_is_given_twice,
    _labs_are_possible,
)
"""Every rule, in the order in which a reader meets it."""
