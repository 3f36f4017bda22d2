"""Two examinations of a muscle with an electrode on the skin, simulated: units one by one, and all units at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.simulation.muscle.electrodes import electrode_grid
from myotwitch.simulation.muscle.pool import MotorUnit, Pool
from myotwitch.simulation.muscle.unit_potential import unit_potential

RATE_HZ = 2048.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SkinStudySettings:
    """How the examination goes.

    Parameters
    ----------
    radius_mm
        Of the electrode over the end plates, which is measured against a far one **[mm]**.
    deepest_mm, furthest_mm
        A needle beside the electrode finds units down to this depth, and so far to both sides **[mm]**.
    """

    radius_mm: float = 5.0
    deepest_mm: float = 15.0
    furthest_mm: float = 8.0


def negative_peaks(pool: Pool, units: Sequence[MotorUnit], settings: SkinStudySettings | None = None) -> list[float]:
    """Return how far the potential of each unit goes below nought on the skin over the end plates **[µV]**."""
    return [-float(wave.min()) for wave in _waves(pool, units, settings)]


def units_under(pool: Pool, share: float, settings: SkinStudySettings | None = None) -> list[MotorUnit]:
    """Return the units that a needle beside the electrode finds while the first `share` of the pool fires."""
    settings = SkinStudySettings() if settings is None else settings
    firing = pool.units[: max(round(share * len(pool.units)), 1)]
    return [
        unit for unit in firing if unit.depth_mm <= settings.deepest_mm and abs(unit.across_mm) <= settings.furthest_mm
    ]


def compound_peak_uv(pool: Pool, every: int = 4) -> float:
    """Return how far the potential of all units at once goes below nought, one of `every` standing for all **[µV]**.

    Limits: all nerve fibres are equally fast, so that nothing cancels but what the end plates' scatter cancels.
    """
    waves = _waves(pool, pool.units[::every], None)
    total = np.zeros(max(wave.size for wave in waves))
    for wave in waves:
        total[: wave.size] += wave
    return -float(total.min()) * len(pool.units) / len(waves)


def _waves(pool: Pool, units: Sequence[MotorUnit], settings: SkinStudySettings | None) -> list[NDArray[np.float32]]:
    settings = SkinStudySettings() if settings is None else settings
    over = electrode_grid(rows=1, columns=1, along_mm=0.0, radius_mm=settings.radius_mm)
    tissue = pool.shape.tissue()
    return [unit_potential(unit, over, tissue, RATE_HZ)[0] for unit in units]
