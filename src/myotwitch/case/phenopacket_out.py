"""Writes a case as a GA4GH Phenopacket (version 2).

What the schema has a field and a vocabulary a term for stands there. The rest stands as plain sentences in the
descriptions of features and in external references of this program, from which reading makes notes: nothing is dropped
in silence. Moments are counted back from the creation of the phenopacket.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from myotwitch.case.checks import plain_number
from myotwitch.case.findings import FINDINGS
from myotwitch.case.packet_terms import (
    assay_of_analyte,
    block,
    schedule_of_times,
    side_modifier,
    term_of_finding,
    twitching_terms,
    ucum_of_unit,
)
from myotwitch.case.phenopacket import OWN_NOTE, own_references
from myotwitch.errors import RequestError
from myotwitch.substances import SUBSTANCES
from myotwitch.units import SECONDS_PER_DAY

if TYPE_CHECKING:
    from myotwitch.case.case import Case, Exposure, FindingState, LabValue, Person, TwitchingPlace

_DAYS_PER_YEAR = 365.25
_OBO = "http://purl.obolibrary.org/obo/"

_MEANS_ITS_FINDING = frozenset({"HP:0003394", "HP:0001308", "HP:0001337", "HP:0002322", "HP:0002345"})
"""Terms of a movement that is a finding by its very nature, also where the case does not list the finding."""

_LIMITED = frozenset({"HP:0007289", "HP:0045084", "HP:0012323"})
"""Terms that say more (limbs, sleep) than what reading takes from them."""

_EYELID_TWITCH = frozenset({"flicker", "ripple", "flutter"})
"""Characters of the movement that eyelid myokymia is."""

_RESOURCES: Mapping[str, tuple[str, str, str, str]] = {
    "HP": ("Human Phenotype Ontology", f"{_OBO}hp.owl", "2025-01-16", f"{_OBO}HP_"),
    "LOINC": (
        "Logical Observation Identifiers Names and Codes",
        "https://loinc.org",
        "not stated",
        "https://loinc.org/",
    ),
    "UCUM": ("Unified Code for Units of Measure", "https://ucum.org", "not stated", "https://ucum.org/"),
    "NCIT": ("NCI Thesaurus", f"{_OBO}ncit.owl", "not stated", f"{_OBO}NCIT_"),
    "myotwitch": ("Terms of the program that wrote this phenopacket", "urn:myotwitch", "case/1", "urn:myotwitch:"),
}


def case_to_phenopacket(case: Case, *, created: datetime) -> dict[str, Any]:
    """Return the phenopacket that says what the case says.

    Parameters
    ----------
    case
        The case; it says how long before now things were, not when.
    created
        The moment that counts as now, with its time zone.

    Returns
    -------
    dict
        Plain JSON values. `not_expressed` lists what stands in it as sentences only.

    Raises
    ------
    RequestError
        If `created` has no time zone.

    Limits
    ------
    Ages are written to the day. A case without twitching (with recordings only) is written but not read back: reading
    asks for a feature that is a twitching. Twitching at several places becomes one when read, because few HPO terms
    tell a place; the places stand in the notes.

    Sources
    -------
    GA4GH Phenopacket Schema, version 2 (ISO 4454:2022).

    Examples
    --------
    >>> from myotwitch.case import Case, Person, TwitchingPlace
    >>> case = Case(person=Person(age_years=34), twitching=(TwitchingPlace(place="eyelid"),))
    >>> packet = case_to_phenopacket(case, created=datetime(2026, 2, 1, tzinfo=UTC))
    >>> packet["phenotypicFeatures"]
    [{'type': {'id': 'HP:0031166', 'label': 'Eyelid myokymia'}}]
    """
    if created.tzinfo is None:
        raise RequestError("The moment of creation has no time zone; give one, such as UTC.")
    return _Writing(case, created.astimezone(UTC)).packet()


def not_expressed(packet: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a phenopacket of `case_to_phenopacket` says in plain sentences only."""
    features = [block(feature).get("description") for feature in packet.get("phenotypicFeatures", [])]
    return (*(text for text in features if text), *own_references(packet))


class _Writing:
    """Collects the parts of a phenopacket from one case."""

    def __init__(self, case: Case, created: datetime) -> None:
        self._case = case
        self._created = created
        self._sentences: list[str] = []
        self._states: dict[str, tuple[bool, float | None]] = {
            state.finding: (state.present, state.since_days) for state in case.findings
        }
        self._told: set[str] = set()

    def packet(self) -> dict[str, Any]:
        case = self._case
        subject = self._subject(case.person)
        features = [self._twitching(entry) for entry in case.twitching]
        features += [feature for state in case.findings if (feature := self._finding(state)) is not None]
        actions = [action for entry in case.exposures if (action := self._action(entry)) is not None]
        self._sentences += [f"Recording beside the case: {_fields(entry)}." for entry in case.recordings]
        self._sentences += [f"Own diary: {_fields(entry)}." for entry in case.own_effects]
        self._sentences += case.notes
        document = {
            "id": f"myotwitch.{self._created:%Y%m%dT%H%M%SZ}",
            "subject": subject,
            "phenotypicFeatures": features,
            "measurements": [self._measurement(lab) for lab in case.labs],
            "medicalActions": actions,
        }
        return {**{name: part for name, part in document.items() if part}, "metaData": self._meta_data(document)}

    def _subject(self, person: Person) -> dict[str, Any]:
        if person.pregnant is not None:
            self._sentences.append("Pregnant." if person.pregnant else "Not pregnant.")
        if person.weight_kg is not None:
            self._sentences.append(f"Body weight {plain_number(person.weight_kg)} kg.")
        sex = {"female": "FEMALE", "male": "MALE", "other": "OTHER_SEX", "unknown": "UNKNOWN_SEX"}[person.sex.value]
        age = {"iso8601duration": _duration(person.age_years)}
        return {"id": "person", "timeAtLastEncounter": {"age": age}, "sex": sex}

    def _twitching(self, entry: TwitchingPlace) -> dict[str, Any]:
        hpo_id, term = self._best_term(entry)
        finding = term.get("finding")
        if finding is not None:
            self._states[finding] = (True, entry.since_days)
            self._told.add(finding)
        carried = {"side", "since_days", *(name for name in ("place", "character", "when") if _says(term, entry, name))}
        rest = set(_known_names(entry)) - carried
        feature: dict[str, Any] = {"type": {"id": hpo_id, "label": term["name"]}}
        if rest:
            feature["description"] = f"Twitching: {_fields(entry, rest | {'place', 'side', 'since_days'})}."
        if entry.side is not None:
            feature["modifiers"] = [side_modifier(entry.side)]
        return {**feature, **self._onset(entry.since_days)}

    def _best_term(self, entry: TwitchingPlace) -> tuple[str, Mapping[str, Any]]:
        """Return the term that says most of a twitching, and nothing that the case does not say."""
        fitting = [
            (hpo_id, term) for hpo_id, term in twitching_terms().items() if self._is_true_of(hpo_id, term, entry)
        ]
        # Of two that say equally much, the one that tells the place: it is the part that the causes hang on.
        return max(fitting, key=lambda pair: (_weight(pair[1], entry), _says(pair[1], entry, "place")))

    def _is_true_of(self, hpo_id: str, term: Mapping[str, Any], entry: TwitchingPlace) -> bool:
        places, character = term.get("places", []), term.get("character")
        when = {circumstance.value for circumstance in entry.when}
        if hpo_id in _LIMITED or (places and places != [entry.place]) or not set(term.get("when", [])) <= when:
            return False
        if character is not None and character != (entry.character and entry.character.value):
            return False
        # Eyelid myokymia is the eyelid's twitch: reading takes no character from it, but a held lid is another thing.
        if hpo_id == "HP:0031166" and entry.character is not None and entry.character.value not in _EYELID_TWITCH:
            return False
        finding = term.get("finding")
        if finding is None:
            return True
        if finding in self._states:
            return self._states[finding] == (True, entry.since_days)
        return hpo_id in _MEANS_ITS_FINDING

    def _finding(self, state: FindingState) -> dict[str, Any] | None:
        if state.finding in self._told:
            return None
        term = term_of_finding(state.finding)
        if term is None:
            since = "" if state.since_days is None else f", for {plain_number(state.since_days)} days"
            known = "Present" if state.present else "Absent"
            self._sentences.append(f"{known}: {FINDINGS[state.finding].label} ({state.finding}){since}.")
            return None
        return {"type": term, **({} if state.present else {"excluded": True}), **self._onset(state.since_days)}

    def _onset(self, since_days: float | None) -> dict[str, Any]:
        return {} if since_days is None else {"onset": {"timestamp": self._moment(since_days)}}

    def _measurement(self, lab: LabValue) -> dict[str, Any]:
        quantity = {"unit": {"id": f"UCUM:{ucum_of_unit(lab.unit)}", "label": lab.unit}, "value": lab.value}
        measurement = {"assay": assay_of_analyte(lab.analyte, lab.unit), "value": {"quantity": quantity}}
        if lab.days_ago is not None:
            measurement["timeObserved"] = {"timestamp": self._moment(lab.days_ago)}
        return measurement

    def _action(self, entry: Exposure) -> dict[str, Any] | None:
        name = SUBSTANCES[entry.substance].name
        if entry.taken is False and entry.stopped_days_ago is None:
            self._sentences.append(f"Not taken: {name}.")
            return None
        if entry.last_hours_ago is not None:
            self._sentences.append(f"Last taken {plain_number(entry.last_hours_ago)} hours ago: {name}.")
        if entry.stopped_days_ago == 0:
            self._sentences.append(f"Stopped today: {name}.")
        treatment: dict[str, Any] = {"agent": {"id": f"myotwitch:{entry.substance}", "label": name}}
        if dose := self._dose(entry):
            treatment["doseIntervals"] = [dose]
        return {"treatment": treatment}

    def _dose(self, entry: Exposure) -> dict[str, Any]:
        dose: dict[str, Any] = {}
        if entry.amount_mg is not None:
            dose["quantity"] = {"unit": {"id": "UCUM:mg", "label": "milligram"}, "value": entry.amount_mg}
        if entry.times_per_day is not None:
            dose["scheduleFrequency"] = schedule_of_times(entry.times_per_day)
        if entry.since_days is not None or entry.stopped_days_ago is not None:
            # What goes on has an interval that ends with the phenopacket.
            start = {} if entry.since_days is None else {"start": self._moment(entry.since_days)}
            dose["interval"] = {**start, "end": self._moment(entry.stopped_days_ago or 0.0)}
        return dose

    def _moment(self, days_ago: float) -> str:
        moment = self._created - timedelta(seconds=days_ago * SECONDS_PER_DAY)
        return moment.isoformat().replace("+00:00", "Z")

    def _meta_data(self, document: Mapping[str, Any]) -> dict[str, Any]:
        used = sorted(_prefixes(document))
        references = [{"id": OWN_NOTE, "description": sentence} for sentence in self._sentences]
        return {
            "created": self._moment(0.0),
            "createdBy": "myotwitch",
            "resources": [_resource(prefix) for prefix in used],
            "phenopacketSchemaVersion": "2.0",
            **({"externalReferences": references} if references else {}),
        }


def _known_names(entry: TwitchingPlace) -> tuple[str, ...]:
    known = entry.model_dump(mode="json", exclude_none=True)
    return tuple(name for name, value in known.items() if value not in ([], ()))


def _fields(entry: Any, names: set[str] | None = None) -> str:
    """Return fields of an entry as words: ``place calf; when rest, asleep``."""
    words: list[str] = []
    for name, value in entry.model_dump(mode="json", exclude_none=True).items():
        if value in ([], ()) or (names is not None and name not in names):
            continue
        shown = value
        if isinstance(value, bool):
            shown = "yes" if value else "no"
        elif isinstance(value, list):
            shown = ", ".join(value)
        elif isinstance(value, float):
            shown = plain_number(value)
        words.append(f"{name} {shown}")
    return "; ".join(words)


def _says(term: Mapping[str, Any], entry: TwitchingPlace, name: str) -> bool:
    """Return whether reading the term gives this field of the entry, whole."""
    if name == "place":
        return bool(term.get("places")) and entry.muscle is None
    if name == "character":
        return "character" in term
    return bool(entry.when) and set(term.get("when", [])) == {circumstance.value for circumstance in entry.when}


def _weight(term: Mapping[str, Any], entry: TwitchingPlace) -> int:
    return 2 * bool(term.get("places")) + 2 * ("character" in term) + _says(term, entry, "when")


def _duration(age_years: float) -> str:
    """Return an age as an ISO 8601 duration, to the month where it is one, else to the day.

    Examples
    --------
    >>> _duration(34.0), _duration(52.5), _duration(0.1), _duration(0.0)
    ('P34Y', 'P52Y6M', 'P37D', 'P0D')
    """
    years = int(age_years)
    months = (age_years - years) * 12
    if abs(months - round(months)) < 0.001 and round(months) < 12:
        rest = f"{round(months)}M" if round(months) else ""
    else:
        rest = f"{round((age_years - years) * _DAYS_PER_YEAR)}D"
    text = f"{years}Y{rest}" if years else rest
    return f"P{text}" if text else "P0D"


def _prefixes(value: Any) -> set[str]:
    """Return the prefixes of every identifier of a vocabulary in a document."""
    if isinstance(value, list):
        return {prefix for entry in value for prefix in _prefixes(entry)}
    if not isinstance(value, dict):
        return set()
    identifier = value.get("id")
    own = {identifier.partition(":")[0]} if isinstance(identifier, str) and "label" in value else set()
    return own.union(*(_prefixes(entry) for entry in value.values()))


def _resource(prefix: str) -> dict[str, str]:
    name, url, version, iri = _RESOURCES[prefix]
    return {
        "id": prefix.lower(),
        "name": name,
        "url": url,
        "version": version,
        "namespacePrefix": prefix,
        "iriPrefix": iri,
    }
