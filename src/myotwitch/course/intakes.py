"""Substances as factors: what is in the body over the peak of a usual dose, for each elimination a person may have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from myotwitch.course.factors import Factor
from myotwitch.course.hours import FloatArray
from myotwitch.diary import Diary, Intake
from myotwitch.diary.amounts import MILLIGRAMS_PER_UNIT
from myotwitch.substances import ClearingLaw, Substance, find_substance
from myotwitch.substances.absorption import absorption_of
from myotwitch.substances.intake_curve import law_of
from myotwitch.substances.kinetics import amounts_over_time, peaks_of_one_dose
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


LINGERS_H = 24.0
"""A substance with a longer half-life than this builds up over days **[h]**."""
USUAL_GAPS = 2
"""A first dose within so many usual gaps of the diary's first entry was hardly the first of all."""
BUILT_UP_HALF_LIVES = 3
"""After so many half-lives an eighth of what there was before the diary is left."""


def intake_factors(diary: Diary) -> list[Factor]:
    """Return what was taken, one factor a substance, in the order of the alphabet.

    Method
    ------
    The usual dose is the median of the amounts; a dose whose amount is not known, or is given in a unit that cannot be
    compared, counts as a usual one. What lingers for days and was taken from the start of the diary was probably taken
    before: until what was there then is gone, it is not known how much is in the body.
    """
    intakes = sorted(diary.intakes(), key=lambda intake: intake.substance)
    return [
        _factor(find_substance(name), list(taken), diary)
        for name, taken in groupby(intakes, key=lambda intake: intake.substance)
    ]


def _factor(substance: Substance, intakes: Sequence[Intake], diary: Diary) -> Factor:
    person = diary.person
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
    law = law_of(
        substance,
        elimination_factors=np.tile(eliminations, len(absorptions)),
        absorption_factors=np.repeat(absorptions, len(eliminations)),
        weight_kg=None if person is None else person.weight_kg,
        sex="unknown" if person is None else person.sex.value,
    )
    peaks = peaks_of_one_dose(law, usual * to_mg)
    known_from_h = _known_from_h(substance, taken_h, diary.entries[0].hours)

    def course(at: FloatArray) -> FloatArray:
        over_peak = amounts_over_time(law, taken_h, amounts * to_mg, at) / peaks[:, np.newaxis]
        return over_peak if known_from_h is None else np.where(at < known_from_h, np.nan, over_peak)

    return Factor(
        name=substance.key,
        usual_dose=usual,
        unit=unit,
        course=course,
        log_prior=np.tile(log_prior, len(absorptions)),
    )


def _known_from_h(substance: Substance, taken_h: FloatArray, begun_h: float) -> float | None:
    """Return from when on it is known how much is in the body **[h since 1970]**; None where it is from the start."""
    half_life = absorption_of(substance).half_life
    if half_life is None or half_life.value <= LINGERS_H or len(taken_h) < USUAL_GAPS + 1:
        return None
    taken = np.sort(taken_h)
    if taken[0] - begun_h > USUAL_GAPS * float(np.median(np.diff(taken))):
        return None
    return float(taken[0]) + BUILT_UP_HALF_LIVES * half_life.value


def _amounts(intakes: Sequence[Intake]) -> tuple[FloatArray, str | None]:
    """Return the amounts in one unit, the one used most, and this unit; all units of mass count as one."""
    units = [intake.unit for intake in intakes if intake.unit is not None]
    if not units:
        return np.ones(len(intakes)), None
    masses = [unit for unit in units if unit in MILLIGRAMS_PER_UNIT]
    others = [unit for unit in units if unit not in MILLIGRAMS_PER_UNIT]
    if len(masses) >= max((others.count(unit) for unit in others), default=0):
        units = masses
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


def _absorptions_of(substance: Substance) -> FloatArray:
    """Return the rates of absorption to try, over the middle person's."""
    figure = absorption_of(substance).rate
    if substance.law is not ClearingLaw.MICHAELIS_MENTEN or figure is None:
        return np.ones(1)
    ends = figure.low / figure.value, figure.high / figure.value
    return np.geomspace(*ends, ALCOHOL_ABSORPTIONS)
