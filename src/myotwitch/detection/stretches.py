"""Arithmetic of stretches of time: arrays of shape (stretches, 2) with start and stop in seconds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Stretches = NDArray[np.float64]
NONE: Stretches = np.zeros((0, 2))


def stretches_of_frames(is_inside: NDArray[np.bool_], frame_s: float, end_s: float, pad_s: float = 0.0) -> Stretches:
    """Return the runs of True frames as merged stretches, widened by `pad_s` on both sides, within 0 to `end_s`.

    Examples
    --------
    >>> stretches_of_frames(np.array([False, True, True, False]), 0.1, 0.4).round(1).tolist()
    [[0.1, 0.3]]
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_inside.astype(np.int8), [0]))))
    runs = edges.reshape(-1, 2) * frame_s
    runs[:, 0] -= pad_s
    runs[:, 1] += pad_s
    return merged(np.clip(runs, 0.0, end_s))


def merged(stretches: Stretches, gap_s: float = 0.0) -> Stretches:
    """Return the stretches in order, joined where they touch, overlap or lie within `gap_s`; empty ones are dropped.

    Examples
    --------
    >>> merged(np.array([[3.0, 4.0], [0.0, 1.0], [0.5, 2.0]])).tolist()
    [[0.0, 2.0], [3.0, 4.0]]
    """
    kept = stretches[stretches[:, 1] > stretches[:, 0]]
    if not len(kept):
        return NONE
    kept = kept[np.argsort(kept[:, 0], kind="stable")]
    reach = np.maximum.accumulate(kept[:, 1])
    is_first = np.concatenate(([True], kept[1:, 0] > reach[:-1] + gap_s))
    is_last = np.concatenate((is_first[1:], [True]))
    return np.column_stack((kept[is_first, 0], reach[is_last]))


def overlaps(stretches: Stretches, start_s: NDArray[np.float64], stop_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return for each interval from start to stop whether it meets one of the merged `stretches`.

    Examples
    --------
    >>> overlaps(np.array([[1.0, 2.0]]), np.array([0.5, 1.5, 2.5]), np.array([0.8, 1.6, 2.6])).tolist()
    [False, True, False]
    """
    if not len(stretches):
        return np.zeros(start_s.shape, dtype=np.bool_)
    following = np.searchsorted(stretches[:, 1], start_s, side="right")
    nearest = np.minimum(following, len(stretches) - 1)
    return np.asarray((following < len(stretches)) & (stretches[nearest, 0] < stop_s), dtype=np.bool_)


def covered_by_all(by_channel: Sequence[Stretches]) -> Stretches:
    """Return the stretches that lie in every one of the given sets of merged stretches.

    Examples
    --------
    >>> covered_by_all([np.array([[0.0, 2.0]]), np.array([[1.0, 3.0]])]).tolist()
    [[1.0, 2.0]]
    """
    if not by_channel:
        return NONE
    starts = np.concatenate([stretches[:, 0] for stretches in by_channel])
    stops = np.concatenate([stretches[:, 1] for stretches in by_channel])
    times = np.concatenate((starts, stops))
    steps = np.concatenate((np.ones(len(starts)), -np.ones(len(stops))))
    order = np.lexsort((-steps, times))
    depth = np.cumsum(steps[order])
    is_full = depth >= len(by_channel)
    ordered = times[order]
    first = np.flatnonzero(is_full & ~np.concatenate(([False], is_full[:-1])))
    last = np.flatnonzero(~is_full & np.concatenate(([False], is_full[:-1])))
    return merged(np.column_stack((ordered[first], ordered[last])))


def total_s(stretches: Stretches) -> float:
    """Return the summed length of merged stretches **[s]**."""
    return float(np.sum(stretches[:, 1] - stretches[:, 0]))
