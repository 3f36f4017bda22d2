"""How much of a change could be told at all: the alarm of somebody who knows how this kind of person's rate wanders.

Its process is that of a fine grid which is likeliest over twenty years of other diaries of the same world; its level is
set to half a false alarm a year on yet other diaries. Only the usual rate is learnt from the diary itself.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from validation.diary_changes.worlds import Hourly, World, simulate

from myotwitch.course.alarm import FALSE_ALARMS_PER_YEAR, LOG_RATE_BEFORE, LOG_RATE_SD, raise_alarms
from myotwitch.course.changes_process import Processes, belief_before
from myotwitch.course.changes_regression import learn

DRIFT_SDS = (0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.9)
DRIFT_DAYS = (0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 12.0, 17.0, 24.0)
SCATTERS = (0.001, 0.01, 0.03, 0.06, 0.1, 0.2, 0.4, 0.8, 1.6)
YEAR, YEARS_LEARNT = 365, 20
BEFORE_DAYS, TOLD_WITHIN_DAYS = 100, 14
LONG_BEFORE_DAYS = 730
LOWEST_FACTOR, HIGHEST_FACTOR, HALVINGS = 0.02, 3.0, 6


def ideal_found(world: World, *, seed: int, diaries: int, before: int = BEFORE_DAYS) -> dict[str, float]:
    """Return the shares of doublings and of halvings told within 14 days, with the process and the factor of the level.

    `before` is after how many days the rate changes **[days]**.
    """
    process = likeliest_process(world, np.random.default_rng(seed))
    unchanged = simulate(world, np.random.default_rng(seed + 1), diaries=diaries // 2, days=YEAR)
    factor = _level_factor(unchanged, process)
    told = {
        f"{ratio:g}": _told(world, process, factor, seed=seed + 2 + place, diaries=diaries, ratio=ratio, before=before)
        for place, ratio in enumerate((2.0, 0.5))
    }
    drift = {"drift_sd": process.drift_sd[0], "drift_days": process.drift_days[0], "scatter": process.scatter[0]}
    return told | {name: float(value) for name, value in drift.items()} | {"level_factor": factor}


def likeliest_process(world: World, generator: np.random.Generator) -> Processes:
    """Return the likeliest of a fine grid of processes, of many diaries together."""
    sd, days, scatter = np.array(list(product(DRIFT_SDS, DRIFT_DAYS, SCATTERS))).T
    processes = Processes(drift_sd=sd, drift_days=days, scatter=scatter, log_prior=np.zeros(len(sd)))
    hourly = simulate(world, generator, diaries=YEARS_LEARNT, days=YEAR)
    log_weight = np.zeros(len(sd))
    for diary in range(YEARS_LEARNT):
        one = hourly.days(diary)
        belief = belief_before(processes, mean=np.array([LOG_RATE_BEFORE]), sd=np.array([LOG_RATE_SD]))
        learn(belief, one.bouts[:, np.newaxis], one.exposure_h[:, np.newaxis], is_thinned=False)
        log_weight += belief.log_weight[:, 0]
    return processes.chosen(np.array([np.argmax(log_weight)]), np.zeros(len(sd)))


def _level_factor(unchanged: Hourly, process: Processes) -> float:
    """Return the factor of the level at which there is half a false alarm a year."""
    years = unchanged.bouts.size / 24 / 365.25
    low, high = np.log(LOWEST_FACTOR), np.log(HIGHEST_FACTOR)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        alarms = sum(
            len(raise_alarms(unchanged.days(diary), processes=process, level_factor=float(np.exp(middle))))
            for diary in range(len(unchanged.bouts))
        )
        low, high = (middle, high) if alarms / years > FALSE_ALARMS_PER_YEAR else (low, middle)
    return float(np.exp(high))


def _told(
    world: World, process: Processes, factor: float, *, seed: int, diaries: int, ratio: float, before: int
) -> float:
    """Return the share of diaries in which an alarm is raised within 14 days after the rate changed."""
    days = before + TOLD_WITHIN_DAYS
    step = np.where(np.arange(days) >= before, np.log(ratio), 0.0)
    hourly = simulate(world, np.random.default_rng(seed), diaries=diaries, days=days, log_ratio=step)
    told = 0
    for diary in range(diaries):
        alarms = raise_alarms(hourly.days(diary), processes=process, level_factor=factor)
        told += any(alarm.raised_index >= before for alarm in alarms)
    return told / diaries
