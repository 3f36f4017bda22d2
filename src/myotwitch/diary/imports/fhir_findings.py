"""Laboratory values, symptoms and conditions of FHIR as entries of a diary."""

from __future__ import annotations

from typing import Any

from myotwitch.case.analytes import ANALYTES
from myotwitch.case.findings import FINDINGS, FindingGroup
from myotwitch.case.packet_terms import analyte_of_assay, block, finding_of_term, twitching_of_term, unit_of_term
from myotwitch.diary.imports.conversions import finding_of_words
from myotwitch.diary.imports.fhir_values import (
    HPO,
    ICD_10,
    LOINC,
    FhirClock,
    Resource,
    blocks,
    codes_of,
    names_of,
    quantity_of,
    shown_concept,
    text_of,
)
from myotwitch.diary.imports.preview import Collector
from myotwitch.diary.imports.zones import TimeFault
from myotwitch.language import _, later
from myotwitch.sources import read_table

_TABLE = read_table("myotwitch.diary.imports", "fhir.toml")
_NOT_VALID = ("entered-in-error", "cancelled", "refuted")
BY_NAME = later(
    "Laboratory values without a LOINC number, known by their names; check that they were measured in blood"
)
NO_TIME = later("Resources whose time is not told, or only as a month or year")
INVALID = later("Resources marked as entered in error, cancelled or refuted")
TWITCHING_CODES = ("R25.3",)


def take_observation(collector: Collector, clock: FhirClock, resource: Resource, where: str) -> None:
    """Take an Observation and its components: laboratory values of the catalogue, symptoms by HPO."""
    parts = [part for part in (resource, *blocks(resource.get("component"))) if _has_value(part)]
    if text_of(resource.get("status")) in _NOT_VALID:
        collector.leave_out(INVALID, shown_concept(resource.get("code")), max(1, len(parts)))
        return
    if not parts:
        collector.leave_out(_("Observations without a value of their own"), shown_concept(resource.get("code")))
    for part in parts:
        try:
            time = clock.start_of(resource, "effective")
            _take_part(collector, part, time, where)
        except TimeFault as error:
            collector.refuse(str(error), where=where)


def take_condition(collector: Collector, clock: FhirClock, resource: Resource, where: str) -> None:
    """Take a Condition: a symptom where HPO or its name means one, else an illness that began and perhaps ended."""
    concept = resource.get("code")
    state = {code for code, _ in codes_of(resource.get("verificationStatus"), ("condition-ver-status",))}
    if state & set(_NOT_VALID):
        collector.leave_out(INVALID, shown_concept(concept))
        return
    codes = codes_of(concept, HPO)
    is_twitching = any(twitching_of_term(code) for code, _ in codes) or any(
        code in TWITCHING_CODES for code, _ in codes_of(concept, ICD_10)
    )
    if is_twitching:
        collector.leave_out(_("Twitching as a diagnosis: this diary keeps its bouts"), shown_concept(concept))
        return
    try:
        began = clock.start_of(resource, "onset") or clock.time(resource.get("recordedDate"))
        ended = clock.time(resource.get("abatementDateTime")) or clock.end_of(resource, "abatement")
    except TimeFault as error:
        collector.refuse(str(error), where=where)
        return
    if began is None:
        collector.leave_out(NO_TIME, shown_concept(concept))
        return
    _add_condition(collector, concept, (began, ended), where)


def _add_condition(collector: Collector, concept: object, times: tuple[Any, Any], where: str) -> None:
    finding = _finding_of(concept)
    text = shown_concept(concept)[:300]
    if finding is not None and FINDINGS[finding].group in (FindingGroup.SYMPTOM, FindingGroup.SIGN):
        collector.add({"kind": "symptom", "time": times[0], "finding": finding, "text": text}, where=where)
        return
    document = {"kind": "illness", "time": times[0], "event": "began", "finding": finding, "text": text}
    is_taken = collector.add(document, where=where) is not None
    if is_taken and times[1] is not None:
        collector.add({**document, "time": times[1], "event": "ended"}, records=0, where=where)


def _has_value(part: Resource) -> bool:
    return any(name.startswith("value") for name in part)


def _take_part(collector: Collector, part: Resource, time: Any, where: str) -> None:
    concept = part.get("code")
    numbers = codes_of(concept, LOINC)
    if any(code in _TABLE["body_weight"]["codes"] for code, _ in numbers):
        weight = block(part.get("valueQuantity"))
        collector.leave_out(
            _("Body weights; set the last with: myotwitch diary person weight_kg=…"), str(weight.get("value"))
        )
        return
    analyte, by_name = _analyte_of(concept)
    finding = _finding_of(concept) if analyte is None and codes_of(concept, HPO) else None
    if analyte is None and finding is None:
        collector.leave_out(
            _("Observations that are no laboratory value or finding of this diary"), shown_concept(concept)
        )
    elif time is None:
        collector.leave_out(NO_TIME, shown_concept(concept))
    elif finding is not None:
        _add_symptom(collector, part, finding, time, where)
    elif analyte is not None:
        _add_lab(collector, part, analyte, time, where)
        if by_name:
            collector.tell(BY_NAME, shown_concept(concept))


def _add_lab(collector: Collector, part: Resource, analyte: str, time: Any, where: str) -> None:
    quantity = block(part.get("valueQuantity"))
    if not quantity:
        collector.leave_out(_("Laboratory values that are no number"), shown_concept(part.get("code")))
        return
    if quantity.get("comparator"):
        said = f"{quantity.get('comparator')} {quantity.get('value')}"
        collector.leave_out(_("Laboratory values below or above what was measured"), f"{analyte} {said}")
        return
    value = quantity_of(quantity, "The value")
    unit = unit_of_term(analyte, {"id": text_of(quantity.get("code"), 20), "label": text_of(quantity.get("unit"), 20)})
    document = {"kind": "lab", "time": time, "analyte": analyte, "value": value, "unit": unit}
    collector.add(document, where=f"{where} {analyte}")


def _add_symptom(collector: Collector, part: Resource, finding: str, time: Any, where: str) -> None:
    severity: float | None = None
    if part.get("valueBoolean") is False:
        severity = 0.0
    elif isinstance(part.get("valueInteger"), int) and not isinstance(part.get("valueInteger"), bool):
        severity = float(part["valueInteger"])
    elif "valueQuantity" in part:
        severity = quantity_of(part["valueQuantity"], "The severity")
    elif part.get("valueBoolean") is not True:
        collector.leave_out(_("Findings whose value is neither a severity nor yes or no"), finding)
        return
    collector.add({"kind": "symptom", "time": time, "finding": finding, "severity": severity}, where=where)


def _analyte_of(concept: object) -> tuple[str | None, bool]:
    """Return the analyte of a concept, and whether only its name tells it."""
    numbers = codes_of(concept, LOINC)
    for code, display in numbers:
        analyte = _TABLE["analyte"].get(code) or analyte_of_assay({"id": f"LOINC:{code}", "label": display})
        # A number that is not in the table stands for another assay, whatever it is called.
        if (analyte is not None and analyte_of_assay({"id": f"LOINC:{code}"})) or code in _TABLE["analyte"]:
            return analyte, False
    if numbers:
        return None, False
    for name in names_of(concept):
        plain = name.lower()
        if plain in ANALYTES:
            return plain, True
        by_label = next((row.name for row in ANALYTES.values() if row.label.lower() == plain), None)
        if found := by_label or analyte_of_assay({"label": name}):
            return found, True
    return None, False


def _finding_of(concept: object) -> str | None:
    for code, _name in codes_of(concept, HPO):
        hpo_id = code if code.startswith("HP:") else f"HP:{code.removeprefix('HP_')}"
        if finding := finding_of_term(hpo_id):
            return finding
    return next((finding for name in names_of(concept) if (finding := finding_of_words(name))), None)
