"""What the rate follows without any factor: the hour of the day, the day of the week, and slow change."""

from __future__ import annotations

import numpy as np

from myotwitch.course.hours import FloatArray, WatchedHours
from myotwitch.units import HOURS_PER_DAY

DAILY_WAVES = 3
"""Waves over the day: the shortest takes eight hours."""
DAYS_PER_SLOW_WAVE = 45.0
"""One term of slow change for so many days **[d]**; faster change is the drift's."""
MOST_SLOW_TERMS = 24
WEEK_H = 7 * HOURS_PER_DAY


def background_columns(hours: WatchedHours, local_shift_h: FloatArray) -> FloatArray:
    """Return the columns of the background, float64[pieces, columns], the first all ones.

    `local_shift_h` is what the clock showed beyond UTC in each piece **[h]**: an evening stays an evening on a journey.
    """
    clock = hours.middle + local_shift_h
    columns = [np.ones(len(hours))]
    for wave in range(1, DAILY_WAVES + 1):
        angle = 2 * np.pi * wave * clock / HOURS_PER_DAY
        columns += [np.cos(angle), np.sin(angle)]
    angle = 2 * np.pi * clock / WEEK_H
    columns += [np.cos(angle), np.sin(angle)]
    span = hours.end[-1] - hours.begin[0]
    gone = (hours.middle - hours.begin[0]) / span
    terms = int(np.clip(round(span / HOURS_PER_DAY / DAYS_PER_SLOW_WAVE), 1, MOST_SLOW_TERMS))
    columns += [gone - 0.5, *(np.cos(np.pi * term * gone) for term in range(2, terms + 1))]
    return np.column_stack(columns)
