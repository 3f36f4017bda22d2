"""Reads what this program wrote: the contract's table, and the JSON document of a whole diary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from myotwitch.case.checks import nearest_hint, shown
from myotwitch.diary.columns import read_table
from myotwitch.diary.diary import DiaryPerson
from myotwitch.diary.document import SCHEMA_NAME
from myotwitch.diary.entries import KINDS
from myotwitch.diary.imports.preview import MOST_FAULTS, Collector, ImportSettings, Preview
from myotwitch.diary.imports.reading import read_json
from myotwitch.language import _


def import_table(path: Path, settings: ImportSettings) -> Preview:
    """Return what a table with the contract's columns holds.

    Raises
    ------
    DiaryError
        With every fault of the table, unless the person asked to leave faulty rows out.
    """
    table = read_table(path, skip_faulty=True)
    collector = Collector(source="csv", file=str(path), settings=settings)
    collector.entries = list(table.entries)
    collector.used, collector.faulty = len(table.entries), table.faulty
    collector.faults = list(table.faults[:MOST_FAULTS])
    for name, count in sorted(table.unused.items()):
        collector.tell(
            _("What is filled in means nothing there and is not kept: {name}").format(name=name), count=count
        )
    return collector.preview()


def import_document(path: Path, settings: ImportSettings) -> Preview:
    """Return what a diary in JSON holds; its entries keep their keys.

    Raises
    ------
    DiaryError
        If it is no such document, or entries of it are at fault.
    """
    document = read_json(path)
    collector = Collector(source="json", file=str(path), settings=settings)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA_NAME:
        raise collector.error(
            _("The document does not say schema: {schema_name}; a diary in JSON begins with it.").format(
                schema_name=SCHEMA_NAME
            )
        )
    if unknown := set(document) - {"schema", "person", "entries"}:
        raise collector.error(_("The field {unknown} is not known here.").format(unknown=shown(min(unknown))))
    entries = document.get("entries")
    if not isinstance(entries, list):
        raise collector.error(_("The list of entries is missing."), where="entries")
    for index, entry in enumerate(entries):
        _take(collector, entry, f"entries[{index}]")
    return collector.preview(_person(collector, document.get("person")))


def _take(collector: Collector, entry: Any, where: str) -> None:
    if not isinstance(entry, dict):
        collector.refuse(_("An entry is a block of fields."), where=where)
        return
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        hint = nearest_hint(kind, list(KINDS)) if isinstance(kind, str) else ""
        collector.refuse(
            _("The kind {kind} is not known.{hint} Allowed are {kinds}.").format(
                kind=shown(kind), hint=hint, kinds=", ".join(KINDS)
            ),
            where=where,
        )
        return
    collector.add(entry, where=where)


def _person(collector: Collector, given: Any) -> DiaryPerson | None:
    if not given:
        return None
    try:
        return DiaryPerson.model_validate(given)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise collector.error(_("What is said about the person is not possible."), where=f"person.{place}") from error
