"""Stretches that a recorder or a copy wrote twice: what is identical, sample for sample, to an earlier stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.detection.stretches import NONE, Stretches, merged
from myotwitch.recordings.recording import Recording

Samples = NDArray[np.float32]
Indexes = NDArray[np.int64]
DOUBLINGS = 5
WINDOW = 2**DOUBLINGS
"""Samples that go into one fingerprint."""
AT_ONCE = 4096
"""Samples that are mixed together, so that they stay in the processor."""
ONE_IN = 32
"""Of so many fingerprints, a power of 2, one is kept, chosen by itself: a copy has the same ones, wherever it lies."""
FEWEST_VALUES = 5
"""Different values in a window; flat and coarse stretches are alike without being copies."""
MOST_ALIKE = 4
"""Fingerprints that come more often are those of a signal that repeats itself by nature."""
FEWEST_IN_STEP = 3
"""Fingerprints with the same distance that make a copy; by chance two of an hour may be alike, not three in a row."""
FURTHEST_S = 1.0
"""Between fingerprints of one copy; on average they lie 32 samples apart."""
SHORTEST_S = 0.05
READ_ON_S = 1.0
"""Length of the pieces in which both stretches are read to see how far they are the same."""
FACTORS = tuple(np.uint32(factor) for factor in (2654435761, 2246822519, 3266489917, 668265263, 374761393))
"""Odd numbers without small patterns, one for each doubling."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Fingerprints:
    """Fingerprints of a recording: sample numbers at which they begin, ascending, and their values."""

    index: Indexes
    value: NDArray[np.uint32]


def fingerprints_of(samples: Samples, first_index: int, start_index: int, stop_index: int) -> Fingerprints:
    """Return the fingerprints of all channels of a block together, those that begin in the part that it answers for.

    Parameters
    ----------
    samples
        As read, shape (channels, samples); the first has the number `first_index` in the recording.

    Method
    ------
    The bits of all channels of a sample, then of pairs of samples, pairs of pairs and so on, each time multiplied with
    an odd number and added, modulo 2 to the 32nd.
    """
    if samples.shape[1] < WINDOW:
        return Fingerprints(index=np.zeros(0, dtype=np.int64), value=np.zeros(0, dtype=np.uint32))
    bits = np.ascontiguousarray(samples, dtype=np.float32).view(np.uint32)
    index, value = _prints(bits, start_index - first_index, stop_index - first_index)
    return Fingerprints(index=index + first_index, value=value)


@njit(cache=True, nogil=True)
def _prints(
    bits: NDArray[np.uint32], start: int, stop: int
) -> tuple[Indexes, NDArray[np.uint32]]:  # pragma: no cover  (compiled)
    """Return the fingerprints that begin from `start` to before `stop`, piece by piece so that they stay at hand."""
    last = min(stop, bits.shape[1] - WINDOW + 1)
    found = np.empty(max(0, last - start), dtype=np.int64)
    value = np.empty(found.size, dtype=np.uint32)
    count = 0
    mixed = np.empty(AT_ONCE + WINDOW - 1, dtype=np.uint32)
    values, doubled = np.empty_like(mixed), np.empty_like(mixed)
    for first in range(start, last, AT_ONCE):
        size = min(AT_ONCE, last - first)
        _mix(bits, first, mixed[: size + WINDOW - 1])
        values[:] = mixed
        left = size + WINDOW - 1
        for doubling in range(DOUBLINGS):
            left -= 1 << doubling
            _double(values[:left], values[1 << doubling :], doubled, FACTORS[doubling])
            values, doubled = doubled, values
        for index in range(size):
            if values[index] & np.uint32(ONE_IN - 1) == 0 and _has_values(mixed[index : index + WINDOW]):
                found[count], value[count] = first + index, values[index]
                count += 1
    return found[:count].copy(), value[:count].copy()


@njit(cache=True, nogil=True)
def _mix(bits: NDArray[np.uint32], first: int, mixed: NDArray[np.uint32]) -> None:  # pragma: no cover  (compiled)
    mixed[:] = 0
    for channel in range(bits.shape[0]):
        row = bits[channel, first : first + mixed.size]
        for index in range(mixed.size):
            mixed[index] = np.uint32(mixed[index] * FACTORS[-1]) + row[index]


@njit(cache=True, nogil=True)
def _double(
    values: NDArray[np.uint32], later: NDArray[np.uint32], doubled: NDArray[np.uint32], factor: np.uint32
) -> None:  # pragma: no cover  (compiled)
    for index in range(values.size):
        value = np.uint32(np.uint32(values[index] * factor) + later[index])
        doubled[index] = value ^ (value >> np.uint32(15))


@njit(cache=True, nogil=True)
def _has_values(window: NDArray[np.uint32]) -> bool:  # pragma: no cover  (compiled)
    """Return whether there are at least `FEWEST_VALUES` different ones."""
    seen = np.empty(FEWEST_VALUES, dtype=np.uint32)
    count = 0
    for value in window:
        is_new = True
        for place in range(count):
            is_new = is_new and seen[place] != value
        if is_new:
            seen[count] = value
            count += 1
            if count == FEWEST_VALUES:
                return True
    return False


def joined_fingerprints(parts: Sequence[Fingerprints]) -> Fingerprints:
    """Return the fingerprints of successive blocks as one."""
    return Fingerprints(
        index=np.concatenate([part.index for part in parts]), value=np.concatenate([part.value for part in parts])
    )


def repeated_stretches(
    recording: Recording, channel_indexes: Sequence[int], prints: Fingerprints
) -> tuple[Stretches, ...]:
    """Return for each of the channels where it is identical to an earlier stretch of itself **[s]**.

    Limits
    ------
    Copies of single channels among others are not found: all channels are compared together. Copies of some 130 samples
    and less, or of a still signal, may be missed; so may what was written more than four times.
    """
    rate_hz = recording.channels[channel_indexes[0]].sampling_rate_hz
    rows = []
    for start, stop, back in _copies(prints, FURTHEST_S * rate_hz):
        first, last = _exact(recording, channel_indexes, start, stop, back)
        if last - first >= SHORTEST_S * rate_hz:
            rows.append((first / rate_hz, last / rate_hz))
    stretches = merged(np.array(rows)) if rows else NONE
    return (stretches,) * len(channel_indexes)


def _copies(prints: Fingerprints, furthest: float) -> list[tuple[int, int, int]]:
    """Return first and last sample of what may be copies, and how far back the earlier stretch lies."""
    order = np.argsort(prints.value, kind="stable")
    value, index = prints.value[order], prints.index[order]
    _, first, counts = np.unique(value, return_index=True, return_counts=True)
    is_few = (counts >= 2) & (counts <= MOST_ALIKE)
    pairs = [
        (index[begin + later], index[begin + later] - index[begin])
        for begin, count in zip(first[is_few], counts[is_few], strict=True)
        for later in range(1, count)
    ]
    if not pairs:
        return []
    table = np.array(pairs, dtype=np.int64)
    table = table[np.lexsort((table[:, 0], table[:, 1]))]
    breaks = np.flatnonzero((np.diff(table[:, 1]) != 0) | (np.diff(table[:, 0]) > furthest)) + 1
    return [
        (int(run[0, 0]), int(run[-1, 0]) + WINDOW, int(run[0, 1]))
        for run in np.split(table, breaks)
        if len(run) >= FEWEST_IN_STEP
    ]


def _exact(recording: Recording, channel_indexes: Sequence[int], start: int, stop: int, back: int) -> tuple[int, int]:
    """Return from where to where the recording is the same as `back` samples before, around the middle of a stretch."""
    middle = (start + stop) // 2
    count = recording.sample_count(channel_indexes[0])
    size = round(READ_ON_S * recording.channels[channel_indexes[0]].sampling_rate_hz)
    first = last = middle
    while last < count:
        until = min(last + size, count)
        same = _is_same(recording, channel_indexes, last, until, back)
        last += until - last if same.all() else int(np.argmin(same))
        if not same.all():
            break
    while first > back:
        until = max(first - size, back)
        same = _is_same(recording, channel_indexes, until, first, back)
        first -= first - until if same.all() else int(np.argmin(same[::-1]))
        if not same.all():
            break
    return first, last


def _is_same(
    recording: Recording, channel_indexes: Sequence[int], start: int, stop: int, back: int
) -> NDArray[np.bool_]:
    later = recording.read(channel_indexes, start, stop)
    earlier = recording.read(channel_indexes, start - back, stop - back)
    return np.asarray((later == earlier).all(axis=0))
