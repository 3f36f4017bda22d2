"""From the complaints of the types to sentences that a person understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from myotwitch.case.checks import CHECK, nearest_hint, shown
from myotwitch.language import _


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
    return (
        tell(details, model)
        if tell
        else _("{given} is not possible here: {msg}.").format(given=shown(details["input"]), msg=details["msg"])
    )


def _missing(details: ErrorDetails, model: type[BaseModel]) -> str:
    name = str(model.model_fields["kind"].default)
    return _("It is missing; an entry of the kind {name} means nothing without it.").format(name=name)


def _unknown_field(details: ErrorDetails, model: type[BaseModel]) -> str:
    known = [name for name in model.model_fields if name not in ("key", "kind")]
    given = str(details["loc"][-1])
    return _("The field {given} is not known here.{hint} Allowed are {known}.").format(
        given=shown(given), hint=nearest_hint(given, known), known=", ".join(known)
    )


def _unknown_word(details: ErrorDetails, model: type[BaseModel]) -> str:
    allowed = [word.strip("'") for word in details["ctx"]["expected"].replace(" or ", ", ").split(", ")]
    given = details["input"]
    hint = nearest_hint(given, allowed) if isinstance(given, str) else ""
    return _("It cannot be {given}.{hint} Allowed are {allowed}.").format(
        given=shown(given), hint=hint, allowed=", ".join(allowed)
    )


def _too_low(details: ErrorDetails, model: type[BaseModel]) -> str:
    return _("{given} is too low; at least {ge} is possible.").format(
        given=shown(details["input"]), ge=details["ctx"]["ge"]
    )


def _too_high(details: ErrorDetails, model: type[BaseModel]) -> str:
    return _("{given} is too high; at most {le} is possible.").format(
        given=shown(details["input"]), le=details["ctx"]["le"]
    )


def _too_long(details: ErrorDetails, model: type[BaseModel]) -> str:
    return _("It is longer than {max_length}; shorten it.").format(max_length=details["ctx"]["max_length"])


def _not_of_type(details: ErrorDetails, model: type[BaseModel]) -> str:
    wanted = {
        "float_type": _("A number is needed; {given} is given."),
        "int_type": _("A whole number is needed; {given} is given."),
        "bool_type": _("True or false is needed; {given} is given."),
    }
    told = wanted.get(details["type"], _("A text is needed; {given} is given."))
    return told.format(given=shown(details["input"]))


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
