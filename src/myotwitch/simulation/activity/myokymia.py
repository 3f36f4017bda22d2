"""Myokymia: a motor unit fires in short groups that come again and again, almost in rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.discharges import Discharges, episode, together
from myotwitch.simulation.activity.settings import STRICT, Activity, RateHz, UnitCount
from myotwitch.simulation.activity.statistics import draw, usual
from myotwitch.twitches import Kind


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Myokymia(Activity):
    """Grouped discharges of some units, each in its own rhythm.

    Parameters
    ----------
    units
        How many units fire.
    burst_rate_hz, rate_within_hz
        Groups a second of one unit, and discharges a second within a group **[Hz]**; None: drawn for each unit.
    """

    kind: ClassVar[Kind] = Kind.MYOKYMIA

    units: UnitCount = 2
    burst_rate_hz: RateHz | None = None
    rate_within_hz: RateHz | None = None

    @property
    def generator_count(self) -> int:
        """How many units fire."""
        return self.units


def myokymic_bursts(settings: Myokymia, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield the groups of all units, in order of time; `body` is not needed."""
    return together([_train(settings, unit, source) for unit, source in enumerate(rng.spawn(settings.units))])


def _train(settings: Myokymia, unit: int, rng: np.random.Generator) -> Iterator[Discharges]:
    burst_rate_hz = settings.burst_rate_hz or draw("myokymia.burst_rate", rng)
    within_hz = settings.rate_within_hz or draw("myokymia.rate_within", rng)
    usual_count = draw("myokymia.burst_count", rng)
    variation = draw("myokymia.burst_variation", rng)
    count_spread, size_spread = usual("myokymia.count_spread"), usual("myokymia.size_spread")
    moment_s = float(rng.uniform(0, 1 / burst_rate_hz))
    while True:
        count = max(round(usual_count + rng.normal(0, count_spread)), 2)
        intervals = np.abs(1 + usual("myokymia.variation_within") * rng.standard_normal(count - 1)) / within_hz
        onsets = moment_s + np.concatenate(([0.0], np.cumsum(intervals)))
        yield episode(onsets, unit, size=1 + size_spread * rng.standard_normal(count), is_burst=True)
        wait_s = (1 + variation * float(rng.standard_normal())) / burst_rate_hz
        moment_s = max(moment_s + wait_s, float(onsets[-1]) + usual("myokymia.least_rest"))
