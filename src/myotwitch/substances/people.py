"""How differently people clear the same substance: one law that holds a middle person and a sample of others.

The sample is even, not random: asked twice, it answers the same.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError
from myotwitch.sources import Figure
from myotwitch.substances.absorption import absorption_of
from myotwitch.substances.kinetics import AT_ONCE_PER_H, FirstOrderLaw, SaturableLaw
from myotwitch.substances.substance import ClearingLaw, Substance
from myotwitch.substances.timing import Circumstance
from myotwitch.substances.washout import alcohol_figures, assumed_weight
from myotwitch.units import MILLIGRAMS_PER_GRAM

FloatArray = NDArray[np.float64]

PEOPLE = 300
"""People in the sample. Its 95 % intervals hold 94 to 96 % of people drawn at random from the same figures."""

_END = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PeopleLaw:
    """The law of a substance in the middle person, who comes first, and in a sample of others.

    Parameters
    ----------
    law
        Its constants, one a person.
    space_l
        What the amount is divided by for the concentration **[L]**, float64[people]; None but for alcohol.
    """

    law: FirstOrderLaw | SaturableLaw
    space_l: FloatArray | None


def law_in_people(
    substance: Substance,
    circumstances: Collection[Circumstance] = (),
    *,
    weight_kg: float | None = None,
    sex: str = "unknown",
    people: int = PEOPLE,
) -> PeopleLaw:
    """Return the law of a substance in a middle person and in `people` others, in all of whom `circumstances` hold.

    Parameters
    ----------
    substance
        What is taken.
    circumstances
        What makes these people clear it faster or slower, where the substance has a shift for it.
    weight_kg, sex
        Theirs; only alcohol's law needs them. Without a weight they differ in it.
    people
        Size of the sample, at least 1.

    Method
    ------
    Every figure differs between people by a log-normal law whose middle is its value and whose 2.5 and 97.5 % points
    are its ends, with a spread of its own to either side; different figures differ independently. The sample runs over
    the quantiles of all figures evenly (Roberts' additive recurrence).
    """
    absorption = absorption_of(substance)
    if substance.law is ClearingLaw.MICHAELIS_MENTEN:
        return _alcohol_in_people(absorption.rate, weight_kg, sex, people)
    factors = [shift.factor for shift in substance.shifts if shift.circumstance in circumstances]
    if absorption.half_life is None:  # only alcohol has none; the type checker cannot know
        raise RequestError(f"{substance.name} has no half-life in the tables.")
    half_life, rate, *shifts = _spread([absorption.half_life, absorption.rate, *factors], people)
    elimination = math.log(2.0) / (half_life * np.prod(shifts, axis=0) if shifts else half_life)
    return PeopleLaw(law=FirstOrderLaw(elimination_per_h=elimination, absorption_per_h=rate), space_l=None)


def interval_of(amounts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the interval that holds 95 % of people, for amounts of the people of a `PeopleLaw`.

    Parameters
    ----------
    amounts
        float64[1 + people, ...]; the middle person, who comes first, belongs to the interval but not to the sample.

    Method
    ------
    The k-th of n people has the quantile k / (n + 1), so that a further person lies between two ends by just the share
    that they stand for.
    """
    low, high = np.percentile(amounts[1:], [2.5, 97.5], axis=0, method="weibull")
    return np.minimum(low, amounts[0]), np.maximum(high, amounts[0])


def _alcohol_in_people(rate: Figure | None, weight_kg: float | None, sex: str, people: int) -> PeopleLaw:
    figures = alcohol_figures(sex)
    weight = (
        assumed_weight()
        if weight_kg is None
        else replace(assumed_weight(), value=weight_kg, low=weight_kg, high=weight_kg)
    )
    fall, constant, volume, absorption, weights = _spread([*figures, rate, weight], people)
    space = volume * weights
    law = SaturableLaw(
        largest_mg_per_h=fall * space * MILLIGRAMS_PER_GRAM,
        constant_mg=constant * space * MILLIGRAMS_PER_GRAM,
        absorption_per_h=absorption,
    )
    return PeopleLaw(law=law, space_l=space)


def _spread(figures: Sequence[Figure | None], people: int) -> list[FloatArray]:
    """Return each figure's value in the middle person and in the others; None stands for 'at once'."""
    scores = np.vstack((np.zeros(len(figures)), even_normal_scores(people, len(figures))))
    return [
        np.full(people + 1, AT_ONCE_PER_H) if figure is None else in_people(figure, score)
        for figure, score in zip(figures, scores.T, strict=True)
    ]


def in_people(figure: Figure, scores: FloatArray) -> FloatArray:
    """Return the value of a figure above 0 in people whose standard normal scores are given.

    Examples
    --------
    >>> from myotwitch.sources import Grade
    >>> half_life = Figure(value=5.0, unit="h", low=2.0, high=9.5, grade=Grade.EXPERT, note="An example.")
    >>> in_people(half_life, np.array([-1.96, 0.0, 1.96])).round(2).tolist()
    [2.0, 5.0, 9.5]
    """
    ends = np.where(scores < 0.0, math.log(figure.value / figure.low), math.log(figure.high / figure.value))
    values: FloatArray = figure.value * np.exp(scores / _END * ends)
    return values


def even_normal_scores(people: int, figures: int) -> FloatArray:
    """Return standard normal scores that cover all figures' quantiles evenly, float64[people, figures].

    Method
    ------
    Point n has the quantiles frac(1/2 + n / g^k), k = 1 ... figures, where g^(figures + 1) = g + 1.
    """
    root = 2.0
    for _ in range(60):
        root = (1.0 + root) ** (1.0 / (figures + 1))
    steps = root ** -np.arange(1.0, figures + 1.0)
    quantiles = (0.5 + np.outer(np.arange(1.0, people + 1.0), steps)) % 1.0
    normal = NormalDist()
    # The ends of the unit interval have no score; a point that rounding puts there stands just inside.
    inside = np.clip(quantiles, 1e-9, 1.0 - 1e-9).tolist()
    return np.array([[normal.inv_cdf(quantile) for quantile in point] for point in inside], dtype=np.float64)
