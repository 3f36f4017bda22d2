"""Case files that are right, and what they become."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from myotwitch.case import (
    Case,
    Character,
    Sex,
    When,
    case_from_document,
    case_from_text,
    case_to_json,
    case_to_yaml,
    read_case,
)

EXAMPLES = Path(__file__).parents[2] / "examples" / "cases"

CONTRACT_EXAMPLE = """\
schema: myotwitch.case/1
person: {age_years: 34, sex: female, pregnant: false, weight_kg: 62}     # sex: female | male | other | unknown
twitching:                          # one entry a place
  - place: eyelid
    side: left
    since_days: 21
    bout_seconds: 20
    bouts_per_day: 15
    character: flicker
    when: [rest]
    painful: false
    visible: true
    trend: stable
findings:
  - {finding: weakness, present: false}
  - {finding: stress, present: true, since_days: 30}
exposures:
  - {substance: caffeine, amount_mg: 500, times_per_day: 1, last_hours_ago: 3}
  - {substance: sertraline, amount_mg: 50, times_per_day: 1, since_days: 14}
  - {substance: alprazolam, stopped_days_ago: 3}
  - {substance: nicotine, taken: false}
labs:
  - {analyte: magnesium, value: 0.55, unit: mmol/L, days_ago: 2}
recordings:
  - {file: calf.edf, place: calf, side: left}
"""


def test_the_example_of_the_contract_is_read_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "calf.edf").write_bytes(b"0")
    file = tmp_path / "case.yaml"
    file.write_text(CONTRACT_EXAMPLE, encoding="utf-8")
    case = read_case(file)
    assert (case.person.age_years, case.person.sex, case.person.pregnant, case.person.weight_kg) == (
        34.0,
        Sex.FEMALE,
        False,
        62.0,
    )
    eyelid = case.twitching[0]
    assert (eyelid.place, eyelid.side, eyelid.character, eyelid.when) == (
        "eyelid",
        "left",
        Character.FLICKER,
        (When.REST,),
    )
    assert [case.finding_state(name) for name in ("weakness", "stress", "fever")] == [False, True, None]
    assert [exposure.is_taken for exposure in case.exposures] == [True, True, False, False]
    assert case.exposures[0].daily_amount_mg == 500.0
    assert case.labs[0].in_catalogue_unit == pytest.approx(0.55)
    assert case.recordings[0].file == "calf.edf"


@pytest.mark.parametrize("file", sorted(EXAMPLES.iterdir()), ids=lambda file: file.name)
def test_every_example_is_read(file: Path) -> None:
    assert read_case(file).twitching


# A phenopacket may not know the place of a twitching; a case file must.
@pytest.mark.parametrize(
    "file", [file for file in sorted(EXAMPLES.iterdir()) if "phenopacket" not in file.name], ids=lambda file: file.name
)
def test_every_example_is_written_back_the_same(file: Path) -> None:
    case = read_case(file)
    assert case_from_text(case_to_yaml(case), "yaml", "yaml") == case
    assert case_from_text(case_to_json(case), "json", "json") == case


def test_every_development_case_is_read(shared_contract: Path) -> None:
    file = shared_contract.parent / "cases" / "development.json"
    if not file.is_file():
        pytest.skip("the development cases, ../shared/cases beside the project, are missing")
    documents = json.loads(file.read_text(encoding="utf-8"))
    cases = [case_from_document(entry["case"], entry["id"]) for entry in documents]
    assert all(isinstance(case, Case) and case.twitching for case in cases)
    assert len(cases) == len(documents)


def test_the_least_that_a_case_says_is_an_age_and_a_place() -> None:
    case = case_from_text("person: {age_years: 34}\ntwitching: [{place: calf}]\n", "case", "yaml")
    assert (case.schema_name, case.person.sex, case.person.pregnant) == ("myotwitch.case/1", Sex.UNKNOWN, None)
    assert (case.findings, case.exposures, case.labs, case.recordings) == ((), (), (), ())


def test_null_means_not_known() -> None:
    case = case_from_text(
        "person: {age_years: 34, weight_kg: null}\ntwitching: [{place: calf, side: ~}]", "case", "yaml"
    )
    assert (case.person.weight_kg, case.twitching[0].side) == (None, None)


def test_json_and_yaml_say_the_same() -> None:
    document = {"person": {"age_years": 34.5}, "twitching": [{"place": "calf", "when": ["rest", "asleep"]}]}
    text = json.dumps(document)
    assert case_from_text(text, "a", "json") == case_from_text(text, "b", "yaml") == case_from_document(document)


def test_a_muscle_brings_its_place_and_is_kept_by_its_key() -> None:
    case = case_from_text("person: {age_years: 3}\ntwitching: [{muscle: Musculus gastrocnemius}]", "case", "yaml")
    assert (case.twitching[0].muscle, case.twitching[0].place) == ("gastrocnemius", "calf")


def test_a_muscle_may_be_given_with_a_place() -> None:
    case = case_from_text("person: {age_years: 3}\ntwitching: [{muscle: deltoid, place: upper_arm}]", "case", "yaml")
    assert case.twitching[0].place == "upper_arm"


def test_a_finding_given_by_its_hpo_identifier_is_kept_by_its_name() -> None:
    text = "person: {age_years: 3}\ntwitching: [{place: calf}]\nfindings: [{finding: HP:0003394, present: true}]"
    assert case_from_text(text, "case", "yaml").findings[0].finding == "muscle_cramps"


def test_the_byte_order_mark_and_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    file = tmp_path / "windows.yml"
    file.write_bytes(b"\xef\xbb\xbfperson: {age_years: 34}\r\ntwitching:\r\n  - place: calf\r\n")
    assert read_case(file).twitching[0].place == "calf"


def test_a_recording_may_lie_in_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "calf.edf").write_bytes(b"0")
    (tmp_path / "case.yaml").write_text("person: {age_years: 3}\nrecordings: [{file: data/calf.edf}]", encoding="utf-8")
    assert read_case(tmp_path / "case.yaml").recordings[0].file == "data/calf.edf"


def test_importing_the_room_loads_neither_the_types_nor_the_yaml_reader() -> None:
    code = (
        "import sys, myotwitch.case as room; room.read_case, room.FINDINGS; "
        "sys.exit(any(name in sys.modules for name in ('pydantic', 'ruamel.yaml', 'jsonschema')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_name_of_the_room_is_an_attribute_error() -> None:
    import myotwitch.case

    with pytest.raises(AttributeError, match="nothing_like_that"):
        _ = myotwitch.case.nothing_like_that
