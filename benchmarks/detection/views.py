"""Views of real motor units: what electrode pairs and a needle see of them, at any sampling rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.materials import (
    GRID_RATE_HZ,
    SURFACE_RATE_HZ,
    Materials,
    Samples,
    Shape,
    onset_of,
)

LARGEST_PAIRS = 12
"""A pair of electrodes is placed at one of so many that see the unit best."""
MOST_ALIKE = 0.95
"""Units of one channel correlate less than this, wherever they are laid upon each other; their sizes differ too."""


def bipolar(shape: Shape, chance: np.random.Generator, pairs: int) -> Shape:
    """Return a shape as seen by electrode pairs along a column of the grid (8 mm), the first where it is large."""
    difference = np.diff(shape.samples, axis=0)
    first = chance.choice(np.argsort(np.abs(difference).max(axis=1))[-LARGEST_PAIRS:])
    return bipolar_at(shape, [int(first) + 2 * pair for pair in range(pairs)])


def bipolar_at(shape: Shape, pairs: list[int]) -> Shape:
    """Return a shape as seen by given electrode pairs of the grid; its largest deflection is 1."""
    difference = np.diff(shape.samples, axis=0)
    chosen = difference[[min(pair, difference.shape[0] - 1) for pair in pairs]]
    chosen = chosen * _around_peak(chosen)
    return as_seen(shape.name, chosen / np.abs(chosen).max())


def best_pairs(shape: Shape) -> list[int]:
    """Return the electrode pairs that see the unit best, the best last."""
    height = np.abs(np.diff(shape.samples, axis=0)).max(axis=1)
    return [int(pair) for pair in np.argsort(height)[-LARGEST_PAIRS:]]


def resampled(shape: Shape, from_hz: float, to_hz: float) -> Shape:
    """Return a shape at another sampling rate."""
    count = round(shape.samples.shape[1] * to_hz / from_hz)
    old, new = np.arange(shape.samples.shape[1]) / from_hz, np.arange(count) / to_hz
    return as_seen(shape.name, np.array([np.interp(new, old, row) for row in shape.samples]))


def stretched(shape: Shape, factor: float) -> Shape:
    """Return a shape that lasts longer by a factor around its onset, as where fibres conduct more slowly."""
    place = np.arange(shape.samples.shape[1])
    source = shape.onset + (place - shape.onset) / factor
    return replace(shape, samples=np.array([np.interp(source, place, row, 0.0, 0.0) for row in shape.samples]))


def padded(shape: Shape, share: float) -> Shape:
    """Return a shape with so much of its length of silence at both ends."""
    count = int(np.ceil(shape.samples.shape[1] * share))
    return replace(shape, samples=np.pad(shape.samples, ((0, 0), (count, count))), onset=shape.onset + count)


def scaled(shape: Shape, factors: Samples | float) -> Shape:
    """Return a shape in microvolts: `factors` **[uV]** for all channels or, as a column, for each."""
    return replace(shape, samples=shape.samples * factors)


def as_seen(name: str, samples: Samples) -> Shape:
    """Return a shape with its onset on the largest channel."""
    return Shape(name=name, samples=samples, onset=onset_of(samples[np.abs(samples).max(axis=1).argmax()]))


def likeness(first: Shape, second: Shape) -> float:
    """Return the largest correlation of two shapes on the same channels, however they are laid upon each other."""
    norm = np.sqrt(np.sum(first.samples**2) * np.sum(second.samples**2))
    both = sum(np.correlate(one, other, "full") for one, other in zip(first.samples, second.samples, strict=True))
    return float(both.max() / norm)


def unlike_views(materials: Materials, chance: np.random.Generator, count: int, pairs: int = 1) -> list[Shape]:
    """Return views of real units at the surface rate, no two of which look the same.

    A set has two or three units; beyond those, more views of one unit, up to a third longer or a quarter shorter,
    stand for other units. Each may be turned over, as potentials that run towards or away from a pair are.
    """
    units = chance.permutation(len(materials.grid_shapes))
    views: list[Shape] = []
    for _ in range(1000):
        shape = materials.grid_shapes[units[len(views) % units.size]]
        view = resampled(bipolar(shape, chance, pairs), GRID_RATE_HZ, SURFACE_RATE_HZ)
        if len(views) >= units.size:
            longer = stretched(padded(view, 0.35), chance.uniform(0.75, 1.33))
            view = as_seen(view.name, longer.samples / np.abs(longer.samples).max())
        view = scaled(view, float(chance.choice([-1, 1])))
        if all(likeness(view, other) < MOST_ALIKE for other in views):
            views.append(view)
        if len(views) == count:
            return views
    raise RuntimeError(f"No {count} views with a likeness below {MOST_ALIKE} were found; ask for fewer.")


def one_view(materials: Materials, chance: np.random.Generator, pairs: int = 1) -> Shape:
    """Return a random unit of the set as electrode pairs see it, at the surface rate."""
    shape = materials.grid_shapes[chance.integers(len(materials.grid_shapes))]
    return resampled(bipolar(shape, chance, pairs), GRID_RATE_HZ, SURFACE_RATE_HZ)


def needle_view(shape: Shape, chance: np.random.Generator) -> Shape:
    """Return a needle's shape as from another place: longer or shorter, with some of its slope added."""
    slope = np.gradient(shape.samples, axis=1)
    mixed = shape.samples + chance.uniform(-0.6, 0.6) * slope / np.abs(slope).max()
    changed = stretched(padded(replace(shape, samples=mixed), 0.5), chance.uniform(0.7, 1.5))
    return as_seen(shape.name, changed.samples / np.abs(changed.samples).max())


def _around_peak(samples: Samples) -> Samples:
    """A window of 24 ms around the largest deflection, 5 ms of them rising and falling."""
    peak = int(np.abs(samples).max(axis=0).argmax())
    distance_s = np.abs(np.arange(samples.shape[1]) - peak) / GRID_RATE_HZ
    return np.asarray(np.cos(np.pi / 2 * np.clip((distance_s - 0.007) / 0.005, 0, 1)) ** 2)
