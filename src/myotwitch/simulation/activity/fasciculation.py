"""Fasciculations: single discharges of whole motor units at irregular times, now and then in pairs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.discharges import Discharges, episode, together
from myotwitch.simulation.activity.settings import STRICT, Activity, PerMinute, Share, UnitCount, refuse
from myotwitch.simulation.activity.statistics import draw, usual
from myotwitch.twitches import Kind

Pattern = Literal["benign", "als", "motor_neuropathy", "nerve_excitability"]
LEAST_WAIT_S = 0.01
"""However often a unit is to fire, so long a wait is added to its dead time on average."""
LEAST_SIZE = 0.3
"""However it is drawn, a potential keeps so much of its size: it never turns over."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Fasciculation(Activity):
    """Fasciculations of some units of one muscle.

    Parameters
    ----------
    pattern
        Whose rate is taken: benign fasciculation, amyotrophic lateral sclerosis, multifocal motor neuropathy, or a
        hyperexcitable nerve.
    rate_per_min
        Rate of all units together **[1/min]**; None: the pattern's usual one.
    units
        How many units fasciculate.
    doublet_share
        Share of fasciculations that a second one follows; None: the usual one.
    """

    kind: ClassVar[Kind] = Kind.FASCICULATION

    pattern: Pattern = "benign"
    rate_per_min: PerMinute | None = None
    units: UnitCount = 4
    doublet_share: Share | None = None

    def __post_init__(self) -> None:
        Activity.__post_init__(self)
        if self.rate_per_min is not None and self.rate_per_min > 150 * self.units:
            refuse(
                f"{self.rate_per_min:g} fasciculations a minute are too many for {self.units} units; allowed are 150 a "
                "minute for each. Add units, or take neuromyotonia."
            )

    @property
    def generator_count(self) -> int:
        """How many units fasciculate."""
        return self.units


def fasciculations(settings: Fasciculation, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield the fasciculations of all units, in order of time.

    Method: every unit has its own rate, drawn so that the quickest differ from the slowest as units do; after a dead
    time the next one comes at an exponential interval. `body` is not needed.
    """
    rate_per_min = settings.rate_per_min or usual(f"fasciculation.{settings.pattern}_rate")
    spread = np.log(usual("fasciculation.rate_ratio")) / 2
    shares = np.exp(spread * rng.standard_normal(settings.units))
    rates_hz = np.minimum(rate_per_min / 60 * shares / shares.sum(), usual("fasciculation.highest_rate"))
    return together(
        [
            _train(settings, unit, float(rate_hz), source)
            for unit, (rate_hz, source) in enumerate(zip(rates_hz, rng.spawn(settings.units), strict=True))
        ]
    )


def _train(settings: Fasciculation, unit: int, rate_hz: float, rng: np.random.Generator) -> Iterator[Discharges]:
    share = usual("fasciculation.doublet_share") if settings.doublet_share is None else settings.doublet_share
    reflected = "als" if settings.pattern == "als" else "benign"
    dead_s = usual("fasciculation.dead_time")
    size_spread, reflected_share = usual("fasciculation.size_spread"), usual("fasciculation.reflected_share")
    moment_s = 0.0
    while True:
        moment_s += dead_s + float(rng.exponential(max(1 / rate_hz - dead_s, LEAST_WAIT_S)))
        onsets = [moment_s]
        if rng.random() < share:
            name = f"{reflected}_reflected" if rng.random() < reflected_share else "early_doublet"
            onsets.append(moment_s + draw(f"fasciculation.{name}", rng))
        sizes = np.maximum(1 + size_spread * rng.standard_normal(len(onsets)), LEAST_SIZE)
        yield episode(onsets, unit, size=sizes, is_burst=len(onsets) > 1)
