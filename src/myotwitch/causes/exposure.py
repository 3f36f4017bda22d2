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
from myotwitch.substances.substance import CLASS_KEYS, SUBSTANCES, ClearingLaw
from myotwitch.substances.washout import fraction_remaining
from myotwitch.units import HOURS_PER_DAY

LARGEST_DOSE = 10.0
"""Multiple of the usual amount beyond which more makes no further difference: tolerance, or a typing error."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogOdds:
    """Logarithm of an odds with its standard deviation."""

    value: float
    sd: float


@cache
def members(substances: tuple[str, ...], classes: tuple[str, ...]) -> frozenset[str]:
    """Return every substance that is named, or belongs to one of the classes.

    Examples
    --------
    >>> sorted(members(("caffeine",), ("benzodiazepine",)))
    ['alprazolam', 'caffeine', 'diazepam', 'lorazepam']
    """
    keys = {CLASS_KEYS[name] for name in classes}
    of_class = (key for key, substance in SUBSTANCES.items() if substance.class_key in keys)
    return frozenset((*substances, *of_class))


def exposed_log_odds(cause: Cause, prior: LogOdds, exposures: Sequence[Exposure], counting: Counting) -> LogOdds:
    """Return the log odds that the cause is active, given what is said about the substances it comes from.

    Method
    ------
    Taken: 1 - (1 - probability)^c, with c the daily amount over the usual one, times what is left in the body since
    the last intake; never below what holds without the exposure. Several substances add. Not taken: between the
    prior and `ExposureLink.without`, by the share of the cause's substances that were denied. Nothing said: the
    prior.
    """
    link = cause.exposure
    if link is None:
        return prior
    candidates = members(link.substances, link.classes)
    told = [exposure for exposure in exposures if exposure.substance in candidates]
    if not told:
        return prior
    without = _of(link.without)
    strengths = [_strength(exposure, link) for exposure in told]
    total = sum(strength for strength in strengths if strength is not None)
    if total <= 0:
        denied = len({exposure.substance for exposure in told}) / len(candidates)
        # Naming one medicine of a class as not taken says little of the class; denying the only substance says all.
        return LogOdds(value=prior.value + denied * (without.value - prior.value), sd=max(prior.sd, without.sd))
    active = -math.expm1(min(total, LARGEST_DOSE) * math.log1p(-link.probability.value))
    value = max(math.log(active) - math.log1p(-active) if active < 1 else math.inf, without.value)
    sd = log_odds_sd(link.probability)
    if link.recent_factor is not None and any(_is_recent(exposure, counting) for exposure in told):
        value += math.log(link.recent_factor.value)
        sd = math.hypot(sd, log_sd(link.recent_factor))
    return LogOdds(value=value, sd=sd)


def risk_log_factor(cause: Cause, exposures: Sequence[Exposure], counting: Counting) -> LogOdds:
    """Return the log factor on the odds of the cause from what is taken; substances of one class count once."""
    taken = {exposure.substance for exposure in exposures if exposure.is_taken}
    value = variance = 0.0
    for name, figure in cause.risk_exposures.items():
        if taken & (members((name,), ()) if name in SUBSTANCES else members((), (name,))):
            value += math.log(figure.value)
            variance += log_sd(figure) ** 2
    limit = math.log(counting.risk_ratio_limit)
    return LogOdds(value=min(max(value, -limit), limit), sd=math.sqrt(variance))


def _strength(exposure: Exposure, link: ExposureLink) -> float | None:
    """Return how strongly the exposure acts now, 1 for the usual amount; None or 0 where it does not."""
    if link.state is ExposureState.STOPPED:
        stopped = exposure.stopped_days_ago
        counts = stopped is not None and _is_within(stopped, link)
        return 1.0 if counts else None
    if exposure.taken is False and exposure.stopped_days_ago is None:
        return None
    hours = _hours_since_last(exposure)
    if hours is not None and not _is_within(hours / HOURS_PER_DAY, link):
        return None
    return _dose(exposure, link) * _remaining(exposure, hours)


def _is_within(days: float, link: ExposureLink) -> bool:
    return link.from_days <= days and (link.within_days is None or days <= link.within_days)


def _hours_since_last(exposure: Exposure) -> float | None:
    if exposure.stopped_days_ago is not None:
        return exposure.stopped_days_ago * HOURS_PER_DAY
    return exposure.last_hours_ago


def _dose(exposure: Exposure, link: ExposureLink) -> float:
    amount = exposure.daily_amount_mg
    if amount is None or link.usual_amount_mg is None:
        return 1.0
    return min(amount / link.usual_amount_mg, LARGEST_DOSE)


def _remaining(exposure: Exposure, hours: float | None) -> float:
    substance = SUBSTANCES[exposure.substance]
    if hours is None or substance.law is not ClearingLaw.FIRST_ORDER:
        return 1.0
    return fraction_remaining(substance, hours).value


def _is_recent(exposure: Exposure, counting: Counting) -> bool:
    return exposure.is_taken and exposure.since_days is not None and exposure.since_days <= counting.recent_days


def _of(figure: Figure) -> LogOdds:
    return LogOdds(value=math.log(figure.value) - math.log1p(-figure.value), sd=log_odds_sd(figure))
