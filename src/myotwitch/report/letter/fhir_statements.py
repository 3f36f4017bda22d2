"""What the page for the doctor says as coded statements of FHIR."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from myotwitch.case import Exposure, TwitchingPlace
from myotwitch.diary import Bout
from myotwitch.diary.exports.fhir_codes import (
    HPO,
    ICD_10,
    LOCAL,
    Concept,
    body_site,
    category,
    concept,
    finding_concept,
    local,
    quantity,
    substance_concept,
)
from myotwitch.diary.exports.fhir_resources import SOCIAL, Resource, instant_text, resource_of
from myotwitch.report.letter.basis import Basis, Recorded
from myotwitch.report.letter.building import note_rows
from myotwitch.report.letter.choices import Part
from myotwitch.report.letter.content import ReportContent, Table
from myotwitch.report.letter.course_part import watched_sentence
from myotwitch.report.letter.laboratory_part import lab_rows
from myotwitch.report.letter.measured_part import sentence_of
from myotwitch.twitches import summarise


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A section: the name of its heading, its words, and its resources."""

    name: str
    words: tuple[str, ...]
    resources: tuple[Resource, ...]


def groups_of(basis: Basis, content: ReportContent, patient: Mapping[str, str]) -> tuple[Group, ...]:
    """Return what the page says by section; only sections that say something."""
    first = content.first
    groups = [
        Group(name="places", words=_table_words(first.places), resources=_places(basis)),
        Group(name="course", words=(watched_sentence(basis),), resources=_course(basis)),
        Group(
            name="findings",
            words=tuple(f"{words.lead}: {words.text}" for words in first.findings),
            resources=_findings(basis),
        ),
        Group(name="substances", words=_table_words(first.substances), resources=_substances(basis)),
        Group(name="laboratory", words=_table_words(first.laboratory), resources=_laboratory(basis, patient)),
        Group(name="measured", words=tuple(map(sentence_of, basis.recorded)), resources=_recordings(basis)),
    ]
    if basis.choices.has(Part.NOTES):
        groups.append(Group(name="notes", words=tuple(": ".join(row) for row in note_rows(basis)), resources=()))
    for group in groups:
        for resource in group.resources:
            resource["subject"] = dict(patient)
    return tuple(group for group in groups if group.resources or (group.name == "notes" and group.words))


def _table_words(table: Table | None) -> tuple[str, ...]:
    return () if table is None else tuple(": ".join((row[0], ", ".join(row[1:]))) for row in table.rows)


def _observation(group: str, code: Concept, **fields: Any) -> Resource:
    known = {name: value for name, value in fields.items() if value is not None and value != []}
    return {"resourceType": "Observation", "status": "final", "category": category(group), "code": code, **known}


def _component(code: str, text: str, **value: Any) -> Resource:
    return {"code": local(code, text), **value}


def _number(value: float) -> float:
    return float(f"{value:.4g}")


def _period(basis: Basis) -> dict[str, str]:
    first = basis.shown.first or basis.at
    return {"start": instant_text(first), "end": instant_text(basis.at)}


def _places(basis: Basis) -> tuple[Resource, ...]:
    return tuple(_place(basis, place) for place in basis.twitching)


def _place(basis: Basis, place: TwitchingPlace) -> Resource:
    site = body_site(Bout(time=basis.at, place=place.place, muscle=place.muscle, side=place.side))
    parts = []
    for name, text, value, unit, ucum in (
        ("bouts-per-day", "Bouts a waking day", place.bouts_per_day, "a day", "/d"),
        ("bout-length", "Typical length of a bout", place.bout_seconds, "s", "s"),
        ("since", "Noticed for, at least", place.since_days, "days", "d"),
    ):
        if value is not None:
            parts.append(_component(name, text, valueQuantity=quantity(_number(value), unit, ucum)))
    if place.painful is not None:
        parts.append(_component("painful", "Painful", valueBoolean=place.painful))
    code = concept(
        "Muscle twitching, summary of a diary",
        (LOCAL, "twitching-summary", "Muscle twitching, summary of a diary"),
        *(() if place.character not in (None, "flicker") else (
            (HPO, "HP:0002380", "Fasciculations"), (ICD_10, "R25.3", "Fasciculation"),
        )),
    )  # fmt: skip
    missing = {} if parts else {"dataAbsentReason": _unknown()}
    return _observation("survey", code, effectivePeriod=_period(basis), bodySite=site, component=parts, **missing)


def _unknown() -> Concept:
    system = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
    return {"coding": [{"system": system, "code": "unknown", "display": "Unknown"}]}


def _course(basis: Basis) -> tuple[Resource, ...]:
    course = basis.course
    if course.rate_per_hour is None:
        return ()
    parts = [
        _component("observed", "Watched time", valueQuantity=quantity(_number(course.observed_hours), "h", "h")),
        _component("count", "Number of bouts in watched time", valueInteger=course.bouts),
    ]
    return (
        _observation(
            "survey",
            local("bout-rate", "Bouts of muscle twitching in an hour watched"),
            effectivePeriod=_period(basis),
            valueQuantity=quantity(_number(course.rate_per_hour), "an hour", "/h"),
            component=parts,
        ),
    )


def _findings(basis: Basis) -> tuple[Resource, ...]:
    time = instant_text(basis.at)
    return tuple(
        _observation("survey", finding_concept(state.finding), effectiveDateTime=time, valueBoolean=state.present)
        for state in basis.findings
    )


def _substances(basis: Basis) -> tuple[Resource, ...]:
    return tuple(
        _habit(basis, exposure) if exposure.substance in SOCIAL else _medicine(basis, exposure)
        for exposure in basis.exposures
    )


def _habit(basis: Basis, exposure: Exposure) -> Resource:
    value: Resource = {"valueBoolean": exposure.is_taken}
    if exposure.is_taken and exposure.daily_amount_mg is not None:
        value = {"valueQuantity": quantity(_number(exposure.daily_amount_mg), "mg a day", "mg/d")}
    code = substance_concept(exposure.substance)
    return _observation("social-history", code, effectivePeriod=_period(basis), **value)


def _medicine(basis: Basis, exposure: Exposure) -> Resource:
    status = "not-taken" if exposure.taken is False else "active" if exposure.is_taken else "stopped"
    medicine: Resource = {
        "resourceType": "MedicationStatement",
        "status": status,
        "medicationCodeableConcept": substance_concept(exposure.substance),
        "dateAsserted": instant_text(basis.at),
    }
    period = {}
    if exposure.since_days is not None:
        period["start"] = instant_text(_ago(basis.at, exposure.since_days))
    if exposure.stopped_days_ago is not None:
        period["end"] = instant_text(_ago(basis.at, exposure.stopped_days_ago))
    if period:
        medicine["effectivePeriod"] = period
    dosage: Resource = {}
    if exposure.times_per_day is not None and exposure.is_taken:
        # So many times in thirty days: FHIR counts in whole numbers.
        count = max(1, round(30 * exposure.times_per_day))
        dosage["timing"] = {"repeat": {"frequency": count, "period": 30, "periodUnit": "d"}}
    if exposure.amount_mg is not None:
        dosage["doseAndRate"] = [{"doseQuantity": quantity(_number(exposure.amount_mg), "mg", "mg")}]
    if dosage:
        medicine["dosage"] = [dosage]
    return medicine


def _ago(time: datetime, days: float) -> datetime:
    """Return a time so many days before, to the second."""
    return (time - timedelta(days=days)).replace(microsecond=0)


def _laboratory(basis: Basis, patient: Mapping[str, str]) -> tuple[Resource, ...]:
    resources = []
    for row in lab_rows(basis):
        resource = resource_of(row.entry, patient)
        unit = {name: resource["valueQuantity"][name] for name in ("unit", "system", "code")}
        low, high = {"value": _number(row.low), **unit}, {"value": _number(row.high), **unit}
        resource["referenceRange"] = [{"low": low, "high": high}]
        resources.append(resource)
    return tuple(resources)


def _recordings(basis: Basis) -> tuple[Resource, ...]:
    return tuple(_recording(basis, recorded) for recorded in basis.recorded)


def _recording(basis: Basis, recorded: Recorded) -> Resource:
    made = recorded.made or basis.at
    site = body_site(Bout(time=made, place=recorded.place, muscle=recorded.muscle, side=recorded.side))
    code = local("recording-summary", "Muscle twitches found in a recording")
    time = instant_text(made)
    if recorded.twitches is None:
        return _observation("procedure", code, effectiveDateTime=time, bodySite=site, dataAbsentReason=_unknown())
    summary = summarise(recorded.twitches)
    parts = [
        _component("count", "Number of twitches", valueInteger=summary.count),
        _component("searched", "Time searched", valueQuantity=quantity(_number(summary.analysed_s), "s", "s")),
    ]
    if summary.rate_per_min_interval is not None:
        low, high = ({"value": _number(end)} for end in summary.rate_per_min_interval)
        parts.append(
            _component("rate-interval", "95 % interval of the rate a minute", valueRange={"low": low, "high": high})
        )
    value: Resource = {"dataAbsentReason": _unknown()}
    if summary.rate_per_min is not None:
        value = {"valueQuantity": quantity(_number(summary.rate_per_min), "a minute", "/min")}
    return _observation("procedure", code, effectiveDateTime=time, bodySite=site, component=parts, **value)
