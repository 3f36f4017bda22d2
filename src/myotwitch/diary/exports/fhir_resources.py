"""One resource of FHIR R4 for each entry of a diary.

Everything that the person noticed or did is an Observation, never a Condition: a diary makes no diagnoses. Only fields
are used that R4 and R4B share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from myotwitch.diary.entries import (
    Bout,
    CheckIn,
    Cycle,
    Entry,
    Exercise,
    Illness,
    Intake,
    Lab,
    Note,
    Pregnancy,
    RecordingMade,
    Schedule,
    Screen,
    Sleep,
    Stress,
    Symptom,
    Vaccination,
)
from myotwitch.diary.exports.fhir_codes import (
    Concept,
    amount_quantity,
    analyte_concept,
    body_site,
    category,
    concept,
    finding_concept,
    lab_quantity,
    local,
    quantity,
    score,
    substance_concept,
    twitching_concept,
)

Resource = dict[str, Any]
SOCIAL = ("alcohol", "caffeine", "cannabis", "cocaine", "mdma", "nicotine", "heroin", "methamphetamine")
"""Substances that are habits rather than medicines: their intake is social history."""


def resource_of(entry: Entry, subject: Mapping[str, str]) -> Resource:
    """Return the resource that an entry is."""
    resource: Resource = _MAKERS[type(entry)](entry)
    resource["patient" if resource["resourceType"] == "Immunization" else "subject"] = dict(subject)
    if entry.text and not isinstance(entry, Note):
        resource["note"] = [{"text": entry.text}]
    return resource


def instant_text(time: datetime) -> str:
    """Return a time as FHIR writes it: with seconds and offset."""
    # FHIR knows offsets of whole minutes only; those of the nineteenth century had seconds.
    is_whole = (time.utcoffset() or timedelta()) % timedelta(minutes=1) == timedelta()
    told = time if is_whole else time.astimezone(UTC)
    return told.isoformat(timespec="milliseconds" if told.microsecond else "seconds")


def _observation(group: str, code: Concept, time: datetime, **fields: Any) -> Resource:
    when = {} if "effectivePeriod" in fields else {"effectiveDateTime": instant_text(time)}
    known = {name: value for name, value in fields.items() if value is not None and value != []}
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": category(group),
        "code": code,
        **when,
        **known,
    }


def _period(start: datetime, minutes: float) -> Mapping[str, str]:
    return {"start": instant_text(start), "end": instant_text(start + timedelta(minutes=minutes))}


def _component(code: str, text: str, **value: Any) -> Resource:
    return {"code": local(code, text), **value}


def _bout(entry: Bout) -> Resource:
    parts = [_component("count", "Number of bouts", valueInteger=entry.count)]
    if entry.duration_s is not None:
        parts.append(_component("duration", "Duration", valueQuantity=quantity(entry.duration_s, "s", "s")))
    if entry.strength is not None:
        parts.append(_component("strength", "Strength", valueQuantity=score(entry.strength)))
    if entry.painful is not None:
        parts.append(_component("painful", "Painful", valueBoolean=entry.painful))
    for name, word in (("character", entry.character), ("when", entry.when)):
        if word is not None:
            said = local(f"{name}-{word}", str(word).replace("_", " "))
            parts.append(_component(name, name.capitalize(), valueCodeableConcept=said))
    return _observation("survey", twitching_concept(entry), entry.time, bodySite=body_site(entry), component=parts)


def _check_in(entry: CheckIn) -> Resource:
    start = entry.time - timedelta(minutes=entry.duration_min)
    watched = local("check-in", "Watched for twitching; every bout is logged")
    return _observation(
        "survey", watched, entry.time, effectivePeriod=_period(start, entry.duration_min), valueBoolean=True
    )


def _intake(entry: Intake) -> Resource:
    amount = None if entry.amount is None or entry.unit is None else amount_quantity(entry.amount, entry.unit)
    if entry.substance in SOCIAL:
        code = substance_concept(entry.substance)
        value = {"valueQuantity": amount} if amount else {"valueBoolean": True}
        return _observation("social-history", code, entry.time, **value)
    dose = {"dosage": [{"doseAndRate": [{"doseQuantity": amount}]}]} if amount else {}
    return {
        "resourceType": "MedicationStatement",
        "status": "completed",
        "medicationCodeableConcept": substance_concept(entry.substance),
        "effectiveDateTime": instant_text(entry.time),
        **dose,
    }


def _schedule(entry: Schedule) -> Resource:
    repeat = {
        "frequency": len(entry.at),
        "period": entry.every_days,
        "periodUnit": "d",
        "timeOfDay": [f"{clock}:00" for clock in entry.at],
    }
    dosage: Resource = {"timing": {"repeat": repeat}}
    if entry.amount is not None and entry.unit is not None:
        dosage["doseAndRate"] = [{"doseQuantity": amount_quantity(entry.amount, entry.unit)}]
    period = {"start": instant_text(entry.time)}
    if entry.until is not None:
        period["end"] = instant_text(entry.until)
    return {
        "resourceType": "MedicationStatement",
        "status": "active" if entry.until is None else "completed",
        "medicationCodeableConcept": substance_concept(entry.substance),
        "effectivePeriod": period,
        "dosage": [dosage],
    }


def _sleep(entry: Sleep) -> Resource:
    parts = []
    if entry.to_bed is not None:
        parts = [_component("to-bed", "Lay down", valueDateTime=instant_text(entry.to_bed))]
    return _observation(
        "activity",
        local("sleep", "Sleep"),
        entry.time,
        effectivePeriod=_period(entry.time, entry.duration_min),
        valueQuantity=quantity(entry.duration_min, "min", "min"),
        component=parts,
    )


def _stress(entry: Stress) -> Resource:
    return _observation("survey", local("stress", "Stress"), entry.time, valueQuantity=score(entry.level))


def _exercise(entry: Exercise) -> Resource:
    period = None if entry.duration_min is None else _period(entry.time, entry.duration_min)
    effort = local("exercise", "Effort of exercise")
    fields = {"effectivePeriod": period} if period else {}
    return _observation("activity", effort, entry.time, valueQuantity=score(entry.effort), **fields)


def _screen(entry: Screen) -> Resource:
    value = quantity(entry.duration_min, "min", "min")
    period = _period(entry.time, entry.duration_min)
    code = local("screen", "Time before a screen")
    return _observation("activity", code, entry.time, effectivePeriod=period, valueQuantity=value)


def _symptom(entry: Symptom) -> Resource:
    value = {"valueBoolean": True} if entry.severity is None else {"valueQuantity": score(entry.severity)}
    return _observation("survey", finding_concept(entry.finding), entry.time, **value)


def _lab(entry: Lab) -> Resource:
    code = analyte_concept(entry.analyte, entry.unit)
    return _observation("laboratory", code, entry.time, valueQuantity=lab_quantity(entry.value, entry.unit))


def _event(entry: Cycle | Pregnancy | Illness) -> Resource:
    names = {"cycle": "Period", "pregnancy": "Pregnancy", "illness": "Illness, as the person tells it"}
    said = local(entry.event, entry.event)
    parts: list[Resource] = []
    if isinstance(entry, Illness) and entry.finding is not None:
        parts = [_component("finding", "Illness", valueCodeableConcept=finding_concept(entry.finding))]
    code = local(entry.kind, names[entry.kind])
    return _observation("survey", code, entry.time, valueCodeableConcept=said, component=parts)


def _vaccination(entry: Vaccination) -> Resource:
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": concept(entry.text or "Vaccination that is not named"),
        "occurrenceDateTime": instant_text(entry.time),
        "primarySource": False,
    }


def _recording(entry: RecordingMade) -> Resource:
    parts = []
    if entry.duration_s is not None:
        parts = [_component("duration", "Duration", valueQuantity=quantity(entry.duration_s, "s", "s"))]
    if entry.file is not None:
        parts.append(_component("file", "File", valueString=entry.file))
    code = local("recording", "Recording, by the SHA-256 of its file")
    site = body_site(entry)
    return _observation("procedure", code, entry.time, bodySite=site, valueString=entry.sha256, component=parts)


def _note(entry: Note) -> Resource:
    return _observation("survey", local("note", "Note"), entry.time, valueString=entry.text)


_MAKERS: Mapping[type, Callable[[Any], Resource]] = {
    Bout: _bout,
    CheckIn: _check_in,
    Intake: _intake,
    Schedule: _schedule,
    Sleep: _sleep,
    Stress: _stress,
    Exercise: _exercise,
    Screen: _screen,
    Symptom: _symptom,
    Lab: _lab,
    Cycle: _event,
    Pregnancy: _event,
    Illness: _event,
    Vaccination: _vaccination,
    RecordingMade: _recording,
    Note: _note,
}
