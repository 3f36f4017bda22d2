"""The sampling rate that a column of times states, refused where the times are not evenly spaced."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
from myotwitch.language import _, digits, ngettext
from myotwitch.recordings.spool import SpooledTable

TIME_COLUMN_NAMES = ("time_s", "time", "t")
"""Column names, in lower case, that mean seconds since some moment."""

_FEWEST_TIMES = 2
_LARGEST_DEVIATION_SAMPLES = 2.0
"""Times rounded to milliseconds lie up to two samples off at 2 kHz; a gap that matters lies further off."""
_LARGEST_STEP_SAMPLES = 3.0
"""In a short recording a gap bends the line through first and last time; then the step itself gives it away."""
_ROWS_AT_ONCE = 1_000_000


def find_time_column(names: list[str]) -> int | None:
    """Return which column holds times, or None.

    Examples
    --------
    >>> find_time_column(["emg", "Time_s"])
    1
    >>> find_time_column(["emg", "pulse"]) is None
    True
    """
    lower = [name.strip().lower() for name in names]
    return next((lower.index(name) for name in TIME_COLUMN_NAMES if name in lower), None)


def sampling_rate_from_times(
    times_s: NDArray[np.floating] | SpooledTable, file: str, first_line: int | None = None
) -> float:
    """Return the sampling rate [Hz] of evenly spaced times.

    Parameters
    ----------
    times_s
        One time a sample **[s]**, increasing; an array, or a table of one column on disk.
    file
        The recording as the user named it.
    first_line
        Line of the first time, for messages; None where the format has no lines.

    Raises
    ------
    RecordingError
        If there is one time only, one is missing, they do not increase, or they are not evenly spaced.

    Method
    ------
    The rate follows from the first and the last time. A whole number is meant where the difference to it adds up to
    less than half a sample over the recording; written times are rounded.

    Examples
    --------
    >>> sampling_rate_from_times(np.array([0.0, 0.0005, 0.001, 0.0015]), "calf.csv")
    2000.0
    """
    count = len(times_s)
    if count < _FEWEST_TIMES:
        raise RecordingError(
            ngettext(
                "{file} has {count} sample: its times give no sampling rate. State sampling_rate_hz in a sidecar file.",
                "{file} has {count} samples: its times give no sampling rate. State sampling_rate_hz in a sidecar "
                "file.",
                count,
            ).format(file=file, count=count)
        )
    first, last = (float(np.ravel(times_s[end : end + 1])[0]) for end in (0, count - 1))
    if not last > first:
        raise RecordingError(
            _(
                "The times of {file} do not increase: the first is {first} s, the last {last} s. Write "
                "the samples in order of time, with one time in seconds each."
            ).format(file=file, first=first, last=last)
        )
    period_s = (last - first) / (count - 1)
    before = first - period_s
    for start in range(0, count, _ROWS_AT_ONCE):
        block = np.ravel(times_s[start : start + _ROWS_AT_ONCE]).astype(np.float64)
        expected = first + period_s * np.arange(start, start + len(block))
        steps = np.diff(block, prepend=before)
        before = block[-1]
        with np.errstate(invalid="ignore"):
            is_near = np.abs(block - expected) <= _LARGEST_DEVIATION_SAMPLES * period_s
            is_off = ~(is_near & (np.abs(steps) <= _LARGEST_STEP_SAMPLES * period_s))
        if is_off.any():
            index = int(np.argmax(is_off))
            place = f"sample {start + index}" if first_line is None else f"line {first_line + start + index}"
            raise RecordingError(
                _(
                    "The times of {file} are not evenly spaced: {place} has {block} s, but {expected} s were "
                    "expected. Fill gaps with empty cells, or resample the recording to a constant rate."
                ).format(file=file, place=place, block=block[index], expected=digits(expected[index], ".6f"))
            )
    rate_hz = 1.0 / period_s
    whole = round(rate_hz)
    if whole > 0 and abs(rate_hz - whole) / rate_hz * count < 0.5:
        return float(whole)
    return rate_hz
