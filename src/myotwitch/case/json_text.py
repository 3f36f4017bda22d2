"""From JSON text to values that know their lines.

The values come from Python's own strict reader; the lines from a second pass over the tokens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

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

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n|"', re.DOTALL)


def parse_json(text: str) -> Located:
    """Return what a JSON text says.

    Raises
    ------
    RefusedTextError
        If it is no JSON, or is too deep or too large to be a case.
    """
    _check_size(text)
    try:
        value = json.loads(
            text,
            parse_constant=float,  # NaN and Infinity are no JSON, but their range check says so best.
            parse_int=number_from_text,
            parse_float=number_from_text,
        )
    except json.JSONDecodeError as error:
        message = (
            f"This is not valid JSON ({error.msg.lower()} in column {error.colno}); check commas, quotes and braces."
        )
        raise RefusedTextError(Fault(path="", line=error.lineno, message=message)) from error
    lines, faults = _locate(text)
    return Located(value=value, lines=lines, faults=tuple(faults))


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Yield each token with its line."""
    line = 1
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token == "\n":
            line += 1
        else:
            yield token, line


def _check_size(text: str) -> None:
    """Pass if the text is neither too deep nor too large, before the reader recurses into it."""
    depth = 0
    for count, (token, line) in enumerate(_tokens(text)):
        depth += (token in ("{", "[")) - (token in ("}", "]"))
        if depth > DEEPEST:
            message = f"More than {DEEPEST} levels lie in one another; a case has four."
            raise RefusedTextError(Fault(path="", line=line, message=message))
        if count > 4 * MOST_VALUES:
            message = f"The file holds more than {MOST_VALUES} values; a case has some hundred."
            raise RefusedTextError(Fault(path="", line=line, message=message))


def _locate(text: str) -> tuple[dict[Path, int], list[Fault]]:
    """Return the line of every value of a valid JSON text, and its fields that are given twice."""
    lines: dict[Path, int] = {}
    faults: list[Fault] = []
    tokens = _tokens(text)
    _locate_value(tokens, next(tokens), (), lines, faults)
    return lines, faults


def _locate_value(
    tokens: Iterator[tuple[str, int]],
    first: tuple[str, int],
    path: Path,
    lines: dict[Path, int],
    faults: list[Fault],
) -> None:
    token, line = first
    lines.setdefault(path, line)
    if token == "[":
        index = 0
        while (item := next(tokens))[0] != "]":
            if item[0] != ",":
                _locate_value(tokens, item, (*path, index), lines, faults)
                index += 1
    elif token == "{":
        names: set[str] = set()
        while (item := next(tokens))[0] != "}":
            if item[0] == ",":
                continue
            name = str(json.loads(item[0]))
            field: Path = (*path, name)
            if name in names:
                message = (
                    f"The field {name[:60]!r} is given twice, first in line {lines[field]}; remove one of the two."
                )
                faults.append(Fault(path=path_text(field), line=item[1], message=message))
            names.add(name)
            lines.setdefault(field, item[1])
            next(tokens)  # the colon
            _locate_value(tokens, next(tokens), field, lines, faults)
