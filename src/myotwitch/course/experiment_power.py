"""What an own experiment could show this person: power from their own rate and drift, by simulation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from myotwitch.course.changes_own import OwnProcess
from myotwitch.course.changes_process import FloatArray
from myotwitch.course.changes_regression import effects_under_drift

SIMULATIONS = 300
POWER = 0.8
EFFECT_SD = 1.0
"""Standard deviation of an effect before it is tried, on the log rate."""


def simulated_counts(
    own: OwnProcess, is_taken: NDArray[np.bool_], log_ratio: float, generator: np.random.Generator, number: int
) -> tuple[FloatArray, FloatArray]:
    """Return counts and exposure **[h]** of days in which the rate is multiplied while something is taken.

    Returns
    -------
    float64[days, number] and float64[days].
    """
    days, processes = len(is_taken), own.processes
    which = generator.choice(len(processes), size=number, p=np.exp(processes.log_prior))
    sd, scatter = processes.drift_sd[which], processes.scatter[which]
    keeps = np.exp(-1 / processes.drift_days[which])
    drift = sd * generator.standard_normal(number)
    middle = own.log_rate[which] + own.log_rate_sd[which] * generator.standard_normal(number)
    exposure = np.where(generator.random(days) < own.watched_share, own.exposure_h, 0.0)
    counts = np.empty((days, number))
    for day in range(days):
        drift = keeps * drift + sd * np.sqrt(1 - keeps**2) * generator.standard_normal(number)
        own_day = np.sqrt(scatter) * generator.standard_normal(number)
        log_rate = np.minimum(middle + drift + own_day + log_ratio * is_taken[day], 10.0)
        counts[day] = generator.poisson(exposure[day] * np.exp(log_rate))
    return counts, exposure


def power_of(
    own: OwnProcess,
    is_taken: NDArray[np.bool_],
    counts_day: NDArray[np.bool_],
    ratio: float,
    generator: np.random.Generator,
    simulations: int = SIMULATIONS,
) -> tuple[float, float]:
    """Return the probability that a plan shows a ratio, and the ratio that it shows with 80 %.

    Parameters
    ----------
    own
        The person's process.
    is_taken, counts_day
        bool[days]: whether the substance is taken, and whether the day counts.
    ratio
        Rate with it over rate without; above 1 (a lowering by the same factor is as easy to see) **[1]**.
    generator
        Source of chance.
    simulations
        Simulated experiments.

    Method
    ------
    Experiments with this effect are simulated and analysed as real ones. An effect that is larger by some amount shifts
    the interval by that amount, so that the same simulations tell the power for every ratio.
    """
    counts, exposure = simulated_counts(own, is_taken, float(np.log(ratio)), generator, simulations)
    belief = effects_under_drift(
        counts,
        np.where(counts_day, exposure, 0.0),
        is_taken[:, np.newaxis].astype(np.float64),
        np.array([EFFECT_SD]),
        own.processes,
    )[0]
    low = belief.quantile(0.025)
    detectable = float(np.exp(max(0.0, np.log(ratio) - np.quantile(low, 1 - POWER))))
    return float(np.mean(low > 0)), detectable


def spread_of_effect(own: OwnProcess, is_taken: NDArray[np.bool_], counts_day: NDArray[np.bool_]) -> float:
    """Return about how well a plan tells the effect: its standard deviation, on the log rate **[1]**.

    Method
    ------
    Generalised least squares on log counts whose error is 1 over the expected count. A quick look at many plans; the
    one that is chosen is simulated.
    """
    used = counts_day & (np.arange(len(is_taken)) % max(1, round(1 / own.watched_share)) == 0)
    day = np.flatnonzero(used)
    if len(np.unique(is_taken[day])) < 2:
        return float("inf")
    weight = np.exp(own.processes.log_prior)
    apart = np.abs(day[:, np.newaxis] - day)
    covariance = sum(
        share * sd**2 * np.exp(-apart / days)
        for share, sd, days in zip(weight, own.processes.drift_sd, own.processes.drift_days, strict=True)
    )
    own_scatter = float(weight @ own.processes.scatter) + 1 / max(own.bouts_per_day, 1e-3)
    design = np.column_stack((np.ones(len(day)), is_taken[day].astype(np.float64)))
    information = design.T @ np.linalg.solve(covariance + own_scatter * np.eye(len(day)), design)
    return float(np.sqrt(np.linalg.inv(information)[1, 1]))
