"""A table of samples on disk: written once from front to back, then read in pieces, never whole in memory.

Text and column files cannot be read from the middle. Their numbers are written once to a nameless temporary file, which
the operating system removes with the process, even after a crash.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
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
        self._stream = tempfile.TemporaryFile(prefix="myotwitch-")  # noqa: SIM115  (lives until `finish`)
        self._unchecked_rows = _ROWS_BETWEEN_DISK_CHECKS

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
                f"{self._file} holds an infinite or far too large number in column {self._column_names[column_index]!r}"
                f", sample {self.row_count + row}; leave the cell empty where a sample is missing."
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
            f"{self._file} needs room for its samples in the temporary folder {tempfile.gettempdir()}, which has none "
            f"left ({error.strerror or error}). Free some, or name another folder in the environment variable TMPDIR."
        )

    def finish(self) -> NDArray[np.floating]:
        """Return all rows as one table that is read from disk when looked at; nothing can be added afterwards."""
        self._stream.flush()
        if self.row_count == 0:
            self._stream.close()
            return np.empty((0, len(self._column_names)), dtype=self._dtype)
        shape = (self.row_count, len(self._column_names))
        table = np.memmap(self._stream, dtype=self._dtype, mode="r", shape=shape)
        # The mapping keeps the nameless file alive by itself.
        self._stream.close()
        return table

    def discard(self) -> None:
        """Remove what was written; harmless after `finish`."""
        self._stream.close()


def read_from_table(table: NDArray[np.floating]) -> SampleReader:
    """Return the reader of samples over a table of shape (samples, channels)."""

    def read_samples(channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        block = np.asarray(table[start_index:stop_index])
        return np.ascontiguousarray(block[:, list(channel_indexes)].T, dtype=np.float32)

    return read_samples
