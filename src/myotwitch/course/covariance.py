"""How the deviations of neighbouring hours hang together, and the transformation that takes this away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpttrf, dtbtrs

from myotwitch.course.hours import FloatArray


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """Covariance of the relative deviations of counts from their expectation.

    Parameters
    ----------
    variance
        Of a latent Ornstein-Uhlenbeck process, relative to the squared expectation (or, with `by_count`, to it).
    hours
        Its time constant **[h]**.
    own
        Variance of each piece of its own beyond a Poisson count's, relative to the squared expectation.
    by_count
        The process is one of bouts that set off others: its variance grows as the expectation, not as its square.
    """

    variance: float
    hours: float
    own: float
    by_count: bool = False


def whitened(drift: Drift, expected: FloatArray, gaps_h: FloatArray, columns: FloatArray) -> tuple[FloatArray, float]:
    """Return columns whose covariance was that of the drift, made independent, and the log determinant of it.

    Parameters
    ----------
    drift
        The covariance.
    expected
        float64[pieces]: expected counts, above 0.
    gaps_h
        float64[pieces - 1]: time from each piece to the next **[h]**.
    columns
        float64[pieces, columns]: on the scale of relative deviations.

    Method
    ------
    V = diag(1/mu + own) + variance K, K[i, j] = exp(-|t_i - t_j| / hours). With B the matrix that takes from each value
    its prediction from the one before, B K B' is diagonal, so B V B' has three diagonals; its factors L D L' cost O(n),
    and with ones on the diagonal of L no step waits for a division. Checked against the full matrix in the tests.
    """
    scale = np.sqrt(expected) if drift.by_count else None
    own = 1.0 / expected + drift.own
    if scale is not None:
        own = own * expected
    kept = np.exp(-gaps_h / drift.hours)
    steps = np.full(len(expected), drift.variance)
    steps[1:] *= 1.0 - kept * kept
    steps += own
    steps[1:] += kept * kept * own[:-1]
    below = np.zeros(max(1, len(kept)))  # LAPACK wants one even where there is none
    below[: len(kept)] = -kept * own[:-1]
    diagonal, below, fault = dpttrf(steps, below, overwrite_d=True, overwrite_e=True)
    if fault:
        raise np.linalg.LinAlgError("The covariance of a drift has no root: a variance in it is not above 0.")
    bands = np.empty((2, len(expected)), order="F")
    bands[1, :-1] = below[: len(kept)]
    scaled = np.asfortranarray(columns if scale is None else columns * scale[:, np.newaxis])
    white = np.empty(columns.shape, order="F")
    white[0] = scaled[0]
    np.multiply(scaled[:-1], kept[:, np.newaxis], out=white[1:])
    np.subtract(scaled[1:], white[1:], out=white[1:])
    white, _ = dtbtrs(bands, white, uplo="L", diag="U", overwrite_b=True)
    white /= np.sqrt(diagonal)[:, np.newaxis]
    log_determinant = float(np.log(diagonal).sum())
    if scale is not None:
        log_determinant -= float(np.log(expected).sum())
    return white, log_determinant
