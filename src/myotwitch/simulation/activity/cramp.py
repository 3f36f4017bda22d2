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
from myotwitch.simulation.activity.statistics import draw, statistic, usual
from myotwitch.twitches import Kind

FIRST_AFTER_S = 3.0
"""The first cramp comes after so long on average, or sooner, so that a short scene shows one."""


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
    moment_s = float(rng.exponential(min(settings.every_s, FIRST_AFTER_S)))
    while True:
        spread_s = draw("cramp.spread_s", rng)
        trains = [_unit(float(rng.uniform(0, spread_s)), rng) for _ in range(settings.units)]
        units = np.repeat(np.arange(settings.units), [train.size for train in trains])
        onsets = moment_s + np.concatenate(trains)
        yield episode(
            onsets, units, size=1 + usual("cramp.size_spread") * rng.standard_normal(onsets.size), is_burst=True
        )
        moment_s = float(onsets.max()) + float(rng.exponential(settings.every_s))


def _unit(begun_s: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the onsets **[s]** of one unit in one cramp."""
    lasting_s = draw("cramp.active_s", rng)
    mean_hz, variation = draw("cramp.rate", rng), draw("cramp.variation", rng)
    doublet_share = draw("cramp.doublet_share", rng)
    sigma = float(np.sqrt(np.log1p((usual("cramp.scatter_share") * variation) ** 2)))
    at_ends, rise, early = (usual(f"cramp.{name}") for name in ("rate_at_ends", "rate_rise", "early"))
    least_hz, least_s, doublet_s = statistic("cramp.rate").low, usual("cramp.least_interval"), usual("cramp.doublet")
    onsets, moment_s = [], 0.0
    while moment_s < lasting_s:
        onsets.append(moment_s)
        phase = moment_s / lasting_s
        rate_hz = max(mean_hz * (at_ends + rise * np.sin(np.pi * phase**early)), least_hz)
        interval_s = float(np.exp(sigma * rng.standard_normal() - 0.5 * sigma**2)) / rate_hz
        moment_s += doublet_s if rng.random() < doublet_share else max(interval_s, least_s)
    return begun_s + np.array(onsets)
