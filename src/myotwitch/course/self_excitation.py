"""Bouts that set off others: what a factor does then echoes for a while."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from myotwitch.course.covariance import Drift
from myotwitch.course.hours import FloatArray

LONGEST_H = 2.0
"""An echo fades within a few hours; what lasts longer is a drift **[h]**."""
DRIFT_FROM_H = 10.0
"""Deviations that last longer than this are no echo **[h]**."""
SMALLEST = 0.02
"""A relative variance below this is none."""
PIECE_H = 0.5
"""Counts by the hour make deviations look longer by about half an hour **[h]**."""
_ENDS = np.log(np.array([1.0, 1.5, 3.0]))
MEANS = np.diff(-3.0 * (1.0 + _ENDS) * np.exp(-_ENDS), append=0.0)
"""Means of the thirds of an exponential distribution with mean 1."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Echo:
    """How a factor's effect is spread over time by bouts that set off others.

    Parameters
    ----------
    share
        Share of all bouts that others set off.
    delays_h
        When these come after what set off the first **[h]**, each of the same weight.
    """

    share: float
    delays_h: FloatArray


def echo_of(by_count: Drift, drift: Drift) -> Echo | None:
    """Return the echo that short deviations speak for; None where they last too long, or there are none.

    Method
    ------
    In Hawkes' process with an exponential response, where each bout sets off b others with mean delay d, counts deviate
    with covariance b (2 - b) / (2 (1 - b) d) exp(-(1 - b) t / d), in the unit of the mean rate. `by_count` has both
    numbers; b and d follow. Of a factor's effect on the bouts that nothing set off, the share 1 - b comes at once and
    the share b with mean delay d / (1 - b).

    Sources
    -------
    Hawkes AG. Spectra of some self-exciting and mutually exciting point processes. Biometrika 1971;58:83-90.
    """
    if by_count.hours > DRIFT_FROM_H or drift.variance < SMALLEST:
        return None
    lasts_h = float(np.clip(by_count.hours - PIECE_H, 0.25, LONGEST_H))
    share = 1.0 - 1.0 / float(np.sqrt(1.0 + 2.0 * by_count.variance * by_count.hours))
    return Echo(share=share, delays_h=lasts_h * MEANS)
