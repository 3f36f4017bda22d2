"""The published JSON Schema of the case: up to date, and of one mind with the reader."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from myotwitch.case import case_schema
from myotwitch.case.schema import SCHEMAS, schema_text, write_schemas

PROJECT = Path(__file__).parents[2]
EXAMPLES = sorted(
    file for file in (PROJECT / "examples" / "cases").iterdir() if file.suffix == ".yaml" or "thyroid" in file.name
)


def valid(document: object) -> bool:
    return bool(jsonschema.Draft202012Validator(case_schema()).is_valid(document))


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(case_schema())


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_the_schema_in_the_documentation_is_up_to_date(name: str) -> None:
    kept = (PROJECT / "docs" / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert kept == schema_text(SCHEMAS[name]), "run: python -m myotwitch.case.schema docs/schema"


def test_the_schema_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    files = write_schemas(tmp_path / "new")
    assert [file.name for file in files] == ["case.schema.json"]
    assert json.loads(files[0].read_text(encoding="utf-8")) == case_schema()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_every_example_fits_the_schema(file: Path) -> None:
    assert valid(YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"person": {"age_years": 3}},
        {"person": {"age_years": 340}, "twitching": [{"place": "calf"}]},
        {"person": {"age_years": 3}, "twitching": []},
        {"person": {"age_years": 3}, "twitching": [{"side": "left"}]},
        {"person": {"age_years": 3}, "twitching": [{"place": "eylid"}]},
        {"person": {"age_years": 3}, "twitching": [{"place": "calf", "colour": "red"}]},
        {
            "person": {"age_years": 3},
            "twitching": [{"place": "calf"}],
            "findings": [{"finding": "strss", "present": True}],
        },
        {"schema": "other", "person": {"age_years": 3}, "twitching": [{"place": "calf"}]},
    ],
)
def test_what_the_reader_refuses_for_its_form_does_not_fit_the_schema(document: object) -> None:
    assert not valid(document)


def test_every_field_of_the_schema_is_described() -> None:
    schema = case_schema()
    parts = [schema, *(part for part in schema["$defs"].values() if "properties" in part)]
    undescribed = [
        (part.get("title"), name)
        for part in parts
        for name, field in part["properties"].items()
        if not field.get("description")
    ]
    assert undescribed == []
