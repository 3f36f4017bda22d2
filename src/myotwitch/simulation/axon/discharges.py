"""When an axon fires by itself: under a little random current, many axons side by side, and after a single stimulus."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from os import cpu_count

import numpy as np

from myotwitch.errors import RequestError
from myotwitch.simulation.axon.axon import (
    LONG_STEPS,
    STEPS,
    Axon,
    AxonState,
    constants_of,
    pool_value,
    resting_state,
    state_at,
)
from myotwitch.simulation.axon.impulses import discharges, threshold_pa
from myotwitch.simulation.axon.ions import Floats, Ions

NOISE_PIECE_MS = 1.0
"""Time over which the random current is constant."""
REST_MS = 1.0
SETTLING_MS = 500.0
LONGEST_S = 86_400.0


def spontaneous_discharges(
    axon: Axon,
    ions: Ions | None = None,
    duration_s: float = 10.0,
    seed: int | None = None,
    *,
    generator: np.random.Generator | None = None,
    drive_pa: float = 0.0,
    start: AxonState | None = None,
) -> Floats:
    """Return when an axon fires by itself [s], in ascending order.

    Parameters
    ----------
    axon
        The axon.
    ions
        What surrounds it instead of its own ions; None: its own.
    duration_s
        For how long it is watched [s], up to a day.
    seed, generator
        Where the random current comes from; one of them must be given.
    drive_pa
        Steady current into the node [pA], such as from a pinch.
    start
        Where it starts; None: at its rest, half a second before the watching begins.

    Returns
    -------
    Onsets [s] from the start of the watching; the same for the same seed.

    Method
    ------
    The random current is constant over a millisecond and normal; it stands for the random opening of channels.
    Discharges are counted where the node rises above -25 mV.

    Limits: the random current's size is a judgement, so rates near the edge of firing are too.
    """
    if not 0.0 < duration_s <= LONGEST_S:
        raise RequestError(f"A duration of {duration_s} s was asked for; an axon is run for up to {LONGEST_S:g} s.")
    if (seed is None) == (generator is None):
        raise RequestError("Give either a seed or a generator for the random current of the axon.")
    source = generator if generator is not None else np.random.default_rng(seed)
    around = axon if ions is None else replace(axon, ions=ions)
    found = []
    state, offset_ms = _start(around, start), 0.0
    pieces = round(duration_s * 1e3 / NOISE_PIECE_MS)
    if start is None:
        _watched(around, state, _random_current(source, SETTLING_MS, drive_pa))
    for first in range(0, pieces, 60_000):
        length = min(60_000, pieces - first) * NOISE_PIECE_MS
        found.append(offset_ms + _watched(around, state, _random_current(source, length, drive_pa)))
        offset_ms += length
    return np.concatenate(found) * 1e-3


@cache
def healthy_threshold_pa() -> float:
    """Return the threshold of the healthy axon for a pulse of 1 ms [pA]."""
    axon = Axon()
    return float(threshold_pa(resting_state(axon).values, constants_of(axon), axon.table, 1.0, 0.0, 250.0, STEPS, 1e-3))


def _random_current(source: np.random.Generator, length_ms: float, drive_pa: float) -> Floats:
    size = pool_value("noise_share_of_threshold") * healthy_threshold_pa()
    return drive_pa + size * source.standard_normal(round(length_ms / NOISE_PIECE_MS))


def _start(axon: Axon, start: AxonState | None) -> Floats:
    """Return a writable state to start from: the given one, the rest, or that of health where there is no rest."""
    if start is not None:
        return start.values.copy()
    try:
        return resting_state(axon).values.copy()
    except RequestError:
        return state_at(axon, axon.membrane.rest_mv, axon.membrane.rest_mv).values.copy()


def _watched(axon: Axon, state: Floats, current: Floats) -> Floats:
    return discharges(state, constants_of(axon), axon.table, current, NOISE_PIECE_MS, LONG_STEPS, REST_MS)


def discharges_of_many(axons: Sequence[Axon], duration_s: float, seed: int) -> list[Floats]:
    """Return the spontaneous discharges of many axons, each with its own random current, on all processor cores.

    The answer does not depend on how many cores there are.
    """
    sources = np.random.default_rng(seed).spawn(len(axons))
    with ThreadPoolExecutor(max_workers=cpu_count() or 1) as workers:
        tasks = [
            workers.submit(spontaneous_discharges, axon, duration_s=duration_s, generator=source)
            for axon, source in zip(axons, sources, strict=True)
        ]
        return [task.result() for task in tasks]


def answer_to_pulse(axon: Axon, pulse_pa: float, watched_ms: float, *, drive_pa: float = 0.0) -> Floats:
    """Return when an axon at rest fires after a pulse of 1 ms, the first answer included [ms], without random current.

    A steady current `drive_pa` begins with the pulse and stays.
    """
    state = _start(axon, None)
    current = np.full(round(watched_ms), float(drive_pa))
    current[0] += pulse_pa
    return _watched(axon, state, current)
