"""Complex repetitive discharges: fibres that excite each other in a ring, with hardly any jitter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.discharges import ALONE, Discharges
from myotwitch.simulation.activity.settings import STRICT, Activity, FibreCount, RateHz
from myotwitch.simulation.activity.statistics import draw, usual
from myotwitch.twitches import Kind

FIRST_S = (0.2, 2.0)
"""Between these times the first run begins, so that a short scene shows one."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class ComplexRepetitive(Activity):
    """One ring of fibres near a needle.

    Parameters
    ----------
    fibres
        How many fibres take part in a cycle.
    rate_hz
        Cycles a second **[Hz]**; None: drawn from the published range.
    """

    kind: ClassVar[Kind] = Kind.COMPLEX_REPETITIVE
    is_of_fibres: ClassVar[bool] = True

    fibres: FibreCount = 5
    rate_hz: RateHz | None = None

    @property
    def generator_count(self) -> int:
        """How many fibres take part."""
        return self.fibres


def complex_repetitive_runs(settings: ComplexRepetitive, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield the runs, one episode a cycle: the discharges of all its fibres. `body` is not needed.

    Method: fibres follow each other at fixed delays with a jitter of some microseconds; cycles follow each other almost
    evenly; a run begins and ends abruptly. Delays shrink where a cycle would be too short for them.
    """
    rate_hz = settings.rate_hz or draw("complex_repetitive.rate", rng)
    delays = np.array([draw("complex_repetitive.delay", rng) for _ in range(settings.fibres - 1)])
    longest_s = usual("complex_repetitive.longest_share") / rate_hz
    delays *= min(1.0, longest_s / max(float(delays.sum()), 1e-9)) if delays.size else 1.0
    fixed = np.concatenate(([0.0], np.cumsum(delays)))
    jitter_s, variation = draw("complex_repetitive.jitter", rng), draw("complex_repetitive.rate_variation", rng)
    units = np.arange(settings.fibres)
    moment_s = float(rng.uniform(*FIRST_S))
    while True:
        stop_s = moment_s + draw("complex_repetitive.run_s", rng)
        while moment_s < stop_s:
            onsets = moment_s + fixed + jitter_s * rng.standard_normal(settings.fibres).cumsum()
            order = np.argsort(onsets)
            yield Discharges(
                onset_s=onsets[order],
                unit=units[order],
                size=np.ones(settings.fibres),
                burst=np.full(settings.fibres, ALONE),
                is_movement=True,
            )
            moment_s += (1 + variation * float(rng.standard_normal())) / rate_hz
        moment_s += draw("complex_repetitive.pause_s", rng)
