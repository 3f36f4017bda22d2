"""Neuromyotonia: doublets and multiplets at irregular times, and fast trains that lose rate and size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.discharges import Discharges, episode, together
from myotwitch.simulation.activity.settings import STRICT, Activity, PerMinute, RateHz, UnitCount
from myotwitch.simulation.activity.statistics import draw, statistic, usual
from myotwitch.twitches import Kind

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Neuromyotonia(Activity):
    """Discharges of nerves that fire too readily.

    Parameters
    ----------
    units
        How many units fire.
    multiplet_rate_per_min, run_rate_per_min
        Multiplets, and fast trains, of each unit **[1/min]**; None: drawn for each.
    rate_within_hz
        Rate at the beginning of a multiplet or train **[Hz]**; None: drawn for each.
    """

    kind: ClassVar[Kind] = Kind.NEUROMYOTONIA

    units: UnitCount = 3
    multiplet_rate_per_min: PerMinute | None = None
    run_rate_per_min: PerMinute | None = None
    rate_within_hz: RateHz | None = None

    @property
    def generator_count(self) -> int:
        """How many units fire."""
        return self.units


def neuromyotonic_bursts(settings: Neuromyotonia, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield the multiplets and trains of all units, in order of time; `body` is not needed."""
    return together([_train(settings, unit, source) for unit, source in enumerate(rng.spawn(settings.units))])


def _train(settings: Neuromyotonia, unit: int, rng: np.random.Generator) -> Iterator[Discharges]:
    multiplets_hz = (settings.multiplet_rate_per_min or draw("neuromyotonia.multiplet_rate", rng)) / 60
    runs_hz = (settings.run_rate_per_min or draw("neuromyotonia.run_rate", rng)) / 60
    moment_s = 0.0
    while True:
        moment_s += usual("neuromyotonia.least_rest") + float(rng.exponential(1 / (multiplets_hz + runs_hz)))
        within_hz = settings.rate_within_hz or draw("neuromyotonia.rate_within", rng)
        is_run = rng.random() < runs_hz / (multiplets_hz + runs_hz)
        onsets, sizes = (_run if is_run else _multiplet)(within_hz, rng)
        yield episode(moment_s + onsets, unit, size=sizes, is_burst=True)
        moment_s += float(onsets[-1])


def _multiplet(rate_hz: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return onsets **[s]** and sizes of a multiplet whose intervals grow."""
    count = max(round(draw("neuromyotonia.multiplet_count", rng)), 2)
    growth = 1 + draw("neuromyotonia.lengthening", rng)
    intervals = np.minimum(growth ** np.arange(count - 1) / rate_hz, 1 / statistic("neuromyotonia.rate_within").low)
    sizes = 1.0 - usual("neuromyotonia.multiplet_fall") * np.arange(count, dtype=np.float64)
    return np.concatenate(([0.0], np.cumsum(intervals))), sizes


def _run(rate_hz: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return onsets **[s]** and sizes of a train that begins and ends abruptly and loses rate and size."""
    count = max(round(draw("neuromyotonia.run_s", rng) * rate_hz), 10)
    progress = np.linspace(0, 1, count)
    rates_hz = rate_hz * (1 - draw("neuromyotonia.run_slowing", rng) * progress)
    intervals = (1 + usual("neuromyotonia.run_variation") * rng.standard_normal(count - 1)) / rates_hz[:-1]
    sizes = 1 - draw("neuromyotonia.run_decrement", rng) * progress
    return np.concatenate(([0.0], np.cumsum(intervals))), sizes
