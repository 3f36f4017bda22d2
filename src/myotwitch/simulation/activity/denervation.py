"""Fibrillation potentials and positive sharp waves: single muscle fibres without nerve that fire by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.discharges import Discharges, episode, together
from myotwitch.simulation.activity.settings import STRICT, Activity, FibreCount, RateHz, Share
from myotwitch.simulation.activity.statistics import draw, usual
from myotwitch.twitches import Kind

PIECE = 64
"""Discharges of one fibre that are drawn at once."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Fibrillation(Activity):
    """Fibrillation potentials of some fibres near a needle.

    Parameters
    ----------
    fibres
        How many fibres fire.
    rate_hz
        Rate of each **[Hz]**; None: drawn for each from the published range.
    regular_share
        Share of fibres that fire regularly; None: the published one.
    """

    kind: ClassVar[Kind] = Kind.FIBRILLATION
    is_of_fibres: ClassVar[bool] = True

    fibres: FibreCount = 3
    rate_hz: RateHz | None = None
    regular_share: Share | None = None

    @property
    def generator_count(self) -> int:
        """How many fibres fire."""
        return self.fibres


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class PositiveSharpWave(Fibrillation):
    """Positive sharp waves: the same fibres' activity where it ends at the needle, as at an injured fibre."""

    kind: ClassVar[Kind] = Kind.POSITIVE_SHARP_WAVE


def denervation_discharges(settings: Fibrillation, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield the discharges of all fibres, in order of time.

    Method: intervals of a fibre are gamma-distributed about a mean that grows slowly; its variation is that of a
    regular or of an irregular fibre. After half a minute or so a fibre falls silent and begins anew at its first rate.
    """
    return together([_train(settings, fibre, source) for fibre, source in enumerate(rng.spawn(settings.fibres))])


def _train(settings: Fibrillation, fibre: int, rng: np.random.Generator) -> Iterator[Discharges]:
    table = "positive_sharp_wave.rate" if isinstance(settings, PositiveSharpWave) else "fibrillation.rate"
    rate_hz = settings.rate_hz or draw(table, rng)
    share = usual("fibrillation.regular_share") if settings.regular_share is None else settings.regular_share
    is_regular = rng.random() < share
    variation = draw(f"fibrillation.{'regular' if is_regular else 'irregular'}_variation", rng)
    slowing_per_s = draw("fibrillation.slowing", rng) / 60 if is_regular else 0.0
    least, spread = usual("fibrillation.least_interval"), usual("fibrillation.size_spread")
    least_spell_s, spell_s = usual("fibrillation.least_spell"), usual("fibrillation.spell")
    moment_s = float(rng.uniform(0, 1 / rate_hz))
    while True:
        begun_s, lasting_s = moment_s, least_spell_s + float(rng.exponential(spell_s))
        while moment_s - begun_s < lasting_s:
            mean_s = (1 + slowing_per_s * (moment_s - begun_s)) / rate_hz
            intervals = np.maximum(rng.gamma(1 / variation**2, mean_s * variation**2, PIECE), least * mean_s)
            onsets = moment_s + np.concatenate(([0.0], np.cumsum(intervals[:-1])))
            yield episode(onsets, fibre, size=1 + spread * rng.standard_normal(PIECE))
            moment_s += float(intervals.sum())
        moment_s += float(rng.exponential(usual("fibrillation.rest")))
