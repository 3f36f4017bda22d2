"""Where mains and its harmonics stand in a recording, found from samples spread over its length."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

from myotwitch.detection.filtering import fill_missing, without_garbage
from myotwitch.detection.settings import MAINS_AUTO
from myotwitch.recordings.recording import Recording

PROBE_S = 4.0
PROBES = 12
LINE_TO_FLOOR = 10.0
"""Power of a line over the spectrum beside it from which it is taken out; the largest of noise is 4 to 6."""
HIGHEST_HARMONIC_HZ = 460.0
DRIFT_HZ = 0.6
"""How far the fundamental may lie from its nominal value."""
BESIDE_HZ = (2.0, 5.0)
"""Distance, from where the line may be, of the frequencies that it is compared with."""
_CANDIDATES = MappingProxyType({MAINS_AUTO: (50.0, 60.0), 50.0: (50.0,), 60.0: (60.0,), None: ()})


def find_mains(
    recording: Recording, channel_indexes: Sequence[int], mains_hz: float | str | None, workers: int = 1
) -> tuple[tuple[float, ...], ...]:
    """Return for each channel the frequencies at which a mains line stands out **[Hz]**; empty where none does.

    Method
    ------
    In the spectrum of each probe the largest value near each harmonic of 50 and 60 Hz against the median of its
    neighbourhood, and the median of that over the probes: one burst does not count, and a line need not lie at the same
    frequency all the time. Harmonics count only where at least one of the first three stands out. All channels of one
    sampling rate share the fundamental with more power.
    """
    candidates = _CANDIDATES[mains_hz]
    rate_hz = recording.channels[channel_indexes[0]].sampling_rate_hz
    spectra = _probe_spectra(recording, channel_indexes, rate_hz, workers) if candidates else None
    if spectra is None:
        return ((),) * len(channel_indexes)
    by_fundamental = [_lines(spectra, rate_hz, mains) for mains in candidates]
    weights = [sum(strength for lines in rows for _, strength in lines) for rows in by_fundamental]
    chosen = by_fundamental[int(np.argmax(weights))]
    return tuple(tuple(frequency for frequency, _ in lines) for lines in chosen)


def _probe_spectra(
    recording: Recording, channel_indexes: Sequence[int], rate_hz: float, workers: int
) -> NDArray[np.float32] | None:
    """Return the power of each probe, channel and frequency; None where the recording is shorter than a probe."""
    size = round(PROBE_S * rate_hz)
    available = recording.sample_count(channel_indexes[0])
    if available < size:
        return None
    starts = np.unique(np.linspace(0, available - size, PROBES).astype(int))
    window = np.hanning(size).astype(np.float32)
    highest = round(2 * HIGHEST_HARMONIC_HZ * PROBE_S)

    def spectrum(read: NDArray[np.float32]) -> NDArray[np.float32]:
        samples = fill_missing(without_garbage(read))
        mean = samples.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
        return np.asarray(np.abs(rfft((samples - mean) * window, axis=1)[:, :highest]) ** 2)

    probes = (recording.read(channel_indexes, start, start + size) for start in starts.tolist())
    with ThreadPoolExecutor(workers) as pool:
        return np.array(list(pool.map(spectrum, probes)))


def _lines(spectra: NDArray[np.float32], rate_hz: float, mains_hz: float) -> list[list[tuple[float, float]]]:
    """Return the lines of each channel and how far they stand out, from spectra (probes, channels, frequencies)."""
    found: list[list[tuple[float, float]]] = [[] for _ in range(spectra.shape[1])]
    harmonic = 1
    while mains_hz * harmonic + BESIDE_HZ[1] < min(HIGHEST_HARMONIC_HZ, rate_hz / 2):
        centre, drift = mains_hz * harmonic, DRIFT_HZ * harmonic
        near = _span(spectra, centre - drift, centre + drift)
        low, high = (drift + distance for distance in BESIDE_HZ)
        beside = (_span(spectra, centre - high, centre - low), _span(spectra, centre + low, centre + high))
        floor = np.median(np.concatenate(beside, axis=2), axis=2)
        standing_out = np.median(near.max(axis=2) / np.maximum(floor, 1e-30), axis=0) * floor.any(axis=0)
        for channel in np.flatnonzero(standing_out > LINE_TO_FLOOR):
            found[channel].append((centre, float(standing_out[channel])))
        harmonic += 1
    return [lines if any(frequency <= 3 * mains_hz for frequency, _ in lines) else [] for lines in found]


def _span(spectra: NDArray[np.float32], low_hz: float, high_hz: float) -> NDArray[np.float32]:
    return spectra[:, :, max(0, round(low_hz * PROBE_S)) : round(high_hz * PROBE_S) + 1]
