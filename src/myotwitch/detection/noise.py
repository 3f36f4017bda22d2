"""The noise of a channel over time: robust against twitches, even dense ones, and against contraction beside rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GAUSSIAN_MEDIAN = 0.6744897501960817
"""Median of the absolute value of a standard normal variable."""
WINDOWS_ASIDE = 5
"""Windows before and after that take part in the noise of a window."""
NOISE_QUANTILE = 0.3
"""Of the windows around: below the median, since what raises a window is muscle and seldom noise."""
REST_QUANTILE = 0.05
"""Of all windows of a recording: the noise at rest even if 9 in 10 seconds are contraction."""
SMALLEST_NOISE = 1e-9


def window_noise(
    spread: NDArray[np.float32], is_unreadable: NDArray[np.bool_], frames_per_window: int
) -> NDArray[np.float32]:
    """Return the noise of each window: the median of its readable frames, NaN where fewer than a third are readable.

    Parameters
    ----------
    spread, is_unreadable
        Shape (channels, frames); see `FrameTable`.
    frames_per_window
        Frames in a window; the last window may have fewer.
    """
    channels, frames = spread.shape
    rest = -frames % frames_per_window
    values = np.where(is_unreadable, np.nan, spread)
    values = np.pad(values, ((0, 0), (0, rest)), constant_values=np.nan)
    values = values.reshape(channels, -1, frames_per_window)
    count = np.isfinite(values).sum(axis=2)
    noise = np.full(count.shape, np.nan, dtype=np.float32)
    enough = count * 3 >= np.minimum(frames_per_window, frames)
    if enough.any():
        noise[enough] = np.nanmedian(values[enough], axis=1)
    return noise


def moving_noise(noise: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the noise over time: the lower quantile of the windows around each window; NaN where none is readable.

    Parameters
    ----------
    noise
        Of each window, shape (channels, windows); NaN where not readable.
    """
    padded = np.pad(noise, ((0, 0), (WINDOWS_ASIDE, WINDOWS_ASIDE)), constant_values=np.nan)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * WINDOWS_ASIDE + 1, axis=1)
    return low_quantile(around, NOISE_QUANTILE)


def low_quantile(values: NDArray[np.float32], quantile: float) -> NDArray[np.float32]:
    """Return a quantile along the last axis over the values that are not NaN; NaN where there is none."""
    ordered = np.sort(values, axis=-1)  # NaN last
    count = np.isfinite(ordered).sum(axis=-1)
    place = np.maximum(count - 1, 0) * quantile
    lower = np.floor(place).astype(int)
    upper = np.minimum(lower + 1, np.maximum(count - 1, 0))
    low = np.take_along_axis(ordered, lower[..., np.newaxis], axis=-1)[..., 0]
    high = np.take_along_axis(ordered, upper[..., np.newaxis], axis=-1)[..., 0]
    result = low + (high - low) * (place - lower)
    return np.asarray(np.where(count > 0, result, np.nan), dtype=np.float32)
