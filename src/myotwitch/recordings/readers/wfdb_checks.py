"""Checks a WFDB header against the files beside it before any sample is read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from myotwitch.errors import RecordingError
from myotwitch.language import _

LARGEST_HEADER_BYTES = 1_000_000
MOST_SEGMENTS = 20_000
LARGEST_SKEW_S = 10.0

VALUE_RANGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    # The smallest number of each format means a missing sample, so the range begins one above it.
    {
        **dict.fromkeys(("80", "508"), (-127, 127)),
        **dict.fromkeys(("310", "311"), (-511, 511)),
        "212": (-2047, 2047),
        **dict.fromkeys(("16", "61", "160", "516"), (-32767, 32767)),
        **dict.fromkeys(("24", "524"), (-8388607, 8388607)),
        "32": (-2147483647, 2147483647),
    }
)
"""Smallest and largest stored number of each format of signal files."""

_BYTES_PER_SAMPLE: Mapping[str, float] = MappingProxyType(
    {"16": 2, "61": 2, "160": 2, "80": 1, "24": 3, "32": 4, "212": 1.5, "310": 4 / 3, "311": 4 / 3}
)
_COMPRESSED = ("508", "516", "524")
_NO_FILE = "~"


def _plain_text(header_path: Path, line: bytes) -> str:
    """Return a line as the WFDB library reads it: without signs beyond ASCII, which must at least be text."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordingError(
            _("{header_path} is not UTF-8 text: {value}. Save it as UTF-8.").format(
                header_path=header_path, value=repr(line.decode("ascii", "replace")[:60])
            )
        ) from error
    return line.decode("ascii", errors="ignore").strip()


def header_lines(header_path: Path) -> list[str]:
    """Return the lines of a header that are no comments, checked to name no file outside of its folder.

    Raises
    ------
    RecordingError
        If the header is no text, too long, empty, or reaches outside.
    """
    size = header_path.stat().st_size
    if size > LARGEST_HEADER_BYTES:
        raise RecordingError(
            _("{header_path} has {size} bytes; a WFDB header has at most {largest_header_bytes}.").format(
                header_path=header_path, size=size, largest_header_bytes=LARGEST_HEADER_BYTES
            )
        )
    content = header_path.read_bytes()
    if b"\x00" in content:
        raise RecordingError(
            _("{header_path} is no text, so it is no WFDB header. Name the record's .hea file.").format(
                header_path=header_path
            )
        )
    telling = [line for line in map(bytes.strip, content.splitlines()) if line and not line.startswith(b"#")]
    lines = [text for line in telling if (text := _plain_text(header_path, line))]
    if not lines:
        raise RecordingError(
            _("{header_path} is empty but for comments; a WFDB header names a record and its signals.").format(
                header_path=header_path
            )
        )
    for index, line in enumerate(lines):
        name = line.split()[0]
        # The record line alone has a slash of its own: `name/segments`.
        inside = name.replace("/", "", 1) if index == 0 and not name.startswith("/") else name
        if any(sign in inside for sign in ("/", "\\", "..", ":")):
            raise RecordingError(
                _(
                    "{header_path} refers to {name}, a path outside of its folder; such files are not "
                    "opened. Copy the signal file beside the header and name it without a folder."
                ).format(header_path=header_path, name=repr(name))
            )
    return lines


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A stretch of a record that one header describes; the whole of an ordinary record.

    Parameters
    ----------
    record
        The header's path without its ending; empty where the stretch is a gap.
    header
        The header as the WFDB library understands it; None for a gap.
    lines
        The header's lines that are no comments.
    first_frame, frame_count
        Where the stretch lies in the record.
    """

    record: str
    header: Any
    lines: tuple[str, ...]
    first_frame: int
    frame_count: int


def checked_segments(header_path: Path, lines: list[str]) -> tuple[Any, tuple[Segment, ...]]:
    """Return a record's header and its segments, checked against the signal files beside it.

    Raises
    ------
    RecordingError
        If a header contradicts itself or the files, or needs what cannot be read in pieces.
    """
    import wfdb

    record = str(header_path.with_suffix(""))
    header = wfdb.rdheader(record)
    if not header.n_sig:
        raise RecordingError(
            _("{header_path} describes a record with no signal; there is no channel to read.").format(
                header_path=header_path
            )
        )
    if hasattr(header, "seg_name"):
        return header, tuple(_segments(header_path, header))
    _check_record(header_path, header)
    whole = Segment(record=record, header=header, lines=tuple(lines), first_frame=0, frame_count=header.sig_len)
    return header, (whole,)


def is_calibrated(segment: Segment, index: int) -> bool:
    """Return True if the header gives a signal a gain; the library puts 200 where it is 0 or left out."""
    if segment.header.adc_gain[index] != 200:
        return True
    # Only the header's own text tells a stated 200 from none.
    entries = segment.lines[1 + index].split()
    try:
        return float(re.split(r"[(/]", entries[2])[0]) != 0
    except (IndexError, ValueError):
        return False


def _segments(header_path: Path, header: Any) -> Iterator[Segment]:
    """Yield the segments of a record, each an ordinary record beside the header; their lengths add up."""
    if len(header.seg_name) != header.n_seg or not 0 < header.n_seg <= MOST_SEGMENTS:
        raise RecordingError(
            _(
                "{header_path} announces {n_seg} segments and lists {seg_name_count}; both must agree, "
                "with at most {most_segments}."
            ).format(
                header_path=header_path,
                n_seg=header.n_seg,
                seg_name_count=len(header.seg_name),
                most_segments=MOST_SEGMENTS,
            )
        )
    if sum(header.seg_len) != header.sig_len:
        raise RecordingError(
            _("{header_path} states {sig_len} samples, but its segments have {seg_len} together.").format(
                header_path=header_path, sig_len=header.sig_len, seg_len=sum(header.seg_len)
            )
        )
    first_frame = 0
    for name, frame_count in zip(header.seg_name, header.seg_len, strict=True):
        if name == _NO_FILE:
            yield Segment(record="", header=None, lines=(), first_frame=first_frame, frame_count=frame_count)
        else:
            yield _segment(header_path, header, name, first_frame, frame_count)
        first_frame += frame_count


def _segment(header_path: Path, header: Any, name: str, first_frame: int, frame_count: int) -> Segment:
    import wfdb

    segment_path = header_path.with_name(f"{name}.hea")
    if not name or not segment_path.is_file():
        raise RecordingError(
            _("{header_path} needs the segment {name} beside it; it is missing.").format(
                header_path=header_path, name=segment_path.name
            )
        )
    lines = header_lines(segment_path)
    record = str(segment_path.with_suffix(""))
    segment = wfdb.rdheader(record)
    if hasattr(segment, "seg_name"):
        raise RecordingError(
            _("{segment_path} is a segment made of segments, which the format does not allow.").format(
                segment_path=segment_path
            )
        )
    if segment.fs != header.fs:
        raise RecordingError(
            _("{segment_path} has {fs} Hz, but the record {fs_2} Hz.").format(
                segment_path=segment_path, fs=segment.fs, fs_2=header.fs
            )
        )
    if (segment.sig_len or 0) != frame_count:
        raise RecordingError(
            _("{segment_path} states {sig_len} samples, but the record says {frame_count}.").format(
                segment_path=segment_path, sig_len=segment.sig_len, frame_count=frame_count
            )
        )
    if len(set(segment.sig_name or ())) != segment.n_sig:
        raise RecordingError(
            _("{segment_path} does not give each signal a name of its own, as a segment must.").format(
                segment_path=segment_path
            )
        )
    # A first segment of no length only lists the signals of the record; it has no signal files.
    if frame_count:
        _check_record(segment_path, segment)
    return Segment(record=record, header=segment, lines=tuple(lines), first_frame=first_frame, frame_count=frame_count)


def _check_record(header_path: Path, header: Any) -> None:
    """Pass if the signal files of one ordinary record hold what its header promises."""
    described = len(header.file_name or ())
    if described != header.n_sig:
        raise RecordingError(
            _("{header_path} announces {n_sig} signals and describes {described}.").format(
                header_path=header_path, n_sig=header.n_sig, described=described
            )
        )
    first_seen: dict[str, int] = {}
    for index, name in enumerate(header.file_name):
        first = first_seen.setdefault(name, index)
        same_file = (header.fmt[first], header.byte_offset[first]) == (header.fmt[index], header.byte_offset[index])
        is_apart = index > first and header.file_name[index - 1] != name
        if not same_file or is_apart:
            raise RecordingError(
                _("{header_path}: the signals of {name} differ in format, or are not listed together.").format(
                    header_path=header_path, name=name
                )
            )
        skew = header.skew[index] or 0
        if skew > LARGEST_SKEW_S * max(1.0, header.fs):
            raise RecordingError(
                _("{header_path}: a skew of {skew} samples is more than {largest_skew_s} s.").format(
                    header_path=header_path, skew=skew, largest_skew_s=LARGEST_SKEW_S
                )
            )
    for name, first in first_seen.items():
        _check_signal_file(header_path, header, name, first)


def _check_signal_file(header_path: Path, header: Any, name: str, first: int) -> None:
    signal_path = header_path.with_name(name) if name.strip(_NO_FILE) else header_path
    form = header.fmt[first]
    if form not in VALUE_RANGES:
        hint = _(" Format 8 stores differences and cannot be read in pieces.") if form == "8" else ""
        raise RecordingError(
            _(
                "{header_path}: the signal format {form} cannot be read.{hint} Convert the record to "
                "format 16; allowed are {value_ranges}."
            ).format(header_path=header_path, form=form, hint=hint, value_ranges=", ".join(VALUE_RANGES))
        )
    if signal_path == header_path or not signal_path.is_file():
        raise RecordingError(
            _("{header_path} needs its signal file {name} in the same folder; it is missing.").format(
                header_path=header_path, name=name
            )
        )
    per_frame = sum(
        samples or 1
        for samples, file_name in zip(header.samps_per_frame, header.file_name, strict=True)
        if file_name == name
    )
    available = signal_path.stat().st_size - (header.byte_offset[first] or 0)
    is_packed = form in _COMPRESSED  # then only reading tells how many samples there are
    frames = None if is_packed else max(0, int(available / _BYTES_PER_SAMPLE[form])) // per_frame
    if not header.sig_len:
        text = _("{header_path} does not state the number of samples; write it as the fourth entry of its first line.")
        if frames is not None:
            text = _(
                "{header_path} does not state the number of samples; write it {frames}, as {name} holds, as the fourth "
                "entry of its first line."
            )
        raise RecordingError(text.format(header_path=header_path, frames=frames, name=name))
    if frames is not None and math.ceil(header.sig_len * per_frame * _BYTES_PER_SAMPLE[form]) > available:
        raise RecordingError(
            _(
                "{header_path} promises {sig_len} samples, but {name} holds {frames}. The file was cut "
                "short, or the header belongs to another; copy both again."
            ).format(header_path=header_path, sig_len=header.sig_len, name=name, frames=frames)
        )
