"""What some people write besides: periods, time before a screen, illnesses and vaccinations, minute by minute."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from validation.diaries.worlds import More

MINUTES_A_DAY = 1440
BEFORE_A_PERIOD_D, AFTER_A_VACCINATION_D = 7, 3

Floats = NDArray[np.float64]
Row = dict[str, str | float]


def live_more(more: More, days: int, generator: np.random.Generator, rows: list[Row]) -> dict[str, Floats]:
    """Return the courses of what is written besides, in the program's steps, and write its entries."""
    found = {
        "screen": _screen(more, days, generator, rows),
        "illness": _illness(more, days, generator, rows),
        "vaccination": _vaccination(more, days, generator, rows),
        "cycle": _cycle(more, days, generator, rows),
    }
    return {name: course for name, course in found.items() if course is not None}


def _screen(more: More, days: int, generator: np.random.Generator, rows: list[Row]) -> Floats | None:
    """Return the time before a screen in the 24 h before each minute, over that of a usual day."""
    before = np.zeros(days * MINUTES_A_DAY)
    of_day = np.zeros(days)
    for day in np.flatnonzero(generator.random(days) < more.screen_days).tolist():
        for _ in range(1 + generator.poisson(more.screens_a_day - 1)):
            at = day * MINUTES_A_DAY + round(60 * generator.uniform(8, 22))
            lasts = max(5, round(more.screen_min * float(np.exp(0.5 * generator.standard_normal()))))
            before[at : at + lasts] = 1
            of_day[day] += lasts
            rows.append({"minute": at, "kind": "screen", "duration_min": lasts})
    if not of_day.any():
        return None
    total = np.concatenate((np.zeros(MINUTES_A_DAY), np.cumsum(before)))
    return (total[MINUTES_A_DAY:] - total[:-MINUTES_A_DAY]) / np.median(of_day[of_day > 0])


def _illness(more: More, days: int, generator: np.random.Generator, rows: list[Row]) -> Floats | None:
    """Return who is ill when; an end may be forgotten, and what is written ends with the diary."""
    course = np.zeros(days * MINUTES_A_DAY)
    free, written = 0, False
    for begin in np.sort(generator.uniform(0, days, generator.poisson(more.illnesses * days / 100))).tolist():
        at = round(begin * MINUTES_A_DAY)
        if at < free:
            continue
        lasts = round(
            MINUTES_A_DAY * more.illness_days * float(np.exp(more.illness_log_sd * generator.standard_normal()))
        )
        course[at : at + lasts] = 1
        free, written = at + lasts, True
        rows.append({"minute": at, "kind": "illness", "event": "began"})
        if generator.random() < more.ends_written and at + lasts < len(course):
            rows.append({"minute": at + lasts, "kind": "illness", "event": "ended"})
    return course if written else None


def _vaccination(more: More, days: int, generator: np.random.Generator, rows: list[Row]) -> Floats | None:
    course = np.zeros(days * MINUTES_A_DAY)
    count = generator.poisson(more.vaccinations * days / 100)
    for day, hour in zip(generator.uniform(0, days, count), generator.uniform(8, 18, count), strict=True):
        at = int(day) * MINUTES_A_DAY + round(60 * hour)
        course[at : at + AFTER_A_VACCINATION_D * MINUTES_A_DAY] = 1
        rows.append({"minute": at, "kind": "vaccination"})
    return course if count else None


def _cycle(more: More, days: int, generator: np.random.Generator, rows: list[Row]) -> Floats | None:
    """Return the week before each period, of those too that were not written or lie after the diary."""
    course = np.zeros(days * MINUTES_A_DAY)
    own = more.cycle_days + more.cycle_sd_between * generator.standard_normal()
    begin, written = -own * generator.random(), False
    while begin < days + BEFORE_A_PERIOD_D:
        at = round(begin * MINUTES_A_DAY)
        course[max(at - BEFORE_A_PERIOD_D * MINUTES_A_DAY, 0) : max(at, 0)] = 1
        if 0 <= at < len(course) and generator.random() < more.periods_written:
            written = True
            rows.append({"minute": at, "kind": "cycle", "event": "began"})
        begin += max(18.0, own + more.cycle_sd_within * generator.standard_normal())
    return course if written else None
