"""Whatever a file holds, the answer is a preview or one `DiaryError`, and nothing is read without bound."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.diary.import_files import APPLE_HEAD, adds_up, apple_record, written, zipped
from tests.diary.test_import_bearable import table as bearable_table
from tests.diary.test_import_fhir import LOINC, coded, lab, statement
from tests.diary.test_import_fitbit import NIGHT, RUN
from tests.diary.test_import_nomie import AT, TABLE_HEAD, backup
from tests.diary.test_import_table import MAPPING, TABLE

from myotwitch.diary import ENTRY, Diary
from myotwitch.diary.exports import EXPORTERS
from myotwitch.diary.imports import IMPORTERS, ImportSettings, Preview, guess_mapping, recognise
from myotwitch.errors import DiaryError

SETTINGS = ImportSettings(zone="Europe/Berlin", effort=5.0, mapping=MAPPING, skip_faulty=True)
NOTHING_SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
DIARY = Diary(entries=(ENTRY.validate_python({"kind": "bout", "time": "2026-03-04T21:30:00+01:00", "place": "calf"}),))
APPLE = APPLE_HEAD + apple_record("HKQuantityTypeIdentifierDietaryCaffeine", "95", "2026-03-04 08:00", unit="mg")
PLAN = {"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}
BUNDLE = {
    "resourceType": "Bundle",
    "entry": [
        {"resource": lab(coded(LOINC, "2601-3"))},
        {"resource": statement("sertraline", effectivePeriod={"start": "2026-01-05"}, dosage=[PLAN])},
        {"resource": {"resourceType": "Condition", "code": {"text": "fatigue"}, "onsetDateTime": "2026-03-04"}},
    ],
}
GOOD: dict[str, str] = {
    "csv": EXPORTERS["csv"](DIARY),
    "json": EXPORTERS["json"](DIARY),
    "table": TABLE,
    "apple_health": APPLE + "</HealthData>",
    "fitbit": json.dumps([NIGHT, RUN]),
    "nomie": json.dumps(backup("#coffee(2) #stress(4) words")),
    "nomie ": f"{TABLE_HEAD}{AT},x,x,-60,coffee,2,#coffee(2),,,,0\r\n",
    "bearable": bearable_table(
        '"9:00","Meds/Supplements","50","Sertraline (mg)",""', '"am","Symptom","1","Fatigue (Mild)",""'
    ),
    "fhir": json.dumps(BUNDLE),
}
"""A sound file for each importer."""

TOKENS = [
    "{",
    "}",
    "[",
    "]",
    '"',
    ",",
    ":",
    "<",
    ">",
    "&",
    "\x00",
    "\ud7ff",
    "9" * 400,
    "-1e999",
    "NaN",
    "null",
    "#x(1)",
    "<!ENTITY a 'b'>",
    "2026-99-99T99:99:99",
    "\r\n",
    ";",
    "'",
    "true",
    "1e308",
    "Infinity",
    "[[[[" * 50,
]
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def read(content: bytes, name: str, importer: str | None = None) -> Preview | DiaryError:
    with TemporaryDirectory() as folder:
        file = written(Path(folder), content, name)
        try:
            preview = IMPORTERS[importer or recognise(file)](file, SETTINGS)
        except DiaryError as error:
            assert str(error)
            return error
    assert adds_up(preview)
    return preview


@pytest.mark.parametrize("name", GOOD)
def test_the_sound_files_are_read(name: str) -> None:
    preview = read(GOOD[name].encode(), "file")
    assert isinstance(preview, Preview) and preview.source == name.strip() and preview.entries and not preview.faulty


@pytest.mark.parametrize("name", GOOD)
def test_a_second_reading_says_the_same_so_that_it_adds_nothing(name: str) -> None:
    first, second = read(GOOD[name].encode(), "file"), read(GOOD[name].encode(), "other name")
    assert isinstance(first, Preview) and isinstance(second, Preview)
    said = [sorted(entry.fingerprint for entry in preview.entries) for preview in (first, second)]
    assert said[0] == said[1]


@pytest.mark.parametrize("name", GOOD)
@given(cut=st.floats(0, 1), token=st.sampled_from(TOKENS), until=st.floats(0, 1))
@settings(max_examples=40, suppress_health_check=NOTHING_SLOW)
def test_a_damaged_text_is_a_preview_or_one_error(name: str, cut: float, token: str, until: float) -> None:
    text = GOOD[name]
    start = int(cut * len(text))
    read((text[:start] + token + text[start + int(until * 20) :]).encode("utf-8", "replace"), "file")
    read((text[:start] + token).encode("utf-8", "replace"), "file", name.strip())


@pytest.mark.parametrize("name", sorted({name.strip() for name in GOOD}))
@given(content=st.binary(max_size=300))
@settings(max_examples=30, suppress_health_check=NOTHING_SLOW)
def test_bytes_that_mean_nothing_are_a_preview_or_one_error(name: str, content: bytes) -> None:
    read(content, "file", name)


def places(value: Any) -> list[Callable[[Any], None]]:
    """Return a setter for every place in a document."""
    found: list[Callable[[Any], None]] = []
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            found.append(lambda new, key=key: value.__setitem__(key, new))
            found += places(value[key])
    return found


@pytest.mark.parametrize("name", ["json", "fitbit", "nomie", "fhir"])
@given(data=st.data())
@settings(max_examples=120, suppress_health_check=NOTHING_SLOW)
def test_wrong_types_anywhere_are_a_preview_or_one_error(name: str, data: st.DataObject) -> None:
    document = json.loads(GOOD[name])
    setters = places(document)
    data.draw(st.sampled_from(setters))(data.draw(JUNK))
    read(json.dumps(document).encode(), "file", name)


@pytest.mark.parametrize("name", ["json", "fitbit", "nomie", "fhir"])
@pytest.mark.parametrize(
    "content", ["[" * 100_000, '{"a":' * 100_000, "9" * 50_000, '{"resourceType":' + "9" * 30_000 + "}"]
)
def test_deep_and_huge_json_is_refused(name: str, content: str) -> None:
    assert isinstance(read(content.encode(), "file", name), DiaryError)


def test_more_values_than_memory_should_hold_are_refused_before_they_are_read() -> None:
    error = read(b"[" + b"[]," * 3_000_000 + b"[]]", "file", "fhir")
    assert isinstance(error, DiaryError) and "values" in str(error)


@given(cut=st.floats(0, 1), junk=st.binary(min_size=1, max_size=8))
@settings(max_examples=80, suppress_health_check=NOTHING_SLOW)
def test_a_damaged_archive_is_a_preview_or_one_error(cut: float, junk: bytes) -> None:
    with TemporaryDirectory() as folder:
        members: dict[str, str | bytes] = {"export.xml": GOOD["apple_health"], "Fitbit/sleep-2026.json": GOOD["fitbit"]}
        content = zipped(Path(folder), members).read_bytes()
    start = int(cut * len(content))
    for damaged in (content[:start] + junk + content[start + len(junk) :], content[:start], content + junk):
        for name in ("apple_health", "fitbit", None):
            read(damaged, "file.zip", name)


@given(text=st.text(max_size=200))
@settings(max_examples=60, suppress_health_check=NOTHING_SLOW)
def test_a_guess_at_any_text_is_toml_or_one_error(text: str) -> None:
    with TemporaryDirectory() as folder:
        file = written(Path(folder), text.encode("utf-8", "replace"), "table.csv")
        try:
            guess = guess_mapping(file)
        except DiaryError:
            return
    import tomllib

    assert "time" in tomllib.loads(guess)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(DiaryError, match="check the name"):
            recognise(path)
        for importer in IMPORTERS.values():
            with pytest.raises(DiaryError):
                importer(path, SETTINGS)


def test_an_archive_that_states_a_gigantic_list_of_contents_is_refused_before_it_is_read(tmp_path: Path) -> None:
    content = bytearray(zipped(tmp_path, {"export.xml": GOOD["apple_health"]}).read_bytes())
    end = content.rfind(b"PK\x05\x06")
    content[end + 12 : end + 16] = (2_000_000_000).to_bytes(4, "little")
    error = read(bytes(content), "file.zip", "apple_health")
    assert isinstance(error, DiaryError) and "list of contents" in str(error)
