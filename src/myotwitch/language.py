"""The language in which people are told things; English stands in the sources.

Programs are told in English whatever the language: nothing but the app sets another one.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO
from string import Formatter
from types import MappingProxyType

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "de": "Deutsch"})
"""Every language, by its code, in its own words."""

SOURCE_LANGUAGE = "en"

FEWEST_OWN_SIGNS = 10
"""A pattern with fewer signs outside of its fields would fit too much."""

_COMMA_FOR_POINT = str.maketrans(",.", ".,")

_in_use: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Tell people things in a language, in this task and the threads it waits for.

    Raises
    ------
    KeyError
        If the language is not among `LANGUAGES`.

    Examples
    --------
    >>> with in_language("en"):
    ...     _("What is not in the catalogue stays as it is.")
    'What is not in the catalogue stays as it is.'
    """
    if code not in LANGUAGES:
        raise KeyError(code)
    before = _in_use.set(code)
    try:
        yield
    finally:
        _in_use.reset(before)


def language_in_use() -> str:
    """Return the code of the language in which people are told things now."""
    return _in_use.get()


def _(text: str) -> str:
    """Return a text in the language in use. Only for a literal, which is collected for translators."""
    return translated(text)


def translated(text: str) -> str:
    """Return a text that stands in a table in the language in use."""
    return translations(_in_use.get()).gettext(text) if text else ""


def ngettext(one: str, many: str, number: int) -> str:
    """Return the text for a number of things, in the language in use. Only for literals."""
    return translations(_in_use.get()).ngettext(one, many, number)


def later(text: str) -> str:
    """Return a text as it is. Only for a literal that stands in a table: it is collected, and translated when shown."""
    return text


LARGEST_WRITTEN_OUT = 1e12
"""What is larger is no figure of a body but a fault, and is told by its power of ten."""


def digits(value: float, form: str = "g") -> str:
    """Return a number as it is written in the language in use.

    Parameters
    ----------
    value, form
        The number, and its format as in `format`.

    Examples
    --------
    >>> digits(0.25), digits(12_000, ","), digits(0.8, ".0%"), digits(30_480, ".3g")
    ('0.25', '12,000', '80%', '30,500')
    """
    text = format(value, form)
    if "e+" in text and abs(value) < LARGEST_WRITTEN_OUT:
        text = format(float(text), ",.0f")  # no reader of ours counts powers of ten
    return text if _in_use.get() == SOURCE_LANGUAGE else text.translate(_COMMA_FOR_POINT).replace("%", "\u00a0%")


def day_words(day: date) -> str:
    """Return a day as it is written in the language in use.

    Examples
    --------
    >>> day_words(date(2026, 12, 1))
    '2026-12-01'
    """
    return day.isoformat() if _in_use.get() == SOURCE_LANGUAGE else f"{day:%d.%m.%Y}"


def retold(text: str) -> str:
    """Return in the language in use a sentence that was composed and kept in English.

    Method
    ------
    The pattern from which it was composed is found among those of the catalogue; what stood in its fields is retold
    likewise. Of several that fit the one with most words of its own counts. What stands before a colon, such as the
    name of a file, may be no part of the sentence.

    Limits
    ------
    A sentence whose pattern is not in the catalogue stays as it is.
    """
    if _in_use.get() == SOURCE_LANGUAGE or not text:
        return text
    told = translated(text)
    if told != text:
        return told
    for pattern in kept_patterns(_in_use.get()):
        values = pattern.values_in(text)
        if values is not None:
            return translated(pattern.text).format(**{name: retold(value) for name, value in values.items()})
    head, colon, rest = text.partition(": ")
    if colon and (retold_rest := retold(rest)) != rest:
        return f"{head}: {retold_rest}"
    return _figures_retold(text)


def _figures_retold(text: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return day_words(date.fromisoformat(text))
    is_number = re.fullmatch(r"-?\d+(,\d{3})*(\.\d+)?(e[+-]?\d+)?", text)
    return text.translate(_COMMA_FOR_POINT) if is_number else text


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptPattern:
    """A pattern with fields, by which sentences that were composed from it are known again.

    Parameters
    ----------
    text
        The pattern in English.
    own
        Its words outside of fields, in order: one more than it has fields.
    names
        Names of its fields.
    """

    text: str
    own: tuple[str, ...]
    names: tuple[str, ...]

    def values_in(self, text: str) -> dict[str, str] | None:
        """Return what stood in the fields of a text that was composed from this pattern; None if it was not."""
        if not text.startswith(self.own[0]) or not text.endswith(self.own[-1]):
            return None
        seen: set[str] = set()
        parts = [re.escape(self.own[0])]
        for name, own in zip(self.names, self.own[1:], strict=True):
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
            parts.append(re.escape(own))
            seen.add(name)
        found = re.fullmatch("".join(parts), text, re.DOTALL)
        return None if found is None else found.groupdict()


@cache
def kept_patterns(language: str) -> tuple[KeptPattern, ...]:
    """Return every pattern of the sentences that parts of the program compose, those with most own words first."""
    from babel.messages.pofile import read_po

    with files("myotwitch").joinpath("locale", language, "sentences.po").open("rb") as stream:
        texts = [message.id for message in read_po(stream, locale=language) if isinstance(message.id, str)]
    found = [pattern for text in texts if (pattern := _pattern_of(text)) is not None]
    return tuple(sorted(found, key=lambda pattern: -sum(len(words) for words in pattern.own)))


def _pattern_of(text: str) -> KeptPattern | None:
    """Return a text as a pattern; None where it has no field, or hardly a word of its own."""
    own, names = [""], list[str]()
    for words, name, _form, _conversion in Formatter().parse(text):
        own[-1] += words
        if name is not None:
            names.append(name)
            own.append("")
    is_telling = bool(names) and sum(len(words) for words in own) > FEWEST_OWN_SIGNS
    return KeptPattern(text=text, own=tuple(own), names=tuple(names)) if is_telling else None


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language: all files of its folder; that of English translates nothing.

    Method
    ------
    The ``.po`` files themselves are read and compiled in memory, so that no compiled file can be out of date.
    """
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    folder = files("myotwitch").joinpath("locale", language)
    joined = gettext.NullTranslations()
    for path in sorted(folder.iterdir(), key=lambda path: path.name, reverse=True) if folder.is_dir() else ():
        if path.name.endswith(".po"):
            compiled = BytesIO()
            with path.open("rb") as stream:
                write_mo(compiled, read_po(stream, locale=language))
            compiled.seek(0)
            part = gettext.GNUTranslations(compiled)
            part.add_fallback(joined)
            joined = part
    return joined


def chosen_language(kept: str | None, accepted: str) -> str:
    """Return the language that was chosen, else the first that a browser accepts and the app has, else English.

    Examples
    --------
    >>> chosen_language(None, "fr-CH, de;q=0.9, en;q=0.5"), chosen_language("en", "de")
    ('de', 'en')
    """
    if kept is not None and kept in LANGUAGES:
        return kept
    codes = (part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))
    return next((code for code in codes if code in LANGUAGES), SOURCE_LANGUAGE)
