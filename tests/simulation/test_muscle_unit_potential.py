"""Potentials of units are repeatable, start where they are said to, and look like those of people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from myotwitch.errors import RequestError
from myotwitch.simulation.muscle import (
    MotorUnit,
    Tissue,
    bipolar_pair,
    build_pool,
    electrode_grid,
    muscle_shape,
    needle_electrode,
    onset_index,
    single_fibre,
    unit_potential,
    whole_belly,
)
from myotwitch.simulation.muscle.measures import measure_potential
from myotwitch.simulation.muscle.needle_study import examine
from myotwitch.simulation.muscle.unit_potential import lay_out_fibres, skin_potential

POOL = build_pool("tibialis_anterior", np.random.default_rng(1))
TISSUE = POOL.shape.tissue()
UNIT: MotorUnit = replace(POOL.units[100], depth_mm=8.0, across_mm=0.0)
PAIR = bipolar_pair(along_mm=17.0)


def test_the_same_unit_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again = (unit_potential(UNIT, PAIR, TISSUE, 2048.0) for _ in range(2))
    assert first.dtype == np.float32
    assert first.tobytes() == again.tobytes()
    assert not np.array_equal(first, unit_potential(replace(UNIT, scatter_seed=1), PAIR, TISSUE, 2048.0))


@pytest.mark.parametrize("rate_hz", [500.0, 1000.0, 2048.0, 10_000.0, 44_100.0])
def test_nothing_is_seen_before_the_onset_whatever_the_rate(rate_hz: float) -> None:
    wave = unit_potential(UNIT, PAIR, TISSUE, rate_hz)[0]
    early = wave[: max(onset_index(rate_hz) - round(0.0025 * rate_hz), 1)]
    assert np.abs(early).max() < 0.03 * np.abs(wave).max()
    assert np.abs(wave[-2:]).max() < 0.05 * np.abs(wave).max()


def test_rates_agree_on_one_potential() -> None:
    coarse, fine = (unit_potential(UNIT, PAIR, TISSUE, rate_hz)[0] for rate_hz in (2000.0, 8000.0))
    shared = fine[::4][: coarse.size]
    assert np.abs(coarse[: shared.size] - shared).max() < 0.06 * np.abs(fine).max()


def test_sixty_fibres_stand_for_all_on_the_skin() -> None:
    time_s = np.arange(-40, 280) / 8000.0
    few, all_fibres = (
        skin_potential(lay_out_fibres(UNIT, TISSUE, most), PAIR, TISSUE, time_s)[0] for most in (60, None)
    )
    assert np.ptp(few) == pytest.approx(np.ptp(all_fibres), rel=0.2)
    assert np.corrcoef(few, all_fibres)[0, 1] > 0.97


def test_a_units_amplitude_falls_with_fat_and_depth() -> None:
    by_fat = [
        np.ptp(unit_potential(UNIT, PAIR, Tissue(fat_mm=fat, muscle_mm=26.0), 2048.0)) for fat in (1.0, 4.0, 10.0, 25.0)
    ]
    by_depth = [
        np.ptp(unit_potential(replace(UNIT, depth_mm=depth), PAIR, TISSUE, 2048.0)) for depth in (5.0, 10.0, 15.0, 20.0)
    ]
    assert np.all(np.diff(by_fat) < 0)
    assert np.all(np.diff(by_depth) < 0)
    assert by_fat[0] > 5 * by_fat[-1]


def test_the_velocity_that_a_grid_shows_is_that_of_the_unit() -> None:
    fast = replace(UNIT, velocity_m_per_s=4.4, end_plate_mm=-30.0, fibre_length_mm=130.0)
    line = electrode_grid(rows=5, columns=1, spacing_mm=5.0, along_mm=10.0, differential=True)
    waves = unit_potential(fast, line, TISSUE, 40_000.0)
    peaks_s = waves.argmax(axis=1) / 40_000.0
    assert 1e-3 * np.polyfit(peaks_s, line.position_mm[:, 0], 1)[0] == pytest.approx(4.4, rel=0.06)


def test_extents_differ_in_size_by_orders_of_magnitude() -> None:
    belly = whole_belly(POOL, np.random.default_rng(1))
    fibre = single_fibre(UNIT, np.random.default_rng(1))
    over = electrode_grid(rows=1, columns=1, along_mm=10.0)
    sizes = [float(np.ptp(unit_potential(one, over, TISSUE, 2048.0))) for one in (fibre, UNIT, belly)]
    assert sizes[0] < 1.0 < sizes[1] < 300.0
    assert 1_000.0 < sizes[2] < 20_000.0


def test_a_grid_sees_the_unit_best_above_it() -> None:
    grid = electrode_grid(rows=8, columns=8, spacing_mm=5.0, along_mm=12.0)
    waves = unit_potential(replace(UNIT, across_mm=7.5, depth_mm=5.0), grid, TISSUE, 2048.0)
    assert waves.shape[0] == 64
    best = grid.position_mm[np.ptp(waves, axis=1).argmax()]
    assert best[1] == pytest.approx(7.5, abs=5.1)


def test_tibialis_anterior_at_the_needle_measures_what_people_do() -> None:
    """People: 661.5 ± 92 µV, 9.35 ± 0.93 ms, 3.47 ± 0.36 phases, 851.5 ± 158.7 µV ms (mean and SD over people)."""
    figures = [
        figure
        for seed in range(3)
        for figure in examine(
            build_pool("tibialis_anterior", np.random.default_rng(seed)), 12, np.random.default_rng(100 + seed)
        )
    ]
    assert len(figures) >= 30
    error = 1.0 / np.sqrt(len(figures))
    for name, scale, mean, spread in (
        ("peak_to_peak_uv", 1.0, 661.5, 92.0),
        ("duration_s", 1e3, 9.35, 0.93),
        ("phases", 1.0, 3.47, 0.36),
    ):
        values = scale * np.array([getattr(figure, name) for figure in figures])
        assert abs(values.mean() - mean) < spread + 2.0 * error * values.std(), name


def test_the_figures_of_a_potential_are_right_by_hand() -> None:
    wave = np.zeros(200)
    wave[50:60], wave[60:80], wave[80:90] = 100.0, -300.0, 50.0
    figures = measure_potential(wave, 10_000.0)
    assert (figures.peak_to_peak_uv, figures.phases) == (400.0, 3)
    assert figures.duration_s == pytest.approx(4e-3)
    assert figures.area_uv_s == pytest.approx((1000 + 6000 + 500) / 10_000.0)
    assert figures.rise_s == pytest.approx(1e-3)
    assert measure_potential(np.zeros(5), 1000.0).phases == 0
    with pytest.raises(RequestError, match="three finite samples"):
        measure_potential([np.nan, 1.0, 2.0], 1000.0)


def test_places_outside_the_muscle_are_refused_with_help() -> None:
    with pytest.raises(RequestError, match=r"needle's core lies 40 mm .* inside the bone"):
        unit_potential(UNIT, needle_electrode(along_mm=0.0, across_mm=0.0, depth_mm=40.0), TISSUE, 10_000.0)
    with pytest.raises(RequestError, match=r"middle of a motor unit lies 40 mm .* inside the bone"):
        unit_potential(replace(UNIT, depth_mm=40.0), PAIR, TISSUE, 2048.0)
    with pytest.raises(RequestError, match="200 to 200,000 Hz"):
        unit_potential(UNIT, PAIR, TISSUE, 50.0)
    for wrong in ({"fibre_count": 0}, {"velocity_m_per_s": 0.0}, {"end_plate_mm": 60.0}, {"depth_mm": -1.0}):
        with pytest.raises(RequestError):
            replace(UNIT, **wrong)


def test_thin_muscles_and_thin_skin_work() -> None:
    shape = muscle_shape("orbicularis_oculi")
    unit = build_pool("orbicularis_oculi", np.random.default_rng(1)).units[200]
    wave = unit_potential(unit, bipolar_pair(along_mm=6.0, spacing_mm=8.0, radius_mm=2.0), shape.tissue(), 2048.0)
    assert np.all(np.isfinite(wave))
    assert np.ptp(wave) > 0.5
