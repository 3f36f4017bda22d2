"""Edges in a channel that are sharper than muscle makes them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.detection.noise import middle_of

Samples = NDArray[np.float32]
Indexes = NDArray[np.int64]
STANDS_OUT = 6.0
"""SDs by which a sample must differ from what its neighbours foretell."""
LOCALLY_S = 0.032
STANDS_OUT_LOCALLY = 5.0
"""SDs of the differences of successive samples so far around: in a contraction all of them are large, between the steps
of a cable they are not."""
THINNED_TO = 8192
"""Samples from which those SDs are taken."""
SHARP, SHARP_AT_HZ, LEAST_SHARP = 0.45, 1000.0, 0.15
"""Error of that foretelling over the range of the signal around from which an edge is sharper than muscle makes it, at
1 kHz; less at higher rates. A step has 0.5, a single sample 1. Motor units of a surface grid, bipolar and compressed to
half of their length, have at most 0.39 at 1 kHz and 0.12 at 2 kHz."""
LONG_S, LONG_SHARP = 0.012, 0.3
"""Where samples differ from what is foretold for so long, less is asked: their range is that of many steps."""
STEP_SHARP = 0.15
"""Asked of an edge after which the level stays changed, as it does not after a potential."""
AROUND_S = 0.004
NEXT_TO_EACH_OTHER = 3
"""Samples between which errors belong to one edge."""
GARBAGE_JUMP = 0.8
"""Jump over the range of the channel that no signal makes again and again."""
GARBAGE_JUMPS, GARBAGE_SHARE = 3, 0.01
"""Such jumps, and share of the samples, that make garbage; random values over the range have one in 25."""
GARBAGE_RANGE = 20.0
"""Range of a channel over the SD of its rest from which such jumps are garbage; a coarse converter's noise is not."""
MEDIAN_TO_SD = 1.4826


class Edge(NamedTuple):
    """First sample of an edge, sample after its last, and how sharp it is."""

    start: int
    stop: int
    sharpness: float


def foretelling_errors(row: Samples) -> Samples:
    """Return by how much each sample differs from the cubic through its two neighbours on either side.

    It is the slow twin of `large_errors` as well.
    """
    error = np.zeros_like(row)
    inner = error[2:-2]
    if inner.size:
        np.add(row[1:-3], row[3:-1], out=inner)
        inner *= np.float32(-4)
        inner += row[:-4]
        inner += row[4:]
        inner *= np.float32(1 / 6)
        inner += row[2:-2]
    return error


def usual_error(row: Samples) -> float:
    """Return the SD of the errors, from their median, or from their mean where a coarse converter makes that 0."""
    some = _some_errors(row, max(1, row.size // THINNED_TO))
    return MEDIAN_TO_SD * float(middle_of(some)) or float(some.mean())


def large_errors(row: Samples, limit: float) -> tuple[Indexes, Samples]:
    """Return which samples differ from what is foretold by more than a limit, and the size of those errors."""
    return _beyond(row, np.float32(limit))


@njit(cache=True, nogil=True)
def _some_errors(row: Samples, step: int) -> Samples:  # pragma: no cover  (compiled)
    some = np.zeros((row.size + step - 1) // step, dtype=np.float32)
    for place in range(some.size):
        index = place * step
        if 2 <= index < row.size - 2:
            beside, aside = row[index - 1] + row[index + 1], row[index - 2] + row[index + 2]
            some[place] = abs((aside - np.float32(4) * beside) * np.float32(1 / 6) + row[index])
    return some


@njit(cache=True, nogil=True, fastmath=True)
def _beyond(row: Samples, limit: np.float32) -> tuple[Indexes, Samples]:  # pragma: no cover  (compiled)
    # Five views of the row rather than five places in one: these loops then run on many samples at a time.
    one, two, three, four, five = row[:-4], row[1:-3], row[2:-2], row[3:-1], row[4:]
    count = np.int32(0)
    for index in range(one.size):
        error = (one[index] + five[index] - np.float32(4) * (two[index] + four[index])) * np.float32(1 / 6)
        count += np.int32(abs(error + three[index]) > limit)
    places, sizes = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.float32)
    found = 0
    for index in range(one.size if count else 0):
        error = (one[index] + five[index] - np.float32(4) * (two[index] + four[index])) * np.float32(1 / 6)
        size = abs(error + three[index])
        if size > limit and found < count:
            places[found], sizes[found] = index + 2, size
            found += 1
    return places[:found], sizes[:found]


def least_sharpness(sampling_rate_hz: float) -> float:
    """Return the sharpness from which no muscle made an edge.

    Examples
    --------
    >>> [least_sharpness(rate_hz) for rate_hz in (1000.0, 2000.0, 10_000.0)]
    [0.45, 0.225, 0.15]
    """
    return max(LEAST_SHARP, SHARP * SHARP_AT_HZ / sampling_rate_hz)


def sharp_edges(row: Samples, large: Indexes, error: Samples, least: float, sampling_rate_hz: float) -> list[Edge]:
    """Return the edges that are at least so sharp.

    Parameters
    ----------
    large
        Samples at which the errors of foretelling are large for the channel, ascending, at least one.
    error
        The size of those errors.
    least
        Least sharpness.
    sampling_rate_hz
        **[Hz]**
    """
    breaks = np.flatnonzero(np.diff(large) > NEXT_TO_EACH_OTHER) + 1
    first = np.concatenate(([0], breaks))
    start, stop = large[first], large[np.concatenate((breaks, [large.size])) - 1] + 1
    largest = np.maximum.reduceat(error, first)
    around, locally = (round(time * sampling_rate_hz) for time in (AROUND_S, LOCALLY_S))
    spans = np.column_stack((np.maximum(start - around, 0), np.minimum(stop + around, row.size - 1))).ravel()
    span = np.maximum.reduceat(row, spans)[::2] - np.minimum.reduceat(row, spans)[::2]
    is_long = stop - start >= LONG_S * sampling_rate_hz
    sharpness = largest / np.maximum(span, 1e-30) * np.where(is_long, SHARP / LONG_SHARP, 1.0)
    chosen = np.flatnonzero(sharpness >= least)
    wide = np.clip(start[chosen, np.newaxis] + np.arange(-locally, locally), 0, row.size - 2)
    limit = STANDS_OUT_LOCALLY * MEDIAN_TO_SD * np.median(np.abs(row[wide + 1] - row[wide]), axis=1)
    is_out = largest[chosen] > limit
    whole = range_for_garbage(row) if is_long[chosen].any() else 0.0
    for place, edge in enumerate(chosen):
        if is_long[edge]:
            piece = row[start[edge] : stop[edge] + 1]
            within = MEDIAN_TO_SD * float(np.median(np.abs(np.diff(piece))))
            is_out[place] = largest[edge] > STANDS_OUT_LOCALLY * within or is_garbage(piece, whole)
    kept = chosen[is_out]
    return [Edge(int(start[edge]), int(stop[edge]), float(sharpness[edge])) for edge in kept]


def range_for_garbage(row: Samples) -> float:
    """Return the range of a channel; infinite where it is not much larger than its rest, so that no jump spans it."""
    some = row[:: max(1, row.size // THINNED_TO)]
    rest = MEDIAN_TO_SD * float(np.median(np.abs(some - np.median(some))))
    span = float(np.ptp(row))
    return span if span > GARBAGE_RANGE * rest else float("inf")


def is_garbage(piece: Samples, span: float) -> bool:
    """Return whether a piece jumps from end to end of the range of its channel again and again, as no signal does."""
    jumps = np.count_nonzero(np.abs(np.diff(piece)) > GARBAGE_JUMP * span)
    return bool(jumps >= max(GARBAGE_JUMPS, GARBAGE_SHARE * piece.size))
