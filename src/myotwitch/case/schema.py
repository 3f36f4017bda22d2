"""JSON Schema of the case, generated from its types.

``python -m myotwitch.case.schema docs/schema`` writes the schema again after a change of the types.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def case_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a case file; the same on every call and machine.

    It holds all that a schema can say. That entries do not contradict one another, that laboratory units fit and that
    recordings exist is checked only when a case is read.
    """
    from myotwitch.case.case import SCHEMA_NAME, Case

    return {"$schema": DIALECT, "$id": f"https://myotwitch.invalid/schema/{SCHEMA_NAME}", **Case.model_json_schema()}


SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {"case": case_schema}
"""The schemas that this room can write: the name of the file, and the function that makes its content."""


def schema_text(make_schema: Callable[[], dict[str, Any]]) -> str:
    """Return a schema as the text that is kept in the documentation."""
    return json.dumps(make_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def write_schemas(folder: Path, schemas: Mapping[str, Callable[[], dict[str, Any]]] = SCHEMAS) -> list[Path]:
    """Write each schema as ``<name>.schema.json`` into `folder`, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, make_schema in schemas.items():
        file = folder / f"{name}.schema.json"
        file.write_text(schema_text(make_schema), encoding="utf-8")
        files.append(file)
    return files


if __name__ == "__main__":
    for written in write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schema")):
        print(written)
