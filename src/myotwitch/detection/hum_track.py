"""How the frequency of mains drifts through a block, and the waves of mains and its harmonics that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.fft import next_fast_len, rfft
from scipy.ndimage import median_filter, uniform_filter1d

from myotwitch.detection.noise import SMALLEST_NOISE, middle_of

Floats = NDArray[np.float64]
Samples = NDArray[np.float32]
DRIFT_HZ = 0.7
"""How far the fundamental may lie from its nominal value."""
STEP_HZ = 0.02
TRACK_WINDOW_S = 1.0
TRACK_HOP_S = 0.25
ZEROS = 4
"""Length of the transform over that of the window: values between are then read by straight lines."""
TRACKED_CHANNELS = 3
LEVEL_SAMPLES = 4096
"""Samples from which the level of a channel is taken."""
SMOOTHING = 5
FEW_VALUES = 64
"""Up to so many values of a spectrum, products one by one are faster than those of matrices."""
LOUDEST = 1e6
"""Over the level of a channel, what is louder is cut off."""


def hum_waves(filtered: Samples, nominal_hz: float, harmonics: Sequence[int], sampling_rate_hz: float) -> Samples:
    """Return cosines, then sines, of mains and its harmonics as they drift, shape (2 harmonics, samples).

    Parameters
    ----------
    filtered
        Shape (channels, samples), at least a second long.
    nominal_hz
        Fundamental as the grid should have it **[Hz]**.
    harmonics
        Multiples of it.
    sampling_rate_hz
        **[Hz]**

    Method
    ------
    The power of all harmonics together, in the loudest channels, in windows of a second, at every frequency that the
    fundamental may have. The largest one is smoothed over a few windows.
    """
    cycles = _cycles(filtered, nominal_hz, harmonics, sampling_rate_hz)
    waves = np.empty((2 * len(harmonics), filtered.shape[1]), dtype=np.float32)
    for row, harmonic in enumerate(harmonics):
        place = cycles * harmonic
        place -= np.floor(place)
        angle = place.astype(np.float32) * np.float32(2 * np.pi)
        np.cos(angle, out=waves[row])
        np.sin(angle, out=waves[len(harmonics) + row])
    return waves


def _cycles(filtered: Samples, nominal_hz: float, harmonics: Sequence[int], sampling_rate_hz: float) -> Floats:
    """Return how many cycles of the fundamental have passed at every sample."""
    size, hop = (round(time * sampling_rate_hz) for time in (TRACK_WINDOW_S, TRACK_HOP_S))
    level = middle_of(np.abs(filtered[:, :: max(1, filtered.shape[1] // LEVEL_SAMPLES)]))
    largest = np.argsort(level)[::-1][:TRACKED_CHANNELS]
    grid = frequency_grid(nominal_hz)
    signals = [
        np.clip(filtered[channel], -LOUDEST * level[channel], LOUDEST * level[channel]) / level[channel]
        for channel in largest[level[largest] > SMALLEST_NOISE]
    ]
    power = power_on_grid(signals, (size, hop), nominal_hz, tuple(harmonics), sampling_rate_hz)
    frequency = _smooth_track(power, grid)
    return _running_cycles(frequency / sampling_rate_hz, size / 2, hop, filtered.shape[1])


@njit(cache=True, nogil=True)
def _running_cycles(per_sample: Floats, first: float, hop: int, length: int) -> Floats:  # pragma: no cover  (compiled)
    """Return the running sum of values that lie at `first` and every `hop` samples on, with straight lines between."""
    cycles = np.empty(length, dtype=np.float64)
    total, last = 0.0, per_sample.size - 1
    for index in range(length):
        place = min(max((index - first) / hop, 0.0), float(last))
        before = min(int(place), max(last - 1, 0))
        after = min(before + 1, last)
        total += per_sample[before] + (place - before) * (per_sample[after] - per_sample[before])
        cycles[index] = total
    return cycles


def frequency_grid(nominal_hz: float) -> Floats:
    """Return the frequencies that the fundamental may have **[Hz]**."""
    return np.arange(-DRIFT_HZ, DRIFT_HZ + STEP_HZ / 2, STEP_HZ) + nominal_hz


def power_on_grid(
    signals: Sequence[Samples],
    size_and_hop: tuple[int, int],
    nominal_hz: float,
    harmonics: tuple[int, ...],
    rate_hz: float,
) -> Floats:
    """Return the power of all harmonics in each window, at each frequency of the grid; shape (windows, frequencies).

    Only the values of the spectrum near the harmonics are computed.

    Parameters
    ----------
    signals
        Each of shape (samples,); their powers are added up. Where there is none the power is 0 everywhere.
    size_and_hop
        Length of a window, and from one to the next **[samples]**.
    nominal_hz, harmonics, rate_hz
        See `hum_waves`.
    """
    size, hop = size_and_hop
    basis, below, share = _near_harmonics(size, nominal_hz, harmonics, rate_hz)
    count = len(basis) // 2
    spectrum = np.zeros((1, count))
    for signal in signals:
        if len(basis) <= FEW_VALUES:
            products = _windowed_products(signal, basis, hop)
        else:
            products = np.lib.stride_tricks.sliding_window_view(signal, size)[::hop] @ basis.T
        spectrum = spectrum + products[:, :count].astype(np.float64) ** 2 + products[:, count:].astype(np.float64) ** 2
    power = np.zeros((len(spectrum), share.shape[1]))
    for place, part in zip(below, share, strict=True):
        power += (1 - part) * spectrum[:, place] + part * spectrum[:, place + 1]
    return power


@njit(cache=True, nogil=True, fastmath=True)
def _windowed_products(signal: Samples, basis: Samples, hop: int) -> Samples:  # pragma: no cover  (compiled)
    count, size = basis.shape
    products = np.empty(((signal.size - size) // hop + 1, count), dtype=np.float32)
    for window in range(len(products)):
        piece = signal[window * hop : window * hop + size]
        for number in range(count):
            wave = basis[number]
            total = np.float32(0.0)
            for index in range(size):
                total += piece[index] * wave[index]
            products[window, number] = total
    return products


def plain_power_on_grid(
    signals: Sequence[Samples],
    size_and_hop: tuple[int, int],
    nominal_hz: float,
    harmonics: tuple[int, ...],
    rate_hz: float,
) -> Floats:
    """Return the same from whole spectra: the slow twin of `power_on_grid`."""
    size, hop = size_and_hop
    transform, grid = _transform(size), frequency_grid(nominal_hz)
    rows = np.lib.stride_tricks.sliding_window_view(np.array(signals), size, axis=1)[:, ::hop] * np.hanning(size)
    spectrum = (np.abs(rfft(rows, transform, axis=2)) ** 2).sum(axis=0)
    power = np.zeros((len(spectrum), grid.size))
    for harmonic in harmonics:
        place = grid * harmonic * transform / rate_hz
        below = place.astype(np.int64)
        power += (1 - (place - below)) * spectrum[:, below] + (place - below) * spectrum[:, below + 1]
    return power


@lru_cache(maxsize=8)
def _near_harmonics(
    size: int, nominal_hz: float, harmonics: tuple[int, ...], sampling_rate_hz: float
) -> tuple[Samples, NDArray[np.int64], Floats]:
    """Return the windowed waves of the spectrum's values near the harmonics, shape (2 values, samples), real parts
    first; and for each harmonic and frequency of the grid which value lies below it, and how far beyond that it is.
    """
    transform = _transform(size)
    place = np.outer(harmonics, frequency_grid(nominal_hz)) * transform / sampling_rate_hz
    below = place.astype(np.int64)
    wanted = np.unique(np.concatenate((below, below + 1)))
    angle = np.outer(wanted, np.arange(size)) % transform * (2 * np.pi / transform)
    basis = np.concatenate((np.cos(angle), np.sin(angle))) * np.hanning(size)
    return np.asarray(basis, dtype=np.float32), np.searchsorted(wanted, below), place - below


def _transform(size: int) -> int:
    return int(next_fast_len(ZEROS * size, real=True))


def _smooth_track(power: Floats, grid: Floats) -> Floats:
    """Return the frequency of each window: the largest power, between its neighbours, without outliers."""
    rows = np.arange(len(power))
    top = np.clip(power.argmax(axis=1), 1, grid.size - 2)
    left, middle, right = (power[rows, top + step] for step in (-1, 0, 1))
    bend = left - 2 * middle + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, -1.0), 0.0)
    frequency = grid[top] + np.clip(shift, -1, 1) * (grid[1] - grid[0])
    return uniform_filter1d(median_filter(frequency, SMOOTHING, mode="nearest"), 3, mode="nearest")
