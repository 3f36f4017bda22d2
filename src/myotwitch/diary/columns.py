"""Diary tables: CSV with the contract's columns, one row an entry."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from myotwitch.case.checks import nearest_hint, shown
from myotwitch.diary.entries import ENTRY, KINDS, Entry
from myotwitch.diary.faults import sentences_of
from myotwitch.diary.times import local_text
from myotwitch.errors import DiaryError, Fault
from myotwitch.language import _

LARGEST_BYTES = 200_000_000
"""Size of the largest table that is read: some million entries."""

COLUMNS: tuple[str, ...] = (
    "time", "kind", "place", "muscle", "side", "count", "duration_s", "duration_min", "value", "substance", "amount",
    "unit", "finding", "analyte", "painful", "character", "when", "at", "every_days", "until", "to_bed", "event",
    "sha256", "file", "text",
)  # fmt: skip
"""Every column, in the order in which tables are written."""

VALUE_FIELD: Mapping[str, str] = {
    "bout": "strength", "stress": "level", "exercise": "effort", "symptom": "severity", "lab": "value",
}  # fmt: skip
"""What the column ``value`` means in each kind."""

_FIELD_OF_COLUMN: Mapping[str, Mapping[str, str]] = {
    kind: {
        column: VALUE_FIELD.get(kind, "value") if column == "value" else column
        for column in COLUMNS
        if (VALUE_FIELD.get(kind) if column == "value" else column) in model.model_fields
    }
    for kind, model in KINDS.items()
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """The entries that a table holds.

    Parameters
    ----------
    entries
        One entry a row.
    lines
        The line of the file at which each stands.
    unused
        What was filled in and means nothing for its kind, each with the number of rows.
    faulty, faults
        Rows that are no valid entry, and what is wrong with them; none unless they were to be left out.
    """

    entries: tuple[Entry, ...]
    lines: tuple[int, ...]
    unused: Mapping[str, int]
    faulty: int = 0
    faults: tuple[Fault, ...] = ()


def read_table(path: Path, *, skip_faulty: bool = False) -> Table:
    """Return the entries of a CSV file, with or without the rows that are no valid entry.

    Raises
    ------
    DiaryError
        With every fault of the file; with `skip_faulty` only if it is no such table.
    """
    return table_from_text(read_text(path), str(path), skip_faulty=skip_faulty)


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8.

    Raises
    ------
    DiaryError
        If it cannot be read as a text.
    """
    shown_path = str(path)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise _one_fault(
                shown_path,
                _("The file is larger than {largest_bytes} MB; divide it.").format(
                    largest_bytes=LARGEST_BYTES // 1_000_000
                ),
            )
        content = path.read_bytes()
    except OSError as error:
        reason = _("There is no such file") if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise _one_fault(shown_path, _("{reason}; check the name and the folder.").format(reason=reason)) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _one_fault(shown_path, _("The text is not in UTF-8; save it as UTF-8.")) from error


def table_from_text(text: str, file: str, *, skip_faulty: bool = False) -> Table:
    """Return the entries of a CSV text, with ``,``, ``;`` or a tabulator between columns.

    Raises
    ------
    DiaryError
        With every fault: unknown columns, rows that are no valid entry; the latter are left out with `skip_faulty`.
    """
    entries: list[Entry] = []
    lines: list[int] = []
    faults: list[Fault] = []
    faulty = 0
    unused: dict[str, int] = {}
    for line, names, cells in _rows(text, file):
        try:
            row = _row_of(names, cells)
            entry, left = _entry(row)
        except _RowFaultsError as refused:
            faulty += 1
            faults += [Fault(path=column, line=line, message=message) for column, message in refused.messages]
            continue
        entries.append(entry)
        lines.append(line)
        for column in left:
            name = f"{row['kind']}: {column}"
            unused[name] = unused.get(name, 0) + 1
    if faults and not skip_faulty:
        raise DiaryError(file, faults)
    return Table(entries=tuple(entries), lines=tuple(lines), unused=unused, faulty=faulty, faults=tuple(faults))


class _RowFaultsError(Exception):
    def __init__(self, messages: Sequence[tuple[str, str]]) -> None:
        self.messages = messages
        super().__init__()


def _rows(text: str, file: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield line, names of the columns and cells of every row that is not empty."""
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
    except csv.Error as error:
        raise DiaryError(
            file, [Fault(path="", line=1, message=_("The head is no CSV: {error}.").format(error=error))]
        ) from error
    faults = _faults_of_head(names)
    if faults:
        raise DiaryError(file, faults)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DiaryError(
                file,
                [Fault(path="", line=reader.line_num, message=_("The row is no CSV: {error}.").format(error=error))],
            ) from error
        if any(cell.strip() for cell in cells):
            yield reader.line_num, names, cells


def _row_of(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the cells that are filled in, by column."""
    if len(cells) > len(names):
        message = _(
            "The row has {cells_count} cells, the head {names_count} columns; quote texts that hold the divider."
        ).format(cells_count=len(cells), names_count=len(names))
        raise _RowFaultsError([("", message)])
    return {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}


def _faults_of_head(names: Sequence[str]) -> list[Fault]:
    messages = [
        _("The column {column} is missing; every row needs it.").format(column=column)
        for column in ("time", "kind")
        if column not in names
    ]
    messages += [
        _("The column {name} is not known.{hint} Allowed are {columns}.").format(
            name=shown(name), hint=nearest_hint(name, COLUMNS), columns=", ".join(COLUMNS)
        )
        for name in names
        if name and name not in COLUMNS
    ]
    messages += [
        _("The column {name} is there twice.").format(name=name)
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    return [Fault(path="", line=1, message=message) for message in messages]


def _entry(row: Mapping[str, str]) -> tuple[Entry, list[str]]:
    """Return the entry of a row, and the columns that mean nothing for its kind."""
    kind = row.get("kind", "")
    if kind not in KINDS:
        message = _("The kind {kind} is not known.{hint} Allowed are {kinds}.").format(
            kind=shown(kind), hint=nearest_hint(kind, list(KINDS)), kinds=", ".join(KINDS)
        )
        raise _RowFaultsError([("kind", message)])
    fields = _FIELD_OF_COLUMN[kind]
    messages: list[tuple[str, str]] = []
    document: dict[str, Any] = {"kind": kind}
    for column, cell in row.items():
        if column in fields:
            try:
                document[fields[column]] = _READ.get(column, str)(cell)
            except ValueError as error:
                messages.append((column, str(error)))
    if messages:
        raise _RowFaultsError(messages)
    try:
        return ENTRY.validate_python(document), [column for column in row if column not in fields and column != "kind"]
    except ValidationError as error:
        columns = {field: column for column, field in fields.items()}
        raise _RowFaultsError(
            [(columns.get(field, field), message) for field, message in sentences_of(error, KINDS[kind])]
        ) from error


def field_from_cell(kind: str, name: str, cell: str) -> tuple[str, Any]:
    """Return the field of a kind that a column, or a field, names, and the value that a cell stands for; none if empty.

    Raises
    ------
    ValueError
        If the cell is nothing that may stand there; the message says why.

    Examples
    --------
    >>> field_from_cell("symptom", "value", "4"), field_from_cell("bout", "count", "")
    (('severity', 4.0), ('count', None))
    """
    if kind not in KINDS:
        return name, cell
    column = "value" if name == VALUE_FIELD.get(kind) else name
    field = _FIELD_OF_COLUMN[kind].get(column, name)
    return field, _READ.get(column, str)(cell) if cell.strip() else None


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        hint = (
            _(" Write it with a decimal point, as {value}.").format(value=cell.replace(",", ".")) if "," in cell else ""
        )
        raise ValueError(_("{cell} is not a number.{hint}").format(cell=shown(cell), hint=hint)) from None


def _whole_number(cell: str) -> int:
    value = _number(cell)
    if not value.is_integer():
        raise ValueError(_("{cell} is not a whole number.").format(cell=shown(cell)))
    return int(value)


def _truth(cell: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if cell.lower() not in words:
        raise ValueError(_("{cell} is neither true nor false.").format(cell=shown(cell)))
    return words[cell.lower()]


def _times(cell: str) -> tuple[str, ...]:
    return tuple(cell.split())


_READ: Mapping[str, Callable[[str], Any]] = {
    "count": _whole_number,
    "every_days": _whole_number,
    "duration_s": _number,
    "duration_min": _number,
    "value": _number,
    "amount": _number,
    "painful": _truth,
    "at": _times,
}
"""How the cells of a column are read; the others are texts."""


def table_text(entries: Sequence[Entry]) -> str:
    """Return entries as a CSV text that `table_from_text` reads back as the same entries."""
    stream = io.StringIO()
    rows = [_row(entry) for entry in entries]
    used = [column for column in COLUMNS if column in ("time", "kind") or any(column in row for row in rows)]
    writer = csv.DictWriter(stream, fieldnames=used, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _row(entry: Entry) -> dict[str, str]:
    document = entry.to_document()
    row = {"time": local_text(entry.time), "kind": entry.kind}
    for column, field in _FIELD_OF_COLUMN[entry.kind].items():
        value = document.get(field)
        if value is not None and column != "time":
            row[column] = " ".join(value) if isinstance(value, list) else _cell(value)
    return row


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def _one_fault(file: str, message: str) -> DiaryError:
    return DiaryError(file, [Fault(path="", line=None, message=message)])
