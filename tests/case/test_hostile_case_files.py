"""Case files that are broken or made to do harm: each is refused with one message, at once."""

from __future__ import annotations

import os
import sys
import tracemalloc
from pathlib import Path

import pytest

from myotwitch.case import read_case
from myotwitch.errors import CaseError

BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + step)}: &{chr(98 + step)} [*{chr(97 + step)}, *{chr(97 + step)}]\n" for step in range(20)
)

HOSTILE_TEXTS = {
    "yaml_bomb": (BOMB, "is an anchor; a case needs none"),
    "alias": ("person: *x\n", "is an alias"),
    "tag_of_python": ("person: !!python/object/apply:os.system ['true']\n", "is a tag"),
    "tag": ("person: !mine {age_years: 3}\n", "is a tag"),
    "two_documents": ("person: {age_years: 3}\n---\nperson: {age_years: 4}\n", "second document"),
    "tab": ("person:\n\tage_years: 3\n", "A tab stands here"),
    "open_bracket": ("person: {age_years: 3\ntwitching: [\n", "not closed"),
    "open_quote": ("person: 'x\n", "not closed"),
    "bad_indentation": ("person:\n   age_years: 3\n  sex: male\n", "indentation"),
    "two_colons": ("person: age_years: 3\n", "colon"),
    "control_sign": ("person: \x07\n", "U+0007 may not stand"),
    "a_list_as_a_name": ("? [a, b]\n: 3\n", "name of a field is expected"),
    "deep_lists": ("[" * 100_000, "levels lie in one another"),
    "deep_blocks": ("{a: " * 50_000, "levels lie in one another"),
    "deep_dashes": ("- " * 100_000, "levels lie in one another"),
    "many_values": ("[" + "1, " * 200_000 + "1]", "more than 30000 values"),
    "only_comments": ("# nothing\n", "The file is empty"),
    "only_a_mark": ("---\n", "A case is a block of fields"),
    "ten_thousand_digits": (
        "person: {age_years: " + "9" * 10_000 + "}\ntwitching: [{place: calf}]",
        "is not possible; allowed is 0 to 120 years",
    ),
    "an_endless_name": ("person: {age_years: 3}\ntwitching: [{place: " + "x" * 900_000 + "}]", "is not known"),
    "an_endless_muscle": (
        "person: {age_years: 3}\ntwitching: [{muscle: " + "x" * 900_000 + "}]",
        "No muscle is called",
    ),
    "an_endless_substance": (
        "person: {age_years: 3}\ntwitching: [{place: calf}]\nexposures: [{substance: " + "x" * 900_000 + "}]",
        "No substance is called",
    ),
    "an_endless_unit": (
        "person: {age_years: 3}\ntwitching: [{place: calf}]\nlabs: [{analyte: ck, value: 3, unit: "
        + "x" * 900_000
        + "}]",
        "does not fit",
    ),
    "an_endless_field": (
        "person: {age_years: 3, '" + "x" * 1000 + "': 3}\ntwitching: [{place: calf}]",
        "is not known here",
    ),
}


@pytest.mark.parametrize("name", list(HOSTILE_TEXTS))
def test_hostile_yaml_is_refused_with_a_message_that_helps(name: str, tmp_path: Path) -> None:
    text, words = HOSTILE_TEXTS[name]
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        read_case(file)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 5_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ('{"person": NaN}', "An entry such as"),
        ('{"person": {"age_years": Infinity}, "twitching": [{"place": "calf"}]}', "infinity years is not possible"),
        ('{"person": {"age_years": ' + "9" * 10_000 + '}, "twitching": [{"place": "calf"}]}', "is not possible"),
        ("[" * 100_000, "levels lie in one another"),
        ('{"a":' * 100_000, "levels lie in one another"),
        ("[" + "1," * 200_000 + "1]", "more than 30000 values"),
        ("'", "not valid JSON"),
        ('"\ud800"', "not in UTF-8"),
        ("[1] [2]", "not valid JSON"),
        ('"' + "\\" * 9_999, "not valid JSON"),
        ("null", "A case is a block of fields"),
    ],
)
def test_hostile_json_is_refused_with_a_message_that_helps(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    with pytest.raises(CaseError, match=r"case\.json has \d+ fault") as caught:
        read_case(file)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b" \n\n", "The file is empty"),
        (b"\xef\xbb\xbf\n", "The file is empty"),
        (b"person: \xff\n", "not in UTF-8"),
        ("person: {age_years: 3}".encode("utf-16"), "not in UTF-8"),
        (b"MZ\x00\x00\x01binary", "binary data"),
        (os.urandom(64) + b"\x00", "fault"),
        (b"x" * 1_000_001, "larger than 1 MB"),
    ],
    ids=["empty", "blank", "mark", "latin", "utf16", "binary", "random", "large"],
)
def test_what_is_no_text_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_bytes(content)
    with pytest.raises(CaseError) as caught:
        read_case(file)
    assert words in str(caught.value)
    assert len(caught.value.faults) == 1


def test_a_missing_file_a_folder_and_a_wrong_ending_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    for name, words in [
        ("gone.yaml", "no such file"),
        ("folder.yaml", "This is a folder"),
        ("case.txt", "ends in '.txt'; a case file ends in .yaml, .yml, .json"),
        ("case", "has no ending"),
        ("case.yaml\0", "fault"),
        ("x" * 5_000 + ".yaml", "no such file"),
    ]:
        with pytest.raises(CaseError) as caught:
            read_case(tmp_path / name)
        assert words in str(caught.value)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="whoever may do everything may read every file"
)
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("person: {age_years: 3}", encoding="utf-8")
    file.chmod(0)
    with pytest.raises(CaseError, match="check its permissions"):
        read_case(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among its files")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "case.yaml")
    with pytest.raises(CaseError, match="no plain file"):
        read_case(tmp_path / "case.yaml")


def test_a_sparse_file_of_four_gigabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    with file.open("wb") as stream:
        stream.truncate(4 * 1024**3)
    tracemalloc.start()
    with pytest.raises(CaseError, match="larger than 1 MB"):
        read_case(file)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 20_000_000


def test_a_list_of_more_entries_than_a_person_has_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("person: {age_years: 3}\ntwitching: [" + "{place: calf}, " * 600 + "]", encoding="utf-8")
    with pytest.raises(CaseError, match="has more than 500 entries; at most 500 are read"):
        read_case(file)


def test_a_bomb_does_not_grow(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(BOMB, encoding="utf-8")
    tracemalloc.start()
    with pytest.raises(CaseError):
        read_case(file)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 20_000_000
