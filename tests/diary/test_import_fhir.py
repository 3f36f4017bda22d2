from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.diary.import_files import BERLIN, adds_up, preview_of, reasons, written

from myotwitch.diary import Illness, Intake, Lab, Schedule, Symptom
from myotwitch.diary.imports import ImportSettings
from myotwitch.errors import DiaryError

AT = "2026-03-04T08:15:00+01:00"
LOINC, HPO = "http://loinc.org", "http://human-phenotype-ontology.org"
PLAIN = ImportSettings()


def coded(system: str, code: str, text: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}], "text": text}


def lab(code: dict[str, Any], value: float = 0.72, unit: str = "mmol/L", **more: Any) -> dict[str, Any]:
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": code,
        "effectiveDateTime": AT,
        "valueQuantity": quantity,
        **more,
    }


def bundle(folder: Path, *resources: dict[str, Any]) -> Path:
    entries = [{"fullUrl": f"urn:uuid:{index}", "resource": resource} for index, resource in enumerate(resources)]
    return written(folder, {"resourceType": "Bundle", "type": "collection", "entry": entries}, "bundle.json")


@pytest.mark.parametrize(
    ("code", "value", "unit", "analyte"),
    [
        ("2601-3", 0.72, "mmol/L", "magnesium"),
        ("19123-9", 1.8, "mg/dL", "magnesium"),
        ("2951-2", 140, "mmol/L", "sodium"),
        ("2823-3", 4.1, "mmol/L", "potassium"),
        ("17861-6", 9.4, "mg/dL", "calcium"),
        ("2000-8", 2.4, "mmol/L", "calcium"),
        ("1995-0", 1.2, "mmol/L", "ionised_calcium"),
        ("1994-3", 1.2, "mmol/L", "ionised_calcium"),
        ("1751-7", 4.4, "g/dL", "albumin"),
        ("2157-6", 180, "U/L", "ck"),
        ("3016-3", 2.1, "m[IU]/L", "tsh"),
        ("3024-7", 1.2, "ng/dL", "free_t4"),
        ("2132-9", 400, "pg/mL", "vitamin_b12"),
        ("1989-3", 30, "ng/mL", "vitamin_d"),
        ("14334-7", 0.8, "mmol/L", "lithium"),
        ("2524-7", 1.1, "mmol/L", "lactate"),
        ("2160-0", 0.9, "mg/dL", "creatinine"),
    ],
)
def test_laboratory_values_are_known_by_their_loinc_number(
    tmp_path: Path, code: str, value: float, unit: str, analyte: str
) -> None:
    (entry,) = preview_of(bundle(tmp_path, lab(coded(LOINC, code), value, unit)), PLAIN).entries
    assert isinstance(entry, Lab) and (entry.analyte, entry.value) == (analyte, value)


def test_another_number_is_another_assay_whatever_it_is_called(tmp_path: Path) -> None:
    preview = preview_of(bundle(tmp_path, lab(coded(LOINC, "2955-3", "Sodium"), 90)), PLAIN)
    assert preview.entries == () and preview.left_out == 1


def test_a_value_without_a_number_is_known_by_its_name_and_that_is_told(tmp_path: Path) -> None:
    preview = preview_of(bundle(tmp_path, lab({"text": "Magnesium"})), PLAIN)
    assert preview.kinds == {"lab": 1} and "known by their names" in reasons(preview)


def test_components_are_values_of_their_own(tmp_path: Path) -> None:
    parts = [
        {"code": lab(coded(LOINC, code))["code"], "valueQuantity": lab({}, value)["valueQuantity"]}
        for code, value in (("2951-2", 140), ("2823-3", 4.1))
    ]
    panel = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Electrolytes"},
        "effectiveDateTime": AT,
        "component": parts,
    }
    preview = preview_of(bundle(tmp_path, panel), PLAIN)
    assert preview.kinds == {"lab": 2} and preview.records == 2


def test_what_is_no_plain_value_is_left_out_and_told(tmp_path: Path) -> None:
    below = lab(coded(LOINC, "3016-3"), 0.01, "m[IU]/L")
    below["valueQuantity"]["comparator"] = "<"
    wrong = lab(coded(LOINC, "2601-3")) | {"status": "entered-in-error"}
    undated = lab(coded(LOINC, "2601-3"))
    del undated["effectiveDateTime"]
    preview = preview_of(bundle(tmp_path, below, wrong, undated, {"resourceType": "Claim"}), PLAIN)
    assert preview.entries == () and preview.left_out == 4
    for words in ("below or above", "entered in error", "time is not told", "Claim"):
        assert words in reasons(preview)


def test_a_bare_day_needs_a_zone_and_becomes_its_noon(tmp_path: Path) -> None:
    file = bundle(tmp_path, lab(coded(LOINC, "2601-3"), effectiveDateTime="2026-03-04"))
    with pytest.raises(DiaryError, match="--zone"):
        preview_of(file, PLAIN)
    preview = preview_of(file, BERLIN)
    assert preview.entries[0].time.isoformat() == "2026-03-04T12:00:00+01:00"
    assert "noon stands for it" in reasons(preview)


def test_an_impossible_value_is_a_fault_that_names_its_place(tmp_path: Path) -> None:
    with pytest.raises(DiaryError, match=r"entry\[0\].*not possible"):
        preview_of(bundle(tmp_path, lab(coded(LOINC, "2601-3"), 55)), PLAIN)


def statement(name: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": {"text": name},
        **more,
    }


def test_a_medicine_by_plan_becomes_a_schedule(tmp_path: Path) -> None:
    dosage = [
        {
            "timing": {
                "repeat": {"frequency": 2, "period": 1, "periodUnit": "d", "timeOfDay": ["08:00:00", "20:00:00"]}
            },
            "doseAndRate": [{"doseQuantity": {"value": 50, "unit": "mg"}}],
        }
    ]
    period = {"start": "2026-01-05T09:00:00+01:00", "end": "2026-02-01T00:00:00+01:00"}
    resource = statement("Sertraline 50 MG Oral Tablet", effectivePeriod=period, dosage=dosage)
    (plan,) = preview_of(bundle(tmp_path, resource), PLAIN).entries
    assert isinstance(plan, Schedule)
    assert (plan.substance, plan.at, plan.amount, plan.every_days) == ("sertraline", ("08:00", "20:00"), 50.0, 1)
    assert plan.until is not None


@pytest.mark.parametrize(
    ("repeat", "at", "days"),
    [
        ({"frequency": 1, "period": 1, "periodUnit": "d"}, ("08:00",), 1),
        ({"frequency": 1, "period": 8, "periodUnit": "h"}, ("08:00", "14:00", "20:00"), 1),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, ("08:00",), 7),
        ({"when": ["MORN", "NIGHT"]}, ("08:00", "22:00"), 1),
    ],
)
def test_how_often_without_when_is_placed_at_usual_hours_and_told(
    tmp_path: Path, repeat: dict[str, Any], at: tuple[str, ...], days: int
) -> None:
    resource = statement("lithium carbonate", effectivePeriod={"start": AT}, dosage=[{"timing": {"repeat": repeat}}])
    preview = preview_of(bundle(tmp_path, resource), PLAIN)
    (plan,) = preview.entries
    assert isinstance(plan, Schedule) and (plan.at, plan.every_days) == (at, days)
    assert "usual hours" in reasons(preview)


def test_medicines_that_are_unknown_untimed_or_not_taken_are_told(tmp_path: Path) -> None:
    preview = preview_of(
        bundle(
            tmp_path,
            statement("Unheardofine"),
            statement("sertraline", effectivePeriod={"start": AT}),
            statement("sertraline", effectivePeriod={"start": AT}) | {"status": "not-taken"},
        ),
        PLAIN,
    )
    assert preview.entries == () and preview.left_out == 3
    assert "diary add schedule" in reasons(preview) and "Unheardofine" in reasons(preview)


def test_a_plan_of_bare_days_holds_from_the_first_to_the_last_moment(tmp_path: Path) -> None:
    period = {"start": "2026-01-05", "end": "2026-02-01"}
    daily = {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
    resource = statement("sertraline", effectivePeriod=period, dosage=[daily])
    preview = preview_of(bundle(tmp_path, resource), BERLIN)
    (plan,) = preview.entries
    assert isinstance(plan, Schedule) and plan.until is not None
    assert (plan.time.isoformat(), plan.until.isoformat()) == ("2026-01-05T00:00:00+01:00", "2026-02-01T23:59:59+01:00")
    assert "noon" not in reasons(preview)


def test_a_statement_is_one_intake_only_where_it_is_done_and_has_one_time(tmp_path: Path) -> None:
    once = statement("sertraline", effectiveDateTime=AT)
    assert preview_of(bundle(tmp_path, once | {"status": "completed"}), PLAIN).kinds == {"intake": 1}
    assert preview_of(bundle(tmp_path, once), PLAIN).entries == ()
    needed = statement("sertraline", effectivePeriod={"start": AT}, dosage=[{"asNeededBoolean": True}])
    assert "as needed" in reasons(preview_of(bundle(tmp_path, needed), PLAIN))


def test_an_order_names_its_medicine_elsewhere_in_the_bundle(tmp_path: Path) -> None:
    medicine = {"resourceType": "Medication", "id": "m1", "code": {"text": "Propranolol hydrochloride 40 mg"}}
    order = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "authoredOn": AT,
        "medicationReference": {"reference": "Medication/m1"},
        "dosageInstruction": [{"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}],
    }
    preview = preview_of(bundle(tmp_path, medicine, order), PLAIN)
    assert [entry.substance for entry in preview.entries if isinstance(entry, Schedule)] == ["propranolol"]
    assert "as they were ordered" in reasons(preview)


def test_an_administration_is_an_intake(tmp_path: Path) -> None:
    given = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "effectiveDateTime": AT,
        "medicationCodeableConcept": {"coding": [{"display": "lorazepam"}]},
        "dosage": {"dose": {"value": 1, "code": "mg"}},
    }
    (entry,) = preview_of(bundle(tmp_path, given), PLAIN).entries
    assert isinstance(entry, Intake) and (entry.substance, entry.amount, entry.unit) == ("lorazepam", 1.0, "mg")


def test_conditions_become_symptoms_or_illnesses_and_twitching_itself_neither(tmp_path: Path) -> None:
    icd = "http://hl7.org/fhir/sid/icd-10"
    preview = preview_of(
        bundle(
            tmp_path,
            {"resourceType": "Condition", "code": coded(HPO, "HP:0012378"), "onsetDateTime": AT},
            {
                "resourceType": "Condition",
                "code": coded(icd, "J11.1", "Influenza"),
                "onsetDateTime": AT,
                "abatementDateTime": "2026-03-12T08:00:00+01:00",
            },
            {"resourceType": "Condition", "code": coded(HPO, "HP:0000819", "Diabetes"), "onsetDateTime": AT},
            {"resourceType": "Condition", "code": coded(icd, "R25.3", "Twitching"), "onsetDateTime": AT},
        ),
        PLAIN,
    )
    symptom = next(entry for entry in preview.entries if isinstance(entry, Symptom))
    illnesses = [entry for entry in preview.entries if isinstance(entry, Illness)]
    assert symptom.finding == "fatigue"
    assert sorted((entry.event, entry.finding or "") for entry in illnesses) == [
        ("began", ""),
        ("began", "diabetes"),
        ("ended", ""),
    ]
    assert preview.left_out == 1 and adds_up(preview)
