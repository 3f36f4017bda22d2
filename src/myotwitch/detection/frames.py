"""Frames of a tenth of a second, on a grid that counts from the recording's start, and what is measured in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.detection.noise import GAUSSIAN_MEDIAN

FRAMES_PER_WINDOW = 10
FLAT_PARTS = 2
"""A frame is flat where one of its halves is constant."""
INFINITE_BITS, WITHOUT_SIGN = 0x7F800000, 0x7FFFFFFF
"""The bits of an infinite number, beyond which those of NaN lie; and all bits of a number but that of its sign."""
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
    looked = framed if complete is raw else _framed(complete, grid.frame_length)
    seen = _looked_at(framed, looked)
    thinning = max(1, round(grid.sampling_rate_hz / NOISE_SAMPLES_HZ))
    return FrameTable(
        is_missing=seen.is_missing,
        is_flat=seen.is_flat & ~seen.is_missing,
        is_clipped=_clipped(framed, seen, limits) & ~seen.is_missing,
        spread=_median_sizes(_framed(filtered, grid.frame_length), thinning) / np.float32(GAUSSIAN_MEDIAN),
        slow=_slow(seen.mean),
    )


class _Seen(NamedTuple):
    """What one look at each frame tells; shape (channels, frames).

    Parameters
    ----------
    is_missing, is_flat
        See `FrameTable`.
    highest, lowest
        Largest and smallest sample.
    stands_high, stands_low
        Whether it stands there for `CLIPPED_RUN` samples in a row.
    mean
        Of the complete samples.
    """

    is_missing: NDArray[np.bool_]
    is_flat: NDArray[np.bool_]
    highest: NDArray[np.float32]
    lowest: NDArray[np.float32]
    stands_high: NDArray[np.bool_]
    stands_low: NDArray[np.bool_]
    mean: NDArray[np.float32]


def _looked_at(framed: NDArray[np.float32], complete: NDArray[np.float32]) -> _Seen:
    shape = framed.shape[:2]
    flags = np.empty((3, *shape), dtype=np.bool_)
    extremes = np.empty((2, *shape), dtype=np.int32)
    mean = np.empty(shape, dtype=np.float32)
    _look(framed.view(np.int32), complete, flags, extremes, mean)
    is_missing = (extremes[0] >= INFINITE_BITS) | (extremes[1] <= -INFINITE_BITS - 1)
    highest, lowest = (extremes ^ ((extremes >> 31) & WITHOUT_SIGN)).view(np.float32)
    return _Seen(
        is_missing=is_missing,
        is_flat=flags[0],
        stands_high=flags[1],
        stands_low=flags[2],
        highest=highest,
        lowest=lowest,
        mean=mean,
    )


@njit(cache=True, nogil=True, fastmath=True)
def _look(
    bits: NDArray[np.int32],
    complete: NDArray[np.float32],
    flags: NDArray[np.bool_],
    extremes: NDArray[np.int32],
    mean: NDArray[np.float32],
) -> None:  # pragma: no cover  (compiled)
    """Fill the tables; on bits, since comparing whole numbers is several times faster than comparing others."""
    length = bits.shape[2]
    half = length // FLAT_PARTS
    for channel in range(bits.shape[0]):
        for number in range(bits.shape[1]):
            own, whole = bits[channel, number], complete[channel, number]
            high, low = _extremes(own[FLAT_PARTS * half - 1 :])
            is_flat = False
            for part in range(FLAT_PARTS):
                top, bottom = _extremes(own[part * half : (part + 1) * half])
                is_flat = is_flat or top == bottom or (top == 0 and bottom == -1)  # zeros of both signs
                high, low = max(high, top), min(low, bottom)
            total = np.float32(0.0)
            for index in range(length):
                total += whole[index]
            flags[0, channel, number] = is_flat
            flags[1, channel, number] = _stands_at(own, np.int32(_ordered(high)))
            flags[2, channel, number] = _stands_at(own, np.int32(_ordered(low)))
            extremes[0, channel, number], extremes[1, channel, number] = high, low
            mean[channel, number] = total / np.float32(length)


@njit(cache=True, nogil=True)
def _ordered(bits: np.int32) -> np.int32:  # pragma: no cover  (compiled)
    """Return the bits of a number as a whole number that stands in the same order; and that one as bits again."""
    return bits ^ ((bits >> np.int32(31)) & np.int32(WITHOUT_SIGN))


@njit(cache=True, nogil=True)
def _extremes(bits: NDArray[np.int32]) -> tuple[np.int32, np.int32]:  # pragma: no cover  (compiled)
    high = low = np.int32(_ordered(bits[0]))
    for index in range(bits.size):
        value = np.int32(_ordered(bits[index]))
        high = max(high, value)
        low = min(low, value)
    return high, low


@njit(cache=True, nogil=True)
def _stands_at(bits: NDArray[np.int32], extreme: np.int32) -> bool:  # pragma: no cover  (compiled)
    count = np.int32(0)
    for index in range(bits.size):
        count += np.int32(bits[index] == extreme)
    if count >= CLIPPED_RUN:
        run = 0
        for value in bits:
            run = run + 1 if value == extreme else 0
            if run >= CLIPPED_RUN:
                return True
    return False


def _median_sizes(framed: NDArray[np.float32], thinning: int) -> NDArray[np.float32]:
    """Return the median of every `thinning`-th sample's size; of an odd number of them, so that one is the middle."""
    middle = (-(-framed.shape[2] // thinning) - 1) // 2
    sizes = _sizes(framed, thinning, 2 * middle + 1)
    sizes.sort(axis=2)
    return np.ascontiguousarray(sizes[:, :, middle])


@njit(cache=True, nogil=True)
def _sizes(framed: NDArray[np.float32], thinning: int, count: int) -> NDArray[np.float32]:  # pragma: no cover
    sizes = np.empty((*framed.shape[:2], count), dtype=np.float32)
    for channel in range(framed.shape[0]):
        for number in range(framed.shape[1]):
            frame = framed[channel, number]
            for place in range(count):
                sizes[channel, number, place] = abs(frame[place * thinning])
    return sizes


def _framed(samples: NDArray[np.float32], frame_length: int) -> NDArray[np.float32]:
    channels, length = samples.shape
    rest = -length % frame_length
    if rest:
        # The last piece of a frame is filled with its own mirror image, so that it measures only itself.
        tail = samples[:, length - length % frame_length :]
        repeats = -(-rest // tail.shape[1])
        samples = np.concatenate((samples, np.tile(tail[:, ::-1], repeats)[:, :rest]), axis=1)
    return samples.reshape(channels, -1, frame_length)


def _clipped(framed: NDArray[np.float32], seen: _Seen, limits: NDArray[np.float32]) -> NDArray[np.bool_]:
    is_clipped = (seen.highest >= limits[:, 1:2]) | (seen.lowest <= limits[:, 0:1])
    for stands, sign, top in ((seen.stands_high, 1, seen.highest), (seen.stands_low, -1, -seen.lowest)):
        chosen = stands & (seen.highest > seen.lowest) & ~seen.is_missing
        if chosen.any():
            is_clipped[chosen] |= _is_plateau(sign * framed[chosen], top[chosen])
    return np.asarray(is_clipped)


def _is_plateau(rows: NDArray[np.float32], highest: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which frames, that stand at their highest for a while, are cut off there."""
    middle = np.median(rows, axis=1)
    spread = np.median(np.abs(rows - middle[:, np.newaxis]), axis=1) / GAUSSIAN_MEDIAN
    height = highest - middle
    return np.asarray((height > CLIPPED_TO_SPREAD * spread) & _is_cut_off(rows, highest, height))


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
