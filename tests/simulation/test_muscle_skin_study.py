"""Potentials on the skin are as large as people's: units one by one, and all at once. None of it was fitted."""

from __future__ import annotations

import numpy as np
import pytest

from myotwitch.simulation.muscle import Pool, build_pool
from myotwitch.simulation.muscle.skin_study import compound_peak_uv, negative_peaks, units_under


def pools(muscle: str) -> list[Pool]:
    return [build_pool(muscle, np.random.default_rng(seed)) for seed in range(4)]


@pytest.mark.parametrize(("share", "people_uv"), [(0.3, 26.0), (0.85, 69.0)])
def test_units_of_tibialis_anterior_on_the_skin_are_as_large_as_in_people(share: float, people_uv: float) -> None:
    """People: 26 µV on average at threshold, 69 µV at 40 % of the greatest force (McNeil 2005)."""
    peaks = np.concatenate([negative_peaks(pool, units_under(pool, share)) for pool in pools("tibialis_anterior")])
    assert peaks.size >= 40
    assert people_uv / 1.5 < peaks.mean() < people_uv * 1.5


def test_all_units_of_the_thumbs_abductor_at_once_are_as_large_as_in_people() -> None:
    """280 healthy people: 9.5 ± 3.9 mV (mean and SD)."""
    peak_mv = 1e-3 * compound_peak_uv(build_pool("abductor_pollicis_brevis", np.random.default_rng(1)))
    assert abs(peak_mv - 9.5) < 3.9


def test_near_and_deep_units_of_biceps_are_within_a_factor_of_two_and_three_of_people() -> None:
    """People: 42 µV within 10 mm of the skin, 11 µV beyond 20 mm (Nandedkar 1994); the model falls more steeply."""
    near: list[float] = []
    deep: list[float] = []
    for pool in pools("biceps_brachii"):
        tissue = pool.shape.tissue()
        units = [unit for unit in pool.units[: len(pool.units) // 2] if abs(unit.across_mm) < 8.0]
        below_mm = [unit.depth_mm + tissue.fat_mm + tissue.skin_mm for unit in units]
        near += negative_peaks(pool, [unit for unit, below in zip(units, below_mm, strict=True) if below <= 10.0])
        deep += negative_peaks(pool, [unit for unit, below in zip(units, below_mm, strict=True) if below >= 20.0])
    assert len(near) >= 10
    assert len(deep) >= 10
    assert 42.0 / 2.0 < np.mean(near) < 42.0 * 2.0
    assert 11.0 / 3.0 < np.mean(deep) < 11.0 * 3.0


@pytest.mark.parametrize("muscle", ["tibialis_anterior", "biceps_brachii", "interosseus_dorsalis_manus_1"])
def test_fibres_fill_a_fair_part_of_a_muscle_whose_fibres_run_along_it(muscle: str) -> None:
    pool = build_pool(muscle, np.random.default_rng(1))
    area_mm2 = sum(unit.fibre_count * 0.25 * np.pi * (1e-3 * unit.fibre_diameter_um) ** 2 for unit in pool.units)
    assert 0.2 < area_mm2 / (pool.shape.thickness.value * pool.shape.width.value) < 1.0
