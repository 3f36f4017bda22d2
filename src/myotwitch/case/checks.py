"""Checks of single values of a case: ranges of numbers and names of the catalogues.

Each raises an error whose message says what was given, what is allowed and which known name is nearest.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from myotwitch.anatomy import PLACES, SIDES, Muscle, find_muscle
from myotwitch.case.analytes import find_analyte
from myotwitch.case.findings import find_finding
from myotwitch.case.rules import LONGEST_LIST
from myotwitch.errors import UnknownNameError, nearest_name
from myotwitch.substances import find_substance

LONGEST_NAME = 60
"""Names longer than this are not compared with the known ones: it is slow and never finds any."""

CHECK = "case_check"
"""Type of every error raised here: its message is a sentence already."""


def refuse(message: str) -> NoReturn:
    """Raise the error with this sentence."""
    raise PydanticCustomError(CHECK, "{sentence}", {"sentence": message})


def shown(value: object) -> str:
    """Return a value as it may stand in a message: quoted if a text, and never long."""
    text = repr(value) if isinstance(value, str) else _words_of(value)
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 3]}..."


def _words_of(value: object) -> str:
    match value:
        case None:
            words = "nothing"
        case bool():
            words = "true" if value else "false"
        case dict():
            words = "a block of fields"
        case list() | tuple():
            words = f"a list of {len(value)}"
        case int() if abs(value) >= 10**15:  # Python refuses to write out integers of thousands of digits.
            words = f"a number of about {value.bit_length() * 3 // 10} digits"
        case int() | float():
            words = plain_number(float(value))
        case _:
            words = f"a value of type {type(value).__name__}"
    return words


def plain_number(value: float) -> str:
    """Return a number as a person writes it.

    Examples
    --------
    >>> plain_number(2_000_000.0), plain_number(0.0001), plain_number(float("inf"))
    ('2000000', '0.0001', 'infinity')
    """
    if math.isfinite(value) and 1e-9 < abs(value) < 1e15:
        return f"{value:.9f}".rstrip("0").rstrip(".")
    return {"inf": "infinity", "-inf": "minus infinity", "nan": "'not a number'"}.get(str(value), f"{value:g}")


def nearest_hint(given: str, known: Sequence[str]) -> str:
    """Return the hint at the nearest known name, or nothing for a text too long to be one."""
    return nearest_name(given, known) if len(given) <= LONGEST_NAME else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Within:
    """The claim that a number lies between two ends; stands in the annotation of a field.

    Parameters
    ----------
    low, high
        Smallest and largest allowed value **[unit]**.
    unit
        Unit in plain words.
    """

    low: float
    high: float
    unit: str

    def check(self, value: float) -> float:
        """Return the value, or raise the error that names the range."""
        if not (math.isfinite(value) and self.low <= value <= self.high):
            ends = f"{plain_number(self.low)} to {plain_number(self.high)} {self.unit}".strip()
            refuse(f"{f'{plain_number(value)} {self.unit}'.strip()} is not possible; allowed is {ends}.")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "minimum": self.low, "maximum": self.high, "x-unit": self.unit}


def check_place(place: str) -> str:
    """Return the place if the contract has it."""
    if place not in PLACES:
        refuse(f"The place {shown(place)} is not known.{nearest_hint(place, PLACES)} Allowed are {', '.join(PLACES)}.")
    return place


def check_side(side: str) -> str:
    """Return the side if the contract has it."""
    if side not in SIDES:
        refuse(f"The side {shown(side)} is not known.{nearest_hint(side, SIDES)} Allowed are {', '.join(SIDES)}.")
    return side


def check_muscle(name: str) -> str:
    """Return the key of the muscle that this name means."""
    muscle = _muscle_or_reason(name)
    return refuse(muscle) if isinstance(muscle, str) else muscle.key


def place_of_muscle(name: str) -> str | None:
    """Return the place at which the twitching of this muscle is noticed; None where the muscle is not known."""
    muscle = _muscle_or_reason(name)
    return None if isinstance(muscle, str) else muscle.place


@lru_cache(maxsize=LONGEST_LIST)
def _muscle_or_reason(name: str) -> Muscle | str:
    """Return the muscle, or the sentence that says why there is none; kept, because seeking a near name is slow."""
    if len(name) > LONGEST_NAME * 2:
        return f"No muscle is called {shown(name)}; give its Latin or English name, or name a place instead."
    try:
        return find_muscle(name)
    except UnknownNameError as error:
        return str(error)


def check_finding(name: str) -> str:
    """Return the name of the finding, given by its name or its HPO identifier."""
    try:
        return find_finding(name).name
    except UnknownNameError as error:
        refuse(str(error))


def check_analyte(name: str) -> str:
    """Return the analyte's name if the contract has it."""
    try:
        return find_analyte(name).name
    except UnknownNameError as error:
        refuse(str(error))


def check_substance(name: str) -> str:
    """Return the key of the substance that this name means."""
    if len(name) > LONGEST_NAME:
        refuse(f"No substance is called {shown(name)}; give its international name, such as salbutamol.")
    try:
        return find_substance(name).key
    except UnknownNameError as error:
        refuse(str(error))


def check_free_text(text: str) -> str:
    """Return the text if it holds no signs that would steer a terminal."""
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in text):
        refuse("The text holds control characters; remove them.")
    return text


def check_relative_path(file: str) -> str:
    """Return the path if it stays inside the folder of the case file, however the system writes paths."""
    check_free_text(file)
    if not file.strip():
        refuse("The file has no name; give a path relative to the case file, such as calf.edf.")
    windows, posix = PureWindowsPath(file), PurePosixPath(file)
    if posix.is_absolute() or windows.drive or windows.root:
        refuse(f"{shown(file)} is an absolute path; give a path relative to the case file, such as calf.edf.")
    if ".." in posix.parts or ".." in windows.parts:
        refuse(f"{shown(file)} leads out of the folder of the case file; put the recording beside the case file.")
    return file
