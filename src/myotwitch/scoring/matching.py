"""One-to-one matching of found events with true ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Matches:
    """Which found event is which true one.

    Parameters
    ----------
    found_index, true_index
        Pairs, as places in the arrays that were given; in order of the true event.
    error_s
        Found minus true time of each pair **[s]**.
    found_count, true_count
        How many events were given.
    """

    found_index: NDArray[np.int64]
    true_index: NDArray[np.int64]
    error_s: NDArray[np.float64]
    found_count: int
    true_count: int

    def __len__(self) -> int:
        return int(self.error_s.size)


def match_events(found_s: NDArray[np.floating], true_s: NDArray[np.floating], tolerance_s: float = 0.010) -> Matches:
    """Return the pairs of found and true events that lie within the tolerance: as many as possible, then as near.

    Parameters
    ----------
    found_s, true_s
        Times **[s]**, in any order, finite.
    tolerance_s
        Largest distance within a pair **[s]**, 0 or more.

    Raises
    ------
    RequestError
        If a time is not finite or the tolerance is negative.

    Method
    ------
    Events further apart than the tolerance cannot be paired across the gap, so the time line falls into clusters; each
    is an assignment problem, solved exactly. A pair is worth more than all distances of its cluster together, hence no
    pair is given up for nearness.

    Examples
    --------
    >>> matches = match_events(np.array([0.101, 0.5]), np.array([0.1, 0.9]))
    >>> len(matches), matches.found_index.tolist(), matches.true_index.tolist()
    (1, [0], [0])
    """
    found, true = np.asarray(found_s, dtype=np.float64), np.asarray(true_s, dtype=np.float64)
    if not (np.isfinite(found).all() and np.isfinite(true).all() and tolerance_s >= 0):
        raise RequestError("Events to match need finite times and a tolerance of 0 s or more.")
    pairs = [
        pair
        for found_here, true_here in _clusters(found, true, tolerance_s)
        for pair in _assigned(found, true, found_here, true_here, tolerance_s)
    ]
    table = np.array(sorted(pairs, key=lambda pair: (true[pair[1]], pair[1])), dtype=np.int64).reshape(-1, 2)
    return Matches(
        found_index=table[:, 0],
        true_index=table[:, 1],
        error_s=found[table[:, 0]] - true[table[:, 1]],
        found_count=found.size,
        true_count=true.size,
    )


def _clusters(
    found: NDArray[np.float64], true: NDArray[np.float64], tolerance_s: float
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Split all events where neighbours lie further apart than the tolerance; keep what holds both sorts."""
    times = np.concatenate((found, true))
    order = np.argsort(times, kind="stable")
    breaks = np.flatnonzero(np.diff(times[order]) > tolerance_s) + 1
    clusters = []
    for members in np.split(order, breaks):
        found_here, true_here = members[members < found.size], members[members >= found.size] - found.size
        if found_here.size and true_here.size:
            clusters.append((found_here, true_here))
    return clusters


def _assigned(
    found: NDArray[np.float64],
    true: NDArray[np.float64],
    found_here: NDArray[np.int64],
    true_here: NDArray[np.int64],
    tolerance_s: float,
) -> list[tuple[int, int]]:
    distance = np.abs(found[found_here][:, np.newaxis] - true[true_here])
    if distance.size == 1:
        return [(int(found_here[0]), int(true_here[0]))] if distance[0, 0] <= tolerance_s else []
    from scipy.optimize import linear_sum_assignment

    is_near = distance <= tolerance_s
    worth = (tolerance_s + 1.0) * min(distance.shape) + 1.0
    rows, columns = linear_sum_assignment(np.where(is_near, distance - worth, 0.0))
    return [
        (int(found_here[row]), int(true_here[column]))
        for row, column in zip(rows, columns, strict=True)
        if is_near[row, column]
    ]
