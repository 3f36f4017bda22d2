"""From the complaints of the types to faults that a patient or a programmer understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from myotwitch.case.case import (
    SCHEMA_NAME,
    Case,
    Exposure,
    FindingState,
    LabValue,
    Person,
    RecordingReference,
    TwitchingPlace,
)
from myotwitch.case.checks import CHECK, nearest_hint, shown
from myotwitch.case.located import Path
from myotwitch.case.rules import LONGEST_LIST

_TYPE_OF_PART: Mapping[str, type[BaseModel]] = {
    "person": Person,
    "twitching": TwitchingPlace,
    "findings": FindingState,
    "exposures": Exposure,
    "labs": LabValue,
    "recordings": RecordingReference,
}

_EXAMPLE_OF_ENTRY: Mapping[str, str] = {
    "person": "{age_years: 34}",
    "twitching": "{place: eyelid}",
    "findings": "{finding: weakness, present: false}",
    "exposures": "{substance: caffeine, amount_mg: 200}",
    "labs": "{analyte: magnesium, value: 0.8, unit: mmol/L}",
    "recordings": "{file: calf.edf, place: calf}",
}


def faults_of_types(error: ValidationError) -> tuple[tuple[Path, str], ...]:
    """Return the path and the sentence of every complaint."""
    return tuple((details["loc"], _sentence(details, details["loc"])) for details in error.errors(include_url=False))


def _sentence(details: ErrorDetails, path: Path) -> str:
    if details["type"] == CHECK:
        return str(details["ctx"]["sentence"])
    tell = _SENTENCES.get(details["type"])
    return tell(details, path) if tell else f"{shown(details['input'])} is not possible here."


def _field(path: Path) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "the file")


def _missing(_: ErrorDetails, path: Path) -> str:
    if path == ("person",):
        return "The person is missing; give at least the age, as person: {age_years: 34}."
    return f"{_field(path)} is missing; give it. It must be known for this entry to mean anything."


def _unknown_field(_: ErrorDetails, path: Path) -> str:
    part = _TYPE_OF_PART.get(str(path[0]), Case) if len(path) > 1 else Case
    known = [field.alias or name for name, field in part.model_fields.items()]
    given = str(path[-1])
    return f"The field {shown(given)} is not known here.{nearest_hint(given, known)} Allowed are {', '.join(known)}."


def _not_a_number(details: ErrorDetails, path: Path) -> str:
    given = details["input"]
    if isinstance(given, str):
        text = given.strip()
        if _is_number(text):
            return f"{shown(given)} is a text; write the number without quotation marks."
        if _is_number(text.replace(",", ".", 1)):
            return f"{shown(given)} is a text; write the number with a decimal point, as {text.replace(',', '.', 1)}."
    return f"{_field(path)} must be a number; {shown(given)} is given."


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _not_a_boolean(details: ErrorDetails, path: Path) -> str:
    given = details["input"]
    if isinstance(given, str) and given.lower() in _TRUTH_WORDS:
        return f"{shown(given)} is a text in YAML 1.2 and JSON; write {_TRUTH_WORDS[given.lower()]}."
    return f"{_field(path)} must be true or false; {shown(given)} is given. Leave it out where it is not known."


_TRUTH_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("yes", "y", "on", "true"), "true"),
    **dict.fromkeys(("no", "n", "off", "false"), "false"),
}


def _not_a_text(details: ErrorDetails, path: Path) -> str:
    return f"{_field(path)} must be a text; {shown(details['input'])} is given. Quote it if it is meant as a text."


def _not_a_list(details: ErrorDetails, path: Path) -> str:
    field = _field(path)
    if field == "when":
        return f"when must be a list, such as [rest]; {shown(details['input'])} is given."
    example = f"[{_EXAMPLE_OF_ENTRY.get(field, '')}]"
    return f"{field} must be a list of entries, such as {example}; {shown(details['input'])} is given."


def _not_a_block(details: ErrorDetails, path: Path) -> str:
    if not path:
        return f"A case is a block of fields such as person and twitching; {shown(details['input'])} is given."
    field = str(path[0])
    return f"An entry such as {_EXAMPLE_OF_ENTRY.get(field, '{}')} is needed here; {shown(details['input'])} is given."


def _unknown_word(details: ErrorDetails, path: Path) -> str:
    allowed = [word.strip("'") for word in details["ctx"]["expected"].replace(" or ", ", ").split(", ")]
    given = details["input"]
    hint = nearest_hint(given, allowed) if isinstance(given, str) else ""
    return f"{_field(path)} cannot be {shown(given)}.{hint} Allowed are {', '.join(allowed)}."


def _other_schema(details: ErrorDetails, _: Path) -> str:
    return f"The form {shown(details['input'])} is not known; this program reads {SCHEMA_NAME}."


def _too_many(_: ErrorDetails, path: Path) -> str:
    limit = 7 if _field(path) == "when" else LONGEST_LIST
    return f"{_field(path)} has more than {limit} entries; at most {limit} are read."


def _too_long(details: ErrorDetails, path: Path) -> str:
    return f"{_field(path)} is a text of more than {details['ctx']['max_length']} characters; shorten it."


def _unwritable(_: ErrorDetails, path: Path) -> str:
    return f"{_field(path)} holds half of a character that needs two codes; type the text again."


_SENTENCES: Mapping[str, Callable[[ErrorDetails, Path], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_field,
    "float_type": _not_a_number,
    "bool_type": _not_a_boolean,
    "string_type": _not_a_text,
    "tuple_type": _not_a_list,
    "model_type": _not_a_block,
    "model_attributes_type": _not_a_block,
    "enum": _unknown_word,
    "literal_error": _other_schema,
    "too_long": _too_many,
    "string_too_long": _too_long,
    "string_unicode": _unwritable,
}
