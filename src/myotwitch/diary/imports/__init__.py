"""Files of other programs as entries of a diary: read, previewed, and never guessed at."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from myotwitch.diary.imports.apple_health import import_apple_health
from myotwitch.diary.imports.bearable import import_bearable
from myotwitch.diary.imports.fhir import import_fhir
from myotwitch.diary.imports.fitbit import import_fitbit
from myotwitch.diary.imports.guessing import guess_mapping
from myotwitch.diary.imports.mapping import read_mapping
from myotwitch.diary.imports.nomie import import_nomie
from myotwitch.diary.imports.own import import_document, import_table
from myotwitch.diary.imports.preview import ImportSettings, Notice, Preview
from myotwitch.diary.imports.recognising import recognise
from myotwitch.diary.imports.table import import_mapped

Importer = Callable[[Path, ImportSettings], Preview]
"""Reads a file with what the person says about it; raises a `DiaryError` for what is wrong with the file."""

IMPORTERS: Mapping[str, Importer] = MappingProxyType(
    {
        "csv": import_table,
        "json": import_document,
        "table": import_mapped,
        "apple_health": import_apple_health,
        "fitbit": import_fitbit,
        "nomie": import_nomie,
        "bearable": import_bearable,
        "fhir": import_fhir,
    }
)
"""Every importer by its name; `recognise` says which one reads a file."""

__all__ = [
    "IMPORTERS",
    "ImportSettings",
    "Importer",
    "Notice",
    "Preview",
    "guess_mapping",
    "read_mapping",
    "recognise",
]
