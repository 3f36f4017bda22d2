"""What terms of HPO, LOINC, UCUM and NCIT in a phenopacket mean in a case, and the terms that say what a case says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from myotwitch.case.analytes import unit_factor
from myotwitch.case.concentration import Amount, parse_unit, plain_unit
from myotwitch.case.findings import FINDINGS, findings_with_hpo_id
from myotwitch.errors import RequestError
from myotwitch.sources import read_table

Term = Mapping[str, Any]
"""An ontology class of a phenopacket: an identifier and a label."""

_TABLE = read_table("myotwitch.case", "phenopacket_terms.toml")
_TIMES_A_DAY = re.compile(r"^(\d{1,6}(?:\.\d{1,6})?) times (?:a day|daily)$")
_BLOOD = ("serum", "plasma", "blood")


_PROPERTY = {
    Amount.MOLES: ("moles", "Moles/volume"),
    Amount.EQUIVALENTS: ("moles", "Moles/volume"),
    Amount.GRAMS: ("mass", "Mass/volume"),
    Amount.ENZYME_UNITS: ("activity", "Enzymatic activity/volume"),
    Amount.KATALS: ("activity", "Enzymatic activity/volume"),
}
"""Key of the table of assays and LOINC's words for each kind of unit."""


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


def twitching_terms() -> Mapping[str, Mapping[str, Any]]:
    """Return every term that names a twitching: its name, places, character, when, and the finding that it also is."""
    return {
        hpo_id: {**term, "finding": finding} if (finding := finding_of_term(hpo_id)) else term
        for hpo_id, term in _TABLE["twitching"].items()
    }


def term_of_finding(name: str) -> dict[str, str] | None:
    """Return the HPO term that reads back as this finding; None where there is none."""
    finding = FINDINGS[name]
    if finding.hpo_id is not None and finding_of_term(finding.hpo_id) == name:
        return {"id": finding.hpo_id, "label": finding.hpo_name or finding.label}
    return None


def side_modifier(side: str) -> dict[str, str]:
    """Return the HPO modifier that tells the side."""
    hpo_id = next(hpo_id for hpo_id, known in _TABLE["side"].items() if known == side)
    return {"id": hpo_id, "label": {"left": "Left", "right": "Right", "both": "Bilateral"}[side]}


def assay_of_analyte(analyte: str, unit: str) -> dict[str, str]:
    """Return the LOINC assay that measures an analyte in such a unit.

    Where the vocabulary of this program has no number for that kind of unit, the assay has an identifier of its own.

    Examples
    --------
    >>> assay_of_analyte("magnesium", "mg/dL")
    {'id': 'LOINC:19123-9', 'label': 'Magnesium [Mass/volume] in Serum or Plasma'}
    """
    row, meaning = _TABLE["assay"][analyte], parse_unit(plain_unit(unit))
    kind, words = _PROPERTY[meaning.amount] if meaning is not None else ("activity", "Units/volume")
    label = f"{row['component']} [{words}] in Serum or Plasma"
    return {"id": f"LOINC:{row[kind]}" if kind in row else f"myotwitch:{analyte}", "label": label}


def ucum_of_unit(unit: str) -> str:
    """Return a unit of a laboratory value in the spelling of UCUM.

    Examples
    --------
    >>> ucum_of_unit("mEq/l"), ucum_of_unit("mIU/L"), ucum_of_unit("U/L")
    ('meq/L', 'm[IU]/L', 'U/L')
    """
    spelt = plain_unit(unit)
    return {"mEq/L": "meq/L", "mU/L": "m[IU]/L", "uU/mL": "u[IU]/mL"}.get(spelt, spelt)


def schedule_of_times(times: float) -> dict[str, str]:
    """Return the schedule that means so often a day.

    Examples
    --------
    >>> schedule_of_times(1.0), schedule_of_times(6.0)["label"]
    ({'id': 'NCIT:C125004', 'label': 'Once Daily'}, '6 times a day')
    """
    known = {1.0: ("NCIT:C125004", "Once Daily"), 2.0: ("NCIT:C64496", "Twice Daily")}
    number = f"{times:.6f}".rstrip("0").rstrip(".")
    identifier, label = known.get(times, (f"myotwitch:times_a_day_{number}", f"{number} times a day"))
    return {"id": identifier, "label": label}
