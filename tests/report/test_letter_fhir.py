"""The page for the doctor as a FHIR R4 document."""

from __future__ import annotations

import base64
import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle
from tests.report.letter_made import EVERYTHING, basis_of

from myotwitch.language import in_language
from myotwitch.report.letter import Choices, bundle_text, content_of, pdf_file, report_bundle

SAME_IN_R4 = {
    "Composition": {"language", "status", "type", "subject", "date", "author", "title", "section"},
    "Patient": {"name", "gender", "birthDate"},
    "Device": {"deviceName", "version"},
    "DiagnosticReport": {
        "status", "code", "subject", "issued", "effectivePeriod", "conclusion", "presentedForm", "result",
    },
    "Observation": {
        "status", "category", "code", "subject", "effectivePeriod", "effectiveDateTime", "bodySite", "component",
        "valueQuantity", "valueBoolean", "referenceRange", "dataAbsentReason", "note",
    },
    "MedicationStatement": {
        "status", "medicationCodeableConcept", "subject", "effectivePeriod", "dateAsserted", "dosage",
    },
    "Provenance": {"target", "recorded", "agent"},
}  # fmt: skip
"""Fields that R4 (4.0.1) and R4B define alike; nothing else is used."""


@pytest.fixture(scope="module", params=["en", "de"])
def bundle(request: pytest.FixtureRequest) -> dict[str, Any]:
    with in_language(request.param):
        basis = basis_of(Choices(parts=EVERYTHING, name="Anna <Beispiel> & Co"))
        content = content_of(basis)
        return dict(json.loads(bundle_text(report_bundle(basis, content, pdf_file(content)))))


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def test_it_is_a_valid_document_and_each_resource_is_valid(bundle: dict[str, Any]) -> None:
    Bundle.model_validate(bundle)
    for entry in bundle["entry"]:
        resource = entry["resource"]
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_only_fields_are_used_that_are_the_same_in_r4(bundle: dict[str, Any]) -> None:
    for entry in bundle["entry"]:
        resource = entry["resource"]
        assert set(resource) - {"resourceType"} <= SAME_IN_R4[resource["resourceType"]], resource["resourceType"]


def test_it_holds_what_a_document_of_r4_must_hold(bundle: dict[str, Any]) -> None:
    # bdl-9: identifier with system and value; bdl-10: a date; bdl-11: a Composition comes first; bdl-7: own addresses.
    assert bundle["type"] == "document"
    assert bundle["identifier"]["system"]
    assert bundle["identifier"]["value"]
    assert bundle["timestamp"]
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition"
    addresses = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(addresses)) == len(addresses)


def test_every_reference_leads_to_a_resource_of_the_bundle(bundle: dict[str, Any]) -> None:
    addresses = {entry["fullUrl"] for entry in bundle["entry"]}

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["reference"]] if isinstance(value.get("reference"), str) else []
            return own + [one for part in value.values() for one in references(part)]
        return [one for part in value for one in references(part)] if isinstance(value, list) else []

    found = references(bundle["entry"])
    assert found
    assert set(found) <= addresses


def test_a_program_makes_no_diagnosis(bundle: dict[str, Any]) -> None:
    kinds = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert kinds == set(SAME_IN_R4)


def test_the_report_carries_the_pdf_and_its_results(bundle: dict[str, Any]) -> None:
    (report,) = resources(bundle, "DiagnosticReport")
    (form,) = report["presentedForm"]
    assert form["contentType"] == "application/pdf"
    assert base64.b64decode(form["data"], validate=True).startswith(b"%PDF-")
    assert len(report["result"]) == len(resources(bundle, "Observation"))
    assert report["conclusion"]


def test_values_carry_loinc_and_ucum_and_their_range(bundle: dict[str, Any]) -> None:
    lab = [one for one in resources(bundle, "Observation") if one["category"][0]["coding"][0]["code"] == "laboratory"]
    magnesium = next(one for one in lab if "Magnesium" in one["code"]["text"])
    assert {"system": "http://loinc.org", "code": "2601-3"}.items() <= magnesium["code"]["coding"][0].items()
    assert magnesium["valueQuantity"]["code"] == "mmol/L"
    assert magnesium["referenceRange"][0]["low"]["value"] == pytest.approx(0.7)


def test_absence_is_said_as_such(bundle: dict[str, Any]) -> None:
    said = {one["code"]["text"]: one.get("valueBoolean") for one in resources(bundle, "Observation")}
    absent = [text for text, value in said.items() if value is False]
    assert len(absent) >= 8


def test_narratives_are_well_formed_and_escaped(bundle: dict[str, Any]) -> None:
    (composition,) = resources(bundle, "Composition")
    for section in composition["section"]:
        root = ET.fromstring(section["text"]["div"])
        assert root.tag == "{http://www.w3.org/1999/xhtml}div"
    (patient,) = resources(bundle, "Patient")
    assert patient["name"][0]["text"] == "Anna <Beispiel> & Co"


def test_an_empty_diary_is_a_valid_document_too() -> None:
    from myotwitch.diary import Diary

    basis = basis_of(Choices(), Diary(entries=()))
    made = report_bundle(basis, content_of(basis), b"%PDF-")
    Bundle.model_validate(made)
