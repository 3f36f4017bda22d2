"""How much of each wave of mains is in a block, piece by piece, and taking it out again.

What a fit leaves is seen through the waves without looking at the samples again: their products with one another are
taken once for each piece.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.detection.noise import GAUSSIAN_MEDIAN, quantile_of

Floats = NDArray[np.float64]
Samples = NDArray[np.float32]
PIECE_S = 0.125
"""Length in which amplitude and phase are taken; they are then averaged over a second."""
REACH_S = 0.5
ROUNDS = 4
LOUD = 2.0
"""A piece so much louder than the channel's quieter ones says less of the hum, by the square."""
LOUDEST, TINY = 1e6, 1e-30
BRIEF_SDS = 4.0
"""What stands out so far over the quieter pieces, in less than half of a piece, is cut off there: a twitch would look
like a little hum, and leave waves half a second around it when that is taken out."""
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
    counting less; taken out as straight lines from piece to piece; what is then left is fitted again, brief events in
    it cut off.
    """
    pieces = filtered.shape[1] // length
    step = -(-length // THINNED_TO)
    products = _products(waves, pieces, length)
    thin = np.ascontiguousarray(waves[:, : pieces * length].reshape(-1, pieces, length)[:, :, ::step].swapaxes(0, 1))
    whole = _projected(filtered, waves, pieces, length).astype(np.float64) * (2 / length)
    seen, amounts, weight = whole, np.zeros_like(whole), np.ones(whole.shape[:2])
    around = np.hanning(2 * round(REACH_S / PIECE_S) + 1)
    for number in range(ROUNDS):
        if number:
            sizes = _thinned(filtered, thin, amounts, length, step)
            largest, level = sizes.max(axis=2), _median(sizes)
            weight, limit, seen = weights(level), brief_limit(level), whole.copy()
            places = np.argwhere((largest > limit[:, np.newaxis]) & (level <= limit[:, np.newaxis]))
            _see_without_brief(seen, filtered, waves, amounts, places, limit, length)
        _fit(amounts, seen, weight, products, around)
    energy, thinned = _subtracted(filtered, waves, amounts, length, step)
    return HumLeft(hum=_explained(amounts, seen, products), energy=energy, level=_median(thinned))


def weights(level: Samples) -> Floats:
    """Return how much each piece counts, from its level; both of shape (channels, pieces)."""
    louder = level.astype(np.float64) / np.maximum(LOUD * quiet_level(level), TINY)[:, np.newaxis]
    return np.asarray(1 / np.clip(louder, 1.0, LOUDEST) ** 2)


def brief_limit(level: Samples) -> Samples:
    """Return for each channel how far a brief event stands out, from the levels of its pieces."""
    return np.asarray(BRIEF_SDS / GAUSSIAN_MEDIAN * quiet_level(level), dtype=np.float32)


def quiet_level(level: Samples) -> Floats:
    """Return the level of each channel's quieter pieces."""
    return quantile_of(level, QUIET_QUANTILE)


def _median(sizes: Samples) -> Samples:
    """Return the medians over the last axis, along which the array is put in order."""
    sizes.sort(axis=2)
    middle = sizes.shape[2] // 2
    return np.asarray((sizes[:, :, (sizes.shape[2] - 1) // 2] + sizes[:, :, middle]) / 2)


@njit(cache=True, nogil=True, fastmath=True)
def _products(waves: Samples, pieces: int, length: int) -> Floats:  # pragma: no cover  (compiled)
    """Return the products of the waves in each piece, plain and rising from 0 to 1, times 2 over its length.

    Shape (pieces, waves, waves, 2).
    """
    count = waves.shape[0]
    along = ((np.arange(length) + 0.5) / length).astype(np.float32)
    products = np.empty((pieces, count, count, 2), dtype=np.float64)
    for piece in range(pieces):
        for one in range(count):
            first = waves[one, piece * length : (piece + 1) * length]
            for other in range(one + 1):
                second = waves[other, piece * length : (piece + 1) * length]
                plain = rising = np.float32(0.0)
                for index in range(length):
                    product = first[index] * second[index]
                    plain += product
                    rising += product * along[index]
                for row, column in ((one, other), (other, one)):
                    products[piece, row, column, 0] = plain * (2 / length)
                    products[piece, row, column, 1] = rising * (2 / length)
    return products


@njit(cache=True, nogil=True, inline="always")
def _line(amounts: Floats, channel: int, piece: int, number: int) -> tuple[float, float]:  # pragma: no cover
    """Return an amount at the start of a piece, and by how much it changes in it."""
    here, last = amounts[channel, piece, number], amounts.shape[1] - 1
    begin = (here + amounts[channel, piece - 1, number]) / 2 if piece > 0 else here
    end = (here + amounts[channel, piece + 1, number]) / 2 if piece < last else here
    return begin, end - begin


@njit(cache=True, nogil=True)
def _unexplained(amounts: Floats, seen: Floats, products: Floats) -> Floats:  # pragma: no cover  (compiled)
    """Return what is seen through the waves of what these amounts leave."""
    left = seen.copy()
    for channel in range(seen.shape[0]):
        for piece in range(seen.shape[1]):
            for number in range(seen.shape[2]):
                begin, change = _line(amounts, channel, piece, number)
                for other in range(seen.shape[2]):
                    plain, rising = products[piece, number, other]
                    left[channel, piece, other] -= begin * plain + change * rising
    return left


@njit(cache=True, nogil=True)
def _fit(
    amounts: Floats, seen: Floats, weight: Floats, products: Floats, around: Floats
) -> None:  # pragma: no cover  (compiled)
    """Add to the amounts what the second around still shows, each piece by its weight."""
    left = _unexplained(amounts, seen, products)
    channels, pieces, count = seen.shape
    reach = around.size // 2
    more = np.empty(count, dtype=np.float64)
    for channel in range(channels):
        for piece in range(pieces):
            total = 0.0
            more[:] = 0.0
            for other in range(max(0, piece - reach), min(pieces, piece + reach + 1)):
                share = weight[channel, other] * around[other - piece + reach]
                total += share
                row = left[channel, other]
                for number in range(count):
                    more[number] += share * row[number]
            scale = 1 / max(total, 1e-12)
            for number in range(count):
                amounts[channel, piece, number] += more[number] * scale


@njit(cache=True, nogil=True)
def _explained(amounts: Floats, seen: Floats, products: Floats) -> Floats:  # pragma: no cover  (compiled)
    """Return the mean square of what the waves still explain."""
    left = _unexplained(amounts, seen, products)
    explained = np.zeros(seen.shape[:2])
    for channel in range(seen.shape[0]):
        for piece in range(seen.shape[1]):
            for number in range(seen.shape[2]):
                explained[channel, piece] += left[channel, piece, number] ** 2 / 2
    return explained


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
def _see_without_brief(
    seen: Floats,
    filtered: Samples,
    waves: Samples,
    amounts: Floats,
    places: NDArray[np.int64],
    limit: Samples,
    length: int,
) -> None:  # pragma: no cover  (compiled)
    """Put into `seen`, at these channels and pieces, the products with what these amounts leave cut off at a limit."""
    count = amounts.shape[2]
    made = np.empty(length, dtype=np.float32)
    for place in range(places.shape[0]):
        channel, piece = places[place, 0], places[place, 1]
        begin = piece * length
        made[:] = 0.0
        for number in range(count):
            first, change = _line(amounts, channel, piece, number)
            start, slope = np.float32(first), np.float32(change / length)
            for index in range(length):
                made[index] += (start + slope * (np.float32(index) + np.float32(0.5))) * waves[number, begin + index]
        for index in range(length):
            left = filtered[channel, begin + index] - made[index]
            made[index] += min(max(left, -limit[channel]), limit[channel])
        for number in range(count):
            total = np.float32(0.0)
            for index in range(length):
                total += made[index] * waves[number, begin + index]
            seen[channel, piece, number] = total * (2 / length)


@njit(cache=True, nogil=True, fastmath=True)
def _thinned(
    filtered: Samples, thin: Samples, amounts: Floats, length: int, step: int
) -> Samples:  # pragma: no cover  (compiled)
    """Return the size of every `step`-th sample without the waves, shape (channels, pieces, samples)."""
    pieces, count, left = thin.shape
    result = np.empty((filtered.shape[0], pieces, left), dtype=np.float32)
    made = np.empty(left, dtype=np.float32)
    for channel in range(filtered.shape[0]):
        for piece in range(pieces):
            made[:] = 0.0
            for number in range(count):
                first, change = _line(amounts, channel, piece, number)
                begin, slope = np.float32(first), np.float32(change / length)
                for index in range(left):
                    made[index] += (begin + slope * np.float32(index * step + 0.5)) * thin[piece, number, index]
            for index in range(left):
                result[channel, piece, index] = abs(filtered[channel, piece * length + index * step] - made[index])
    return result


@njit(cache=True, nogil=True, fastmath=True)
def _subtracted(
    filtered: Samples, waves: Samples, amounts: Floats, length: int, step: int
) -> tuple[Floats, Samples]:  # pragma: no cover  (compiled)
    """Take the waves out; return the mean square of what is left, and the size of every `step`-th sample of it."""
    channels, pieces, count = amounts.shape
    energy = np.empty((channels, pieces), dtype=np.float64)
    thinned = np.empty((channels, pieces, (length + step - 1) // step), dtype=np.float32)
    made = np.empty(length, dtype=np.float32)
    for channel in range(channels):
        for piece in range(pieces):
            row = filtered[channel, piece * length : (piece + 1) * length]
            made[:] = 0.0
            for number in range(count):
                wave = waves[number, piece * length : (piece + 1) * length]
                first, change = _line(amounts, channel, piece, number)
                begin, slope = np.float32(first), np.float32(change / length)
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
            held = np.float32(amounts[channel, pieces - 1, number])
            for index in range(last, filtered.shape[1]):
                filtered[channel, index] -= held * waves[number, index]
    return energy, thinned
