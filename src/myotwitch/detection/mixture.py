"""Which peaks of a matched filter are discharges: a mixture of the unit's own height and of noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Floats

LEAST_HEIGHT = 2.2
"""Peaks below it **[noise SDs]** say nothing."""
OWN_VARIATION = 0.07
"""Least variation of a unit's size from discharge to discharge, as a share of it."""
MOST_VARIATION = 0.2
SMALLEST_SHARE = 0.5
"""A discharge of less than this share of the mean is not taken for the unit's."""
HEAVIEST_TAIL = 2.0
FEWEST_NULL_PEAKS = 20
ROUNDS = 40
SETTLED = 1e-3
BIN = 0.02
MOST_UNBINNED = 500
REST_TAIL = 1.32
"""Variance of the noise whose tail is that of real rest: 1.15 squared, see `crossings.REAL_REST`."""
SINGLE_RATIO = 0.1
IMPOSSIBLE = -50.0
ROOT_TWO_PI = math.sqrt(2 * math.pi)


@dataclass(frozen=True, kw_only=True, slots=True)
class PeakMixture:
    """Heights of the peaks of one matched filter.

    Parameters
    ----------
    signal_hz
        Discharges a second.
    height, spread
        Mean and SD of the height of a discharge **[noise SDs]**.
    null_hz
        Noise peaks above `LEAST_HEIGHT` a second.
    tail
        Variance of the noise that has as heavy a tail; 1 for Gaussian noise.
    """

    signal_hz: float
    height: float
    spread: float
    null_hz: float
    tail: float

    def log_odds(self, heights: Floats) -> Floats:
        """Return the log odds that a peak of such height is a discharge rather than noise."""
        # Beyond its mean a peak is not less of a discharge for being larger.
        standing = np.minimum(heights, self.height)
        signal = np.log(max(self.signal_hz, 1e-9) / (self.spread * ROOT_TWO_PI))
        signal = signal - 0.5 * ((standing - self.height) / self.spread) ** 2
        return np.where(heights < SMALLEST_SHARE * self.height, IMPOSSIBLE, signal - self._log_null(heights))

    def _log_null(self, heights: Floats) -> Floats:
        beyond = (heights**2 - LEAST_HEIGHT**2) / (2 * self.tail)
        return np.asarray(np.log(max(self.null_hz, 1e-9) * np.maximum(heights, 1e-3) / self.tail) - beyond)

    def gain(self, heights: Floats, seconds: float) -> float:
        """Return by how much the log likelihood of the peaks is larger than if all were noise."""
        odds = self.log_odds(heights[heights > LEAST_HEIGHT])
        return float(np.logaddexp(0.0, odds).sum() - self.signal_hz * seconds)


def fit_mixture(heights: Floats, null_heights: Floats, start: float, seconds: float) -> PeakMixture:
    """Return the mixture that explains the heights of the peaks.

    Parameters
    ----------
    heights
        Of the peaks of the output **[noise SDs]**.
    null_heights
        Of the peaks of the output turned over, away from discharges: noise has no sign.
    start
        Height at which discharges are expected.
    seconds
        Length of what was searched **[s]**.

    Method
    ------
    Expectation and maximisation. Noise peaks follow Rice's density u exp(-u²/2) above a low level, with a heavier tail
    where the turned-over output has one; discharges are normal.

    Sources
    -------
    Rice SO (1944) Mathematical analysis of random noise. Bell System Technical Journal 23:282-332.
    """
    null = null_heights[null_heights > LEAST_HEIGHT]
    enough = null.size > FEWEST_NULL_PEAKS
    tail = float(np.clip((null**2 - LEAST_HEIGHT**2).mean() / 2, 1.0, HEAVIEST_TAIL)) if enough else 1.0
    own, count = _binned(heights[heights > LEAST_HEIGHT])
    height, spread = start, _spread(start, 0.0)
    signal = max(4.0, 2.0 * float(count[own > start].sum()))
    null_hz = max(null.size, 5) / seconds
    for _ in range(ROUNDS):
        now = PeakMixture(signal_hz=signal / seconds, height=height, spread=spread, null_hz=null_hz, tail=tail)
        weight = count * probabilities(_symmetric(now, own))
        before, signal = signal, max(float(weight.sum()), 1e-3)
        height = max(float(weight @ own) / signal, LEAST_HEIGHT)
        spread = _spread(height, float(weight @ (own - height) ** 2) / signal)
        if abs(signal - before) < SETTLED * signal:
            break
    return PeakMixture(signal_hz=signal / seconds, height=height, spread=spread, null_hz=null_hz, tail=tail)


def _binned(heights: Floats) -> tuple[Floats, Floats]:
    """Return heights in steps far below the noise, and how many there are of each: thousands become hundreds."""
    if heights.size < MOST_UNBINNED:
        return heights, np.ones(heights.size)
    step, count = np.unique(np.round(heights / BIN), return_counts=True)
    return step * BIN, count.astype(np.float64)


def _symmetric(mixture: PeakMixture, heights: Floats) -> Floats:
    """Log odds with the whole normal: for fitting, a height far above the mean must pull it up."""
    excess = np.maximum(heights - mixture.height, 0.0)
    return np.asarray(mixture.log_odds(heights) - 0.5 * (excess / mixture.spread) ** 2)


def _spread(height: float, variance: float) -> float:
    """SD of a unit's heights: the noise, its own variation, and no more than a unit can vary."""
    least, most = (1 + (share * height) ** 2 for share in (OWN_VARIATION, MOST_VARIATION))
    return math.sqrt(min(max(variance, least), most))


def probabilities(log_odds: NDArray[np.float64]) -> Floats:
    """Return the probabilities that belong to log odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -50, 50))))


def chance_of_noise(heights: Floats, threshold: float) -> Floats:
    """Return the probability that a deflection above the threshold, sorted to no unit, is noise.

    Method
    ------
    Noise falls off above the threshold as a normal with the tail of real rest does; discharges of no unit are taken to
    be `SINGLE_RATIO` times as frequent as noise at the threshold itself, with heights spread evenly in their logarithm.
    """
    beyond = np.maximum(heights, threshold)
    noise = np.exp(-(beyond**2 - threshold**2) / (2 * REST_TAIL))
    single = SINGLE_RATIO * threshold / beyond
    return np.asarray(noise / (noise + single))
