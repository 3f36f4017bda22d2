"""Twitches as a CSV or Parquet table with the contract's column names, written and read back."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from myotwitch.errors import RequestError
from myotwitch.language import _
from myotwitch.twitches.document import twitch_rows
from myotwitch.twitches.events import Twitches

COLUMNS = (
    "onset_s",
    "duration_s",
    "peak_to_peak_uv",
    "peak_to_noise",
    "channels",
    "peak_channel",
    "kind",
    "extent",
    "source",
    "burst",
    "isolated",
    "confidence",
)
Function = TypeVar("Function")
CHANNEL_SEPARATOR = "|"
"""Between the names of several channels in a CSV cell."""


def write_twitch_table(twitches: Twitches, path: Path) -> None:
    """Write one row a discharge to `path`; its ending, ``.csv`` or ``.parquet``, chooses the format.

    Raises
    ------
    RequestError
        If the ending is neither, or the file cannot be written.
    """
    write = _by_ending(path, _WRITERS)
    try:
        write(twitch_rows(twitches), path)
    except OSError as error:
        raise RequestError(
            _("The table {path} cannot be written: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error


def read_twitch_table(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a table of twitches, such as the truth of a simulation; values have their own types again.

    Raises
    ------
    RequestError
        If the ending is unknown, the file cannot be read, or a needed column is missing or malformed.
    """
    read = _by_ending(path, _READERS)
    try:
        rows = read(path)
    except OSError as error:
        raise RequestError(
            _("The table {path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    except ValueError as error:
        raise RequestError(
            _("The table {path} is not a table of twitches: {error}.").format(path=path, error=error)
        ) from error
    for row in rows:
        if "onset_s" not in row:
            raise RequestError(
                _("The table {path} has no column 'onset_s'; it has {row}.").format(
                    path=path, row=", ".join(row) or "none"
                )
            )
    return rows


def _by_ending(path: Path, functions: Mapping[str, Function]) -> Function:
    try:
        return functions[path.suffix.lower()]
    except KeyError:
        raise RequestError(
            _("The table {path} must end in {functions}.").format(path=path, functions=" or ".join(functions))
        ) from None


def _write_csv(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "channels": CHANNEL_SEPARATOR.join(row["channels"])})


def _write_parquet(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    schema = pyarrow.schema(
        [
            ("onset_s", pyarrow.float64()),
            ("duration_s", pyarrow.float64()),
            ("peak_to_peak_uv", pyarrow.float64()),
            ("peak_to_noise", pyarrow.float64()),
            ("channels", pyarrow.list_(pyarrow.string())),
            ("peak_channel", pyarrow.string()),
            ("kind", pyarrow.string()),
            ("extent", pyarrow.string()),
            ("source", pyarrow.int64()),
            ("burst", pyarrow.int64()),
            ("isolated", pyarrow.bool_()),
            ("confidence", pyarrow.float64()),
        ]
    )
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows), schema=schema), path)


def _read_csv(path: Path) -> list[dict[str, Any]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return [
            {name: _CELLS.get(name, str)(cell) if cell != "" else None for name, cell in row.items()}
            for row in csv.DictReader(stream)
        ]


def _read_parquet(path: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet

    return pyarrow.parquet.read_table(path).to_pylist()  # type: ignore[no-any-return]


_CELLS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "onset_s": float,
        "duration_s": float,
        "peak_to_peak_uv": float,
        "peak_to_noise": float,
        "confidence": float,
        "source": int,
        "burst": int,
        "isolated": lambda cell: cell == "True",
        "channels": lambda cell: cell.split(CHANNEL_SEPARATOR),
    }
)
_WRITERS = MappingProxyType({".csv": _write_csv, ".parquet": _write_parquet})
_READERS = MappingProxyType({".csv": _read_csv, ".parquet": _read_parquet})
