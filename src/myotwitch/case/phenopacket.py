"""Reads a GA4GH Phenopacket (version 2) as a case.

Only what a term or a field says is taken over; what cannot be taken over becomes a note of the case, so that nothing is
dropped in silence. A phenopacket seldom says where it twitches: such a twitching has no place in the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from myotwitch.case.located import Located, Path
from myotwitch.case.packet_terms import (
    analyte_of_assay,
    block,
    finding_of_term,
    milligrams_in,
    shown_term,
    side_of_modifiers,
    times_per_day,
    twitching_of_term,
    unit_of_term,
)
from myotwitch.case.packet_time import PacketTime, packet_time
from myotwitch.errors import UnknownNameError
from myotwitch.substances import find_substance

_SEX = {"FEMALE": "female", "MALE": "male", "OTHER_SEX": "other", "UNKNOWN_SEX": "unknown"}
OWN_NOTE = "myotwitch:note"
"""Identifier of the external references that hold sentences of this program."""

_NOT_USED = ("biosamples", "interpretations", "files")


def is_phenopacket(value: object) -> bool:
    """Return True if a document is a phenopacket rather than a case."""
    return isinstance(value, dict) and "schema" not in value and bool({"phenotypicFeatures", "metaData"} & set(value))


def located_from_phenopacket(packet: Located) -> Located:
    """Return the case that a phenopacket describes, with the places in the phenopacket from which its parts come."""
    return _Conversion(packet).located()


class _Conversion:
    """Collects the parts of a case from one phenopacket."""

    def __init__(self, packet: Located) -> None:
        self._source = packet
        self._packet: Mapping[str, Any] = packet.value
        self._time: PacketTime = packet_time(self._packet)
        self._origins: dict[Path, Path] = {(): ("phenotypicFeatures",), ("person",): ("subject",)}
        self._document: dict[str, Any] = {"schema": "myotwitch.case/1"}
        self._notes: list[str] = []

    def located(self) -> Located:
        self._document["person"] = self._person()
        for index, feature in self._entries("phenotypicFeatures"):
            self._feature(feature, ("phenotypicFeatures", index))
        for index, measurement in self._entries("measurements"):
            self._measurement(measurement, ("measurements", index))
        for index, action in self._entries("medicalActions"):
            self._action(action, ("medicalActions", index))
        for _, disease in self._entries("diseases"):
            state = "excluded" if disease.get("excluded") is True else "diagnosed"
            self._note(f"Disease {state}: {shown_term(disease.get('term'))}.")
        for reference in own_references(self._packet):
            self._note(reference)
        for name in _NOT_USED:
            if self._packet.get(name):
                self._note(f"The phenopacket holds {name}; they are not used.")
        self._document["notes"] = self._notes[:500]
        return Located(
            value=self._document, lines=self._source.lines, faults=self._source.faults, origins=self._origins
        )

    def _entries(self, name: str) -> list[tuple[int, Mapping[str, Any]]]:
        entries = self._packet.get(name)
        if not isinstance(entries, list):
            return []
        return [(index, entry) for index, entry in enumerate(entries) if isinstance(entry, dict)]

    def _note(self, text: str) -> None:
        self._notes.append("".join(sign for sign in text if sign.isprintable())[:2000])

    def _add(self, section: str, entry: dict[str, Any], origin: Path) -> None:
        entries = self._document.setdefault(section, [])
        if entry not in entries:
            self._origins[section, len(entries)] = origin
            entries.append(entry)

    def _person(self) -> dict[str, Any]:
        subject = block(self._packet.get("subject"))
        person: dict[str, Any] = {}
        self._origins["person", "sex"] = ("subject", "sex")
        self._origins["person", "age_years"] = ("subject", "timeAtLastEncounter")
        sex = subject.get("sex")
        if sex is not None:
            person["sex"] = _SEX.get(str(sex), sex)
        if self._time.age_days is not None:
            person["age_years"] = round(self._time.age_days / 365.25, 4)
        return person

    def _feature(self, feature: Mapping[str, Any], origin: Path) -> None:
        hpo_id, name = str(block(feature.get("type")).get("id")), shown_term(feature.get("type"))
        if feature.get("resolution") is not None:
            self._note(f"No longer present: {name}.")
            return
        if isinstance(feature.get("description"), str) and feature["description"].strip():
            self._note(feature["description"])
        is_present = feature.get("excluded", False) is not True
        days = self._time.days_before(feature.get("onset")) if is_present else None
        twitching = twitching_of_term(hpo_id) if is_present else None
        if twitching is not None:
            self._twitching(twitching, feature, days, origin)
        finding = finding_of_term(hpo_id)
        if finding is not None:
            self._add("findings", {"finding": finding, "present": is_present, **_known(since_days=days)}, origin)
        elif twitching is None:
            self._note(f"{'Present' if is_present else 'Absent'}, but no finding of this program: {name}.")

    def _twitching(self, term: Mapping[str, Any], feature: Mapping[str, Any], days: float | None, origin: Path) -> None:
        side = side_of_modifiers(feature.get("modifiers"))
        for place in term.get("places", [None]):
            entry = _known(place=place, side=side, character=term.get("character"))
            known = [{name: other.get(name) for name in entry} for other in self._document.get("twitching", [])]
            if entry not in known:
                self._add("twitching", {**entry, **_known(since_days=days, when=term.get("when"))}, origin)

    def _measurement(self, measurement: Mapping[str, Any], origin: Path) -> None:
        assay = block(measurement.get("assay"))
        analyte = analyte_of_assay(assay)
        quantity = block(block(measurement.get("value")).get("quantity"))
        if analyte is None or "value" not in quantity:
            self._note(f"Measured, but not used: {shown_term(assay)}.")
            return
        unit = unit_of_term(analyte, block(quantity.get("unit")))
        days = self._time.days_before(measurement.get("timeObserved"))
        self._add(
            "labs", {"analyte": analyte, "value": quantity["value"], "unit": unit, **_known(days_ago=days)}, origin
        )

    def _action(self, action: Mapping[str, Any], origin: Path) -> None:
        treatment = block(action.get("treatment"))
        agent = block(treatment.get("agent"))
        try:
            substance = find_substance(str(agent.get("label"))[:60]).key
        except UnknownNameError:
            what = shown_term(agent) if agent else ", ".join(sorted(str(name)[:60] for name in action)) or "nothing"
            self._note(f"Treated, but not with a substance of this program: {what}.")
            return
        doses = treatment.get("doseIntervals")
        dose = block(doses[-1]) if isinstance(doses, list) and doses else {}
        self._add("exposures", {"substance": substance, **self._dose(dose)}, origin)

    def _dose(self, dose: Mapping[str, Any]) -> dict[str, Any]:
        quantity, interval = block(dose.get("quantity")), block(dose.get("interval"))
        factor, value = milligrams_in(block(quantity.get("unit"))), quantity.get("value")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        stopped = self._time.days_before({"timestamp": interval.get("end")})
        return _known(
            amount_mg=value * factor if factor is not None and is_number and value else None,
            times_per_day=times_per_day(block(dose.get("scheduleFrequency"))),
            since_days=self._time.days_before({"timestamp": interval.get("start")}),
            # An interval that ends with the encounter was only described until then.
            stopped_days_ago=stopped or None,
        )


def own_references(packet: Mapping[str, Any]) -> list[str]:
    """Return the sentences that this program left in a phenopacket for what the schema has no field for."""
    references = block(packet.get("metaData")).get("externalReferences")
    entries = [block(entry) for entry in references] if isinstance(references, list) else []
    return [
        entry["description"]
        for entry in entries
        if entry.get("id") == OWN_NOTE and isinstance(entry.get("description"), str) and entry["description"].strip()
    ]


def _known(**fields: Any) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value is not None}
