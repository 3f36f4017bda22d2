"""A whole diary in forms that other programs read."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from myotwitch.diary.columns import table_text
from myotwitch.diary.diary import Diary
from myotwitch.diary.document import diary_json
from myotwitch.diary.exports.fhir_bundle import bundle_json, bundle_of

Exporter = Callable[[Diary], str]
"""Returns a diary as the text of a file."""


def csv_text(diary: Diary) -> str:
    """Return the entries of a diary as a table with the contract's columns."""
    return table_text(diary.entries)


EXPORTERS: Mapping[str, Exporter] = MappingProxyType({"json": diary_json, "csv": csv_text, "fhir": bundle_json})
"""Every exporter by its name."""

ENDINGS: Mapping[str, str] = MappingProxyType({".fhir.json": "fhir", ".json": "json", ".csv": "csv"})
"""The exporter for each ending of a file's name; the first that fits counts."""

__all__ = ["ENDINGS", "EXPORTERS", "Exporter", "bundle_of", "csv_text"]
