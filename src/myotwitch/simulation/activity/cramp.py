"""Cramps: units of one part of a muscle fire fast and unevenly for many seconds, joining in one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.discharges import Discharges, episode
from myotwitch.simulation.activity.settings import STRICT, Activity, Span, UnitCount
from myotwitch.simulation.activity.statistics import draw
from myotwitch.twitches import Kind

LEAST_RATE_HZ = 6.0
LEAST_INTERVAL_S = 0.02
DOUBLET_S = 0.012
SCATTER_SHARE = 0.7
"""Of the published variation of intervals, the part that is left when the rise and fall of the rate is taken off."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Cramp(Activity):
    """Cramps of one part of a muscle.

    Parameters
    ----------
    units
        How many units cramp.
    every_s
        Mean time from the end of one cramp to the next **[s]**.
    """

    kind: ClassVar[Kind] = Kind.CRAMP

    units: UnitCount = 25
    every_s: Span = 120.0

    @property
    def generator_count(self) -> int:
        """How many units cramp."""
        return self.units


def cramps(settings: Cramp, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield one episode a cramp, all its discharges in one burst; `body` is not needed.

    Method: each unit joins in within some seconds and lasts as units do, but no longer than about a minute; its rate
    rises to its highest at a third of that time and falls to its lowest; intervals are log-normal about it.
    """
    moment_s = float(rng.exponential(min(settings.every_s, 3.0)))
    while True:
        spread_s = draw("cramp.spread_s", rng)
        trains = [_unit(float(rng.uniform(0, spread_s)), rng) for _ in range(settings.units)]
        units = np.repeat(np.arange(settings.units), [train.size for train in trains])
        onsets = moment_s + np.concatenate(trains)
        yield episode(onsets, units, size=1 + 0.04 * rng.standard_normal(onsets.size), is_burst=True)
        moment_s = float(onsets.max()) + float(rng.exponential(settings.every_s))


def _unit(begun_s: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the onsets **[s]** of one unit in one cramp."""
    lasting_s = draw("cramp.active_s", rng)
    mean_hz, variation = draw("cramp.rate", rng), draw("cramp.variation", rng)
    doublet_share = draw("cramp.doublet_share", rng)
    sigma = float(np.sqrt(np.log1p((SCATTER_SHARE * variation) ** 2)))
    onsets, moment_s = [], 0.0
    while moment_s < lasting_s:
        onsets.append(moment_s)
        phase = moment_s / lasting_s
        rate_hz = max(mean_hz * (0.45 + 0.65 * np.sin(np.pi * phase**0.6)), LEAST_RATE_HZ)
        interval_s = float(np.exp(sigma * rng.standard_normal() - 0.5 * sigma**2)) / rate_hz
        moment_s += DOUBLET_S if rng.random() < doublet_share else max(interval_s, LEAST_INTERVAL_S)
    return begun_s + np.array(onsets)
