"""A clinic's needle examination of a muscle, simulated: many places, only potentials of near units are kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.simulation.muscle.electrodes import needle_electrode
from myotwitch.simulation.muscle.measures import PotentialMeasures, measure_potential
from myotwitch.simulation.muscle.pool import MotorUnit, Pool
from myotwitch.simulation.muscle.tissue import SHALLOWEST_MM, Tissue
from myotwitch.simulation.muscle.unit_potential import unit_potential


@dataclass(frozen=True, kw_only=True, slots=True)
class StudySettings:
    """How the examination goes.

    Parameters
    ----------
    recruited
        Share of the pool, from the first unit on, that fires at the effort asked for.
    along_mm
        Where the needle goes in, from the end plates **[mm]**; places vary by 3 mm around it.
    rate_hz
        Sampling rate **[Hz]**.
    least_uv, longest_rise_s
        Smaller potentials **[µV]**, and those with a longer rise **[s]**, come from units too far and are not kept.
    most_tries
        Places tried for each potential that is wanted.
    """

    recruited: float = 0.8
    along_mm: float = 12.0
    rate_hz: float = 20_000.0
    least_uv: float = 50.0
    longest_rise_s: float = 0.5e-3
    most_tries: int = 30


def examine(
    pool: Pool, count: int, rng: np.random.Generator, settings: StudySettings | None = None
) -> list[PotentialMeasures]:
    """Return the figures of up to `count` potentials that a clinic would keep, each from a place of its own.

    Parameters
    ----------
    pool
        The muscle.
    count
        How many potentials are wanted; a clinic takes 20 or more.
    rng
        Draws units and places.
    settings
        How the examination goes.
    """
    settings = StudySettings() if settings is None else settings
    tissue = pool.shape.tissue()
    kept: list[PotentialMeasures] = []
    for unit, place in _tries(pool, tissue, count * settings.most_tries, settings, rng):
        needle = needle_electrode(along_mm=float(place[0]), across_mm=float(place[1]), depth_mm=float(place[2]))
        potential = unit_potential(unit, needle, tissue, settings.rate_hz)[0]
        figures = measure_potential(potential, settings.rate_hz)
        if figures.peak_to_peak_uv >= settings.least_uv and 0 < figures.rise_s <= settings.longest_rise_s:
            kept.append(figures)
            if len(kept) == count:
                break
    return kept


def _tries(
    pool: Pool, tissue: Tissue, most: int, settings: StudySettings, rng: np.random.Generator
) -> Iterator[tuple[MotorUnit, NDArray[np.float64]]]:
    """Draw units and places (along, across, deep) within the inner four fifths of their territories."""
    recruited = pool.units[: max(round(settings.recruited * len(pool.units)), 1)]
    for _ in range(most):
        unit = recruited[rng.integers(len(recruited))]
        angle, share = 2.0 * math.pi * rng.random(), 0.4 * math.sqrt(rng.random())
        deep = unit.depth_mm + share * unit.territory_deep_mm * math.sin(angle)
        across = unit.across_mm + share * unit.territory_across_mm * math.cos(angle)
        along = unit.end_plate_mm + settings.along_mm + 3.0 * rng.standard_normal()
        if SHALLOWEST_MM < deep < tissue.muscle_mm:
            yield unit, np.array([along, across, deep])
