"""Concentrations by small steps of a minute: slow, plain, and not the program's own."""

from __future__ import annotations

from functools import lru_cache

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from validation.diaries.worlds import Habit

Floats = NDArray[np.float64]

STEPS_A_MINUTE = 2
WATER_L = 45.0
"""Volume in which alcohol spreads **[L]**."""
LARGEST_G_PER_L_PER_H = 0.17
"""Elimination of alcohol at saturation **[g/L/h]**."""
HALF_SATURATION_G_PER_L = 0.03


def concentration(habit: Habit, taken: NDArray[np.int64], amounts: Floats, minutes: int, elimination: float) -> Floats:
    """Return what is in the blood minute by minute, in the unit of the dose (alcohol: g/L)."""
    steps = np.zeros(minutes * STEPS_A_MINUTE)
    np.add.at(steps, taken * STEPS_A_MINUTE, amounts)
    hour = 1 / (60 * STEPS_A_MINUTE)
    if np.isinf(habit.absorption_per_h):
        inflow = steps
    else:
        kept = np.exp(-habit.absorption_per_h * hour)
        inflow = (1 - kept) * lfilter([1.0], [1.0, -kept], steps)
    if habit.half_life_h:
        left = np.exp(-np.log(2) / habit.half_life_h * elimination * hour)
        return lfilter([1.0], [1.0, -left], inflow)[::STEPS_A_MINUTE]
    return _alcohol(inflow / WATER_L, elimination, hour)[::STEPS_A_MINUTE]


@numba.njit(cache=True)
def _alcohol(inflow: Floats, elimination: float, hour: float) -> Floats:
    course = np.empty(len(inflow))
    now = 0.0
    fastest = LARGEST_G_PER_L_PER_H * elimination * hour
    for index in range(len(inflow)):
        now += inflow[index]
        now = max(0.0, now - fastest * now / (HALF_SATURATION_G_PER_L + now))
        course[index] = now
    return course


@lru_cache(maxsize=4096)
def peak_of(habit: Habit, dose: float, elimination: float) -> float:
    """Return the highest concentration after one dose in an empty body."""
    course = concentration(habit, np.array([0]), np.array([dose]), 72 * 60, elimination)
    return float(course.max())
