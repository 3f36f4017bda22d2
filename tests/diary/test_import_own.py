"""What was exported comes back as the same entries, and a second import adds nothing new."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.diary.import_files import adds_up, preview_of, written

from myotwitch.case import FINDINGS
from myotwitch.diary import ENTRY, Diary, DiaryPerson, Entry
from myotwitch.diary.document import diary_document, diary_schema
from myotwitch.diary.exports import ENDINGS, EXPORTERS
from myotwitch.diary.imports import ImportSettings
from myotwitch.errors import DiaryError
from myotwitch.substances import SUBSTANCES

PLAIN = ImportSettings()
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.builds(
    lambda time, zone: time.replace(tzinfo=UTC).astimezone(zone).isoformat(),
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda time: time.replace(microsecond=0)),
    offsets,
)
texts = st.one_of(
    st.none(),
    st.text(st.characters(categories=("L", "N", "P", "S")) | st.sampled_from(' ,;"\n'), min_size=1, max_size=60)
    .map(str.strip)
    .filter(bool),
)
levels = st.floats(0, 10, allow_subnormal=False)
minutes = st.floats(0, 2000, allow_subnormal=False)


def entry(kind: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    built = st.fixed_dictionaries({"kind": st.just(kind), "time": times, "text": texts, **fields})
    return built.map(lambda document: {name: value for name, value in document.items() if value is not None})


amounts = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {"amount": st.floats(0, 1e5, allow_subnormal=False), "unit": st.sampled_from(["mg", "g", "ug", "unit", "ml"])}
    ),
)
substances = st.sampled_from(sorted(SUBSTANCES))
entries = st.one_of(
    entry(
        "bout",
        place=st.sampled_from([None, "calf", "eyelid"]),
        side=st.sampled_from([None, "left"]),
        count=st.integers(1, 50),
        duration_s=st.none() | st.floats(0, 1e4, allow_subnormal=False),
        strength=st.none() | levels,
        painful=st.sampled_from([None, True, False]),
        character=st.sampled_from([None, "flicker", "cramp", "flutter"]),
        when=st.sampled_from([None, "rest"]),
    ),
    entry("check_in", duration_min=minutes),
    st.builds(lambda one, two: {**one, **two}, entry("intake", substance=substances), amounts),
    st.builds(
        lambda one, two: {**one, **two},
        entry(
            "schedule",
            substance=substances,
            at=st.lists(st.sampled_from(["08:00", "20:30"]), min_size=1, unique=True),
            every_days=st.integers(1, 7),
        ),
        amounts,
    ),
    entry("sleep", duration_min=minutes, to_bed=st.none() | times),
    entry("stress", level=levels),
    entry("exercise", effort=levels, duration_min=st.none() | minutes),
    entry("screen", duration_min=minutes),
    entry("symptom", finding=st.sampled_from(sorted(FINDINGS)), severity=st.none() | levels),
    entry("lab", analyte=st.just("magnesium"), value=st.floats(0.3, 3), unit=st.just("mmol/L")),
    entry("cycle", event=st.sampled_from(["began", "ended"])),
    entry("pregnancy", event=st.just("began")),
    entry("illness", event=st.just("began"), finding=st.sampled_from([None, "diabetes"])),
    entry("vaccination"),
    entry("recording", sha256=st.just("a" * 64), duration_s=st.none() | st.floats(0, 1e4, allow_subnormal=False)),
    st.builds(lambda document: {"text": "x", **document}, entry("note")),
)
persons = st.one_of(st.none(), st.just(DiaryPerson(birth_year=1990, sex="female", weight_kg=62.0, smokes=False)))
diaries = st.builds(
    lambda documents, person: Diary(entries=tuple(ENTRY.validate_python(one) for one in documents), person=person),
    st.lists(entries, max_size=12),
    persons,
)


def fingerprints(some: tuple[Entry, ...]) -> Counter[str]:
    return Counter(one.fingerprint for one in some)


def exported(diary: Diary, ending: str, folder: Path) -> Path:
    return written(folder, EXPORTERS[ENDINGS[ending]](diary), f"diary{ending}")


@pytest.mark.parametrize("ending", [".json", ".csv"])
@given(diary=diaries)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_an_export_imports_as_the_same_entries(diary: Diary, ending: str) -> None:
    with TemporaryDirectory() as folder:
        if not diary.entries and ending == ".csv":
            return
        preview = preview_of(exported(diary, ending, Path(folder)), PLAIN)
    assert fingerprints(preview.entries) == fingerprints(diary.entries)
    assert preview.records == preview.used == len(diary.entries) and adds_up(preview)
    if ending == ".json":
        assert {one.key for one in preview.entries} == {one.key for one in diary.entries}
        assert preview.person == diary.person


@given(diary=diaries)
@settings(max_examples=40)
def test_the_document_keeps_its_schema(diary: Diary) -> None:
    jsonschema.validate(diary_document(diary), diary_schema())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": "myotwitch.diary/2"}, "No program is known"),
        ({"entries": None}, "list of entries is missing"),
        ({"entries": [1]}, r"entries\[0\]: An entry is a block"),
        ({"entries": [{"kind": "bot"}]}, "Did you mean 'bout'"),
        ({"entries": [{"kind": "bout", "time": "2026-03-04T10:00:00"}]}, r"entries\[0\].time.*no offset"),
        ({"person": {"birth_year": "x"}}, r"person.birth_year"),
        ({"more": 1}, "'more' is not known"),
    ],
)
def test_a_damaged_document_is_told_where(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    document = {"schema": "myotwitch.diary/1", "person": {}, "entries": [], **change}
    with pytest.raises(DiaryError, match=said):
        preview_of(written(tmp_path, json.dumps(document), "d.json"), PLAIN)


def test_rows_at_fault_of_a_table_are_left_out_and_told_where_that_was_asked_for(tmp_path: Path) -> None:
    time = "2026-03-04T10:00:00+00:00"
    file = written(tmp_path, f"time,kind,value\n{time},stress,3\n{time},stress,30\n{time},sterss,3\n", "d.csv")
    with pytest.raises(DiaryError, match=r"2 records are at fault.*--skip-faulty") as refused:
        preview_of(file, PLAIN)
    assert [fault.line for fault in refused.value.faults] == [None, 3, 4]
    preview = preview_of(file, ImportSettings(skip_faulty=True))
    assert (preview.records, preview.used, preview.faulty, len(preview.faults)) == (3, 1, 2, 2)
    assert adds_up(preview)
