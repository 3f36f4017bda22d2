"""Jerks: many units fire together for a moment. Myoclonus, jerks on falling asleep, and tics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.discharges import Discharges, episode
from myotwitch.simulation.activity.settings import STRICT, Activity, PerHour, PerMinute, Share
from myotwitch.simulation.activity.statistics import draw, usual
from myotwitch.simulation.muscle.pool import Pool
from myotwitch.twitches import Kind

MOST_UNITS = 40
"""So many units stand for all that take part; their potentials are made larger in their stead."""
LEAST_SHARE = 0.02
"""However weak a jerk is drawn, so many of the units take part."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Myoclonus(Activity):
    """Sudden jerks at irregular times.

    Parameters
    ----------
    origin
        Cortical jerks are shorter than others.
    rate_per_min
        Jerks a minute **[1/min]**; None: the usual number.
    units_share
        Share of the muscle's units that take part in a jerk of usual strength; None: the usual one.
    """

    kind: ClassVar[Kind] = Kind.MYOCLONUS

    origin: Literal["cortical", "other"] = "cortical"
    rate_per_min: PerMinute | None = None
    units_share: Share | None = None


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class HypnicJerk(Activity):
    """Jerks on falling asleep; `rate_per_hour` **[1/h]** None: the usual number of those who have many."""

    kind: ClassVar[Kind] = Kind.MYOCLONUS

    rate_per_hour: PerHour | None = None
    units_share: Share | None = None


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Tic(Activity):
    """Tics: short movements like willed ones, in clusters; `rate_per_min` **[1/min]** None: the usual number."""

    rate_per_min: PerMinute | None = None
    units_share: Share | None = None


def myoclonic_jerks(settings: Myoclonus, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield one episode a jerk, at exponential intervals."""
    wait_s = 60 / (settings.rate_per_min or usual("jerk.myoclonus_rate"))
    return _jerks(settings.units_share, body.pool, rng, f"jerk.{settings.origin}_s", wait_s, 1)


def hypnic_jerks(settings: HypnicJerk, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield one episode a jerk, at exponential intervals."""
    wait_s = 3600 / (settings.rate_per_hour or usual("jerk.hypnic_rate"))
    return _jerks(settings.units_share, body.pool, rng, "jerk.hypnic_s", wait_s, 1)


def tics(settings: Tic, body: Body, rng: np.random.Generator) -> Iterator[Discharges]:
    """Yield one episode a tic; tics come in clusters, half a second or so apart."""
    largest = round(usual("jerk.tic_cluster"))
    wait_s = 60 / (settings.rate_per_min or usual("jerk.tic_rate"))
    return _jerks(settings.units_share, body.pool, rng, "jerk.tic_s", (1 + largest) / 2 * wait_s, largest)


def _jerks(
    units_share: float | None, pool: Pool, rng: np.random.Generator, length: str, wait_s: float, largest_cluster: int
) -> Iterator[Discharges]:
    share = usual("jerk.units_share") if units_share is None else units_share
    least_pause_s, cluster_pause_s = usual("jerk.least_pause"), usual("jerk.cluster_pause")
    moment_s = 0.0
    while True:
        moment_s += least_pause_s + float(rng.exponential(wait_s))
        for _ in range(int(rng.integers(1, largest_cluster + 1))):
            jerk = _jerk(pool, share, draw(length, rng), rng)
            yield jerk.shifted(moment_s)
            moment_s += float(jerk.onset_s[-1]) + least_pause_s + float(rng.exponential(cluster_pause_s))


def _jerk(pool: Pool, share: float, lasting_s: float, rng: np.random.Generator) -> Discharges:
    """Return the discharges of one jerk from time 0.

    Method: strength varies from jerk to jerk; small units are surer to take part than large ones, as in any reflex or
    volley. Each fires within the jerk as often as its rate allows, beginning in its first third.
    """
    count = len(pool.units)
    strength = share * np.exp(usual("jerk.strength_spread") * rng.standard_normal())
    strength = float(np.clip(strength, LEAST_SHARE, 1.0))
    taking_part = max(round(strength * count), 1)
    chosen = np.sort(rng.choice(taking_part, size=min(taking_part, MOST_UNITS), replace=False))
    size = np.sqrt(taking_part / chosen.size)
    rate_hz, jitter = draw("jerk.discharges_rate", rng), usual("jerk.jitter")
    onsets, units = [], []
    for unit in chosen:
        begun_s = float(rng.uniform(0, lasting_s / usual("jerk.beginning")))
        times = np.arange(begun_s, lasting_s, 1 / rate_hz)
        onsets.append(np.clip(times * (1 + jitter * rng.standard_normal(times.size)), 0, lasting_s))
        units.append(np.full(times.size, unit))
    return episode(np.concatenate(onsets), np.concatenate(units), size=size, is_movement=True)
