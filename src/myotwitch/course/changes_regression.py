"""Effects on the rate, estimated beside the drift: it widens their intervals instead of becoming an effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from myotwitch.course.changes_process import Belief, FloatArray, Processes, belief_before, usual_processes

LOG_RATE_BEFORE, LOG_RATE_SD = float(np.log(0.3)), 2.0
"""What is believed of the log rate per hour before a diary is seen: hardly anything."""
UNLIKELY = 9.0
"""Processes whose log weight is so much below the best are left out."""
LEAVE_OUT_EVERY = 14
"""After so many watched days what is unlikely is left out."""


class Interval(NamedTuple):
    """An estimate with the ends of its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Mixture:
    """A belief that is a weighted sum of normal distributions.

    Parameters
    ----------
    weight, mean, sd
        float64[normals, ...]: each column over the further axes is a belief of its own.
    """

    weight: FloatArray
    mean: FloatArray
    sd: FloatArray

    def below(self, value: float | FloatArray) -> FloatArray:
        """Return the probability of a lower value."""
        below: FloatArray = (self.weight * ndtr((value - self.mean) / self.sd)).sum(axis=0)
        return below

    def quantile(self, probability: float) -> FloatArray:
        """Return the value that lies above the true one with a probability."""
        low, high = (self.mean - 9 * self.sd).min(axis=0), (self.mean + 9 * self.sd).max(axis=0)
        for _ in range(50):
            middle = (low + high) / 2
            is_below = self.below(middle) < probability
            low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
        halved: FloatArray = (low + high) / 2
        return halved

    def ratio(self, coverage: float = 0.95) -> Interval:
        """Return the exponential of the value with its interval, of a single belief."""
        tail = (1 - coverage) / 2
        low, middle, high = (float(np.exp(self.quantile(level))) for level in (tail, 0.5, 1 - tail))
        return Interval(value=middle, low=low, high=high)


def learn(
    belief: Belief,
    bouts: FloatArray,
    exposure_h: FloatArray,
    design: FloatArray | None = None,
    *,
    is_thinned: bool = True,
) -> None:
    """Let a belief learn from days, changing it in place.

    Parameters
    ----------
    belief
        What is believed before.
    bouts
        float64[days, 1 or chains].
    exposure_h
        float64[days, 1 or chains] **[h]**; days on which the first chain has 0 are passed over.
    design
        float64[days, constants, 1 or chains]: what each constant of the state counts on each day; None: 1 always.
    is_thinned
        Processes that have become unlikely for every chain are left out.
    """
    load = None if design is None else np.ones((design.shape[1] + 1, 1, design.shape[2]))
    passed, seen = 1.0, 0
    for day in range(len(bouts)):
        if exposure_h[day, 0] <= 0:
            passed += 1.0
            continue
        belief.pass_days(passed)
        passed = 1.0
        if load is not None and design is not None:
            load[:-1, 0] = design[day]
        belief.absorb(bouts[day], exposure_h[day], load)
        seen += 1
        if is_thinned and seen % LEAVE_OUT_EVERY == 0:
            belief.drop_unlikely(UNLIKELY)
    if passed > 1.0:
        belief.pass_days(passed - 1.0)


def effects_under_drift(
    bouts: FloatArray,
    exposure_h: FloatArray,
    design: FloatArray,
    effect_sd: FloatArray,
    processes: Processes | None = None,
) -> list[Mixture]:
    """Return what is believed of each effect, averaged over the ways in which the rate may wander.

    Parameters
    ----------
    bouts, exposure_h
        float64[days] or float64[days, diaries]; days without exposure are unknown.
    design
        float64[days, effects]: what each effect's course is **[1]**; the log rate is their sum and a constant.
    effect_sd
        float64[effects]: standard deviation of each effect before any count.
    processes
        Ways in which a rate may wander by itself; the usual ones if None.

    Returns
    -------
    For each effect a belief; arrays over diaries where there are several.
    """
    several = bouts.ndim > 1
    counts = bouts if several else bouts[:, np.newaxis]
    exposure = exposure_h if exposure_h.ndim > 1 else exposure_h[:, np.newaxis]
    belief = belief_before(
        processes or usual_processes(),
        mean=np.append(LOG_RATE_BEFORE, np.zeros(len(effect_sd))),
        sd=np.append(LOG_RATE_SD, effect_sd),
        chains=counts.shape[1],
    )
    columns = np.column_stack((np.ones(len(counts)), design))[:, :, np.newaxis]
    learn(belief, counts, exposure, columns, is_thinned=not several)
    weight = np.exp(belief.log_weight - belief.log_evidence)
    mixtures = [
        Mixture(weight=weight, mean=belief.mean[place], sd=np.sqrt(belief.covariance[place, place]))
        for place in range(1, len(effect_sd) + 1)
    ]
    return mixtures if several else [single(mixture) for mixture in mixtures]


def single(mixture: Mixture) -> Mixture:
    """Return the belief about one diary, without the axis of diaries."""
    return Mixture(weight=mixture.weight[:, 0], mean=mixture.mean[:, 0], sd=mixture.sd[:, 0])
