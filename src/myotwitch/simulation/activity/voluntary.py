"""Voluntary contraction: units are recruited in order of size, and fire faster the stronger the drive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

import numpy as np
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.discharges import Discharges, episode
from myotwitch.simulation.activity.settings import STRICT, Activity, Span, Within
from myotwitch.simulation.activity.statistics import usual
from myotwitch.simulation.muscle.drive import voluntary_onsets
from myotwitch.twitches import Kind

DRIVE_RATE_HZ = 50.0
"""Samples a second with which the drive is followed."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Voluntary(Activity):
    """Willed contractions, one after the other.

    Parameters
    ----------
    level
        Drive of the pool in a contraction, 0 to 1 **[1]**; about the share of the greatest effort.
    hold_s, rest_s
        Length of a contraction, and of the rest after it **[s]**.
    """

    kind: ClassVar[Kind] = Kind.VOLUNTARY

    level: Annotated[float, Within(low=0.01, high=1)] = 0.1
    hold_s: Annotated[float, Within(low=0.5, high=120, unit="s")] = 5.0
    rest_s: Span = 20.0


def contractions(settings: Voluntary, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield one episode a contraction: the drive rises, is held with a little wavering, and falls."""
    moment_s = 0.0
    time_s = np.arange(0, settings.hold_s, 1 / DRIVE_RATE_HZ)
    ramp_s = usual("voluntary.ramp_share") * settings.hold_s
    depth, rate_hz, spread = (usual(f"voluntary.{name}") for name in ("wavering", "wavering_rate", "rest_spread"))
    shape = np.clip(np.minimum(time_s, settings.hold_s - time_s) / ramp_s, 0, 1)
    while True:
        wavering = 1 + depth * np.sin(2 * np.pi * (rate_hz * time_s + rng.random()))
        trains = voluntary_onsets(body.pool, np.clip(settings.level * shape * wavering, 0, 1), DRIVE_RATE_HZ, rng)
        onsets = np.concatenate(trains)
        if onsets.size:
            units = np.repeat(np.arange(len(trains)), [train.size for train in trains])
            yield episode(moment_s + onsets, units, is_movement=True)
        moment_s += settings.hold_s + settings.rest_s * float(rng.uniform(1 - spread, 1 + spread))
