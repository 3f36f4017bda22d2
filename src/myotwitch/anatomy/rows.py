"""Reads the tables of the room: one line a muscle or nerve, several entries of a cell parted by semicolons."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from importlib.resources import files

from myotwitch.errors import TableError


def read_rows(file_name: str) -> Mapping[str, Mapping[str, str]]:
    """Return the rows of a CSV table of this room by their first column, ``key``.

    Raises
    ------
    TableError
        If the file is missing, a row has too few or too many cells, or a key stands twice.
    """
    try:
        text = files("myotwitch.anatomy").joinpath(file_name).read_text(encoding="utf-8")
    except OSError as error:
        raise TableError(f"The table {file_name} of the anatomy cannot be read: {error}") from error
    rows: dict[str, Mapping[str, str]] = {}
    for row in csv.DictReader(io.StringIO(text), strict=True):
        key = row.get("key") or ""
        # DictReader files surplus cells under the key None and fills missing ones with the value None.
        if not key or None in row or None in row.values():
            raise TableError(f"The row {key!r} of {file_name} has too few or too many cells.")
        if key in rows:
            raise TableError(f"The row {key!r} stands twice in {file_name}.")
        rows[key] = row
    return rows


def split_cell(cell: str) -> tuple[str, ...]:
    """Return the entries of a cell; none for an empty one.

    Examples
    --------
    >>> split_cell("C5;C6")
    ('C5', 'C6')
    >>> split_cell("")
    ()
    """
    return tuple(part.strip() for part in cell.split(";") if part.strip())
