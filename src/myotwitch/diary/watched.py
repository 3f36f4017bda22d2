"""When the person watched for twitching: only then does silence mean that there was none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from myotwitch.diary.diary import Diary
from myotwitch.diary.entries import Bout, CheckIn
from myotwitch.units import MINUTES_PER_HOUR

FloatArray = NDArray[np.float64]


def watched_stretches(diary: Diary) -> FloatArray:
    """Return the stretches of time that were watched, merged and in order.

    Returns
    -------
    float64[stretches, 2]: begin and end **[h since 1970, UTC]**. What lies between them is unknown.
    """
    check_ins = diary.of(CheckIn)
    ends = diary.hours(CheckIn)
    lengths = np.array([entry.duration_min / MINUTES_PER_HOUR for entry in check_ins], dtype=np.float64)
    return merged_stretches(np.column_stack((ends - lengths, ends)))


def merged_stretches(stretches: FloatArray) -> FloatArray:
    """Return stretches in order, those that overlap or touch joined, empty ones left out.

    Examples
    --------
    >>> merged_stretches(np.array([[3.0, 4.0], [1.0, 2.0], [2.0, 2.5]])).tolist()
    [[1.0, 2.5], [3.0, 4.0]]
    """
    rows = stretches[stretches[:, 1] > stretches[:, 0]]
    if len(rows) == 0:
        return np.empty((0, 2), dtype=np.float64)
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    reach = np.maximum.accumulate(rows[:, 1])
    # Hours since 1970 are known to some 1e-10 h: what touches up to rounding is one stretch.
    is_new = np.concatenate(([True], rows[1:, 0] > reach[:-1] + 1e-6))
    last = np.concatenate((is_new[1:], [True]))
    return np.column_stack((rows[is_new, 0], reach[last]))


def bout_times(diary: Diary) -> tuple[FloatArray, FloatArray]:
    """Return when bouts were noticed **[h since 1970, UTC]** and how many each entry stands for."""
    return diary.hours(Bout), np.array([bout.count for bout in diary.of(Bout)], dtype=np.float64)


def within(stretches: FloatArray, times: FloatArray) -> NDArray[np.bool_]:
    """Return which times lie in one of the merged stretches; both ends belong to a stretch."""
    if len(stretches) == 0:
        return np.zeros(len(times), dtype=np.bool_)
    index = np.searchsorted(stretches[:, 0], times + 1e-6, side="right") - 1
    is_after = index >= 0
    is_within: NDArray[np.bool_] = is_after & (times <= stretches[np.maximum(index, 0), 1] + 1e-6)
    return is_within


def watched_hours(diary: Diary) -> float:
    """Return for how long the person watched **[h]**."""
    stretches = watched_stretches(diary)
    return float(np.sum(stretches[:, 1] - stretches[:, 0]))
