"""Writes a case as the text that reads back as the same case."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myotwitch.case.case import Case


def case_to_yaml(case: Case) -> str:
    """Return the case as YAML in the form of the contract, without what is not known.

    Limits
    ------
    A twitching without a place, which only a phenopacket can bring, is written but not read back: a case file must say
    where it twitches.

    Examples
    --------
    >>> from myotwitch.case import Case, Person, TwitchingPlace
    >>> print(case_to_yaml(Case(person=Person(age_years=34), twitching=(TwitchingPlace(place="eyelid"),))))
    schema: myotwitch.case/1
    person:
      age_years: 34
      sex: unknown
    twitching:
    - place: eyelid
    <BLANKLINE>
    """
    from ruamel.yaml import YAML  # slow to load

    writer = YAML(typ="rt", pure=True)  # the writer that keeps the order of fields
    writer.allow_unicode = True
    writer.width = 10_000
    stream = io.StringIO()
    writer.dump(_plain(case.to_document()), stream)
    return stream.getvalue()


def case_to_json(case: Case) -> str:
    """Return the case as JSON in the form of the contract, without what is not known."""
    return json.dumps(_plain(case.to_document()), indent=2, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    """Return the value with whole numbers written without a fraction."""
    match value:
        case dict():
            return {name: _plain(entry) for name, entry in value.items()}
        case list():
            return [_plain(entry) for entry in value]
        case float() if value.is_integer() and abs(value) < 1e15:
            return int(value)
    return value
