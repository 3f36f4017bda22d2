"""Rates with exact intervals, and what an empty observation rules out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from myotwitch.errors import RequestError
from myotwitch.twitches.events import Twitches
from myotwitch.units import SECONDS_PER_MINUTE


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """The figures of one observation.

    Parameters
    ----------
    count
        Number of discharges.
    analysed_s
        Time that was searched **[s]**.
    rate_per_min, rate_per_min_interval
        Discharges a minute of analysed time with the exact 95 % Poisson interval **[1/min]**; None where nothing was
        analysed.
    sources
        Number of different sources; None where the discharges were not sorted.
    smallest_detectable_uv
        See `Observation.smallest_detectable` **[uV]**.
    rate_per_min_ruled_out
        Smallest true rate that an observation without a twitch excludes with 95 % confidence **[1/min]**; None where
        twitches were found or nothing was analysed.
    """

    count: int
    analysed_s: float
    rate_per_min: float | None
    rate_per_min_interval: tuple[float, float] | None
    sources: int | None
    smallest_detectable_uv: float | None
    rate_per_min_ruled_out: float | None


def poisson_rate_interval(count: int, exposure: float, level: float = 0.95) -> tuple[float, float]:
    """Return the exact (Garwood) interval of a Poisson rate.

    Parameters
    ----------
    count
        Events seen, 0 or more.
    exposure
        Time observed, greater than zero; the rate is per this unit.
    level
        Confidence, between 0 and 1.

    Method
    ------
    Quantiles of the gamma distribution that has the count (lower) and the count plus one (upper) as its shape.

    Sources
    -------
    Garwood F (1936) Fiducial limits for the Poisson distribution. Biometrika 28:437-442.

    Examples
    --------
    >>> low, high = poisson_rate_interval(0, 1.0)
    >>> low, round(high, 3)
    (0.0, 3.689)
    """
    from scipy.special import gammaincinv

    if count < 0 or not exposure > 0 or not 0 < level < 1:
        raise RequestError(f"No Poisson interval for {count} events in {exposure} at level {level}.")
    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    high = float(gammaincinv(count + 1, 1 - tail))
    return low / exposure, high / exposure


def summarise(twitches: Twitches) -> Summary:
    """Return count, rate with its interval, number of sources, and what the observation could and could not show."""
    observation = twitches.observation
    count = len(twitches)
    minutes = observation.analysed_s / SECONDS_PER_MINUTE
    sorted_sources = np.unique(twitches.source[twitches.source >= 0])
    return Summary(
        count=count,
        analysed_s=observation.analysed_s,
        rate_per_min=count / minutes if minutes > 0 else None,
        rate_per_min_interval=poisson_rate_interval(count, minutes) if minutes > 0 else None,
        sources=int(sorted_sources.size) if sorted_sources.size or count == 0 else None,
        smallest_detectable_uv=observation.smallest_detectable,
        rate_per_min_ruled_out=-math.log(0.05) / minutes if minutes > 0 and count == 0 else None,
    )
