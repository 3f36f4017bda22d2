"""How much of what was taken is still in the body.

Twitching from a substance ends when the body has cleared it. Most substances leave by a half-life; alcohol leaves at an
almost constant rate, so that its law needs the amount and the person.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from myotwitch.errors import RequestError
from myotwitch.sources import Figure, figure_from_row, read_table
from myotwitch.substances.substance import ROOM, SUBSTANCES, ClearingLaw, Substance
from myotwitch.substances.timing import Circumstance
from myotwitch.units import MILLIGRAMS_PER_GRAM

GONE_SHARE = 0.03
"""Share that counts as gone: what is left after about five half-lives."""


class Estimate(NamedTuple):
    """A computed value with the ends of its 95 % spread."""

    value: float
    low: float
    high: float


def fraction_remaining(substance: Substance, hours: float, circumstances: Collection[Circumstance] = ()) -> Estimate:
    """Return which share of the amount in the body is still there after `hours`.

    Parameters
    ----------
    substance
        One that clears by first order.
    hours
        Time since the peak in the blood **[h]**, at least 0.
    circumstances
        What makes this person clear it faster or slower, as for `half_life_in`.

    Returns
    -------
    Share from 0 to 1; its spread comes from the spread of the half-life.

    Raises
    ------
    RequestError
        If the time is negative, or the substance does not clear by a half-life.

    Method
    ------
    One compartment, one half-life: 2^(-t/half-life). Absorption is over, and active products are not counted.

    Examples
    --------
    >>> from myotwitch.substances import find_substance
    >>> caffeine = find_substance("caffeine")
    >>> fraction_remaining(caffeine, caffeine.half_life.value).value
    0.5
    """
    half_life = half_life_in(substance, circumstances)
    if not (math.isfinite(hours) and hours >= 0):
        raise RequestError(f"The time since the intake is {hours} h; it must be 0 or more.")
    return Estimate(
        value=2.0 ** (-hours / half_life.value),
        low=2.0 ** (-hours / half_life.low),
        high=2.0 ** (-hours / half_life.high),
    )


def hours_until_gone(
    substance: Substance, fraction: float = GONE_SHARE, circumstances: Collection[Circumstance] = ()
) -> Estimate:
    """Return after how many hours only `fraction` of the amount is left.

    Parameters
    ----------
    substance
        One that clears by first order.
    fraction
        The share that counts as gone, above 0 and up to 1. 3 % is left after about five half-lives.
    circumstances
        What makes this person clear it faster or slower, as for `half_life_in`.

    Returns
    -------
    Time **[h]**, with the spread of the half-life.

    Raises
    ------
    RequestError
        If the share is outside its range, or the substance does not clear by a half-life.
    """
    half_life = half_life_in(substance, circumstances)
    if not 0 < fraction <= 1:
        raise RequestError(f"The share that counts as gone is {fraction}; it must be above 0 and at most 1.")
    half_lives = -math.log2(fraction)
    return Estimate(
        value=half_lives * half_life.value, low=half_lives * half_life.low, high=half_lives * half_life.high
    )


def half_life_in(substance: Substance, circumstances: Collection[Circumstance] = ()) -> Estimate:
    """Return the half-life **[h]** of a substance in a person in whom the `circumstances` hold.

    Method
    ------
    The substance's half-life times the factor of each circumstance that it has among its `shifts`; others have no known
    influence. The spread joins the ends of all factors, so it is wider than 95 %.

    Raises
    ------
    RequestError
        If the substance does not clear by a half-life.

    Examples
    --------
    >>> from myotwitch.substances import Circumstance, find_substance
    >>> caffeine = find_substance("caffeine")
    >>> half_life_in(caffeine, [Circumstance.SMOKING]).value < half_life_in(caffeine).value
    True
    """
    figure = _half_life(substance)
    value, low, high = figure.value, figure.low, figure.high
    for shift in substance.shifts:
        if shift.circumstance in circumstances:
            value, low, high = value * shift.factor.value, low * shift.factor.low, high * shift.factor.high
    return Estimate(value=value, low=low, high=high)


def _half_life(substance: Substance) -> Figure:
    if substance.half_life is None:
        what = (
            "use blood_alcohol_g_per_l with the amount and the body weight"
            if substance.law is ClearingLaw.MICHAELIS_MENTEN
            else "its effect outlasts it, so that no half-life tells when it is over"
        )
        raise RequestError(f"{substance.name} does not leave the body by a half-life: {what}.")
    return substance.half_life


class AlcoholFigures(NamedTuple):
    """The figures of alcohol's law: rate **[g/L/h]**, Michaelis constant **[g/L]**, distribution volume **[L/kg]**."""

    elimination_rate: Figure
    michaelis_constant: Figure
    distribution_volume: Figure


@cache
def alcohol_figures(sex: str) -> AlcoholFigures:
    """Return the figures of the alcohol law for a sex of the contract; the mixed volume where it is not known."""
    table = read_table(ROOM, "alcohol.toml")
    volumes = table["distribution_volume"]
    row = volumes.get(sex, volumes["unknown"])
    rate = SUBSTANCES["alcohol"].elimination_rate
    if rate is None:  # the table's own check forbids it; the type checker cannot know
        raise RequestError("Alcohol has no elimination rate in substances.toml.")
    return AlcoholFigures(
        elimination_rate=rate,
        michaelis_constant=figure_from_row(table["michaelis_constant"], "g/L", "The Michaelis constant of alcohol"),
        distribution_volume=figure_from_row(row, "L/kg", f"The distribution volume of alcohol, {sex}"),
    )


@cache
def one_drink_mg() -> float:
    """Return the alcohol that one drink stands for where a diary counts drinks **[mg]**."""
    row = read_table(ROOM, "alcohol.toml")["one_drink"]
    return figure_from_row(row, "g", "The alcohol of one drink").value * MILLIGRAMS_PER_GRAM


@cache
def assumed_weight() -> Figure:
    """Return the body weight that stands in where none is told **[kg]**."""
    return figure_from_row(read_table(ROOM, "alcohol.toml")["assumed_weight"], "kg", "The assumed weight")


def michaelis_menten(start_g_per_l: float, hours: float, rate_g_per_l_per_h: float, constant_g_per_l: float) -> float:
    """Return the concentration **[g/L]** after `hours` where a saturable enzyme clears it.

    Parameters
    ----------
    start_g_per_l
        Concentration at the start **[g/L]**, at least 0.
    hours
        Time **[h]**, at least 0.
    rate_g_per_l_per_h
        Largest rate of fall **[g/L/h]**, above 0.
    constant_g_per_l
        Concentration at which the rate is half the largest **[g/L]**, above 0.

    Method
    ------
    dC/dt = -V C / (K + C) has the solution C + K ln C = C0 + K ln C0 - V t, solved for C with the Wright omega function
    (Lambert's W of an exponential, which does not overflow).
    """
    from scipy.special import wrightomega  # slow to load, and needed for alcohol alone

    if start_g_per_l == 0.0:
        return 0.0
    exponent = (start_g_per_l - rate_g_per_l_per_h * hours) / constant_g_per_l
    return constant_g_per_l * float(wrightomega(math.log(start_g_per_l / constant_g_per_l) + exponent).real)


def blood_alcohol_g_per_l(*, amount_g: float, weight_kg: float, hours: float, sex: str = "unknown") -> Estimate:
    """Return the concentration of alcohol in the blood **[g/L]** after `hours`.

    Parameters
    ----------
    amount_g
        Pure alcohol drunk **[g]**, at least 0. (A small beer or a glass of wine holds 10 to 14 g.)
    weight_kg
        Body weight **[kg]**, above 0.
    hours
        Time since all of it was absorbed **[h]**, at least 0.
    sex
        ``female``, ``male``, or anything else for a person of whom it is not known.

    Returns
    -------
    Concentration **[g/L]**. The spread joins the unfavourable ends of all figures, so it is wider than 95 %.

    Raises
    ------
    RequestError
        If a value is outside its range.

    Limits
    ------
    For learning. It does not tell whether someone may drive.
    """
    if not (math.isfinite(amount_g) and amount_g >= 0 and math.isfinite(hours) and hours >= 0):
        raise RequestError(f"Amount {amount_g} g and time {hours} h must be 0 or more.")
    if not (math.isfinite(weight_kg) and weight_kg > 0):
        raise RequestError(f"The body weight is {weight_kg} kg; it must be above 0.")
    figures = alcohol_figures(sex)
    rate, constant, volume = figures

    def after(volume_l_per_kg: float, rate_g_per_l_per_h: float, constant_g_per_l: float) -> float:
        start = amount_g / (volume_l_per_kg * weight_kg)
        return michaelis_menten(start, hours, rate_g_per_l_per_h, constant_g_per_l)

    return Estimate(
        value=after(volume.value, rate.value, constant.value),
        low=after(volume.high, rate.high, constant.low),
        high=after(volume.low, rate.low, constant.high),
    )
