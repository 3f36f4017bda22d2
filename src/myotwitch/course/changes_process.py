"""How a person's rate of twitching wanders by itself, and what a day's count tells of it.

The log rate of a day is a constant, a latent Ornstein-Uhlenbeck process that drifts around it, and a scatter of the day
of its own (bouts that set off others, what changes within a day). How far and how slowly it drifts is not known: a grid
of processes is carried along, and each diary gives them their weights. An interval or an alarm then knows what this
person's rate does when nothing has changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
FIRST_CHAIN = np.zeros(1, dtype=np.int64)


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
    _after: dict[float, tuple[FloatArray, FloatArray]] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.drift_sd)

    def after(self, days: float) -> tuple[FloatArray, FloatArray]:
        """Return what is left of each drift after some days, and the variance it gains: float64[processes, 1]."""
        if days not in self._after:
            keeps = np.exp(-days / self.drift_days)[:, np.newaxis]
            self._after[days] = keeps, (self.drift_sd**2)[:, np.newaxis] * (1 - keeps**2)
        return self._after[days]

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
        keeps, gains = self.processes.after(days)
        self.mean[-1] *= keeps
        rest = self.covariance[-1]
        rest *= keeps
        self.covariance[:, -1] = rest
        rest[-1] *= keeps
        rest[-1] += gains

    def absorb(self, bouts: float | FloatArray, exposure_h: float | FloatArray, load: FloatArray | None = None) -> None:
        """Learn from the count of a day.

        Parameters
        ----------
        bouts
            Bouts of the day; one, or one a chain.
        exposure_h
            Its exposure, above 0 **[h]**; one, or one a chain.
        load
            float64[states, 1, chains or 1]: what the log rate is a sum of; 1 for the drift. None: the sum of the last
            two states.

        Method
        ------
        Poisson counts around a Gaussian log rate: the posterior's mode solves ``q E exp(mode) = W(q E exp(a + q y))``
        with Lambert's W, prior mean ``a`` and variance ``q``; mean, covariance and evidence by Laplace's approximation.
        """
        shared, middle, variance = self._of_log_rate(load)
        variance += self.processes.scatter[:, np.newaxis]
        exponent = np.log(variance)
        exponent += variance * bouts + middle
        exponent += np.log(exposure_h)
        weight = _lambert_of_exponential(exponent)
        expected = weight / variance
        error = bouts - expected
        evidence = variance * error
        evidence *= 0.5 * (bouts + expected)
        evidence += bouts * middle
        evidence -= expected
        evidence -= 0.5 * np.log1p(weight)
        evidence += bouts * np.log(exposure_h) - gammaln(np.asarray(bouts) + 1.0)
        self.log_weight += evidence
        self.mean += shared * error
        weight += 1.0
        expected /= weight
        self.covariance -= shared[:, np.newaxis] * (shared * expected)

    def _of_log_rate(self, load: FloatArray | None) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the covariance of the log rate with each state, its mean and its variance without the scatter."""
        if load is None:
            shared = self.covariance[:, -2] + self.covariance[:, -1]
            return shared, self.mean[-2] + self.mean[-1], shared[-2] + shared[-1]
        shared = np.einsum("ij...,j...->i...", self.covariance, load)
        return shared, np.einsum("i...,i...->...", self.mean, load), np.einsum("i...,i...->...", shared, load)

    def keep_chains(self, chains: NDArray[np.int64]) -> None:
        """Go on with some chains only, in the order given."""
        self.mean = self.mean.take(chains, axis=-1)
        self.covariance = self.covariance.take(chains, axis=-1)
        self.log_weight = self.log_weight.take(chains, axis=-1)

    def fork(self, chains: NDArray[np.int64], step_sd: float) -> None:
        """Go on with some chains, and with one more in which the rate of the first changes now.

        Where there are more than two states, the first is that change.
        """
        self.keep_chains(np.concatenate((chains, FIRST_CHAIN)))
        step = step_sd**2
        self.covariance[-2, -2, :, -1] += step
        if len(self.mean) > 2:
            self.covariance[0, 0, :, -1] = step
            self.covariance[0, -2, :, -1] = self.covariance[-2, 0, :, -1] = step

    def add_change(self, step_sd: float) -> None:
        """Put a change of the rate before the other states, which has not happened in any chain yet."""
        states, processes, chains = self.mean.shape
        mean, covariance = self.mean, self.covariance
        self.mean = np.zeros((states + 1, processes, chains))
        self.covariance = np.zeros((states + 1, states + 1, processes, chains))
        self.mean[1:], self.covariance[1:, 1:] = mean, covariance
        self.covariance[0, 0] = step_sd**2

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
    # NumPy's logaddexp says the same of zero and the exponent, and takes longer.
    value = np.log1p(np.exp(-np.abs(exponent)))
    value += np.maximum(exponent, 0.0)
    value *= 1 - np.log1p(value) / (2 + value)
    above = 1 + value
    step = exponent - value
    step -= np.log(value)
    step /= above
    above *= 2
    value *= 1 + step * (1 + step / above)
    return value
