"""What the columns of a table of no known program mean: a mapping that the person writes or corrects."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from myotwitch.case.checks import refuse, shown
from myotwitch.diary.columns import COLUMNS
from myotwitch.diary.entries import KINDS
from myotwitch.diary.faults import sentences_of
from myotwitch.diary.imports.reading import first_bytes
from myotwitch.errors import DiaryError, Fault
from myotwitch.language import _

LARGEST_MAPPING_BYTES = 1_000_000
FIELDS = tuple(name for name in COLUMNS if name not in ("time", "kind"))
Words = Annotated[str, Field(max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class TimeColumns(_Part):
    """Which columns tell the time, joined by a blank, and how it is written."""

    columns: Annotated[tuple[Words, ...], Field(min_length=1, max_length=4)]
    format: Words | None = Field(default=None, description="As in strftime, such as %d.%m.%Y %H:%M; None: ISO 8601.")


class Value(_Part):
    """Where the value of a field comes from: a column or a constant."""

    column: Words | None = None
    constant: Words | float | bool | None = None
    words: dict[str, Words] = Field(default_factory=dict, description="What a cell means, where it is no plain value.")
    times: float = Field(default=1.0, description="What a number is multiplied by.")

    @model_validator(mode="after")
    def _is_one(self) -> Value:
        if (self.column is None) == (self.constant is None):
            refuse(_("A value comes from a column or is a constant; give one of the two."))
        return self


class EntryRule(_Part):
    """One entry that a row becomes."""

    kind: Words | None = Field(default=None, description="The kind of entry.")
    kind_column: Words | None = Field(default=None, description="The column that tells the kind.")
    kind_words: dict[str, Words] = Field(default_factory=dict, description="Which kind each word of it means.")
    needs: tuple[Words, ...] = Field(default=(), description="Columns that must be filled in, else there is no entry.")
    only_if: dict[str, Words] = Field(default_factory=dict, description="What columns must say, else there is none.")
    fields: dict[str, Value] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_possible(self) -> EntryRule:
        if (self.kind is None) == (self.kind_column is None):
            refuse(_("An entry has a kind, or a column that tells it (kind_column); give one of the two."))
        for kind in filter(None, (self.kind, *self.kind_words.values())):
            if kind not in KINDS:
                refuse(
                    _("The kind {kind} is not known. Allowed are {kinds}.").format(
                        kind=shown(kind), kinds=", ".join(KINDS)
                    )
                )
        for name in self.fields:
            if name not in FIELDS:
                refuse(
                    _("The field {name} is not known. Allowed are {fields}.").format(
                        name=shown(name), fields=", ".join(FIELDS)
                    )
                )
        return self


class TableMapping(_Part):
    """What a table means.

    Parameters
    ----------
    delimiter
        What stands between cells; None: the most frequent of comma, semicolon and tabulator in the head.
    decimal
        The decimal sign.
    encoding
        ``utf-8`` or ``cp1252`` (Western European Windows).
    zone
        The zone of times without an offset, unless the person names one with the import.
    time
        Which columns tell the time.
    entry
        What a row becomes: one entry, or several.
    """

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Annotated[str, Field(pattern="^[.,]$")] = "."
    encoding: Annotated[str, Field(pattern="^(utf-8|cp1252)$")] = "utf-8"
    zone: Words | None = None
    time: TimeColumns
    entry: Annotated[tuple[EntryRule, ...], Field(min_length=1, max_length=100)]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the mapping names."""
        named = list(self.time.columns)
        for rule in self.entry:
            named += [*rule.needs, *rule.only_if, *([rule.kind_column] if rule.kind_column else [])]
            named += [value.column for value in rule.fields.values() if value.column is not None]
        return tuple(dict.fromkeys(named))


def read_mapping(path: Path) -> Mapping[str, Any]:
    """Return a mapping file (TOML) as it stands, for `ImportSettings.mapping`.

    Raises
    ------
    DiaryError
        If it cannot be read, is no TOML or says something impossible.
    """
    content = first_bytes(path, LARGEST_MAPPING_BYTES)
    try:
        given = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise DiaryError(
            str(path), [Fault(path="", line=None, message=_("The mapping is no TOML: {error}.").format(error=error))]
        ) from error
    check_mapping(given, str(path))
    return given


def check_mapping(given: Mapping[str, Any], file: str) -> TableMapping:
    """Return the mapping that plain values mean.

    Raises
    ------
    DiaryError
        With everything that is wrong with it.
    """
    try:
        return TableMapping.model_validate(given)
    except ValidationError as error:
        places = [".".join(str(part) for part in detail["loc"]) for detail in error.errors()]
        messages = [message for _, message in sentences_of(error, KINDS["note"])]
        faults = [
            Fault(path=f"mapping.{place}" if place else "mapping", line=None, message=message)
            for place, message in zip(places, messages, strict=True)
        ]
        raise DiaryError(file, faults) from error
