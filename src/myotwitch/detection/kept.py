"""What the second pass looks at of a block: in noise SDs, independent over channels, where something stands out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.detection.background import Background, energy_over_rest
from myotwitch.detection.excerpts import ASIDE_S, Samples, spans_around
from myotwitch.detection.units import FEW_CHANNELS

MARKED_DEFLECTION = 3.0
MARKED_ENERGY = 5.0
WINDOWS_AT_ONCE = 8
"""Windows that are made ready together; the whole block would take as much memory again."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class White:
    """The samples of a block in noise SDs and independent over channels, made when asked for.

    Parameters
    ----------
    filtered
        Shape (channels, samples) **[unit of the samples]**.
    noise
        SD of the noise in each window, shape (channels, windows); infinite where not searched.
    window_length
        Samples in a window.
    background
        How the noise goes together.
    """

    filtered: Samples
    noise: Samples
    window_length: int
    background: Background

    def part(self, start: int, stop: int) -> Samples:
        """Return the samples from `start` to before `stop`, counted within the block."""
        factors = (1 / self.noise).astype(np.float32)
        return self.background.whiten(_scaled(self.filtered, factors, self.window_length, start, stop))

    def is_marked(self, start: int, stop: int, sampling_rate_hz: float) -> NDArray[np.bool_]:
        """Return at which samples from `start` to before `stop` something stands out a little."""
        step = WINDOWS_AT_ONCE * self.window_length
        parts = (self.part(first, min(first + step, stop)) for first in range(start, stop, step))
        if len(self.filtered) < FEW_CHANNELS:
            return np.concatenate([np.abs(white).max(axis=0) >= MARKED_DEFLECTION for white in parts])
        energy = np.concatenate([np.einsum("cn,cn->n", white, white) for white in parts])
        return np.asarray(energy_over_rest(energy, sampling_rate_hz) >= MARKED_ENERGY)


def kept_pieces(white: White, start: int, stop: int, sampling_rate_hz: float) -> list[tuple[int, Samples]]:
    """Return the stretches of a block to be looked at again, each with its first sample, counted from `start`.

    Parameters
    ----------
    start, stop
        Samples of the block that it answers for.
    """
    is_marked = white.is_marked(start, stop, sampling_rate_hz)
    spans = spans_around(is_marked, round(ASIDE_S * sampling_rate_hz))
    return [(first, white.part(start + first, start + last)) for first, last in spans]


@njit(cache=True, nogil=True)
def _scaled(
    filtered: Samples, factors: Samples, window_length: int, start: int, stop: int
) -> Samples:  # pragma: no cover  (compiled)
    scaled = np.empty((filtered.shape[0], stop - start), dtype=np.float32)
    for channel in range(filtered.shape[0]):
        first = start
        while first < stop:
            last = min((first // window_length + 1) * window_length, stop)
            factor = factors[channel, first // window_length]
            row, into = filtered[channel, first:last], scaled[channel, first - start : last - start]
            for index in range(row.size):
                into[index] = row[index] * factor
            first = last
    return scaled
