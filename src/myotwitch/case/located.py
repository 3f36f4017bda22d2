"""A parsed text whose every value knows its line, and the faults that its very form has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from myotwitch.errors import Fault

Path = tuple[str | int, ...]
"""Where something stands in a document: names of fields and numbers of entries, from the outside in."""

DEEPEST = 40
"""Levels of lists and blocks in one another that a text may have; a case has four, a phenopacket some twenty."""
MOST_VALUES = 30_000
"""Values that a text may hold. A case has some hundred; a limit keeps hostile files from costing minutes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Located:
    """What a text says.

    Parameters
    ----------
    value
        Plain lists, dictionaries with text keys, texts, numbers, booleans and None.
    lines
        Line, counted from 1, of every value by its path.
    faults
        Faults of form that did not keep the rest from being read, such as a field given twice.
    origins
        Where the file says what stands at a path of `value`; empty where both are the same.
    """

    value: Any
    lines: Mapping[Path, int]
    faults: tuple[Fault, ...]
    origins: Mapping[Path, Path] = field(default_factory=dict)

    def place_of(self, path: Path) -> Path:
        """Return the path in the file of what stands at `path` of the value."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return path

    def line_of(self, path: Path) -> int | None:
        """Return the line of the value at `path`, or of the innermost one around it; None where none is known."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


class RefusedTextError(Exception):
    """Raised inside this room where a text cannot be read on; never leaves it.

    Parameters
    ----------
    fault
        The fault that ends the reading.
    before
        The faults found until there.
    """

    def __init__(self, fault: Fault, before: tuple[Fault, ...] = ()) -> None:
        self.fault = fault
        self.before = before
        super().__init__(fault.message)


def path_text(path: Path) -> str:
    """Return a path as it stands in messages.

    Examples
    --------
    >>> path_text(("twitching", 0, "place"))
    'twitching[0].place'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            # A name may hold signs that would steer a terminal, or that cannot be written at all.
            safe = part if part.isprintable() else repr(part)[1:-1]
            shown = safe if len(safe) <= 60 else f"{safe[:57]}..."
            text += f".{shown}" if text else shown
    return text


def number_from_text(text: str) -> int | float:
    """Return the number that a literal stands for; integers that no computer word holds become floats.

    Python takes quadratic time for integers of thousands of digits and refuses to print them.
    """
    digits = text.lstrip("+-")
    if digits.isdecimal():
        return int(text) if len(digits) <= 18 else float(text)
    return float(text)
