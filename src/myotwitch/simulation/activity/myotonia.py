"""Myotonia: runs of single muscle fibres that wax and wane in rate and size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.discharges import Discharges, episode, together
from myotwitch.simulation.activity.settings import STRICT, Activity, FibreCount
from myotwitch.simulation.activity.statistics import draw, statistic, usual
from myotwitch.twitches import Kind

STEP_S = 0.001
"""Step in which the rate of a run is followed."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Myotonia(Activity):
    """Myotonic runs of some fibres near a needle.

    Parameters
    ----------
    fibres
        How many fibres fire, each in runs of its own.
    """

    kind: ClassVar[Kind] = Kind.MYOTONIA
    is_of_fibres: ClassVar[bool] = True

    fibres: FibreCount = 2

    @property
    def generator_count(self) -> int:
        """How many fibres fire."""
        return self.fibres


def myotonic_runs(settings: Myotonia, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield the runs of all fibres, in order of time; `body` is not needed."""
    return together([_train(fibre, source) for fibre, source in enumerate(rng.spawn(settings.fibres))])


def _train(fibre: int, rng: np.random.Generator) -> Iterator[Discharges]:
    moment_s = float(rng.uniform(0, 2))
    while True:
        onsets, sizes = _run(rng)
        yield episode(moment_s + onsets, fibre, size=sizes, is_burst=True)
        moment_s += float(onsets[-1]) + draw("myotonia.pause_s", rng)


def _run(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return onsets **[s]** and sizes of one run.

    Method: a swell between 0 and 1 rises and falls one to three times and ends low; rate and size follow it, the rate
    from its low to its high end. Discharges fall where the integral of the rate passes a whole number.
    """
    lasting_s = draw("myotonia.run_s", rng)
    low_hz, high_hz = draw("myotonia.low_rate", rng), draw("myotonia.high_rate", rng)
    time_s = np.arange(0, lasting_s, STEP_S)
    often = statistic("myotonia.swells")
    swells = int(rng.integers(round(often.low), round(often.high) + 1))
    phase = time_s / lasting_s
    swell = np.sin(np.pi * swells * phase) ** 2 * (1 - usual("myotonia.decline") * phase)
    rate_hz = low_hz + (high_hz - low_hz) * swell
    passed = np.cumsum(rate_hz) * STEP_S
    count = int(passed[-1])
    onsets = np.interp(np.arange(count) + 0.5, passed, time_s)
    onsets += usual("myotonia.jitter") * rng.standard_normal(count)
    depth = draw("myotonia.size_range", rng)
    sizes = 1 - depth * (1 - np.interp(onsets, time_s, swell))
    return np.sort(onsets - onsets.min()), sizes
