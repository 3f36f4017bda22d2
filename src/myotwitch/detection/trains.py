"""Trains: discharges that follow one another for so long, so fast or so evenly that a will is behind them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TRAIN_INTERVAL_S = 0.200
"""Longest interval in a train of continual discharges; Sleutjes 2016 (doi 10.1002/mus.24712) takes 250 ms."""
TRAIN_S = 1.0
TRAIN_DISCHARGES = 8
REGULAR_VARIATION = 0.4
"""Coefficient of variation of the intervals below which a train is one unit's; voluntary units vary by 0.10 to 0.25."""
RECRUITED_HZ = 12.0
"""Discharges a second from which a train of irregular intervals is several units."""
FASTEST_VOLUNTARY_HZ = 30.0
"""Regular trains faster than this are not voluntary; they stay and are looked at by kind."""
REGULAR_INTERVALS = 4
"""Intervals that must be even for a short regular run."""
RUN_PAUSE_S = 1.0
BROKEN_TRAIN_S = 1.5
BROKEN_TRAIN_DISCHARGES = 10
"""Short regular runs with pauses up to 1 s that last so long and hold so many discharges are one train, some of which
stayed below the threshold."""
Span = tuple[int, int]
"""First and last discharge of a train."""


def voluntary_trains(onset_s: NDArray[np.float64]) -> list[Span]:
    """Return the first and last discharge of every voluntary train among ascending onsets.

    Method
    ------
    Either at least 8 discharges over at least 1 s, each within 200 ms of the one before, that are regular (one unit) or
    more than 12 a second (several); or short regular runs that keep coming back. Fasciculations of 2 a second by chance
    form one of these about once in a thousand seconds.

    Examples
    --------
    >>> voluntary_trains(np.arange(20) * 0.1)
    [(0, 19)]
    >>> voluntary_trains(np.arange(20) * 0.5)
    []
    """
    if onset_s.size < TRAIN_DISCHARGES:
        return []
    spans = [
        (int(members[0]), int(members[-1]))
        for members in _split(np.arange(onset_s.size), onset_s, TRAIN_INTERVAL_S)
        if _is_train(onset_s[members])
    ]
    regular = np.flatnonzero(in_regular_run(onset_s))
    if regular.size:
        spans += [
            (int(members[0]), int(members[-1]))
            for members in _split(regular, onset_s, RUN_PAUSE_S)
            if members.size >= BROKEN_TRAIN_DISCHARGES and np.ptp(onset_s[members]) >= BROKEN_TRAIN_S
        ]
    return sorted(set(spans))


def in_regular_run(onset_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return for each of the ascending onsets whether it is one of 5 with even intervals of at most 200 ms."""
    is_regular = np.zeros(onset_s.size, dtype=np.bool_)
    if onset_s.size <= REGULAR_INTERVALS:
        return is_regular
    windows = np.lib.stride_tricks.sliding_window_view(np.diff(onset_s), REGULAR_INTERVALS)
    even = windows.std(axis=1) < REGULAR_VARIATION * windows.mean(axis=1)
    slow_enough = windows.mean(axis=1) >= 1 / FASTEST_VOLUNTARY_HZ
    for start in np.flatnonzero(even & slow_enough & (windows.max(axis=1) <= TRAIN_INTERVAL_S)):
        is_regular[start : start + REGULAR_INTERVALS + 1] = True
    return is_regular


def _split(members: NDArray[np.int64], onset_s: NDArray[np.float64], pause_s: float) -> list[NDArray[np.int64]]:
    return np.split(members, np.flatnonzero(np.diff(onset_s[members]) > pause_s) + 1)


def _is_train(onset_s: NDArray[np.float64]) -> bool:
    if onset_s.size < TRAIN_DISCHARGES or onset_s[-1] - onset_s[0] < TRAIN_S:
        return False
    intervals = np.diff(onset_s)
    if float(intervals.std() / intervals.mean()) < REGULAR_VARIATION:
        return 1 / float(np.median(intervals)) <= FASTEST_VOLUNTARY_HZ
    return intervals.size / float(onset_s[-1] - onset_s[0]) >= RECRUITED_HZ
