"""Cases written as GA4GH Phenopackets: what comes back when read, and what is told where the schema has no place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from myotwitch.case import (
    ANALYTES,
    Case,
    case_from_document,
    case_to_phenopacket,
    not_expressed,
    read_case,
)
from myotwitch.case.concentration import plain_unit
from myotwitch.case.packet_terms import (
    analyte_of_assay,
    assay_of_analyte,
    term_of_finding,
    times_per_day,
    twitching_terms,
)
from myotwitch.cli import app
from myotwitch.errors import RequestError
from myotwitch.substances import SUBSTANCES, find_substance

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples" / "cases").iterdir())
DEVELOPMENT = ROOT / ".." / "shared" / "cases" / "development.json"
CREATED = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)

TERM = {
    "type": "object",
    "required": ["id", "label"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": r"^[A-Za-z]+:\S+$"},
        "label": {"type": "string", "minLength": 1},
    },
}
TIMESTAMP = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$"}
TIME = {
    "type": "object",
    "minProperties": 1,
    "maxProperties": 1,
    "properties": {
        "timestamp": TIMESTAMP,
        "age": {"type": "object", "required": ["iso8601duration"]},
    },
    "additionalProperties": False,
}
QUANTITY = {
    "type": "object",
    "required": ["unit", "value"],
    "properties": {"unit": TERM, "value": {"type": "number"}},
    "additionalProperties": False,
}


def entries(required: list[str], **properties: Any) -> dict[str, Any]:
    one = {"type": "object", "required": required, "properties": properties, "additionalProperties": False}
    return {"type": "array", "minItems": 1, "items": one}


# The fields that version 2 of the schema has and, of those, requires; the parts that this program never writes are left
# out. A dose may lack what the case does not know.
SCHEMA = {
    "type": "object",
    "required": ["id", "metaData"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "subject": {
            "type": "object",
            "required": ["id"],
            "additionalProperties": False,
            "properties": {
                "id": {"type": "string"},
                "timeAtLastEncounter": TIME,
                "sex": {"enum": ["UNKNOWN_SEX", "FEMALE", "MALE", "OTHER_SEX"]},
            },
        },
        "phenotypicFeatures": entries(
            ["type"],
            type=TERM,
            excluded={"type": "boolean"},
            description={"type": "string"},
            modifiers={"type": "array", "items": TERM},
            onset=TIME,
        ),
        "measurements": entries(
            ["assay", "value"],
            assay=TERM,
            value={"type": "object", "required": ["quantity"], "properties": {"quantity": QUANTITY}},
            timeObserved=TIME,
        ),
        "medicalActions": entries(
            ["treatment"],
            treatment={
                "type": "object",
                "required": ["agent"],
                "additionalProperties": False,
                "properties": {
                    "agent": TERM,
                    "doseIntervals": entries(
                        [],
                        quantity=QUANTITY,
                        scheduleFrequency=TERM,
                        interval={"type": "object", "properties": {"start": TIMESTAMP, "end": TIMESTAMP}},
                    ),
                },
            },
        ),
        "metaData": {
            "type": "object",
            "required": ["created", "createdBy", "resources", "phenopacketSchemaVersion"],
            "additionalProperties": False,
            "properties": {
                "created": TIMESTAMP,
                "createdBy": {"type": "string"},
                "phenopacketSchemaVersion": {"const": "2.0"},
                "resources": entries(
                    ["id", "name", "url", "version", "namespacePrefix", "iriPrefix"],
                    **{
                        name: {"type": "string", "minLength": 1}
                        for name in ("id", "name", "url", "version", "namespacePrefix", "iriPrefix")
                    },
                ),
                "externalReferences": entries(["id", "description"], id={}, description={"type": "string"}),
            },
        },
    },
}


def written(case: Case) -> dict[str, Any]:
    """The phenopacket of a case, after the way through a file."""
    packet: dict[str, Any] = json.loads(json.dumps(case_to_phenopacket(case, created=CREATED), allow_nan=False))
    jsonschema.validate(packet, SCHEMA)
    return packet


def case_of(**parts: Any) -> Case:
    return case_from_document(
        {"person": {"age_years": 40, "sex": "male"}, "twitching": [{"place": "calf", "character": "flicker"}], **parts}
    )


def taken_in(case: Case) -> list[tuple[Any, ...]]:
    """What was ever taken, as far as a phenopacket has fields for it."""
    return [
        (entry.substance, entry.amount_mg, entry.times_per_day, entry.since_days, entry.stopped_days_ago)
        for entry in case.exposures
        if entry.taken is not False or entry.stopped_days_ago is not None
    ]


def assert_kept(case: Case, back: Case) -> None:
    """The part of a case that terms and fields of the schema can hold is the same in both."""
    assert back.person.age_years == pytest.approx(case.person.age_years, abs=0.5 / 365.25 + 1e-4)
    assert back.person.sex == case.person.sex
    for state in case.findings:
        if term_of_finding(state.finding) is not None:
            assert back.finding_state(state.finding) is state.present, state.finding
    assert [(lab.analyte, lab.value, plain_unit(lab.unit), lab.days_ago) for lab in back.labs] == [
        (lab.analyte, lab.value, plain_unit(lab.unit), lab.days_ago) for lab in case.labs
    ]
    assert taken_in(back) == taken_in(case)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_comes_back_from_a_phenopacket(path: Path) -> None:
    case = read_case(path)
    packet = written(case)
    back = case_from_document(packet)
    assert_kept(case, back)
    assert set(not_expressed(packet)) <= set(back.notes)


def test_every_development_case_comes_back_from_a_phenopacket() -> None:
    if not DEVELOPMENT.exists():
        pytest.skip("the development cases are not in this checkout")
    for entry in json.loads(DEVELOPMENT.read_text(encoding="utf-8")):
        case = case_from_document(entry["case"], entry["id"])
        assert_kept(case, case_from_document(written(case), entry["id"]))


def test_a_case_with_everything_comes_back_with_what_has_terms_and_tells_the_rest() -> None:
    case = case_of(
        person={"age_years": 52.5, "sex": "female", "pregnant": False, "weight_kg": 62.5},
        twitching=[{"muscle": "gastrocnemius", "side": "left", "character": "cramp", "since_days": 9, "painful": True}],
        findings=[
            {"finding": "weakness", "present": False},
            {"finding": "fever", "present": True, "since_days": 2},
            {"finding": "stress", "present": True, "since_days": 30},
        ],
        exposures=[
            {"substance": "caffeine", "amount_mg": 95, "times_per_day": 6, "last_hours_ago": 3},
            {"substance": "alprazolam", "stopped_days_ago": 3, "since_days": 100},
            {"substance": "nicotine", "taken": False},
        ],
        labs=[{"analyte": "potassium", "value": 3.1, "unit": "mEq/L", "days_ago": 2}],
        notes=["Works nights."],
        recordings=[{"file": "calf.edf", "place": "calf"}],
    )
    packet = written(case)
    back = case_from_document(packet)
    assert_kept(case, back)
    assert [(entry.side, entry.character, entry.since_days) for entry in back.twitching] == [("left", "cramp", 9.0)]
    assert not_expressed(packet) == back.notes
    assert back.notes == (
        "Twitching: place calf; muscle gastrocnemius; side left; since_days 9; painful yes.",
        "Not pregnant.",
        "Body weight 62.5 kg.",
        "Present: stress or mental strain (stress), for 30 days.",
        "Last taken 3 hours ago: Caffeine.",
        "Not taken: Nicotine.",
        "Recording beside the case: file calf.edf; place calf.",
        "Works nights.",
    )


def test_writing_what_was_read_loses_nothing_more() -> None:
    once = case_from_document(written(read_case(EXAMPLES[0])))
    assert case_from_document(written(once)).findings == once.findings
    assert set(once.notes) <= set(case_from_document(written(once)).notes)


@pytest.mark.parametrize(
    ("entry", "hpo_id"),
    [
        ({"place": "eyelid"}, "HP:0031166"),
        ({"place": "eyelid", "character": "sustained"}, "myotwitch:twitching"),
        ({"place": "face", "character": "ripple"}, "HP:0000317"),
        ({"place": "calf", "character": "ripple"}, "HP:0002411"),
        ({"place": "calf"}, "myotwitch:twitching"),
        ({"place": "hand", "character": "shaking"}, "HP:0002378"),
        ({"place": "thigh", "character": "cramp", "when": ["after_exercise"]}, "HP:0003394"),
        ({"place": "face", "character": "flicker"}, "HP:0002380"),
        ({"place": "tongue", "character": "flicker"}, "HP:0001308"),
        ({"place": "one_arm", "character": "jerk"}, "myotwitch:twitching"),
    ],
)
def test_the_term_of_a_twitching_says_no_more_than_the_case(entry: dict[str, Any], hpo_id: str) -> None:
    packet = written(case_of(twitching=[entry]))
    assert packet["phenotypicFeatures"][0]["type"]["id"] == hpo_id


def test_a_finding_that_is_absent_is_never_contradicted_by_the_term_of_a_twitching() -> None:
    for name in sorted({term["finding"] for term in twitching_terms().values() if "finding" in term}):
        for character in ("flicker", "cramp", "jerk", "shaking", "sustained", "tic"):
            twitching = [{"place": place, "character": character} for place in ("tongue", "eyelid", "calf")]
            case = case_of(twitching=twitching, findings=[{"finding": name, "present": False}])
            assert case_from_document(written(case)).finding_state(name) in (False, None)


def test_a_movement_that_is_also_a_finding_of_another_age_can_be_read_back() -> None:
    twitching = [
        {"place": place, "character": "cramp", "since_days": days} for place, days in (("calf", 5), ("toe", 9))
    ]
    findings = [{"finding": "muscle_cramps", "present": True, "since_days": 9}]
    for stated in ([], findings):
        back = case_from_document(written(case_of(twitching=twitching, findings=stated)))
        assert back.finding_state("muscle_cramps") is True


@pytest.mark.parametrize("analyte", sorted(ANALYTES))
def test_every_analyte_is_written_in_each_of_its_units_as_an_assay_that_reads_as_it(analyte: str) -> None:
    for unit in ANALYTES[analyte].factors:
        assert analyte_of_assay(assay_of_analyte(analyte, unit)) == analyte
        value = ANALYTES[analyte].reference_range().mean / ANALYTES[analyte].factors[unit]
        case = case_of(labs=[{"analyte": analyte, "value": value, "unit": unit}])
        assert_kept(case, case_from_document(written(case)))


def test_every_substance_is_written_under_a_name_that_reads_as_it() -> None:
    assert [key for key, substance in SUBSTANCES.items() if find_substance(substance.name[:60]).key != key] == []


@pytest.mark.parametrize("times", [0.5, 1, 2, 3, 4, 6, 12.25])
def test_how_often_a_day_comes_back(times: float) -> None:
    case = case_of(exposures=[{"substance": "caffeine", "amount_mg": 100, "times_per_day": times}])
    assert case_from_document(written(case)).exposures[0].daily_amount_mg == pytest.approx(100 * times)
    assert times_per_day({"label": "many times a day"}) is None


def test_the_phenopacket_names_the_vocabulary_of_every_term() -> None:
    packet = written(case_of(labs=[{"analyte": "sodium", "value": 139, "unit": "mmol/L"}]))
    assert [resource["namespacePrefix"] for resource in packet["metaData"]["resources"]] == ["HP", "LOINC", "UCUM"]


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(RequestError, match="no time zone"):
        case_to_phenopacket(case_of(), created=datetime(2026, 2, 1))


@pytest.mark.parametrize("ending", [".yaml", ".json", ".phenopacket.json"])
def test_convert_writes_each_form_so_that_it_reads_back(tmp_path: Path, ending: str) -> None:
    source, out = ROOT / "examples" / "cases" / "eyelid_and_coffee.yaml", tmp_path / f"case{ending}"
    result = CliRunner().invoke(app, ["convert", str(source), "--out", str(out)])
    assert result.exit_code == 0
    assert result.stdout == ""
    assert ("Not taken: Nicotine." in result.stderr) is (ending == ".phenopacket.json")
    assert_kept(read_case(source), read_case(out))
    assert list(tmp_path.iterdir()) == [out]


def test_convert_tells_that_a_case_file_needs_the_places_which_a_phenopacket_does_not_tell(tmp_path: Path) -> None:
    source = ROOT / "examples" / "cases" / "fasciculations.phenopacket.json"
    result = CliRunner().invoke(app, ["convert", str(source), "--out", str(tmp_path / "case.yaml")])
    assert result.exit_code == 0
    assert "twitching[0] has no place" in result.stderr


def test_convert_writes_over_a_file_only_when_told_to(tmp_path: Path) -> None:
    out = tmp_path / "case.json"
    out.write_text("mine", encoding="utf-8")
    command = ["convert", str(EXAMPLES[0]), "--out", str(out)]
    refused = CliRunner().invoke(app, command)
    assert isinstance(refused.exception, RequestError)
    assert "--force" in str(refused.exception)
    assert out.read_text(encoding="utf-8") == "mine"
    assert CliRunner().invoke(app, [*command, "--force"]).exit_code == 0
    assert_kept(read_case(EXAMPLES[0]), read_case(out))


@pytest.mark.parametrize(
    ("out", "message"),
    [("case.txt", "must end in .yaml"), ("none/case.yaml", "There is no folder"), ("folder.json", "is a folder")],
)
def test_convert_refuses_a_target_that_it_cannot_write(tmp_path: Path, out: str, message: str) -> None:
    (tmp_path / "folder.json").mkdir()
    result = CliRunner().invoke(app, ["convert", str(EXAMPLES[0]), "--out", str(tmp_path / out)])
    assert isinstance(result.exception, RequestError)
    assert message in str(result.exception)
