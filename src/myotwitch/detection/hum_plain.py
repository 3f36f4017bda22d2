"""The slow twin of `hum_amounts`: the same by NumPy alone, going over the samples again in every round."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import convolve1d

from myotwitch.detection.hum_amounts import (
    PIECE_S,
    REACH_S,
    ROUNDS,
    THINNED_TO,
    Floats,
    HumLeft,
    Samples,
    brief_limit,
    weights,
)


def plain_take_out_waves(filtered: Samples, waves: Samples, length: int) -> HumLeft:
    """Take out of every channel of a block, which is changed, what the waves explain; see `take_out_waves`."""
    channels, whole = filtered.shape[0], filtered.shape[1] // length * length
    by_piece = waves[:, :whole].reshape(len(waves), -1, length).swapaxes(0, 1).astype(np.float64)
    samples = filtered[:, :whole].reshape(channels, -1, length).astype(np.float64)
    amounts = np.zeros((channels, samples.shape[1], len(waves)))
    weight = np.ones((channels, samples.shape[1], 1))
    for number in range(ROUNDS):
        made = _made(amounts, by_piece)
        smooth = samples
        if number:
            left = samples - made
            weight = weights(_level(left))[:, :, np.newaxis]
            smooth = made + _without_brief(left)
        seen = np.einsum("cpl,pwl->cpw", smooth - made, by_piece) * 2 / length
        amounts += _second_around(seen * weight) / np.maximum(_second_around(weight), 1e-12)
    made = _made(amounts, by_piece)
    left = samples - made
    filtered[:, :whole] = left.reshape(channels, whole)
    filtered[:, whole:] -= (amounts[:, -1] @ waves[:, whole:]).astype(np.float32)
    seen = np.einsum("cpl,pwl->cpw", smooth - made, by_piece) * 2 / length
    return HumLeft(hum=(seen**2).sum(axis=2) / 2, energy=(left**2).mean(axis=2), level=_level(left))


def _second_around(values: Floats) -> Floats:
    """Return the sums over the second around each piece, those at a distance counting less."""
    reach = round(REACH_S / PIECE_S)
    return np.asarray(convolve1d(values, np.hanning(2 * reach + 1), axis=1, mode="constant"))


def _made(amounts: Floats, by_piece: Floats) -> Floats:
    """Return the hum of these amounts, which run in straight lines between the middles of pieces."""
    border = np.concatenate((amounts[:, :1], (amounts[:, 1:] + amounts[:, :-1]) / 2, amounts[:, -1:]), axis=1)
    along = (np.arange(by_piece.shape[2]) + 0.5) / by_piece.shape[2]
    rising = np.einsum("cpw,pwl->cpl", np.diff(border, axis=1), by_piece) * along
    return np.asarray(rising + np.einsum("cpw,pwl->cpl", border[:, :-1], by_piece))


def _without_brief(left: Floats) -> Floats:
    """Return what is left, brief events cut off in pieces that are quiet for more than half."""
    level = _level(left)
    limit = brief_limit(level)[:, np.newaxis, np.newaxis]
    is_cut = (_thinned(left).max(axis=2, keepdims=True) > limit) & (level[:, :, np.newaxis] <= limit)
    return np.where(is_cut, np.clip(left, -limit, limit), left)


def _level(left: Floats) -> Samples:
    return np.median(_thinned(left), axis=2).astype(np.float32)


def _thinned(left: Floats) -> Floats:
    step = -(-left.shape[2] // THINNED_TO)
    return np.abs(left[:, :, ::step])
