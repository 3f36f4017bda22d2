"""What a moving cable or plug does to a channel: steps, decays after them, and bursts of both, taken off again."""

from __future__ import annotations

import numpy as np

from myotwitch.detection.between_samples import Floats
from myotwitch.detection.edges import LONG_S, MEDIAN_TO_SD, Edge, Indexes, Samples

FEWEST_OF_BURST = 3
EDGES_BLIND = 2
"""Samples at both ends that have no two neighbours on either side."""
LEVEL_S = 0.020
"""Length of signal from which the level beside a step is taken: a period of mains, longer than most potentials."""
STEP_TO_JUMP = 0.5
STEP_STANDS_OUT = 8.0
"""Step over the usual difference of successive levels."""
TAIL_S, TAIL_SHARE = (0.002, 0.008), 0.12
"""Time after an edge in which so much of its jump is left if it is a cable's."""
DECAYS_S = (np.inf, 2.0, 1.0, 0.5, 0.35, 0.25, 0.18, 0.13, 0.09, 0.065, 0.045, 0.032, 0.022, 0.016, 0.011, 0.008, 0.005)
"""Time constants with which the level may come back after an edge: of amplifiers that pass from 0.1 to 30 Hz."""
FINER = ((0.72, 0.78, 0.84, 0.9, 0.95, 1.0, 1.05, 1.1, 1.17, 1.25, 1.35), (0.97, 0.98, 0.99, 1.0, 1.01, 1.02, 1.03))
"""Around the best of them, again and again."""
DECAY_SEEN_S = 0.5
"""Length of signal from which the time constant is taken."""
BESIDE_S = 0.010
"""Less sharp edges so close to a burst belong to it."""


def is_cable(row: Samples, burst: list[Edge], sampling_rate_hz: float) -> bool:
    """Tell many edges, or one after which the level stays or decays, from a very short potential, which comes back."""
    start, stop = burst[0].start, burst[-1].stop
    if len(burst) >= FEWEST_OF_BURST or stop - start >= LONG_S * sampling_rate_hz:
        return True
    near, far = (round(time * sampling_rate_hz) for time in TAIL_S)
    before, after = row[max(0, start - far) : max(1, start - 1)], row[stop + near : stop + far]
    if not after.size:
        return True
    tail = abs(float(np.median(after) - np.median(before)))
    return tail >= TAIL_SHARE * float(np.ptp(row[max(0, start - 1) : stop + 1]))


def mend_burst(row: Samples, burst: list[Edge], large: Indexes, sampling_rate_hz: float) -> tuple[int, int]:
    """Bridge all from the first edge to the last, take off what the level was changed by, and return what was bridged.

    Parameters
    ----------
    row
        The channel, which is changed.
    burst
        Edges close together.
    large
        All samples with large errors: of a real burst, those close to its edges belong to it.
    """
    start, stop = burst[0].start, burst[-1].stop
    if len(burst) >= FEWEST_OF_BURST:
        start, stop = _with_edges_beside(start, stop, large, round(BESIDE_S * sampling_rate_hz))
    start = start - 1 if start > EDGES_BLIND + 1 else 0
    stop = stop + 1 if stop < row.size - EDGES_BLIND - 1 else row.size
    later = large[large > stop + round(LEVEL_S * sampling_rate_hz)]
    _take_off_decay(row, start, stop, int(later[0]) if later.size else row.size, sampling_rate_hz)
    bridge(row, start, stop)
    return start, stop


def mend_step(row: Samples, edge: Edge, sampling_rate_hz: float) -> tuple[int, int] | None:
    """Take a step off all that follows, bridge it and return where; None where the level comes back."""
    length = round(LEVEL_S * sampling_rate_hz)
    start, stop = max(0, edge.start - 1), min(row.size, edge.stop + 1)
    before, after = row[max(0, start - length) : start], row[stop : stop + length]
    if not before.size or not after.size:
        return None
    step = abs(float(np.median(after) - np.median(before)))
    if step < max(STEP_TO_JUMP * float(np.ptp(row[start:stop])), STEP_STANDS_OUT * _usual_step(row, length)):
        return None
    _take_off_decay(row, start, stop, row.size, sampling_rate_hz)
    bridge(row, start, stop)
    return start, stop


def bridge(row: Samples, start: int, stop: int) -> None:
    """Replace samples by a straight line between their neighbours; beyond an end the neighbour is held.

    Examples
    --------
    >>> row = np.array([0.0, 9.0, 9.0, 3.0], dtype=np.float32)
    >>> bridge(row, 1, 3)
    >>> row.tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    if start > 0 and stop < row.size:
        row[start:stop] = np.linspace(row[start - 1], row[stop], stop - start + 2)[1:-1]
    elif start > 0:
        row[start:] = row[start - 1]
    elif stop < row.size:
        row[:stop] = row[stop]
    else:
        row[:] = 0.0


def _with_edges_beside(start: int, stop: int, large: Indexes, beside: int) -> tuple[int, int]:
    first, last = (int(place) for place in np.searchsorted(large, (start, stop - 1)))
    while first > 0 and large[first - 1] >= large[first] - beside:
        first -= 1
    while last + 1 < large.size and large[last + 1] <= large[last] + beside:
        last += 1
    return int(large[first]), int(large[min(last, large.size - 1)]) + 1


def _take_off_decay(row: Samples, start: int, stop: int, until: int, sampling_rate_hz: float) -> None:
    """Take off what follows `stop`, as a change of level that stays or decays, by the best time constant."""
    before = row[max(0, start - round(LEVEL_S * sampling_rate_hz)) : start]
    last = min(row.size, stop + round(DECAY_SEEN_S * sampling_rate_hz), until)
    if not before.size or last - stop < 2:
        return
    after = row[stop:last].astype(np.float64) - np.median(before)
    times = np.arange(row.size - stop) / sampling_rate_hz
    best = _best_decay(after, times[: after.size], DECAYS_S)
    for factors in FINER:
        if best is not None and np.isfinite(best[1]):
            best = _best_decay(after, times[: after.size], tuple(best[1] * factor for factor in factors))
    if best is not None:
        row[stop:] -= (best[0] * np.exp(-times / best[1])).astype(np.float32)


def _best_decay(after: Floats, times: Floats, decays_s: tuple[float, ...]) -> tuple[float, float] | None:
    """Return size and time constant of the decay that leaves least; None where none leaves less than there is."""
    best, least = None, float(after @ after)
    for decay_s in decays_s:
        shape = np.exp(-times / decay_s)
        size = float(after @ shape / (shape @ shape))
        left = after - size * shape
        if float(left @ left) < least:
            best, least = (size, decay_s), float(left @ left)
    return best


def _usual_step(row: Samples, length: int) -> float:
    """Return the usual difference of successive levels, each the mean of `length` samples."""
    levels = row[: row.size // length * length].reshape(-1, length).mean(axis=1)
    return MEDIAN_TO_SD * float(np.median(np.abs(np.diff(levels)))) if levels.size > 2 else 0.0
