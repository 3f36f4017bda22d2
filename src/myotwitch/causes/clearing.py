"""What of that which was taken still acts, for the evidence; and when it will be gone, for the report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from myotwitch.case.case import Exposure
from myotwitch.causes.cause import Cause, ExposureState
from myotwitch.causes.exposure import BODY_UNKNOWN, Body, hours_since_last, members
from myotwitch.causes.facts import Facts
from myotwitch.sources import figure_from_row, read_table
from myotwitch.substances import (
    SUBSTANCES,
    Circumstance,
    ClearingLaw,
    Estimate,
    Substance,
    hours_until_gone,
)
from myotwitch.substances.washout import GONE_SHARE, alcohol_figures
from myotwitch.units import HOURS_PER_DAY

CIRCUMSTANCE_OF_FINDING: Mapping[str, Circumstance] = MappingProxyType(
    {"liver_cirrhosis": Circumstance.LIVER_CIRRHOSIS}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clearing:
    """When something that was taken, and may play a part, will be gone.

    Parameters
    ----------
    substance, name
        Key of the substance, and its name for a reader.
    gone_in_hours
        Time from now until it no longer acts **[h]**, with the ends of its spread; 0 where it has gone; counted from
        the last intake where it is not said when that was.
    outlasts
        True where its effect lasts longer than the substance: then the time is that of the effect.
    causes
        Names of the listed causes in which it plays a part.
    """

    substance: str
    name: str
    gone_in_hours: Estimate
    outlasts: bool
    causes: tuple[str, ...]


def body_of(facts: Facts) -> Body:
    """Return what of the person decides how fast a substance leaves."""
    told = {circumstance for name, circumstance in CIRCUMSTANCE_OF_FINDING.items() if facts.findings.get(name)}
    if any(exposure.substance == "fluvoxamine" and exposure.is_taken for exposure in facts.exposures):
        told.add(Circumstance.FLUVOXAMINE)
    return Body(weight_kg=facts.weight_kg, circumstances=tuple(sorted(told)))


def clearings(facts: Facts, listed: Sequence[Cause]) -> tuple[Clearing, ...]:
    """Return when each substance that plays a part in a listed cause will be gone, in the order of the facts.

    What was denied is left out, and what was stopped so long ago that nothing of it is left.
    """
    body = body_of(facts)
    found: dict[str, Clearing] = {}
    for exposure in facts.exposures:
        if exposure.taken is False and exposure.stopped_days_ago is None:
            continue
        causes = tuple(cause.name for cause in listed if plays_a_part(exposure.substance, cause))
        gone = gone_in_hours(exposure, body)
        if causes and (exposure.is_taken or gone.high > 0):
            substance = SUBSTANCES[exposure.substance]
            found[substance.key] = Clearing(
                substance=substance.key,
                name=substance.name,
                gone_in_hours=gone,
                outlasts=_window_hours(substance).value > _present_hours(substance, exposure, body).value,
                causes=causes,
            )
    return tuple(found.values())


def plays_a_part(substance: str, cause: Cause) -> bool:
    """Return True if taking the substance brings the cause about, or makes it likelier."""
    link = cause.exposure
    if link is not None and link.state is ExposureState.TAKEN and substance in members(link.substances, link.classes):
        return True
    risks = tuple(name for name, figure in cause.risk_exposures.items() if figure.value > 1)
    return substance in risks or any(SUBSTANCES[substance].belongs_to(name) for name in risks)


def gone_in_hours(exposure: Exposure, body: Body = BODY_UNKNOWN) -> Estimate:
    """Return the time from now until what was taken no longer acts **[h]**.

    Method
    ------
    The later of two: when `GONE_SHARE` of the substance is left in the body, and when an effect that outlasts it is
    over.
    """
    substance = SUBSTANCES[exposure.substance]
    present, window = _present_hours(substance, exposure, body), _window_hours(substance)
    passed = hours_since_last(exposure) or 0.0
    return Estimate(*(max(0.0, max(pair) - passed) for pair in zip(present, window, strict=True)))


def _present_hours(substance: Substance, exposure: Exposure, body: Body) -> Estimate:
    match substance.law:
        case ClearingLaw.FIRST_ORDER:
            return hours_until_gone(substance, GONE_SHARE, body.circumstances)
        case ClearingLaw.MICHAELIS_MENTEN:
            return _alcohol_hours(exposure, body)
        case ClearingLaw.EFFECT_OUTLASTS:
            return Estimate(0.0, 0.0, 0.0)


def _window_hours(substance: Substance) -> Estimate:
    window = substance.effect_window_days
    if window is None:
        return Estimate(0.0, 0.0, 0.0)
    return Estimate(*(HOURS_PER_DAY * days for days in (window.value, window.low, window.high)))


def _alcohol_hours(exposure: Exposure, body: Body) -> Estimate:
    """Return after how many hours `GONE_SHARE` of the alcohol is left.

    Method
    ------
    The law C + K ln C = C0 + K ln C0 - V t, solved for t where C = `GONE_SHARE` C0.
    """
    table = read_table("myotwitch.substances", "alcohol.toml")
    rate, constant, volume = alcohol_figures("unknown")
    amount = figure_from_row(table["assumed_amount"], "g", "The assumed amount of alcohol")
    weight = figure_from_row(table["assumed_weight"], "kg", "The assumed weight")
    grams = (amount.value, amount.low, amount.high)
    if exposure.amount_mg is not None:
        grams = (exposure.amount_mg / 1000,) * 3
    kilograms = (weight.value, weight.low, weight.high)
    if body.weight_kg is not None:
        kilograms = (body.weight_kg,) * 3

    def hours(amount_g: float, weight_kg: float, volume_l: float, rate_g: float, constant_g: float) -> float:
        start = amount_g / (volume_l * weight_kg)
        return (start * (1 - GONE_SHARE) - constant_g * math.log(GONE_SHARE)) / rate_g

    return Estimate(
        value=hours(grams[0], kilograms[0], volume.value, rate.value, constant.value),
        low=hours(grams[1], kilograms[2], volume.high, rate.high, constant.low),
        high=hours(grams[2], kilograms[1], volume.low, rate.low, constant.high),
    )
