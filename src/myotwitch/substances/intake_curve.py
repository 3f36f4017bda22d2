"""The curve of a substance in the body from its doses: by its own law, in one person or in many."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError
from myotwitch.substances.absorption import absorption_of
from myotwitch.substances.kinetics import (
    AT_ONCE_PER_H,
    FirstOrderLaw,
    SaturableLaw,
    amounts_over_time,
    peaks_of_one_dose,
)
from myotwitch.substances.substance import ClearingLaw, Substance
from myotwitch.substances.washout import alcohol_figures, assumed_weight
from myotwitch.units import MILLIGRAMS_PER_GRAM

FloatArray = NDArray[np.float64]


def law_of(
    substance: Substance,
    *,
    elimination_factors: FloatArray,
    absorption_factors: FloatArray,
    weight_kg: float | None = None,
    sex: str = "unknown",
) -> FirstOrderLaw | SaturableLaw:
    """Return the law of a substance in people who differ from the middle one by factors.

    Parameters
    ----------
    substance
        What is taken.
    elimination_factors
        How many times as fast as in the middle person it leaves **[1]**, float64[people], above 0: 2 halves the
        half-life; of alcohol twice as much leaves in an hour.
    absorption_factors
        How many times as fast it enters the blood **[1]**, float64[people], above 0.
    weight_kg
        Body weight **[kg]**; only alcohol's law needs it, and takes that of an average adult where it is not known.
    sex
        Sex in the contract's words; only alcohol's law needs it.

    Raises
    ------
    RequestError
        If the weight or a factor is not above 0.
    """
    absorption = absorption_of(substance)
    rate = AT_ONCE_PER_H if absorption.rate is None else absorption.rate.value
    if substance.law is ClearingLaw.MICHAELIS_MENTEN:
        figures = alcohol_figures(sex)
        space_l = figures.distribution_volume.value * _weight(weight_kg)
        largest = figures.elimination_rate.value * space_l * MILLIGRAMS_PER_GRAM
        constant = figures.michaelis_constant.value * space_l * MILLIGRAMS_PER_GRAM
        return SaturableLaw(
            largest_mg_per_h=largest * elimination_factors,
            constant_mg=np.full(len(elimination_factors), constant),
            absorption_per_h=rate * absorption_factors,
        )
    if absorption.half_life is None:  # only alcohol has none; the type checker cannot know
        raise RequestError(f"{substance.name} has no half-life in the tables.")
    return FirstOrderLaw(
        elimination_per_h=math.log(2.0) / absorption.half_life.value * elimination_factors,
        absorption_per_h=rate * absorption_factors,
    )


def amounts_in_body(
    substance: Substance,
    taken_h: FloatArray,
    amount_mg: FloatArray,
    at_h: FloatArray,
    *,
    elimination_factors: FloatArray,
    absorption_factor: float = 1.0,
    weight_kg: float | None = None,
    sex: str = "unknown",
) -> FloatArray:
    """Return what is in the body at given times, once for each elimination factor: float64[factors, times].

    As `amount_in_body` otherwise.
    """
    law = law_of(
        substance,
        elimination_factors=np.asarray(elimination_factors, dtype=np.float64),
        absorption_factors=np.full(len(elimination_factors), absorption_factor),
        weight_kg=weight_kg,
        sex=sex,
    )
    return amounts_over_time(law, taken_h, amount_mg, at_h)


def amount_in_body(
    substance: Substance,
    taken_h: FloatArray,
    amount_mg: FloatArray,
    at_h: FloatArray,
    *,
    elimination_factor: float = 1.0,
    absorption_factor: float = 1.0,
    weight_kg: float | None = None,
    sex: str = "unknown",
) -> FloatArray:
    """Return what is in the body at given times.

    Parameters
    ----------
    substance
        What was taken.
    taken_h
        When the doses were taken **[h]**, float64[doses], in any order, on any clock.
    amount_mg
        How much each was **[mg]**, float64[doses]. All but alcohol's are laws of shares: any unit will do, and the
        answer is in that unit.
    at_h
        When to look **[h]**, float64[times], in any order, on the same clock.
    elimination_factor
        How many times as fast as in the middle person it leaves **[1]**; 2 halves the half-life.
    absorption_factor
        How many times as fast it enters the blood **[1]**.
    weight_kg, sex
        Of the person; only alcohol's law needs them.

    Returns
    -------
    float64[times]: what is in the body beyond the gut, in the unit of the doses, as if all of each dose were taken up.

    Raises
    ------
    RequestError
        If arrays do not fit each other, or a number is outside its range.

    Limits
    ------
    One compartment: what goes into tissues and comes back, active products, and the share that is never taken up are
    not told apart. Where the effect outlasts the substance (see `Absorption.half_life`) the curve stands for the
    effect. It is a shape to compare days with, not advice on doses.

    Examples
    --------
    >>> from myotwitch.substances import find_substance
    >>> curve = amount_in_body(find_substance("caffeine"), np.array([8.0]), np.array([100.0]), np.array([7.0, 13.0]))
    >>> curve.round(1).tolist()
    [0.0, 51.7]
    """
    curves = amounts_in_body(
        substance,
        taken_h,
        amount_mg,
        at_h,
        elimination_factors=np.array([elimination_factor]),
        absorption_factor=absorption_factor,
        weight_kg=weight_kg,
        sex=sex,
    )
    return curves.ravel()


def peak_of_one_dose(
    substance: Substance,
    amount_mg: float,
    *,
    elimination_factor: float = 1.0,
    absorption_factor: float = 1.0,
    weight_kg: float | None = None,
    sex: str = "unknown",
) -> float:
    """Return the largest amount that one dose reaches in an empty body, in the unit of the dose.

    Parameters and errors as of `amount_in_body`.

    Examples
    --------
    >>> from myotwitch.substances import find_substance
    >>> round(peak_of_one_dose(find_substance("caffeine"), 100.0), 1)
    89.1
    """
    if not (math.isfinite(amount_mg) and amount_mg >= 0):
        raise RequestError(f"The amount is {amount_mg} mg; it must be 0 or more.")
    law = law_of(
        substance,
        elimination_factors=np.array([elimination_factor]),
        absorption_factors=np.array([absorption_factor]),
        weight_kg=weight_kg,
        sex=sex,
    )
    return float(peaks_of_one_dose(law, amount_mg)[0])


def _weight(told_kg: float | None) -> float:
    if told_kg is None:
        return assumed_weight().value
    if not (math.isfinite(told_kg) and told_kg > 0):
        raise RequestError(f"The body weight is {told_kg} kg; it must be above 0.")
    return told_kg
