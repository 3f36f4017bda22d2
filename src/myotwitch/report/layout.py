"""How plain text is laid out on a terminal: wrapped to its width, lists under their heading."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable

WIDEST = 100
"""Longest line **[characters]**: longer ones are hard to read, however wide the terminal is."""


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Return `text` wrapped to the terminal, its first line after `first` and every other one after `rest`."""
    width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False)


def listed(title: str, items: Iterable[str]) -> str:
    """Return the items as a list under its title; nothing where there are none."""
    lines = [wrapped(item, "  • ", "    ") for item in items]
    return "\n".join([title, *lines]) if lines else ""
