"""How long a muscle fibre's potential takes, and what simulated muscles measure.

    python -m benchmarks.volume_conductor [--study]

Prints tables in Markdown. ``--study`` adds the simulated needle examination of tibialis anterior, which takes minutes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

from benchmarks.results import markdown_table, setting, told_setting
from myotwitch.simulation.muscle import (
    Tissue,
    bipolar_pair,
    build_pool,
    electrode_grid,
    muscle_shape,
    needle_electrode,
    unit_potential,
)
from myotwitch.simulation.muscle.conductor import surface_kernel
from myotwitch.simulation.muscle.needle_study import examine
from myotwitch.simulation.muscle.potential import fibre_edges, fibre_potential
from myotwitch.simulation.muscle.skin_study import compound_peak_uv, negative_peaks, units_under
from myotwitch.simulation.muscle.unit_potential import lay_out_fibres, skin_potential

PUBLISHED = {
    "peak to peak, µV": "661.5 ± 92",
    "duration, ms": "9.35 ± 0.93",
    "area, µV ms": "851.5 ± 158.7",
    "phases": "3.47 ± 0.36",
}


def best_ms(action: Callable[[], object], times: int = 20) -> float:
    """Return the shortest of several runs, in milliseconds; the first run, which may compile, does not count."""
    action()
    spans = []
    for _ in range(times):
        begin = time.perf_counter()
        action()
        spans.append(time.perf_counter() - begin)
    return 1e3 * min(spans)


def speed_table() -> str:
    pool = build_pool("tibialis_anterior", np.random.default_rng(1))
    tissue, unit = pool.shape.tissue(), pool.units[100]
    grid = electrode_grid()
    fibre = lay_out_fibres(unit, tissue)[0]
    time_s = np.arange(-40, 280) / 8000.0
    points, _, _ = grid.points()
    kernel = surface_kernel(tissue, grid.radius_mm)
    edges = fibre_edges(fibre)
    steps = kernel.at(fibre.depth_mm, fibre.across_mm, edges, points)
    surface_kernel.cache_clear()
    needle = needle_electrode(along_mm=20.0, across_mm=unit.across_mm, depth_mm=unit.depth_mm)
    rows = [
        ("table of the volume conductor, once a tissue", best_ms(lambda: surface_kernel.__wrapped__(tissue, 1.0), 3)),
        ("one fibre, 64 electrodes, 40 ms at 8 kHz", best_ms(lambda: skin_potential([fibre], grid, tissue, time_s))),
        ("– of this its kernel", best_ms(lambda: kernel.at(fibre.depth_mm, fibre.across_mm, edges, points))),
        ("– of this its sources", best_ms(lambda: fibre_potential(fibre, edges, steps, time_s))),
        ("one unit, 64 electrodes, 2048 Hz", best_ms(lambda: unit_potential(unit, grid, tissue, 2048.0), 5)),
        (
            f"one unit of {unit.fibre_count} fibres, one needle, 40 kHz",
            best_ms(lambda: unit_potential(unit, needle, tissue, 40_000.0), 3),
        ),
    ]
    return markdown_table(("what", "ms"), [(name, f"{span:.2f}") for name, span in rows])


def amplitude_table() -> str:
    """Return the amplitude of one unit on the skin by fat, depth and distance of the pair."""
    from dataclasses import replace

    pool = build_pool("tibialis_anterior", np.random.default_rng(1))
    unit = replace(pool.units[100], depth_mm=8.0, across_mm=0.0)
    muscle_mm = muscle_shape("tibialis_anterior").thickness.value

    def size(fat_mm: float = 4.0, depth_mm: float = 8.0, spacing_mm: float = 20.0, turned_deg: float = 0.0) -> str:
        pair = bipolar_pair(along_mm=17.0, spacing_mm=spacing_mm, turned_deg=turned_deg, radius_mm=2.0)
        tissue = Tissue(fat_mm=fat_mm, muscle_mm=muscle_mm)
        return f"{np.ptp(unit_potential(replace(unit, depth_mm=depth_mm), pair, tissue, 4096.0)):.1f}"

    rows = [
        ("fat 0, 2, 5, 10, 20 mm", ", ".join(size(fat_mm=value) for value in (0, 2, 5, 10, 20))),
        ("depth 4, 8, 12, 16, 20 mm", ", ".join(size(depth_mm=value) for value in (4, 8, 12, 16, 20))),
        ("pair 5, 10, 20, 30 mm apart", ", ".join(size(spacing_mm=value) for value in (5, 10, 20, 30))),
        ("pair turned 0, 45, 90 degrees", ", ".join(size(turned_deg=value) for value in (0, 45, 90))),
    ]
    return markdown_table(("one unit of tibialis anterior, bipolar", "peak to peak, µV"), rows)


def skin_table(seeds: int = 6) -> str:
    """Return amplitudes on the skin beside those of people; none of them was fitted."""
    tibialis = [build_pool("tibialis_anterior", np.random.default_rng(seed)) for seed in range(seeds)]
    abductor = build_pool("abductor_pollicis_brevis", np.random.default_rng(1))

    def units(share: float) -> str:
        means = [np.mean(negative_peaks(pool, units_under(pool, share))) for pool in tibialis]
        return f"{np.mean(means):.0f} ± {np.std(means):.0f} µV"

    rows = [
        ("units of tibialis anterior, first 30 % of the pool", "26 µV at threshold", units(0.3)),
        ("units of tibialis anterior, first 85 %", "69 µV at 40 % of the force", units(0.85)),
        ("all of tibialis anterior at once", "about 6 mV", f"{1e-3 * compound_peak_uv(tibialis[0]):.1f} mV"),
        ("all of abductor pollicis brevis at once", "9.5 ± 3.9 mV", f"{1e-3 * compound_peak_uv(abductor):.1f} mV"),
    ]
    return markdown_table(("on the skin, to the negative peak", "people", f"{seeds} simulated, mean ± SD"), rows)


def study_table(pools: int = 5, potentials: int = 20) -> str:
    figures = [
        figure
        for seed in range(pools)
        for figure in examine(
            build_pool("tibialis_anterior", np.random.default_rng(seed)), potentials, np.random.default_rng(100 + seed)
        )
    ]
    values = np.array([(one.peak_to_peak_uv, 1e3 * one.duration_s, 1e3 * one.area_uv_s, one.phases) for one in figures])
    rows = [
        (name, published, f"{column.mean():.2f} ± {column.std() / np.sqrt(column.size):.2f}")
        for (name, published), column in zip(PUBLISHED.items(), values.T, strict=True)
    ]
    return markdown_table(
        ("needle, tibialis anterior", "people, mean ± SD", f"{len(figures)} simulated, mean ± SE"), rows
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", action="store_true", help="add the simulated needle examination")
    print(speed_table(), amplitude_table(), skin_table(), sep="\n\n")
    if parser.parse_args().study:
        print("\n" + study_table())
    print("\n" + told_setting(setting()))


if __name__ == "__main__":
    main()
