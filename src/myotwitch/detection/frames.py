"""Frames of a tenth of a second, on a grid that counts from the recording's start, and what is measured in each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.noise import GAUSSIAN_MEDIAN

FRAMES_PER_WINDOW = 10
FLAT_PARTS = 2
"""A frame is flat where one of its halves is constant."""
CLIPPED_RUN = 3
"""Equal samples in a row at the frame's extreme that count as clipped where the file states no limits."""
CLIPPED_TO_SPREAD = 4.0
"""How far beyond the frame's own spread such a run must lie; slow peaks of a coarse converter repeat values as well."""
STEPS_INTO_PLATEAU = 5.0
STEPS_TO_PLATEAU = 20.0
"""Steps of the converter by which a plateau must be entered, and by which it must lie above the middle."""
NOISE_SAMPLES_HZ = 600.0
"""Rate to which the filtered samples are thinned before their median is taken; neighbours say nearly the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """The frames of one sampling rate.

    Parameters
    ----------
    sampling_rate_hz
        **[Hz]**
    frame_length
        Samples in a frame, about a tenth of a second.
    """

    sampling_rate_hz: float
    frame_length: int

    @property
    def window_length(self) -> int:
        """Samples in a window of noise, about a second."""
        return self.frame_length * FRAMES_PER_WINDOW

    @property
    def frame_s(self) -> float:
        """Length of a frame **[s]**."""
        return self.frame_length / self.sampling_rate_hz


def grid_for(sampling_rate_hz: float) -> Grid:
    """Return the grid of a sampling rate."""
    return Grid(sampling_rate_hz=sampling_rate_hz, frame_length=max(2, round(sampling_rate_hz / 10)))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FrameTable:
    """What was measured in each frame of some channels; every array has the shape (channels, frames).

    Parameters
    ----------
    is_missing, is_flat, is_clipped
        True where samples are lost, stand still, or stand at the end of the range.
    spread
        Robust standard deviation of the filtered signal in the frame **[unit of the samples]**.
    slow
        Standard deviation of the signal below the pass band in the window around the frame **[unit of the samples]**.
    """

    is_missing: NDArray[np.bool_]
    is_flat: NDArray[np.bool_]
    is_clipped: NDArray[np.bool_]
    spread: NDArray[np.float32]
    slow: NDArray[np.float32]

    @property
    def is_unreadable(self) -> NDArray[np.bool_]:
        """True where the frame says nothing about the muscle."""
        return self.is_missing | self.is_flat | self.is_clipped

    def part(self, first: int, stop: int) -> FrameTable:
        """Return the frames from `first` up to before `stop`."""
        return FrameTable(
            is_missing=self.is_missing[:, first:stop],
            is_flat=self.is_flat[:, first:stop],
            is_clipped=self.is_clipped[:, first:stop],
            spread=self.spread[:, first:stop],
            slow=self.slow[:, first:stop],
        )


def joined_frames(parts: list[FrameTable]) -> FrameTable:
    """Return the tables one after another as one."""
    return FrameTable(
        is_missing=np.concatenate([part.is_missing for part in parts], axis=1),
        is_flat=np.concatenate([part.is_flat for part in parts], axis=1),
        is_clipped=np.concatenate([part.is_clipped for part in parts], axis=1),
        spread=np.concatenate([part.spread for part in parts], axis=1),
        slow=np.concatenate([part.slow for part in parts], axis=1),
    )


def measure_frames(
    raw: NDArray[np.float32],
    complete: NDArray[np.float32],
    filtered: NDArray[np.float32],
    grid: Grid,
    limits: NDArray[np.float32],
) -> FrameTable:
    """Return what each frame of a block holds; the block starts on a frame, and a last piece of a frame is a frame.

    Parameters
    ----------
    raw
        Samples as read, NaN where missing; shape (channels, samples).
    complete
        The same with missing samples filled.
    filtered
        The same after the filter.
    grid
        The frames.
    limits
        Shape (channels, 2): smallest and largest value that the file can hold; infinite where unknown.
    """
    framed = _framed(raw, grid.frame_length)
    is_missing = np.asarray(~np.isfinite(framed).all(axis=2))
    thinning = max(1, round(grid.sampling_rate_hz / NOISE_SAMPLES_HZ))
    thinned = _framed(filtered, grid.frame_length)[:, :, ::thinning]
    middle = (thinned.shape[2] - 1) // 2
    sizes = np.abs(thinned[:, :, : 2 * middle + 1])  # an odd count has a middle
    spread = np.partition(sizes, middle, axis=2)[:, :, middle] / GAUSSIAN_MEDIAN
    return FrameTable(
        is_missing=is_missing,
        is_flat=_flat(framed) & ~is_missing,
        is_clipped=_clipped(framed, limits) & ~is_missing,
        spread=spread.astype(np.float32),
        slow=_slow(_framed(complete, grid.frame_length).mean(axis=2)),
    )


def _framed(samples: NDArray[np.float32], frame_length: int) -> NDArray[np.float32]:
    channels, length = samples.shape
    rest = -length % frame_length
    if rest:
        # The last piece of a frame is filled with its own mirror image, so that it measures only itself.
        tail = samples[:, length - length % frame_length :]
        repeats = -(-rest // tail.shape[1])
        samples = np.concatenate((samples, np.tile(tail[:, ::-1], repeats)[:, :rest]), axis=1)
    return samples.reshape(channels, -1, frame_length)


def _flat(framed: NDArray[np.float32]) -> NDArray[np.bool_]:
    half = framed.shape[2] // FLAT_PARTS
    parts = framed[:, :, : half * FLAT_PARTS].reshape(*framed.shape[:2], FLAT_PARTS, half)
    return np.asarray((parts.max(axis=3) == parts.min(axis=3)).any(axis=2))


def _clipped(framed: NDArray[np.float32], limits: NDArray[np.float32]) -> NDArray[np.bool_]:
    highest, lowest = framed.max(axis=2), framed.min(axis=2)
    is_clipped = (highest >= limits[:, 1:2]) | (lowest <= limits[:, 0:1])
    return np.asarray(is_clipped | _stands_at(framed, highest, lowest) | _stands_at(-framed, -lowest, -highest))


def _stands_at(
    framed: NDArray[np.float32], highest: NDArray[np.float32], lowest: NDArray[np.float32]
) -> NDArray[np.bool_]:
    at_top = framed == highest[:, :, np.newaxis]
    in_a_row = at_top[:, :, 2:] & at_top[:, :, 1:-1] & at_top[:, :, :-2]
    candidates = in_a_row.any(axis=2) & (highest > lowest)
    if candidates.any():
        rows = framed[candidates]
        middle = np.median(rows, axis=1)
        spread = np.median(np.abs(rows - middle[:, np.newaxis]), axis=1) / GAUSSIAN_MEDIAN
        height = highest[candidates] - middle
        candidates[candidates] = (height > CLIPPED_TO_SPREAD * spread) & _is_cut_off(rows, highest[candidates], height)
    return np.asarray(candidates, dtype=np.bool_)


def _is_cut_off(
    rows: NDArray[np.float32], highest: NDArray[np.float32], height: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """Tell a plateau that is entered at speed from the top of a slow wave, by the steps of the converter."""
    steps = np.abs(np.diff(rows, axis=1))
    smallest = np.where(steps > 0, steps, np.inf).min(axis=1)
    at_top = rows == highest[:, np.newaxis]
    edge = np.where(at_top[:, 1:] != at_top[:, :-1], steps, 0.0).max(axis=1)
    return np.asarray((edge >= STEPS_INTO_PLATEAU * smallest) & (height >= STEPS_TO_PLATEAU * smallest))


def _slow(centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """Difference of each frame's mean from the mean of its neighbours: drift is left out, a tug is not."""
    padded = np.pad(centre, ((0, 0), (1, 1)), mode="edge")
    return np.abs(centre - (padded[:, :-2] + padded[:, 2:]) / 2).astype(np.float32)
