"""From YAML text to values that know their lines.

Only the plain part of YAML 1.2 is read: blocks, lists, texts, numbers, true, false and null. Anchors, aliases, tags and
several documents in one file are refused: a case needs none, and they are what hostile files are made of. Values are
built from the parser's events, so that a text nested too deep is refused where it begins to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from myotwitch.case.located import (
    DEEPEST,
    MOST_VALUES,
    Located,
    Path,
    RefusedTextError,
    number_from_text,
    path_text,
)
from myotwitch.errors import Fault

# The core schema of YAML 1.2, section 10.3.2: `yes`, `no`, `on` and `off` are texts, as is a date.
_NULL = re.compile(r"^(?:~|null|Null|NULL|)$")
_TRUE = re.compile(r"^(?:true|True|TRUE)$")
_FALSE = re.compile(r"^(?:false|False|FALSE)$")
_NUMBER = re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")
_NOT_FINITE = re.compile(r"^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$")


def parse_yaml(text: str) -> Located:
    """Return what a YAML text says.

    Raises
    ------
    RefusedTextError
        If it is no YAML, or uses more of YAML than a case needs.
    """
    return _Builder(text).document()


class _Builder:
    """Builds values from events. One for each text."""

    def __init__(self, text: str) -> None:
        self._events = _events(text)
        self._lines: dict[Path, int] = {}
        self._faults: list[Fault] = []
        self._count = 0

    def document(self) -> Located:
        for event in self._events:
            if isinstance(event, StreamEndEvent):
                raise self._refused((), 1, "The file is empty; see the examples for what a case looks like.")
            if isinstance(event, DocumentStartEvent):
                break
        value = self._value(next(self._events), ())
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                message = "A second document begins here ('---'); a case is one document a file."
                raise self._refused((), _line(event), message)
        return Located(value=value, lines=self._lines, faults=tuple(self._faults))

    def _refused(self, path: Path, line: int, message: str) -> RefusedTextError:
        return RefusedTextError(Fault(path=path_text(path), line=line, message=message), tuple(self._faults))

    def _value(self, event: Event, path: Path) -> Any:
        line = _line(event)
        self._lines.setdefault(path, line)
        self._count += 1
        if self._count > MOST_VALUES:
            raise self._refused(path, line, f"The file holds more than {MOST_VALUES} values; a case has some hundred.")
        if len(path) > DEEPEST:
            raise self._refused(path[:3], line, f"More than {DEEPEST} levels lie in one another; a case has four.")
        self._check_plain(event, path)
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        if isinstance(event, SequenceStartEvent):
            return self._list(path)
        return self._block(path)

    def _check_plain(self, event: Event, path: Path) -> None:
        if isinstance(event, AliasEvent):
            message = f"'*{str(event.anchor)[:30]}' is an alias; a case needs none. Write the value out."
            raise self._refused(path, _line(event), message)
        anchor: str | None = getattr(event, "anchor", None)
        if anchor is not None:
            message = f"'&{anchor[:30]}' is an anchor; a case needs none. Remove it."
            raise self._refused(path, _line(event), message)
        tag: str | None = getattr(event, "tag", None)
        if tag is not None:
            message = f"'{tag[:40]}' is a tag; a case needs none. Remove it, and quote a text with a leading '!'."
            raise self._refused(path, _line(event), message)

    def _list(self, path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _block(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            name = self._field_name(event, path)
            line = _line(event)
            if name in values:
                first = self._lines[(*path, name)]
                message = f"The field {name[:60]!r} is given twice, first in line {first}; remove one of the two."
                self._faults.append(Fault(path=path_text((*path, name)), line=line, message=message))
                self._value(next(self._events), (*path, name, "again"))
                continue
            self._lines[(*path, name)] = line
            values[name] = self._value(next(self._events), (*path, name))
        return values

    def _field_name(self, event: Event, path: Path) -> str:
        if not isinstance(event, ScalarEvent):
            self._check_plain(event, path)
            message = "A list or a block stands where the name of a field is expected; check braces and indentation."
            raise self._refused(path, _line(event), message)
        self._check_plain(event, path)
        return str(event.value)


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _scalar(event: ScalarEvent) -> str | int | float | bool | None:
    text = str(event.value)
    is_plain = bool(event.implicit[0])
    if not is_plain:
        return text
    if _NULL.match(text):
        return None
    if _TRUE.match(text) or _FALSE.match(text):
        return bool(_TRUE.match(text))
    if _NUMBER.match(text):
        return number_from_text(text)
    if _NOT_FINITE.match(text):
        return float(text.replace(".", ""))
    return text


def _events(text: str) -> Iterator[Event]:
    """Yield the parser's events; whatever it raises becomes a refusal that names the line."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"The character U+{_code_point(error.character):04X} may not stand in YAML; remove it."
        raise RefusedTextError(Fault(path="", line=line, message=message)) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = _syntax_message(str(error.problem or error.context or ""))
        raise RefusedTextError(Fault(path="", line=mark.line + 1 if mark else None, message=message)) from error
    # The parser meets hostile text with errors of many kinds of its own; each of them means that it is no YAML.
    except Exception as error:
        message = "The file is not valid YAML; compare it with the examples."
        raise RefusedTextError(Fault(path="", line=None, message=message)) from error


def _code_point(character: str | bytes | int) -> int:
    """Return the number of a character, however the parser gives it."""
    return character if isinstance(character, int) else ord(character)


_SYNTAX_MESSAGES: tuple[tuple[str, str], ...] = (
    ("'\\t'", "A tab stands here; YAML is indented with spaces."),
    (
        "mapping values are not allowed here",
        "A colon stands here where none is expected; check the indentation, and quote texts that hold ': '.",
    ),
    ("could not find expected ':'", "The name of a field is not followed by a colon; write `name: value`."),
    (
        "expected <block end>",
        "The indentation does not fit the lines above; entries of one list or block begin in the same column.",
    ),
    ("did not find expected ',' or", "A list or block in brackets is not closed, or a comma is missing."),
    ("expected ',' or", "A list or block in brackets is not closed, or a comma is missing."),
    ("found unexpected end of stream", "A quoted text is not closed; add the missing quotation mark."),
    ("found undefined alias", "An alias ('*') stands here; a case needs none. Write the value out."),
    ("cannot start any token", "A character stands here that cannot begin a value; quote the text."),
)


def _syntax_message(problem: str) -> str:
    for part, message in _SYNTAX_MESSAGES:
        if part in problem:
            return message
    return (
        f"This is not valid YAML ({problem[:80] or 'the parser gives no reason'}); compare the line with the examples."
    )
