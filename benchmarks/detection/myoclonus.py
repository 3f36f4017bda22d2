"""Myoclonus: jerks in which many units fire at nearly the same time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.backgrounds import DURATION_S
from benchmarks.detection.materials import Shape, onset_of
from benchmarks.detection.places import Place, even_on_log
from benchmarks.detection.scene import Scene
from benchmarks.detection.twitching import Train, put, with_trains
from myotwitch.twitches import Kind

BURST_S = ((0.010, 0.050), (0.025, 0.100), (0.050, 0.200))
"""Ranges of the burst of cortical, cortical-subcortical and other myoclonus."""


def myoclonus_scene(place: Place, chance: np.random.Generator) -> Scene:
    """Return a minute with irregular jerks; each is one event, and all are of one source, the muscle.

    Method
    ------
    A jerk is the sum of 12 to 60 potentials of real units that begin within its burst; no two jerks are the same.

    Sources
    -------
    Crosschannel.uk, burst duration (after van der Veen 2024, Riva 2024, Latorre 2023): cortical 10 to 50 ms,
    cortical-subcortical 25 to 100 ms. Hallett M, Chadwick D, Marsden CD (1979) Cortical reflex myoclonus, Neurology:
    simple bursts of 10 to 30 ms. PMC9619152 (2022), table 1: about 60 ms, below 100 ms, or above 200 ms in other
    disorders. Irregular jerks: Liveson and Ma (1999). Six to forty jerks a minute, numbers of units, sizes: judgement.
    """
    shortest_s, longest_s = BURST_S[chance.integers(len(BURST_S))]
    typical_s = even_on_log(chance, (shortest_s, longest_s))
    rate_per_s = even_on_log(chance, (0.1, 0.67))
    times = 1.0 + np.cumsum(0.3 + chance.exponential(1 / rate_per_s, 60))
    pool = [place.unit(chance) for _ in range(12)]
    trains = []
    for time_s in times[times < DURATION_S - 1]:
        length_s = float(np.clip(typical_s * chance.normal(1, 0.15), shortest_s, longest_s))
        jerk = _jerk(pool, length_s, place.rate_hz, int(chance.integers(12, 61)), chance)
        trains.append(
            Train(
                shape=jerk, start_s=np.array([time_s]), size=np.array([chance.uniform(0.4, 1.0)]), kind=Kind.MYOCLONUS
            )
        )
    scene = with_trains(place.background, place.rate_hz, place.channel_kind, trains)
    return replace(scene, unit=np.zeros(scene.onset_s.size, dtype=np.int64), shapes=scene.shapes[:1])


def _jerk(pool: list[Shape], length_s: float, rate_hz: float, units: int, chance: np.random.Generator) -> Shape:
    width = pool[0].samples.shape[1]
    samples = np.zeros((1, round(length_s * rate_hz) + 2 * width))
    room_s = max(length_s - 0.006, 0.004)
    for start_s in room_s * chance.beta(1.5, 1.5, units):
        put(samples, pool[chance.integers(len(pool))].samples * chance.uniform(0.3, 1.0), start_s * rate_hz)
    return Shape(name="jerk", samples=samples, onset=onset_of(samples[0]))
