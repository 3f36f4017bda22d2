"""A whole diary as one JSON document, and the schema of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from myotwitch.case.schema import DIALECT
from myotwitch.diary.diary import Diary, DiaryPerson
from myotwitch.diary.entries import ENTRY

SCHEMA_NAME = "myotwitch.diary/1"


def diary_document(diary: Diary) -> dict[str, Any]:
    """Return a diary as plain JSON values: the person, and every entry with its key."""
    return {
        "schema": SCHEMA_NAME,
        "person": diary.person.to_document() if diary.person else {},
        "entries": [entry.to_document() for entry in diary.entries],
    }


def diary_json(diary: Diary) -> str:
    """Return a diary as a JSON text that imports as the same entries."""
    return json.dumps(diary_document(diary), ensure_ascii=False, indent=1) + "\n"


def diary_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a diary in JSON; the same on every call and machine.

    It holds all that a schema can say. That a unit fits its laboratory value, and that a plan ends after it began, is
    checked only when a diary is read.
    """
    entries = ENTRY.json_schema(mode="validation", ref_template="#/$defs/{model}")
    person = DiaryPerson.model_json_schema(mode="validation", ref_template="#/$defs/{model}")
    definitions = {**person.pop("$defs", {}), **entries.pop("$defs")}
    return {
        "$schema": DIALECT,
        "$id": f"https://myotwitch.invalid/schema/{SCHEMA_NAME}",
        "title": "Diary",
        "type": "object",
        "additionalProperties": False,
        "required": ["schema", "entries"],
        "properties": {
            "schema": {"const": SCHEMA_NAME},
            "person": person,
            "entries": {"type": "array", "items": _without_mapping(entries)},
        },
        "$defs": definitions,
    }


def _without_mapping(union: Mapping[str, Any]) -> dict[str, Any]:
    # `discriminator` is a word of OpenAPI, not of JSON Schema.
    return {name: value for name, value in union.items() if name != "discriminator"}
