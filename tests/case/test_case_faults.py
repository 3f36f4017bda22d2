"""Case files that are wrong: every fault at once, each with its line, its place and a sentence that helps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from myotwitch.case import case_from_document, case_from_text, read_case
from myotwitch.errors import CaseError, Fault

# Each line with a fault ends in a comment with the number of faults in it.
THIRTY_FAULTS = """\
schema: myotwitch.case/2                                    # 1
person: {age_years: 340, sex: no, pregnant: yes, weigth_kg: 62}    # 4
twitching:
  - place: eylid                                            # 1
    side: lft                                               # 1
    since_days: "21"                                        # 1
    bout_seconds: 0,5                                       # 1
    bouts_per_day: -3                                       # 1
    when: rest                                              # 1
    painful: 1                                              # 1
    character: flicker
    character: jerk                                         # 1
  - {side: left}                                            # 1
  - {muscle: gastrocnemus, trend: better}                   # 2
  - banana                                                  # 1
findings:
  - {finding: weakness, present: false, since_days: 3}      # 1
  - {finding: HP:0001324, present: true}                    # 1
  - {finding: HP:6000919, present: true}                    # 1
  - {finding: strss, present: maybe}                        # 2
  - {finding: fever}                                        # 1
exposures:
  - {substance: cafeine, amount_mg: .inf}                   # 2
  - {substance: nicotine, taken: false, amount_mg: 3}       # 1
labs:
  - {analyte: magnesium, value: 55, unit: mmol/L}           # 1
  - {analyte: magnesum, value: 1, unit: mmol/L}             # 1
  - {analyte: ck, value: 3, unit: mg/dL}                    # 1
recordings: {file: calf.edf}                                # 1
"""


def faults_of(text: str, file_format: str = "yaml", folder: Path | None = None) -> tuple[Fault, ...]:
    with pytest.raises(CaseError) as caught:
        case_from_text(text, "case", file_format, folder=folder)
    return caught.value.faults


def only_fault(text: str, file_format: str = "yaml", folder: Path | None = None) -> Fault:
    faults = faults_of(text, file_format, folder)
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def with_entry(section: str, entry: str) -> str:
    sections = {"twitching": "[{place: calf}]", section: f"[{entry}]"}
    return "person: {age_years: 34}\n" + "".join(f"{name}: {value}\n" for name, value in sections.items())


def test_thirty_faults_of_one_file_are_shown_at_once_each_with_its_line() -> None:
    expected = [
        number
        for number, line in enumerate(THIRTY_FAULTS.splitlines(), start=1)
        if "#" in line
        for _ in range(int(line.rpartition("#")[2]))
    ]
    faults = faults_of(THIRTY_FAULTS)
    assert len(faults) >= 30
    assert [fault.line for fault in faults] == expected


def test_every_message_is_a_sentence_without_words_of_the_machinery() -> None:
    for fault in faults_of(THIRTY_FAULTS):
        assert fault.message.endswith((".", "?")), fault.message
        assert not re.search(r"pydantic|Input should|\b(dict|tuple|str|NoneType|ValidationError)\b", fault.message)


def test_the_message_of_the_whole_file_names_the_file_and_counts_its_faults() -> None:
    with pytest.raises(CaseError, match=r"^case has 1 fault:\n  line 1 person\.age_years: 340 years") as caught:
        case_from_text("person: {age_years: 340}\ntwitching: [{place: calf}]", "case", "yaml")
    assert caught.value.file == "case"


@pytest.mark.parametrize(
    ("section", "entry", "path", "words"),
    [
        ("twitching", "{place: eylid}", "twitching[0].place", "Did you mean 'eyelid'? Allowed are scalp, brow, eyelid"),
        ("twitching", "{muscle: bicepz}", "twitching[0].muscle", "Did you mean 'biceps"),
        ("twitching", "{place: calf, side: midle}", "twitching[0].side", "Allowed are left, right, both."),
        ("twitching", "{place: calf, caracter: jerk}", "twitching[0].caracter", "Did you mean 'character'?"),
        ("twitching", "{place: calf, character: flickr}", "twitching[0].character", "Did you mean 'flicker'?"),
        ("twitching", "{place: calf, trend: worse}", "twitching[0].trend", "Allowed are improving, stable, worsening"),
        ("twitching", "{place: calf, when: [nite]}", "twitching[0].when[0]", "Allowed are rest, falling_asleep"),
        ("twitching", "{place: calf, when: [rest, rest]}", "twitching[0].when", "given twice"),
        ("twitching", "{place: calf, since_days: -1}", "twitching[0].since_days", "-1 days is not possible"),
        ("twitching", "{place: calf, since_days: 20000}", "twitching[0].since_days", "longer than this person"),
        ("twitching", "{place: calf, since_days: true}", "twitching[0].since_days", "must be a number; true is given"),
        ("twitching", "{place: calf, since_days: [1]}", "twitching[0].since_days", "a list of 1 is given"),
        ("twitching", "{place: 3}", "twitching[0].place", "must be a text; 3 is given"),
        ("twitching", "{place: calf}, {place: calf}", "twitching[1]", "The same place, side and character"),
        ("findings", "{finding: weaknes, present: true}", "findings[0].finding", "Did you mean 'weakness'?"),
        ("findings", "{finding: HP:1, present: true}", "findings[0].finding", "No finding carries"),
        ("findings", "{finding: HP:6000919, present: true}", "findings[0].finding", "carpopedal_spasm and trousseau"),
        ("findings", "{finding: stress}", "findings[0].present", "present is missing"),
        ("findings", "{finding: stress, present: nope}", "findings[0].present", "must be true or false"),
        ("findings", "{finding: stress, present: no}", "findings[0].present", "write false"),
        (
            "findings",
            "{finding: stress, present: true}, {finding: stress, present: true}",
            "findings[1]",
            "given already in findings[0]",
        ),
        (
            "findings",
            "{finding: stress, present: true}, {finding: stress, present: false}",
            "findings[1]",
            "contradicts findings[0]",
        ),
        (
            "findings",
            "{finding: weakness, present: true}, {finding: HP:0001324, present: false}",
            "findings[1]",
            "contradicts findings[0]",
        ),
        ("exposures", "{substance: cafeine}", "exposures[0].substance", "Did you mean 'caffeine'?"),
        ("exposures", "{substance: caffeine, amount_mg: 0}", "exposures[0].amount_mg", "0 mg is not possible"),
        (
            "exposures",
            "{substance: caffeine, taken: true, stopped_days_ago: 2}",
            "exposures[0].taken",
            "both taken and stopped",
        ),
        (
            "exposures",
            "{substance: caffeine, stopped_days_ago: 5, last_hours_ago: 2}",
            "exposures[0].last_hours_ago",
            "stopped 5 days ago but last taken 2 hours ago",
        ),
        (
            "exposures",
            "{substance: caffeine, stopped_days_ago: 5, since_days: 2}",
            "exposures[0].since_days",
            "stopped 5 days ago but begun 2 days ago",
        ),
        (
            "exposures",
            "{substance: caffeine, amount_mg: 100}, {substance: caffeine, taken: false}",
            "exposures[1]",
            "not taken here but taken in exposures[0]",
        ),
        (
            "exposures",
            "{substance: caffeine, amount_mg: 100}, {substance: Coffee, taken: false}",
            "exposures[1]",
            "not taken here but taken in exposures[0]",
        ),
        ("exposures", "{substance: caffeine}, {substance: caffeine}", "exposures[1]", "repeats exposures[0]"),
        ("labs", "{analyte: magnesium, value: 55, unit: mmol/L}", "labs[0].value", "55 mmol/L is not possible"),
        (
            "labs",
            "{analyte: calcium, value: 9.4, unit: mmol/L}",
            "labs[0].value",
            "mg/dL it would be an ordinary value",
        ),
        ("labs", "{analyte: magnesium, value: 0.8}", "labs[0].unit", "unit is missing"),
        ("labs", "{analyte: magnesium, value: 0.8, unit: mg}", "labs[0].unit", "Allowed are mmol/L, umol/L, mEq/L"),
        ("labs", "{analyte: iron, value: 0.8, unit: mmol/L}", "labs[0].analyte", "Allowed are magnesium, sodium"),
        ("labs", "{analyte: magnesium, value: '0,8', unit: mmol/L}", "labs[0].value", "as 0.8"),
        ("labs", "{analyte: magnesium, value: '0.8', unit: mmol/L}", "labs[0].value", "without quotation marks"),
        ("labs", "{analyte: magnesium, value: .nan, unit: mmol/L}", "labs[0].value", "is not possible"),
        ("labs", "{analyte: magnesium, value: 1e999, unit: mmol/L}", "labs[0].value", "infinity is not possible"),
        ("recordings", "{file: /etc/passwd}", "recordings[0].file", "absolute path"),
        ("recordings", "{file: ../calf.edf}", "recordings[0].file", "leads out of the folder"),
        ("recordings", "{file: a/../../calf.edf}", "recordings[0].file", "leads out of the folder"),
        ("recordings", "{file: 'C:\\calf.edf'}", "recordings[0].file", "absolute path"),
        ("recordings", "{file: '..\\calf.edf'}", "recordings[0].file", "leads out of the folder"),
        ("recordings", "{file: '\\\\server\\calf.edf'}", "recordings[0].file", "absolute path"),
        ("recordings", "{file: ''}", "recordings[0].file", "has no name"),
        ("recordings", "{place: calf}", "recordings[0].file", "file is missing"),
    ],
)
def test_one_fault_gives_one_message_at_its_place(section: str, entry: str, path: str, words: str) -> None:
    fault = only_fault(with_entry(section, entry))
    assert fault.path == path
    assert words in fault.message


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("twitching: [{place: calf}]", "person", "give at least the age"),
        ("person: 34\ntwitching: [{place: calf}]", "person", "An entry such as {age_years: 34} is needed here"),
        ("person: {}\ntwitching: [{place: calf}]", "person.age_years", "age_years is missing"),
        ("person: {age_years: null}\ntwitching: [{place: calf}]", "person.age_years", "nothing is given"),
        ("person: {age_years: 3}", "", "Neither twitching nor recordings"),
        ("person: {age_years: 3}\ntwitching: []", "", "Neither twitching nor recordings"),
        ("person: {age_years: 3}\ntwitching: {place: calf}", "twitching", "must be a list of entries"),
        ("person: {age_years: 3}\ntwiching: []\ntwitching: [{place: calf}]", "twiching", "Did you mean 'twitching'?"),
        (
            "schema: myotwitch.detection/1\nperson: {age_years: 3}\ntwitching: [{place: calf}]",
            "schema",
            "reads myotwitch",
        ),
        ("- a", "", "A case is a block of fields"),
        ("calf", "", "A case is a block of fields"),
        ("person: {age_years: 3}\ntwitching:\n- {place: calf}\n- {character: jerk}", "twitching[1]", "not said where"),
    ],
)
def test_what_is_missing_or_misplaced_is_told(text: str, path: str, words: str) -> None:
    fault = only_fault(text)
    assert fault.path == path
    assert words in fault.message


def test_a_repeated_field_is_a_fault_in_yaml_and_in_json() -> None:
    yaml = only_fault("person: {age_years: 3}\ntwitching: [{place: calf}]\nperson: {age_years: 4}")
    json = only_fault(
        '{"person": {"age_years": 3},\n"twitching": [{"place": "calf"}],\n"person": {"age_years": 3}}', "json"
    )
    assert (yaml.line, yaml.path, json.line, json.path) == (3, "person", 3, "person")
    assert "first in line 1" in yaml.message
    assert "first in line 1" in json.message


def test_faults_in_json_have_their_lines() -> None:
    text = '{\n "person": {"age_years": 340},\n "twitching": [\n  {"place": "calf"},\n  {"place": "eylid"}\n ]\n}\n'
    assert [(fault.line, fault.path) for fault in faults_of(text, "json")] == [
        (2, "person.age_years"),
        (5, "twitching[1].place"),
    ]


def test_lines_in_json_are_right_after_texts_that_hold_line_signs_and_brackets() -> None:
    text = '{"notes": ["a \\n b", "]}{[\\"", "x"],\n"person": {"age_years": 1},\n"twitching": [{"place": "x"}]}'
    assert only_fault(text, "json").line == 3


def test_plain_documents_are_checked_too_without_lines() -> None:
    with pytest.raises(CaseError) as caught:
        case_from_document({"person": {"age_years": 10**400}, "twitching": [{"place": "calf"}]}, "mine")
    assert [(fault.line, fault.path) for fault in caught.value.faults] == [(None, "person.age_years")]


def test_recordings_that_are_missing_or_no_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "folder.edf").mkdir()
    text = "person: {age_years: 3}\nrecordings:\n- {file: gone.edf}\n- {file: folder.edf}\n"
    faults = faults_of(text, folder=tmp_path)
    assert [(fault.line, fault.path) for fault in faults] == [(3, "recordings[0].file"), (4, "recordings[1].file")]
    assert "is missing" in faults[0].message
    assert "is a folder" in faults[1].message


def test_a_missing_recording_is_told_together_with_the_other_faults(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("person: {age_years: 340}\nrecordings: [{file: gone.edf}]\n", encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        read_case(file)
    assert [fault.line for fault in caught.value.faults] == [1, 2]


def test_an_unknown_format_is_refused() -> None:
    assert "allowed are yaml, json" in only_fault("x", "toml").message
