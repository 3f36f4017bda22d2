"""How much larger errors are than the model says: days left out one by one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from myotwitch.course.hours import FloatArray
from myotwitch.units import HOURS_PER_DAY

FEWEST_DAYS = 10
"""From fewer days nothing is learnt of the model's errors."""
DAY_BEGINS_H = 4.0
"""A day begins at four: what is written after midnight belongs to the evening before."""
LEAST_INFLATION, MOST_INFLATION = 0.95, 3.0
"""Errors are raised as far as days demand, and lowered by no more than a twentieth: the model's are no guess."""


def day_of(clock_h: FloatArray) -> NDArray[np.int64]:
    """Return the number of the day to which each time belongs, int64[times]."""
    return np.floor((clock_h - DAY_BEGINS_H) / HOURS_PER_DAY).astype(np.int64)


def error_inflation(white: FloatArray, precision: FloatArray, day: NDArray[np.int64], factors: int) -> float:
    """Return by what the model's standard errors are to be multiplied.

    Parameters
    ----------
    white
        float64[pieces, columns]: whitened regressors, the factors last among them, and the whitened response.
    precision
        float64[columns - 1]: inverse variances of what is believed before.
    day
        int64[pieces]: day of each piece, in order.
    factors
        Number of columns that are factors, at least 1.

    Method
    ------
    Each day is left out in turn, in one step and without refitting the drift: with the rows X of a day, what is left R
    of their response and the inverse information A, the coefficients change by A X' (1 - X A X')^-1 R. The mean over
    the factors of the ratio of this jackknife's variance to the model's is used for all: the ratio of one factor alone
    rests on too few days to be any guide.
    """
    starts = np.flatnonzero(np.concatenate(([True], np.diff(day) > 0)))
    count = len(starts)
    if count < FEWEST_DAYS:
        return 1.0
    regressors, response = white[:, :-1], white[:, -1]
    information = regressors.T @ regressors + np.diag(precision)
    inverse = np.linalg.inv(information)
    left = response - regressors @ (inverse @ (regressors.T @ response))
    ends = np.append(starts[1:], len(day))
    changes = np.empty((count, factors))
    spread = regressors @ inverse
    for row, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        leverage = spread[start:end] @ regressors[start:end].T
        without = np.linalg.solve(np.eye(end - start) - leverage, left[start:end])
        changes[row] = without @ spread[start:end, -factors:]
    jackknife = (changes**2).sum(axis=0) * (count - 1) / count
    ratio = float(np.mean(jackknife / np.diag(inverse)[-factors:]))
    return float(np.clip(np.sqrt(ratio), LEAST_INFLATION, MOST_INFLATION))
