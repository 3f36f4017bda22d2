"""Makes the generated pages of the documentation: JSON Schemas and the pages of every number.

    python -m docs.make_pages            writes them (``make docs``)
    python -m docs.make_pages --check    says which are out of date, and then ends with code 1

The figures in ``benchmarks.md`` are measured, so they are written by ``python -m benchmarks --write-docs`` alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from docs.number_pages import number_pages

from myotwitch.case.schema import case_schema
from myotwitch.causes.document_schema import assessment_schema
from myotwitch.course.document_schema import course_schema
from myotwitch.diary.document import diary_schema
from myotwitch.simulation.document_schema import simulation_schema
from myotwitch.twitches.document_schema import detection_schema

DOCS = Path(__file__).parent
SCHEMAS = {
    "assessment": assessment_schema,
    "case": case_schema,
    "course": course_schema,
    "detection": detection_schema,
    "diary": diary_schema,
    "simulation": simulation_schema,
}


def made_pages() -> dict[str, str]:
    """Return the text of every generated page, by its path below ``docs``; the same on every machine."""
    schemas = {
        f"schema/{name}.schema.json": json.dumps(make(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        for name, make in SCHEMAS.items()
    }
    return schemas | number_pages()


def kept_pages() -> dict[str, str]:
    """Return the generated pages that lie in the documentation, those included that nothing makes any more."""
    paths = [DOCS / "numbers.md", *DOCS.glob("numbers/*.md"), *DOCS.glob("schema/*.json")]
    return {str(path.relative_to(DOCS).as_posix()): path.read_text(encoding="utf-8") for path in paths if path.exists()}


def stale_pages() -> list[str]:
    """Return the pages that are missing, out of date, or made by nothing any more."""
    made, kept = made_pages(), kept_pages()
    return sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))


def write_pages() -> list[str]:
    """Write what is out of date and remove what nothing makes any more; return the names."""
    made, stale = made_pages(), stale_pages()
    for name in stale:
        path = DOCS / name
        if name in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[name], encoding="utf-8")
        else:
            path.unlink()
    return stale


def main() -> int:
    """Write or check the pages, and say which."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; end with code 1 if a page is out of date")
    is_check = parser.parse_args().check
    names = stale_pages() if is_check else write_pages()
    for name in names:
        print(f"docs/{name} {'is out of date; run: make docs' if is_check else 'written'}", file=sys.stderr)
    return int(is_check and bool(names))


if __name__ == "__main__":
    raise SystemExit(main())
