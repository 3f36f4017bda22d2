"""Substances as factors: what is in the body over the peak of a usual dose, for each elimination a person may have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from myotwitch.course.factors import Course, Factor
from myotwitch.course.hours import FloatArray
from myotwitch.diary import Diary, DiaryPerson, Intake
from myotwitch.diary.amounts import MILLIGRAMS_PER_UNIT
from myotwitch.substances import ClearingLaw, Substance, find_substance
from myotwitch.substances.absorption import absorption_of
from myotwitch.substances.intake_curve import amounts_in_body, peak_of_one_dose
from myotwitch.substances.washout import one_drink_mg

ELIMINATIONS = 9
"""How many rates of elimination are tried."""
SLOWEST, FASTEST = 0.4, 2.5
"""People's elimination over that of the middle person lies between these, or further where the table says so."""
ELIMINATION_LOG_SD = 0.7
"""Standard deviation of the log of it beforehand, or larger where the table says so: nearly even over the range."""
ALCOHOL_ELIMINATIONS, ALCOHOL_ABSORPTIONS = 6, 4
"""Of alcohol also how fast it enters the blood is left open, over the range of its table: a body that clears a fixed
amount an hour clears a good part of a drink before its peak, so that the peak of one drink over that of three in a row
depends on it. With food in the stomach it is slow."""


def intake_factors(diary: Diary) -> list[Factor]:
    """Return what was taken, one factor a substance, in the order of the alphabet.

    Method
    ------
    The usual dose is the median of the amounts; a dose whose amount is not known, or is given in a unit that cannot be
    compared, counts as a usual one.
    """
    intakes = sorted(diary.intakes(), key=lambda intake: intake.substance)
    return [
        _factor(find_substance(name), list(taken), diary.person)
        for name, taken in groupby(intakes, key=lambda intake: intake.substance)
    ]


def _factor(substance: Substance, intakes: Sequence[Intake], person: DiaryPerson | None) -> Factor:
    amounts, unit = _amounts(intakes)
    usual = float(np.median(amounts))
    if not usual > 0:
        # Mostly or always nothing was taken: the largest amount is what there is to measure by.
        usual = float(np.max(amounts)) or 1.0
    to_mg = MILLIGRAMS_PER_UNIT.get(unit or "", 1.0)
    if substance.law is ClearingLaw.MICHAELIS_MENTEN and unit not in MILLIGRAMS_PER_UNIT:
        to_mg = one_drink_mg()
    taken_h = np.array([intake.hours for intake in intakes])
    eliminations, log_prior = eliminations_of(substance)
    absorptions = _absorptions_of(substance)
    weight_kg = None if person is None else person.weight_kg
    sex = "unknown" if person is None else person.sex.value
    courses = [
        _course(substance, taken_h, amounts * to_mg, usual * to_mg, eliminations, absorption, weight_kg, sex)
        for absorption in absorptions
    ]
    return Factor(
        name=substance.key,
        usual_dose=usual,
        unit=unit,
        course=lambda at: np.concatenate([course(at) for course in courses]),
        log_prior=np.tile(log_prior, len(courses)),
    )


def _amounts(intakes: Sequence[Intake]) -> tuple[FloatArray, str | None]:
    """Return the amounts in one unit, the one used most, and this unit."""
    units = [intake.unit for intake in intakes if intake.unit is not None]
    if not units:
        return np.ones(len(intakes)), None
    unit = max(sorted(set(units)), key=units.count)
    amounts = np.array([_in_unit(intake, unit) for intake in intakes], dtype=np.float64)
    known = np.isfinite(amounts)
    return np.where(known, amounts, np.median(amounts[known])), unit


def _in_unit(intake: Intake, unit: str) -> float:
    if intake.unit == unit and intake.amount is not None:
        return intake.amount
    if intake.amount_mg is not None and unit in MILLIGRAMS_PER_UNIT:
        return intake.amount_mg / MILLIGRAMS_PER_UNIT[unit]
    return math.nan


def eliminations_of(substance: Substance) -> tuple[FloatArray, FloatArray]:
    """Return the rates of elimination to try, over that of the middle person, and the log of how likely each is."""
    figure = absorption_of(substance).half_life
    slowest, fastest, log_sd = SLOWEST, FASTEST, ELIMINATION_LOG_SD
    if figure is not None:
        slowest, fastest = min(slowest, figure.value / figure.high), max(fastest, figure.value / figure.low)
        log_sd = max(log_sd, math.log(figure.high / figure.low) / 4)
    count = ALCOHOL_ELIMINATIONS if substance.law is ClearingLaw.MICHAELIS_MENTEN else ELIMINATIONS
    eliminations = np.geomspace(slowest, fastest, count)
    return eliminations, -0.5 * (np.log(eliminations) / log_sd) ** 2


def _absorptions_of(substance: Substance) -> list[float]:
    """Return the rates of absorption to try, over the middle person's."""
    figure = absorption_of(substance).rate
    if substance.law is not ClearingLaw.MICHAELIS_MENTEN or figure is None:
        return [1.0]
    ends = figure.low / figure.value, figure.high / figure.value
    return [float(factor) for factor in np.geomspace(*ends, ALCOHOL_ABSORPTIONS)]


def _course(
    substance: Substance,
    taken_h: FloatArray,
    amounts_mg: FloatArray,
    usual_mg: float,
    eliminations: FloatArray,
    absorption: float,
    weight_kg: float | None,
    sex: str,
) -> Course:
    """Return what is in the body over the peak of a usual dose, for each elimination at one absorption."""
    peaks = np.array(
        [
            peak_of_one_dose(
                substance,
                usual_mg,
                elimination_factor=elimination,
                absorption_factor=absorption,
                weight_kg=weight_kg,
                sex=sex,
            )
            for elimination in eliminations.tolist()
        ]
    )

    def course(at: FloatArray) -> FloatArray:
        curves = amounts_in_body(
            substance,
            taken_h,
            amounts_mg,
            at,
            elimination_factors=eliminations,
            absorption_factor=absorption,
            weight_kg=weight_kg,
            sex=sex,
        )
        over_peak: FloatArray = curves / peaks[:, np.newaxis]
        return over_peak

    return course
