"""Reads the parts that resources of FHIR share: codes, times, amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from myotwitch.case.checks import shown
from myotwitch.case.packet_terms import block
from myotwitch.diary.imports.preview import Collector
from myotwitch.diary.imports.zones import ONLY_THE_DAY, Clock, TimeFault
from myotwitch.language import _

HPO = ("human-phenotype-ontology.org", "human-phenotype-ontology", "hpo", "obo/hp", "obo/hp.owl")
ICD_10 = ("icd-10", "icd-10-cm", "icd-10-gm", "icd10", "2.16.840.1.113883.6.3", "2.16.840.1.113883.6.90")
LOINC = ("loinc.org", "2.16.840.1.113883.6.1")
_ONLY_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_LESS = re.compile(r"^\d{4}(-\d{2})?$")
MOST_PARTS = 1_000
NOON, MIDNIGHT, LAST_MOMENT = "12:00:00", "00:00:00", "23:59:59"
Resource = Mapping[str, Any]


def blocks(value: object) -> list[Resource]:
    """Return the blocks of fields in a list; what is none is passed over."""
    return [item for item in value[:MOST_PARTS] if isinstance(item, dict)] if isinstance(value, list) else []


def text_of(value: object, longest: int = 200) -> str:
    """Return a text; empty where there is none."""
    return value.strip()[:longest] if isinstance(value, str) else ""


def codings(concept: object) -> Iterator[tuple[str, str, str]]:
    """Yield system, code and display of every coding of a concept."""
    for coding in blocks(block(concept).get("coding")):
        yield tuple(text_of(coding.get(name)) for name in ("system", "code", "display"))  # type: ignore[misc]


def codes_of(concept: object, systems: Sequence[str]) -> list[tuple[str, str]]:
    """Return code and display of the codings of a system; two are one where a system has several addresses."""
    return [
        (code, display)
        for system, code, display in codings(concept)
        if code and any(system.lower().rstrip("/").endswith(name) for name in systems)
    ]


def names_of(concept: object) -> list[str]:
    """Return what a concept is called: its text, then the displays of its codings, each once."""
    names = [text_of(block(concept).get("text")), *(display for _, _, display in codings(concept))]
    return [name for name in dict.fromkeys(names) if name]


def shown_concept(concept: object) -> str:
    """Return a concept as it stands in a message: a name and a code."""
    names = names_of(concept)
    code = next((code for _, code, _ in codings(concept) if code), "")
    return " ".join(part for part in (names[0] if names else "", f"({code})" if code else "") if part) or "no name"


class FhirClock:
    """Gives times of FHIR their place; a bare day becomes its noon, which is told."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._clock = Clock(collector)

    def time(self, given: object, *, of_a_day: str = NOON) -> datetime | None:
        """Return a time; None where it is not told at all, or only as a month or year.

        Parameters
        ----------
        given
            What the resource says.
        of_a_day
            The hour that stands for a bare day: its noon, which is told, or where a period begins or ends.

        Raises
        ------
        TimeFault
            If it is no time, or has no offset and no zone was named.
        """
        text = text_of(given, 60)
        if not text or _LESS.match(text):
            return None
        if _ONLY_DAY.match(text):
            time = self._clock.from_text(f"{text}T{of_a_day}")
            if of_a_day == NOON:
                self._collector.tell(ONLY_THE_DAY, text)
            return time
        return self._clock.from_text(text)

    def start_of(self, resource: Resource, name: str, *, of_a_day: str = NOON) -> datetime | None:
        """Return when something happened or began, from a choice of fields such as ``effectiveDateTime``."""
        for field in (f"{name}DateTime", f"{name}Instant"):
            if field in resource:
                return self.time(resource[field], of_a_day=of_a_day)
        return self.time(block(resource.get(f"{name}Period")).get("start"), of_a_day=of_a_day)

    def end_of(self, resource: Resource, name: str) -> datetime | None:
        """Return when it ended, the last moment of a bare day; None where that is not told."""
        return self.time(block(resource.get(f"{name}Period")).get("end"), of_a_day=LAST_MOMENT)


def quantity_of(value: object, name: str) -> float:
    """Return the number of a quantity.

    Raises
    ------
    TimeFault
        If it is none.
    """
    number = block(value).get("value")
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise TimeFault(_("{name} cannot be {number}; it is a number.").format(name=name, number=shown(number)))
    return float(number)
