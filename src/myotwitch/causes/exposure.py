"""What was taken or stopped, as evidence in proportion to what is still in the body."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from myotwitch.case.case import Exposure
from myotwitch.causes.arrays import log_odds_sd, log_sd
from myotwitch.causes.cause import Cause, ExposureLink, ExposureState
from myotwitch.causes.settings import Counting
from myotwitch.sources import Figure
from myotwitch.substances import CLASS_KEYS, SUBSTANCES, Circumstance, share_of_effect_left
from myotwitch.units import HOURS_PER_DAY

LARGEST_DOSE = 10.0
"""Multiple of the usual amount beyond which more makes no further difference: tolerance, or a typing error."""


LARGEST_LOG_ODDS = 30.0
"""Stands for certainty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogOdds:
    """Logarithm of an odds with its standard deviation."""

    value: float
    sd: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """What of a person decides how fast a substance leaves: weight **[kg]**, None where unknown, and circumstances."""

    weight_kg: float | None = None
    circumstances: tuple[Circumstance, ...] = ()


BODY_UNKNOWN = Body()
"""A person of whom nothing is known."""


@cache
def members(substances: tuple[str, ...], classes: tuple[str, ...]) -> frozenset[str]:
    """Return every substance that is named, or belongs to one of the classes.

    Examples
    --------
    >>> sorted(members(("caffeine",), ("gabapentinoid",)))
    ['caffeine', 'gabapentin', 'pregabalin']
    """
    keys = {CLASS_KEYS[name] for name in classes}
    of_class = (key for key, substance in SUBSTANCES.items() if substance.class_key in keys)
    return frozenset((*substances, *of_class))


def exposed_log_odds(
    cause: Cause, prior: LogOdds, exposures: Sequence[Exposure], counting: Counting, body: Body = BODY_UNKNOWN
) -> LogOdds:
    """Return the log odds that the cause is active, given what is said about the substances it comes from.

    Method
    ------
    Taken: 1 - (1 - probability)^c, with c the daily amount over the usual one, times the share of its effect that is
    left since the last intake (where the cause has `ExposureLink.from_days`, from then on at least what is left of its
    days); several substances add. Stopped: the same within the days of the withdrawal. Never below what holds if these
    substances were denied: between the prior and `ExposureLink.without`, by the share of the cause's substances that
    are named. Nothing said: the prior.
    """
    link = cause.exposure
    if link is None:
        return prior
    candidates = members(link.substances, link.classes)
    told = [exposure for exposure in exposures if exposure.substance in candidates]
    if not told:
        return prior
    without = _of(link.without)
    # Naming one medicine of a class as not taken says little of the class; denying the only substance says all.
    share = len({exposure.substance for exposure in told}) / len(candidates)
    denied = LogOdds(value=prior.value + share * min(without.value - prior.value, 0.0), sd=max(prior.sd, without.sd))
    acting = _acting(link, sum(_strength(exposure, link, body) for exposure in told))
    if link.recent_factor is not None and any(_is_recent(exposure, counting) for exposure in told):
        recent = link.recent_factor
        acting = LogOdds(value=acting.value + math.log(recent.value), sd=math.hypot(acting.sd, log_sd(recent)))
    return acting if acting.value > denied.value else denied


def _acting(link: ExposureLink, strength: float) -> LogOdds:
    """Return the log odds that the cause is active if the exposure acts with this strength, 1 for the usual amount."""
    active = -math.expm1(min(strength, LARGEST_DOSE) * math.log1p(-link.probability.value))
    if active <= 0:
        return LogOdds(value=-math.inf, sd=0.0)
    value = math.log(active) - math.log1p(-active) if active < 1 else LARGEST_LOG_ODDS
    return LogOdds(value=value, sd=log_odds_sd(link.probability))


def risk_log_factor(cause: Cause, exposures: Sequence[Exposure], counting: Counting) -> LogOdds:
    """Return the log factor on the odds of the cause from what is taken; substances of one class count once."""
    taken = {exposure.substance for exposure in exposures if exposure.is_taken}
    if not taken or not cause.risk_exposures:
        return LogOdds(value=0.0, sd=0.0)
    value = variance = 0.0
    for name, figure in cause.risk_exposures.items():
        if not taken.isdisjoint(members((name,), ()) if name in SUBSTANCES else members((), (name,))):
            value += math.log(figure.value)
            variance += log_sd(figure) ** 2
    limit = math.log(counting.risk_ratio_limit)
    return LogOdds(value=min(max(value, -limit), limit), sd=math.sqrt(variance))


def _strength(exposure: Exposure, link: ExposureLink, body: Body) -> float:
    """Return how strongly the exposure acts now: 1 for the usual amount, 0 where it does not."""
    if link.state is ExposureState.STOPPED:
        stopped = exposure.stopped_days_ago
        return 1.0 if stopped is not None and _is_within(stopped, link) else 0.0
    if exposure.taken is False and exposure.stopped_days_ago is None:
        return 0.0
    return _dose(exposure, link) * _share_left(exposure, link, body)


def _is_within(days: float, link: ExposureLink) -> bool:
    return link.from_days <= days and (link.within_days is None or days <= link.within_days)


def hours_since_last(exposure: Exposure) -> float | None:
    """Return the time since the last intake **[h]**; None where it is not known."""
    if exposure.last_hours_ago is None and exposure.stopped_days_ago is not None:
        return exposure.stopped_days_ago * HOURS_PER_DAY
    return exposure.last_hours_ago


def _dose(exposure: Exposure, link: ExposureLink) -> float:
    amount = exposure.daily_amount_mg
    if amount is None or link.usual_amount_mg is None:
        return 1.0
    return min(amount / link.usual_amount_mg, LARGEST_DOSE)


def _share_left(exposure: Exposure, link: ExposureLink, body: Body) -> float:
    """Return which share of the effect of the last intake is left; all of it where nothing is said of the time."""
    hours = hours_since_last(exposure)
    if hours is None:
        return 1.0
    left = share_of_effect_left(
        SUBSTANCES[exposure.substance],
        hours,
        amount_mg=exposure.amount_mg,
        usual_amount_mg=link.usual_amount_mg,
        weight_kg=body.weight_kg,
        circumstances=body.circumstances,
    ).value
    return max(left, _aftermath(hours / HOURS_PER_DAY, link))


def _aftermath(days: float, link: ExposureLink) -> float:
    """Return the share of an effect that comes only as the substance leaves, such as a hangover: a straight line."""
    if link.from_days == 0 or link.within_days is None or not _is_within(days, link):
        return 0.0
    return 1.0 - days / link.within_days


def _is_recent(exposure: Exposure, counting: Counting) -> bool:
    return exposure.is_taken and exposure.since_days is not None and exposure.since_days <= counting.recent_days


def _of(figure: Figure) -> LogOdds:
    return LogOdds(value=math.log(figure.value) - math.log1p(-figure.value), sd=log_odds_sd(figure))
