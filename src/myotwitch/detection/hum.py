"""Mains and its harmonics taken out of a block while their frequency drifts and their size changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.block_stretches import BlockStretch, stretches_of_runs
from myotwitch.detection.filtering import Filter
from myotwitch.detection.hum_amounts import PIECE_S, HumLeft, quiet_level, take_out_waves
from myotwitch.detection.hum_track import hum_waves
from myotwitch.detection.noise import GAUSSIAN_MEDIAN
from myotwitch.twitches import ExclusionReason

Samples = NDArray[np.float32]
MAINS_HZ = (50.0, 60.0)
END_S, END_SDS = 0.03, 4.0
"""The filter cannot know how a drifting hum goes on beyond the ends: what stands out so far there is left out."""
SHORTEST_S = 2.0
MUCH = 1.5
"""Noise SDs that hum must have in a piece, …"""
SHARE_LEFT = 0.5
"""… and share of its energy, for the piece to be left out."""


def remove_lines(filtered: Samples, chosen: Filter, channels: Sequence[int]) -> list[BlockStretch]:
    """Take the mains that a filter names out of the rows that it made, which are changed; return where some is left.

    `channels` are the numbers that the rows have in the block.
    """
    if not chosen.notches_hz:
        return []
    nominal = next(mains for mains in MAINS_HZ if all(line % mains == 0 for line in chosen.notches_hz))
    harmonics = [round(line / nominal) for line in chosen.notches_hz]
    return [
        stretch
        for row, is_left in remove_hum(filtered, nominal, harmonics, chosen.sampling_rate_hz).items()
        for stretch in stretches_of_runs(is_left, channels[row], ExclusionReason.MAINS)
    ]


def remove_hum(
    filtered: Samples, nominal_hz: float, harmonics: Sequence[int], sampling_rate_hz: float
) -> Mapping[int, NDArray[np.bool_]]:
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

    Returns
    -------
    For each channel in which some is left, the samples in which it is, shape (samples,).

    Method
    ------
    The fundamental's frequency is tracked by the power of all its harmonics together in windows of a second
    (`hum_track`). Cosines and sines of its phase are fitted to pieces of an eighth of a second; their amplitudes are
    averaged over the second around, pieces that are loud with something else counting less, run in straight lines from
    piece to piece, and are subtracted; what then is left is fitted again (`hum_amounts`).

    Limits
    ------
    A change of amplitude within less than a second leaves some of the hum for about half a second on both sides, which
    is left out.
    """
    length = round(PIECE_S * sampling_rate_hz)
    if not harmonics or filtered.shape[1] // length < SHORTEST_S / PIECE_S:
        return {}
    left = take_out_waves(filtered, hum_waves(filtered, nominal_hz, harmonics, sampling_rate_hz), length)
    return where_left(filtered, left, length, round(END_S * sampling_rate_hz))


def where_left(filtered: Samples, left: HumLeft, length: int, end: int) -> Mapping[int, NDArray[np.bool_]]:
    """Return for each channel in which hum is left where it is.

    It is where hum is more than half of what there is in a piece, and much; and at an end that stands out.
    """
    sd = quiet_level(left.level) / GAUSSIAN_MEDIAN
    in_piece = (left.hum > (MUCH * sd[:, np.newaxis]) ** 2) & (left.hum > SHARE_LEFT * left.energy)
    ends = [(part, np.abs(filtered[:, part]).max(axis=1) > END_SDS * sd) for part in (slice(end), slice(-end, None))]
    found = {}
    for channel in np.flatnonzero(in_piece.any(axis=1) | ends[0][1] | ends[1][1]).tolist():
        is_left = np.zeros(filtered.shape[1], dtype=np.bool_)
        is_left[: in_piece.shape[1] * length] = np.repeat(in_piece[channel], length)
        for part, stands_out in ends:
            is_left[part] |= stands_out[channel]
        found[channel] = is_left
    return found
