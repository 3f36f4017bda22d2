"""Where mains and its harmonics stand in a recording, found from samples spread over its length."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.filtering import fill_missing, without_garbage
from myotwitch.detection.settings import MAINS_AUTO
from myotwitch.recordings.recording import Recording

PROBE_S = 4.0
PROBES = 12
LINE_TO_FLOOR = 10.0
"""Power of a line over the spectrum beside it from which it is taken out."""
HIGHEST_HARMONIC_HZ = 460.0
DRIFT_HZ = 0.3
_CANDIDATES = MappingProxyType({MAINS_AUTO: (50.0, 60.0), 50.0: (50.0,), 60.0: (60.0,), None: ()})


def find_mains(
    recording: Recording, channel_indexes: Sequence[int], mains_hz: float | str | None
) -> tuple[tuple[float, ...], ...]:
    """Return for each channel the frequencies at which a mains line stands out **[Hz]**; empty where none does.

    Method
    ------
    Median over probes of the spectrum (so that one burst does not count), each harmonic of 50 and 60 Hz against the
    median of its neighbourhood. Harmonics count only where at least one of the first three stands out. All channels of
    one sampling rate share the fundamental with more power.
    """
    candidates = _CANDIDATES[mains_hz]
    rate_hz = recording.channels[channel_indexes[0]].sampling_rate_hz
    spectra = _probe_spectra(recording, channel_indexes, rate_hz)
    if not candidates or spectra is None:
        return ((),) * len(channel_indexes)
    by_fundamental = [[_lines(row, rate_hz, mains) for row in spectra] for mains in candidates]
    weights = [sum(strength for lines in rows for _, strength in lines) for rows in by_fundamental]
    chosen = by_fundamental[int(np.argmax(weights))]
    return tuple(tuple(frequency for frequency, _ in lines) for lines in chosen)


def _probe_spectra(recording: Recording, channel_indexes: Sequence[int], rate_hz: float) -> NDArray[np.float64] | None:
    size = round(PROBE_S * rate_hz)
    available = recording.sample_count(channel_indexes[0])
    if available < size:
        return None
    starts = np.unique(np.linspace(0, available - size, PROBES).astype(int))
    window = np.hanning(size)
    spectra = []
    for start in starts:
        samples = fill_missing(without_garbage(recording.read(channel_indexes, int(start), int(start) + size))).astype(
            np.float64
        )
        samples -= samples.mean(axis=1, keepdims=True)
        spectra.append(np.abs(np.fft.rfft(samples * window, axis=1)) ** 2)
    return np.asarray(np.median(spectra, axis=0))


def _lines(spectrum: NDArray[np.float64], rate_hz: float, mains_hz: float) -> list[tuple[float, float]]:
    per_hz = PROBE_S
    found = []
    harmonic = 1
    while mains_hz * harmonic + 6 < min(HIGHEST_HARMONIC_HZ, rate_hz / 2):
        centre = mains_hz * harmonic
        near = _span(spectrum, centre, DRIFT_HZ * harmonic if harmonic > 1 else 0.5, per_hz)
        beside = np.concatenate((_span(spectrum, centre - 4, 1.5, per_hz), _span(spectrum, centre + 4, 1.5, per_hz)))
        floor = float(np.median(beside))
        if floor > 0 and float(near.max()) > LINE_TO_FLOOR * floor:
            found.append((centre, float(near.max()) / floor))
        harmonic += 1
    is_mains = any(frequency <= 3 * mains_hz for frequency, _ in found)
    return found if is_mains else []


def _span(spectrum: NDArray[np.float64], centre_hz: float, half_width_hz: float, per_hz: float) -> NDArray[np.float64]:
    first = max(0, round((centre_hz - half_width_hz) * per_hz))
    return spectrum[first : round((centre_hz + half_width_hz) * per_hz) + 1]
