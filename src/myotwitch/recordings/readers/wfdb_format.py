"""Reads WFDB records, the format of PhysioNet: a text header ``.hea`` and signal files ``.dat`` beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
from myotwitch.language import _
from myotwitch.recordings.channel_kinds import guess_channel_kind
from myotwitch.recordings.readers.wfdb_checks import (
    VALUE_RANGES,
    Segment,
    checked_segments,
    header_lines,
    is_calibrated,
)
from myotwitch.recordings.recording import Channel, Recording, SampleReader
from myotwitch.units import microvolts_per


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    """One signal in one segment, and how its samples follow from the physical values that the library gives."""

    index: int
    unit: str
    is_calibrated: bool
    samples_per_frame: int
    factor: float
    offset: float
    lowest: float
    highest: float


def read_wfdb(path: Path) -> Recording:
    """Return the recording of a WFDB record, read in pieces; either its ``.hea`` or its ``.dat`` may be named.

    Single- and multi-segment records, several samples a frame and skewed signals are read. A signal without a gain is
    uncalibrated: its samples come as stored, with no unit.

    Raises
    ------
    RecordingError
        If the header is malformed, promises more samples than the signal files hold, or names a file elsewhere.

    Sources
    -------
    WFDB header file format, header(5), https://physionet.org/physiotools/wag/header-5.htm
    """
    header_path = _header_path(path)
    lines = header_lines(header_path)
    record = str(header_path.with_suffix(""))
    if "::" in record:
        raise RecordingError(
            _("{path}: the WFDB library cannot read from a folder with '::' in its name; rename it.").format(path=path)
        )
    header, segments = checked_segments(header_path, lines)
    names = _signal_names(segments)
    pieces = [_pieces(path, segments, place, name) for place, name in enumerate(names)]
    channels = tuple(_channels(header, names, pieces))
    return Recording(
        file=str(path),
        format_name="WFDB",
        duration_s=header.sig_len / header.fs if header.fs > 0 else 0.0,
        channels=channels,
        read_samples=_reader(segments, pieces),
        notes=_notes(path, lines, channels),
    )


def _header_path(path: Path) -> Path:
    header_path = path.with_suffix(".hea")
    if not header_path.is_file():
        raise RecordingError(
            _(
                "{path} needs its header {name} in the same folder; it is missing. Copy both files, and name either."
            ).format(path=path, name=header_path.name)
        )
    return header_path


def _signal_names(segments: Sequence[Segment]) -> list[str]:
    """Return the names of the signals as the headers word them, in order of first appearance."""
    if len(segments) == 1:
        return [name or "" for name in segments[0].header.sig_name]
    return list(dict.fromkeys(name for segment in segments if segment.header for name in segment.header.sig_name))


def _pieces(path: Path, segments: Sequence[Segment], place: int, name: str) -> dict[int, _Piece]:
    """Return one signal's pieces by the number of their segment; segments without the signal are left out."""
    found: dict[int, _Piece] = {}
    for number, segment in enumerate(segments):
        if segment.header is None or segment.frame_count == 0 or name not in [*(segment.header.sig_name or ()), ""]:
            continue
        index = place if len(segments) == 1 else segment.header.sig_name.index(name)
        found[number] = _piece(segment, index)
    like = {(piece.unit, piece.is_calibrated, piece.samples_per_frame) for piece in found.values()}
    if len(like) != 1:
        text = _("{path}: the signal {name} has no samples. Leave it out, or read the segments one by one.")
        if like:
            text = _(
                "{path}: the signal {name} changes its unit or its rate from segment to segment. Leave it out, or read "
                "the segments one by one."
            )
        raise RecordingError(text.format(path=path, name=repr(name)))
    return found


def _piece(segment: Segment, index: int) -> _Piece:
    header = segment.header
    unit, gain, baseline = header.units[index], header.adc_gain[index], header.baseline[index] or 0
    calibrated = is_calibrated(segment, index)
    # The library divides by the gain; where the gain means nothing, that is undone.
    factor, offset = ((microvolts_per(unit) or 1.0), 0.0) if calibrated else (gain, float(baseline))
    ends = sorted((stored - baseline) / gain * factor + offset for stored in _stored_range(header, index))
    return _Piece(
        index=index,
        unit=unit,
        is_calibrated=calibrated,
        samples_per_frame=header.samps_per_frame[index] or 1,
        factor=factor,
        offset=offset,
        lowest=ends[0],
        highest=ends[1],
    )


def _channels(header: Any, names: Sequence[str], pieces: Sequence[dict[int, _Piece]]) -> Iterator[Channel]:
    electrode_words = " ".join(line for line in header.comments if "electrode" in line or "needle" in line)
    for place, (name, of_signal) in enumerate(zip(names, pieces, strict=True)):
        piece = next(iter(of_signal.values()))
        unit = piece.unit if piece.is_calibrated else None
        shown = name or f"signal {place + 1}"
        yield Channel(
            name=shown if names.count(name) == 1 or not name else f"{shown} {names[: place + 1].count(name)}",
            sampling_rate_hz=float(header.fs) * piece.samples_per_frame,
            kind=guess_channel_kind(name, electrode_words, unit),
            unit="uV" if unit is not None and microvolts_per(unit) is not None else None,
            stated_unit=unit,
            clipping_low=min(piece.lowest for piece in of_signal.values()),
            clipping_high=max(piece.highest for piece in of_signal.values()),
        )


def _stored_range(header: Any, index: int) -> tuple[int, int]:
    """Return the smallest and largest stored number: those of the converter where stated, else of the format."""
    low, high = VALUE_RANGES[header.fmt[index]]
    bits, zero = header.adc_res[index] or 0, header.adc_zero[index] or 0
    if 1 < bits <= 32:
        low, high = max(low, zero - 2 ** (bits - 1)), min(high, zero + 2 ** (bits - 1) - 1)
    return low, high


def _reader(segments: Sequence[Segment], pieces: Sequence[dict[int, _Piece]]) -> SampleReader:
    def read_samples(channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        samples = np.full((len(channel_indexes), stop_index - start_index), np.nan, dtype=np.float32)
        in_frame = next(iter(pieces[channel_indexes[0]].values())).samples_per_frame
        for number, segment in enumerate(segments):
            start = max(start_index, segment.first_frame * in_frame)
            stop = min(stop_index, (segment.first_frame + segment.frame_count) * in_frame)
            rows = {row: pieces[index][number] for row, index in enumerate(channel_indexes) if number in pieces[index]}
            if start < stop and rows:
                first = segment.first_frame * in_frame
                found = _read_segment(segment, list(rows.values()), start - first, stop - first)
                samples[list(rows), start - start_index : stop - start_index] = found
        return samples

    return read_samples


def _read_segment(segment: Segment, pieces: Sequence[_Piece], start: int, stop: int) -> NDArray[np.float64]:
    """Return samples of signals of one segment; `start` and `stop` count from its beginning."""
    import wfdb  # slow to import

    in_frame = pieces[0].samples_per_frame
    first_frame, last_frame = start // in_frame, -(-stop // in_frame)
    wanted = sorted({piece.index for piece in pieces})
    record = wfdb.rdrecord(
        segment.record,
        sampfrom=first_frame,
        sampto=last_frame,
        channels=wanted,
        physical=True,
        smooth_frames=False,
        return_res=64,
    )
    skipped = start - first_frame * in_frame
    return np.stack(
        [
            record.e_p_signal[wanted.index(piece.index)][skipped : skipped + stop - start] * piece.factor + piece.offset
            for piece in pieces
        ]
    )


def _notes(path: Path, lines: Sequence[str], channels: Sequence[Channel]) -> tuple[str, ...]:
    notes = []
    uncalibrated = [channel.name for channel in channels if channel.stated_unit is None]
    if uncalibrated:
        notes.append(
            _(
                "The header states no gain for {uncalibrated}, so the scale is unknown and no microvolts "
                "are claimed. A sidecar {name} states it."
            ).format(uncalibrated=", ".join(uncalibrated), name=path.with_suffix(".json").name)
        )
    if len(lines[0].split()) < 3:
        notes.append(_("The header states no sampling rate, which in the WFDB format means 250 Hz."))
    return tuple(notes)
