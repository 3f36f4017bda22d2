"""Worlds in which a rate wanders, and diaries of people who live there, many at a time.

Nothing of the program is used to make them. The worlds of `CHOSEN_ON` are those on which the levels of the alarm were
chosen; those of `REPORTED` have other parameters and other seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from myotwitch.course.changes_days import WatchedDays

Floats = NDArray[np.float64]
FIRST = date(2025, 1, 6)
"""A Monday."""


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """How bouts come in one kind of person.

    Parameters
    ----------
    bouts_per_hour
        Mean rate while awake.
    drifts
        Standard deviation and time constant **[h]** of each latent Ornstein-Uhlenbeck process on the log rate.
    shape
        Shape of the gamma variable that multiplies each hour's rate; None for none.
    branching, branching_hours
        Mean number of bouts that each sets off, and the mean delay **[h]**.
    watched
        Share of the waking blocks that is watched.
    block_hours
        Length of a watched stretch **[h]**.
    swing
        Amplitude of the pattern over the day, on the log rate.
    """

    bouts_per_hour: float = 0.45
    drifts: tuple[tuple[float, float], ...] = ()
    shape: float | None = None
    branching: float = 0.0
    branching_hours: float = 1.0
    watched: float = 1.0
    block_hours: int = 1
    swing: float = 0.5


_USUAL = World(drifts=((0.7, 12.0),))
REPORTED: Mapping[str, World] = MappingProxyType(
    {
        "Poisson": World(),
        "drift 0.7, 12 h": _USUAL,
        "drift 0.7, 12 h, 40 % of hours not logged": replace(_USUAL, watched=0.6),
        "drift 0.7, 12 h, stretches of 4 h, half logged": replace(_USUAL, watched=0.5, block_hours=4),
        "drift 0.4, 12 h": replace(_USUAL, drifts=((0.4, 12.0),)),
        "drift 0.7, 1.5 days": replace(_USUAL, drifts=((0.7, 36.0),)),
        "drift 0.7, 3 days": replace(_USUAL, drifts=((0.7, 72.0),)),
        "drift 0.35, 5 days": replace(_USUAL, drifts=((0.35, 120.0),)),
        "drift 0.7, 6 days": replace(_USUAL, drifts=((0.7, 144.0),)),
        "drift 0.5, 17 days": replace(_USUAL, drifts=((0.5, 400.0),)),
        "two drifts: 0.5, 3 days and 0.5, 17 days": replace(_USUAL, drifts=((0.5, 72.0), (0.5, 400.0))),
        "bouts set off others (0.55)": World(bouts_per_hour=0.22, branching=0.55, branching_hours=0.5),
        "the same with drift 0.7, 12 h": replace(_USUAL, bouts_per_hour=0.22, branching=0.55, branching_hours=0.5),
        "overdispersed hours (shape 1)": World(shape=1.0),
        "drift 0.7, 12 h, 1 bout a day": replace(_USUAL, bouts_per_hour=1 / 16),
        "drift 0.7, 12 h, 0.3 bouts a day": replace(_USUAL, bouts_per_hour=0.3 / 16),
    }
)
_CHOSEN = World(bouts_per_hour=0.5, swing=0.4)
_CHOSEN_USUAL = replace(_CHOSEN, drifts=((0.7, 12.0),))
CHOSEN_ON: Mapping[str, World] = MappingProxyType(
    {
        "drift 0.7, 12 h": _CHOSEN_USUAL,
        "drift 0.7, 12 h, stretches of 2 h, half logged": replace(_CHOSEN_USUAL, watched=0.5, block_hours=2),
        "drift 0.7, 12 h, 1.3 bouts a day": replace(_CHOSEN_USUAL, bouts_per_hour=1.3 / 16),
        "drift 0.45, 10 h": replace(_CHOSEN, drifts=((0.45, 10.0),)),
        "bouts set off others (0.5), drift 0.6, 10 h": replace(
            _CHOSEN, bouts_per_hour=0.25, branching=0.5, branching_hours=0.7, drifts=((0.6, 10.0),)
        ),
        "drift 0.6, 20 h": replace(_CHOSEN, drifts=((0.6, 20.0),)),
        "drift 0.7, 28 h": replace(_CHOSEN, drifts=((0.7, 28.0),)),
        "drift 0.6, 36 h, 0.5 bouts a day": replace(_CHOSEN, bouts_per_hour=0.5 / 16, drifts=((0.6, 36.0),)),
        "drift 0.6, 2 days": replace(_CHOSEN, drifts=((0.6, 48.0),)),
        "drift 0.7, 90 h": replace(_CHOSEN, drifts=((0.7, 90.0),)),
        "drift 0.35, 5 days": replace(_CHOSEN, drifts=((0.35, 120.0),)),
        "drift 0.7, 200 h": replace(_CHOSEN, drifts=((0.7, 200.0),)),
        "drift 0.5, 15 days": replace(_CHOSEN, drifts=((0.5, 360.0),)),
        "two drifts": replace(_CHOSEN, drifts=((0.6, 48.0), (0.4, 200.0))),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Hourly:
    """Bouts and watched time of many diaries: float64[diaries, hours]."""

    bouts: Floats
    watched_h: Floats

    def days(self, diary: int) -> WatchedDays:
        """Return the watched days of one diary."""
        return WatchedDays(
            first=FIRST,
            bouts=self.bouts[diary].reshape(-1, 24).sum(axis=1),
            exposure_h=self.watched_h[diary].reshape(-1, 24).sum(axis=1),
        )


def simulate(
    world: World, generator: np.random.Generator, *, diaries: int, days: int, log_ratio: Floats | None = None
) -> Hourly:
    """Return diaries of a world; `log_ratio` (float64[days] or [diaries, days]) is added to the log rate."""
    hours = np.arange(days * 24)
    phase = generator.uniform(0, 2 * np.pi, (diaries, 1))
    log_rate = np.log(world.bouts_per_hour) + world.swing * np.cos(2 * np.pi * hours / 24 + phase)
    for sd, tau in world.drifts:
        keeps = np.exp(-1 / tau)
        noise = generator.standard_normal((diaries, len(hours))) * np.sqrt(1 - keeps**2)
        noise[:, 0] /= np.sqrt(1 - keeps**2)
        log_rate = log_rate + sd * lfilter([1.0], [1.0, -keeps], noise, axis=1) - sd**2 / 2
    if log_ratio is not None:
        log_rate = log_rate + np.repeat(np.atleast_2d(log_ratio), 24, axis=1)
    rate = np.exp(log_rate)
    if world.shape is not None:
        rate = rate * generator.gamma(world.shape, 1 / world.shape, rate.shape)
    bouts = _with_offspring(world, generator.poisson(rate), generator)
    watched = _watched(world, diaries, days, generator)
    return Hourly(bouts=np.where(watched, bouts, 0).astype(np.float64), watched_h=watched.astype(np.float64))


def _with_offspring(world: World, first: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
    total, parents = first.copy(), first
    while world.branching and parents.any():
        diary, hour = np.nonzero(parents)
        each = generator.poisson(world.branching * parents[diary, hour])
        diary, hour = np.repeat(diary, each), np.repeat(hour, each)
        delay = generator.random(len(hour)) + generator.exponential(world.branching_hours, len(hour))
        born = np.floor(hour + delay).astype(np.int64)
        inside = born < first.shape[1]
        parents = np.zeros_like(first)
        np.add.at(parents, (diary[inside], born[inside]), 1)
        total += parents
    return total


def _watched(world: World, diaries: int, days: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Return the watched hours: blocks of the 16 waking hours, each watched or not."""
    blocks = generator.random((diaries, days, 16 // world.block_hours)) < world.watched
    awake = np.zeros((diaries, days, 24), dtype=np.bool_)
    awake[:, :, 8:] = np.repeat(blocks, world.block_hours, axis=2)
    return awake.reshape(diaries, -1)
