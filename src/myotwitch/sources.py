"""Numbers from the world and where they come from.

A number about medicine or physiology is a `Figure`: value, unit, spread, population, grade and source. A figure without
a source cannot be built; a judgement is graded ``expert``, says why, and has a spread. Rooms keep their sources in a
file ``sources.toml`` beside their tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import tomli  # the same as tomllib, compiled: a diary's answer reads two hundred tables

from myotwitch.errors import TableError, nearest_name


class Grade(StrEnum):
    """How a number is known."""

    SOURCED = "sourced"
    """A paper, guideline or official table that was read states it."""
    DERIVED = "derived"
    """Arithmetic on sourced numbers; the note shows it."""
    EXPERT = "expert"
    """A judgement; the note gives the reasoning and the spread is wide."""


class Reading(StrEnum):
    """How much of a source was read by those who entered it."""

    FULL = "full"
    EXCERPT = "excerpt"
    ABSTRACT = "abstract"
    SECONDARY = "secondary"
    """Not read itself: quoted as another text that was read reports it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A published text, with how much of it was read.

    Parameters
    ----------
    key
        Short name used in tables, such as ``nice_ng127_2019``.
    citation
        Authors, title, journal or publisher, year, in one line.
    link
        DOI, PMID or address by which a reader finds it.
    reading
        How much of it was read.
    """

    key: str
    citation: str
    link: str
    reading: Reading

    def __post_init__(self) -> None:
        for field_name in ("key", "citation", "link"):
            if not getattr(self, field_name).strip():
                raise TableError(f"Source {self.key!r} has no {field_name}; every source needs key, citation and link.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number from the world, with its spread and its origin.

    Parameters
    ----------
    value
        The number **[unit]**.
    unit
        Its unit; ``1`` for a pure number such as a probability.
    low, high
        Ends of its 95 % spread **[unit]**; the same as `value` where the source gives an exact definition.
    grade
        How it is known.
    sources
        Keys of the sources; empty only for a figure graded ``expert``.
    population
        In whom it was measured, such as ``adults, Europe``; empty where it does not depend on that.
    note
        The arithmetic of a derived figure, the reasoning of an expert one.

    Raises
    ------
    TableError
        If the spread does not hold the value, a sourced or derived figure names no source, or a derived or expert one
        gives no note.

    Examples
    --------
    >>> Figure(value=5.0, unit="h", low=1.5, high=9.5, grade=Grade.SOURCED, sources=("iom_2001",)).value
    5.0
    """

    value: float
    unit: str
    low: float
    high: float
    grade: Grade
    sources: tuple[str, ...] = ()
    population: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise TableError(f"The spread {self.low} to {self.high} does not hold the value {self.value} {self.unit}.")
        if self.grade is not Grade.EXPERT and not self.sources:
            raise TableError(f"The figure {self.value} {self.unit} is graded {self.grade} but names no source.")
        if self.grade is not Grade.SOURCED and not self.note:
            raise TableError(f"The figure {self.value} {self.unit} is graded {self.grade} but its note says not why.")


def read_table(package: str, file_name: str) -> Mapping[str, Any]:
    """Return the TOML table that lies as `file_name` in the room `package`.

    Raises
    ------
    TableError
        If the file is missing or is not TOML.
    """
    try:
        return tomli.loads(files(package).joinpath(file_name).read_text(encoding="utf-8"))
    except (OSError, tomli.TOMLDecodeError) as error:
        raise TableError(f"The table {file_name} of {package} cannot be read: {error}") from error


@cache
def load_sources(package: str) -> Mapping[str, Source]:
    """Return the sources that the room `package` declares, by key.

    They stand in its ``sources.toml``, or in the files of its folder ``sources``.

    Raises
    ------
    TableError
        If an entry lacks a part, names an unknown way of reading, or stands in two files.
    """
    room = files(package)
    names = ["sources.toml"]
    if room.joinpath("sources").is_dir():
        names = sorted(f"sources/{item.name}" for item in room.joinpath("sources").iterdir())
    sources: dict[str, Source] = {}
    for name in names:
        for key, row in read_table(package, name).items():
            if key in sources:
                raise TableError(f"Source {key} of {package} is declared twice, the second time in {name}.")
            try:
                sources[key] = Source(
                    key=key, citation=row["citation"], link=row["link"], reading=Reading(row["reading"])
                )
            except (KeyError, ValueError) as error:
                raise TableError(f"Source {key} in {name} of {package} is incomplete: {error}.") from error
    return MappingProxyType(sources)


def figure_from_row(row: Mapping[str, Any], unit: str, where: str) -> Figure:
    """Return the figure that a table row gives; `where` names the row in error messages.

    The row has ``value``, ``low``, ``high``, ``grade``, and ``sources``, ``note``, ``population`` as its grade demands.

    Raises
    ------
    TableError
        If a part is missing, unknown or contradicts another.
    """
    unknown = set(row) - {"value", "low", "high", "grade", "sources", "population", "note"}
    if unknown:
        raise TableError(f"{where} has the unknown entry {sorted(unknown)[0]!r}.")
    try:
        return Figure(
            value=float(row["value"]),
            unit=unit,
            low=float(row["low"]),
            high=float(row["high"]),
            grade=Grade(row["grade"]),
            sources=tuple(row.get("sources", ())),
            population=row.get("population", ""),
            note=row.get("note", ""),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise TableError(f"{where} is not a complete figure: {error}.") from error
    except TableError as error:
        raise TableError(f"{where}: {error}") from error


def check_sources_known(keys: tuple[str, ...], sources: Mapping[str, Source], where: str) -> None:
    """Pass if every key is among `sources`.

    Raises
    ------
    TableError
        Naming `where` and the unknown key, with the nearest known one.
    """
    for key in keys:
        if key not in sources:
            raise TableError(f"{where} cites the unknown source {key!r}.{nearest_name(key, list(sources))}")
