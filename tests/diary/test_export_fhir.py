"""The bundle is valid FHIR, says no diagnosis, and gives back what FHIR can carry."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from tests.diary.import_files import preview_of, written
from tests.diary.test_import_own import diaries

from myotwitch.diary import ENTRY, Diary, DiaryPerson, Intake, Lab, Symptom
from myotwitch.diary.exports import EXPORTERS, bundle_of
from myotwitch.diary.imports import ImportSettings

AT = "2026-03-04T21:30:00+01:00"
WRITTEN = datetime(2026, 3, 5, tzinfo=UTC)


def bundle(*documents: dict[str, Any]) -> list[dict[str, Any]]:
    diary = Diary(entries=tuple(ENTRY.validate_python({"time": AT, **document}) for document in documents))
    return [entry["resource"] for entry in bundle_of(diary, WRITTEN)["entry"]]


@given(diary=diaries)
@settings(max_examples=40)
def test_every_diary_becomes_a_valid_bundle_without_conditions(diary: Diary) -> None:
    document = bundle_of(diary, WRITTEN)
    Bundle.model_validate(json.loads(json.dumps(document)))
    kinds = [entry["resource"]["resourceType"] for entry in document["entry"]]
    assert "Condition" not in kinds
    assert len(kinds) == len(diary.entries) + 3  # the person, the program, the provenance
    addresses = {entry["fullUrl"] for entry in document["entry"]}
    assert {target["reference"] for target in document["entry"][-1]["resource"]["target"]} == addresses - {
        document["entry"][-1]["fullUrl"]
    }


def test_a_bout_says_where_how_often_and_what_it_was() -> None:
    bout = bundle(
        {"kind": "bout", "place": "calf", "side": "left", "count": 3, "strength": 4.0, "character": "flicker"}
    )[2]
    codes = {coding["system"]: coding["code"] for coding in bout["code"]["coding"]}
    assert codes["http://human-phenotype-ontology.org"] == "HP:0002380"
    assert codes["http://hl7.org/fhir/sid/icd-10"] == "R25.3"
    assert bout["category"][0]["coding"][0]["code"] == "survey"
    assert bout["bodySite"]["text"] == "left calf"
    assert [part["valueInteger"] for part in bout["component"] if "valueInteger" in part] == [3]


def test_laboratory_values_carry_loinc_and_ucum() -> None:
    value = bundle({"kind": "lab", "analyte": "tsh", "value": 2.1, "unit": "mIU/L"})[2]
    assert value["code"]["coding"][0] == {
        "system": "http://loinc.org", "code": "3016-3", "display": "Thyrotropin [Units/volume] in Serum or Plasma",
    }  # fmt: skip
    assert value["valueQuantity"] == {
        "value": 2.1, "unit": "mIU/L", "system": "http://unitsofmeasure.org", "code": "m[IU]/L",
    }  # fmt: skip


def test_habits_are_social_history_and_medicines_are_statements() -> None:
    coffee, tablet = bundle(
        {"kind": "intake", "substance": "caffeine", "amount": 95.0, "unit": "mg"},
        {"kind": "intake", "substance": "sertraline", "amount": 50.0, "unit": "mg"},
    )[2:4]
    kinds = {resource["resourceType"]: resource for resource in (coffee, tablet)}
    assert kinds["Observation"]["category"][0]["coding"][0]["code"] == "social-history"
    assert kinds["MedicationStatement"]["dosage"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 50.0


def test_the_person_has_no_name_and_the_program_is_told() -> None:
    diary = Diary(entries=(), person=DiaryPerson(birth_year=1990, sex="female", weight_kg=60.0))
    patient, device, provenance = (entry["resource"] for entry in bundle_of(diary, WRITTEN)["entry"])
    assert patient == {"resourceType": "Patient", "gender": "female", "birthDate": "1990"}
    assert device["deviceName"][0]["name"] == "myotwitch"
    assert provenance["agent"][0]["type"]["coding"][0]["code"] == "assembler"


@given(diary=diaries)
@settings(max_examples=25)
def test_medicines_laboratory_values_and_symptoms_come_back(diary: Diary) -> None:
    with TemporaryDirectory() as folder:
        file = written(Path(folder), EXPORTERS["fhir"](diary), "diary.fhir.json")
        preview = preview_of(file, ImportSettings(skip_faulty=True))
    labs = sorted((one.time, one.value) for one in preview.entries if isinstance(one, Lab))
    assert labs == sorted((one.time, one.value) for one in diary.of(Lab))
    known = {one.finding for one in diary.of(Symptom)}
    assert {one.finding for one in preview.entries if isinstance(one, Symptom)} <= known
    assert {one.substance for one in preview.entries if isinstance(one, Intake)} <= {
        one.substance for one in diary.of(Intake)
    }
