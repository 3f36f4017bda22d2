"""A recording reduced to what a picture of it needs: the lowest and highest value in each column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.recordings.recording import Recording

DISPLAY_HIGH_PASS_HZ = 20.0
"""Drift and movement below this are taken out of the picture, so that small potentials can be seen."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Envelope:
    """Lowest and highest value of one channel in equally long columns of time.

    Parameters
    ----------
    time_s
        Middle of each column **[s]**.
    low, high
        Extremes in it **[unit of the channel]**; NaN where the recording holds nothing.
    """

    time_s: NDArray[np.float64]
    low: NDArray[np.float32]
    high: NDArray[np.float32]


def high_passed(samples: NDArray[np.float32], sampling_rate_hz: float) -> NDArray[np.float32]:
    """Return the samples, shape (channels, samples), without what is slower than 20 Hz; missing ones stay NaN.

    A signal too short or too slow for the filter comes back less its median.
    """
    from scipy.signal import butter, sosfiltfilt  # slow to load, and needed for pictures alone

    missing = ~np.isfinite(samples)
    filled = np.where(missing, 0.0, samples)
    if sampling_rate_hz > 4 * DISPLAY_HIGH_PASS_HZ and samples.shape[1] > 30:
        sections = butter(2, DISPLAY_HIGH_PASS_HZ, "highpass", fs=sampling_rate_hz, output="sos")
        shown = sosfiltfilt(sections, filled, axis=1).astype(np.float32)
    else:
        shown = (filled - np.median(filled, axis=1, keepdims=True)).astype(np.float32)
    shown[missing] = np.nan
    return shown


def channel_envelope(recording: Recording, channel_index: int, columns: int, block_s: float = 60.0) -> Envelope:
    """Return the envelope of one channel over the whole recording in at most `columns` columns, read in pieces."""
    rate_hz = recording.channels[channel_index].sampling_rate_hz
    count = recording.sample_count(channel_index)
    edges = np.unique(np.linspace(0, count, min(columns, max(1, count)) + 1).astype(np.int64))
    low = np.full(edges.size - 1, np.inf, dtype=np.float32)
    high = np.full(edges.size - 1, -np.inf, dtype=np.float32)
    for block in recording.blocks([channel_index], block_s, margin_s=0.5):
        shown = high_passed(block.samples, rate_hz)[0]
        piece = shown[block.start_index - block.first_index : block.stop_index - block.first_index]
        column = np.searchsorted(edges, np.arange(block.start_index, block.stop_index), side="right") - 1
        starts = np.flatnonzero(np.diff(column, prepend=-1))
        present = column[starts]
        low[present] = np.fmin(low[present], np.fmin.reduceat(piece, starts))
        high[present] = np.fmax(high[present], np.fmax.reduceat(piece, starts))
    low[~np.isfinite(low)], high[~np.isfinite(high)] = np.nan, np.nan
    return Envelope(time_s=(edges[:-1] + edges[1:]) / 2 / rate_hz, low=low, high=high)
