"""What drives the twitching of one person: each factor's rate ratio, how sure it is, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np
from scipy.special import ndtri

from myotwitch.course.belief import EffectBelief, q_values
from myotwitch.course.estimation import PRIOR_SD, Estimation, estimate
from myotwitch.course.factors import Factor, plain_factors
from myotwitch.course.hours import FloatArray, WatchedHours
from myotwitch.course.intakes import intake_factors
from myotwitch.diary import Diary, hours_of
from myotwitch.units import HOURS_PER_DAY

LEVEL = 0.05
"""A verdict needs a q-value below this; intervals hold the rest."""
POWER = 0.8
HARMLESS_FROM, HARMLESS_TO = 0.8, 1.25
"""A rate ratio between these matters to nobody: of the contract."""
EXAMPLE_RATIO = 1.4
"""The rate ratio for which the days are told that it takes to see it."""
MOST_DAYS = 3650.0
"""More days than this are not told: nobody keeps a diary for so long."""
COME_TOGETHER = 0.9
"""Factors whose courses correlate more than this, as they bear on the estimate, cannot be told apart: the errors are
then more than twice those of factors that come independently (1 / sqrt(1 - 0.9^2) = 2.3)."""
HARDLY_OWN = 0.25
"""A factor with less of its variation left beside the hour, the week and the slow change follows these: its error is
then more than twice (1 / sqrt(0.25)) that of one that comes at any time."""
NEVER_NONE = frozenset({"stress", "sleep", "screen"})
LOWEST_SHARE = 0.1
"""What is hardly ever none has its share told against the time with the lowest tenth."""
FEWEST_DAYS = 14
"""Watched days before which nothing is said of what more days would show: neither drift nor week is seen."""
FINITE_LOG = 50.0


class Verdict(StrEnum):
    """What is said of a factor."""

    RAISES = "raises"
    LOWERS = "lowers"
    NO_EFFECT_SEEN = "no_effect_seen"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, kw_only=True, slots=True)
class Driver:
    """One factor and what it does to the rate of bouts.

    Parameters
    ----------
    factor
        Substance, or stress, sleep, exercise, screen, illness, vaccination, cycle.
    usual_dose, unit
        What the rate ratio is told for: the usual dose, 3 points of stress, 2 h less of sleep, one session, the screen
        time of a usual day, being ill, the days after a vaccination, the days before a period.
    rate_ratio
        What the rate is multiplied by; of a substance at the peak of one usual dose in an empty body.
    interval
        Holds the true one with 95 %.
    p_value, q_value
        Before and after correction for the number of factors.
    verdict
        In the words of the contract.
    attributable_share
        Share of the watched bouts that would not have been without it; negative where it prevents some.
    detectable_ratio
        The smallest ratio above 1 of which such a diary gives the verdict that it raises the rate, with about 80 %.
    days_to_see
        Watched days after which a ratio of 1.4 would have this verdict with 80 % **[d]**; None where it takes over ten
        years, where the factor follows the clock, and before two weeks are watched.
    follows_clock
        Its course hardly differs from the pattern of hours, weeks or the slow change; what it does cannot be told from
        these.
    """

    factor: str
    usual_dose: float
    unit: str | None
    rate_ratio: float
    interval: tuple[float, float]
    p_value: float
    q_value: float
    verdict: Verdict
    attributable_share: float
    detectable_ratio: float
    days_to_see: float | None
    follows_clock: bool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Drivers:
    """What drives the twitching, as far as a diary tells.

    Parameters
    ----------
    drivers
        One for each factor that occurs.
    inseparable
        Groups of factors that mostly come together, so that what one does cannot be told from what another does.
    known_log_rate
        float64[pieces]: by how much factors with a verdict raise the log rate in each piece of watched time.
    """

    drivers: tuple[Driver, ...]
    inseparable: tuple[tuple[str, ...], ...]
    known_log_rate: FloatArray


def drivers_of(diary: Diary, hours: WatchedHours) -> Drivers:
    """Return what drives the twitching in the watched hours of a diary; a diary that tells nothing is no error."""
    factors = plain_factors(diary) + intake_factors(diary)
    if not factors:
        return Drivers(drivers=(), inseparable=(), known_log_rate=np.zeros(len(hours)))
    if len(hours) == 0:
        return _nothing_known(factors)
    found = estimate(hours, factors, clock_shift(diary, hours.middle))
    q = q_values(np.array([belief.p_value for belief in found.beliefs]))
    days = len(np.unique(np.floor(hours.middle / HOURS_PER_DAY)))
    drivers = tuple(
        _driver(
            factor,
            belief,
            q_value=float(q[place]),
            share=_attributable_share(factor, belief, found, place),
            days=days,
            factors=len(factors),
            follows_clock=bool(days >= FEWEST_DAYS and found.own_share[place] < HARDLY_OWN),
        )
        for place, (factor, belief) in enumerate(zip(factors, found.beliefs, strict=True))
    )
    is_known = np.array([driver.q_value < LEVEL for driver in drivers])
    effects = np.array([np.log(driver.rate_ratio) for driver in drivers])
    return Drivers(
        drivers=drivers,
        inseparable=_groups([factor.name for factor in factors], found.correlation),
        known_log_rate=np.where(is_known, effects, 0.0) @ found.courses,
    )


def clock_shift(diary: Diary, at: FloatArray) -> FloatArray:
    """Return what the clock showed beyond UTC at given times **[h]**, as the last entry before tells."""
    times = np.array([hours_of(entry.time) for entry in diary.entries])
    shifts = np.array([_offset_h(entry.time.utcoffset()) for entry in diary.entries])
    return shifts[np.maximum(np.searchsorted(times, at, side="right") - 1, 0)]


def _offset_h(offset: timedelta | None) -> float:
    return 0.0 if offset is None else offset / timedelta(hours=1)


def _driver(
    factor: Factor,
    belief: EffectBelief,
    *,
    q_value: float,
    share: float,
    days: int,
    factors: int,
    follows_clock: bool,
) -> Driver:
    low, high = belief.quantile(LEVEL / 2), belief.quantile(1 - LEVEL / 2)
    middle = belief.quantile(0.5)
    # Hochberg's procedure asks the k-th largest of m p-values to be below level / k: the middle one, level 2 / (m + 1).
    level = 2 * LEVEL / (factors + 1)
    needed = (float(ndtri(1 - level / 2)) + float(ndtri(POWER))) * belief.spread
    days_to_see = days * (needed / np.log(EXAMPLE_RATIO)) ** 2
    tells_days = days >= FEWEST_DAYS and days_to_see <= MOST_DAYS and not follows_clock
    return Driver(
        factor=factor.name,
        usual_dose=factor.usual_dose,
        unit=factor.unit,
        rate_ratio=_ratio(middle),
        interval=(_ratio(low), _ratio(high)),
        p_value=belief.p_value,
        q_value=q_value,
        verdict=_verdict(middle, _ratio(low), _ratio(high), q_value),
        attributable_share=share,
        detectable_ratio=_ratio(needed),
        days_to_see=float(days_to_see) if tells_days else None,
        follows_clock=follows_clock,
    )


def _ratio(log: float) -> float:
    return float(np.exp(np.clip(log, -FINITE_LOG, FINITE_LOG)))


def _verdict(middle: float, low: float, high: float, q_value: float) -> Verdict:
    if q_value < LEVEL:
        return Verdict.RAISES if middle > 0 else Verdict.LOWERS
    if low >= HARMLESS_FROM and high <= HARMLESS_TO:
        return Verdict.NO_EFFECT_SEEN
    return Verdict.CANNOT_TELL


def _attributable_share(factor: Factor, belief: EffectBelief, found: Estimation, place: int) -> float:
    """Return 1 - (bouts expected without it) / (bouts expected), at the middle of what is believed of its effect."""
    course = found.courses[place]
    if factor.name in NEVER_NONE:
        course = np.maximum(course - np.quantile(course, LOWEST_SHARE), 0.0)
    without = np.exp(np.clip(-belief.quantile(0.5) * course, -FINITE_LOG, FINITE_LOG))
    return float(1.0 - (found.expected * without).sum() / found.expected.sum())


def _groups(names: Sequence[str], correlation: FloatArray) -> tuple[tuple[str, ...], ...]:
    """Return the factors that hang together over correlated pairs, groups of two or more."""
    group = list(range(len(names)))
    for one, other in np.argwhere(np.triu(np.abs(correlation) > COME_TOGETHER, 1)).tolist():
        kept, gone = sorted((group[one], group[other]))
        group = [kept if number == gone else number for number in group]
    members = [tuple(name for name, number in zip(names, group, strict=True) if number == of) for of in set(group)]
    return tuple(sorted(found for found in members if len(found) > 1))


def _nothing_known(factors: Sequence[Factor]) -> Drivers:
    """Return every factor with what was believed before: nothing was watched."""
    belief = EffectBelief(weight=np.ones(1), middle=np.zeros(1), error=np.full(1, PRIOR_SD), freedom=np.inf)
    drivers = tuple(
        _driver(factor, belief, q_value=1.0, share=0.0, days=0, factors=len(factors), follows_clock=False)
        for factor in factors
    )
    return Drivers(drivers=drivers, inseparable=(), known_log_rate=np.zeros(0))
