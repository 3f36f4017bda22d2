"""GA4GH Phenopackets: what of them becomes a case, and what becomes a note."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotwitch.case import Case, Character, Sex, When, case_from_document, case_from_text, read_case
from myotwitch.errors import CaseError

EXAMPLE = Path(__file__).parents[2] / "examples" / "cases" / "fasciculations.phenopacket.json"


def packet(**parts: Any) -> dict[str, Any]:
    subject = {"id": "p", "timeAtLastEncounter": {"age": {"iso8601duration": "P40Y"}}}
    features = [{"type": {"id": "HP:0001308", "label": "Tongue fasciculations"}}]
    return {"id": "x", "subject": subject, "phenotypicFeatures": features, **parts}


def feature(hpo_id: str, **parts: Any) -> dict[str, Any]:
    return {"type": {"id": hpo_id, "label": f"label of {hpo_id}"}, **parts}


def measurement(loinc: str, value: float, unit: str, label: str = "") -> dict[str, Any]:
    quantity = {"unit": {"id": unit, "label": ""}, "value": value}
    return {"assay": {"id": f"LOINC:{loinc}", "label": label}, "value": {"quantity": quantity}}


def test_the_example_becomes_a_case_with_everything_that_it_says() -> None:
    case = read_case(EXAMPLE)
    assert (case.person.age_years, case.person.sex) == (52.5, Sex.FEMALE)
    assert [(entry.place, entry.side, entry.character) for entry in case.twitching] == [
        (None, "both", Character.FLICKER),
        (None, None, Character.CRAMP),
    ]
    assert case.twitching[0].since_days == pytest.approx(182.6, abs=1)
    assert {state.finding: state.present for state in case.findings} == {
        "muscle_cramps": True,
        "weakness": False,
        "muscle_wasting": False,
        "tongue_fasciculations": False,
    }
    assert case.labs[0].in_catalogue_unit == pytest.approx(0.576, abs=0.001)
    assert case.labs[0].days_ago == pytest.approx(10.4, abs=1)
    assert (case.exposures[0].substance, case.exposures[0].daily_amount_mg) == ("omeprazole", 20.0)
    assert case.notes == ("Present, but no finding of this program: Obesity (HP:0001513).",)


def test_an_excluded_twitching_is_no_twitching_but_an_absent_finding() -> None:
    case = case_from_document(packet(phenotypicFeatures=[feature("HP:0000317"), feature("HP:0001308", excluded=True)]))
    assert [entry.place for entry in case.twitching] == ["face"]
    assert case.finding_state("tongue_fasciculations") is False


def test_a_term_of_two_places_becomes_two_entries() -> None:
    case = case_from_document(packet(phenotypicFeatures=[feature("HP:0007089")]))
    assert [entry.place for entry in case.twitching] == ["face", "tongue"]


def test_a_general_and_a_special_term_of_one_movement_are_both_kept_once() -> None:
    case = case_from_document(packet(phenotypicFeatures=[feature("HP:0001336"), feature("HP:0045084")]))
    assert [entry.character for entry in case.twitching] == [Character.JERK]
    assert case.finding_state("jerks_awake") is True


def test_circumstances_in_a_term_are_taken_over() -> None:
    case = case_from_document(packet(phenotypicFeatures=[feature("HP:0002322")]))
    assert case.twitching[0].when == (When.REST,)


def test_a_term_of_two_findings_and_a_resolved_one_become_notes() -> None:
    features = [feature("HP:0001308"), feature("HP:6000919"), feature("HP:0001945", resolution={"timestamp": "2020"})]
    case = case_from_document(packet(phenotypicFeatures=features))
    assert [note.split(":")[0] for note in case.notes] == [
        "Present, but no finding of this program",
        "No longer present",
    ]
    assert case.finding_state("fever") is None


def test_contradicting_features_are_a_fault_at_their_place_in_the_phenopacket() -> None:
    features = [feature("HP:0001308"), feature("HP:0001945"), feature("HP:0001945", excluded=True)]
    with pytest.raises(CaseError) as caught:
        case_from_text(json.dumps(packet(phenotypicFeatures=features), indent=1), "p.json", "json")
    (fault,) = caught.value.faults
    assert fault.path == "phenotypicFeatures[2]"
    assert fault.line is not None
    assert "contradicts" in fault.message


def test_a_phenopacket_in_which_nothing_twitches_is_refused_with_what_to_add() -> None:
    with pytest.raises(CaseError, match="No feature of this phenopacket is a twitching, such as HP:0002380"):
        case_from_document(packet(phenotypicFeatures=[feature("HP:0001945")]))


def test_a_missing_age_is_a_fault_of_the_subject() -> None:
    with pytest.raises(CaseError, match=r"subject.*age_years is missing"):
        case_from_document(packet(subject={"id": "p"}))


def test_the_age_is_counted_from_the_date_of_birth_where_none_is_given() -> None:
    subject = {"dateOfBirth": "1980-06-01T00:00:00Z", "timeAtLastEncounter": {"timestamp": "2020-06-01T00:00:00Z"}}
    assert case_from_document(packet(subject=subject)).person.age_years == pytest.approx(40.0, abs=0.01)


def test_dates_are_counted_back_from_the_encounter() -> None:
    subject = {
        "timeAtLastEncounter": {"timestamp": "2020-04-10T00:00:00Z"},
        "dateOfBirth": "1980-06-01T00:00:00Z",
    }
    features = [feature("HP:0001308", onset={"timestamp": "2020-03-31T00:00:00Z"})]
    case = case_from_document(packet(subject=subject, phenotypicFeatures=features))
    assert case.twitching[0].since_days == 10.0


@pytest.mark.parametrize(
    ("assay", "analyte", "value"),
    [
        (measurement("2601-3", 0.7, "UCUM:mmol/L"), "magnesium", 0.7),
        (measurement("none", 8.0, "mg/dL", "Calcium [Mass/volume] in Serum or Plasma"), "calcium", 1.996),
        (measurement("2157-6", 900, "UCUM:[IU]/L"), "ck", 900),
        (measurement("3016-3", 2.0, "UCUM:m[IU]/L"), "tsh", 2.0),
        (measurement("2823-3", 3.1, "UCUM:meq/L"), "potassium", 3.1),
    ],
)
def test_measurements_are_taken_over_in_their_unit(assay: dict[str, Any], analyte: str, value: float) -> None:
    (lab,) = case_from_document(packet(measurements=[assay])).labs
    assert (lab.analyte, lab.in_catalogue_unit) == (analyte, pytest.approx(value, abs=0.001))


@pytest.mark.parametrize(
    "assay",
    [
        measurement("26515-7", 24_000, "UO:0000316", "Platelets [#/volume] in Blood"),
        measurement("none", 5, "mmol/L", "Calcium [Moles/volume] in Urine"),
        measurement("2601-3", 5, "mmol/L", "Calcium [Moles/volume] in Serum or Plasma"),
        {"assay": {"id": "LOINC:2601-3", "label": ""}, "value": {"ontologyClass": {"id": "x", "label": "Low"}}},
    ],
)
def test_measurements_that_cannot_be_taken_over_become_notes(assay: dict[str, Any]) -> None:
    case = case_from_document(packet(measurements=[assay]))
    assert case.labs == ()
    assert case.notes[0].startswith("Measured, but not used")


def test_a_measurement_in_a_unit_that_does_not_fit_is_a_fault() -> None:
    with pytest.raises(CaseError, match=r"measurements\[0\].*does not fit Magnesium"):
        case_from_document(packet(measurements=[measurement("2601-3", 5, "UO:0000316")]))


def test_treatments_are_taken_over_with_dose_and_times() -> None:
    dose = {
        "quantity": {"unit": {"id": "NCIT:C28253", "label": "mg"}, "value": 50},
        "scheduleFrequency": {"id": "NCIT:C64496", "label": "Twice Daily"},
        "interval": {"start": "2020-03-01T00:00:00Z", "end": "2020-03-20T00:00:00Z"},
    }
    action = {"treatment": {"agent": {"id": "x", "label": "Sertraline"}, "doseIntervals": [dose]}}
    meta = {"created": "2020-03-30T00:00:00Z"}
    (exposure,) = case_from_document(packet(medicalActions=[action], metaData=meta)).exposures
    assert (exposure.substance, exposure.daily_amount_mg, exposure.since_days, exposure.stopped_days_ago) == (
        "sertraline",
        100.0,
        29.0,
        10.0,
    )


def test_other_treatments_diseases_and_genomes_become_notes() -> None:
    case = case_from_document(
        packet(
            medicalActions=[
                {"procedure": {"code": {"id": "x"}}},
                {"treatment": {"agent": {"id": "y", "label": "Zzz"}}},
            ],
            diseases=[{"term": {"id": "MONDO:1", "label": "Measles"}, "excluded": True}],
            interpretations=[{"id": "i"}],
        )
    )
    assert case.notes == (
        "Treated, but not with a substance of this program: procedure.",
        "Treated, but not with a substance of this program: Zzz (y).",
        "Disease excluded: Measles (MONDO:1).",
        "The phenopacket holds interpretations; they are not used.",
    )


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["HP:0001308", "P4Y"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "label", "type", "value", "quantity", "unit", "age", "timestamp", "treatment", "agent"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(
    parts=st.dictionaries(
        st.sampled_from(["subject", "phenotypicFeatures", "measurements", "medicalActions", "diseases", "metaData"]),
        anything | st.lists(anything, max_size=3),
    )
)
@settings(max_examples=150)
def test_whatever_a_phenopacket_holds_it_is_read_or_refused_with_a_case_error(parts: dict[str, Any]) -> None:
    try:
        assert isinstance(case_from_document(packet(**parts)), Case)
    except CaseError as error:
        assert error.faults
