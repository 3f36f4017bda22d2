"""Sources and layers keep the laws of physics: nothing is created, everything adds up, layers of one kind are one."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from myotwitch.errors import RequestError
from myotwitch.simulation.muscle import Conductivity, Tissue, bipolar_pair, electrode_grid, needle_electrode
from myotwitch.simulation.muscle.conductor import (
    STEP_MM,
    surface_kernel,
    surface_potential_map,
    surface_transfer,
)
from myotwitch.simulation.muscle.measures import measure_potential
from myotwitch.simulation.muscle.needle_field import concentric_needle, needle_kernel
from myotwitch.simulation.muscle.potential import (
    Fibre,
    action_potential_slope,
    fibre_edges,
    fibre_potential,
    fibre_sources,
    potential_of_sources,
)
from myotwitch.simulation.muscle.unit_potential import needle_potential, skin_potential

FIBRE = Fibre(
    depth_mm=4.0,
    across_mm=0.0,
    end_plate_mm=0.0,
    first_end_mm=-50.0,
    last_end_mm=50.0,
    diameter_um=55.0,
    velocity_m_per_s=4.0,
)
TISSUE = Tissue(fat_mm=3.0, muscle_mm=25.0)
TIME_S = np.arange(-20, 240) / 8000.0


def on_skin(fibre: Fibre, tissue: Tissue = TISSUE, **electrodes: float) -> NDArray[np.float64]:
    return skin_potential([fibre], bipolar_pair(**({"along_mm": 20.0} | electrodes)), tissue, TIME_S)[0]  # type: ignore[arg-type]


def test_the_sources_of_a_fibre_sum_to_nought_at_every_moment() -> None:
    sources = fibre_sources(FIBRE, fibre_edges(FIBRE), TIME_S)
    assert np.abs(sources).max() > 1e-4
    assert np.abs(sources.sum(axis=1)).max() < 1e-12 * np.abs(sources).sum(axis=1).max()


def test_no_current_flows_before_the_onset_or_after_the_end() -> None:
    sources = fibre_sources(FIBRE, fibre_edges(FIBRE), np.array([-0.001, 0.0, FIBRE.over_s]))
    assert np.abs(sources[:2]).max() < 1e-15
    assert np.abs(sources[2]).max() < 0.03 * np.abs(fibre_sources(FIBRE, fibre_edges(FIBRE), TIME_S)).max()


def test_the_action_potential_is_smooth_and_comes_back_to_rest() -> None:
    behind = np.linspace(0.0, 400.0, 400_001)
    slope = action_potential_slope(behind)
    assert abs(slope[0]) < 1e-12
    potential = np.cumsum(slope) * behind[1]
    assert abs(potential[-1]) < 0.05
    assert 110.0 < potential.max() < 150.0


def test_the_fast_sum_equals_the_obvious_one() -> None:
    edges = fibre_edges(FIBRE)
    kernel = np.random.default_rng(1).standard_normal((edges.size, 5)).cumsum(axis=0)
    slow, fast = (way(FIBRE, edges, kernel, TIME_S) for way in (potential_of_sources, fibre_potential))
    assert np.abs(fast - slow).max() < 1e-9 * np.abs(slow).max()


def test_finer_cells_change_little() -> None:
    points = np.array([[15.0, 0.0], [25.0, 5.0]])
    kernel = surface_kernel(TISSUE, 0.0)
    coarse, fine = (
        fibre_potential(FIBRE, edges, kernel.at(4.0, 0.0, edges, points), TIME_S)
        for edges in (fibre_edges(FIBRE), fibre_edges(FIBRE, 0.05))
    )
    assert np.abs(coarse - fine).max() < 0.02 * np.abs(fine).max()


def test_layers_of_one_substance_are_one_layer() -> None:
    same = Conductivity(along=0.2, across=0.2, fat=0.2, skin=0.2)
    across, along = np.meshgrid(np.linspace(0.01, 2.0, 20), np.linspace(0.01, 2.0, 20))
    thick = Tissue(fat_mm=5.0, muscle_mm=20.0, skin_mm=2.0, conductivity=same)
    thin = Tissue(fat_mm=0.0, muscle_mm=26.0, skin_mm=1.0, conductivity=same)
    first, second = surface_transfer(thick, 3.0, across, along, 0.0), surface_transfer(thin, 9.0, across, along, 0.0)
    assert first == pytest.approx(second, rel=1e-9)


def test_one_thick_substance_gives_twice_the_endless_potential_on_its_surface() -> None:
    same = Conductivity(along=0.2, across=0.2, fat=0.2, skin=0.2)
    tissue = Tissue(fat_mm=1.0, muscle_mm=200.0, skin_mm=1.0, conductivity=same)
    found = surface_potential_map(tissue, 3.0, 0.0)[:40, :40]
    place = STEP_MM * np.arange(40)
    true = 1.0 / (2.0 * math.pi * 0.2 * np.sqrt(place[:, None] ** 2 + place[None, :] ** 2 + 25.0))
    assert np.abs((found - found[0, 0]) - (true - true[0, 0])).max() < 0.01 * true.max()


def test_the_field_of_an_anisotropic_muscle_is_an_isotropic_one_stretched() -> None:
    tissue = Tissue(fat_mm=2.0, muscle_mm=30.0, conductivity=Conductivity(along=0.36, across=0.09))
    points, edges = np.array([[0.0, 0.0]]), np.linspace(-30.0, 30.0, 121)
    needle = concentric_needle(0.0, 0.0, 10.0)
    near = needle_kernel(tissue.conductivity, needle, (10.0, 2.0), 0.05, edges)[:, 0]
    assert near[60] == near.max()
    assert near == pytest.approx(near[::-1])
    shallow = surface_kernel(tissue, 0.0).at(3.0, 0.0, edges, points)[:, 0]
    assert shallow == pytest.approx(shallow[::-1])


@pytest.mark.parametrize("depth_mm", [0.7, 3.1, 9.9, 24.0])
def test_the_table_agrees_with_the_exact_map(depth_mm: float) -> None:
    exact = surface_potential_map(TISSUE, depth_mm, 1.0)
    columns = np.arange(0, 60)
    points = np.stack([STEP_MM * columns, np.full(60, 7 * STEP_MM)], axis=1)
    found = surface_kernel(TISSUE, 1.0).at(depth_mm, 0.0, np.array([0.0]), points)[0]
    steps = np.diff(exact[7, :60])
    assert np.abs(np.diff(found) - steps).max() < 0.005 * np.abs(steps).max()


def test_two_fibres_give_the_sum_of_each_and_weight_multiplies() -> None:
    other = replace(FIBRE, depth_mm=7.0, across_mm=3.0, delay_s=0.001, end_plate_mm=4.0)
    pair = bipolar_pair(along_mm=20.0)
    both = skin_potential([FIBRE, other], pair, TISSUE, TIME_S)[0]
    assert both == pytest.approx(on_skin(FIBRE) + on_skin(other))
    assert on_skin(replace(FIBRE, weight=3.0)) == pytest.approx(3.0 * on_skin(FIBRE))


def test_a_later_end_plate_gives_the_same_later() -> None:
    late = on_skin(replace(FIBRE, delay_s=20 / 8000.0))
    assert late[20:] == pytest.approx(on_skin(FIBRE)[:-20], abs=1e-9)


def test_a_fibre_mirrored_at_its_end_plate_looks_the_same_from_the_other_side() -> None:
    there, back = (on_skin(FIBRE, along_mm=place) for place in (20.0, -20.0))
    assert there == pytest.approx(-back, abs=1e-9)
    left, right = (on_skin(FIBRE, across_mm=place) for place in (-6.0, 6.0))
    assert left == pytest.approx(right)


def test_a_pair_over_the_end_plate_sees_almost_nothing() -> None:
    assert np.ptp(on_skin(FIBRE, along_mm=0.0)) < 1e-6 * np.ptp(on_skin(FIBRE))


def test_moving_fibre_and_electrode_together_changes_nothing() -> None:
    moved = replace(FIBRE, end_plate_mm=9.0, first_end_mm=-41.0, last_end_mm=59.0, across_mm=4.0)
    assert on_skin(moved, along_mm=29.0, across_mm=4.0) == pytest.approx(on_skin(FIBRE), abs=1e-9)


def test_amplitude_falls_with_fat_depth_and_distance_across() -> None:
    by_fat = [np.ptp(on_skin(FIBRE, Tissue(fat_mm=fat, muscle_mm=25.0))) for fat in (0.0, 2.0, 5.0, 10.0, 20.0)]
    by_depth = [np.ptp(on_skin(replace(FIBRE, depth_mm=depth))) for depth in (1.0, 4.0, 8.0, 15.0, 22.0)]
    by_place = [np.ptp(on_skin(FIBRE, across_mm=place)) for place in (0.0, 5.0, 10.0, 20.0)]
    for amplitudes in (by_fat, by_depth, by_place):
        assert np.all(np.diff(amplitudes) < 0)


def test_pairs_close_together_turned_across_or_of_large_discs_see_less() -> None:
    wide, close = (np.ptp(on_skin(FIBRE, spacing_mm=gap, radius_mm=1.0)) for gap in (20.0, 5.0))
    across = np.ptp(on_skin(FIBRE, spacing_mm=5.0, radius_mm=1.0, turned_deg=90.0, across_mm=3.0))
    assert across < close < wide
    points, discs = (np.ptp(on_skin(replace(FIBRE, depth_mm=1.0), radius_mm=size)) for size in (0.0, 8.0))
    assert discs < points


def test_the_velocity_along_a_grid_is_the_fibres() -> None:
    time_s = np.arange(0, 1600) / 64_000.0
    for velocity in (3.0, 4.0, 5.0):
        line = electrode_grid(rows=6, columns=1, spacing_mm=5.0, along_mm=22.0, differential=True)
        waves = skin_potential([replace(FIBRE, velocity_m_per_s=velocity)], line, TISSUE, time_s)
        peaks_s = time_s[waves.argmax(axis=1)]
        assert 1e-3 * np.polyfit(peaks_s, line.position_mm[:, 0], 1)[0] == pytest.approx(velocity, rel=0.04)


def test_a_fibre_nearby_gives_a_needle_a_spike_of_one_to_five_milliseconds() -> None:
    time_s = np.arange(-100, 1200) / 40_000.0
    sizes = []
    for apart_mm in (0.2, 0.4, 0.8, 1.6):
        near = replace(FIBRE, depth_mm=12.0, across_mm=apart_mm)
        wave = needle_potential([near], concentric_needle(20.0, 0.0, 12.0), (0.0, 12.0), TISSUE, time_s)
        size_uv = float(np.ptp(wave))
        figures = measure_potential(wave, 40_000.0, baseline_uv=0.05 * size_uv, phase_uv=0.1 * size_uv)
        sizes.append(figures.peak_to_peak_uv)
        if apart_mm < 1.0:
            assert 1e-3 <= figures.duration_s <= 5e-3
            assert 2 <= figures.phases <= 3
    assert np.all(np.diff(sizes) < 0)
    assert sizes[0] > 100.0 > sizes[2]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Tissue(fat_mm=-1.0, muscle_mm=20.0), "fat is -1.0 mm"),
        (lambda: Tissue(fat_mm=1.0, muscle_mm=0.0), "muscle is 0.0 mm"),
        (lambda: Conductivity(fat=0.0), "must be above 0 S/m"),
        (lambda: Conductivity(along=0.1, across=0.4), "Exchange the two"),
        (lambda: electrode_grid(rows=0, columns=8), "at least one channel"),
        (lambda: replace(electrode_grid(), position_mm=np.empty((0, 2))), "1 to 4096 channels"),
        (lambda: replace(electrode_grid(), position_mm=np.full((1, 2), np.nan)), "not a finite number"),
        (lambda: bipolar_pair(along_mm=0.0, spacing_mm=5.0, radius_mm=4.0), "must not overlap"),
        (lambda: replace(electrode_grid(), depth_mm=3.0), "needles alone"),
        (lambda: replace(needle_electrode(along_mm=0, across_mm=0, depth_mm=5), depth_mm=None), "needles alone"),
        (lambda: replace(FIBRE, end_plate_mm=70.0), "between the ends"),
        (lambda: replace(FIBRE, velocity_m_per_s=0.0), "must be above 0"),
        (lambda: TISSUE.check_depth(30.0, "A needle"), "inside the bone"),
        (lambda: TISSUE.check_depth(-1.0, "A needle"), "give a depth of 0 to 25 mm"),
    ],
)
def test_what_cannot_be_is_refused_with_help(make: object, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        make()  # type: ignore[operator]
