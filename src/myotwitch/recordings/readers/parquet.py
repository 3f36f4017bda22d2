"""Reads Parquet files with one column of numbers a channel and one row a sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
from myotwitch.language import _
from myotwitch.recordings.columns import check_column_names, recording_from_columns
from myotwitch.recordings.recording import Recording

_ROWS_AT_ONCE = 65_536
_MOST_NUMBERS_AT_ONCE = 8_000_000
_MANY_NUMBERS = 2_000_000_000
_MOST_NUMBERS_PER_BYTE = 1000
"""A flat signal is stored in almost nothing; beyond this, and beyond many numbers, a file only claims to hold them."""
_LARGEST_METADATA_BYTES = 64_000_000


def read_parquet(path: Path) -> Recording:
    """Return the recording in a Parquet file; a null or NaN means a missing sample.

    The sampling rate comes from a column of seconds (`TIME_COLUMN_NAMES`) or from the sidecar.

    Raises
    ------
    RecordingError
        If a column holds no numbers, or no sampling rate is stated.

    Method
    ------
    The rows are read once from front to back and kept as 32-bit numbers on disk, so memory does not grow with length,
    however large the file's row groups are.
    """
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(
        path,
        memory_map=False,
        buffer_size=1 << 16,
        pre_buffer=False,
        thrift_string_size_limit=_LARGEST_METADATA_BYTES,
        thrift_container_size_limit=_LARGEST_METADATA_BYTES // 64,
    ) as file:
        names = _check_columns(path, file)
        return recording_from_columns(path, "Parquet", names, _batches(file, len(names)))


def _check_columns(path: Path, file: Any) -> list[str]:
    """Return the names of the columns, each checked to hold numbers."""
    import pyarrow.types

    schema = file.schema_arrow
    names = list(schema.names)
    if not names:
        raise RecordingError(
            _("{path} holds no channel: it has no columns. Write one column a channel.").format(path=path)
        )
    check_column_names(names, str(path))
    for field in schema:
        is_number = pyarrow.types.is_integer(field.type) or pyarrow.types.is_floating(field.type)
        if not (is_number or pyarrow.types.is_null(field.type)):
            raise RecordingError(
                _(
                    "{path}: the column {name} holds {type}; a channel holds numbers. Remove the column, or "
                    "write times as seconds."
                ).format(path=path, name=repr(field.name), type=field.type)
            )
    numbers = file.metadata.num_rows * len(names)
    if numbers > _MANY_NUMBERS and numbers > _MOST_NUMBERS_PER_BYTE * path.stat().st_size:
        raise RecordingError(
            _(
                "{path} claims {num_rows} samples of {names_count} channels in {st_size} bytes; it is "
                "damaged. Export it again."
            ).format(path=path, num_rows=file.metadata.num_rows, names_count=len(names), st_size=path.stat().st_size)
        )
    return names


def _batches(file: Any, column_count: int) -> Iterator[Sequence[NDArray[np.floating]]]:
    rows_at_once = max(1, min(_ROWS_AT_ONCE, _MOST_NUMBERS_AT_ONCE // column_count))
    for batch in file.iter_batches(batch_size=rows_at_once, use_threads=False):
        yield [column.cast("float64", safe=False).to_numpy(zero_copy_only=False) for column in batch.columns]
