"""Makes the pictures of scenes, of a muscle and of what calcium does: ``python -m docs.simulation_pictures``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from myotwitch.report import draw_ion, save_picture
from myotwitch.simulation.muscle import (
    MotorUnit,
    bipolar_pair,
    build_pool,
    muscle_shape,
    needle_electrode,
    onset_index,
    train_force,
    unit_potential,
)
from myotwitch.simulation.render import render
from myotwitch.simulation.scene_file import read_scene, scene_from
from myotwitch.simulation.truth import TruthRow

ROOT = Path(__file__).resolve().parents[1]
INK, TRUE = "#1f2933", "#1d4ed8"
SHADES = ("#93c5fd", "#3b82f6", "#1e3a8a")
MUSCLE, SKIN_HZ, NEEDLE_HZ = "tibialis_anterior", 8_000.0, 40_000.0
SHOWN = (  # scene, from [s], for [s]
    ("eyelid_flicker", 1.0, 4.0),
    ("benign_fasciculation", 0.0, 40.0),
    ("als", 10.0, 10.0),
    ("neuromyotonia", 20.0, 1.5),
    ("low_calcium", 5.0, 2.0),
    ("denervated_muscle", 25.0, 1.0),
    ("night_cramp", 25.0, 40.0),
    ("falling_asleep", 60.0, 240.0),
    ("caffeine_like_drive", 0.0, 30.0),
    ("belly_wall_under_heartbeat", 5.0, 8.0),
)


def excerpt(name: str, start_s: float, lasting_s: float) -> tuple[np.ndarray, list[TruthRow], int, str]:
    """Return the first channel of a stretch of a scene, its true events, the sampling rate, and the scene's title."""
    scene = read_scene(ROOT / "examples" / "scenes" / f"{name}.toml")
    parts, rows = [], []
    for block in render(scene):
        parts.append(block.samples[0])
        rows += block.truth
        if block.start_s + block.seconds > start_s + lasting_s + 10:
            break
    rate_hz = scene.sampling_rate_hz
    samples = np.concatenate(parts)[round(start_s * rate_hz) : round((start_s + lasting_s) * rate_hz)]
    inside = [row for row in rows if start_s <= row.onset_s < start_s + lasting_s]
    return samples, inside, rate_hz, scene.title


def draw_gallery() -> Figure:
    """Return a stretch of ten scenes, each with the marks of its true events."""
    figure = Figure(figsize=(11.0, 15.0), layout="constrained")
    for place, (name, start_s, lasting_s) in enumerate(SHOWN):
        samples, rows, rate_hz, title = excerpt(name, start_s, lasting_s)
        axes = figure.add_subplot(len(SHOWN), 1, place + 1)
        axes.plot(start_s + np.arange(samples.size) / rate_hz, samples, color=INK, linewidth=0.5, rasterized=True)
        top = float(samples.max()) * 1.15
        kinds = ", ".join(sorted({row.kind.value.replace("_", " ") for row in rows}))
        axes.plot([row.onset_s for row in rows], np.full(len(rows), top), "v", color=TRUE, markersize=3)
        axes.set(xlim=(start_s, start_s + lasting_s), ylabel="µV")
        axes.set_title(f"{title}: {kinds}", loc="left", fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
    axes.set_xlabel("seconds")
    return figure


def draw_muscle() -> Figure:
    """Return what the model of a muscle gives: potentials on the skin and in a needle, twitches and force."""
    pool = build_pool(MUSCLE, np.random.default_rng(1))
    unit = replace(pool.units[100], depth_mm=8.0, across_mm=0.0)
    figure = Figure(figsize=(11.0, 6.6), layout="constrained")
    axes = figure.subplots(2, 3)
    _draw_skin(axes[0, 0], unit)
    _draw_needle(axes[0, 1], unit)
    _draw_fall(axes[0, 2], unit)
    _draw_twitches(axes[1, 0], [pool.units[number] for number in (0, 100, len(pool.units) - 1)])
    _draw_trains(axes[1, 1], unit)
    _draw_contraction(axes[1, 2])
    for one in axes.flat:
        one.spines[["top", "right"]].set_visible(False)
        one.tick_params(labelsize=8)
    return figure


def skin_potential(unit: MotorUnit, fat_mm: float) -> np.ndarray:
    """Return the potential of a unit at a pair on the skin **[µV]**."""
    pair = bipolar_pair(along_mm=17.0, spacing_mm=20.0, radius_mm=4.0)
    return unit_potential(unit, pair, muscle_shape(MUSCLE).tissue(fat_mm), SKIN_HZ)[0]


def _times_ms(samples: np.ndarray, rate_hz: float) -> np.ndarray:
    return 1e3 * (np.arange(samples.size) - onset_index(rate_hz)) / rate_hz


def _draw_skin(axes: Axes, unit: MotorUnit) -> None:
    for fat_mm, colour in zip((0.0, 4.0, 12.0), reversed(SHADES), strict=True):
        samples = skin_potential(unit, fat_mm)
        axes.plot(_times_ms(samples, SKIN_HZ), samples, color=colour, linewidth=1.2, label=f"{fat_mm:g} mm of fat")
    axes.set(xlim=(-2, 40), xlabel="ms after the discharge", ylabel="µV")
    axes.set_title("A unit 8 mm deep, pair on the skin", loc="left", fontsize=9)
    axes.legend(fontsize=8, frameon=False)


def _draw_needle(axes: Axes, unit: MotorUnit) -> None:
    for away_mm, colour in zip((0.0, 4.0, 8.0), reversed(SHADES), strict=True):
        needle = needle_electrode(along_mm=17.0, across_mm=away_mm, depth_mm=unit.depth_mm)
        samples = unit_potential(unit, needle, muscle_shape(MUSCLE).tissue(), NEEDLE_HZ)[0]
        label = f"{away_mm:g} mm from its middle"
        axes.plot(_times_ms(samples, NEEDLE_HZ), samples, color=colour, linewidth=0.9, label=label)
    axes.set(xlim=(-2, 20), xlabel="ms after the discharge", ylabel="µV")
    axes.set_title("The same unit in a concentric needle", loc="left", fontsize=9)
    axes.legend(fontsize=8, frameon=False)


def _draw_fall(axes: Axes, unit: MotorUnit) -> None:
    fats = np.array([0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 20.0, 25.0])
    for depth_mm, colour in zip((4.0, 8.0, 16.0), reversed(SHADES), strict=True):
        sizes = [np.ptp(skin_potential(replace(unit, depth_mm=depth_mm), float(fat_mm))) for fat_mm in fats]
        axes.semilogy(fats, sizes, "o-", color=colour, markersize=3, linewidth=1.2, label=f"{depth_mm:g} mm deep")
    axes.set(xlabel="fat between skin and muscle [mm]", ylabel="µV, peak to peak")
    axes.set_title("Its size on the skin", loc="left", fontsize=9)
    axes.legend(fontsize=8, frameon=False, title="in the muscle", title_fontsize=8)


def _draw_twitches(axes: Axes, units: list[MotorUnit]) -> None:
    times_s = np.linspace(0, 0.5, 1000)
    for unit, colour in zip(units, SHADES, strict=True):
        label = f"unit {unit.number + 1}, {unit.fibre_count} fibres"
        axes.semilogy(1e3 * times_s[1:], unit.twitch.force(times_s)[1:], color=colour, linewidth=1.2, label=label)
    axes.set(xlabel="ms after the discharge", ylabel="mN", ylim=(0.5, 2000))
    axes.set_title("Twitches of the first, a middle and the last unit", loc="left", fontsize=9)
    axes.legend(fontsize=8, frameon=False)


def _draw_trains(axes: Axes, unit: MotorUnit) -> None:
    for rate_hz, colour in zip((5.0, 12.0, 30.0), SHADES, strict=True):
        force = train_force(np.arange(0, 1.5, 1 / rate_hz), unit.twitch, 2.0, 1000.0)
        axes.plot(np.arange(force.size) / 1000, force, color=colour, linewidth=1.2, label=f"{rate_hz:g} a second")
    axes.set(xlabel="seconds", ylabel="mN", xlim=(-0.1, 2.9))
    axes.set_title("The middle unit, driven", loc="left", fontsize=9)
    axes.legend(fontsize=8, frameon=False)


def _draw_contraction(axes: Axes) -> None:
    """Draw a willed contraction: what the skin shows, and the force above it."""
    site = {"muscle": MUSCLE, "force_up_to_mn": 1e6}
    held = {"level": 0.2, "hold_s": 6.0, "start_s": 1.0}
    scene = scene_from(
        {"schema": "myotwitch.scene/1", "title": "held", "duration_s": 8, "site": [site], "voluntary": [held]}
    )
    blocks = list(render(scene))
    samples = np.concatenate([block.samples[0] for block in blocks])
    force_n = 1e-3 * np.concatenate([block.force_mn[0] for block in blocks])
    times_s = np.arange(samples.size) / scene.sampling_rate_hz
    axes.plot(times_s, samples, color=INK, linewidth=0.3, rasterized=True)
    axes.set(xlabel="seconds", ylabel="µV")
    axes.set_title("A willed contraction: the skin and the force", loc="left", fontsize=9)
    right = axes.twinx()
    right.plot(times_s, force_n, color=TRUE, linewidth=1.4)
    right.set_ylabel("N", color=TRUE)
    right.set_ylim(0, 1.2 * float(force_n.max()))
    right.tick_params(labelsize=8, colors=TRUE)
    right.spines[["top"]].set_visible(False)


if __name__ == "__main__":
    save_picture(draw_muscle(), ROOT / "docs" / "pictures" / "simulated_muscle.png")
    save_picture(draw_gallery(), ROOT / "docs" / "pictures" / "simulated_scenes.png")
    save_picture(draw_ion("calcium"), ROOT / "docs" / "pictures" / "ion_calcium.png")
