"""How the frequency of mains drifts through a block, and the waves of mains and its harmonics that follow from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
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
LEAST_COURSE = 1e-5
"""Size of a course of all waves, over that of the largest, from which it counts."""
LOUDEST = 1e6
"""Over the level of a channel, what is louder is cut off."""
SINE = tuple((-1) ** power / math.factorial(2 * power + 1) for power in range(7))
COSINE = tuple((-1) ** power / math.factorial(2 * power) for power in range(7))
"""Factors of the series; within a quarter of a turn the next one would add less than 1e-8."""


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
    per_sample, first, hop = _track(filtered, nominal_hz, harmonics, sampling_rate_hz)
    return waves_along(per_sample, first, hop, harmonics, filtered.shape[1])


def waves_along(per_sample: Floats, first: float, hop: int, harmonics: Sequence[int], length: int) -> Samples:
    """Return cosines, then sines, of the harmonics of a fundamental, shape (2 harmonics, samples).

    Parameters
    ----------
    per_sample
        Cycles of the fundamental in a sample, at `first` and every `hop` samples on; straight lines are between.
    length
        Samples of a wave.
    """
    return _waves_along(per_sample, first, hop, np.array(harmonics, dtype=np.float64), length)


def plain_waves(per_sample: Floats, first: float, hop: int, harmonics: Sequence[int], length: int) -> Floats:
    """Return the same by NumPy alone: the slow twin of `waves_along`."""
    cycles = np.cumsum(np.interp(np.arange(length), first + hop * np.arange(per_sample.size), per_sample))
    angle = 2 * np.pi * np.outer(harmonics, cycles)
    return np.concatenate((np.cos(angle), np.sin(angle)))


def _track(
    filtered: Samples, nominal_hz: float, harmonics: Sequence[int], sampling_rate_hz: float
) -> tuple[Floats, float, int]:
    """Return the fundamental's cycles in a sample, the place of the first value, and the samples to the next one."""
    size, hop = (round(time * sampling_rate_hz) for time in (TRACK_WINDOW_S, TRACK_HOP_S))
    level = middle_of(np.abs(filtered[:, :: max(1, filtered.shape[1] // LEVEL_SAMPLES)]))
    largest = np.argsort(level)[::-1][:TRACKED_CHANNELS]
    grid = frequency_grid(nominal_hz)
    signals = [_over_level(filtered[row], level[row]) for row in largest[level[largest] > SMALLEST_NOISE]]
    power = power_on_grid(signals, (size, hop), nominal_hz, tuple(harmonics), sampling_rate_hz)
    return _smooth_track(power, grid) / sampling_rate_hz, size / 2, hop


@njit(cache=True, nogil=True)
def _over_level(row: Samples, level: np.float32) -> Samples:  # pragma: no cover  (compiled)
    over = np.empty(row.size, dtype=np.float32)
    largest = np.float32(LOUDEST) * level
    for index in range(row.size):
        over[index] = min(max(row[index], -largest), largest) / level
    return over


@njit(cache=True, nogil=True, fastmath=True)
def _waves_along(
    per_sample: Floats, first: float, hop: int, harmonics: Floats, length: int
) -> Samples:  # pragma: no cover  (compiled)
    """Return cosines, then sines, of the running sum of values at `first` and every `hop` samples on.

    Between two values the sum is that of a straight line, which is known without adding up.
    """
    count, last = harmonics.size, per_sample.size - 1
    waves = np.empty((2 * count, length), dtype=np.float32)
    cycles = np.empty(max(hop, math.ceil(first)) + 1, dtype=np.float64)
    total, start = 0.0, 0
    for number in range(-1, last + 1):
        stop = min(length, math.ceil(first + (number + 1) * hop)) if number < last else length
        slope = (per_sample[number + 1] - per_sample[number]) / hop if 0 <= number < last else 0.0
        while start < stop:
            size = min(stop - start, cycles.size)
            begin = per_sample[max(number, 0)] + slope * (start - first - number * hop)
            for index in range(size):
                cycles[index] = total + (index + 1) * (begin + 0.5 * slope * index)
            for row in range(count):
                _turn(cycles[:size], harmonics[row], waves[row, start:], waves[count + row, start:])
            total, start = cycles[size - 1], start + size
    return waves


@njit(cache=True, nogil=True, fastmath=True)
def _turn(cycles: Floats, harmonic: float, cosine: Samples, sine: Samples) -> None:  # pragma: no cover  (compiled)
    """Write cosine and sine of so many cycles: of half the angle by a series each, which is exact to 1e-7."""
    for index in range(cycles.size):
        place = cycles[index] * harmonic
        half = np.float32((place - math.floor(place) - 0.5) * math.pi)
        square = half * half
        sin, cos = np.float32(SINE[-1]), np.float32(COSINE[-1])
        for power in range(len(SINE) - 2, -1, -1):
            sin = sin * square + np.float32(SINE[power])
            cos = cos * square + np.float32(COSINE[power])
        sin *= half
        # Half a turn was taken off, which changes both signs.
        cosine[index] = np.float32(2.0) * sin * sin - np.float32(1.0)
        sine[index] = np.float32(-2.0) * sin * cos


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

    Only the values of the spectrum near the harmonics are computed, of every sample once though windows overlap.

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
    near = _near_harmonics(size, hop, nominal_hz, harmonics, rate_hz)
    if not signals:
        return np.zeros((1, near.share.shape[1]))
    parts, kept = near.combined.shape[0] // near.courses.shape[1], near.courses.shape[1]
    pieces = (len(signals[0]) - size) // hop + parts
    spectrum = np.zeros((pieces - parts + 1, near.combined.shape[1] // 2))
    for signal in signals:
        cut = signal[: pieces * hop]
        if cut.size < pieces * hop:
            cut = np.concatenate((cut, np.zeros(pieces * hop - cut.size, dtype=np.float32)))
        seen = (cut.reshape(pieces, hop) @ near.courses).ravel()
        products = np.lib.stride_tricks.sliding_window_view(seen, parts * kept)[::kept] @ near.combined
        spectrum += (products.astype(np.float64) ** 2).reshape(len(spectrum), 2, -1).sum(axis=1)
    power = np.zeros((len(spectrum), near.share.shape[1]))
    for place, part in zip(near.below, near.share, strict=True):
        power += (1 - part) * spectrum[:, place] + part * spectrum[:, place + 1]
    return power


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


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _NearHarmonics:
    """How the spectrum of a window near the harmonics comes from pieces of it that do not overlap.

    Parameters
    ----------
    courses
        Through which a piece is seen, shape (samples of a hop, courses).
    combined
        What the pieces of a window, seen so, make of each value, shape (pieces times courses, 2 values); real parts of
        all values come first.
    below, share
        For each harmonic and frequency of the grid which value lies below it, and how far beyond that it is.
    """

    courses: Samples
    combined: Samples
    below: NDArray[np.int64]
    share: Floats


@lru_cache(maxsize=8)
def _near_harmonics(
    size: int, hop: int, nominal_hz: float, harmonics: tuple[int, ...], sampling_rate_hz: float
) -> _NearHarmonics:
    transform = _transform(size)
    place = np.outer(harmonics, frequency_grid(nominal_hz)) * transform / sampling_rate_hz
    below = place.astype(np.int64)
    wanted = np.unique(np.concatenate((below, below + 1)))
    angle = np.outer(wanted, np.arange(size)) % transform * (2 * np.pi / transform)
    waves = np.concatenate((np.cos(angle), np.sin(angle))) * np.hanning(size)
    pieces = np.pad(waves, ((0, 0), (0, -size % hop))).reshape(2 * wanted.size, -1, hop).swapaxes(0, 1)
    # In a piece the waves of one harmonic are nearly the same: a few courses make them all.
    _, values, courses = np.linalg.svd(pieces.reshape(-1, hop), full_matrices=False)
    kept = courses[values > LEAST_COURSE * values[0]]
    combined = (pieces @ kept.T).swapaxes(1, 2).reshape(-1, 2 * wanted.size)
    return _NearHarmonics(
        courses=np.ascontiguousarray(kept.T, dtype=np.float32),
        combined=np.ascontiguousarray(combined, dtype=np.float32),
        below=np.searchsorted(wanted, below),
        share=place - below,
    )


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
