"""Wave: a recording as smallest and largest values at every coarseness, so that any stretch is drawn at once.

``wave.bin`` holds for each sampling rate the samples as int16 and above them levels of bins, each eight times as wide
as those of the level below; ``wave.json`` says where each stands and what a step means.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError
from myotwitch.language import _
from myotwitch.recordings.recording import Recording

WIDENING = 8
TILE_BINS = 1024
FEWEST_BINS = 512
"""A level with no more bins than this is the last."""
MOST_LEVELS = 6
MISSING = -32768
"""Stands where the recording holds nothing."""
LARGEST_STEP = 32767
BLOCK_SAMPLES = WIDENING ** (MOST_LEVELS - 1)
"""Read at a time: one bin of the coarsest level, so that no bin is made of two blocks."""
WIDEST_BIN = 1 << 30

Shorts = NDArray[np.int16]
Progress = Callable[[float, float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class WaveGroup:
    """The channels of one sampling rate.

    Parameters
    ----------
    rate_hz
        **[Hz]**
    channels
        Their places in the recording.
    count
        Samples of each.
    step, middle
        What a step and the value 0 mean **[the channel's unit]**, one a channel.
    begin
        Where in the file the samples stand **[bytes]**.
    """

    rate_hz: float
    channels: tuple[int, ...]
    count: int
    step: tuple[float, ...]
    middle: tuple[float, ...]
    begin: int

    @property
    def lengths(self) -> tuple[int, ...]:
        """Bins of each level; the first is that of the samples."""
        lengths = [self.count]
        while lengths[-1] > FEWEST_BINS and len(lengths) < MOST_LEVELS:
            lengths.append(-(-lengths[-1] // WIDENING))
        return tuple(lengths)

    @property
    def size(self) -> int:
        """Bytes of all levels together."""
        return 2 * len(self.channels) * (self.count + 2 * sum(self.lengths[1:]))

    def to_document(self) -> Mapping[str, Any]:
        """Return plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_document(cls, given: Mapping[str, Any]) -> Self:
        """Return the group that plain values mean."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
        }
        return cls(**values)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Wave:
    """A pyramid on disk, opened for reading."""

    groups: tuple[WaveGroup, ...]
    levels: tuple[tuple[Shorts, ...], ...]

    def tile(self, group: int, bin_samples: int, number: int) -> Shorts:
        """Return a tile of `TILE_BINS` bins: shape (channels, 2, bins), smallest and largest steps in each bin.

        Parameters
        ----------
        group
            Place of the sampling rate in `groups`.
        bin_samples
            Samples a bin, a power of two.
        number
            Which tile, counted from 0; the last one may be shorter.

        Raises
        ------
        RequestError
            If there is no such tile.
        """
        if not 0 <= group < len(self.groups) or not _is_bin(bin_samples):
            raise RequestError(f"There is no group {group}, or {bin_samples} samples a bin is no power of two.")
        levels = self.levels[group]
        level = min(int(math.log2(bin_samples)) // 3, len(levels) - 1)
        ratio = bin_samples // WIDENING**level
        start = number * TILE_BINS * ratio
        if not 0 <= start < levels[level].shape[-1]:
            raise RequestError(f"There is no tile {number} of bins of {bin_samples} samples.")
        part = levels[level][..., start : start + TILE_BINS * ratio]
        low, high = (part, part) if level == 0 else (part[:, 0], part[:, 1])
        low = np.where(high == MISSING, LARGEST_STEP, low).astype(np.int16)
        low, high = widened(low, high, ratio)
        return np.stack((np.where(high == MISSING, MISSING, low).astype(np.int16), high), axis=1)

    def samples(self, channel: int, start_s: float, stop_s: float, most: int) -> tuple[NDArray[np.float64], float]:
        """Return the samples of a channel, at most so many from the middle of a stretch, and their rate **[Hz]**."""
        for group, levels in zip(self.groups, self.levels, strict=True):
            if channel in group.channels:
                row = group.channels.index(channel)
                first = max(0, math.floor(start_s * group.rate_hz))
                last = min(group.count, math.ceil(stop_s * group.rate_hz))
                spare = max(0, last - first - most) // 2
                steps = levels[0][row, first + spare : max(first + spare, last - spare)]
                return np.where(steps == MISSING, 0.0, steps * group.step[row]), group.rate_hz
        raise RequestError(f"There is no channel {channel}.")


def _is_bin(bin_samples: int) -> bool:
    return 0 < bin_samples <= WIDEST_BIN and bin_samples & (bin_samples - 1) == 0


def widened(low: Shorts, high: Shorts, ratio: int) -> tuple[Shorts, Shorts]:
    """Return smallest and largest of every `ratio` bins (a power of two), the last ones of what there is.

    Method
    ------
    Halved again and again over neighbours, several times faster than a reduction over short rows.
    """
    while ratio > 1:
        if low.shape[-1] % 2:
            low = np.concatenate((low, low[..., -1:]), axis=-1)
            high = np.concatenate((high, high[..., -1:]), axis=-1)
        low = np.minimum(low[..., ::2], low[..., 1::2])
        high = np.maximum(high[..., ::2], high[..., 1::2])
        ratio //= 2
    return low, high


def open_wave(folder: Path) -> Wave:
    """Return the pyramid that a folder holds, mapped and not read.

    Raises
    ------
    RequestError
        If there is none, or not all of it.
    """
    try:
        told = json.loads((folder / "wave.json").read_text(encoding="utf-8"))
        groups = tuple(WaveGroup.from_document(group) for group in told["groups"])
        content = np.memmap(folder / "wave.bin", np.int16, "r")
    except (OSError, ValueError) as error:
        raise RequestError(_("The recording is still being prepared; look again in a moment.")) from error
    if content.size * 2 != sum(group.size for group in groups):
        raise RequestError(
            _("What was prepared of the recording is cut short; delete the recording and upload it again.")
        )
    return Wave(groups=groups, levels=tuple(_levels(content, group) for group in groups))


def _levels(content: Shorts, group: WaveGroup) -> tuple[Shorts, ...]:
    levels, at, rows = [], group.begin // 2, len(group.channels)
    for place, length in enumerate(group.lengths):
        shape = (rows, length) if place == 0 else (rows, 2, length)
        levels.append(content[at : at + math.prod(shape)].reshape(shape))
        at += math.prod(shape)
    return tuple(levels)


def make_wave(recording: Recording, folder: Path, progress: Progress) -> None:
    """Write the pyramid of a recording into a folder; it is there when all of it is.

    Method
    ------
    One pass for the range of each channel, from which its steps follow; one to write. Memory does not grow with the
    length. Half a step is the largest error: 1/131,068 of the channel's own range.
    """
    total_s = 2 * recording.duration_s * len(recording.channel_groups())
    done_s, begin, groups = 0.0, 0, []
    for rate_hz, indexes in recording.channel_groups():
        low, high = _range(recording, indexes, _from(done_s, total_s, progress))
        done_s += recording.duration_s
        step = np.where(high > low, (high - low) / (2 * LARGEST_STEP), 1.0)
        groups.append(
            WaveGroup(
                rate_hz=rate_hz,
                channels=indexes,
                count=recording.sample_count(indexes[0]),
                step=tuple(step.tolist()),
                middle=tuple(((low + high) / 2).tolist()),
                begin=begin,
            )
        )
        begin += groups[-1].size
    part = folder / "wave.part"
    content = np.memmap(part, np.int16, "w+", shape=(begin // 2,))
    for group in groups:
        _write(recording, group, _levels(content, group), _from(done_s, total_s, progress))
        done_s += recording.duration_s
    content.flush()
    del content
    part.replace(folder / "wave.bin")
    text = json.dumps({"groups": [group.to_document() for group in groups]})
    part.write_text(text, encoding="utf-8")
    part.replace(folder / "wave.json")


def _from(done_s: float, total_s: float, progress: Progress) -> Callable[[float], None]:
    return lambda further_s: progress(done_s + further_s, total_s)


def _blocks(recording: Recording, indexes: Sequence[int]) -> Iterator[tuple[int, NDArray[np.float32]]]:
    count = recording.sample_count(indexes[0])
    for start in range(0, count, BLOCK_SAMPLES):
        yield start, recording.read(indexes, start, min(start + BLOCK_SAMPLES, count))


def _range(
    recording: Recording, indexes: Sequence[int], progress: Callable[[float], None]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the smallest and largest finite value of each channel; 0 where there is none."""
    low, high = np.full(len(indexes), np.inf), np.full(len(indexes), -np.inf)
    rate_hz = recording.channels[indexes[0]].sampling_rate_hz
    for start, samples in _blocks(recording, indexes):
        is_finite = np.isfinite(samples)
        if is_finite.all():
            low, high = np.minimum(low, samples.min(axis=1)), np.maximum(high, samples.max(axis=1))
        else:
            low = np.minimum(low, np.where(is_finite, samples, np.inf).min(axis=1))
            high = np.maximum(high, np.where(is_finite, samples, -np.inf).max(axis=1))
        progress(start / rate_hz)
    is_known = high >= low
    return np.where(is_known, low, 0.0), np.where(is_known, high, 0.0)


def _write(recording: Recording, group: WaveGroup, levels: Sequence[Shorts], progress: Callable[[float], None]) -> None:
    middle = np.asarray(group.middle, dtype=np.float32)[:, None]
    per_step = (1.0 / np.asarray(group.step)).astype(np.float32)[:, None]
    for start, samples in _blocks(recording, group.channels):
        steps = np.clip(np.rint((samples - middle) * per_step), -LARGEST_STEP, LARGEST_STEP)
        # What is no number becomes the step that stands for nothing.
        steps = np.where(np.isfinite(steps), steps, MISSING).astype(np.int16)
        levels[0][:, start : start + steps.shape[1]] = steps
        low, high, at = np.where(steps == MISSING, np.int16(LARGEST_STEP), steps), steps, start
        for level in levels[1:]:
            low, high, at = *widened(low, high, WIDENING), at // WIDENING
            level[:, 0, at : at + low.shape[1]] = np.where(high == MISSING, np.int16(MISSING), low)
            level[:, 1, at : at + high.shape[1]] = high
        progress(start / group.rate_hz)
