"""Finds what was left in English among texts that were composed in German."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

LEAST_SIGNS = 12
"""Shorter texts may be the same in both languages, or stand inside a German word."""
FIELD = re.compile(r"\{[a-z_0-9]*\}|%\([a-z_0-9]+\)[sdg]")
ENGLISH_WORDS = re.compile(
    r"\b(the|this|that|these|those|and|with|without|your|you|is|are|were|has|have|which|from|than|what|of|to)\b"
)


@cache
def english_pieces() -> tuple[str, ...]:
    """What the catalogues have a German for, between what is filled in."""
    pieces = set()
    for path in files("myotwitch").joinpath("locale", "de").iterdir():
        with path.open("rb") as stream:
            for entry in read_po(stream, locale="de"):
                texts = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
                told = "".join((entry.string,) if isinstance(entry.string, str) else tuple(entry.string))
                parts = (part.strip() for text in texts for part in FIELD.split(text))
                pieces |= {part for part in parts if len(part) >= LEAST_SIGNS and part not in told}
    return tuple(sorted(pieces))


def english_in(texts: Iterable[str]) -> set[str]:
    """Return English sentences, and pieces of them, among texts."""
    found = set()
    for text in texts:
        found |= {piece for piece in english_pieces() if piece in text}
        if len(ENGLISH_WORDS.findall(text)) > 1:
            found.add(text)
    return found
