"""Potentials of single muscle fibres as a needle sees them: spikes, positive waves, and complexes of several.

Positive numbers are positive potentials: clinical pictures draw them downwards.
"""

from __future__ import annotations

import numpy as np

from benchmarks.detection.materials import NEEDLE_RATE_HZ, Samples, Shape
from benchmarks.detection.views import as_seen

SPIKE_S = (0.001, 0.005)
WAVE_S = (0.010, 0.030)
SILENCE_S = 0.002
"""Before and after each potential."""


def spike(chance: np.random.Generator, duration_s: tuple[float, float] = SPIKE_S) -> Shape:
    """Return a fibre's spike: first positive, then a larger negative phase, often a third positive one; peak 1.

    Sources
    -------
    Davalos L, Kushlaf H. Abnormal Spontaneous Electromyographic Activity. StatPearls 19794: biphasic or triphasic with
    an initial positivity, 1 to 5 ms. How much of it each phase takes is drawn at random within that: our judgement.
    """
    length = chance.uniform(*duration_s)
    times = _times(length)
    first, last = chance.uniform(0.2, 0.6), chance.choice([0.0, 1.0]) * chance.uniform(0.1, 0.4)
    turn = chance.uniform(0.38, 0.5) * length
    potential = (
        first * _bump(times, 0.45 * turn, 0.09 * length)
        - _bump(times, turn, 0.08 * length)
        + last * _bump(times, 0.75 * length, 0.11 * length)
    )
    return _normal("fibre spike", potential)


def positive_wave(chance: np.random.Generator, duration_s: tuple[float, float] = WAVE_S) -> Shape:
    """Return a positive sharp wave: a sharp positive deflection, then a long low negative phase; peak 1.

    Sources
    -------
    StatPearls 19794 as above: biphasic, an initial sharp positivity followed by a long negative phase, 10 to 30 ms. The
    positive phase takes a tenth to a quarter, the negative is an eighth to a half as high: our judgement.
    """
    length = chance.uniform(*duration_s)
    times = _times(length)
    sharp = chance.uniform(0.1, 0.25) * length
    rise, fall = 0.2 * sharp, 0.35 * sharp
    centre = 0.5 * sharp
    positive = np.where(times < centre, _bump(times, centre, rise), _bump(times, centre, fall))
    since = np.clip((times - 0.9 * sharp) / (length - 0.9 * sharp), 0, 1)
    slow = chance.uniform(0.12, 0.3)
    negative = since / slow * np.exp(1 - since / slow) * (1 - since)
    return _normal("positive wave", positive - chance.uniform(0.125, 0.5) * negative)


def fibre_complex(chance: np.random.Generator, components: int, longest_s: float) -> Shape:
    """Return several fibres' spikes that follow each other in a fixed order within a time; peak 1."""
    spread = min(longest_s, components * chance.uniform(0.0008, 0.004))
    whole = np.zeros(_times(spread + SPIKE_S[1]).size)
    for start_s in np.sort(chance.uniform(0, spread, components)):
        part = spike(chance, (0.001, 0.003)).samples[0] * chance.uniform(0.2, 1.0)
        first = round(start_s * NEEDLE_RATE_HZ)
        stop = min(first + part.size, whole.size)
        whole[first:stop] += part[: stop - first]
    return _normal("complex", whole)


def _times(length_s: float) -> Samples:
    aside = round(SILENCE_S * NEEDLE_RATE_HZ)
    return np.arange(-aside, round(length_s * NEEDLE_RATE_HZ) + aside) / NEEDLE_RATE_HZ


def _bump(times: Samples, centre: float, width: float) -> Samples:
    return np.asarray(np.exp(-0.5 * ((times - centre) / width) ** 2))


def _normal(name: str, potential: Samples) -> Shape:
    return as_seen(name, (potential / np.abs(potential).max())[np.newaxis])
