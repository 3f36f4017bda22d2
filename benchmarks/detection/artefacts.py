"""Disturbances from the equipment that are added to the signal: mains, movement, cable, stimuli."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.backgrounds import column_of_sd
from benchmarks.detection.disturbances import Disturbance
from benchmarks.detection.materials import Materials, Samples
from benchmarks.detection.scene import Refusal, Scene, disturbed, within


def with_mains(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add mains at 50 Hz whose frequency drifts, with odd harmonics."""
    del materials
    times = np.arange(scene.samples.shape[1]) / scene.rate_hz
    frequency = 50 + 0.05 * np.sin(2 * np.pi * times / 40 + chance.uniform(0, 6))
    phase = 2 * np.pi * np.cumsum(frequency) / scene.rate_hz
    hum = sum(np.sin(order * phase) / order**1.2 for order in (1, 3, 5, 7))
    return disturbed(
        scene, scene.samples + 8 * column_of_sd(scene.samples, scene.rate_hz) * hum, _whole(scene, "mains")
    )


def mains_at(nominal_hz: float) -> Disturbance:
    """Return what adds mains whose frequency wanders and whose harmonics, even ones too, differ by channel.

    The frequency keeps within 0.1 Hz and the height varies by up to a half over seconds, as when a hand comes near.
    """

    def add(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
        del materials
        times = np.arange(scene.samples.shape[1]) / scene.rate_hz
        wander = _slow(chance, times, 20.0)
        phase = 2 * np.pi * np.cumsum(nominal_hz + 0.1 * wander) / scene.rate_hz
        swell = 1 + chance.uniform(0, 0.5) * _slow(chance, times, 8.0)
        height = chance.uniform(4, 25) * column_of_sd(scene.background, scene.rate_hz)
        orders = np.arange(1, int(0.45 * scene.rate_hz / nominal_hz) + 1)
        strength = chance.uniform(0, 1, (scene.samples.shape[0], orders.size)) / orders**1.2
        strength[:, 0] = 1.0
        strength[:, 1::2] *= 0.3
        angle = chance.uniform(0, 2 * np.pi, strength.shape)
        hum = np.zeros_like(scene.samples)
        for column, order in enumerate(orders):
            hum += strength[:, column, np.newaxis] * np.sin(order * phase + angle[:, column, np.newaxis])
        return disturbed(scene, scene.samples + height * swell * hum, _whole(scene, "mains"))

    return add


def with_movement(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add tugs at the cable: slow swings that begin abruptly."""
    del materials
    times = np.arange(scene.samples.shape[1]) / scene.rate_hz
    swing = np.zeros_like(times)
    spans = []
    for start_s in chance.uniform(2, scene.duration_s - 3, 6):
        since = np.maximum(times - start_s, 0)
        swing += (times >= start_s) * np.exp(-since / 0.3) * (1 - np.exp(-since / 0.01)) * chance.choice([-1, 1])
        spans.append((float(start_s), float(start_s) + 1.0))
    sd = column_of_sd(scene.samples, scene.rate_hz)
    return disturbed(scene, scene.samples + 300 * sd * swing, _refusals(spans, "movement"))


def with_cable(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add a loose contact: abrupt steps that an amplifier's high-pass lets decay, and bursts of crackling.

    Twitches within a burst or just after a step do not count.
    """
    del materials
    rate_hz = scene.rate_hz
    sd = column_of_sd(scene.background, rate_hz)
    times = np.arange(scene.samples.shape[1]) / rate_hz
    added = np.zeros_like(scene.samples)
    hidden = []
    decay_s = chance.uniform(0.01, 0.5)
    for start_s in chance.uniform(1, scene.duration_s - 2, chance.integers(3, 9)):
        step = np.where(times >= start_s, np.exp(-np.maximum(times - start_s, 0) / decay_s), 0.0)
        added += chance.choice([-1, 1]) * chance.uniform(30, 400) * sd * _each(scene, chance) * step
        hidden.append((float(start_s), float(start_s) + 0.03))
    for start_s in chance.uniform(1, scene.duration_s - 3, chance.integers(2, 5)):
        stop_s = float(start_s) + chance.uniform(0.2, 1.5)
        span = slice(round(start_s * rate_hz), round(stop_s * rate_hz))
        size = (added.shape[0], span.stop - span.start)
        crackle = chance.standard_t(1.5, size) * (chance.random(size) < chance.uniform(0.05, 0.5))
        added[:, span] += chance.uniform(10, 60) * sd * np.clip(crackle, -10, 10) * _each(scene, chance)
        hidden.append((float(start_s), stop_s))
    return disturbed(scene, scene.samples + added, _refusals(hidden, "movement"), within(scene.onset_s, hidden, 0.05))


def with_stimuli(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add stimuli of a single sample, at an even rate or at will, 15 to 300 noise SDs high; all twitches count."""
    del materials
    length = scene.samples.shape[1]
    if chance.random() < 0.5:
        places = np.arange(chance.integers(0, length // 60), length, scene.rate_hz / chance.uniform(0.3, 3))
    else:
        places = chance.uniform(0, length, chance.integers(20, 120))
    places = np.unique(places.astype(np.int64))
    height = chance.uniform(15, 300) * column_of_sd(scene.background, scene.rate_hz) * _each(scene, chance)
    sign = np.ones(places.size) if chance.random() < 0.5 else chance.choice([-1.0, 1.0], places.size)
    samples = scene.samples.copy()
    samples[:, places] += height * sign
    spans = [(place / scene.rate_hz, (place + 1) / scene.rate_hz) for place in places.tolist()]
    return disturbed(scene, samples, _refusals(spans, "stimulus"))


def _slow(chance: np.random.Generator, times: Samples, period_s: float) -> Samples:
    """A wandering curve between -1 and 1."""
    periods = period_s * chance.uniform(0.5, 3, 3)
    curves = [np.sin(2 * np.pi * (times / period + chance.random())) for period in periods]
    return np.asarray(np.mean(curves, axis=0))


def _each(scene: Scene, chance: np.random.Generator) -> Samples:
    """How much of a disturbance each channel gets, as a column."""
    return chance.uniform(0.3, 1.0, (scene.samples.shape[0], 1))


def _whole(scene: Scene, reason: str) -> tuple[Refusal, ...]:
    return (Refusal(start_s=0.0, stop_s=scene.duration_s, reason=reason),)


def _refusals(spans: list[tuple[float, float]], reason: str) -> tuple[Refusal, ...]:
    return tuple(Refusal(start_s=start_s, stop_s=stop_s, reason=reason) for start_s, stop_s in sorted(spans))


EQUIPMENT = {
    "mains": with_mains,
    "mains 50 Hz": mains_at(50.0),
    "mains 60 Hz": mains_at(60.0),
    "movement": with_movement,
    "cable": with_cable,
    "stimuli": with_stimuli,
}
"""What equipment adds to the signal, by name."""
