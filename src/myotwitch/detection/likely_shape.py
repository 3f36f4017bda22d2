"""LikelyShape: what a potential of muscle can look like, and the best guess of one from a noisy mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh, toeplitz

from myotwitch.detection.background import Background

WIDTHS_MS = (0.8, 1.2, 1.8, 2.7, 4.0)
PLACES_MS = np.arange(-3.0, 3.1, 0.75)
LEAST_SHARE = 1e-6
"""Components of a shape less likely than this share of the likeliest are left out."""
LEAST_ENERGY = 0.05
"""Share of a mean's energy that is at least its shape's."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LikelyShape:
    """Shapes as a sum of components in which noise is white, ordered by how large potentials are there.

    Parameters
    ----------
    share
        Mean square of each component of a potential of unit energy, over that of noise; descending.
    into
        Gives the components of a shape, shape (lags, components).
    back
        Gives the shape of components, shape (lags, components).
    noise_energy
        Of noise, over all lags.
    """

    share: Floats
    into: Floats
    back: Floats
    noise_energy: float

    def best_guess(self, mean: Floats, count: float) -> Floats:
        """Return the shape, channel by channel, that is most likely behind a mean of `count` discharges in noise.

        Parameters
        ----------
        mean
            Shape (channels, lags) **[noise SDs]**.

        Method
        ------
        Posterior mean of a Gaussian: each component is kept by the share of it that is not noise, so that few
        discharges give a smooth shape and many give what they show. The energy is that of the mean less the noise's.
        """
        energy = np.sum(mean**2, axis=1, keepdims=True)
        own = np.maximum(energy - self.noise_energy / count, LEAST_ENERGY * energy)
        likely = own * self.share
        return np.asarray((mean @ self.into * (likely / (likely + 1 / count))) @ self.back.T)


@lru_cache(maxsize=8)
def likely_shape(background: Background, sampling_rate_hz: float, lags: int) -> LikelyShape:
    """Return what potentials look like beside the noise of a background.

    Method
    ------
    Potentials are Hermite functions of order 0 to 3 of several widths and places, all equally likely; their second
    moments and those of the noise are made diagonal together.
    """
    times = (np.arange(lags) - lags // 2) / sampling_rate_hz * 1e3
    rows = [row for width in WIDTHS_MS for place in PLACES_MS for row in hermite_functions((times - place) / width)]
    moments = np.array(rows).T @ np.array(rows) / len(rows)
    noise = toeplitz(background.temporal[:lags])
    share, into = eigh(moments, noise)
    is_likely = share > LEAST_SHARE * share[-1]
    into = into[:, is_likely][:, ::-1]
    return LikelyShape(share=share[is_likely][::-1], into=into, back=noise @ into, noise_energy=float(np.trace(noise)))


def hermite_functions(times: Floats) -> list[Floats]:
    """Return the Hermite functions of order 0 to 3 of scaled times, each of unit norm."""
    bell = np.exp(-(times**2) / 2)
    rows = (bell, times * bell, (times**2 - 1) * bell, (times**3 - 3 * times) * bell)
    return [np.asarray(row / np.linalg.norm(row)) for row in rows]
