"""When each data record of an EDF or BDF file was recorded.

Data records follow each other without a gap, unless the file is discontinuous (EDF+D, BDF+D): then the first text of
each record's first annotation signal states its onset. Records that follow each other without a gap form a run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import BinaryIO

from myotwitch.errors import RecordingError
from myotwitch.language import _, digits
from myotwitch.recordings.readers.edf_header import EdfHeader

_ONSET = re.compile(rb"([+-]\d{1,15}(?:\.\d{0,15})?)[\x14\x15]")
_ONSET_BYTES = 40
"""Enough for sign, digits and the byte that ends an onset; the text after it is not needed."""

_ONSET_TOLERANCE_S = 0.001
"""Recorders round onsets, often to a millisecond; a smaller difference is no gap."""

_LONGEST_TIMELINE_S = 31 * 86_400.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Data records that follow each other without a gap.

    Parameters
    ----------
    first_record, record_count
        Which records of the file.
    onset_s
        When the first of them began **[s]**, counted from the first record of the file.
    """

    first_record: int
    record_count: int
    onset_s: float


def continuous_run(record_count: int) -> tuple[Run, ...]:
    """Return the one run of a continuous file."""
    return (Run(first_record=0, record_count=record_count, onset_s=0.0),)


def read_runs(stream: BinaryIO, header: EdfHeader, record_count: int, file: str) -> tuple[Run, ...]:
    """Return the runs of a discontinuous file, in order of time.

    Parameters
    ----------
    stream
        The file, open in binary mode.
    header
        Its header.
    record_count
        Number of whole data records that it holds.
    file
        Its name, for messages.

    Raises
    ------
    RecordingError
        If a record states no onset, records overlap or run backwards, or the gaps make it longer than 31 days.

    Method
    ------
    A record belongs to the run before it if its onset differs from where that run ends by at most a millisecond or one
    and a half samples of the fastest signal, whichever is more.
    """
    duration = header.record_duration_s
    fastest = max(signal.samples_per_record for signal in header.signals if not signal.is_annotation)
    tolerance = max(_ONSET_TOLERANCE_S, 1.5 * duration / fastest)
    origin = _read_onset(stream, header, 0, file)
    runs: list[Run] = []
    first, run_onset = 0, 0.0
    for record in range(1, record_count):
        onset = _read_onset(stream, header, record, file) - origin
        expected = run_onset + (record - first) * duration
        if onset < expected - tolerance:
            raise RecordingError(
                _(
                    "{file}: data record {record} begins {onset} s after the first one, before the record "
                    "ahead of it ends ({expected} s). Records that overlap or run backwards have no "
                    "timeline; export the recording again as a continuous file."
                ).format(file=file, record=record + 1, onset=digits(onset, ".3f"), expected=digits(expected, ".3f"))
            )
        if onset > expected + tolerance:
            runs.append(Run(first_record=first, record_count=record - first, onset_s=run_onset))
            first, run_onset = record, onset
            _check_length(onset, record, file)
    runs.append(Run(first_record=first, record_count=record_count - first, onset_s=run_onset))
    return tuple(runs)


def _check_length(onset_s: float, record: int, file: str) -> None:
    """Raise `RecordingError` if a gap makes the timeline longer than any recording is."""
    if onset_s > _LONGEST_TIMELINE_S:
        raise RecordingError(
            _(
                "{file}: data record {record} begins {onset_s} s after the first one; gaps may stretch a "
                "recording to at most {longest_timeline_s} days. Split the file, or export it again if "
                "the time is wrong."
            ).format(
                file=file,
                record=record + 1,
                onset_s=digits(onset_s, ".0f"),
                longest_timeline_s=digits(_LONGEST_TIMELINE_S / 86400, ".0f"),
            )
        )


def _read_onset(stream: BinaryIO, header: EdfHeader, record: int, file: str) -> float:
    """Return the onset that a data record states **[s]**."""
    signal = next((signal for signal in header.signals if signal.is_annotation), None)
    if signal is None:
        raise RecordingError(
            _(
                "{file} says that it is discontinuous ({format_name}) but has no annotation signal that "
                "tells when each data record began. Export the recording again as a continuous file."
            ).format(file=file, format_name=header.format_name)
        )
    stream.seek(header.header_bytes + record * header.record_bytes + signal.first_byte)
    raw = stream.read(min(_ONSET_BYTES, signal.samples_per_record * header.bytes_per_sample))
    found = _ONSET.match(raw)
    if found is None:
        raise RecordingError(
            _(
                "{file}: data record {record} does not state when it began: its annotations start with "
                "{raw} where a time such as '+12.5' is needed. Export the recording again as a "
                "continuous file."
            ).format(file=file, record=record + 1, raw=repr(raw[:16]))
        )
    return float(found[1])
