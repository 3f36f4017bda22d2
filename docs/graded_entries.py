"""Finds every graded number in the project's own data tables: its place, spread, grade and sources."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "myotwitch"
GRADES = ("sourced", "derived", "expert")
GRADING = {"grade", "sources", "note", "population", "spread", "value", "low", "high", "mean", "sd"}

UNIT_OF_ENTRY: Mapping[str, str] = {
    "half_life": "h",
    "elimination_rate": "g/L/h",
    "time_to_peak": "h",
    "absorption_rate": "1/h",
    "usual_amount": "mg/day",
    "most": "mg/day",
    "michaelis_constant": "g/L",
    "distribution_volume": "L/kg",
    "molar_mass": "g/mol",
    "calcium_per_albumin": "mmol/g",
    "normal_albumin": "g/L",
    "lab_halving_days": "days",
    "recent_days": "days",
    "least_information_bits": "bits",
}
"""The unit of entries that have one of their own; everything else in the catalogue of causes is a pure number."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One graded number, or one table that is graded as a whole.

    Parameters
    ----------
    file
        Its table, relative to the package.
    name
        Its place in the table, such as ``findings.stress``.
    text, spread
        The number and its spread, as shown.
    grade, sources, population, note
        As in the table.
    """

    file: str
    name: str
    text: str
    spread: str
    grade: str
    sources: tuple[str, ...]
    population: str
    note: str

    @property
    def room(self) -> str:
        """The room that the table lies in."""
        return self.file.split("/")[0]


def tables() -> dict[str, dict[str, Any]]:
    """Return the content of every TOML table of the package, by its path within it; files of sources are left out."""
    files = sorted(path for path in PACKAGE.rglob("*.toml") if "sources" not in (path.stem, path.parent.name))
    return {str(path.relative_to(PACKAGE).as_posix()): tomllib.loads(path.read_text("utf-8")) for path in files}


def graded_entries() -> list[Entry]:
    """Return every graded entry, by file and place."""
    entries = [entry for file, table in tables().items() for entry in _walk(file, (), table, unit="")]
    return entries + [
        Entry(
            file="anatomy/muscles.csv",
            name=row["key"],
            text=f"{row['nerves']}; {row['roots']}",
            spread="",
            grade=row["grade"],
            sources=tuple(filter(None, row["sources"].split(";"))),
            population="",
            note=row["note"],
        )
        for row in _csv_rows("muscles")
    ]


def _csv_rows(name: str) -> list[dict[str, str]]:
    with (PACKAGE / "anatomy" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _walk(file: str, path: tuple[str, ...], node: Any, unit: str) -> Iterator[Entry]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _walk(file, (*path, _label(item, index)), item, unit)
    if not isinstance(node, dict):
        return
    if "analytes" in file:
        unit = node.get("unit", unit)
    if "grade" in node:
        text, spread = _number(node, _unit(file, path, unit))
        yield Entry(
            file=file,
            name=".".join(path),
            text=text,
            spread=spread,
            grade=str(node["grade"]),
            sources=tuple(node.get("sources", ())),
            population=str(node.get("population", "")),
            note=str(node.get("note", "")),
        )
    for name, item in node.items():
        yield from _walk(file, (*path, name), item, unit)


def _label(item: Any, index: int) -> str:
    """Return what tells one table of a list from the others: its name or its conditions."""
    if isinstance(item, dict):
        if "name" in item:
            return str(item["name"])
        ages = f"{item['ages'][0]} to {item['ages'][1]} years" if "ages" in item else ""
        kind = " ".join(str(item[key]) for key in ("advice", "seriousness", "sex") if key in item)
        pregnant = "" if "pregnant" not in item else "pregnant" if item["pregnant"] else "not pregnant"
        if told := ", ".join(part for part in (kind, ages, pregnant) if part):
            return told
        if "value" in item:
            return "everyone else"
    return str(index + 1)


def _unit(file: str, path: tuple[str, ...], unit: str) -> str:
    known = next((UNIT_OF_ENTRY[part] for part in reversed(path) if part in UNIT_OF_ENTRY), "")
    return known or ("ms" if "twitch_times" in file else unit)


def _number(node: Mapping[str, Any], unit: str) -> tuple[str, str]:
    unit = f" {unit}" if unit else ""
    if "value" in node:
        return f"{node['value']:g}{unit}", f"{node['low']:g} to {node['high']:g}"
    if "mean" in node:
        return f"mean {node['mean']:g}{unit}, SD {node['sd']:g}", ""
    if "low" in node and "high" in node:
        return f"{node['low']:g} to {node['high']:g}{unit}", ""
    weights = [f"{name} {weight:g}" for name, weight in node.items() if _is_number(weight) and name not in GRADING]
    if weights:
        return ", ".join(weights), f"odds × or ÷ {node['spread']:g}" if "spread" in node else ""
    return str(node.get("text", "what is claimed in words")), ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True, kw_only=True)
class KnownSource:
    """A source that a room declares, and how it was read."""

    room: str
    key: str
    citation: str
    link: str
    reading: str


def declared_sources() -> list[KnownSource]:
    """Return every source of every room, by room and key."""
    files = [path for path in PACKAGE.rglob("*.toml") if "sources" in (path.stem, path.parent.name)]
    found = [
        KnownSource(room=path.relative_to(PACKAGE).parts[0], key=key, **row)
        for path in files
        for key, row in tomllib.loads(path.read_text("utf-8")).items()
    ]
    return sorted(found, key=lambda source: (source.room, source.key))


SOURCES_OF_ROOM = {"report": "causes"}
"""Rooms without sources of their own, and those whose sources they cite."""


def cited_keys() -> dict[str, dict[str, int]]:
    """Return how often each key of each room's sources is cited."""
    cited: dict[str, dict[str, int]] = {}

    def count(room: str, key: str) -> None:
        keys = cited.setdefault(SOURCES_OF_ROOM.get(room, room), {})
        keys[key] = keys.get(key, 0) + 1

    def walk(room: str, node: Any) -> None:
        for item in node.values() if isinstance(node, dict) else node:
            if isinstance(item, dict | list):
                walk(room, item)
        if isinstance(node, dict) and isinstance(node.get("sources"), list):
            for key in node["sources"]:
                count(room, key)

    for file, table in tables().items():
        walk(file.split("/")[0], table)
    for name in ("muscles", "nerves"):
        for row in _csv_rows(name):
            for key in filter(None, row["sources"].split(";")):
                count("anatomy", key)
    return cited
