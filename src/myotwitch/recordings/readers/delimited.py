"""Reads tables of numbers in text: CSV, TSV and TXT, one column a channel, one line a sample."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
from myotwitch.language import _
from myotwitch.recordings.columns import check_column_names, recording_from_columns
from myotwitch.recordings.recording import Recording

DELIMITERS = ("\t", ";", ",")
"""Signs that may part columns; the first that the line of names holds is the one."""
LONGEST_LINE = 1_000_000
_BLOCK_BYTES = 4_000_000
_SAMPLE_BYTES = 65_536
_ROW_NUMBER = re.compile(r"[Rr]ow #(\d+)")
_COLUMN_NUMBER = re.compile(r"CSV column #(\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Layout:
    """How a table of numbers is written."""

    names: tuple[str, ...]
    delimiter: str
    decimal_point: str


def read_delimited(path: Path) -> Recording:
    """Return the recording in a table of numbers in text.

    The first line names the columns. Columns are parted by tab, semicolon or comma; the decimal sign is a point, or a
    comma where a semicolon or tab parts the columns. An empty cell, an empty line and ``NaN`` mean a missing sample.
    The sampling rate comes from a column of seconds (`TIME_COLUMN_NAMES`) or from the sidecar.

    Raises
    ------
    RecordingError
        If the text is not UTF-8, has no line of names, a ragged line or a cell that is no number (with its line), or
        states no sampling rate.

    Method
    ------
    The text is read once from front to back and kept as 32-bit numbers on disk, so memory does not grow with its
    length.
    """
    layout = _find_layout(path)
    return recording_from_columns(
        path,
        "delimited text",
        list(layout.names),
        _batches(path, layout),
        first_line=2,
        empty_rows_at_end=_count_empty_lines_at_end(path),
    )


def _find_layout(path: Path) -> _Layout:
    with path.open("rb") as stream:
        first_line = stream.readline(LONGEST_LINE)
        sample = stream.read(_SAMPLE_BYTES)
    if len(first_line) >= LONGEST_LINE:
        raise RecordingError(
            _("{path} has no end of line within {longest_line} bytes; it is no table of numbers.").format(
                path=path, longest_line=LONGEST_LINE
            )
        )
    # Old Macintosh line ends have no newline; everything then is one "line".
    first_line, carriage_return, rest = first_line.partition(b"\r")
    sample = rest + sample if carriage_return and rest.strip() else sample
    try:
        text = first_line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise RecordingError(
            _("{path} is not UTF-8 text: line 1, byte {start}. Save it as UTF-8.").format(path=path, start=error.start)
        ) from error
    if text.lstrip().startswith("#"):
        raise RecordingError(
            _(
                "{path} begins with a comment ({text}). Remove lines that begin with '#', so that the "
                "first line names the columns; of an OpenSignals recording export the HDF5 file."
            ).format(path=path, text=repr(text[:40]))
        )
    delimiter = next((sign for sign in DELIMITERS if sign in text), ",")
    names = [name.strip() for name in next(csv.reader([text], delimiter=delimiter), [])]
    if not names or not any(names):
        raise RecordingError(_("{path} has an empty first line; it must name the columns.").format(path=path))
    if all(_is_number(name) for name in names):
        raise RecordingError(
            _("{path} has numbers in its first line ({text}), which must name the columns, such as {value}.").format(
                path=path, text=repr(text[:40]), value=repr(delimiter.join(["time_s", "emg"]))
            )
        )
    check_column_names(names, str(path))
    has_decimal_comma = delimiter != "," and b"," in sample and b"." not in sample
    return _Layout(names=tuple(names), delimiter=delimiter, decimal_point="," if has_decimal_comma else ".")


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _batches(path: Path, layout: _Layout) -> Iterator[Sequence[NDArray[np.floating]]]:
    """Yield the numbers of the table, one array a column."""
    import pyarrow
    from pyarrow import csv as arrow_csv

    # Columns are numbered inside, so that no name can upset the parser.
    numbers = [str(index) for index in range(len(layout.names))]
    try:
        with arrow_csv.open_csv(
            path,
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=_BLOCK_BYTES, column_names=numbers, skip_rows=1
            ),
            parse_options=arrow_csv.ParseOptions(delimiter=layout.delimiter, ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(numbers, pyarrow.float64()),
                decimal_point=layout.decimal_point,
                strings_can_be_null=True,
            ),
        ) as reader:
            for batch in reader:
                yield [column.to_numpy(zero_copy_only=False) for column in batch.columns]
    except pyarrow.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            return
        raise _explained(path, layout, str(error)) from error


def _count_empty_lines_at_end(path: Path) -> int:
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _SAMPLE_BYTES))
        end = stream.read().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # The newline that ends the last line is no empty line.
    return max(0, len(end) - len(end.rstrip(b"\n")) - 1)


def _explained(path: Path, layout: _Layout, message: str) -> RecordingError:
    """Return the error with the user's line and column in place of the parser's."""
    row = _ROW_NUMBER.search(message)
    place = f"line {row.group(1)}" if row else "some line"
    column = _COLUMN_NUMBER.search(message)
    if column:
        name = layout.names[int(column.group(1))]
        value = message.rpartition("invalid value ")[2][:60]
        return RecordingError(
            _(
                "{path}, {place}, column {name}: {value} is no number. Use a point as decimal sign (or a "
                "comma where semicolons part the columns) and leave the cell empty where a sample is "
                "missing."
            ).format(path=path, place=place, name=repr(name), value=value)
        )
    expected = re.search(r"Expected (\d+) columns, got (\d+)", message)
    if expected:
        return RecordingError(
            _(
                "{path}, {place}: {value} cells where the first line names {value_2} columns. Every line "
                "needs one cell a column."
            ).format(path=path, place=place, value=expected.group(2), value_2=expected.group(1))
        )
    return RecordingError(_("{path} is no table of numbers: {message}").format(path=path, message=message[:200]))
