"""Generated pages say what the program says, and every source is used by a number or a text."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from docs.graded_entries import GRADES, cited_keys, declared_sources, graded_entries

from myotwitch.case import case_from_document
from myotwitch.causes import assess, assessment_document
from myotwitch.detection import detect
from myotwitch.recordings import recording_from_array
from myotwitch.twitches import detection_document

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "docs" / "schema"


def schema(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_every_generated_page_is_up_to_date() -> None:
    command = [sys.executable, "-m", "docs.make_pages", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_every_source_is_used() -> None:
    cited = cited_keys()
    unused = [f"{source.room}: {source.key}" for source in declared_sources() if source.key not in cited[source.room]]
    assert unused == []


def test_every_cited_key_exists() -> None:
    declared = {(source.room, source.key) for source in declared_sources()}
    assert {(room, key) for room, keys in cited_keys().items() for key in keys} - declared == set()


def test_no_source_is_declared_twice_in_a_room() -> None:
    keys = [(source.room, source.key) for source in declared_sources()]
    assert sorted(keys) == sorted(set(keys))


def test_every_number_has_a_grade_and_what_the_grade_demands() -> None:
    entries = graded_entries()
    assert {entry.grade for entry in entries} == set(GRADES)
    assert [entry.name for entry in entries if entry.grade != "expert" and not entry.sources] == []
    assert [entry.name for entry in entries if entry.grade == "derived" and not entry.note] == []
    assert [f"{entry.file} {entry.name}" for entry in entries if entry.grade == "expert" and not entry.note] == []


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.name)
def test_every_schema_is_one_of_draft_2020_12(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(document)


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    """One real document of each kind, with at least one entry in each of its lists where the engine gives one."""
    samples = np.random.default_rng(1).normal(0.0, 1.0, 20_000)
    samples[5000:5006] += [20.0, 60.0, 30.0, -30.0, -60.0, -20.0]
    samples[12_000:14_000] = 0.0
    twitches = detect(recording_from_array(samples, 1000.0))
    yield "detection", detection_document(twitches)
    case = case_from_document(
        {
            "person": {"age_years": 34, "sex": "female"},
            "twitching": [{"place": "eyelid", "since_days": 21}],
            "findings": [{"finding": "stress", "present": True}],
        }
    )
    yield "assessment", assessment_document(assess(case, (twitches,)))


@pytest.mark.parametrize(("name", "document"), list(documents()), ids=["detection", "assessment"])
def test_a_real_document_keeps_its_schema_and_holds_nothing_that_the_schema_leaves_out(
    name: str, document: dict[str, Any]
) -> None:
    whole = schema(name)
    jsonschema.Draft202012Validator(whole).validate(document)
    assert list(undescribed(document, whole, whole, name)) == []


def undescribed(document: Any, part: dict[str, Any], whole: dict[str, Any], path: str) -> Iterator[str]:
    """Yield the entries of a document that its schema has no description of."""
    if "$ref" in part:
        part = whole["$defs"][part["$ref"].removeprefix("#/$defs/")]
    if isinstance(document, dict):
        for key, value in document.items():
            if key not in part["properties"]:
                yield f"{path}.{key}"
            else:
                yield from undescribed(value, part["properties"][key], whole, f"{path}.{key}")
    if isinstance(document, list) and "items" in part:
        for value in document:
            yield from undescribed(value, part["items"], whole, f"{path}[]")


@pytest.mark.parametrize(
    ("name", "path", "wrong"),
    [
        ("detection", ("schema",), "myotwitch.detection/2"),
        ("detection", ("twitches", 0, "kind"), "spasm"),
        ("detection", ("twitches", 0, "extent"), "limb"),
        ("detection", ("excluded", 0, "reason"), "boredom"),
        ("detection", ("summary", "count"), -1),
        ("assessment", ("schema",), "myotwitch.case/1"),
        ("assessment", ("urgency",), "soon"),
        ("assessment", ("causes", 0, "probability"), 1.2),
    ],
)
def test_the_schemas_refuse_what_the_contract_does_not_know(
    name: str, path: tuple[str | int, ...], wrong: object
) -> None:
    document: Any = json.loads(json.dumps(dict(documents())[name]))
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = wrong
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema(name)).validate(document)
