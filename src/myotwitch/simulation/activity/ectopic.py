"""Discharges that the model of the axon gives by itself, under the person's ions, channels and a local current."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.discharges import ALONE, Discharges, silence, together
from myotwitch.simulation.activity.settings import STRICT, Activity, UnitCount, Within
from myotwitch.simulation.axon.discharges import spontaneous_discharges
from myotwitch.twitches import Kind

PIECE_S = 20.0
"""Each axon is run in pieces of this length; each begins at rest, half a second before it is watched."""
GROUP_S = 0.1
"""Discharges nearer than this belong to one burst."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Ectopic(Activity):
    """Axons that fire by themselves.

    Parameters
    ----------
    units
        How many axons are watched, each with its own random current.
    drive_pa
        Steady current into the node of the usual axon **[pA]**, such as from a pinched or injured place.
    drive_spread_pa
        Standard deviation of that current between axons **[pA]**: not all are alike.
    called
        What the discharges are called in the truth: the model says when an axon fires, not what a clinician says.
    """

    kind: ClassVar[Kind] = Kind.FASCICULATION

    units: UnitCount = 4
    drive_pa: Annotated[float, Within(low=-500, high=500, unit="pA")] = 0.0
    drive_spread_pa: Annotated[float, Within(low=0, high=200, unit="pA")] = 0.0
    called: Literal["fasciculation", "myokymia", "neuromyotonia", "cramp", "unknown"] = "fasciculation"

    @property
    def generator_count(self) -> int:
        """How many axons are watched."""
        return self.units

    @property
    def true_kind(self) -> Kind:
        """What its discharges are called in the truth."""
        return Kind(self.called)


def ectopic_discharges(settings: Ectopic, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield the discharges of all axons, in order of time; episodes are bursts or single discharges.

    Limits: an axon that the model keeps silent is run all through the scene, for nothing.
    """
    drives = settings.drive_pa + settings.drive_spread_pa * rng.standard_normal(settings.units)
    return together(
        [
            _train(body, unit, float(drive_pa), source)
            for unit, (drive_pa, source) in enumerate(zip(drives, rng.spawn(settings.units), strict=True))
        ]
    )


def _train(body: Body, unit: int, drive_pa: float, rng: np.random.Generator) -> Iterator[Discharges]:
    begun_s = 0.0
    while True:
        onsets = spontaneous_discharges(body.axon, duration_s=PIECE_S, generator=rng, drive_pa=drive_pa)
        for group in np.split(onsets, np.flatnonzero(np.diff(onsets) > GROUP_S) + 1):
            if group.size:
                yield Discharges(
                    onset_s=begun_s + group,
                    unit=np.full(group.size, unit),
                    size=np.ones(group.size),
                    burst=np.full(group.size, 0 if group.size > 1 else ALONE),
                )
        begun_s += PIECE_S
        yield silence(begun_s)
