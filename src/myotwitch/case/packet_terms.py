"""What terms of HPO, LOINC, UCUM and NCIT in a phenopacket mean in a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from myotwitch.case.analytes import unit_factor
from myotwitch.case.findings import findings_with_hpo_id
from myotwitch.errors import RequestError
from myotwitch.sources import read_table

Term = Mapping[str, Any]
"""An ontology class of a phenopacket: an identifier and a label."""

_TABLE = read_table("myotwitch.case", "phenopacket_terms.toml")
_TIMES_A_DAY = re.compile(r"^(\d{1,6}(?:\.\d{1,6})?) times (?:a day|daily)$")
_BLOOD = ("serum", "plasma", "blood")


def block(value: object) -> Mapping[str, Any]:
    """Return the value if it is a block of fields, else an empty one."""
    return value if isinstance(value, dict) else {}


def shown_term(term: object) -> str:
    """Return a term as it stands in a note: its label and its identifier."""
    known = block(term)
    parts = [str(known[name])[:200] for name in ("label", "id") if known.get(name)]
    return f"{parts[0]} ({parts[1]})" if len(parts) == 2 else (parts[0] if parts else "something without a name")


def twitching_of_term(hpo_id: str) -> Mapping[str, Any] | None:
    """Return what an HPO term says of a twitching (places, character, when); None where it names none."""
    twitching: Mapping[str, Any] | None = _TABLE["twitching"].get(hpo_id)
    return twitching


def finding_of_term(hpo_id: str) -> str | None:
    """Return the one finding that an HPO term means; None where there is none, or more than one."""
    matches = findings_with_hpo_id(hpo_id)
    if len(matches) == 1:
        return matches[0].name
    narrower: str | None = _TABLE["finding"].get(hpo_id)
    return narrower


def side_of_modifiers(modifiers: object) -> str | None:
    """Return the side that HPO modifiers tell; None where they tell none, or more than one."""
    ids = [str(block(modifier).get("id")) for modifier in modifiers] if isinstance(modifiers, list) else []
    sides: set[str] = {_TABLE["side"][modifier] for modifier in ids if modifier in _TABLE["side"]}
    return sides.pop() if len(sides) == 1 else None


def analyte_of_assay(assay: Term) -> str | None:
    """Return the analyte that an assay measures in blood; None where it is none of the catalogue.

    An assay whose number and label mean different analytes is none.
    """
    number = str(assay.get("id", "")).rpartition(":")[2]
    by_number: str | None = _TABLE["analyte"].get(number)
    component, bracket, specimen = str(assay.get("label", "")).lower().partition("[")
    is_blood = not bracket or any(word in specimen for word in _BLOOD)
    by_label: str | None = _TABLE["component"].get(component.strip()) if is_blood else None
    if by_number and by_label and by_number != by_label:
        return None
    return by_number or by_label


def unit_of_term(analyte: str, term: Term) -> str:
    """Return the unit that fits the analyte; where none fits, the unit as given, so that it can be complained about."""
    candidates = [str(term.get("id", "")).removeprefix("UCUM:"), str(term.get("label", ""))]
    candidates = [unit.replace("[IU]", "U").replace("[iU]", "U") for unit in candidates if unit]
    for unit in candidates:
        try:
            unit_factor(analyte, unit)
        except RequestError:
            continue
        return unit
    return candidates[-1][:20] if candidates else ""


def milligrams_in(term: Term) -> float | None:
    """Return how many milligrams one of a unit of mass is; None where it is no unit of mass."""
    return _number_of_words("milligrams", term)


def times_per_day(term: Term) -> float | None:
    """Return how often a day a schedule means; None where it is not known."""
    told = _TIMES_A_DAY.match(str(term.get("label", "")).lower())
    return float(told[1]) if told else _number_of_words("times_per_day", term)


def _number_of_words(table: str, term: Term) -> float | None:
    words = [str(term.get("id", "")).removeprefix("UCUM:").lower(), str(term.get("label", "")).lower()]
    return next((float(_TABLE[table][word]) for word in words if word in _TABLE[table]), None)
