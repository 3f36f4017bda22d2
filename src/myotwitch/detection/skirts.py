"""Skirts: what a filter leaves before and after a potential that towers over the noise.

A potential of 300 noise SDs, common under a needle, has skirts of 3 to 8 noise SDs. They are no discharges.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

NEAR_S = 0.030
NEAR_SHARE = 0.04
FAR_S = 0.150
FAR_SHARE = 0.025
"""Largest skirt over the peak, up to so far from it: of the band-pass filter and potentials of 10 ms of one sign."""
LEAST_SKIRT = 2.0
"""Skirts lower than this **[noise SDs]** do no harm."""
OVER_SKIRT = 3.0
"""Noise SDs by which a discharge must rise above a skirt to be seen beside it."""
KEPT_S = 0.005
"""What lies so near to what rises above the skirt belongs to it."""


def take_off_skirts(filtered: NDArray[np.float32], noise: NDArray[np.float32], window: int, rate_hz: float) -> None:
    """Set to zero what can be the skirt of a far larger potential near by, in place.

    Parameters
    ----------
    filtered
        Shape (channels, samples) **[unit of the samples]**.
    noise
        SD of each window, shape (channels, windows); infinite where not searched.
    window
        Samples in a window.
    rate_hz
        **[Hz]**
    """
    size = filtered.shape[1]
    for row, own in zip(filtered, noise, strict=True):
        deviation = np.repeat(own, window)[:size]
        height = np.abs(row) / deviation
        if not height.size or height.max() * NEAR_SHARE < LEAST_SKIRT:
            continue
        near = NEAR_SHARE * maximum_filter1d(height, 2 * round(NEAR_S * rate_hz) + 1, mode="constant")
        far = FAR_SHARE * maximum_filter1d(height, 2 * round(FAR_S * rate_hz) + 1, mode="constant")
        skirt = np.maximum(near, far)
        is_over = height >= skirt + OVER_SKIRT
        is_kept = maximum_filter1d(is_over, 2 * round(KEPT_S * rate_hz) + 1, mode="constant")
        row[~is_kept & (skirt >= LEAST_SKIRT)] = 0.0
