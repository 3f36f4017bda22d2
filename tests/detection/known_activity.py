"""Recordings of activity as textbooks describe it, made from formulas: potentials of known shape at known times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from myotwitch.recordings import Channel, ChannelKind, Recording, recording_from_array
from myotwitch.twitches import Kind

Floats = NDArray[np.float64]
Shape = Callable[[Floats], Floats]

NOISE_UV = 4.0
LENGTH_S = 20.0
FINEST_HZ = 20_000
REACH_S = 0.040
"""Potentials are shorter, before and after their peak."""


def spike(time_s: Floats) -> Floats:
    """The potential of one fibre: up, steeply down, up; about 2 ms."""
    return (
        0.4 * np.exp(-(((time_s + 0.0007) / 0.0003) ** 2))
        - np.exp(-((time_s / 0.00025) ** 2))
        + 0.2 * np.exp(-(((time_s - 0.0008) / 0.0004) ** 2))
    )


def sharp_wave(time_s: Floats) -> Floats:
    """A positive sharp wave: at once up, down within 2 ms, then a long low part of the other sign."""
    rise = 1 / (1 + np.exp(-(time_s + 0.0003) / 0.00008))
    since = np.maximum(time_s, 0.0)
    return rise * (1.3 * np.exp(-since / 0.0015) - 0.3 * np.exp(-(((since - 0.003) / 0.007) ** 2)))


def unit(time_s: Floats) -> Floats:
    """A motor unit's potential of three phases, about 10 ms."""
    scaled = time_s / 0.0018
    return (1 - scaled**2 + 0.2 * scaled) * np.exp(-(scaled**2) / 2)


def complex_(time_s: Floats) -> Floats:
    """Spikes of several fibres that always follow one another in the same way."""
    parts = ((0.0, 1.0), (0.0024, 0.7), (0.0047, -0.5), (0.0083, 0.6))
    return sum((size * spike(time_s - delay) for delay, size in parts), start=np.zeros_like(time_s))


@dataclass(frozen=True, kw_only=True)
class Discharges:
    """Discharges of one source: its potential, the times of its peaks [s] and their sizes [SDs of the noise]."""

    shape: Shape
    peak_s: Floats
    size: Floats | float


def jittered(chance: np.random.Generator, interval_s: float, variation: float, count: int) -> Floats:
    return 1.5 + np.cumsum(interval_s * (1 + variation * chance.normal(size=count)))


def fibrillation(chance: np.random.Generator) -> Discharges:
    return Discharges(shape=spike, peak_s=jittered(chance, 0.2, 0.06, 80), size=25.0)


def sharp_waves(chance: np.random.Generator) -> Discharges:
    return Discharges(shape=sharp_wave, peak_s=jittered(chance, 0.15, 0.06, 100), size=25.0)


def complex_repetitive(_: np.random.Generator) -> Discharges:
    return Discharges(shape=complex_, peak_s=5 + np.arange(250) / 31.3, size=25.0)


def myotonia(chance: np.random.Generator) -> Discharges:
    wave = np.sin(np.linspace(0, np.pi, 300))
    intervals = (1 + 0.02 * chance.normal(size=300)) / (30 + 40 * wave)
    return Discharges(shape=spike, peak_s=4 + np.cumsum(intervals), size=12 + 30 * wave)


def neuromyotonia(_: np.random.Generator) -> Discharges:
    rate_hz = np.geomspace(200, 130, 500)
    return Discharges(shape=unit, peak_s=6 + np.cumsum(1 / rate_hz), size=np.geomspace(35, 18, 500))


def myokymia(chance: np.random.Generator) -> Discharges:
    starts = jittered(chance, 0.9, 0.08, 18)
    within = np.cumsum(0.028 * (1 + 0.08 * chance.normal(size=(18, 6))), axis=1)
    return Discharges(shape=unit, peak_s=(starts[:, np.newaxis] + within).ravel(), size=25.0)


def voluntary(chance: np.random.Generator) -> Discharges:
    return Discharges(shape=unit, peak_s=jittered(chance, 0.1, 0.15, 150), size=25.0)


def fasciculations(chance: np.random.Generator) -> Discharges:
    peaks = 1.5 + np.cumsum(0.3 + chance.exponential(1.0, 30))
    return Discharges(shape=unit, peak_s=peaks[peaks < LENGTH_S - 0.5], size=25.0)


NEEDLE: Mapping[Kind, Callable[[np.random.Generator], Discharges]] = {
    Kind.FIBRILLATION: fibrillation,
    Kind.POSITIVE_SHARP_WAVE: sharp_waves,
    Kind.COMPLEX_REPETITIVE: complex_repetitive,
    Kind.MYOTONIA: myotonia,
    Kind.NEUROMYOTONIA: neuromyotonia,
    Kind.MYOKYMIA: myokymia,
    Kind.FASCICULATION: fasciculations,
}
SURFACE = {kind: NEEDLE[kind] for kind in (Kind.NEUROMYOTONIA, Kind.MYOKYMIA, Kind.FASCICULATION)}


def signal_of(source: Discharges, rate_hz: float) -> Floats:
    """Return the signal of a source without noise [uV], sampled finely and then at `rate_hz` without aliases."""
    row = np.zeros(round(LENGTH_S * FINEST_HZ))
    reach = round(REACH_S * FINEST_HZ)
    for peak_s, size in zip(source.peak_s, np.broadcast_to(source.size, source.peak_s.shape), strict=True):
        index = round(peak_s * FINEST_HZ) + np.arange(-reach, reach)
        index = index[(index >= 0) & (index < row.size)]
        row[index] += size * NOISE_UV * source.shape(index / FINEST_HZ - peak_s)
    return np.asarray(resample_poly(row, round(rate_hz), FINEST_HZ), dtype=np.float64)


def noisy(signal: Floats, chance: np.random.Generator) -> Floats:
    return signal + chance.normal(0, NOISE_UV, signal.shape)


def recording_of(rows: Floats, rate_hz: float, kind: ChannelKind) -> Recording:
    rows = np.atleast_2d(rows)
    channels = [Channel(name=f"c{row}", sampling_rate_hz=rate_hz, kind=kind, unit="uV") for row in range(rows.shape[0])]
    return recording_from_array(rows, rate_hz, channels=channels)
