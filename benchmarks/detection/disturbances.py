"""Disturbances from the body: heartbeat, voluntary contraction, regular trains, recruitment; and all together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.detection.backgrounds import column_of_sd
from benchmarks.detection.materials import Materials, Samples
from benchmarks.detection.scene import Refusal, Scene, disturbed, within
from benchmarks.detection.twitching import put
from benchmarks.detection.views import one_view

Disturbance = Callable[[Scene, Materials, np.random.Generator], Scene]
MARGIN_S = 0.3


def with_heart(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add a loud real electrocardiogram."""
    return _beating(scene, materials, chance, 40 * column_of_sd(scene.samples, scene.rate_hz))


def with_loud_heart(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add a real electrocardiogram as over the belly: 60 to 150 noise SDs high, either way up, breathing with it."""
    height = chance.uniform(60, 150, (scene.samples.shape[0], 1)) * chance.choice([-1.0, 1.0])
    times = np.arange(scene.samples.shape[1]) / scene.rate_hz
    breath = 1 + chance.uniform(0.02, 0.1) * np.sin(2 * np.pi * chance.uniform(0.15, 0.35) * times)
    return _beating(scene, materials, chance, height * column_of_sd(scene.background, scene.rate_hz) * breath)


def _beating(scene: Scene, materials: Materials, chance: np.random.Generator, height: Samples) -> Scene:
    length = scene.samples.shape[1]
    start = chance.integers(materials.heart.size - length)
    beats = materials.heart[start : start + length]
    refusal = Refusal(start_s=0.0, stop_s=scene.duration_s, reason="heartbeat")
    return disturbed(scene, scene.samples + height * beats, (refusal,))


def with_contraction(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add real voluntary contractions; twitches within them do not count."""
    samples, spans = scene.samples.copy(), []
    sd = column_of_sd(scene.samples, scene.rate_hz)
    for start_s in (12.0, 31.0, 47.0):
        piece = materials.contractions[chance.integers(len(materials.contractions))]
        piece = piece * chance.uniform(15, 60) * sd / np.median(np.abs(piece)) * 0.6745
        start = round(start_s * scene.rate_hz)
        samples[:, start : start + piece.shape[1]] += piece
        spans.append((start_s, start_s + piece.shape[1] / scene.rate_hz))
    return _hiding(scene, samples, spans)


def with_regular_train(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add regular voluntary trains of one real unit, 6 to 12 a second; twitches within them do not count.

    Intervals vary by 10 to 20 % and drift slowly. The five decomposed units of the grid fire 6.8 to 11.0 times a second
    and vary by 13 to 15 % (one by 35 %), the tonic unit of `emg_neuropathy` 10.6 times and by 14 %.
    """
    samples, spans = scene.samples.copy(), []
    shape = one_view(materials, chance, scene.samples.shape[0]).samples
    shape = shape * chance.uniform(6, 20) * column_of_sd(scene.background, scene.rate_hz)
    for start_s in chance.uniform(0, 3) + np.array([5.0, 25.0, 43.0]):
        stop_s = float(start_s + chance.uniform(4, 12))
        times = steady_times(chance, float(start_s), stop_s, chance.uniform(6, 12), chance.uniform(0.1, 0.2))
        _fire(samples, shape, times, scene.rate_hz, chance)
        spans.append((float(start_s), stop_s))
    return _hiding(scene, samples, spans)


def with_recruitment(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Add two slow contractions that recruit six to ten units by size, each from 6 a second up as force rises.

    Units are real views; a larger one begins later and ends earlier (the size principle: Henneman 1965,
    doi 10.1152/jn.1965.28.3.560). Twitches within do not count.
    """
    samples, spans = scene.samples.copy(), []
    sd = column_of_sd(scene.background, scene.rate_hz)
    sizes = np.sort(chance.uniform(2, 25, chance.integers(6, 11)))
    shapes = [one_view(materials, chance, samples.shape[0]).samples * size * sd for size in sizes]
    for start_s in (float(chance.uniform(6, 14)), float(chance.uniform(34, 42))):
        rise_s, hold_s = chance.uniform(2, 5), chance.uniform(2, 5)
        stop_s = start_s + 2 * rise_s + hold_s
        for order, shape in enumerate(shapes):
            wait_s = rise_s * 0.9 * order / len(shapes)
            rate_hz = chance.uniform(7, 9) + 8 * (1 - order / len(shapes))
            times = steady_times(chance, start_s + wait_s, stop_s - wait_s, rate_hz, chance.uniform(0.1, 0.2))
            _fire(samples, shape, times, scene.rate_hz, chance)
        spans.append((start_s, stop_s))
    return _hiding(scene, samples, spans)


def steady_times(
    chance: np.random.Generator, start_s: float, stop_s: float, rate_hz: float, variation: float
) -> list[float]:
    """Return times of a unit that fires steadily: normal intervals of a relative SD; the rate drifts by 10 %."""
    times, now = [], start_s + chance.uniform(0, 1 / rate_hz)
    while now < stop_s:
        times.append(now)
        drift = 1 + 0.1 * np.sin(2 * np.pi * (now - start_s) / max(stop_s - start_s, 1.0))
        now += max(0.02, chance.normal(1, variation)) / (rate_hz * drift)
    return times


def _fire(samples: Samples, shape: Samples, times: list[float], rate_hz: float, chance: np.random.Generator) -> None:
    for time_s in times:
        put(samples, shape * chance.normal(1.0, 0.05), time_s * rate_hz)


def _hiding(scene: Scene, samples: Samples, spans: list[tuple[float, float]]) -> Scene:
    refusals = tuple(Refusal(start_s=start_s, stop_s=stop_s, reason="voluntary") for start_s, stop_s in spans)
    return disturbed(scene, samples, refusals, within(scene.onset_s, spans, MARGIN_S))


BODY = {
    "heartbeat": with_heart,
    "loud heartbeat": with_loud_heart,
    "voluntary": with_contraction,
    "regular train": with_regular_train,
    "recruitment": with_recruitment,
}
"""Disturbances from the body by name. Surface scenes only: their materials are at 1 kHz."""
