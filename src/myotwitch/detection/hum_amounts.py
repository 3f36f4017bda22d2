"""How much of each wave of mains is in a block, piece by piece, and taking it out again.

What a fit leaves is seen through the waves without looking at the samples again: their products with one another are
taken once for each piece.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.ndimage import convolve1d

Floats = NDArray[np.float64]
Samples = NDArray[np.float32]
PIECE_S = 0.125
"""Length in which amplitude and phase are taken; they are then averaged over a second."""
REACH_S = 0.5
ROUNDS = 3
LOUD = 2.0
"""A piece so much louder than the channel's quieter ones says less of the hum, by the square."""
LOUDEST, TINY = 1e6, 1e-30
QUIET_QUANTILE = 0.3
THINNED_TO = 32
"""Samples of a piece, at most, from which its level is taken."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class HumLeft:
    """What is left of a block when its hum is taken out; all of shape (channels, pieces).

    Parameters
    ----------
    hum, energy
        Mean square of what the waves still explain, and of all that is left.
    level
        Median size of the samples.
    """

    hum: Floats
    energy: Floats
    level: Samples


def take_out_waves(filtered: Samples, waves: Samples, length: int) -> HumLeft:
    """Take out of every channel of a block, which is changed, what the waves explain, and return what is left.

    Parameters
    ----------
    filtered
        Shape (channels, samples).
    waves
        Shape (waves, samples), each of amplitude 1.
    length
        Samples in a piece.

    Method
    ------
    In each piece the products with all waves; averaged over the second around, pieces that are loud with something else
    counting less; taken out as straight lines from piece to piece; what is then left is fitted again.
    """
    pieces = filtered.shape[1] // length
    step = -(-length // THINNED_TO)
    within = _Products.of(waves, pieces, length)
    thin = np.ascontiguousarray(waves[:, : pieces * length].reshape(-1, pieces, length)[:, :, ::step].swapaxes(0, 1))
    seen = _projected(filtered, waves, pieces, length).astype(np.float64) * (2 / length)
    amounts, weight = np.zeros_like(seen), np.ones((*seen.shape[:2], 1))
    for number in range(ROUNDS):
        if number:
            weight = weights(_level_without(filtered, amounts, thin, length, step))
        amounts += second_around((seen - within.seen_of(amounts)) * weight) / np.maximum(second_around(weight), 1e-12)
    energy, thinned = _subtracted(filtered, waves, *_lines(amounts), length, step)
    hum = ((seen - within.seen_of(amounts)) ** 2).sum(axis=2) / 2
    return HumLeft(hum=hum, energy=energy, level=_median(thinned))


def weights(level: Samples) -> Floats:
    """Return how much each piece counts, shape (channels, pieces, 1), from its level, shape (channels, pieces)."""
    louder = level.astype(np.float64) / np.maximum(LOUD * quiet_level(level), TINY)[:, np.newaxis]
    return np.asarray(1 / np.clip(louder, 1.0, LOUDEST) ** 2)[:, :, np.newaxis]


def quiet_level(level: Samples) -> Floats:
    """Return the level of each channel's quieter pieces."""
    return np.quantile(level.astype(np.float64), QUIET_QUANTILE, axis=1)


def second_around(values: Floats) -> Floats:
    """Return the sums over the second around each piece, those at a distance counting less."""
    reach = round(REACH_S / PIECE_S)
    return np.asarray(convolve1d(values, np.hanning(2 * reach + 1), axis=1, mode="constant"))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Products:
    """Products of the waves with one another in each piece, plain and rising from 0 to 1, times 2 over its length."""

    plain: Floats
    rising: Floats

    @classmethod
    def of(cls, waves: Samples, pieces: int, length: int) -> _Products:
        rows = waves[:, : pieces * length].reshape(-1, pieces, length).swapaxes(0, 1)
        columns = rows.swapaxes(1, 2)
        scale = 2 / length
        return cls(
            plain=np.matmul(rows, columns).astype(np.float64) * scale,
            rising=np.matmul(rows * _along(length), columns).astype(np.float64) * scale,
        )

    def seen_of(self, amounts: Floats) -> Floats:
        """Return how the waves would be seen if the block were made of these amounts."""
        first, change = _lines(amounts)
        made = np.matmul(first.swapaxes(0, 1), self.plain) + np.matmul(change.swapaxes(0, 1), self.rising)
        return np.asarray(made.swapaxes(0, 1))


def _lines(amounts: Floats) -> tuple[Floats, Floats]:
    """Return the amounts at the start of each piece, and by how much they change in it."""
    border = np.concatenate((amounts[:, :1], (amounts[:, 1:] + amounts[:, :-1]) / 2, amounts[:, -1:]), axis=1)
    return border[:, :-1], np.diff(border, axis=1)


def _along(length: int) -> Samples:
    return ((np.arange(length) + 0.5) / length).astype(np.float32)


def _level_without(filtered: Samples, amounts: Floats, thin: Samples, length: int, step: int) -> Samples:
    return _median(_thinned(filtered, thin, *_lines(amounts), length, step))


def _median(sizes: Samples) -> Samples:
    """Return the medians over the last axis, along which the array is put in order."""
    sizes.sort(axis=2)
    middle = sizes.shape[2] // 2
    return np.asarray((sizes[:, :, (sizes.shape[2] - 1) // 2] + sizes[:, :, middle]) / 2)


@njit(cache=True, nogil=True, fastmath=True)
def _projected(filtered: Samples, waves: Samples, pieces: int, length: int) -> Samples:  # pragma: no cover  (compiled)
    result = np.empty((filtered.shape[0], pieces, waves.shape[0]), dtype=np.float32)
    for channel in range(filtered.shape[0]):
        for piece in range(pieces):
            row = filtered[channel, piece * length : (piece + 1) * length]
            for number in range(waves.shape[0]):
                wave = waves[number, piece * length : (piece + 1) * length]
                total = np.float32(0.0)
                for index in range(length):
                    total += row[index] * wave[index]
                result[channel, piece, number] = total
    return result


@njit(cache=True, nogil=True, fastmath=True)
def _thinned(
    filtered: Samples, thin: Samples, first: Floats, change: Floats, length: int, step: int
) -> Samples:  # pragma: no cover  (compiled)
    """Return the size of every `step`-th sample without the waves, shape (channels, pieces, samples)."""
    pieces, count, left = thin.shape
    result = np.empty((filtered.shape[0], pieces, left), dtype=np.float32)
    made = np.empty(left, dtype=np.float32)
    for channel in range(filtered.shape[0]):
        for piece in range(pieces):
            made[:] = 0.0
            for number in range(count):
                begin = np.float32(first[channel, piece, number])
                slope = np.float32(change[channel, piece, number] / length)
                for index in range(left):
                    made[index] += (begin + slope * np.float32(index * step + 0.5)) * thin[piece, number, index]
            for index in range(left):
                result[channel, piece, index] = abs(filtered[channel, piece * length + index * step] - made[index])
    return result


@njit(cache=True, nogil=True, fastmath=True)
def _subtracted(
    filtered: Samples, waves: Samples, first: Floats, change: Floats, length: int, step: int
) -> tuple[Floats, Samples]:  # pragma: no cover  (compiled)
    """Take the waves out; return the mean square of what is left, and the size of every `step`-th sample of it."""
    channels, pieces, count = first.shape
    energy = np.empty((channels, pieces), dtype=np.float64)
    thinned = np.empty((channels, pieces, (length + step - 1) // step), dtype=np.float32)
    made = np.empty(length, dtype=np.float32)
    for channel in range(channels):
        for piece in range(pieces):
            row = filtered[channel, piece * length : (piece + 1) * length]
            made[:] = 0.0
            for number in range(count):
                wave = waves[number, piece * length : (piece + 1) * length]
                begin = np.float32(first[channel, piece, number])
                slope = np.float32(change[channel, piece, number] / length)
                for index in range(length):
                    made[index] += (begin + slope * (np.float32(index) + np.float32(0.5))) * wave[index]
            total = np.float32(0.0)
            for index in range(length):
                row[index] -= made[index]
                total += row[index] * row[index]
            energy[channel, piece] = total / length
            for place in range(thinned.shape[2]):
                thinned[channel, piece, place] = abs(row[place * step])
        last = pieces * length
        for number in range(count):
            held = np.float32(first[channel, pieces - 1, number] + change[channel, pieces - 1, number])
            for index in range(last, filtered.shape[1]):
                filtered[channel, index] -= held * waves[number, index]
    return energy, thinned
