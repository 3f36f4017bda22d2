"""Scenes: recordings with twitches at known times, made from the materials of one set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.materials import (
    GRID_RATE_HZ,
    NEEDLE_RATE_HZ,
    SURFACE_RATE_HZ,
    Materials,
    Samples,
    Shape,
    band_passed,
    onset_of,
)
from myotwitch.recordings import ChannelKind

DURATION_S = 60.0
MEAN_INTERVAL_S = 1.2
SHORTEST_INTERVAL_S = 0.05
DOUBLET_SHARE = 0.08
DOUBLET_S = (0.010, 0.025)
CROSSFADE_S = 0.02
LOUD_S = (20.0, 26.0)
"""Where the disturbance of a scene lies that does not last."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Scene:
    """A recording with known twitches: samples of shape (channels, samples) **[uV]** and onsets **[s]**."""

    samples: Samples
    rate_hz: float
    kind: ChannelKind
    onset_s: NDArray[np.float64]
    unit: NDArray[np.int64]


Maker = Callable[[Materials, np.random.Generator], Scene]


def real_rest(pieces: list[Samples], rate_hz: float, chance: np.random.Generator) -> Samples:
    """Return a minute of real rest: pieces in random order, turned over and back to front at random, cross-faded."""
    fade = round(CROSSFADE_S * rate_hz)
    rise = np.sin(np.linspace(0, np.pi / 2, fade))
    length = round(DURATION_S * rate_hz)
    made = np.zeros((pieces[0].shape[0], length + 1))
    filled = 0
    while filled < length:
        piece = pieces[chance.integers(len(pieces))].copy()
        piece = piece[:, :: chance.choice([-1, 1])] * chance.choice([-1, 1])
        piece[:, :fade] *= rise
        piece[:, -fade:] *= rise[::-1]
        start = max(0, filled - fade)
        stop = min(length, start + piece.shape[1])
        made[:, start:stop] += piece[:, : stop - start]
        filled = stop
    return made[:, :length]


def _surface_background(materials: Materials, chance: np.random.Generator) -> Samples:
    pieces = materials.surface_rest[chance.integers(len(materials.surface_rest))]
    return real_rest(pieces, SURFACE_RATE_HZ, chance)


def same_spectrum(piece: Samples, rate_hz: float, chance: np.random.Generator) -> Samples:
    """Return a minute of noise with the spectra, and between channels the cross-spectra, of a short real piece.

    The phases of the piece are drawn again for every stretch of its length, the same for all channels.
    """
    spectrum = np.fft.rfft(piece * np.hanning(piece.shape[1]) / np.sqrt(3 / 8), axis=1)
    stretches = []
    for _ in range(int(np.ceil(DURATION_S * rate_hz / piece.shape[1] * 1.5)) + 2):
        turn = np.exp(2j * np.pi * chance.random(spectrum.shape[1]))
        stretches.append(np.fft.irfft(spectrum * turn, piece.shape[1], axis=1))
    return real_rest(stretches, rate_hz, chance)


def noise_sd(background: Samples, rate_hz: float) -> Samples:
    """Return the robust SD of each channel in the band in which signal-to-noise is stated (surface: 20 to 450 Hz)."""
    signal = band_passed(background, rate_hz, 20.0, 450.0 if rate_hz < NEEDLE_RATE_HZ else 1900.0)
    return np.asarray(np.median(np.abs(signal), axis=1) / 0.6745)


def twitch_times(chance: np.random.Generator, mean_interval_s: float = MEAN_INTERVAL_S) -> NDArray[np.float64]:
    """Return irregular times: exponential intervals over a dead time, now and then a doublet."""
    times, now = [], 0.5
    while True:
        now += SHORTEST_INTERVAL_S + chance.exponential(mean_interval_s)
        if now > DURATION_S - 0.5:
            return np.array(times)
        times.append(now)
        if chance.random() < DOUBLET_SHARE:
            times.append(now + chance.uniform(*DOUBLET_S))


def add_twitches(
    background: Samples, rate_hz: float, shapes: list[tuple[Shape, Samples]], chance: np.random.Generator
) -> tuple[Samples, NDArray[np.float64], NDArray[np.int64]]:
    """Return the background with discharges of each (shape, scaled samples), their onsets and units."""
    samples = background.copy()
    found: list[tuple[float, int]] = []
    for unit, (shape, scaled) in enumerate(shapes):
        for time in twitch_times(chance, MEAN_INTERVAL_S * len(shapes)):
            start = round(time * rate_hz)
            samples[:, start : start + scaled.shape[1]] += scaled * chance.normal(1.0, 0.05)
            found.append(((start + shape.onset) / rate_hz, unit))
    found.sort()
    return samples, np.array([time for time, _ in found]), np.array([unit for _, unit in found], dtype=np.int64)


def _bipolar(shape: Shape, chance: np.random.Generator, pairs: int) -> Shape:
    """A shape as seen by electrode pairs along a column of the grid (8 mm), the first where it is large."""
    difference = np.diff(shape.samples, axis=0)
    height = np.abs(difference).max(axis=1)
    first = chance.choice(np.argsort(height)[-12:])
    chosen = difference[[min(int(first) + 2 * pair, difference.shape[0] - 1) for pair in range(pairs)]]
    chosen = chosen * _around_peak(chosen)
    chosen = chosen / np.abs(chosen).max()
    return Shape(name=shape.name, samples=chosen, onset=onset_of(chosen[np.abs(chosen).max(axis=1).argmax()]))


def _around_peak(samples: Samples) -> Samples:
    """A window of 24 ms around the largest deflection, 5 ms of them rising and falling."""
    peak = int(np.abs(samples).max(axis=0).argmax())
    distance_s = np.abs(np.arange(samples.shape[1]) - peak) / GRID_RATE_HZ
    return np.asarray(np.cos(np.pi / 2 * np.clip((distance_s - 0.007) / 0.005, 0, 1)) ** 2)


def _resampled(shape: Shape, from_hz: float, to_hz: float) -> Shape:
    count = round(shape.samples.shape[1] * to_hz / from_hz)
    old, new = np.arange(shape.samples.shape[1]) / from_hz, np.arange(count) / to_hz
    samples = np.array([np.interp(new, old, row) for row in shape.samples])
    return Shape(name=shape.name, samples=samples, onset=onset_of(samples[np.abs(samples).max(axis=1).argmax()]))


def surface_scene(materials: Materials, chance: np.random.Generator, snr: float, channels: int = 1) -> Scene:
    """Return a minute of one or more bipolar channels in real rest, with one motor unit's twitches."""
    background = np.vstack([_surface_background(materials, chance) for _ in range(channels)])
    shape = _bipolar(materials.grid_shapes[chance.integers(len(materials.grid_shapes))], chance, channels)
    shape = _resampled(shape, GRID_RATE_HZ, SURFACE_RATE_HZ)
    scaled = shape.samples * snr * noise_sd(background, SURFACE_RATE_HZ)[:, np.newaxis]
    samples, onset_s, unit = add_twitches(background, SURFACE_RATE_HZ, [(shape, scaled)], chance)
    return Scene(samples=samples, rate_hz=SURFACE_RATE_HZ, kind=ChannelKind.SURFACE_EMG, onset_s=onset_s, unit=unit)


def needle_scene(materials: Materials, chance: np.random.Generator, snr: float) -> Scene:
    """Return a minute of needle EMG: noise with the spectrum of a real pause, a real unit's twitches."""
    background = same_spectrum(materials.needle_quiet, NEEDLE_RATE_HZ, chance)
    shape = materials.needle_shapes[0]
    scaled = shape.samples * snr * noise_sd(background, NEEDLE_RATE_HZ)[:, np.newaxis]
    samples, onset_s, unit = add_twitches(background, NEEDLE_RATE_HZ, [(shape, scaled)], chance)
    return Scene(samples=samples, rate_hz=NEEDLE_RATE_HZ, kind=ChannelKind.NEEDLE_EMG, onset_s=onset_s, unit=unit)


def grid_scene(materials: Materials, chance: np.random.Generator) -> Scene:
    """Return a minute of a 64-channel grid with several units of different size whose twitches may overlap."""
    background = same_spectrum(materials.grid_rest, GRID_RATE_HZ, chance)
    sd = float(np.median(noise_sd(background, GRID_RATE_HZ)))
    shapes = [(shape, shape.samples * sd * chance.choice([3.0, 5.0, 8.0, 15.0])) for shape in materials.grid_shapes]
    samples, onset_s, unit = add_twitches(background, GRID_RATE_HZ, shapes, chance)
    return Scene(samples=samples, rate_hz=GRID_RATE_HZ, kind=ChannelKind.SURFACE_EMG, onset_s=onset_s, unit=unit)


def rest_scene(materials: Materials, chance: np.random.Generator) -> Scene:
    """Return a minute of real rest."""
    return _without_twitches(_surface_background(materials, chance), SURFACE_RATE_HZ)


def grid_rest_scene(materials: Materials, chance: np.random.Generator) -> Scene:
    """Return a minute of noise with the spectra of a grid at rest."""
    return _without_twitches(same_spectrum(materials.grid_rest, GRID_RATE_HZ, chance), GRID_RATE_HZ)


def _without_twitches(samples: Samples, rate_hz: float) -> Scene:
    return Scene(
        samples=samples,
        rate_hz=rate_hz,
        kind=ChannelKind.SURFACE_EMG,
        onset_s=np.zeros(0),
        unit=np.zeros(0, dtype=np.int64),
    )


def with_heart(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add a loud real electrocardiogram."""
    start = chance.integers(materials.heart.size - scene.samples.shape[1])
    beat = materials.heart[start : start + scene.samples.shape[1]]
    return _changed(scene, scene.samples + 40 * noise_sd(scene.samples, scene.rate_hz)[:, np.newaxis] * beat)


def with_contraction(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add real voluntary contractions; twitches within them do not count as true."""
    samples, keep = scene.samples.copy(), np.ones(scene.onset_s.size, dtype=bool)
    sd = noise_sd(scene.samples, scene.rate_hz)[:, np.newaxis]
    for start_s in (12.0, 31.0, 47.0):
        piece = materials.contractions[chance.integers(len(materials.contractions))]
        piece = piece * chance.uniform(15, 60) * sd / np.median(np.abs(piece)) * 0.6745
        start = round(start_s * scene.rate_hz)
        samples[:, start : start + piece.shape[1]] += piece
        stop_s = start_s + piece.shape[1] / scene.rate_hz
        keep &= (scene.onset_s < start_s - 0.3) | (scene.onset_s > stop_s + 0.3)
    return _changed(scene, samples, keep)


def with_mains(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add mains at 50 Hz whose frequency drifts, with odd harmonics."""
    del materials
    times = np.arange(scene.samples.shape[1]) / scene.rate_hz
    frequency = 50 + 0.05 * np.sin(2 * np.pi * times / 40 + chance.uniform(0, 6))
    phase = 2 * np.pi * np.cumsum(frequency) / scene.rate_hz
    hum = sum(np.sin(order * phase) / order**1.2 for order in (1, 3, 5, 7))
    return _changed(scene, scene.samples + 8 * noise_sd(scene.samples, scene.rate_hz)[:, np.newaxis] * hum)


def with_movement(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add tugs at the cable: slow swings that begin abruptly."""
    del materials
    times = np.arange(scene.samples.shape[1]) / scene.rate_hz
    swing = np.zeros_like(times)
    for start_s in chance.uniform(2, DURATION_S - 3, 6):
        since = np.maximum(times - start_s, 0)
        swing += (times >= start_s) * np.exp(-since / 0.3) * (1 - np.exp(-since / 0.01)) * chance.choice([-1, 1])
    return _changed(scene, scene.samples + 300 * noise_sd(scene.samples, scene.rate_hz)[:, np.newaxis] * swing)


def with_clipping(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Cut a loud stretch off at the range of the converter; twitches within it do not count as true."""
    del materials
    sd = noise_sd(scene.samples, scene.rate_hz)[:, np.newaxis]
    span = slice(round(LOUD_S[0] * scene.rate_hz), round((LOUD_S[0] + 2) * scene.rate_hz))
    samples = scene.samples.copy()
    samples[:, span] += 100 * sd * chance.standard_normal(samples[:, span].shape)
    keep = (scene.onset_s < LOUD_S[0] - 0.2) | (scene.onset_s > LOUD_S[0] + 2.2)
    return _changed(scene, np.clip(samples, -80 * sd, 80 * sd), keep)


def with_flat(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Let the signal stand still for some seconds; twitches within them do not count as true."""
    del materials, chance
    samples = scene.samples.copy()
    first, last = (round(time * scene.rate_hz) for time in LOUD_S)
    samples[:, first:last] = samples[:, first : first + 1]
    return _changed(scene, samples, (scene.onset_s < LOUD_S[0] - 0.1) | (scene.onset_s > LOUD_S[1] + 0.1))


def _changed(scene: Scene, samples: Samples, keep: NDArray[np.bool_] | None = None) -> Scene:
    kept = np.ones(scene.onset_s.size, dtype=bool) if keep is None else keep
    return Scene(
        samples=samples, rate_hz=scene.rate_hz, kind=scene.kind, onset_s=scene.onset_s[kept], unit=scene.unit[kept]
    )


_DISTURBANCES = {
    "heartbeat": with_heart,
    "voluntary": with_contraction,
    "mains": with_mains,
    "movement": with_movement,
    "clipping": with_clipping,
    "flat": with_flat,
}


def _disturbed(name: str) -> Maker:
    return lambda materials, chance: _DISTURBANCES[name](surface_scene(materials, chance, 8.0), materials, chance)


def _disturbed_rest(name: str) -> Maker:
    return lambda materials, chance: _DISTURBANCES[name](rest_scene(materials, chance), materials, chance)


def _surface(snr: float, channels: int = 1) -> Maker:
    return lambda materials, chance: surface_scene(materials, chance, snr, channels)


def _needle(snr: float) -> Maker:
    return lambda materials, chance: needle_scene(materials, chance, snr)


SCENES: Mapping[str, Maker] = MappingProxyType(
    {
        **{f"single channel, SNR {snr}": _surface(float(snr)) for snr in (3, 5, 8, 15)},
        **{f"two channels, SNR {snr}": _surface(float(snr), 2) for snr in (5, 8)},
        **{f"needle, SNR {snr}": _needle(float(snr)) for snr in (5, 8, 15)},
        "grid of 64": grid_scene,
        **{f"SNR 8 with {name}": _disturbed(name) for name in _DISTURBANCES},
        "rest": rest_scene,
        "rest, grid of 64": grid_rest_scene,
        **{f"rest with {name}": _disturbed_rest(name) for name in _DISTURBANCES},
    }
)
"""Every scene by name; those that begin with ``rest`` hold no twitch."""
