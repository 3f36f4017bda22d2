"""Peaks of a certain height and distance: what `scipy.signal.find_peaks` finds, which takes half a second to load."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Values = NDArray[np.float32] | NDArray[np.float64]


def find_peaks(values: Values, *, least: float, apart: int, most: float = np.inf) -> NDArray[np.int64]:
    """Return where the values have peaks from `least` to `most`, of those nearer than `apart` only the highest.

    A peak is higher than what is beside it; of one that is as high for a while the middle is taken.

    Examples
    --------
    >>> find_peaks(np.array([0.0, 2.0, 0.0, 3.0, 3.0, 3.0, 1.0, 1.5, 0.0]), least=1.0, apart=3).tolist()
    [1, 4, 7]
    >>> find_peaks(np.array([0.0, 2.0, 0.0, 3.0, 3.0, 3.0, 1.0, 1.5, 0.0]), least=1.0, apart=4).tolist()
    [4]
    """
    peaks = _maxima(values)
    height = values[peaks]
    is_fit = (height >= least) & (height <= most)
    peaks, height = peaks[is_fit], height[is_fit]
    return np.asarray(peaks[_kept(peaks, np.argsort(height)[::-1], apart)])


@njit(cache=True, nogil=True)
def _maxima(values: Values) -> NDArray[np.int64]:  # pragma: no cover  (compiled)
    found = np.empty(values.size // 2 + 1, dtype=np.int64)
    count, index = 0, 1
    while index < values.size - 1:
        beyond = index + 1
        if values[index - 1] < values[index]:
            while beyond < values.size - 1 and values[beyond] == values[index]:
                beyond += 1
            if values[beyond] < values[index]:
                found[count] = (index + beyond - 1) // 2
                count += 1
        index = beyond
    return found[:count].copy()


@njit(cache=True, nogil=True)
def _kept(
    peaks: NDArray[np.int64], order: NDArray[np.int64], apart: int
) -> NDArray[np.bool_]:  # pragma: no cover  (compiled)
    is_kept = np.ones(peaks.size, dtype=np.bool_)
    for row in order:
        if is_kept[row]:
            for step in (-1, 1):
                other = row + step
                while 0 <= other < peaks.size and abs(peaks[other] - peaks[row]) < apart:
                    is_kept[other] = False
                    other += step
    return is_kept
