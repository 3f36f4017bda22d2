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
from myotwitch.case.vocabulary import HABITS
from myotwitch.errors import UnknownNameError, nearest_name
from myotwitch.language import _, digits, language_in_use, translated
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
            words = _("nothing")
        case bool():
            words = _("true") if value else _("false")
        case dict():
            words = _("a block of fields")
        case list() | tuple():
            words = _("a list of {value_count}").format(value_count=len(value))
        case int() if abs(value) >= 10**15:  # Python refuses to write out integers of thousands of digits.
            words = _("a number of about {value} digits").format(value=value.bit_length() * 3 // 10)
        case int() | float():
            words = plain_number(float(value))
        case _:
            words = _("a value of type {name}").format(name=type(value).__name__)
    return words


def plain_number(value: float) -> str:
    """Return a number as a person writes it.

    Examples
    --------
    >>> plain_number(2_000_000.0), plain_number(0.0001), plain_number(float("inf"))
    ('2000000', '0.0001', 'infinity')
    """
    if math.isfinite(value) and 1e-9 < abs(value) < 1e15:
        return digits(value, ".9f").rstrip("0").rstrip(".,")
    told = {"inf": _("infinity"), "-inf": _("minus infinity"), "nan": _("'not a number'")}
    return told.get(str(value)) or digits(value)


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
            unit = translated(self.unit)
            ends = _("{low} to {high} {unit}").format(
                low=plain_number(self.low), high=plain_number(self.high), unit=unit
            )
            refuse(
                _("{value} is not possible; allowed is {ends}.").format(
                    value=f"{plain_number(value)} {unit}".strip(), ends=ends.strip()
                )
            )
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "minimum": self.low, "maximum": self.high, "x-unit": self.unit}


def check_place(place: str) -> str:
    """Return the place if the contract has it."""
    if place not in PLACES:
        refuse(
            _("The place {place} is not known.{hint} Allowed are {places}.").format(
                place=shown(place), hint=nearest_hint(place, PLACES), places=", ".join(PLACES)
            )
        )
    return place


def check_factor(factor: str) -> str:
    """Return the key of a substance, by any of its names, or the habit itself."""
    return factor if factor in HABITS else check_substance(factor)


def check_side(side: str) -> str:
    """Return the side if the contract has it."""
    if side not in SIDES:
        refuse(
            _("The side {side} is not known.{hint} Allowed are {sides}.").format(
                side=shown(side), hint=nearest_hint(side, SIDES), sides=", ".join(SIDES)
            )
        )
    return side


def check_muscle(name: str) -> str:
    """Return the key of the muscle that this name means."""
    muscle = _muscle_or_reason(name, language_in_use())
    return refuse(muscle) if isinstance(muscle, str) else muscle.key


def place_of_muscle(name: str) -> str | None:
    """Return the place at which the twitching of this muscle is noticed; None where the muscle is not known."""
    muscle = _muscle_or_reason(name, language_in_use())
    return None if isinstance(muscle, str) else muscle.place


@lru_cache(maxsize=LONGEST_LIST)
def _muscle_or_reason(name: str, language: str) -> Muscle | str:
    """Return the muscle, or the sentence in the language that says why there is none; seeking a near name is slow."""
    if len(name) > LONGEST_NAME * 2:
        return _("No muscle is called {name}; give its Latin or English name, or name a place instead.").format(
            name=shown(name)
        )
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
        refuse(
            _("No substance is called {name}; give its international name, such as salbutamol.").format(
                name=shown(name)
            )
        )
    try:
        return find_substance(name).key
    except UnknownNameError as error:
        refuse(str(error))


def check_free_text(text: str) -> str:
    """Return the text if it holds no signs that would steer a terminal."""
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in text):
        refuse(_("The text holds control characters; remove them."))
    return text


def check_relative_path(file: str) -> str:
    """Return the path if it stays inside the folder of the case file, however the system writes paths."""
    check_free_text(file)
    if not file.strip():
        refuse(_("The file has no name; give a path relative to the case file, such as calf.edf."))
    windows, posix = PureWindowsPath(file), PurePosixPath(file)
    if posix.is_absolute() or windows.drive or windows.root:
        refuse(
            _("{file} is an absolute path; give a path relative to the case file, such as calf.edf.").format(
                file=shown(file)
            )
        )
    if ".." in posix.parts or ".." in windows.parts:
        refuse(
            _("{file} leads out of the folder of the case file; put the recording beside the case file.").format(
                file=shown(file)
            )
        )
    return file
