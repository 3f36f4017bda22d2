"""Scenes in which units have to be told apart: pairs, several units in one channel, slow change of shape, the grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.detection.backgrounds import DURATION_S, noise_sd, same_spectrum, surface_background
from benchmarks.detection.materials import (
    GRID_RATE_HZ,
    NEEDLE_RATE_HZ,
    SURFACE_RATE_HZ,
    Materials,
    Samples,
    Shape,
)
from benchmarks.detection.scene import Scene
from benchmarks.detection.twitching import MEAN_INTERVAL_S, Train, add_twitches, irregular_train, with_trains
from benchmarks.detection.views import (
    MOST_ALIKE,
    best_pairs,
    bipolar_at,
    likeness,
    needle_view,
    padded,
    resampled,
    scaled,
    stretched,
    unlike_views,
)
from myotwitch.recordings import ChannelKind

SNRS = (5.0, 20.0)
"""Range of peaks of units that share a channel, in noise SDs."""


def grid_scene(materials: Materials, chance: np.random.Generator) -> Scene:
    """Return a minute of a 64-channel grid with several units of different size whose twitches may overlap."""
    background = same_spectrum(materials.grid_rest, GRID_RATE_HZ, chance)
    sd = float(np.median(noise_sd(background, GRID_RATE_HZ)))
    shapes = [scaled(shape, sd * chance.choice([3.0, 5.0, 8.0, 15.0])) for shape in materials.grid_shapes]
    return add_twitches(background, GRID_RATE_HZ, shapes, ChannelKind.SURFACE_EMG, chance)


def pairs_scene(materials: Materials, chance: np.random.Generator, units: int) -> Scene:
    """Return a minute of two bipolar channels that see each unit at different size, each unit in its own ratio."""
    background = surface_background(materials, chance, channels=2)
    sd = noise_sd(background, SURFACE_RATE_HZ)[:, np.newaxis]
    trains = []
    for unit, view in enumerate(unlike_views(materials, chance, units, pairs=2)):
        sizes = np.array([1.0, chance.uniform(0.2, 0.8)])[:: 1 if (unit + chance.integers(2)) % 2 else -1]
        equal = view.samples / np.abs(view.samples).max(axis=1, keepdims=True)
        shape = Shape(name=view.name, samples=equal * sizes[:, np.newaxis] * chance.uniform(*SNRS) * sd, onset=0)
        largest = int(np.argmax(sizes))
        onset = int(np.flatnonzero(np.abs(equal[largest]) >= 1 / 3)[0])
        trains.append(irregular_train(_with_onset(shape, onset), chance, MEAN_INTERVAL_S * units))
    return with_trains(background, SURFACE_RATE_HZ, ChannelKind.SURFACE_EMG, trains)


def several_units_scene(materials: Materials, chance: np.random.Generator) -> Scene:
    """Return a minute of one bipolar channel with two to four units of different shape and size."""
    background = surface_background(materials, chance)
    sd = float(noise_sd(background, SURFACE_RATE_HZ)[0])
    views = unlike_views(materials, chance, int(chance.integers(2, 5)))
    shapes = [scaled(view, sd * size) for view, size in zip(views, _sizes(len(views), chance), strict=True)]
    trains = [irregular_train(shape, chance, MEAN_INTERVAL_S * len(shapes)) for shape in shapes]
    return with_trains(background, SURFACE_RATE_HZ, ChannelKind.SURFACE_EMG, trains)


def several_needle_units_scene(materials: Materials, chance: np.random.Generator) -> Scene:
    """Return a minute of needle EMG with two to four units: one real shape as seen from different places."""
    background = same_spectrum(materials.needle_quiet, NEEDLE_RATE_HZ, chance)
    sd = float(noise_sd(background, NEEDLE_RATE_HZ)[0])
    views: list[Shape] = []
    count = int(chance.integers(2, 5))
    while len(views) < count:
        view = needle_view(materials.needle_shapes[0], chance)
        if all(likeness(view, other) < MOST_ALIKE + 0.05 for other in views):
            views.append(view)
    shapes = [scaled(view, sd * size) for view, size in zip(views, _sizes(count, chance), strict=True)]
    trains = [irregular_train(shape, chance, MEAN_INTERVAL_S * count) for shape in shapes]
    return with_trains(background, NEEDLE_RATE_HZ, ChannelKind.NEEDLE_EMG, trains)


def changing_scene(materials: Materials, chance: np.random.Generator) -> Scene:
    """Return a minute in which the shapes of two units change slowly, as where skin slides under an electrode pair.

    Each goes from what one pair of the grid sees to what the next sees, by up to a sixth slower and a third smaller.
    """
    background = surface_background(materials, chance)
    sd = float(noise_sd(background, SURFACE_RATE_HZ)[0])
    units = chance.permutation(len(materials.grid_shapes))[:2]
    trains = []
    for unit in units:
        begin, end = _next_views(materials.grid_shapes[unit], chance)
        size = sd * chance.uniform(*SNRS)
        changed = _between(scaled(begin, size), scaled(end, size * chance.uniform(0.67, 1.0)), chance.uniform(1, 1.17))
        middle = Shape(name=begin.name, samples=changed(DURATION_S / 2), onset=begin.onset)
        plain = irregular_train(middle, chance, MEAN_INTERVAL_S * 2)
        trains.append(Train(shape=middle, start_s=plain.start_s, size=plain.size, changed=changed))
    return with_trains(background, SURFACE_RATE_HZ, ChannelKind.SURFACE_EMG, trains)


def _next_views(shape: Shape, chance: np.random.Generator) -> tuple[Shape, Shape]:
    """Two neighbouring views, the second moved so that its onset is that of the first."""
    pair = int(chance.choice(best_pairs(shape)))
    views = [padded(resampled(bipolar_at(shape, [at]), GRID_RATE_HZ, SURFACE_RATE_HZ), 0.2) for at in (pair, pair + 1)]
    begin, end = views
    moved = np.roll(end.samples, begin.onset - end.onset, axis=1)
    if np.sum(moved * begin.samples) < 0:
        moved = -moved
    return begin, Shape(name=end.name, samples=moved, onset=begin.onset)


def _between(begin: Shape, end: Shape, slower: float) -> Callable[[float], Samples]:
    def at(time_s: float) -> Samples:
        share = np.clip(time_s / DURATION_S, 0.0, 1.0)
        mixed = Shape(name="", samples=(1 - share) * begin.samples + share * end.samples, onset=begin.onset)
        return stretched(mixed, 1 + share * (slower - 1)).samples

    return at


def _sizes(count: int, chance: np.random.Generator) -> list[float]:
    """Sizes from small to large in even ratios within the range, a little moved, in random order."""
    ratio = np.linspace(0, 1, count) + chance.uniform(-0.1, 0.1, count)
    sizes = SNRS[0] * (SNRS[1] / SNRS[0]) ** np.clip(ratio, 0, 1)
    return [float(size) for size in chance.permutation(sizes)]


def _with_onset(shape: Shape, onset: int) -> Shape:
    return Shape(name=shape.name, samples=shape.samples, onset=onset)
