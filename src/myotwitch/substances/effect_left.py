"""How much of the effect of what was taken is left, whether or not the substance itself is still there.

Twitching from caffeine ends when caffeine has left. Nerves that nitrous oxide harmed, muscle that a statin harmed, or
blood that a water tablet emptied of magnesium recover more slowly: the effect has a window of its own.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import lru_cache
from itertools import product

from myotwitch.errors import RequestError
from myotwitch.sources import Figure, figure_from_row, read_table
from myotwitch.substances.substance import ROOM, ClearingLaw, Substance
from myotwitch.substances.timing import Circumstance
from myotwitch.substances.washout import (
    Estimate,
    alcohol_figures,
    assumed_weight,
    fraction_remaining,
    michaelis_menten,
)
from myotwitch.units import HOURS_PER_DAY, MILLIGRAMS_PER_GRAM


def share_of_effect_left(
    substance: Substance,
    hours_since_last: float,
    amount_mg: float | None = None,
    usual_amount_mg: float | None = None,
    weight_kg: float | None = None,
    circumstances: Collection[Circumstance] = (),
) -> Estimate:
    """Return which share of the effect of the last intake is left; this is what evidence from an intake is scaled with.

    Parameters
    ----------
    substance
        What was taken.
    hours_since_last
        Time since the last intake **[h]**, at least 0.
    amount_mg
        What was taken **[mg]**, at least 0. Only alcohol's law depends on it: its share after some hours is the larger,
        the more was drunk.
    usual_amount_mg
        What the person usually takes **[mg]**; stands in where `amount_mg` is not known.
    weight_kg
        Body weight **[kg]**, above 0; alcohol's law needs it, and takes that of an average adult where it is not known.
    circumstances
        What makes this person clear it faster or slower; what is not among the `shifts` of the substance has no
        influence.

    Returns
    -------
    Share from 0 to 1, never growing with time; nothing taken leaves nothing.

    Raises
    ------
    RequestError
        If a value is outside its range.

    Method
    ------
    The larger of two shares. What is still in the body: by half-lives, or by alcohol's own law, its concentration over
    that at the start. What is left of an effect that outlasts it: 1 - time / `Substance.effect_window_days`, a straight
    line, the simplest course between all and none. The spread comes from the spread of the figures.

    Limits
    ------
    Absorption is taken as over. Whether the effect came about at all is not asked here: most people who take an
    antipsychotic never get the lasting movements for which its window is long.

    Examples
    --------
    >>> from myotwitch.substances import find_substance
    >>> share_of_effect_left(find_substance("nitrous oxide"), 24.0).value > 0.9  # its gas left within minutes
    True
    >>> share_of_effect_left(find_substance("caffeine"), 24.0).value < 0.1
    True
    """
    _check(hours_since_last, amount_mg, usual_amount_mg, weight_kg)
    amount = usual_amount_mg if amount_mg is None else amount_mg
    if amount == 0:
        return Estimate(0.0, 0.0, 0.0)
    present = _present(substance, hours_since_last, amount, weight_kg, circumstances)
    lasting = _lasting(substance.effect_window_days, hours_since_last)
    return Estimate(*(max(pair) for pair in zip(present, lasting, strict=True)))


def _check(hours: float, *others: float | None) -> None:
    amount, usual, weight = others
    if not (math.isfinite(hours) and hours >= 0):
        raise RequestError(f"The time since the last intake is {hours} h; it must be 0 or more.")
    for told in (amount, usual):
        if told is not None and not (math.isfinite(told) and told >= 0):
            raise RequestError(f"The amount is {told} mg; it must be 0 or more.")
    if weight is not None and not (math.isfinite(weight) and weight > 0):
        raise RequestError(f"The body weight is {weight} kg; it must be above 0.")


def _present(
    substance: Substance,
    hours: float,
    amount_mg: float | None,
    weight_kg: float | None,
    circumstances: Collection[Circumstance],
) -> Estimate:
    """Return the share of the substance itself that is left; none where its presence does not tell its effect."""
    match substance.law:
        case ClearingLaw.FIRST_ORDER:
            return fraction_remaining(substance, hours, circumstances)
        case ClearingLaw.MICHAELIS_MENTEN:
            return _alcohol_left(hours, amount_mg, weight_kg)
        case ClearingLaw.EFFECT_OUTLASTS:
            return Estimate(0.0, 0.0, 0.0)


def _lasting(window: Figure | None, hours: float) -> Estimate:
    if window is None:
        return Estimate(0.0, 0.0, 0.0)
    days = hours / HOURS_PER_DAY
    return Estimate(*(max(0.0, 1.0 - days / end) for end in (window.value, window.low, window.high)))


@lru_cache(maxsize=256)
def _alcohol_left(hours: float, amount_mg: float | None, weight_kg: float | None) -> Estimate:
    """Return the concentration of alcohol over that at the start, with the extremes over all ends of its figures."""
    table = read_table(ROOM, "alcohol.toml")
    figures = alcohol_figures("unknown")
    weight = _told_or(weight_kg, assumed_weight())
    grams = _told_or(
        None if amount_mg is None else amount_mg / MILLIGRAMS_PER_GRAM,
        figure_from_row(table["assumed_amount"], "g", "The assumed amount of alcohol"),
    )

    def left(rate: float, constant: float, volume: float, weight_kg: float, amount_g: float) -> float:
        start = amount_g / (volume * weight_kg)
        # Below about 1e-300 g/L nothing is left to divide by, and the law is first order anyway.
        return michaelis_menten(start, hours, rate, constant) / start if start > 0 else 0.0

    ends = [(figure.low, figure.high) for figure in (*figures, weight, grams)]
    corners = [left(*corner) for corner in product(*ends)]
    value = left(*(figure.value for figure in (*figures, weight, grams)))
    return Estimate(value=min(value, 1.0), low=min(corners), high=min(max(corners), 1.0))


def _told_or(told: float | None, assumed: Figure) -> Figure:
    """Return what was told as a figure without spread, else what is assumed."""
    if told is None:
        return assumed
    return Figure(value=told, unit=assumed.unit, low=told, high=told, grade=assumed.grade, note="As told.")
