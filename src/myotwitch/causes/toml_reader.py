"""Reads the entries of a catalogue file one by one and collects every fault instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from myotwitch.causes.cause import WeightTable
from myotwitch.errors import TableError, nearest_name
from myotwitch.sources import Figure, Grade, Source, figure_from_row

Word = TypeVar("Word", bound=StrEnum)

PLACEHOLDER = Figure(value=0.5, unit="1", low=0.1, high=0.9, grade=Grade.EXPERT, note="stands in for a faulty figure")
"""Stands in for a figure that could not be read; a file with a fault is never used."""


class TomlReader:
    """Hands out the entries of one TOML table; what is wrong goes into `faults`, with the place where it stands.

    Parameters
    ----------
    row
        The table.
    where
        Its place, such as ``eyelid_myokymia.toml [findings]``.
    faults
        List that collects the faults of the whole file.
    sources
        The known sources; a figure that cites another one is at fault.
    """

    def __init__(self, row: Any, where: str, faults: list[str], sources: Mapping[str, Source]) -> None:
        self.where = where
        self.faults = faults
        self.sources = sources
        self.row: Mapping[str, Any] = row if isinstance(row, Mapping) else {}
        if not isinstance(row, Mapping):
            self.fault(f"must be a table, got {row!r}")

    def fault(self, message: str) -> None:
        """Note a fault at this table."""
        self.faults.append(f"{self.where}: {message}")

    def allow(self, names: Collection[str], what: str = "entry") -> None:
        """Note a fault for every entry whose name is not among `names`."""
        for name in self.row:
            if name not in names:
                self.fault(f"the {what} {name!r} is not known.{nearest_name(str(name), list(names))}")

    def table(self, name: str) -> TomlReader | None:
        """Return a reader of the table called `name`, or None where there is none."""
        if name not in self.row:
            return None
        return TomlReader(self.row[name], f"{self.where} [{name}]", self.faults, self.sources)

    def tables(self, name: str) -> list[TomlReader]:
        """Return a reader for each table of the list called `name`."""
        rows = self.row.get(name, [])
        if not isinstance(rows, list):
            self.fault(f"{name} must be a list of tables ([[{name}]])")
            return []
        return [
            TomlReader(row, f"{self.where} [[{name}]] {index + 1}", self.faults, self.sources)
            for index, row in enumerate(rows)
        ]

    def text(self, name: str) -> str:
        """Return the needed text called `name`."""
        value = self.row.get(name)
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{name} is needed and must be a text, got {value!r}")
            return ""
        return value.strip()

    def texts(self, name: str, *, needed: bool = False) -> tuple[str, ...]:
        """Return the list of texts called `name`; empty where it is missing and not needed."""
        value = self.row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.fault(f"{name} must be a list of texts, got {value!r}")
            return ()
        if needed and not value:
            self.fault(f"{name} is needed and must name at least one")
        return tuple(value)

    def word(self, name: str, words: type[Word]) -> Word:
        """Return the needed word called `name`, one of `words`."""
        value = self.row.get(name)
        allowed = [word.value for word in words]
        if value not in allowed:
            hint = nearest_name(str(value), allowed)
            self.fault(f"{name} must be one of {', '.join(allowed)}; got {value!r}.{hint}")
            return next(iter(words))
        return words(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return the truth value called `name`."""
        value = self.row.get(name, default)
        if not isinstance(value, bool):
            self.fault(f"{name} must be true or false, got {value!r}")
            return default
        return value

    def number(self, name: str, default: float | None = None, *, low: float = 0.0, high: float = 1e9) -> float | None:
        """Return the number called `name`, which must lie between `low` and `high`."""
        value = self.row.get(name, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.fault(f"{name} must be a number from {low:g} to {high:g}, got {value!r}")
            return default
        return float(value)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the sources called `name`, each of which must be known."""
        keys = self.texts(name)
        for key in keys:
            if key not in self.sources:
                self.fault(f"the source {key!r} is not known.{nearest_name(key, list(self.sources))}")
        return keys

    def figure(self, name: str, *, is_probability: bool = True) -> Figure:
        """Return the needed figure called `name`: a probability within (0, 1), or a factor greater than 0."""
        return self.optional_figure(name, is_probability=is_probability) or self._missing(name)

    def optional_figure(self, name: str, *, is_probability: bool = True) -> Figure | None:
        """Return the figure called `name`, or None where there is none."""
        if name not in self.row:
            return None
        row = self.row[name]
        if not isinstance(row, Mapping):
            self.fault(f"{name} must be a figure {{value, low, high, grade, ...}}, got {row!r}")
            return PLACEHOLDER
        return self._figure_of(row, f"{self.where} {name}", is_probability=is_probability)

    def own_figure(self, conditions: Collection[str]) -> Figure:
        """Return the figure that this table itself is, leaving aside its entries named in `conditions`."""
        row = {name: value for name, value in self.row.items() if name not in conditions}
        return self._figure_of(row, self.where, is_probability=True)

    def figures(self, names: Collection[str], what: str, *, is_probability: bool = True) -> dict[str, Figure]:
        """Return every entry of this table as a figure; its name must be among `names`."""
        self.allow(names, what)
        return {name: self.figure(name, is_probability=is_probability) for name in self.row if name in names}

    def weights(self, names: Collection[str], *, highest: float = 1e9) -> WeightTable:
        """Return this table as weights graded as a whole; the names of the weights must be among `names`."""
        self.allow((*names, "grade", "spread", "note", "sources"), "name")
        weights = {
            name: weight
            for name in self.row
            if name in names and (weight := self.number(name, high=highest)) is not None
        }
        if not sum(weights.values()) > 0:
            self.fault("needs at least one weight greater than 0")
        return WeightTable(
            weights=weights, spread=self.number("spread", low=1.0) or self._no_spread(), **self.grading()
        )

    def grading(self) -> dict[str, Any]:
        """Return grade, sources and note, which must fit each other as those of a figure do."""
        grade, sources = self.word("grade", Grade), self.keys("sources")
        note = self.row.get("note", "")
        if grade is not Grade.EXPERT and not sources:
            self.fault(f"is graded {grade} but names no source")
        if grade is not Grade.SOURCED and not note:
            self.fault(f"is graded {grade} but its note says not why")
        return {"grade": grade, "sources": sources, "note": str(note)}

    def _figure_of(self, row: Mapping[str, Any], where: str, *, is_probability: bool) -> Figure:
        try:
            figure = figure_from_row(row, "1", where)
        except TableError as error:
            self.faults.append(str(error))
            return PLACEHOLDER
        for key in figure.sources:
            if key not in self.sources:
                self.faults.append(f"{where} cites the unknown source {key!r}.{nearest_name(key, list(self.sources))}")
        if is_probability and not (0 < figure.value < 1 and figure.low > 0 and figure.high <= 1):
            self.faults.append(
                f"{where} must be a probability above 0 and below 1, with low above 0 and high at most 1"
            )
        if not is_probability and not figure.low > 0:
            self.faults.append(f"{where} must be a factor above 0")
        return figure

    def _missing(self, name: str) -> Figure:
        self.fault(f"the figure {name} is needed")
        return PLACEHOLDER

    def _no_spread(self) -> float:
        self.fault("needs a spread: the factor, 1 or more, within which 95 % lies")
        return 1.0
