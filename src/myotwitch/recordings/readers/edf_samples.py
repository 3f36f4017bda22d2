"""Samples of an EDF or BDF file, read in pieces from its data records."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
from myotwitch.language import _
from myotwitch.recordings.readers.edf_header import EdfHeader, EdfSignal
from myotwitch.recordings.readers.edf_timeline import Run

_PIECE_BYTES = 4 << 20
"""Data records are read whole, up to this many bytes at once; of larger records only the needed samples."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EdfScale:
    """How stored numbers become samples: stored times `gain` plus `offset`.

    Parameters
    ----------
    gain, offset
        In microvolts where `unit` is ``uV``, else in whatever the header states.
    unit
        ``uV``, or None where the header states no voltage.
    """

    gain: float
    offset: float
    unit: str | None

    def sample_of(self, stored: int) -> float:
        """Return the sample that a stored number becomes, rounded exactly as `EdfSampleReader` rounds it."""
        return float(np.float32(stored) * np.float32(self.gain) + np.float32(self.offset))


@dataclass(frozen=True, kw_only=True, slots=True)
class EdfSampleReader:
    """Reads samples of an EDF or BDF file; keeps no file open, and can be sent to another process.

    Parameters
    ----------
    path
        The file.
    header
        Its header.
    signals, scales
        The signals that are channels, and how each is scaled.
    runs
        When the data records were recorded.
    """

    path: Path
    header: EdfHeader
    signals: tuple[EdfSignal, ...]
    scales: tuple[EdfScale, ...]
    runs: tuple[Run, ...]

    def __call__(self, channel_indexes: Sequence[int], start_index: int, stop_index: int, /) -> NDArray[np.float32]:
        """Return samples of shape (channels, stop_index - start_index), NaN in gaps."""
        samples = np.full((len(channel_indexes), stop_index - start_index), np.nan, dtype=np.float32)
        per_record = self.signals[channel_indexes[0]].samples_per_record
        rate_hz = per_record / self.header.record_duration_s
        # One run earlier than the search says: a run's first sample is rounded and may lie before its onset.
        earliest = max(0, bisect_right(self.runs, start_index / rate_hz, key=lambda run: run.onset_s) - 2)
        try:
            with self.path.open("rb", buffering=0) as stream:
                for number in range(earliest, len(self.runs)):
                    run = self.runs[number]
                    run_start = round(run.onset_s * rate_hz)
                    if run_start >= stop_index:
                        break
                    first = max(start_index, run_start)
                    last = min(stop_index, run_start + run.record_count * per_record)
                    if first < last:
                        into = samples[:, first - start_index : last - start_index]
                        stored_index = first - run_start + run.first_record * per_record
                        self._fill(stream, channel_indexes, stored_index, into)
        except OSError as error:
            raise RecordingError(
                _("{path} can no longer be read: {strerror}.").format(path=self.path, strerror=error.strerror or error)
            ) from error
        return samples

    def _fill(
        self, stream: FileIO, channel_indexes: Sequence[int], stored_index: int, into: NDArray[np.float32]
    ) -> None:
        """Fill `into` with samples that follow each other in the file, from sample `stored_index` of each channel."""
        per_record = self.signals[channel_indexes[0]].samples_per_record
        filled = 0
        for span in _record_spans(stored_index, stored_index + into.shape[1], per_record):
            part = into[:, filled : filled + span.sample_count].reshape(len(channel_indexes), span.record_count, -1)
            filled += span.sample_count
            if self.header.record_bytes > _PIECE_BYTES:
                self._read_slices(stream, channel_indexes, span, part)
            else:
                self._read_records(stream, channel_indexes, span, part)

    def _read_records(
        self, stream: FileIO, channel_indexes: Sequence[int], span: _RecordSpan, into: NDArray[np.float32]
    ) -> None:
        """Fill `into`, of shape (channels, records, samples), from whole data records."""
        record_bytes, sample_bytes = self.header.record_bytes, self.header.bytes_per_sample
        step = _PIECE_BYTES // record_bytes
        for start in range(0, span.record_count, step):
            piece = into[:, start : start + step]
            position = self.header.header_bytes + (span.first_record + start) * record_bytes
            stored = self._read_bytes(stream, position, piece.shape[1] * record_bytes)
            for row, channel in zip(piece, channel_indexes, strict=True):
                first_byte = self.signals[channel].first_byte + span.first_sample * sample_bytes
                values = _stored_values(stored, sample_bytes, row.shape, first_byte, record_bytes)
                _scale_into(row, values, self.scales[channel])

    def _read_slices(
        self, stream: FileIO, channel_indexes: Sequence[int], span: _RecordSpan, into: NDArray[np.float32]
    ) -> None:
        """Fill `into` as `_read_records` does, from the needed bytes alone, record by record and channel by channel."""
        record_bytes, sample_bytes = self.header.record_bytes, self.header.bytes_per_sample
        for record in range(span.record_count):
            record_position = self.header.header_bytes + (span.first_record + record) * record_bytes
            for row, channel in zip(into[:, record : record + 1], channel_indexes, strict=True):
                position = record_position + self.signals[channel].first_byte + span.first_sample * sample_bytes
                stored = self._read_bytes(stream, position, row.size * sample_bytes)
                values = _stored_values(stored, sample_bytes, row.shape, 0, row.size * sample_bytes)
                _scale_into(row, values, self.scales[channel])

    def _read_bytes(self, stream: FileIO, position: int, count: int) -> NDArray[np.uint8]:
        """Return bytes of the file, after as many empty ones as `_stored_values` needs in front."""
        in_front = self.header.bytes_per_sample - 2
        stored = np.empty(in_front + count, dtype=np.uint8)
        stored[:in_front] = 0
        view = stored.data[in_front:]
        stream.seek(position)
        while len(view):
            received = stream.readinto(view)
            if not received:
                raise RecordingError(
                    _("{path} became shorter while it was read. Copy it again and start over.").format(path=self.path)
                )
            view = view[received:]
        return stored


@dataclass(frozen=True, kw_only=True, slots=True)
class _RecordSpan:
    """Samples `first_sample` to before `last_sample` of each of `record_count` data records."""

    first_record: int
    record_count: int
    first_sample: int
    last_sample: int

    @property
    def sample_count(self) -> int:
        """Samples of one channel in the span."""
        return self.record_count * (self.last_sample - self.first_sample)


def _record_spans(start: int, stop: int, per_record: int) -> Iterator[_RecordSpan]:
    """Yield the stretch from sample `start` to `stop` as the end of a record, whole records and the start of one."""
    record, first = divmod(start, per_record)
    last_record, last = divmod(stop, per_record)
    if record == last_record:
        yield _RecordSpan(first_record=record, record_count=1, first_sample=first, last_sample=last)
        return
    if first:
        yield _RecordSpan(first_record=record, record_count=1, first_sample=first, last_sample=per_record)
        record += 1
    if record < last_record:
        count = last_record - record
        yield _RecordSpan(first_record=record, record_count=count, first_sample=0, last_sample=per_record)
    if last:
        yield _RecordSpan(first_record=last_record, record_count=1, first_sample=0, last_sample=last)


def _stored_values(
    stored: NDArray[np.uint8], sample_bytes: int, shape: tuple[int, ...], first_byte: int, record_bytes: int
) -> NDArray[np.integer]:
    """Return a view of (records, samples) on stored bytes, as numbers of 16 bits or, for BDF, 32 bits.

    A sample of BDF has three bytes. It is read as four, of which the lowest belongs to the sample before it: its number
    is 256 times the sample plus a remainder that `_scale_into` removes.
    """
    kind = "<i2" if sample_bytes == 2 else "<i4"
    return np.ndarray(shape, kind, stored, offset=first_byte, strides=(record_bytes, sample_bytes))


def _scale_into(into: NDArray[np.float32], values: NDArray[np.integer], scale: EdfScale) -> None:
    """Write stored numbers as samples; 24 bits fit a float32 exactly, so only scaling rounds."""
    if values.itemsize == 4:
        into[...] = values & -256
        into *= np.float32(scale.gain / 256)
    else:
        np.multiply(values, np.float32(scale.gain), out=into)
    into += np.float32(scale.offset)
