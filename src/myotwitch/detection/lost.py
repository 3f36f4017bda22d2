"""Samples that were lost: missing ones, and zeros or held values that a recorder wrote in their place."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.detection.block_stretches import BlockStretch, stretches_of_runs
from myotwitch.detection.filtering import is_complete
from myotwitch.twitches import ExclusionReason

Samples = NDArray[np.float32]
SHORTEST_S = 0.004
FEWEST = 6
"""Equal samples in a row, at least, that count as lost."""
BY_CHANCE = 1e-3
"""Runs so long that a block holds fewer by chance; coarse converters repeat values all the time."""
PAIRS = 20_000
"""Neighbours that are compared to tell how often values repeat."""
FEWEST_OF_MIDDLE = 200
MOST_LOST = 0.5
"""A channel that stands still for more than this share of a block is flat rather than lost now and then."""
PAD_S = 0.004
"""Beside what is lost: the bridge over it begins at a single sample of noise."""


def lost_stretches(samples: Samples, sampling_rate_hz: float) -> tuple[Samples, list[BlockStretch]]:
    """Return the samples with zeros and values written for lost ones as NaN, and where samples are lost.

    Parameters
    ----------
    samples
        Shape (channels, samples), NaN where missing; not changed.
    sampling_rate_hz
        **[Hz]**

    Method
    ------
    A run of equal values is lost samples where it is longer than chance makes it, given how often neighbours are equal
    in this channel, unless it stands at the largest or smallest value (which is clipping). Zeros are ``missing``, other
    values ``flat``.
    """
    marked, found = samples, []
    pad = round(PAD_S * sampling_rate_hz)
    has_all = is_complete(samples)
    for channel in range(samples.shape[0]):
        row = samples[channel]
        for start, stop in _still_runs(row, max(FEWEST, round(SHORTEST_S * sampling_rate_hz))):
            reason = ExclusionReason.MISSING if row[start] == 0 else ExclusionReason.FLAT
            marked = samples.copy() if marked is samples else marked
            marked[channel, start:stop] = np.nan
            found.append(
                BlockStretch(channel=channel, start=max(0, start - pad), stop=min(row.size, stop + pad), reason=reason)
            )
        if not has_all[channel]:
            found += stretches_of_runs(np.isnan(row), channel, ExclusionReason.MISSING, pad)
    return marked, found


def _still_runs(row: Samples, shortest: int) -> list[tuple[int, int]]:
    """Return first sample and sample after the last of the runs of equal values that chance does not make."""
    if row.size < 2 * shortest or not has_run(row, shortest):
        return []
    needed = max(shortest, 1 + math.ceil(math.log(BY_CHANCE / row.size) / math.log(_share_repeated(row))))
    if not has_run(row, needed):
        return []
    is_equal = row[1:] == row[:-1]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_equal.astype(np.int8), [0])))).reshape(-1, 2)
    long = edges[edges[:, 1] - edges[:, 0] + 1 >= needed]
    if not len(long):
        return []
    long = long[(row[long[:, 0]] != np.nanmax(row)) & (row[long[:, 0]] != np.nanmin(row))]
    if np.sum(long[:, 1] - long[:, 0] + 1) > MOST_LOST * row.size:
        return []
    return [(int(start), int(stop) + 1) for start, stop in long]


@njit(cache=True, nogil=True)
def has_run(row: Samples, shortest: int) -> bool:  # pragma: no cover  (compiled)
    """Return whether so many neighbours, at least four, are equal; most samples are not looked at."""
    # A run covers two neighbours on a grid of half its length.
    step = shortest // 2
    for place in range(step, row.size, step):
        value = row[place]
        if row[place - step] != value:
            continue
        start = place
        while start > 0 and row[start - 1] == value:
            start -= 1
        stop = place + 1
        while stop < row.size and row[stop] == value:
            stop += 1
        if stop - start >= shortest:
            return True
    return False


def _share_repeated(row: Samples) -> float:
    """Return how often a value is followed by itself: any value, or the middle one, of which there are most."""
    step = max(1, row.size // PAIRS)
    first, second = row[:-1:step], row[1::step][: row[:-1:step].size]
    is_middle = first == np.median(first[np.isfinite(first)]) if np.isfinite(first).any() else first == 0
    is_equal = first == second
    of_middle = is_equal[is_middle].mean() if np.count_nonzero(is_middle) >= FEWEST_OF_MIDDLE else 0.0
    return float(np.clip(max(is_equal.mean(), of_middle), 1e-9, 0.999))
