"""Snippets: the samples around places of the excerpts, and which of them are copies of one another."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.detection.excerpts import Excerpts, Samples

COPY_SHARE = 0.02
"""Two potentials that differ by less than this share of what noise makes are one stretch that the file holds twice."""
MOST_TOGETHER = 2000
"""Stretches that are compared, each with each."""


def snippets_at(samples: Samples, place: NDArray[np.int64], lags: int) -> Samples:
    """Return the samples around places, shape (places, channels, lags); beyond an end its sample is held."""
    return snippets_on(samples, np.arange(samples.shape[0]), place, lags)


@njit(cache=True, nogil=True)
def snippets_on(
    samples: Samples, channels: NDArray[np.int64], place: NDArray[np.int64], lags: int
) -> Samples:  # pragma: no cover  (compiled)
    """Return the same of some channels."""
    last = samples.shape[1] - 1
    around = np.empty((place.size, channels.size, lags), dtype=np.float32)
    for number in range(place.size):
        first = place[number] - lags // 2
        for row in range(channels.size):
            for lag in range(lags):
                around[number, row, lag] = samples[channels[row], min(max(first + lag, 0), last)]
    return around


def earlier_copies(excerpts: Excerpts, place: NDArray[np.int64], template: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which of the stretches at `place` hold, but for next to nothing, the samples of an earlier one of them.

    It is looked for on the channel on which the template is largest: others may hold something else.
    """
    return np.asarray(np.tril(_are_copies(excerpts, place, template), -1).any(axis=1))


def copied_stretches(excerpts: Excerpts, place: NDArray[np.int64], template: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which of the stretches at `place` come again among the next or the last, the first of them included."""
    parts = [
        _are_copies(excerpts, place[first : first + MOST_TOGETHER], template).sum(axis=1) > 1
        for first in range(0, place.size, MOST_TOGETHER)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.bool_)


def _are_copies(excerpts: Excerpts, place: NDArray[np.int64], template: NDArray[np.float64]) -> NDArray[np.bool_]:
    channel = int(np.argmax((template**2).sum(axis=1)))
    around = snippets_at(excerpts.samples[channel : channel + 1], place, template.shape[1])[:, 0].astype(float)
    square = (around**2).sum(axis=1)
    distance = square[:, np.newaxis] + square - 2 * around @ around.T
    return np.asarray(distance < COPY_SHARE * 2 * around.shape[1])
