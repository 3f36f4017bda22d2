"""What the separate process makes of a file of another program: what it would add, or a first guess at its columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from myotwitch.diary.imports import IMPORTERS, ImportSettings, guess_mapping, read_mapping, recognise
from myotwitch.diary.imports.zones import WITHOUT_ZONE
from myotwitch.errors import FaultyFileError
from myotwitch.language import translated

MOST_TOLD = 100


def preview(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read ``file`` and keep its entries as ``entries.json``; answer what there is to know before they are taken.

    Parameters
    ----------
    given
        ``importer``: its name, empty to find it out; ``zone``, ``effort``, ``drink``, ``skip_faulty``: as in
        `ImportSettings`; ``mapping``: text of a mapping, empty where there is none.

    Returns
    -------
    ``importer``, and: ``guess``, the text of a mapping, where a table needs one; or ``faults``, and whether a zone is
    needed; or what would be added.
    """
    path = Path("file")
    importer = ""
    try:
        importer = given["importer"] or recognise(path)
        if importer == "table" and not given["mapping"]:
            return {"importer": importer, "guess": guess_mapping(path), "faults": []}
        read = IMPORTERS[importer](path, _settings(given))
    except FaultyFileError as error:
        told = [str(fault) for fault in error.faults[:MOST_TOLD]]
        needs_zone = not given["zone"] and any(_no_zone() in text for text in told)
        return {"importer": importer, "faults": told, "needs_zone": needs_zone, "count": len(error.faults)}
    kept = {
        "person": None if read.person is None else read.person.model_dump(mode="json", exclude_none=True),
        "entries": [entry.to_document() for entry in read.entries],
    }
    Path("entries.json").write_text(json.dumps(kept), encoding="utf-8")
    return {
        "importer": importer,
        "faults": [str(fault) for fault in read.faults[:MOST_TOLD]],
        "kinds": read.kinds,
        "first": None if read.first is None else read.first.isoformat(),
        "last": None if read.last is None else read.last.isoformat(),
        "records": read.records,
        "used": read.used,
        "faulty": read.faulty,
        "left_out": read.left_out,
        "notices": [
            {"reason": notice.reason, "count": notice.count, "example": notice.example, "left_out": notice.is_left_out}
            for notice in read.notices[:MOST_TOLD]
        ],
    }


def _no_zone() -> str:
    """Return by what a fault is known that only lacks a zone, in the language in which faults are told here."""
    return translated(WITHOUT_ZONE).split(";")[0].split("{time}")[1]


def _settings(given: Mapping[str, Any]) -> ImportSettings:
    mapping = None
    if given["mapping"]:
        Path("mapping.toml").write_text(given["mapping"], encoding="utf-8")
        mapping = read_mapping(Path("mapping.toml"))
    return ImportSettings(
        zone=given["zone"] or None,
        mapping=mapping,
        effort=given["effort"],
        drink=given["drink"] or None,
        skip_faulty=given["skip_faulty"],
    )
