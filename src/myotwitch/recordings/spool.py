"""A table of samples on disk: written once from front to back, then read in pieces, never whole in memory.

Text and column files cannot be read from the middle. Their numbers are written once to a nameless temporary file, which
the operating system removes with the process, even after a crash.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
import threading
import weakref
from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
from myotwitch.language import _
from myotwitch.recordings.recording import SampleReader

_FREE_DISK_TO_KEEP = 200_000_000
_ROWS_BETWEEN_DISK_CHECKS = 5_000_000


class SampleSpool:
    """Rows of samples on disk, each with one number a column.

    Parameters
    ----------
    file
        The recording as the user named it, for messages.
    column_names
        Names of the columns, for messages.
    dtype
        ``float32`` for samples, ``float64`` for times.
    """

    def __init__(self, file: str, column_names: Sequence[str], dtype: type[np.floating] = np.float32) -> None:
        self.row_count = 0
        self._file = file
        self._column_names = tuple(column_names)
        self._dtype = np.dtype(dtype)
        self._stream: BinaryIO = tempfile.TemporaryFile(prefix="myotwitch-")  # noqa: SIM115  (lives as long as the table)
        self._unchecked_rows = _ROWS_BETWEEN_DISK_CHECKS
        self._is_finished = False

    def append(self, columns: Sequence[NDArray[np.floating]]) -> None:
        """Add rows, given as one array a column, all of one length.

        Raises
        ------
        RecordingError
            If a number is infinite or too large for a sample, or the disk has no room left.
        """
        rows = len(columns[0])
        self.check_room(rows)
        block = np.empty((rows, len(columns)), dtype=self._dtype)
        with np.errstate(over="ignore"):
            for index, column in enumerate(columns):
                block[:, index] = column
        infinite = np.isinf(block)
        if infinite.any():
            row, column_index = (int(number) for number in np.argwhere(infinite)[0])
            raise RecordingError(
                _(
                    "{file} holds an infinite or far too large number in column {column_names}, sample "
                    "{row_count}; leave the cell empty where a sample is missing."
                ).format(
                    file=self._file, column_names=repr(self._column_names[column_index]), row_count=self.row_count + row
                )
            )
        try:
            self._stream.write(block.tobytes())
        except OSError as error:
            raise self._no_room(error) from error
        self.row_count += rows

    def check_room(self, rows: int) -> None:
        """Pass if the disk has room for that many more rows; looked up once in several million rows."""
        self._unchecked_rows += rows
        if self._unchecked_rows < _ROWS_BETWEEN_DISK_CHECKS:
            return
        self._unchecked_rows = 0
        needed = rows * len(self._column_names) * self._dtype.itemsize + _FREE_DISK_TO_KEEP
        if shutil.disk_usage(tempfile.gettempdir()).free < needed:
            raise self._no_room(OSError(errno.ENOSPC, "No space left on device"))

    def _no_room(self, error: OSError) -> RecordingError:
        return RecordingError(
            _(
                "{file} needs room for its samples in the temporary folder {tempfile}, which has none "
                "left ({strerror}). Free some, or name another folder in the environment variable TMPDIR."
            ).format(file=self._file, tempfile=tempfile.gettempdir(), strerror=error.strerror or error)
        )

    def finish(self, row_count: int | None = None) -> SpooledTable:
        """Return the rows, or the first `row_count` of them, as a table; nothing can be added afterwards."""
        self._stream.flush()
        self._is_finished = True
        rows = self.row_count if row_count is None else min(row_count, self.row_count)
        return SpooledTable(self._stream, (rows, len(self._column_names)), self._dtype)

    def discard(self) -> None:
        """Remove what was written, unless it became a table."""
        if not self._is_finished:
            self._stream.close()


class SpooledTable:
    """Rows of numbers on disk, read when they are sliced; their file goes when nobody holds the table any more.

    The file is read, not mapped: pages of a mapped file count as the process's memory.
    """

    def __init__(self, stream: BinaryIO, shape: tuple[int, int], dtype: np.dtype[np.floating]) -> None:
        self.shape = shape
        self._stream = stream
        self._dtype = dtype
        self._lock = threading.Lock()
        weakref.finalize(self, stream.close)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> NDArray[np.floating]:
        start, stop, _ = rows.indices(self.shape[0])
        row_bytes = self.shape[1] * self._dtype.itemsize
        with self._lock:
            self._stream.seek(start * row_bytes)
            content = self._stream.read(max(0, stop - start) * row_bytes)
        return np.frombuffer(content, dtype=self._dtype).reshape(-1, self.shape[1])


def read_from_table(table: SpooledTable) -> SampleReader:
    """Return the reader of samples over a table of one row a sample and one column a channel."""

    def read_samples(channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        block = table[start_index:stop_index]
        return np.ascontiguousarray(block[:, list(channel_indexes)].T, dtype=np.float32)

    return read_samples
