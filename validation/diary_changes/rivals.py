"""What others would use to find a change, on the daily counts: penalised segmentation, and a CUSUM chart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from myotwitch.course.changes_days import WatchedDays

SHORTEST_SEGMENT = 7


def segmentation(days: WatchedDays) -> list[int]:
    """Return the days on which segments of the square root of the daily rate begin, the first left out.

    The optimum that PELT finds, by the plain recursion: squared error, at least a week a segment, a penalty of three
    times the log of the length; the values are divided by the scatter from one day to the next, so that the penalty
    means what it means for independent days.
    """
    seen = np.flatnonzero(days.exposure_h > 0)
    values = np.sqrt(days.bouts[seen] / days.exposure_h[seen] * np.median(days.exposure_h[seen]))
    scatter = 1.4826 * np.median(np.abs(np.diff(values))) / np.sqrt(2)
    values = values / max(scatter, 0.25)
    begins = optimal_partition(values, 3 * np.log(len(values)))
    return [int(seen[begin]) for begin in begins]


def optimal_partition(values: NDArray[np.float64], penalty: float) -> list[int]:
    """Return where segments of least squared error and penalty begin, the first left out."""
    number = len(values)
    first, second = (np.concatenate(([0.0], np.cumsum(values**power))) for power in (1, 2))
    cost = np.full(number + 1, np.inf)
    cost[0] = -penalty
    origin = np.zeros(number + 1, dtype=np.int64)
    for end in range(SHORTEST_SEGMENT, number + 1):
        begin = np.arange(0, end - SHORTEST_SEGMENT + 1)
        error = second[end] - second[begin] - (first[end] - first[begin]) ** 2 / (end - begin)
        whole = cost[begin] + error + penalty
        origin[end] = begin[np.argmin(whole)]
        cost[end] = whole.min()
    begins, end = [], number
    while origin[end] > 0:
        begins.append(int(origin[end]))
        end = origin[end]
    return begins[::-1]


def cusum(days: WatchedDays, *, baseline: int = 30, slack: float = 0.5, level: float = 5.0) -> list[tuple[int, int]]:
    """Return day of alarm and day of change of a two-sided CUSUM chart on daily rates, with the textbook's settings.

    Mean and standard deviation come from the first 30 days, and anew from the 30 days after an alarm.
    """
    seen = np.flatnonzero(days.exposure_h > 0)
    rates = days.bouts[seen] / days.exposure_h[seen]
    alarms, begin = [], 0
    while begin + baseline < len(rates):
        known = rates[begin : begin + baseline]
        scores = (rates[begin + baseline :] - known.mean()) / max(known.std(ddof=1), 1e-6)
        found = first_alarm(scores, slack, level)
        if found is None:
            break
        at, changed = found
        alarms.append((int(seen[begin + baseline + at]), int(seen[begin + baseline + changed])))
        begin += baseline + at + 1
    return alarms


def first_alarm(scores: NDArray[np.float64], slack: float, level: float) -> tuple[int, int] | None:
    sums, since = [0.0, 0.0], [0, 0]
    for day, score in enumerate(scores):
        for place, sign in enumerate((1, -1)):
            sums[place] += sign * score - slack
            if sums[place] <= 0:
                sums[place], since[place] = 0.0, day + 1
            if sums[place] > level:
                return day, since[place]
    return None
