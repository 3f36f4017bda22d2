"""Collects every text that the app shows to people, and says which of them a language lacks.

    python -m docs.messages de            how many texts of each part there are, and how many are missing
    python -m docs.messages de --list     the missing texts themselves, as entries of a ``.po`` file
    python -m docs.messages de --part app --list

Texts of templates and modules are found by Babel: ``_("…")``, ``ngettext("…", "…", n)``, ``later("…")``,
``said(request, "…")``. Texts of tables stand in `TABLES`: whatever a page shows through ``translated(…)``.
What is bibliographic stays as it is.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from myotwitch.anatomy import MUSCLES, NERVES, PLACE_LABELS, SIDES
from myotwitch.case import ANALYTES, FINDINGS
from myotwitch.case.analytes import CALCIUM_PER_ALBUMIN, NORMAL_ALBUMIN
from myotwitch.causes import load_catalogue
from myotwitch.causes.cause import ExposureState
from myotwitch.causes.rare import load_rare_diseases
from myotwitch.causes.rules import load_rules
from myotwitch.course.experiment_substances import tryables
from myotwitch.language import LANGUAGES
from myotwitch.report.body_map import GROUPS, VIEWS
from myotwitch.report.reassurance import load_reassurance
from myotwitch.sources import Grade, read_table
from myotwitch.substances import SUBSTANCES
from myotwitch.twitches import Kind
from myotwitch.web.servings import servings

PACKAGE = Path(__file__).parents[1] / "src" / "myotwitch"
KEYWORDS = ({"_": None, "later": None, "ngettext": (1, 2)}, {"said": (2,)})
"""Functions that take a text, looked for one set after the other: a variable called as one of them hides the others."""
STATUSES = ("measured", "partly measured", "untested")
"""How an ion's effect on nerves is known."""
FIELD = re.compile(r"\{[a-z_0-9]*\}|%\([a-z_0-9]+\)[sdg]|%[sdg]")
"""What is filled in: it must be the same in every language."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows of which pages show some fields.

    Parameters
    ----------
    part
        The catalogue file that holds their translations.
    name
        What it is called in lists.
    rows
        Returns the rows: objects, mappings or texts.
    fields
        What is shown of each; empty where a row is a text itself.
    """

    part: str
    name: str
    rows: Callable[[], Iterable[Any]]
    fields: tuple[str, ...] = ()


TABLES: tuple[Table, ...] = (
    Table(part="causes", name="causes/catalogue", rows=load_catalogue().causes.values,
          fields=("title", "plain_title", "group", "mechanism", "time_course", "what_helps", "watch_for", "tests")),
    Table(part="causes", name="causes/rules", rows=load_rules, fields=("text", "doctor_text", "note")),
    Table(part="causes", name="causes/wording.toml",
          rows=lambda: read_table("myotwitch.causes", "wording.toml").values()),
    Table(part="causes", name="causes/rare_diseases.toml", rows=lambda: (load_rare_diseases(),),
          fields=("attribution", "licence")),
    Table(part="tables", name="case/findings.toml", rows=FINDINGS.values, fields=("label", "question", "group")),
    Table(part="tables", name="case/analytes.toml", rows=ANALYTES.values, fields=("label",)),
    Table(part="tables", name="anatomy/muscles.csv", rows=MUSCLES.values,
          fields=("name", "synonyms", "loose_names")),
    Table(part="tables", name="anatomy/nerves.csv", rows=NERVES.values, fields=("name", "plain_name")),
    Table(part="tables", name="places", rows=PLACE_LABELS.values),
    Table(part="tables", name="sides", rows=lambda: SIDES),
    Table(part="tables", name="kinds of twitches", rows=lambda: (kind.value.replace("_", " ") for kind in Kind)),
    Table(part="tables", name="substances.toml", rows=SUBSTANCES.values,
          fields=("name", "synonyms", "class_label", "mechanism")),
    Table(part="tables", name="servings.toml", rows=servings, fields=("name",)),
    Table(part="tables", name="experiment_substances.toml", rows=lambda: tryables().values(),
          fields=("taken", "left", "cautions")),
    Table(part="tables", name="reassurance.toml", rows=load_reassurance, fields=("text",)),
    Table(part="tables", name="axon/evidence.toml",
          rows=lambda: read_table("myotwitch.simulation.axon", "evidence.toml").values(), fields=("text",)),
    Table(part="causes", name="notes of causes/catalogue",
          rows=lambda: _notes([*load_catalogue().causes.values(), load_catalogue().background])),
    Table(part="encyclopaedia", name="words of figures and exposures",
          rows=lambda: (*Grade, *ExposureState, *STATUSES)),
    Table(part="encyclopaedia", name="classes of substances",
          rows=lambda: {
              name for cause in load_catalogue().causes.values() for name in cause.risk_exposures
          } - SUBSTANCES.keys()),
    Table(part="notes", name="notes of tables",
          rows=lambda: _notes(
              [*ANALYTES.values(), *MUSCLES.values(), *SUBSTANCES.values(), CALCIUM_PER_ALBUMIN, NORMAL_ALBUMIN]
          )),
    Table(part="tables", name="views of the body", rows=lambda: VIEWS, fields=("title",)),
    Table(part="tables", name="drawings of the body",
          rows=lambda: (words for view in VIEWS for _, words in view.sheets)),
    Table(part="tables", name="groups of places", rows=lambda: GROUPS),
)  # fmt: skip
"""Every table of which a page shows texts."""


def _notes(rows: Iterable[Any]) -> Iterator[str]:
    """Yield why every figure of some rows is as it is, and of whom it was measured."""
    for row in rows:
        values = row.values() if isinstance(row, Mapping) else row if isinstance(row, tuple | list) else ()
        if is_dataclass(row):
            yield from (str(getattr(row, name, "")) for name in ("note", "population"))
            values = [getattr(row, field.name) for field in fields(row)]
        yield from _notes(values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A text that is shown to people.

    Parameters
    ----------
    part
        The catalogue file to which its translation belongs.
    one, many
        The text, and that for several where a number decides; None where none does.
    where
        Where it stands.
    """

    part: str
    one: str
    many: str | None
    where: str


@cache
def messages() -> Mapping[str, Message]:
    """Return every text that is shown to people, by itself."""
    found: dict[str, Message] = {}
    for message in (*_in_sources(), *_in_tables()):
        known = found.get(message.one)
        if known is None or (known.many is None and message.many is not None):
            found[message.one] = message
    return found


def _in_sources() -> Iterator[Message]:
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]):
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        options = {"silent": "false"}
        name = path.relative_to(PACKAGE).as_posix()
        for keywords in KEYWORDS:
            for line, text, _, _ in extract_from_file(method, path, keywords=keywords, options=options):
                one, many = (text, None) if isinstance(text, str) else (text[0], text[1])
                if one:
                    yield Message(part=_part_of(name), one=one, many=many, where=f"{name}:{line}")


def _part_of(name: str) -> str:
    if name.startswith(("report/letter/", "report/templates/", "report/body_map/")):
        return "report"
    return {"web": "app", "report": "encyclopaedia"}.get(name.split("/", maxsplit=1)[0], "sentences")


def _in_tables() -> Iterator[Message]:
    for table in TABLES:
        for row in table.rows():
            values = [_field(row, name) for name in table.fields] if table.fields else [row]
            for text in _texts(values):
                yield Message(part=table.part, one=text, many=None, where=table.name)


def _field(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, Mapping) else getattr(row, name)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value:
            yield str(value)
    elif value is not None:
        for one in value:
            yield from _texts(one)


def catalogues(language: str) -> Mapping[str, Catalog]:
    """Return the catalogue files of a language, by the parts that they translate."""
    folder = PACKAGE / "locale" / language
    found = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as stream:
            found[path.stem] = read_po(stream, locale=language, abort_invalid=True)
    return found


def missing(language: str) -> Mapping[str, Message]:
    """Return the texts that a language lacks, in whole or in one of their plural forms."""
    known = catalogues(language)
    return {one: message for one, message in messages().items() if not _is_translated(message, known)}


def _is_translated(message: Message, known: Mapping[str, Catalog]) -> bool:
    for catalogue in known.values():
        entry = catalogue.get(message.one)
        if entry is not None and not entry.fuzzy:
            texts = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
            if all(texts) and (message.many is None or len(texts) > 1):
                return True
    return False


def entry_text(message: Message) -> str:
    """Return a text as an entry of a ``.po`` file that waits for its translation."""
    head = f"#: {message.where}\nmsgid {_quoted(message.one)}\n"
    if message.many is None:
        return f'{head}msgstr ""\n'
    return f'{head}msgid_plural {_quoted(message.many)}\nmsgstr[0] ""\nmsgstr[1] ""\n'


def _quoted(text: str) -> str:
    marked = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{marked}"'


def main() -> int:
    """Say what a language lacks; return 1 if it lacks anything."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("language", choices=[code for code in LANGUAGES if code != "en"])
    parser.add_argument("--part", help="only the texts of one catalogue file, such as app")
    parser.add_argument("--list", action="store_true", help="print the missing texts as entries of a .po file")
    given = parser.parse_args()
    every, lacking = messages().values(), missing(given.language).values()
    if given.list:
        print("\n".join(entry_text(message) for message in lacking if given.part in (None, message.part)))
        return int(bool(lacking))
    for part in sorted({message.part for message in every}):
        count, lacks = (sum(message.part == part for message in some) for some in (every, lacking))
        print(f"{part:12}{count:6} texts, {lacks:6} missing")
    return int(bool(lacking))


if __name__ == "__main__":
    sys.exit(main())
