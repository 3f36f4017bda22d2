"""Reads a FHIR R4 bundle, or one resource: laboratory values, medicines, conditions, symptoms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from myotwitch.case.packet_terms import block
from myotwitch.diary.imports.fhir_findings import take_condition, take_observation
from myotwitch.diary.imports.fhir_medicines import take_medicine
from myotwitch.diary.imports.fhir_values import FhirClock, Resource, text_of
from myotwitch.diary.imports.preview import Collector, ImportSettings, Preview
from myotwitch.diary.imports.reading import read_json
from myotwitch.language import _, later

DEEPEST_BUNDLE = 3
_SILENT = ("Patient", "Device", "Provenance", "Medication", "Practitioner", "Organization", "OperationOutcome")
"""Resources that hold nothing for a diary of their own."""
OTHER = later("Resources of kinds that this diary does not use")


def import_fhir(path: Path, settings: ImportSettings) -> Preview:
    """Return what a FHIR bundle, or a single resource, holds.

    Method
    ------
    A laboratory value is known by its LOINC number; one without any, by its name, which is told. A medicine is known by
    the name of its substance. Twitching, and what this program wrote itself, is imported from its JSON instead.

    Raises
    ------
    DiaryError
        If it is no FHIR in JSON, or a resource of it is at fault.
    """
    document = read_json(path)
    collector = Collector(source="fhir", file=str(path), settings=settings)
    if not is_fhir(document):
        raise collector.error(_("The document is no resource of FHIR: it has no resourceType."))
    resources = list(_resources(document, "", 0))
    medicines = {
        key: resource for key, (_, resource) in _by_reference(resources) if resource.get("resourceType") == "Medication"
    }
    clock = FhirClock(collector)
    for where, _name, resource in resources:
        _take(collector, clock, resource, medicines, where)
    return collector.preview()


def is_fhir(document: Any) -> bool:
    """Return True if a JSON document is a resource of FHIR."""
    return isinstance(document, dict) and isinstance(document.get("resourceType"), str)


def _resources(document: Resource, full_url: str, depth: int, where: str = "") -> Iterator[tuple[str, str, Resource]]:
    """Yield place, address and content of every resource, those of bundles within bundles too."""
    if document.get("resourceType") != "Bundle" or depth >= DEEPEST_BUNDLE:
        yield where or text_of(document.get("resourceType")), full_url, document
        return
    entries = document.get("entry")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        resource = block(block(entry).get("resource"))
        place = f"{where}entry[{index}]"
        yield from _resources(resource, text_of(block(entry).get("fullUrl")), depth + 1, place)


def _by_reference(
    resources: list[tuple[str, str, Resource]],
) -> Iterator[tuple[str, tuple[str, Resource]]]:
    for where, full_url, resource in resources:
        if full_url:
            yield full_url, (where, resource)
        if name := text_of(resource.get("id")):
            yield f"{text_of(resource.get('resourceType'))}/{name}", (where, resource)


def _take(
    collector: Collector, clock: FhirClock, resource: Resource, medicines: Mapping[str, Resource], where: str
) -> None:
    kind = text_of(resource.get("resourceType"), 60)
    takers: Mapping[str, Callable[[Collector, FhirClock, Resource, str], None]] = {
        "Observation": take_observation,
        "Condition": take_condition,
    }
    if kind in takers:
        takers[kind](collector, clock, resource, where)
    elif kind in ("MedicationStatement", "MedicationRequest", "MedicationAdministration"):
        take_medicine(collector, clock, resource, medicines, where)
    elif kind not in _SILENT:
        collector.leave_out(OTHER, kind or _("an entry without a resource"))
