"""The noise of a channel over time: robust against twitches, even dense ones, and against contraction beside rest."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

GAUSSIAN_MEDIAN = 0.6744897501960817
"""Median of the absolute value of a standard normal variable."""
WINDOWS_ASIDE = 5
"""Windows of about a second before and after that take part in the noise of a window."""
QUIET_QUANTILE = 0.1
"""Share of the frames around of which the quietest is surely rest."""
QUIET_FACTOR = 2.0
"""Frames up to so much louder count as rest as well; contraction beside them does not."""
SMALLEST_NOISE = 1e-9
Real = TypeVar("Real", np.float32, np.float64)


def moving_noise(
    spread: NDArray[np.float32], is_unreadable: NDArray[np.bool_], frames_per_window: int
) -> NDArray[np.float32]:
    """Return the noise of each window from the frames of 5 s before to 5 s after it.

    Parameters
    ----------
    spread, is_unreadable
        Shape (channels, frames); see `FrameTable`.
    frames_per_window
        Frames in a window; the last window may have fewer.

    Returns
    -------
    Shape (channels, windows) **[unit of the samples]**; NaN where no frame around is readable.

    Method
    ------
    The median of those frames that are at most twice as loud as the quietest tenth. A frame's own spread is a median of
    absolute values, so that a twitch that fills less than half of it does not count; frames full of contraction are
    left out as long as a tenth of the time around is rest.
    """
    channels, frames = spread.shape
    windows = -(-frames // frames_per_window)
    values = np.where(is_unreadable, np.nan, spread).astype(np.float32)
    aside = WINDOWS_ASIDE * frames_per_window
    rest = windows * frames_per_window - frames
    values = np.pad(values, ((0, 0), (aside, aside + rest)), constant_values=np.nan)
    around = np.lib.stride_tricks.sliding_window_view(values, 2 * aside + frames_per_window, axis=1)
    noise = np.empty((channels, windows), dtype=np.float32)
    for row in range(channels):
        noise[row] = _median_of_quiet(around[row, ::frames_per_window])
    return noise


def _median_of_quiet(values: NDArray[np.float32]) -> NDArray[np.float32]:
    ordered = np.sort(values, axis=-1)  # NaN last
    count = np.isfinite(ordered).sum(axis=-1)
    quiet = at_quantile(ordered, count, QUIET_QUANTILE)
    with np.errstate(invalid="ignore"):
        quiet_count = (ordered <= QUIET_FACTOR * quiet[..., np.newaxis]).sum(axis=-1)
    return at_quantile(ordered, quiet_count, 0.5)


def low_quantile(values: NDArray[np.float32], quantile: float) -> NDArray[np.float32]:
    """Return a quantile along the last axis over the values that are not NaN; NaN where there is none."""
    ordered = np.sort(values, axis=-1)
    return at_quantile(ordered, np.isfinite(ordered).sum(axis=-1), quantile)


@njit(cache=True, nogil=True)
def moving_median(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:  # pragma: no cover  (compiled)
    """Return the median of the `width` values around each along a row, of those that are not NaN; NaN where none is.

    The values around are kept in order; from one place to the next one goes and one comes.
    """
    medians = np.full(values.shape, np.nan, dtype=np.float32)
    ordered = np.empty(width + 1, dtype=np.float32)
    aside = width // 2
    for row in range(values.shape[0]):
        count = 0
        for place in range(-aside, values.shape[1]):
            gone, come = place - aside - 1, place + aside
            if gone >= 0 and not np.isnan(values[row, gone]):
                at = 0
                while ordered[at] != values[row, gone]:
                    at += 1
                count -= 1
                for other in range(at, count):
                    ordered[other] = ordered[other + 1]
            if come < values.shape[1] and not np.isnan(values[row, come]):
                at = count
                while at > 0 and ordered[at - 1] > values[row, come]:
                    ordered[at] = ordered[at - 1]
                    at -= 1
                ordered[at] = values[row, come]
                count += 1
            if place >= 0 and count:
                low, high = ordered[(count - 1) // 2], ordered[count // 2]
                medians[row, place] = low + (high - low) * np.float32(0.5)
    return medians


def middle_of(values: NDArray[Real]) -> NDArray[Real]:
    """Return the medians along the last axis, without NaN and at least one value: `numpy.median`, several times faster.

    Examples
    --------
    >>> middle_of(np.array([[3.0, 1.0, 2.0], [4.0, 4.0, 9.0]], dtype=np.float32)).tolist()
    [2.0, 4.0]
    """
    upper = values.shape[-1] // 2
    ordered = np.partition(values, upper, axis=-1)
    if values.shape[-1] % 2:
        return np.asarray(ordered[..., upper])
    return np.asarray((ordered[..., :upper].max(axis=-1) + ordered[..., upper]) / 2)


def quantile_of(values: NDArray[np.floating], quantile: float) -> NDArray[np.float64]:
    """Return a quantile along the last axis, without NaN and of at least one value: a faster `numpy.quantile`.

    Examples
    --------
    >>> quantile_of(np.array([[3.0, 1.0, 2.0], [4.0, 4.0, 9.0]]), 0.75).tolist()
    [2.5, 6.5]
    """
    place = quantile * (values.shape[-1] - 1)
    lower = int(place)
    upper, share = min(lower + 1, values.shape[-1] - 1), place - lower
    ordered = np.partition(values, (lower, upper), axis=-1)
    low, high = (ordered[..., at].astype(np.float64) for at in (lower, upper))
    return np.asarray(low + (high - low) * share if share < 0.5 else high - (high - low) * (1 - share))


def at_quantile(ordered: NDArray[np.float32], count: NDArray[np.int64], quantile: float) -> NDArray[np.float32]:
    """Return a quantile of the first `count` values of each ascending row; NaN where `count` is 0."""
    place = np.maximum(count - 1, 0) * quantile
    lower = np.floor(place).astype(np.int64)
    upper = np.minimum(lower + 1, np.maximum(count - 1, 0))
    low = np.take_along_axis(ordered, lower[..., np.newaxis], axis=-1)[..., 0]
    high = np.take_along_axis(ordered, upper[..., np.newaxis], axis=-1)[..., 0]
    result = low + (high - low) * (place - lower)
    return np.asarray(np.where(count > 0, result, np.nan), dtype=np.float32)
