"""The log rate of bouts as a regression, by generalised least squares beside a drift that is estimated with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.course.covariance import Drift, whitened
from myotwitch.course.hours import FloatArray
from myotwitch.course.simplex import lowest_point

MOST_LOG_CHANGE = 1.0
"""No step of the search changes a log rate ratio by more."""
STEPS = 20
ROUNDS = 2
"""How often the drift is estimated anew: the second time from a better expectation."""
SEARCHED_PIECES = 4000
"""The drift is estimated from about so many pieces: more would tell it no better."""
BLOCK_H = 14 * 24.0
_BEFORE = np.log(np.array([0.1, 12.0, 0.1]))
_BEFORE_SD = np.array([6.0, 1.2, 6.0])
"""What is believed of the log of a drift's variance, its hours and its own variance: hardly anything."""
_BOUNDS = (np.log(np.array([1e-5, 0.3, 1e-5])), np.log(np.array([10.0, 2000.0, 20.0])))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sample:
    """Counts and what they are regressed on.

    Parameters
    ----------
    bouts
        float64[pieces].
    log_watched
        float64[pieces]: log of the hours watched.
    gaps_h
        float64[pieces - 1]: time from the middle of each piece to that of the next **[h]**.
    columns
        float64[pieces, columns]; the first is all ones.
    precision
        float64[columns]: inverse variance of what is believed of each coefficient before; its middle is 0, but for the
        first, whose middle is the log of the mean rate.
    """

    bouts: FloatArray
    log_watched: FloatArray
    gaps_h: FloatArray
    columns: FloatArray
    precision: FloatArray

    @property
    def log_mean_rate(self) -> float:
        """Log of the bouts per watched hour, half a bout added."""
        return float(np.log((self.bouts.sum() + 0.5) / np.exp(self.log_watched).sum()))

    def expected(self, coefficients: FloatArray) -> FloatArray:
        """Return the expected counts."""
        return np.exp(np.clip(self.log_watched + self.columns @ coefficients, -25.0, 25.0))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Fit:
    """A regression that was fitted.

    Parameters
    ----------
    coefficients
        float64[columns].
    drift
        How neighbouring pieces hang together.
    log_likelihood
        Restricted Gaussian quasi-likelihood of the deviations, at the drift.
    """

    coefficients: FloatArray
    drift: Drift
    log_likelihood: float


def fit(sample: Sample, *, by_count: bool = False, start: FloatArray | None = None) -> Fit:
    """Return the coefficients and the drift of a sample.

    Method
    ------
    Relative deviations (y - mu) / mu have the covariance of `whitened`. In turn: the coefficients by generalised least
    squares, the drift by restricted maximum likelihood of a Gaussian with this covariance (a quasi-likelihood: counts
    are not Gaussian, and its two moments are all that is used).
    """
    beta = _independent(sample) if start is None else start
    drift = Drift(variance=0.3, hours=12.0, own=0.2, by_count=by_count)
    value = -np.inf
    for _ in range(ROUNDS):
        drift, value = _drift(sample, beta, drift)
        beta = _least_squares(sample, beta, drift)
    return Fit(coefficients=beta, drift=drift, log_likelihood=value)


def deviations(sample: Sample, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return expected counts and relative deviations from them."""
    expected = sample.expected(beta)
    return expected, (sample.bouts - expected) / expected


def beside(*columns: FloatArray) -> FloatArray:
    """Return columns side by side, each in one piece of memory, as they are worked through."""
    widths = [1 if part.ndim == 1 else part.shape[1] for part in columns]
    joined = np.empty((len(columns[0]), sum(widths)), order="F")
    for part, end, width in zip(columns, np.cumsum(widths).tolist(), widths, strict=True):
        joined[:, end - width : end] = part.reshape(len(part), width)
    return joined


def middle_of_belief(sample: Sample) -> FloatArray:
    """Return what the coefficients are believed to be before the counts are seen."""
    middle = np.zeros(sample.columns.shape[1])
    middle[0] = sample.log_mean_rate
    return middle


def _independent(sample: Sample) -> FloatArray:
    """Return the coefficients as if counts were independent: where the search begins."""
    middle = middle_of_belief(sample)
    beta = middle.copy()
    for _ in range(STEPS):
        expected = sample.expected(beta)
        information = sample.columns.T @ (expected[:, np.newaxis] * sample.columns) + np.diag(sample.precision)
        score = sample.columns.T @ (sample.bouts - expected) - sample.precision * (beta - middle)
        beta, is_done = _step(beta, np.asarray(np.linalg.solve(information, score), dtype=np.float64))
        if is_done:
            break
    return beta


def _least_squares(sample: Sample, beta: FloatArray, drift: Drift) -> FloatArray:
    middle = middle_of_belief(sample)
    for _ in range(STEPS):
        expected, deviation = deviations(sample, beta)
        white, _ = whitened(drift, expected, sample.gaps_h, beside(sample.columns, deviation))
        information = white[:, :-1].T @ white[:, :-1] + np.diag(sample.precision)
        score = white[:, :-1].T @ white[:, -1] - sample.precision * (beta - middle)
        beta, is_done = _step(beta, np.asarray(np.linalg.solve(information, score), dtype=np.float64))
        if is_done:
            break
    return beta


def _step(beta: FloatArray, change: FloatArray) -> tuple[FloatArray, bool]:
    largest = float(np.abs(change).max())
    return beta + change * min(1.0, MOST_LOG_CHANGE / max(largest, 1e-12)), largest < 1e-3


def _drift(sample: Sample, beta: FloatArray, drift: Drift) -> tuple[Drift, float]:
    """Return the drift that the deviations speak for, and the restricted log likelihood."""
    expected, deviation = deviations(sample, beta)
    chosen = _chosen_pieces(sample.gaps_h)
    gaps = np.diff(np.concatenate(([0.0], np.cumsum(sample.gaps_h)))[chosen])
    expected, columns = expected[chosen], beside(sample.columns[chosen], deviation[chosen])

    def cost(logs: FloatArray) -> float:
        inside = np.clip(logs, *_BOUNDS)
        white, log_determinant = whitened(_drift_of(inside, by_count=drift.by_count), expected, gaps, columns)
        belief = 0.5 * float((((inside - _BEFORE) / _BEFORE_SD) ** 2).sum() + 10.0 * ((logs - inside) ** 2).sum())
        return belief - _restricted(white, log_determinant, sample.precision)

    begin = np.clip(np.log([drift.variance, drift.hours, drift.own]), *_BOUNDS)
    simplex = begin + 0.8 * np.vstack((np.zeros(3), np.eye(3)))
    logs, lowest = lowest_point(cost, simplex, most_calls=120, near=0.05, alike=0.02)
    return _drift_of(np.clip(logs, *_BOUNDS), by_count=drift.by_count), -lowest


def _drift_of(logs: FloatArray, *, by_count: bool) -> Drift:
    variance, hours, own = np.exp(logs).tolist()
    return Drift(variance=variance, hours=hours, own=own, by_count=by_count)


def _restricted(white: FloatArray, log_determinant: float, precision: FloatArray) -> float:
    gram = white.T @ white
    factor = np.linalg.cholesky(gram[:-1, :-1] + np.diag(precision))
    fitted = np.linalg.solve(factor, gram[:-1, -1])
    left = float(gram[-1, -1] - fitted @ fitted)
    return -0.5 * (log_determinant + left + 2.0 * float(np.log(np.diag(factor)).sum()))


def _chosen_pieces(gaps_h: FloatArray) -> NDArray[np.bool_]:
    """Return which pieces the drift is estimated from: all of them, or whole fortnights spread over a long diary."""
    time = np.concatenate(([0.0], np.cumsum(gaps_h)))
    every = int(np.ceil(len(time) / SEARCHED_PIECES))
    chosen: NDArray[np.bool_] = (time // BLOCK_H).astype(np.int64) % every == 0
    return chosen
