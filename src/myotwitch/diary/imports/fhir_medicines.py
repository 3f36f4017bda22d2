"""Medicines of FHIR as plans and doses of a diary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from myotwitch.case.packet_terms import block
from myotwitch.diary.imports.conversions import substance_of_words
from myotwitch.diary.imports.fhir_findings import NO_TIME
from myotwitch.diary.imports.fhir_values import (
    MIDNIGHT,
    NOON,
    FhirClock,
    Resource,
    blocks,
    names_of,
    shown_concept,
    text_of,
)
from myotwitch.diary.imports.preview import Collector
from myotwitch.diary.imports.zones import TimeFault
from myotwitch.language import _, later
from myotwitch.sources import read_table

_TABLE = read_table("myotwitch.diary.imports", "fhir.toml")
_STRENGTH = re.compile(r"\s*(?:\d|\[|\().*$")
_TIME_OF_DAY = re.compile(r"^([01]\d|2[0-3]):[0-5]\d")
UNKNOWN = later("Medicines that are no substance of this diary")
NO_PLAN = later("Medicines whose times are not told; add how they are taken with: myotwitch diary add schedule")
AS_NEEDED = later("Medicines taken as needed: only the single intakes tell when")
ORDERED = later("Medicines as they were ordered; check that they were taken")
HOURS_TOLD = later("How often a day is told, but not when; usual hours of the clock stand for it")
NO_UNIT = later("Doses in a unit that the diary does not know; taken without an amount")
_NOT_TAKEN = ("entered-in-error", "not-taken", "cancelled", "draft", "unknown", "not-done", "intended")


def take_medicine(
    collector: Collector, clock: FhirClock, resource: Resource, medicines: Mapping[str, Resource], where: str
) -> None:
    """Take a MedicationStatement, MedicationRequest or MedicationAdministration."""
    concept = _concept_of(resource, medicines)
    status, kind = text_of(resource.get("status")), text_of(resource.get("resourceType"))
    if status in _NOT_TAKEN:
        collector.leave_out(
            _("Resources marked as entered in error, cancelled or refuted, or not taken"), shown_concept(concept)
        )
        return
    substance = next((key for name in names_of(concept) if (key := substance_of_name(name))), None)
    if substance is None:
        collector.leave_out(UNKNOWN, shown_concept(concept))
        return
    try:
        if kind == "MedicationAdministration":
            _take_dose(collector, clock, resource, substance, where)
        else:
            _take_plan(collector, clock, resource, substance, where)
    except TimeFault as error:
        collector.refuse(str(error), where=where)


def substance_of_name(name: str) -> str | None:
    """Return the substance that a medicine's name means, with strength, form and salt left away.

    Examples
    --------
    >>> substance_of_name("Sertraline 50 MG Oral Tablet"), substance_of_name("sertraline hydrochloride")
    ('sertraline', 'sertraline')
    >>> substance_of_name("sertraline / naloxone 50 MG") is None
    True
    """
    plain = _STRENGTH.sub("", name[:200]).strip()
    words = plain.split()
    while words:
        if substance := substance_of_words(" ".join(words)):
            return substance if "/" not in plain or substance_of_words(plain) else None
        if words[-1].lower() not in _TABLE["salts"]["words"]:
            return None
        words.pop()
    return None


def _take_dose(collector: Collector, clock: FhirClock, resource: Resource, substance: str, where: str) -> None:
    time = clock.start_of(resource, "effective")
    if time is None:
        collector.leave_out(NO_TIME, substance)
        return
    amount = _amount(collector, block(resource.get("dosage")).get("dose"), substance)
    collector.add({"kind": "intake", "time": time, "substance": substance, **amount}, where=where)


def _take_plan(collector: Collector, clock: FhirClock, resource: Resource, substance: str, where: str) -> None:
    is_order = resource.get("resourceType") == "MedicationRequest"
    doses = blocks(resource.get("dosageInstruction" if is_order else "dosage"))
    dose = doses[0] if doses else {}
    repeat = block(block(dose.get("timing")).get("repeat"))
    is_single = resource.get("status") == "completed" and "effectiveDateTime" in resource
    is_plan = bool(repeat) or is_order or not is_single
    bounds = {"boundsPeriod": block(repeat.get("boundsPeriod"))}
    start = (
        clock.start_of(bounds, "bounds", of_a_day=MIDNIGHT)
        or clock.start_of(resource, "effective", of_a_day=MIDNIGHT if is_plan else NOON)
        or clock.time(resource.get("authoredOn"), of_a_day=MIDNIGHT)
    )
    until = clock.end_of(bounds, "bounds") or clock.end_of(resource, "effective")
    if start is None or dose.get("asNeededBoolean") is True or "asNeededCodeableConcept" in dose:
        collector.leave_out(NO_TIME if start is None else AS_NEEDED, substance)
        return
    amounts = blocks(dose.get("doseAndRate"))
    amount = _amount(collector, amounts[0].get("doseQuantity") if amounts else None, substance)
    if not is_plan:
        collector.add({"kind": "intake", "time": start, "substance": substance, **amount}, where=where)
        return
    plan = _plan_of(collector, repeat, substance)
    if plan is None:
        collector.leave_out(NO_PLAN, substance)
        return
    if is_order:
        collector.tell(ORDERED, substance)
    if len(doses) > 1:
        collector.tell(_("Medicines with several dosages; the first was taken"), substance)
    document = {"kind": "schedule", "time": start, "until": until, "substance": substance, **amount, **plan}
    collector.add(document, where=where)


def _plan_of(collector: Collector, repeat: Resource, substance: str) -> dict[str, Any] | None:
    """Return the hours of a plan and its days; None where they are not told in a way that the diary can keep."""
    told = (
        [text[:5] for text in repeat.get("timeOfDay", ()) if isinstance(text, str) and _TIME_OF_DAY.match(text)]
        if (isinstance(repeat.get("timeOfDay"), list))
        else []
    )
    period, unit = repeat.get("period", 1), text_of(repeat.get("periodUnit")) or "d"
    frequency = repeat.get("frequency")
    if isinstance(period, bool) or not isinstance(period, int | float):
        return None
    days = {"d": period, "wk": 7 * period}.get(unit, 0)
    if unit == "h" and period and 24 % period == 0:
        days, frequency = 1, int(24 / period) * (frequency if isinstance(frequency, int) else 1)
    if days != int(days) or not 1 <= days <= 366:
        return None
    words = repeat.get("when")
    hours = _TABLE["hours_of_words"]
    if (
        not told
        and isinstance(words, list)
        and words
        and all(isinstance(word, str) and word in hours for word in words)
    ):
        told = [hours[word] for word in words]
        collector.tell(HOURS_TOLD, substance)
    if not told and str(frequency) in _TABLE["hours_of_times"] and (days == 1 or frequency == 1):
        told = _TABLE["hours_of_times"][str(frequency)]
        collector.tell(HOURS_TOLD, substance)
    return {"at": sorted(set(told)), "every_days": int(days)} if told else None


def _amount(collector: Collector, quantity: object, substance: str) -> dict[str, Any]:
    given = block(quantity)
    value = given.get("value")
    units = (text_of(given.get("code"), 20), text_of(given.get("unit"), 20))
    unit = next((_TABLE["unit"][unit] for unit in units if unit in _TABLE["unit"]), None)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return {}
    if unit is None:
        collector.tell(NO_UNIT, f"{substance} {' '.join(units)}")
        return {}
    return {"amount": float(value), "unit": unit}


def _concept_of(resource: Resource, medicines: Mapping[str, Resource]) -> Resource:
    concept = block(resource.get("medicationCodeableConcept"))
    if concept:
        return concept
    reference = text_of(block(resource.get("medicationReference")).get("reference"))
    inside = {f"#{text_of(item.get('id'))}": item for item in blocks(resource.get("contained"))}
    medicine = inside.get(reference) or medicines.get(reference) or {}
    return block(medicine.get("code")) or {"text": text_of(block(resource.get("medicationReference")).get("display"))}
