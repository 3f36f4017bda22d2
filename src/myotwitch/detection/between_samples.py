"""Samples between samples: reading rows at fractions of a sample, and putting pieces back there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Samples = NDArray[np.float32]
TAPS = 16
"""Of the interpolation; exact to a thousandth up to 0.35 of the sampling rate."""
SHAPE = 6.0
"""Of the Kaiser window over the sinc."""
FRACTIONS = 256
"""Fractions of a sample that are told apart."""


def _kernels() -> Samples:
    fraction = np.arange(FRACTIONS + 1)[:, np.newaxis] / FRACTIONS
    offset = np.arange(TAPS) - (TAPS // 2 - 1) - fraction
    window = np.i0(SHAPE * np.sqrt(np.maximum(0.0, 1 - (offset / (TAPS / 2)) ** 2)))
    kernel = np.sinc(offset) * window
    return np.asarray(kernel / kernel.sum(axis=1, keepdims=True), dtype=np.float32)


_KERNELS = _kernels()


def read_around(row: Samples, place: Floats, first: int, stop: int) -> Samples:
    """Return the samples from `first` up to before `stop`, counted from each place; shape (places, stop - first).

    Parameters
    ----------
    row
        Shape (samples,); beyond its ends they are held.
    place
        **[samples, fractions included]**
    """
    whole = np.floor(place).astype(np.int64)
    index = whole[:, np.newaxis] + np.arange(first - TAPS // 2 + 1, stop + TAPS // 2)
    return _interpolated(row[np.clip(index, 0, row.size - 1)], place - whole)


def subtract_at(row: Samples, place: Floats, first: int, pieces: Samples) -> None:
    """Subtract from the row, which is changed, a piece that begins `first` samples after each place."""
    whole = np.floor(place).astype(np.int64)
    # Read back by the fraction, which is the same as forward by what it lacks to one.
    moved = _interpolated(np.pad(pieces, ((0, 0), (TAPS, TAPS))), 1 - (place - whole))
    starts = whole + first - TAPS + TAPS // 2
    for start, piece in zip(starts.tolist(), moved, strict=True):
        low, high = max(0, start), min(row.size, start + piece.size)
        if low < high:
            row[low:high] -= piece[low - start : high - start]


def peaks_between(values: Floats | Samples) -> Floats:
    """Return where each row is largest, by the parabola through the largest value and its neighbours."""
    rows = np.arange(len(values))
    top = np.clip(values.argmax(axis=1), 1, values.shape[1] - 2)
    left, middle, right = (values[rows, top + step] for step in (-1, 0, 1))
    bend = left - 2 * middle + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, -1.0), 0.0)
    return np.asarray(top + np.clip(shift, -1.0, 1.0), dtype=np.float64)


def _interpolated(rows: Samples, fraction: Floats) -> Samples:
    """Return each row moved by a fraction of a sample; TAPS - 1 samples fewer."""
    kernel = _KERNELS[np.rint(fraction * FRACTIONS).astype(np.int64)]
    length = rows.shape[1] - TAPS + 1
    made = np.zeros((rows.shape[0], length), dtype=np.float32)
    for tap in range(TAPS):
        made += kernel[:, tap : tap + 1] * rows[:, tap : tap + length]
    return made
