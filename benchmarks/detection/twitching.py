"""Discharges put into backgrounds: when they come, and what each looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.backgrounds import DURATION_S
from benchmarks.detection.materials import Samples, Shape
from benchmarks.detection.scene import Scene
from myotwitch.recordings import ChannelKind
from myotwitch.twitches import Kind

MEAN_INTERVAL_S = 1.2
SHORTEST_INTERVAL_S = 0.05
DOUBLET_SHARE = 0.08
DOUBLET_S = (0.010, 0.025)
SIZE_SPREAD = 0.05
"""Relative SD of a unit's amplitude from discharge to discharge."""


VARIANTS = 7
"""So many potentials of a changing unit are told to the ceiling."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Train:
    """All discharges of one unit.

    Parameters
    ----------
    shape
        Its potential **[uV]**.
    start_s
        Times at which the first sample of the potential lies **[s]**.
    kind
        What the discharges are.
    size
        Amplitude of each as a factor of the shape.
    burst
        Number of the burst of each; -1 where to none. None: all to none.
    changed
        Gives the potential at a time **[s]** where it changes over the recording.
    """

    shape: Shape
    start_s: NDArray[np.float64]
    size: NDArray[np.float64]
    kind: Kind = Kind.FASCICULATION
    burst: NDArray[np.int64] | None = None
    changed: Callable[[float], Samples] | None = None


def twitch_times(
    chance: np.random.Generator, mean_interval_s: float = MEAN_INTERVAL_S, duration_s: float = DURATION_S
) -> NDArray[np.float64]:
    """Return irregular times: exponential intervals over a dead time, now and then a doublet."""
    times, now = [], 0.5
    while True:
        now += SHORTEST_INTERVAL_S + chance.exponential(mean_interval_s)
        if now > duration_s - 0.5:
            return np.array(times)
        times.append(now)
        if chance.random() < DOUBLET_SHARE:
            times.append(now + chance.uniform(*DOUBLET_S))


def add_twitches(
    background: Samples, rate_hz: float, shapes: Sequence[Shape], channel_kind: ChannelKind, chance: np.random.Generator
) -> Scene:
    """Return a scene in which every unit twitches irregularly at whole samples, with sizes that vary by a twentieth."""
    trains = []
    for shape in shapes:
        times = twitch_times(chance, MEAN_INTERVAL_S * len(shapes))
        size = np.array([chance.normal(1.0, SIZE_SPREAD) for _ in times])
        trains.append(Train(shape=shape, start_s=np.round(times * rate_hz) / rate_hz, size=size))
    return with_trains(background, rate_hz, channel_kind, trains)


def irregular_train(
    shape: Shape, chance: np.random.Generator, mean_interval_s: float = MEAN_INTERVAL_S, duration_s: float = DURATION_S
) -> Train:
    """Return a unit's twitches at any time, between samples as well."""
    times = twitch_times(chance, mean_interval_s, duration_s)
    return Train(shape=shape, start_s=times, size=chance.normal(1.0, SIZE_SPREAD, times.size))


def with_trains(background: Samples, rate_hz: float, channel_kind: ChannelKind, trains: Sequence[Train]) -> Scene:
    """Return a scene of a background and the discharges of some units; onsets are those of each one's own potential."""
    samples = background.copy()
    rows: list[tuple[float, int, int, Kind]] = []
    for unit, train in enumerate(trains):
        burst = np.full(train.start_s.size, -1) if train.burst is None else train.burst
        for start_s, size, number in zip(train.start_s, train.size, burst, strict=True):
            potential = train.shape.samples if train.changed is None else train.changed(float(start_s))
            put(samples, potential * size, float(start_s) * rate_hz)
            rows.append((float(start_s) + train.shape.onset / rate_hz, unit, int(number), train.kind))
    rows.sort(key=lambda row: row[:2])
    return Scene(
        samples=samples,
        rate_hz=rate_hz,
        channel_kind=channel_kind,
        onset_s=np.array([row[0] for row in rows]),
        unit=np.array([row[1] for row in rows], dtype=np.int64),
        burst=np.array([row[2] for row in rows], dtype=np.int64),
        kinds=tuple(row[3] for row in rows),
        shapes=tuple(train.shape for train in trains),
        plain=samples,
        background=background,
        variants=tuple(_variants(trains, background.shape[1] / rate_hz)),
    )


def _variants(trains: Sequence[Train], duration_s: float) -> Iterator[tuple[int, Shape]]:
    """The potentials of changing units at even times."""
    for unit, train in enumerate(trains):
        if train.changed is not None:
            for time_s in np.linspace(0, duration_s, VARIANTS):
                yield unit, Shape(name=train.shape.name, samples=train.changed(float(time_s)), onset=train.shape.onset)


def put(samples: Samples, potential: Samples, start: float) -> None:
    """Add a potential to the samples in place, at a place between samples too; what lies outside is cut off."""
    first = int(np.floor(start + 1e-6))
    fraction = start - first
    if fraction > 1e-6:
        potential = later(potential, fraction)
    low, high = max(0, -first), min(potential.shape[1], samples.shape[1] - first)
    if high > low:
        samples[:, first + low : first + high] += potential[:, low:high]


def later(potential: Samples, fraction: float) -> Samples:
    """Return a potential a part of a sample later, one sample longer, without a change of its spectrum."""
    length = potential.shape[1] + 1
    padded = np.pad(potential, ((0, 0), (8, 9)))
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(padded.shape[1]) * fraction)
    moved = np.fft.irfft(np.fft.rfft(padded, axis=1) * turn, padded.shape[1], axis=1)
    return np.asarray(moved[:, 8 : 8 + length])
