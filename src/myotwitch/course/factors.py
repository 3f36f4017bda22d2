"""What may drive the twitching: each factor of a diary as its course over time, in the steps of the contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from myotwitch.course.hours import FloatArray, WatchedHours
from myotwitch.diary import Diary, Exercise, Sleep, Stress
from myotwitch.units import MINUTES_PER_HOUR

STRESS_STEP = 3.0
"""Points of stress by which the rate ratio is told."""
SLEEP_STEP_H = 2.0
"""Hours less of sleep by which the rate ratio is told **[h]**."""
EXERCISE_LASTS_H = 24.0
"""From the end of a session for so long it counts **[h]**."""
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
        The substance, or stress, sleep, exercise.
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
    """Return stress, sleep and exercise, as far as they occur."""
    return [
        Factor(name=name, usual_dose=step, unit=unit, course=course_of(diary), log_prior=np.zeros(1))
        for name, kind, course_of, step, unit in (
            ("stress", Stress, stress_course, STRESS_STEP, "points"),
            ("sleep", Sleep, sleep_course, SLEEP_STEP_H, "h less"),
            ("exercise", Exercise, exercise_course, 1.0, "session"),
        )
        if diary.of(kind)
    ]


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
