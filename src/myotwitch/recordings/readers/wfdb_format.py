"""Reads WFDB records, the format of PhysioNet: a text header ``.hea`` and signal files ``.dat`` beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
from myotwitch.recordings.channel_kinds import guess_channel_kind
from myotwitch.recordings.readers.wfdb_checks import (
    VALUE_RANGES,
    checked_header,
    header_lines,
    is_calibrated,
)
from myotwitch.recordings.recording import Channel, Recording, SampleReader
from myotwitch.units import microvolts_per


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signal:
    """A channel, and how its samples follow from the physical values that the library gives."""

    channel: Channel
    samples_per_frame: int
    factor: float
    offset: float


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
        raise RecordingError(f"{path}: the WFDB library cannot read from a folder with '::' in its name; rename it.")
    header = checked_header(header_path, lines)
    template = _first_segments(header)
    frame_rate_hz = float(header.fs)
    signals = _signals(path, lines, header, template, frame_rate_hz)
    return Recording(
        file=str(path),
        format_name="WFDB",
        duration_s=header.sig_len / frame_rate_hz if frame_rate_hz > 0 else 0.0,
        channels=tuple(signal.channel for signal in signals),
        read_samples=_reader(record, header, signals),
        notes=_notes(path, lines, signals),
    )


def _header_path(path: Path) -> Path:
    header_path = path.with_suffix(".hea")
    if not header_path.is_file():
        raise RecordingError(
            f"{path} needs its header {header_path.name} in the same folder; it is missing. "
            "Copy both files, and name either."
        )
    return header_path


def _first_segments(header: Any) -> list[tuple[Any, int]]:
    """Return for each signal the first header that describes it, and its place there."""
    if getattr(header, "segments", None) is None:
        return [(header, index) for index in range(header.n_sig)]
    found = []
    for name in header.sig_name:
        holders = [segment for segment in header.segments if segment is not None and name in (segment.sig_name or ())]
        # A layout header, which holds no samples, states no gain; it comes first and is the last choice.
        holders.sort(key=lambda segment: segment.sig_len == 0)
        found.append((holders[0], holders[0].sig_name.index(name)))
    return found


def _signals(
    path: Path, lines: list[str], header: Any, template: list[tuple[Any, int]], frame_rate_hz: float
) -> list[_Signal]:
    electrode_words = " ".join(line for line in header.comments if "electrode" in line or "needle" in line)
    given = [segment.sig_name[index] for segment, index in template]
    signals = []
    for place, (segment, index) in enumerate(template):
        name = given[place] or f"signal {place + 1}"
        if given.count(given[place]) > 1:
            name = f"{name} {given[: place + 1].count(given[place])}"
        unit = segment.units[index]
        calibrated = is_calibrated(segment, index, lines)
        microvolts = microvolts_per(unit) if calibrated else None
        gain, baseline = segment.adc_gain[index], segment.baseline[index] or 0
        # The library divides by the gain; where the gain means nothing, that is undone.
        factor, offset = (microvolts or 1.0, 0.0) if calibrated else (gain, float(baseline))
        low, high = _clipping(segment, index)
        samples_per_frame = segment.samps_per_frame[index] or 1
        ends = sorted((stored - baseline) / gain * factor + offset for stored in (low, high))
        signals.append(
            _Signal(
                channel=Channel(
                    name=name,
                    sampling_rate_hz=frame_rate_hz * samples_per_frame,
                    kind=guess_channel_kind(given[place] or "", electrode_words, unit if calibrated else None),
                    unit=None if microvolts is None else "uV",
                    stated_unit=unit if calibrated else None,
                    clipping_low=ends[0],
                    clipping_high=ends[1],
                ),
                samples_per_frame=samples_per_frame,
                factor=factor,
                offset=offset,
            )
        )
    return signals


def _clipping(segment: Any, index: int) -> tuple[int, int]:
    """Return the smallest and largest stored number: those of the converter where stated, else of the format."""
    low, high = VALUE_RANGES.get(segment.fmt[index], VALUE_RANGES["16"])
    bits, zero = segment.adc_res[index] or 0, segment.adc_zero[index] or 0
    if 1 < bits <= 32:
        low, high = max(low, zero - 2 ** (bits - 1)), min(high, zero + 2 ** (bits - 1) - 1)
    return low, high


def _reader(record: str, header: Any, signals: Sequence[_Signal]) -> SampleReader:
    import wfdb

    def read_samples(channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        count = stop_index - start_index
        samples = np.empty((len(channel_indexes), count), dtype=np.float32)
        if count == 0 or not channel_indexes:
            return samples
        wanted = sorted(set(channel_indexes))
        in_frame = signals[wanted[0]].samples_per_frame
        first_frame, last_frame = start_index // in_frame, -(-stop_index // in_frame)
        piece = wfdb.rdrecord(
            record,
            sampfrom=first_frame,
            sampto=min(last_frame, header.sig_len),
            channels=wanted,
            physical=True,
            smooth_frames=False,
            return_res=64,
        )
        offset = start_index - first_frame * in_frame
        for row, index in enumerate(channel_indexes):
            physical = piece.e_p_signal[wanted.index(index)][offset : offset + count]
            samples[row] = physical * signals[index].factor + signals[index].offset
        return samples

    return read_samples


def _notes(path: Path, lines: list[str], signals: Sequence[_Signal]) -> tuple[str, ...]:
    notes = []
    uncalibrated = [signal.channel.name for signal in signals if signal.channel.stated_unit is None]
    if uncalibrated:
        notes.append(
            f"The header states no gain for {', '.join(uncalibrated)}, so the scale is unknown and no microvolts are "
            f"claimed. A sidecar {path.with_suffix('.json').name} states it."
        )
    if len(lines[0].split()) < 3:
        notes.append("The header states no sampling rate, which in the WFDB format means 250 Hz.")
    return tuple(notes)
