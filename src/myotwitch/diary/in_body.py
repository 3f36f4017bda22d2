"""What is in the body of what a diary says was taken: now, over a stretch of time, and until when."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myotwitch.diary.diary import Diary
from myotwitch.diary.doses import Doses, doses_taken
from myotwitch.diary.entries import Intake, Pregnancy, Schedule, Symptom
from myotwitch.diary.times import hours_of, local_text, time_of
from myotwitch.substances import (
    SUBSTANCES,
    Circumstance,
    Estimate,
    FirstOrderLaw,
    PeopleLaw,
    absorption_of,
    amounts_over_time,
    interval_of,
    law_in_people,
)
from myotwitch.substances.washout import GONE_SHARE
from myotwitch.units import MILLIGRAMS_PER_GRAM

FloatArray = NDArray[np.float64]

LATE_PREGNANCY_DAYS = 189.0
"""Weeks 28 to the end, counted from the first day of the last period: the last third **[d]**."""
LONGEST_PREGNANCY_DAYS = 301.0
"""A pregnancy of which no end was written is over after 43 weeks **[d]**."""
FLUVOXAMINE_LASTS_DAYS = 4.0
"""About five half-lives of fluvoxamine after the last dose it no longer blocks the enzyme **[d]**."""
OLD_YEARS = 65.0

FORGOTTEN_SHARE = 1e-4
"""Doses of which less is left in everyone are left out."""
ALCOHOL_FORGOTTEN_H = 168.0
"""Drinks of more than a week ago have left, however slowly **[h]**."""
_GRID_POINTS = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class InBody:
    """How much of a substance is in the body at a time.

    Parameters
    ----------
    substance
        Its key.
    at
        The time that is meant.
    now
        What is there in the middle person and between which values it lies in 95 % of people **[unit]**.
    unit
        ``mg``, or the unit in which the person writes where it tells no mass.
    gone_by
        When 3 % of the peak after the last dose is left, in the middle person.
    gone_by_interval
        Between which times that is so in 95 % of people.
    concentration_g_per_l
        In the blood **[g/L]**; None but for alcohol.
    is_effect
        True where the substance's effect outlasts it: the amount is then of what still acts.
    assumed_doses
        Doses whose amount was not written, of those that count; they are taken as the person's usual one.
    """

    substance: str
    at: datetime
    now: Estimate
    unit: str
    gone_by: datetime
    gone_by_interval: tuple[datetime, datetime]
    concentration_g_per_l: Estimate | None
    is_effect: bool
    assumed_doses: int

    def to_document(self) -> dict[str, Any]:
        """Return the row of the contract, with what is said beyond it, as plain JSON values."""
        document: dict[str, Any] = {
            "substance": self.substance,
            "at": local_text(self.at.replace(microsecond=0)),
            "now": _rounded(self.now.value),
            "unit": self.unit,
            "interval": [_rounded(self.now.low), _rounded(self.now.high)],
            "gone_by": local_text(self.gone_by),
            "gone_by_interval": [local_text(time) for time in self.gone_by_interval],
            "is_effect": self.is_effect,
            "assumed_doses": self.assumed_doses,
        }
        if self.concentration_g_per_l is not None:
            value, low, high = self.concentration_g_per_l
            document["concentration"] = {
                "now": _rounded(value),
                "unit": "g/L",
                "interval": [_rounded(low), _rounded(high)],
            }
        return document


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BodyCurve:
    """The course of a substance in the body.

    Parameters
    ----------
    substance, unit
        As of `InBody`.
    at_h
        Times **[h since 1970, UTC]**, float64[times].
    middle, low, high
        What is there in the middle person, and the band that holds 95 % of people at each time **[unit]**.
    """

    substance: str
    unit: str
    at_h: FloatArray
    middle: FloatArray
    low: FloatArray
    high: FloatArray


def in_body(diary: Diary, at: datetime | None = None) -> tuple[InBody, ...]:
    """Return what is in the body at a time (the last entry's, if none is given), most recently taken first.

    Method
    ------
    The doses up to `at`, each by the law of its substance, in a middle person and 300 others who clear it as
    differently as its figures spread (`law_in_people`), under the circumstances of the diary. A substance is listed
    until it is gone in 97.5 % of them.

    Limits
    ------
    Amounts are of what was swallowed: the share that is never taken up is not known for most substances and not
    subtracted. Not advice on doses, nor on whether someone may drive.
    """
    moment = at or diary.last
    if moment is None:
        return ()
    people = _People(diary, moment)
    taken = sorted(doses_taken(diary, moment).values(), key=lambda doses: (-doses.taken_h[-1], doses.substance))
    rows = (people.row(doses) for doses in taken)
    return tuple(row for row in rows if row is not None)


def curve_in_body(diary: Diary, substance: str, at_h: FloatArray) -> BodyCurve:
    """Return the course of a substance at given times **[h since 1970, UTC]**, with the band of 95 % of people.

    Circumstances are those of the last of the times. Nothing taken gives a course of 0.
    """
    end = time_of(float(np.max(at_h))) if len(at_h) else diary.last
    doses = None if end is None else doses_taken(diary, end).get(substance)
    if doses is None or end is None:
        nothing = np.zeros(len(at_h))
        return BodyCurve(substance=substance, unit="mg", at_h=at_h, middle=nothing, low=nothing, high=nothing)
    law = _People(diary, end).law(substance)
    kept = _remembered(law, doses, float(np.min(at_h)))
    amounts = amounts_over_time(law.law, kept.taken_h, kept.amounts, at_h)
    low, high = interval_of(amounts)
    return BodyCurve(substance=substance, unit=doses.unit, at_h=at_h, middle=amounts[0], low=low, high=high)


def circumstances_at(diary: Diary, at: datetime) -> frozenset[Circumstance]:
    """Return what holds for the person at a time and shifts how fast substances leave, as far as the diary tells."""
    person = diary.person
    held: set[Circumstance] = set()
    if person is not None:
        age = person.age_years(at.date())
        told = {
            Circumstance.SMOKING: person.smokes,
            Circumstance.ORAL_CONTRACEPTIVE: person.takes_pill,
            Circumstance.LIVER_CIRRHOSIS: person.liver_disease,
            Circumstance.OVER_65: age is not None and age >= OLD_YEARS,
        }
        held = {circumstance for circumstance, holds in told.items() if holds}
    pregnancies = [entry for entry in diary.of(Pregnancy) if entry.time <= at]
    if pregnancies and pregnancies[-1].event == "began":
        days = (at - pregnancies[-1].time) / timedelta(days=1)
        if LATE_PREGNANCY_DAYS <= days <= LONGEST_PREGNANCY_DAYS:
            held.add(Circumstance.PREGNANCY)
    cirrhosis = [entry for entry in diary.of(Symptom) if entry.finding == "liver_cirrhosis" and entry.time <= at]
    if cirrhosis and cirrhosis[-1].severity != 0:
        held.add(Circumstance.LIVER_CIRRHOSIS)
    written = (entry.substance for entry in diary.entries if isinstance(entry, Intake | Schedule))
    if "fluvoxamine" in written:
        recent = at - timedelta(days=FLUVOXAMINE_LASTS_DAYS)
        if any(taken.substance == "fluvoxamine" and taken.time >= recent for taken in diary.intakes(at)):
            held.add(Circumstance.FLUVOXAMINE)
    return frozenset(held)


class _People:
    """The people among whom the diary's person may be, at one moment."""

    def __init__(self, diary: Diary, at: datetime) -> None:
        self.at = at
        before = [entry.time for entry in diary.entries if entry.time <= at]
        self.like = before[-1] if before else at
        self.circumstances = circumstances_at(diary, at)
        person = diary.person
        self.weight_kg = None if person is None else person.weight_kg
        self.sex = "unknown" if person is None else person.sex.value

    def law(self, substance: str) -> PeopleLaw:
        return law_in_people(SUBSTANCES[substance], self.circumstances, weight_kg=self.weight_kg, sex=self.sex)

    def row(self, doses: Doses) -> InBody | None:
        """Return what is there of one substance; None where it is gone in nearly everyone."""
        people = self.law(doses.substance)
        at_h = hours_of(self.at)
        kept = _remembered(people, doses, doses.taken_h[-1])
        gone_h = doses.taken_h[-1] + _hours_until_gone(people, kept)
        early, late = map(float, interval_of(gone_h))
        if late <= at_h:
            return None
        amounts = amounts_over_time(people.law, kept.taken_h, kept.amounts, np.array([at_h]))[:, 0]
        return InBody(
            substance=doses.substance,
            at=self.at,
            now=_estimate(amounts),
            unit=doses.unit,
            gone_by=self._time(float(gone_h[0])),
            gone_by_interval=(self._time(early), self._time(late)),
            concentration_g_per_l=(
                None if people.space_l is None else _estimate(amounts / (people.space_l * MILLIGRAMS_PER_GRAM))
            ),
            is_effect=absorption_of(SUBSTANCES[doses.substance]).is_effect,
            assumed_doses=int(np.sum(kept.is_assumed)),
        )

    def _time(self, hours: float) -> datetime:
        """Return a time to the minute, with the offset from UTC that the person last wrote."""
        minutes = math.ceil(hours * 60.0)
        return time_of(minutes / 60.0, like=self.like)


def _remembered(people: PeopleLaw, doses: Doses, from_h: float) -> Doses:
    """Return the doses of which something may be left at a time or later."""
    law = people.law
    if isinstance(law, FirstOrderLaw):
        slowest = float(np.min(np.minimum(law.elimination_per_h, law.absorption_per_h)))
        lasts_h = -math.log(FORGOTTEN_SHARE) / slowest * 1.2
    else:
        lasts_h = ALCOHOL_FORGOTTEN_H
    return doses.since(from_h - lasts_h)


def _hours_until_gone(people: PeopleLaw, doses: Doses) -> FloatArray:
    """Return after what time from the last dose `GONE_SHARE` of the peak from then on is left **[h]**, float64[people].

    Times lie closer together soon after the dose; between them the amount falls by a straight line of its logarithm.
    """
    horizon_h = _first_horizon_h(people)
    while True:
        since_h = horizon_h * np.linspace(0.0, 1.0, _GRID_POINTS) ** 2
        amounts = amounts_over_time(people.law, doses.taken_h, doses.amounts, doses.taken_h[-1] + since_h)
        limit = GONE_SHARE * amounts.max(axis=1, keepdims=True)
        if np.all(amounts[:, -1:] <= limit):
            break
        horizon_h *= 2.0
    is_there = amounts > limit
    next_after = _GRID_POINTS - np.argmax(is_there[:, ::-1], axis=1)
    next_after = np.clip(next_after, 1, _GRID_POINTS - 1)
    logs = np.log(np.maximum(amounts, 1e-300))
    rows = np.arange(len(amounts))
    above, below = logs[rows, next_after - 1], logs[rows, next_after]
    share = (above - np.log(np.maximum(limit[:, 0], 1e-300))) / np.maximum(above - below, 1e-12)
    hours = since_h[next_after - 1] + np.clip(share, 0.0, 1.0) * np.diff(since_h)[next_after - 1]
    return np.where(is_there.any(axis=1), hours, 0.0)


def _first_horizon_h(people: PeopleLaw) -> float:
    """Return a time by which one dose has left everyone **[h]**."""
    law = people.law
    if isinstance(law, FirstOrderLaw):
        return 8.0 / float(np.min(np.minimum(law.elimination_per_h, law.absorption_per_h)))
    return 36.0


def _estimate(amounts: FloatArray) -> Estimate:
    """Return the middle person's value, who comes first, with the ends for 95 % of the others."""
    low, high = interval_of(amounts)
    return Estimate(value=float(amounts[0]), low=float(low), high=float(high))


def _rounded(value: float) -> float:
    """Return a value to four digits that mean something."""
    return float(f"{value:.4g}")
