"""From a world to a diary with known truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from validation.diaries.people import MINUTES_A_DAY, Floats, Life, Row, live
from validation.diaries.worlds import World

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SimulatedDiary:
    """A diary, and what is true of it.

    Parameters
    ----------
    rows
        Entries with the columns of the contract and the `minute` at which they were written.
    effects
        True log rate ratio of each factor, in the contract's steps.
    """

    rows: list[Row]
    effects: dict[str, float]

    def csv(self) -> str:
        """Return the diary as a table of the contract."""
        columns = ("kind", "duration_min", "value", "substance", "amount", "unit", "event")
        lines = ["time," + ",".join(columns)]
        for row in self.rows:
            time = (BEGIN + timedelta(minutes=float(row["minute"]))).isoformat()
            lines.append(time + "," + ",".join(str(row.get(column, "")) for column in columns))
        return "\n".join(lines) + "\n"


def simulate(world: World, generator: np.random.Generator) -> SimulatedDiary:
    """Return the diary of one person of a world."""
    life = live(world, generator)
    effects = {
        name: 0.0
        if generator.random() < world.harmless
        else float(generator.choice([-1, 1], p=[0.25, 0.75]) * generator.uniform(*world.effect))
        for name in life.factors
    }
    log_rate = _background(world, generator)
    for name, course in life.factors.items():
        known = np.nan_to_num(course, nan=float(np.nanmean(course)))
        log_rate += effects[name] * (known - known.mean())
    is_watched, check_ins = _watching(world, life, log_rate, generator)
    bouts = _bouts(world, log_rate, generator)
    bouts = bouts[is_watched[np.minimum(bouts.astype(int), len(is_watched) - 1)]]
    rows = [*life.rows, *check_ins, *({"minute": float(np.round(at, 3)), "kind": "bout"} for at in bouts)]
    return SimulatedDiary(rows=sorted(rows, key=lambda row: float(row["minute"])), effects=effects)


def _background(world: World, generator: np.random.Generator) -> Floats:
    minutes = world.days * MINUTES_A_DAY
    hour = np.arange(minutes) / 60
    phase, second = generator.uniform(0, 2 * np.pi, 2)
    pattern = np.cos(2 * np.pi * hour / 24 + phase) + 0.4 * np.cos(4 * np.pi * hour / 24 + second)
    log_rate = np.log(world.bouts_per_hour) + world.daily_swing * pattern
    log_rate += world.trend * (np.arange(minutes) / minutes - 0.5)
    for sd, tau in ((world.drift_sd, world.drift_hours), (world.second_drift_sd, world.second_drift_hours)):
        if sd > 0:
            keeps = np.exp(-1 / (60 * tau))
            noise = generator.standard_normal(minutes) * np.sqrt(1 - keeps**2)
            noise[0] = generator.standard_normal()
            log_rate += sd * lfilter([1.0], [1.0, -keeps], noise) - sd**2 / 2
    return log_rate


def _bouts(world: World, log_rate: Floats, generator: np.random.Generator) -> Floats:
    """Return the minutes of bouts: Poisson within minutes, each setting off others where the world says so."""
    rate = np.exp(log_rate) / 60
    if world.shape is not None:
        rate = rate * np.repeat(generator.gamma(world.shape, 1 / world.shape, len(rate) // 60), 60)
    times = np.repeat(np.arange(len(rate)), generator.poisson(rate)) + 0.0
    found = [times + generator.random(len(times))]
    while world.branching and len(found[-1]):
        parents = np.repeat(found[-1], generator.poisson(world.branching, len(found[-1])))
        children = parents + generator.exponential(60 * world.branching_hours, len(parents))
        found.append(children[children < len(rate)])
    return np.sort(np.concatenate(found))


def _watching(
    world: World, life: Life, log_rate: Floats, generator: np.random.Generator
) -> tuple[NDArray[np.bool_], list[Row]]:
    """Return which minutes are watched, and the check-ins that say so."""
    minutes, block = len(log_rate), int(60 * world.block_hours)
    is_watched = np.zeros(minutes, dtype=np.bool_)
    rows: list[Row] = []
    middle = float(log_rate.mean())
    odds = np.log(world.watched / (1 - world.watched)) if world.watched < 1 else np.inf
    for begin in range(0, minutes - block + 1, block):
        if not life.is_awake[begin : begin + block].all():
            continue
        wish = odds + world.watching_follows * (log_rate[begin : begin + block].mean() - middle)
        if generator.random() < 1 / (1 + np.exp(-wish)):
            is_watched[begin : begin + block] = True
            rows.append({"minute": begin + block, "kind": "check_in", "duration_min": block})
    return is_watched, rows
