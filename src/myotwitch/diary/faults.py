"""From the complaints of the types to sentences that a person understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from myotwitch.case.checks import CHECK, nearest_hint, shown


def sentences_of(error: ValidationError, model: type[BaseModel]) -> list[tuple[str, str]]:
    """Return field and sentence of every complaint about an entry of the type `model`."""
    return [(_field(details), _sentence(details, model)) for details in error.errors(include_url=False)]


def _field(details: ErrorDetails) -> str:
    # The first part of the path is the kind by which the types told entries apart.
    return next((part for part in reversed(details["loc"][1:]) if isinstance(part, str)), "")


def _sentence(details: ErrorDetails, model: type[BaseModel]) -> str:
    if details["type"] == CHECK:
        return str(details["ctx"]["sentence"])
    tell = _SENTENCES.get(details["type"])
    return tell(details, model) if tell else f"{shown(details['input'])} is not possible here: {details['msg']}."


def _missing(details: ErrorDetails, model: type[BaseModel]) -> str:
    name = str(model.model_fields["kind"].default)
    return f"It is missing; an entry of the kind {name} means nothing without it."


def _unknown_field(details: ErrorDetails, model: type[BaseModel]) -> str:
    known = [name for name in model.model_fields if name not in ("key", "kind")]
    given = str(details["loc"][-1])
    return f"The field {shown(given)} is not known here.{nearest_hint(given, known)} Allowed are {', '.join(known)}."


def _unknown_word(details: ErrorDetails, _: type[BaseModel]) -> str:
    allowed = [word.strip("'") for word in details["ctx"]["expected"].replace(" or ", ", ").split(", ")]
    given = details["input"]
    hint = nearest_hint(given, allowed) if isinstance(given, str) else ""
    return f"It cannot be {shown(given)}.{hint} Allowed are {', '.join(allowed)}."


def _too_low(details: ErrorDetails, _: type[BaseModel]) -> str:
    return f"{shown(details['input'])} is too low; at least {details['ctx']['ge']} is possible."


def _too_high(details: ErrorDetails, _: type[BaseModel]) -> str:
    return f"{shown(details['input'])} is too high; at most {details['ctx']['le']} is possible."


def _too_long(details: ErrorDetails, _: type[BaseModel]) -> str:
    return f"It is longer than {details['ctx']['max_length']}; shorten it."


def _not_of_type(details: ErrorDetails, _: type[BaseModel]) -> str:
    wanted = {"float_type": "a number", "int_type": "a whole number", "bool_type": "true or false"}
    return f"{wanted.get(details['type'], 'a text').capitalize()} is needed; {shown(details['input'])} is given."


_SENTENCES: Mapping[str, Callable[[ErrorDetails, type[BaseModel]], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_field,
    "enum": _unknown_word,
    "literal_error": _unknown_word,
    "greater_than_equal": _too_low,
    "less_than_equal": _too_high,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "float_type": _not_of_type,
    "int_type": _not_of_type,
    "bool_type": _not_of_type,
    "string_type": _not_of_type,
}
