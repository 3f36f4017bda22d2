"""Codes of a diary's words in FHIR: LOINC, UCUM, HPO and ICD-10 where there is one, else this program's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from myotwitch.anatomy import MUSCLES
from myotwitch.case.findings import FINDINGS
from myotwitch.case.packet_terms import assay_of_analyte, term_of_finding, ucum_of_unit
from myotwitch.diary.entries import Bout, RecordingMade
from myotwitch.substances import SUBSTANCES

LOCAL = "urn:myotwitch:code"
HPO = "http://human-phenotype-ontology.org"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

_TWITCHING = {
    None: ("HP:0002380", "Fasciculations"),
    "flicker": ("HP:0002380", "Fasciculations"),
    "ripple": ("HP:0002411", "Myokymia"),
    "jerk": ("HP:0001336", "Myoclonus"),
    "shaking": ("HP:0001337", "Tremor"),
    "cramp": ("HP:0003394", "Muscle spasm"),
    "tic": ("HP:0100033", "Tics"),
}
"""The term of HPO for each character of a bout; a bout of unknown character is what ICD-10 calls twitching NOS."""
_UCUM_OF_AMOUNT = {"mg": "mg", "g": "g", "ug": "ug", "ml": "mL", "unit": "1"}
_LOINC_NAMES = {
    "3016-3": "Thyrotropin [Units/volume] in Serum or Plasma",
    "1989-3": "25-hydroxyvitamin D3 [Mass/volume] in Serum or Plasma",
}
"""LOINC's own names where they do not follow from the kind of unit."""

Concept = dict[str, Any]


def concept(text: str, *codings: tuple[str, str, str]) -> Concept:
    """Return a CodeableConcept: its text, and codings as system, code and display."""
    coded = [{"system": system, "code": code, "display": display} for system, code, display in codings]
    return {**({"coding": coded} if coded else {}), "text": text}


def local(code: str, text: str) -> Concept:
    """Return a concept of this program's own."""
    return concept(text, (LOCAL, code, text))


def category(code: str) -> list[Concept]:
    """Return the category of an Observation."""
    return [{"coding": [{"system": CATEGORY, "code": code}]}]


def twitching_concept(bout: Bout) -> Concept:
    """Return what was seen in a bout."""
    character = str(bout.character) if bout.character is not None else None
    codings = [(LOCAL, "bout", "Bout of muscle twitching")]
    if character in _TWITCHING:
        codings.append((HPO, *_TWITCHING[character]))
    if character in (None, "flicker"):
        codings.append((ICD_10, "R25.3", "Fasciculation"))
    return concept("Muscle twitching", *codings)


def body_site(entry: Bout | RecordingMade) -> Concept | None:
    """Return where it twitched; None where that is not known."""
    if entry.place is None:
        return None
    name = MUSCLES[entry.muscle].name if entry.muscle is not None and entry.muscle in MUSCLES else ""
    words = [word for word in (entry.side, entry.place.replace("_", " ")) if word]
    text = " ".join(words) + (f" ({name})" if name else "")
    return concept(text, (LOCAL, f"place-{entry.place}", entry.place.replace("_", " ")))


def finding_concept(name: str) -> Concept:
    """Return a finding, by HPO where one term means it."""
    label, term = FINDINGS[name].label, term_of_finding(name)
    codings = [(HPO, term["id"], term["label"])] if term else []
    return concept(label, *codings, (LOCAL, f"finding-{name}", label))


def analyte_concept(analyte: str, unit: str) -> Concept:
    """Return a laboratory value, by LOINC where there is a number for that kind of unit."""
    assay = assay_of_analyte(analyte, unit)
    system, _, code = assay["id"].partition(":")
    label = _LOINC_NAMES.get(code, assay["label"])
    return concept(label, (LOINC if system == "LOINC" else LOCAL, code, label))


def substance_concept(key: str) -> Concept:
    """Return a substance by its international name."""
    return concept(SUBSTANCES[key].name, (LOCAL, f"substance-{key}", SUBSTANCES[key].name))


def quantity(value: float, unit: str, code: str) -> Mapping[str, Any]:
    """Return a Quantity in a unit of UCUM."""
    return {"value": value, "unit": unit, "system": UCUM, "code": code}


def lab_quantity(value: float, unit: str) -> Mapping[str, Any]:
    """Return a laboratory value's number and unit."""
    return quantity(value, unit, ucum_of_unit(unit))


def amount_quantity(amount: float, unit: str) -> Mapping[str, Any]:
    """Return an amount of a substance."""
    return quantity(amount, unit, _UCUM_OF_AMOUNT[unit])


def score(value: float) -> Mapping[str, Any]:
    """Return a value on the scale from 0 to 10."""
    return quantity(value, "of 10", "{score}")
