"""Voluntary drive: which units of a pool fire, how fast, and when."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from myotwitch.errors import RequestError
from myotwitch.simulation.muscle.numbers import value_of
from myotwitch.simulation.muscle.pool import Pool

LEAST_INTERVAL = 0.3
"""No interval is shorter than this share of the mean one."""


def full_excitation(pool: Pool) -> float:
    """Return the excitation at which the last unit fires at its highest rate; drive 1 is this one."""
    return float(pool.threshold[-1] + (pool.peak_rate_hz[-1] - value_of("least_rate")) / value_of("rate_gain"))


def discharge_rates(pool: Pool, drive: ArrayLike) -> NDArray[np.float64]:
    """Return the rate of each unit at each drive.

    Parameters
    ----------
    drive
        0 (rest) to 1 (all units at their highest rates), any shape.

    Returns
    -------
    float64[units, ...]
        Rates **[Hz]**; 0 where a unit does not fire.

    Raises
    ------
    RequestError
        If a drive is outside 0 to 1.

    Notes
    -----
    Method: rate = gain (E - threshold) + least rate, up to the unit's highest (Fuglevand 1993; highest rates as Potvin
    and Fuglevand 2017).
    """
    drives = np.asarray(drive, dtype=np.float64)
    if drives.size and not (np.all(np.isfinite(drives)) and drives.min() >= 0 and drives.max() <= 1):
        raise RequestError("A voluntary drive must be 0 (rest) to 1 (as much as the pool can give).")
    excess = full_excitation(pool) * drives[None] - pool.threshold.reshape((-1,) + (1,) * drives.ndim)
    rates = value_of("rate_gain") * excess + value_of("least_rate")
    highest = pool.peak_rate_hz.reshape((-1,) + (1,) * drives.ndim)
    return np.where(excess >= 0, np.minimum(rates, highest), 0.0)


def voluntary_onsets(
    pool: Pool, drive: ArrayLike, drive_rate_hz: float, rng: np.random.Generator
) -> tuple[NDArray[np.float64], ...]:
    """Return the onsets of every unit's discharges under a drive that changes in time.

    Parameters
    ----------
    drive
        float64[samples]: the drive, 0 to 1, from time 0.
    drive_rate_hz
        Samples of `drive` a second **[Hz]**; 100 is plenty.
    rng
        Draws the intervals.

    Returns
    -------
    tuple of float64[n]
        Onsets of each unit **[s]**, ascending; empty for one that is not recruited.

    Notes
    -----
    Method: intervals are normal, with SD over mean as tabled, not below 0.3 of the mean, and elapse faster the higher
    the rate. A unit begins at a random phase, and anew each time it is recruited again.
    """
    if not drive_rate_hz > 0:
        raise RequestError(f"The drive has {drive_rate_hz} samples a second; give a rate above 0 Hz.")
    rates = discharge_rates(pool, np.atleast_1d(np.asarray(drive, dtype=np.float64)))
    return tuple(_onsets_of_rate(row, drive_rate_hz, rng) for row in rates)


def _onsets_of_rate(
    rate_hz: NDArray[np.float64], drive_rate_hz: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    found = []
    is_firing = np.concatenate([[False], rate_hz > 0, [False]]).astype(np.int8)
    for start, stop in zip(
        np.flatnonzero(np.diff(is_firing) == 1), np.flatnonzero(np.diff(is_firing) == -1), strict=True
    ):
        phase = np.concatenate([[0.0], np.cumsum(rate_hz[start:stop]) / drive_rate_hz])
        count = int(phase[-1] / LEAST_INTERVAL) + 2
        intervals = np.maximum(rng.normal(1.0, value_of("interval_variation"), count), LEAST_INTERVAL)
        intervals[0] *= rng.random()
        due = np.cumsum(intervals)
        found.append((start + np.interp(due[due < phase[-1]], phase, np.arange(phase.size))) / drive_rate_hz)
    return np.concatenate(found) if found else np.empty(0)
