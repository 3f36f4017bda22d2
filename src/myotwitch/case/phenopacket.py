"""Reads a GA4GH Phenopacket (version 2) as a case.

Only what a term or a field says is taken over; what cannot be taken over becomes a note of the case, so that nothing is
dropped in silence. A phenopacket seldom says where it twitches: such a twitching has no place in the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from myotwitch.case.analytes import unit_factor
from myotwitch.case.findings import FINDINGS, findings_with_hpo_id
from myotwitch.case.located import Located, Path
from myotwitch.case.packet_time import PacketTime, packet_time
from myotwitch.errors import RequestError, UnknownNameError
from myotwitch.sources import read_table
from myotwitch.substances import find_substance

_TERMS = read_table("myotwitch.case", "phenopacket_terms.toml")
_SEX = {"FEMALE": "female", "MALE": "male", "OTHER_SEX": "other", "UNKNOWN_SEX": "unknown"}
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
            self._note(f"Disease {state}: {_label(disease.get('term'))}.")
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
        subject = _block(self._packet.get("subject"))
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
        term = _block(feature.get("type"))
        hpo_id, name = str(term.get("id")), _label(term)
        is_present = feature.get("excluded", False) is not True
        if feature.get("resolution") is not None:
            self._note(f"No longer present: {name}.")
            return
        days = self._time.days_before(feature.get("onset")) if is_present else None
        twitching = _TERMS["twitching"].get(hpo_id)
        if twitching is not None and is_present:
            self._twitching(twitching, feature, days, origin)
        finding = _finding_of_term(hpo_id)
        if finding is not None:
            entry = {"finding": finding, "present": is_present, **_known(since_days=days)}
            self._add("findings", entry, origin)
        elif twitching is None or not is_present:
            self._note(f"{'Present' if is_present else 'Absent'}, but no finding of this program: {name}.")

    def _twitching(self, term: Mapping[str, Any], feature: Mapping[str, Any], days: float | None, origin: Path) -> None:
        modifiers = feature.get("modifiers")
        ids = [str(_block(modifier).get("id")) for modifier in modifiers] if isinstance(modifiers, list) else []
        sides = [_TERMS["side"][modifier] for modifier in ids if modifier in _TERMS["side"]]
        side = sides[0] if len(sides) == 1 else None
        for place in term.get("places", [None]):
            entry = _known(
                place=place, side=side, since_days=days, character=term.get("character"), when=term.get("when")
            )
            same = [known for known in self._document.get("twitching", []) if _where(known) == _where(entry)]
            if not same:
                self._add("twitching", entry, origin)

    def _measurement(self, measurement: Mapping[str, Any], origin: Path) -> None:
        assay = _block(measurement.get("assay"))
        analyte = _analyte_of_assay(assay)
        quantity = _block(_block(measurement.get("value")).get("quantity"))
        if analyte is None or "value" not in quantity:
            self._note(f"Measured, but not used: {_label(assay)}.")
            return
        days = self._time.days_before(measurement.get("timeObserved"))
        unit = _unit_of(analyte, _block(quantity.get("unit")))
        entry = {"analyte": analyte, "value": quantity["value"], "unit": unit, **_known(days_ago=days)}
        self._add("labs", entry, origin)

    def _action(self, action: Mapping[str, Any], origin: Path) -> None:
        treatment = _block(action.get("treatment"))
        agent = _block(treatment.get("agent"))
        label = agent.get("label")
        try:
            substance = find_substance(str(label)[:60]).key
        except UnknownNameError:
            self._note(f"Treated, but not a substance of this program: {_label(agent) if agent else _kind_of(action)}.")
            return
        doses = treatment.get("doseIntervals")
        dose = _block(doses[-1]) if isinstance(doses, list) and doses else {}
        entry = {"substance": substance, **self._dose(dose)}
        self._add("exposures", entry, origin)

    def _dose(self, dose: Mapping[str, Any]) -> dict[str, Any]:
        quantity, interval = _block(dose.get("quantity")), _block(dose.get("interval"))
        factor = next((_TERMS["milligrams"][word] for word in _words(quantity.get("unit"))), None)
        value = quantity.get("value")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        amount = value * factor if factor is not None and is_number else None
        times = next((_TERMS["times_per_day"][word] for word in _words(dose.get("scheduleFrequency"), "times_per_day")), None)
        since = self._time.days_before({"timestamp": interval.get("start")})
        stopped = self._time.days_before({"timestamp": interval.get("end")})
        return _known(amount_mg=amount, times_per_day=times, since_days=since, stopped_days_ago=stopped)
