"""What may drive the twitching: each factor of a diary as its course over time, in the steps of the contract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from myotwitch.course.factor_states import ill_states, premenstrual_states, vaccinated_states
from myotwitch.course.hours import FloatArray, WatchedHours
from myotwitch.diary import Diary, Exercise, Screen, Sleep, Stress
from myotwitch.diary.watched import merged_stretches
from myotwitch.units import MINUTES_PER_HOUR

STRESS_STEP = 3.0
"""Points of stress by which the rate ratio is told."""
SLEEP_STEP_H = 2.0
"""Hours less of sleep by which the rate ratio is told **[h]**."""
EXERCISE_LASTS_H = 24.0
"""From the end of a session for so long it counts **[h]**."""
SCREEN_LASTS_H = 24.0
"""So far back time before a screen counts **[h]**."""
LOOKS_BACK_H = 24.0
"""An entry of stress looks back on no more than this **[h]**."""
SLEEP_TELLS_H = 36.0
"""A last sleep that ended longer ago was hardly the last: one was not written down **[h]**."""
JOINED_H = 1.5
"""Two sleeps with less between them are one that was interrupted **[h]**."""
POINTS = (0.5 - 0.5 / np.sqrt(3.0), 0.5 + 0.5 / np.sqrt(3.0))
"""Where in a piece of watched time a course is read, as shares of its length (Gauss and Legendre's two points)."""

Course = Callable[[FloatArray], FloatArray]
"""Gives float64[courses, times] at times in hours since 1970; NaN where it is not known."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Factor:
    """One factor of a diary.

    Parameters
    ----------
    name
        The substance, or stress, sleep, exercise, screen, illness, vaccination, cycle.
    usual_dose, unit
        What one step of it is; None for the unit where amounts are not known.
    course
        Its course in steps: one for each rate of elimination that the person may have.
    log_prior
        float64[courses]: log of how likely each of them is beforehand.
    """

    name: str
    usual_dose: float
    unit: str | None
    course: Course
    log_prior: FloatArray


def averaged(course: Course, hours: WatchedHours, delays: FloatArray | None = None) -> FloatArray:
    """Return the mean of each course over each piece of watched time, float64[courses, pieces].

    `delays` **[h]**: the mean over the courses that came so much later is returned. NaN where nothing is known.
    """
    moments = np.array([hours.begin + share * hours.watched_h for share in POINTS])
    # All at once: what is in the body costs as much at one time as at many.
    at = np.concatenate([moments - delay for delay in (np.zeros(1) if delays is None else delays)])
    values = course(at.ravel()).reshape(-1, *at.shape)
    is_known = np.isfinite(values)
    known = is_known.sum(axis=1)
    total = np.where(is_known, values, 0.0).sum(axis=1)
    return np.where(known > 0, total / np.maximum(known, 1), np.nan)


def plain_factors(diary: Diary) -> list[Factor]:
    """Return what is no substance, as far as it occurs: habits, then illness, vaccination and cycle."""
    habits = [
        _plain(name, step, unit, course_of(diary))
        for name, kind, course_of, step, unit in (
            ("stress", Stress, stress_course, STRESS_STEP, "points"),
            ("sleep", Sleep, sleep_course, SLEEP_STEP_H, "h less"),
            ("exercise", Exercise, exercise_course, 1.0, "session"),
        )
        if diary.of(kind)
    ]
    usual_h = usual_screen_h(diary)
    if usual_h > 0:
        habits.append(_plain("screen", usual_h, "h a day", screen_course(diary, usual_h)))
    states = (
        ("illness", "illness", ill_states(diary)),
        ("vaccination", "days after", vaccinated_states(diary)),
        ("cycle", "days before", premenstrual_states(diary)),
    )
    return habits + [_plain(name, found.step, unit, found.course()) for name, unit, found in states if found]


def _plain(name: str, step: float, unit: str, course: Course) -> Factor:
    return Factor(name=name, usual_dose=step, unit=unit, course=course, log_prior=np.zeros(1))


def stress_course(diary: Diary) -> Course:
    """Return the stress **[steps of 3 points]**: that of the next entry, if it looks back so far."""
    entries = diary.of(Stress)
    time = np.array([entry.hours for entry in entries])
    level = np.array([entry.level for entry in entries])

    def course(at: FloatArray) -> FloatArray:
        following = np.searchsorted(time, at, side="left")
        place = np.minimum(following, len(time) - 1)
        is_seen = (following < len(time)) & (time[place] - at <= LOOKS_BACK_H)
        return np.where(is_seen, level[place] / STRESS_STEP, np.nan)[np.newaxis]

    return course


def sleep_course(diary: Diary) -> Course:
    """Return how short the last sleep was **[steps of 2 h less]**."""
    begin, end, slept = _sleeps(diary)

    def course(at: FloatArray) -> FloatArray:
        last = np.searchsorted(begin, at, side="right") - 1
        place = np.maximum(last, 0)
        is_told = (last >= 0) & (at - end[place] <= SLEEP_TELLS_H)
        return np.where(is_told, -slept[place] / SLEEP_STEP_H, np.nan)[np.newaxis]

    return course


def _sleeps(diary: Diary) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return begin, end and length of each sleep **[h]**, interrupted ones joined."""
    joined: list[list[float]] = []
    for entry in diary.of(Sleep):
        begin, end = entry.hours, entry.hours + entry.duration_min / MINUTES_PER_HOUR
        if joined and begin - joined[-1][1] < JOINED_H:
            joined[-1][2] += max(0.0, end - max(joined[-1][1], begin))
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([begin, end, end - begin])
    columns = np.array(joined, dtype=np.float64).reshape(-1, 3)
    return columns[:, 0], columns[:, 1], columns[:, 2]


def exercise_course(diary: Diary) -> Course:
    """Return the exercise that ended within the last 24 h **[sessions of the usual effort]**."""
    entries = sorted(diary.of(Exercise), key=_end_of_exercise)
    effort = np.array([entry.effort for entry in entries])
    end = np.array([_end_of_exercise(entry) for entry in entries])
    usual = float(np.median(effort))
    total = np.concatenate(([0.0], np.cumsum(effort))) / (usual if usual > 0 else 1.0)

    def course(at: FloatArray) -> FloatArray:
        ended = np.searchsorted(end, at, side="right")
        over = np.searchsorted(end + EXERCISE_LASTS_H, at, side="right")
        return (total[ended] - total[over])[np.newaxis]

    return course


def _end_of_exercise(entry: Exercise) -> float:
    return entry.hours + (entry.duration_min or 0.0) / MINUTES_PER_HOUR


def usual_screen_h(diary: Diary) -> float:
    """Return the time before a screen of a usual day with any **[h]**; 0 where there is none."""
    days: dict[int, float] = defaultdict(float)
    for entry in diary.of(Screen):
        days[entry.time.toordinal()] += entry.duration_min / MINUTES_PER_HOUR
    lengths = [length for length in days.values() if length > 0]
    return float(np.median(lengths)) if lengths else 0.0


def screen_course(diary: Diary, usual_h: float) -> Course:
    """Return the time before a screen within the last 24 h **[usual days]**.

    Method
    ------
    Two screens at once count once. Between the first entry and the last, what was not written was none; up to a day
    after the first began, and from a day after the last ended, it is not known.
    """
    ends = [(entry.hours, entry.hours + entry.duration_min / MINUTES_PER_HOUR) for entry in diary.of(Screen)]
    stretches = merged_stretches(np.array(ends))
    corners = stretches.ravel()
    so_far = np.repeat(np.cumsum(stretches[:, 1] - stretches[:, 0]), 2)
    so_far[::2] -= stretches[:, 1] - stretches[:, 0]

    def course(at: FloatArray) -> FloatArray:
        lately = np.interp(at, corners, so_far) - np.interp(at - SCREEN_LASTS_H, corners, so_far)
        is_told = (at >= corners[0] + SCREEN_LASTS_H) & (at <= corners[-1] + SCREEN_LASTS_H)
        return np.where(is_told, lately / usual_h, np.nan)[np.newaxis]

    return course
