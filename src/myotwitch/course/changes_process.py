"""How a person's rate of twitching wanders by itself, and what a day's count tells of it.

The log rate of a day is a constant, a latent Ornstein-Uhlenbeck process that drifts around it, and a scatter of the day
of its own (bouts that set off others, what changes within a day). How far and how slowly it drifts is not known: a grid
of processes is carried along, and each diary gives them their weights. An interval or an alarm then knows what this
person's rate does when nothing has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

FloatArray = NDArray[np.float64]

DRIFT_SDS = (0.25, 0.45, 0.7)
DRIFT_DAYS = (0.7, 2.0, 6.0, 20.0)
"""Standard deviations of the drift on the log rate, and its time constants **[days]**, that are thought possible."""
SCATTERS = (0.01, 0.1, 0.3, 1.0)
HARDLY_DRIFTS = (0.1, 2.0)
"""Standard deviation and time constant of a drift that is nearly none."""
SHARE_HARDLY_DRIFTS = 0.1


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Processes:
    """Ways in which a rate may wander by itself; each entry of the arrays is one.

    Parameters
    ----------
    drift_sd
        Standard deviation of the drift, on the log rate **[1]**.
    drift_days
        Its time constant **[days]**.
    scatter
        Variance of a day's own scatter, on the log rate **[1]**.
    log_prior
        Log of how likely each is beforehand.
    """

    drift_sd: FloatArray
    drift_days: FloatArray
    scatter: FloatArray
    log_prior: FloatArray

    def __len__(self) -> int:
        return len(self.drift_sd)

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.int64], log_weight: FloatArray) -> Processes:
        """Return some of them, with other weights."""
        return Processes(
            drift_sd=self.drift_sd[which],
            drift_days=self.drift_days[which],
            scatter=self.scatter[which],
            log_prior=log_weight[which],
        )


def usual_processes(shares: tuple[float, ...] = (0.25, 0.25, 0.25, 0.25)) -> Processes:
    """Return the processes that are thought possible; `shares` tells how likely each of `DRIFT_DAYS` is beforehand."""
    rows = [
        (sd, days, scatter, share * (1 - SHARE_HARDLY_DRIFTS) / (len(DRIFT_SDS) * sum(shares)))
        for sd, (days, share), scatter in product(DRIFT_SDS, zip(DRIFT_DAYS, shares, strict=True), SCATTERS)
    ]
    rows += [(*HARDLY_DRIFTS, scatter, SHARE_HARDLY_DRIFTS) for scatter in SCATTERS]
    sd, days, scatter, share = np.array(rows).T
    return Processes(drift_sd=sd, drift_days=days, scatter=scatter, log_prior=np.log(share / len(SCATTERS)))


@dataclass(kw_only=True, slots=True, eq=False)
class Belief:
    """What is believed of the log rate under each process: changed in place, day by day.

    The last entry of the state is the drift; the others are constants, such as the log rate and effects on it.

    Parameters
    ----------
    mean
        float64[states, processes, chains].
    covariance
        float64[states, states, processes, chains].
    log_weight
        float64[processes, chains]: log probability of the process and of all counts absorbed.
    processes
        Those of the second axis.
    """

    mean: FloatArray
    covariance: FloatArray
    log_weight: FloatArray
    processes: Processes

    def pass_days(self, days: float) -> None:
        """Let the drift go on for some days."""
        keeps = np.exp(-days / self.processes.drift_days)[:, np.newaxis]
        self.mean[-1] *= keeps
        self.covariance[-1] *= keeps
        self.covariance[:, -1] *= keeps
        self.covariance[-1, -1] += (self.processes.drift_sd**2)[:, np.newaxis] * (1 - keeps**2)

    def absorb(self, bouts: float | FloatArray, exposure_h: float | FloatArray, load: FloatArray) -> None:
        """Learn from the count of a day.

        Parameters
        ----------
        bouts
            Bouts of the day; one, or one a chain.
        exposure_h
            Its exposure, above 0 **[h]**; one, or one a chain.
        load
            float64[states, 1, chains or 1]: what the log rate is a sum of; 1 for the drift.

        Method
        ------
        Poisson counts around a Gaussian log rate: the posterior's mode solves ``q E exp(mode) = W(q E exp(a + q y))``
        with Lambert's W, prior mean ``a`` and variance ``q``; mean, covariance and evidence by Laplace's approximation.
        """
        shared = np.einsum("ij...,j...->i...", self.covariance, load)
        middle = np.einsum("i...,i...->...", self.mean, load)
        variance = np.einsum("i...,i...->...", shared, load) + self.processes.scatter[:, np.newaxis]
        weight = _lambert_of_exponential(np.log(variance * exposure_h) + middle + variance * bouts)
        expected = weight / variance
        error = bouts - expected
        self.log_weight += (
            bouts * (middle + variance * bouts - weight + np.log(exposure_h))
            - expected
            - gammaln(np.asarray(bouts) + 1.0)
            - 0.5 * variance * error**2
            - 0.5 * np.log1p(weight)
        )
        self.mean += shared * error
        self.covariance -= shared[:, np.newaxis] * shared * (expected / (1 + weight))

    def keep_chains(self, chains: NDArray[np.int64]) -> None:
        """Go on with some chains only, in the order given."""
        self.mean = self.mean[:, :, chains]
        self.covariance = self.covariance[:, :, :, chains]
        self.log_weight = self.log_weight[:, chains]

    def drop_unlikely(self, margin: float) -> None:
        """Leave out the processes whose log weight is `margin` below the best, whatever the chain."""
        best = self.log_weight.max(axis=1)
        kept = best > best.max() - margin
        if kept.all():
            return
        self.mean, self.covariance = self.mean[:, kept], self.covariance[:, :, kept]
        self.log_weight = self.log_weight[kept]
        self.processes = self.processes.chosen(kept, self.processes.log_prior)

    @property
    def log_evidence(self) -> FloatArray:
        """float64[chains]: log probability of all counts absorbed, over all processes."""
        best = self.log_weight.max(axis=0)
        evidence: FloatArray = best + np.log(np.exp(self.log_weight - best).sum(axis=0))
        return evidence


def belief_before(processes: Processes, mean: FloatArray, sd: FloatArray, chains: int = 1) -> Belief:
    """Return what is believed before any count: constants with `mean` and `sd`, the drift as in the long run."""
    states = len(mean) + 1
    shape = (len(processes), chains)
    state_mean = np.zeros((states, *shape))
    state_mean[:-1] = mean[:, np.newaxis, np.newaxis]
    covariance = np.zeros((states, states, *shape))
    for place, spread in enumerate(sd):
        covariance[place, place] = spread**2
    covariance[-1, -1] = (processes.drift_sd**2)[:, np.newaxis]
    return Belief(
        mean=state_mean,
        covariance=covariance,
        log_weight=np.repeat(processes.log_prior[:, np.newaxis], chains, axis=1),
        processes=processes,
    )


def _lambert_of_exponential(exponent: FloatArray) -> FloatArray:
    """Return Lambert's W of ``exp(exponent)``, to a relative error below 1e-6."""
    log_of_one_more = np.logaddexp(0.0, exponent)
    value = log_of_one_more * (1 - np.log1p(log_of_one_more) / (2 + log_of_one_more))
    left = exponent - value - np.log(value)
    above = 1 + value
    corrected: FloatArray = value * (1 + left / above * (1 + left / (2 * above**2)))
    return corrected
