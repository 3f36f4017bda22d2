"""A block made ready to be searched: what no muscle made is mended, taken out, or told to be left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.artefacts import Mended, mend_artefacts
from myotwitch.detection.block_stretches import BlockStretch
from myotwitch.detection.filtering import SURFACE_BAND_HZ, Filter, fill_missing, filter_into, without_garbage
from myotwitch.detection.frames import FRAMES_PER_WINDOW, FrameTable, Grid, measure_frames
from myotwitch.detection.heartbeat import subtract_beats
from myotwitch.detection.hum import remove_lines
from myotwitch.detection.lost import lost_stretches
from myotwitch.detection.noise import SMALLEST_NOISE, moving_noise
from myotwitch.detection.skirts import take_off_skirts

Samples = NDArray[np.float32]
UNKNOWN_S = 0.02
"""What is bridged for longer than this says nothing about the noise."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CleanBlock:
    """A block ready to be searched.

    Parameters
    ----------
    filtered
        Shape (channels, samples), 0 where it is left out; beneath heartbeats divided by how much the noise is raised.
    frames
        What was measured in each frame.
    noise
        Shape (channels, windows); NaN where not readable.
    searched
        The same, infinite where not searched.
    left_out
        Stretches in which it is not searched.
    traces
        Stretches, of any channel, in which a little is left of heartbeats.
    """

    filtered: Samples
    frames: FrameTable
    noise: Samples
    searched: Samples
    left_out: list[BlockStretch]
    traces: list[BlockStretch]


def clean_block(
    samples: Samples,
    filters: Sequence[Filter],
    grid: Grid,
    limits: Samples,
    told_beats: NDArray[np.float64] | None = None,
    into: Samples | None = None,
) -> CleanBlock:
    """Return a block as read, filtered and without what no muscle made.

    Parameters
    ----------
    samples
        As read, shape (channels, samples), NaN where missing.
    filters
        One for each channel.
    grid
        Frames and windows; the block starts on a window.
    limits
        Smallest and largest value that the file can hold, shape (channels, 2).
    told_beats
        Heartbeats that a channel of the heart shows **[samples, fractions included]**; None where there is none.
    into
        Where the filtered samples are written, of the shape of `samples`; None takes new memory.

    Method
    ------
    In this order, since each would disturb what follows: lost samples, edges sharper than muscle makes them, the
    filter, mains, heartbeats. Frames and noise are measured anew where heartbeats were in them.
    """
    rate_hz = grid.sampling_rate_hz
    raw, left_out = lost_stretches(without_garbage(samples), rate_hz)
    # What is missing is left out; nothing has to be looked for where nothing is.
    complete = fill_missing(raw) if left_out else raw
    mended = mend_artefacts(complete, rate_hz, max(chosen.high_hz for chosen in filters))
    filtered = np.empty_like(samples) if into is None else into
    hum = filter_channels(mended.samples, filters, filtered)
    frames = _frames(raw, mended, filtered, grid, limits)
    noise = moving_noise(frames.spread, frames.is_unreadable, FRAMES_PER_WINDOW)
    usual = np.median(_searched(noise), axis=1)
    is_needle = max(chosen.high_hz for chosen in filters) > SURFACE_BAND_HZ[1]
    cleaned = subtract_beats(filtered, mended.samples, usual, rate_hz, told_beats, is_needle=is_needle)
    if cleaned.is_changed:
        frames = _frames(raw, mended, filtered, grid, limits)
        noise = moving_noise(frames.spread, frames.is_unreadable, FRAMES_PER_WINDOW)
    for channel, scale in enumerate(cleaned.noise_scale):
        if scale is not None:
            filtered[channel] /= scale
    left_out = [*left_out, *mended.left_out, *hum, *cleaned.left_out]
    for stretch in left_out:
        filtered[stretch.channel, stretch.start : stretch.stop] = 0.0
    searched = _searched(noise)
    take_off_skirts(filtered, searched, grid.window_length, rate_hz)
    return CleanBlock(
        filtered=filtered,
        frames=frames,
        noise=noise,
        searched=searched,
        left_out=left_out,
        traces=cleaned.traces,
    )


def filter_channels(samples: Samples, filters: Sequence[Filter], filtered: Samples) -> list[BlockStretch]:
    """Write the samples after each channel's filter and without mains, and return where some of that is left."""
    left: list[BlockStretch] = []
    for kind in {id(chosen): chosen for chosen in filters}.values():
        rows = [row for row, chosen in enumerate(filters) if chosen is kind]
        own = slice(rows[0], rows[-1] + 1) if rows[-1] - rows[0] == len(rows) - 1 else None
        part = np.empty((len(rows), samples.shape[1]), dtype=np.float32) if own is None else filtered[own]
        filter_into(part, samples[rows] if own is None else samples[own], kind)
        left += remove_lines(part, kind, rows)
        if own is None:
            filtered[rows] = part
    return left


def _searched(noise: Samples) -> Samples:
    return np.where(np.isfinite(noise) & (noise > SMALLEST_NOISE), noise, np.inf).astype(np.float32)


def _frames(raw: Samples, mended: Mended, filtered: Samples, grid: Grid, limits: Samples) -> FrameTable:
    """Return what the frames hold; those with a longer bridge count as missing."""
    frames = measure_frames(raw, mended.samples, filtered, grid, limits)
    shortest = round(UNKNOWN_S * grid.sampling_rate_hz)
    is_missing = frames.is_missing.copy()
    for bridge in mended.left_out:
        if bridge.stop - bridge.start >= shortest:
            first, last = bridge.start // grid.frame_length, (bridge.stop - 1) // grid.frame_length
            is_missing[bridge.channel, first : last + 1] = True
    return replace(frames, is_missing=is_missing)
