"""Tremor: units fire in groups, together, at the rhythm of a physiological, essential or parkinsonian tremor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.discharges import Discharges, episode
from myotwitch.simulation.activity.settings import STRICT, Activity, RateHz, Share
from myotwitch.simulation.activity.statistics import draw, usual

MOST_UNITS = 40
"""So many units stand for all that take part; their potentials are made larger in their stead."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Tremor(Activity):
    """Rhythmic bursts of many units.

    Parameters
    ----------
    origin
        Whose rhythm it has.
    rate_hz
        Bursts a second **[Hz]**; None: the usual rhythm of the origin.
    units_share
        Share of the muscle's units that take part; None: the usual one.
    """

    origin: Literal["physiological", "essential", "parkinson"] = "essential"
    rate_hz: RateHz | None = None
    units_share: Share | None = None


def tremor_bursts(settings: Tremor, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield one episode a burst. Units fire once or twice in a burst, and sometimes miss one."""
    rate_hz = settings.rate_hz or draw(f"tremor.{settings.origin}_rate", rng)
    share = usual("tremor.units_share") if settings.units_share is None else settings.units_share
    taking_part = max(round(share * len(body.pool.units)), 1)
    chosen = np.sort(rng.choice(taking_part, size=min(taking_part, MOST_UNITS), replace=False))
    size = float(np.sqrt(taking_part / chosen.size))
    burst_s = usual("tremor.burst_share") / rate_hz
    firing_share, again_share = usual("tremor.firing_share"), usual("tremor.again_share")
    middle, scatter = usual("tremor.middle"), usual("tremor.scatter")
    apart_s = 1 / usual("tremor.rate_within")
    moment_s = 0.0
    while True:
        moment_s += (1 + usual("tremor.cycle_variation") * float(rng.standard_normal())) / rate_hz
        firing = chosen[rng.random(chosen.size) < firing_share]
        if firing.size:
            first = np.clip(rng.normal(middle, scatter, firing.size), 0, 1) * burst_s
            again = (burst_s > apart_s) & (rng.random(firing.size) < again_share)
            onsets = np.concatenate((first, first[again] + apart_s))
            units = np.concatenate((firing, firing[again]))
            yield episode(moment_s + onsets, units, size=size, is_movement=True)
