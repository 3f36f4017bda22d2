"""Mains and its harmonics taken out of a block while their frequency drifts and their size changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len, rfft
from scipy.ndimage import convolve1d, median_filter, uniform_filter1d

from myotwitch.detection.block_stretches import BlockStretch, stretches_of_runs
from myotwitch.detection.filtering import Filter
from myotwitch.detection.noise import SMALLEST_NOISE
from myotwitch.twitches import ExclusionReason

Floats = NDArray[np.float64]
Samples = NDArray[np.float32]
MAINS_HZ = (50.0, 60.0)
DRIFT_HZ = 0.7
"""How far the fundamental may lie from its nominal value."""
STEP_HZ = 0.02
TRACK_WINDOW_S = 1.0
TRACK_HOP_S = 0.25
ZEROS = 4
"""Length of the transform over that of the window: values between are then read by straight lines."""
TRACKED_CHANNELS = 3
SMOOTHING = 5
PIECE_S = 0.125
"""Length in which amplitude and phase are taken; they are then averaged over a second."""
REACH_S = 0.5
ROUNDS = 3
LOUD = 2.0
"""A piece so much louder than the channel's quieter ones says less of the hum, by the square."""
QUIET_QUANTILE = 0.3
END_S, END_SDS = 0.03, 4.0
"""The filter cannot know how a drifting hum goes on beyond the ends: what stands out so far there is left out."""
LOUDEST, TINY = 1e6, 1e-30
SHORTEST_S = 2.0
MUCH = 1.5
"""Noise SDs that hum must have in a piece, …"""
SHARE_LEFT = 0.5
"""… and share of its energy, for the piece to be left out."""
THINNED_TO = 32
"""Samples of a piece from which its level is taken."""


def remove_lines(filtered: Samples, chosen: Filter, channels: Sequence[int]) -> list[BlockStretch]:
    """Take the mains that a filter names out of the rows that it made, which are changed; return where some is left.

    `channels` are the numbers that the rows have in the block.
    """
    if not chosen.notches_hz:
        return []
    nominal = next(mains for mains in MAINS_HZ if all(line % mains == 0 for line in chosen.notches_hz))
    harmonics = [round(line / nominal) for line in chosen.notches_hz]
    is_left = remove_hum(filtered, nominal, harmonics, chosen.sampling_rate_hz)
    return [
        stretch
        for row, channel in enumerate(channels)
        for stretch in stretches_of_runs(is_left[row], channel, ExclusionReason.MAINS)
    ]


def remove_hum(
    filtered: Samples, nominal_hz: float, harmonics: Sequence[int], sampling_rate_hz: float
) -> NDArray[np.bool_]:
    """Take mains out of every channel of a block, which is changed, and return in which samples some is left.

    Parameters
    ----------
    filtered
        Shape (channels, samples): channels in which mains stands, after the band-pass.
    nominal_hz
        Fundamental as the grid should have it, 50 or 60 **[Hz]**.
    harmonics
        Which multiples of it stand in the channels; all are taken out of every one.
    sampling_rate_hz
        **[Hz]**

    Method
    ------
    The fundamental's frequency is tracked by the power of all its harmonics together in windows of a second. Cosines
    and sines of its phase are fitted to pieces of an eighth of a second; their amplitudes are averaged over the second
    around, pieces that are loud with something else counting less, run in straight lines from piece to piece, and are
    subtracted; what then is left is fitted again.

    Limits
    ------
    A change of amplitude within less than a second leaves some of the hum for about half a second on both sides, which
    is left out.
    """
    length = round(PIECE_S * sampling_rate_hz)
    pieces = filtered.shape[1] // length
    is_left = np.zeros(filtered.shape, dtype=np.bool_)
    if not harmonics or pieces < SHORTEST_S / PIECE_S:
        return is_left
    phase = _phase(filtered, nominal_hz, harmonics, sampling_rate_hz)
    whole = pieces * length
    waves = _waves(phase[:whole], harmonics).reshape(pieces, length, -1)
    samples = np.ascontiguousarray(filtered[:, :whole].reshape(-1, pieces, length).transpose(1, 0, 2))
    amounts = _amounts(samples, waves)
    samples -= _made(amounts, waves)
    filtered[:, :whole] = samples.transpose(1, 0, 2).reshape(-1, whole)
    if whole < filtered.shape[1]:
        filtered[:, whole:] -= amounts[-1] @ _waves(phase[whole:], harmonics).T
    is_left[:, :whole] = np.repeat(_is_left(samples, waves).T, length, axis=1)
    level = _levels(samples)[1] / 0.6745
    for end in (slice(None, round(END_S * sampling_rate_hz)), slice(-round(END_S * sampling_rate_hz), None)):
        is_left[:, end] |= (np.abs(filtered[:, end]).max(axis=1) > END_SDS * level)[:, np.newaxis]
    return is_left


def _phase(filtered: Samples, nominal_hz: float, harmonics: Sequence[int], sampling_rate_hz: float) -> Floats:
    """Return the phase of the fundamental at every sample **[rad]**."""
    size, hop = (round(time * sampling_rate_hz) for time in (TRACK_WINDOW_S, TRACK_HOP_S))
    level = np.median(np.abs(filtered[:, ::8]), axis=1)
    largest = np.argsort(level)[::-1][:TRACKED_CHANNELS]
    transform = next_fast_len(ZEROS * size, real=True)
    starts = np.arange(0, filtered.shape[1] - size + 1, hop)
    window = np.hanning(size).astype(np.float32)
    grid = np.arange(-DRIFT_HZ, DRIFT_HZ + STEP_HZ / 2, STEP_HZ) + nominal_hz
    power = np.zeros((starts.size, grid.size))
    for channel in largest[level[largest] > SMALLEST_NOISE]:
        signal = np.clip(filtered[channel], -LOUDEST * level[channel], LOUDEST * level[channel]) / level[channel]
        rows = np.lib.stride_tricks.sliding_window_view(signal, size)[::hop] * window
        spectrum = np.abs(rfft(rows, transform, axis=1)) ** 2
        for harmonic in harmonics:
            place = grid * harmonic * transform / sampling_rate_hz
            below = place.astype(np.int64)
            share = place - below
            power += (1 - share) * spectrum[:, below] + share * spectrum[:, below + 1]
    centre = starts + size / 2
    frequency = _smooth_track(power, grid)
    rate = np.interp(np.arange(filtered.shape[1]), centre, frequency)
    return 2 * np.pi * np.cumsum(rate) / sampling_rate_hz


def _smooth_track(power: Floats, grid: Floats) -> Floats:
    """Return the frequency of each window: the largest power, between its neighbours, without outliers."""
    rows = np.arange(len(power))
    top = np.clip(power.argmax(axis=1), 1, grid.size - 2)
    left, middle, right = (power[rows, top + step] for step in (-1, 0, 1))
    bend = left - 2 * middle + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, -1.0), 0.0)
    frequency = grid[top] + np.clip(shift, -1, 1) * (grid[1] - grid[0])
    return uniform_filter1d(median_filter(frequency, SMOOTHING, mode="nearest"), 3, mode="nearest")


def _waves(phase: Floats, harmonics: Sequence[int]) -> Samples:
    """Return cosines and sines of all lines, shape (samples, waves)."""
    angle = np.outer(phase, np.asarray(harmonics, dtype=np.float64))
    return np.concatenate((np.cos(angle), np.sin(angle)), axis=1).astype(np.float32)


def _amounts(samples: Samples, waves: Samples) -> Samples:
    """Return how much of each wave is in samples (pieces, channels, samples), shape (pieces, channels, waves)."""
    amounts = np.zeros((*samples.shape[:2], waves.shape[2]), dtype=np.float32)
    weight = np.ones((*samples.shape[:2], 1), dtype=np.float32)
    left = samples
    for number in range(ROUNDS):
        if number:
            left = samples - _made(amounts, waves)
            weight = _weights(left)
        seen = np.matmul(left, waves) * np.float32(2 / waves.shape[1])
        amounts += _second_around(seen * weight) / np.maximum(_second_around(weight), 1e-12)
    return amounts


def _is_left(left: Samples, waves: Samples) -> NDArray[np.bool_]:
    """Return in which pieces and channels hum is more than half of what there is, and much."""
    seen = np.matmul(left, waves) * np.float32(2 / waves.shape[1])
    hum = (seen**2).sum(axis=2) / 2
    _, quiet = _levels(left)
    is_much = hum > (MUCH * quiet / 0.6745) ** 2
    return np.asarray(is_much & (hum > SHARE_LEFT * (left**2).mean(axis=2)))


def _levels(left: Samples) -> tuple[Samples, Samples]:
    """Return the median size of each piece and channel, and that of each channel's quieter pieces."""
    thinned = np.abs(left[:, :, :: max(1, left.shape[2] // THINNED_TO)])
    level = np.median(thinned, axis=2, overwrite_input=True)
    return level, np.quantile(level, QUIET_QUANTILE, axis=0).astype(np.float32)


def _weights(left: Samples) -> Samples:
    level, quiet = _levels(left)
    louder = level.astype(np.float64) / np.maximum(LOUD * quiet, TINY)
    weight = 1 / np.clip(louder, 1.0, LOUDEST) ** 2
    return np.asarray(weight[:, :, np.newaxis], dtype=np.float32)


def _second_around(values: Samples) -> Samples:
    reach = round(REACH_S / PIECE_S)
    return np.asarray(convolve1d(values, np.hanning(2 * reach + 1), axis=0, mode="constant"), dtype=np.float32)


def _made(amounts: Samples, waves: Samples) -> Samples:
    """Return the hum of these amounts, which run in straight lines between the middles of pieces."""
    half: Samples = np.concatenate((amounts[:1], (amounts[1:] + amounts[:-1]) / 2, amounts[-1:]))
    along = ((np.arange(waves.shape[1]) + 0.5) / waves.shape[1]).astype(np.float32)
    values = waves.transpose(0, 2, 1)
    made = np.matmul(np.diff(half, axis=0), values) * along
    return np.asarray(made + np.matmul(half[:-1], values))
