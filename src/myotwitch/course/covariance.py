"""How the deviations of neighbouring hours hang together, and the transformation that takes this away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky_banded
from scipy.linalg.lapack import dtbtrs

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
    its prediction from the one before, B K B' is diagonal, so B V B' has three diagonals; its Cholesky factor costs
    O(n). Checked against the full matrix in the tests.
    """
    scale = np.sqrt(expected) if drift.by_count else None
    own = 1.0 / expected + drift.own
    if scale is not None:
        own = own * expected
    kept = np.exp(-gaps_h / drift.hours)
    steps = np.full(len(expected), drift.variance)
    steps[1:] *= 1.0 - kept * kept
    bands = np.zeros((2, len(expected)))
    bands[0] = own + steps
    bands[0, 1:] += kept * kept * own[:-1]
    bands[1, :-1] = -kept * own[:-1]
    factor = cholesky_banded(bands, lower=True, check_finite=False)
    moved = np.array(columns if scale is None else columns * scale[:, np.newaxis], order="F")
    moved[1:] -= kept[:, np.newaxis] * moved[:-1]
    white, _ = dtbtrs(factor, moved, uplo="L", overwrite_b=True)
    log_determinant = 2.0 * float(np.log(factor[0]).sum())
    if scale is not None:
        log_determinant -= float(np.log(expected).sum())
    return white, log_determinant
