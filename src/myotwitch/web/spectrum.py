"""The spectrum of a stretch of a recording."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

LONGEST_SAMPLES = 1 << 18
RESOLUTION_HZ = 2.0
FEWEST_SAMPLES = 16


def spectrum_of(samples: NDArray[np.float64], rate_hz: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return frequencies **[Hz]** and amplitude densities **[unit of the samples per √Hz]**; nothing for too few.

    Method
    ------
    Welch: Hann windows of about half a second that overlap by half, each without its mean; powers averaged.

    Sources
    -------
    Welch PD (1967), doi 10.1109/TAU.1967.1161901.
    """
    wanted = 1 << max(4, math.ceil(math.log2(rate_hz / RESOLUTION_HZ)))
    size = min(wanted, samples.size)
    if size < FEWEST_SAMPLES:
        return np.zeros(0), np.zeros(0)
    window = np.hanning(size)
    pieces = np.lib.stride_tricks.sliding_window_view(samples, size)[:: size // 2]
    power = np.abs(np.fft.rfft((pieces - pieces.mean(axis=1, keepdims=True)) * window)) ** 2
    density = np.asarray(power.mean(axis=0) / (rate_hz * (window**2).sum()), dtype=np.float64)
    density[1:-1] *= 2
    return np.fft.rfftfreq(size, 1 / rate_hz).astype(np.float64), np.sqrt(density)
