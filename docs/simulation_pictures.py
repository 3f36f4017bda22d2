"""Makes the pictures of the gallery of scenes and of what calcium does: ``python -m docs.simulation_pictures``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from myotwitch.report import draw_ion, save_picture
from myotwitch.simulation.render import render
from myotwitch.simulation.scene_file import read_scene
from myotwitch.simulation.truth import TruthRow

ROOT = Path(__file__).resolve().parents[1]
INK, TRUE = "#1f2933", "#1d4ed8"
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


if __name__ == "__main__":
    save_picture(draw_gallery(), ROOT / "docs" / "pictures" / "simulated_scenes.png")
    save_picture(draw_ion("calcium"), ROOT / "docs" / "pictures" / "ion_calcium.png")
