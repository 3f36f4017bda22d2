"""Checks a WFDB header against the files beside it before any sample is read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from myotwitch.errors import RecordingError

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


def header_lines(header_path: Path) -> list[str]:
    """Return the lines of a header that are no comments, checked to name no file outside of its folder.

    Raises
    ------
    RecordingError
        If the header is no text, too long, empty, or reaches outside.
    """
    size = header_path.stat().st_size
    if size > LARGEST_HEADER_BYTES:
        raise RecordingError(f"{header_path} has {size} bytes; a WFDB header has at most {LARGEST_HEADER_BYTES}.")
    text = header_path.read_bytes().decode("ascii", errors="ignore")
    if "\x00" in text:
        raise RecordingError(f"{header_path} is no text, so it is no WFDB header. Name the record's .hea file.")
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines:
        raise RecordingError(f"{header_path} is empty but for comments; a WFDB header names a record and its signals.")
    for index, line in enumerate(lines):
        name = line.split()[0]
        # The record line alone has a slash of its own: `name/segments`.
        inside = name.replace("/", "", 1) if index == 0 and not name.startswith("/") else name
        if any(sign in inside for sign in ("/", "\\", "..", ":")):
            raise RecordingError(
                f"{header_path} refers to {name!r}, a path outside of its folder; such files are not opened. "
                "Copy the signal file beside the header and name it without a folder."
            )
    return lines


def checked_header(header_path: Path, lines: list[str]) -> Any:
    """Return the header as the WFDB library understands it, checked against the signal files beside it.

    Raises
    ------
    RecordingError
        If it contradicts itself or the files, or needs what cannot be read in pieces.
    """
    import wfdb

    record = str(header_path.with_suffix(""))
    header = wfdb.rdheader(record)
    if not header.n_sig:
        raise RecordingError(f"{header_path} describes a record with no signal; there is no channel to read.")
    if not hasattr(header, "seg_name"):
        _check_record(header_path, header)
        return header
    _check_segments(header_path, header)
    return wfdb.rdheader(record, rd_segments=True)


def is_calibrated(segment: Any, index: int, lines: list[str]) -> bool:
    """Return True if the header gives the signal a gain; the library puts 200 where it is 0 or left out."""
    if hasattr(segment, "seg_name") or segment.adc_gain[index] != 200:
        return True
    # Only the header's own text tells a stated 200 from none. Segments other than the first line's record are trusted.
    own_lines = [line.split() for line in lines[1:]]
    if index >= len(own_lines) or own_lines[index][0] != segment.file_name[index]:
        return True
    gain = own_lines[index][2].split("(")[0].split("/")[0] if len(own_lines[index]) > 2 else ""
    try:
        return float(gain) != 0
    except ValueError:
        return False


def _check_segments(header_path: Path, header: Any) -> None:
    """Pass if every segment is an ordinary record beside the header, and their lengths add up."""
    import wfdb

    if len(header.seg_name) != header.n_seg or not 0 < header.n_seg <= MOST_SEGMENTS:
        raise RecordingError(
            f"{header_path} announces {header.n_seg} segments and lists {len(header.seg_name)}; "
            f"both must agree, with at most {MOST_SEGMENTS}."
        )
    if sum(header.seg_len) != header.sig_len:
        raise RecordingError(
            f"{header_path} states {header.sig_len} samples, but its segments have {sum(header.seg_len)} together."
        )
    for name, length in zip(header.seg_name, header.seg_len, strict=True):
        if name == _NO_FILE:
            continue
        segment_path = header_path.with_name(f"{name}.hea")
        if not name or not segment_path.is_file():
            raise RecordingError(f"{header_path} needs the segment {segment_path.name} beside it; it is missing.")
        header_lines(segment_path)
        segment = wfdb.rdheader(str(segment_path.with_suffix("")))
        if hasattr(segment, "seg_name"):
            raise RecordingError(f"{segment_path} is a segment made of segments, which the format does not allow.")
        if segment.fs != header.fs:
            raise RecordingError(f"{segment_path} has {segment.fs} Hz, but the record {header.fs} Hz.")
        if (segment.sig_len or 0) != length:
            raise RecordingError(f"{segment_path} states {segment.sig_len} samples, but the record says {length}.")
        if length:
            _check_record(segment_path, segment)


def _check_record(header_path: Path, header: Any) -> None:
    """Pass if the signal files of one ordinary record hold what its header promises."""
    described = len(header.file_name or ())
    if described != header.n_sig:
        raise RecordingError(f"{header_path} announces {header.n_sig} signals and describes {described}.")
    first_seen: dict[str, int] = {}
    for index, name in enumerate(header.file_name):
        first = first_seen.setdefault(name, index)
        same_file = (header.fmt[first], header.byte_offset[first]) == (header.fmt[index], header.byte_offset[index])
        is_apart = index > first and header.file_name[index - 1] != name
        if not same_file or is_apart:
            raise RecordingError(f"{header_path}: the signals of {name} differ in format, or are not listed together.")
        skew = header.skew[index] or 0
        if skew > LARGEST_SKEW_S * max(1.0, header.fs):
            raise RecordingError(f"{header_path}: a skew of {skew} samples is more than {LARGEST_SKEW_S} s.")
    for name, first in first_seen.items():
        _check_signal_file(header_path, header, name, first)


def _check_signal_file(header_path: Path, header: Any, name: str, first: int) -> None:
    signal_path = header_path.with_name(name) if name.strip(_NO_FILE) else header_path
    form = header.fmt[first]
    if form not in VALUE_RANGES:
        hint = " Format 8 stores differences and cannot be read in pieces." if form == "8" else ""
        raise RecordingError(
            f"{header_path}: the signal format {form} cannot be read.{hint} Convert the record to format 16; "
            f"allowed are {', '.join(VALUE_RANGES)}."
        )
    if signal_path == header_path or not signal_path.is_file():
        raise RecordingError(f"{header_path} needs its signal file {name} in the same folder; it is missing.")
    per_frame = sum(
        samples or 1
        for samples, file_name in zip(header.samps_per_frame, header.file_name, strict=True)
        if file_name == name
    )
    available = signal_path.stat().st_size - (header.byte_offset[first] or 0)
    is_packed = form in _COMPRESSED  # then only reading tells how many samples there are
    frames = None if is_packed else max(0, int(available / _BYTES_PER_SAMPLE[form])) // per_frame
    if not header.sig_len:
        length = "" if frames is None else f" {frames}, as {name} holds,"
        raise RecordingError(
            f"{header_path} does not state the number of samples; write it{length} as the fourth entry of its first "
            "line."
        )
    if frames is not None and math.ceil(header.sig_len * per_frame * _BYTES_PER_SAMPLE[form]) > available:
        raise RecordingError(
            f"{header_path} promises {header.sig_len} samples, but {name} holds {frames}. The file was cut short, or "
            "the header belongs to another; copy both again."
        )
