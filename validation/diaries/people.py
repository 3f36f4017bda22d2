"""What a simulated person does: sleep, stress, exercise and doses, minute by minute, with the entries they write."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from validation.diaries.kinetics import concentration, peak_of
from validation.diaries.more_written import live_more
from validation.diaries.worlds import Habit, World

MINUTES_A_DAY = 1440

Floats = NDArray[np.float64]
Row = dict[str, str | float]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Life:
    """What a person did.

    Parameters
    ----------
    factors
        Each factor's course, in the contract's steps, minute by minute.
    rows
        Entries: minute, kind and columns of the contract.
    is_awake
        Minute by minute.
    """

    factors: dict[str, Floats]
    rows: list[Row]
    is_awake: NDArray[np.bool_]


def live(world: World, generator: np.random.Generator) -> Life:
    """Return the life of one person of a world."""
    minutes = world.days * MINUTES_A_DAY
    stress_by_day = _wandering(world.days, 0.5, generator) * 1.6 + 4.0
    rows: list[Row] = []
    factors: dict[str, Floats] = {}
    sleep_h, is_awake = _sleep(world, stress_by_day, generator, rows, factors)
    _stress(world, stress_by_day, generator, rows, factors)
    _exercise(world, generator, rows, factors)
    names = [str(name) for name in generator.permutation(list(world.habits))[: world.taken]]
    if world.is_confounded:
        names = list(dict.fromkeys(["caffeine", "alcohol", "magnesium_supplement", *names]))[: max(world.taken, 3)]
    for name in names:
        push = _push(name, sleep_h, stress_by_day) if world.is_confounded else np.zeros(world.days)
        taken, amounts = _doses(world.habits[name], world.days, push, generator)
        if not len(taken):
            continue
        low, high = world.elimination
        factor = float(np.exp(generator.uniform(np.log(low), np.log(high))))
        usual = float(np.median(amounts))
        course = concentration(world.habits[name], taken, amounts, minutes, factor)
        factors[name] = course / peak_of(world.habits[name], usual, factor)
        rows += [
            {
                "minute": int(at),
                "kind": "intake",
                "substance": name,
                "amount": float(amount),
                "unit": world.habits[name].unit,
            }
            for at, amount in zip(taken, amounts, strict=True)
        ]
    if world.more is not None:
        factors |= live_more(world.more, world.days, generator, rows)
    return Life(factors=factors, rows=rows, is_awake=is_awake)


def _wandering(count: int, keeps: float, generator: np.random.Generator) -> Floats:
    values = np.empty(count)
    now = generator.standard_normal()
    for index in range(count):
        values[index] = now
        now = keeps * now + np.sqrt(1 - keeps**2) * generator.standard_normal()
    return values


def _sleep(
    world: World, stress: Floats, generator: np.random.Generator, rows: list[Row], factors: dict[str, Floats]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Write one sleep a night, and return its length of each day **[h]** and who is awake when."""
    minutes = world.days * MINUTES_A_DAY
    length = np.clip(7.2 + 1.0 * _wandering(world.days, 0.2, generator) - 0.15 * (stress - 4), 3.0, 10.5)
    onset = np.round(np.arange(world.days) * MINUTES_A_DAY - 45 + 40 * generator.standard_normal(world.days)).astype(
        int
    )
    course, is_awake = np.zeros(minutes), np.ones(minutes, dtype=np.bool_)
    for day in range(world.days):
        begin, lasts = int(onset[day]), round(float(length[day]) * 60)
        is_awake[max(begin, 0) : begin + lasts] = False
        until = int(onset[day + 1]) if day + 1 < world.days else minutes
        course[max(begin, 0) : until] = -lasts / 60 / 2
        if begin >= 0:
            rows.append({"minute": begin, "kind": "sleep", "duration_min": lasts})
    first = next(int(row["minute"]) for row in rows)
    course[:first] = np.nan
    is_awake[: int(7.5 * 60)] = False
    factors["sleep"] = course
    return length, is_awake


def _stress(
    world: World, level: Floats, generator: np.random.Generator, rows: list[Row], factors: dict[str, Floats]
) -> None:
    minutes = world.days * MINUTES_A_DAY
    course = np.full(minutes, np.nan)
    before = -MINUTES_A_DAY
    for day in range(world.days):
        for hour in ((21.0,), (13.0, 21.0))[int(generator.random() < 0.5)]:
            at = int(day * MINUTES_A_DAY + hour * 60 + 30 * generator.standard_normal())
            value = float(np.clip(np.round(level[day] + 0.8 * generator.standard_normal()), 0, 10))
            course[max(before, at - MINUTES_A_DAY, 0) : at] = value / 3
            rows.append({"minute": at, "kind": "stress", "value": value})
            before = at
    factors["stress"] = course


def _exercise(world: World, generator: np.random.Generator, rows: list[Row], factors: dict[str, Floats]) -> None:
    minutes = world.days * MINUTES_A_DAY
    days = np.flatnonzero(generator.random(world.days) < 0.4)
    begin = np.round(days * MINUTES_A_DAY + 60 * generator.uniform(8, 20, len(days))).astype(int)
    effort = np.clip(np.round(5 + 1.5 * generator.standard_normal(len(days))), 1, 10)
    lasts = np.round(generator.uniform(20, 90, len(days))).astype(int)
    course = np.zeros(minutes)
    usual = float(np.median(effort)) if len(effort) else 1.0
    for start, value, length in zip(begin, effort, lasts, strict=True):
        course[start + length : start + length + MINUTES_A_DAY] += value / usual
        rows.append({"minute": int(start), "kind": "exercise", "value": float(value), "duration_min": int(length)})
    factors["exercise"] = course


def _push(name: str, sleep_h: Floats, stress: Floats) -> Floats:
    if name == "caffeine":
        return 0.7 * (7.2 - sleep_h)
    if name in {"alcohol", "magnesium_supplement"}:
        return 0.6 * (stress - 4.0)
    return np.zeros(len(stress))


def _doses(habit: Habit, days: int, push: Floats, generator: np.random.Generator) -> tuple[NDArray[np.int64], Floats]:
    """Return the minutes at which doses are taken, and their amounts; `push` raises both chance and number."""
    odds = np.log(habit.days / (1 - habit.days)) + push
    takes = generator.random(days) < 1 / (1 + np.exp(-odds))
    number = np.where(
        takes, 1 + generator.poisson(np.maximum(habit.a_day - 1, 0) * np.exp(np.clip(push, -1, 1) / 2)), 0
    )
    low, high = habit.hours
    at = [day * MINUTES_A_DAY + 60 * generator.uniform(low, high, count) for day, count in enumerate(number)]
    minutes = np.sort(np.round(np.concatenate(at))).astype(np.int64)
    amounts = habit.dose * generator.choice([0.5, 1.0, 1.0, 1.0, 1.5, 2.0], len(minutes))
    return minutes[minutes < days * MINUTES_A_DAY], amounts[minutes < days * MINUTES_A_DAY]
