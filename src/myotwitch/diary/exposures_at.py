"""What is taken, or was stopped, at a day, as the doses of a diary tell it, in the words of a case."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from myotwitch.case import Exposure
from myotwitch.diary.diary import Diary
from myotwitch.diary.doses import Doses, doses_taken
from myotwitch.diary.entries import Schedule
from myotwitch.diary.times import hours_of
from myotwitch.diary.windows import CaseWindows, begin_of_run, known_since_days
from myotwitch.substances import SUBSTANCES, share_of_effect_left
from myotwitch.substances.washout import GONE_SHARE
from myotwitch.units import HOURS_PER_DAY


def exposures_at(diary: Diary, at: datetime, windows: CaseWindows) -> tuple[Exposure, ...]:
    """Return what is taken, was stopped or is denied at a time, by substance.

    Method
    ------
    Something was stopped if its last dose is longer ago than three days and than three of its usual pauses, and it was
    taken regularly before; what was taken now and then is listed as long as something of its effect may be left. A
    dose of 0 says that nothing is taken. Smoking stands in for nicotine where no dose of it was written.
    """
    found = {
        substance: exposure
        for substance, doses in doses_taken(diary, at).items()
        if (exposure := _exposure(doses, diary, at, windows)) is not None
    }
    smokes = None if diary.person is None else diary.person.smokes
    if smokes is not None and "nicotine" not in found:
        found["nicotine"] = Exposure(substance="nicotine", taken=smokes)
    return tuple(found[substance] for substance in sorted(found))


def _exposure(every: Doses, diary: Diary, at: datetime, windows: CaseWindows) -> Exposure | None:
    is_dose = every.amounts > 0
    if not is_dose.any():
        return Exposure(substance=every.substance, taken=False)
    taken_h, amounts, is_assumed = every.taken_h[is_dose], every.amounts[is_dose], every.is_assumed[is_dose]
    at_h, last_h = hours_of(at), float(taken_h[-1])
    pauses = np.diff(taken_h[taken_h >= last_h - windows.dose_days * HOURS_PER_DAY])
    pause_h = float(np.median(pauses)) if len(pauses) else 0.0
    limit_h = max(windows.still_taken_days * HOURS_PER_DAY, windows.usual_pauses * pause_h)
    run_h = begin_of_run(taken_h.tolist(), windows.pause_days)
    is_regular = (
        int(np.sum(taken_h >= run_h)) >= windows.regular_doses
        and last_h - run_h >= windows.regular_days * HOURS_PER_DAY
    )
    has_paused = at_h - last_h > limit_h
    usual = float(np.median(amounts[taken_h >= last_h - windows.dose_days * HOURS_PER_DAY]))
    amount_mg = usual if every.unit == "mg" and not is_assumed.all() and usual >= 0.0001 else None
    if has_paused and not is_regular and not _may_act(every.substance, at_h - last_h, amount_mg):
        return None
    is_stopped = has_paused and is_regular
    return Exposure(
        substance=every.substance,
        amount_mg=amount_mg,
        times_per_day=None if is_stopped else _times_per_day(taken_h, at_h, windows),
        last_hours_ago=round(at_h - last_h, 3),
        since_days=_since_days(every.substance, run_h, diary, at_h, windows),
        stopped_days_ago=round((at_h - last_h) / HOURS_PER_DAY, 3) if is_stopped else None,
    )


def _may_act(substance: str, hours: float, amount_mg: float | None) -> bool:
    return share_of_effect_left(SUBSTANCES[substance], hours, amount_mg=amount_mg).high > GONE_SHARE


def _times_per_day(taken_h: NDArray[np.float64], at_h: float, windows: CaseWindows) -> float:
    """Return how often a day it was taken, over the last weeks or since the first dose, a day at least."""
    begin_h = max(at_h - windows.dose_days * HOURS_PER_DAY, float(taken_h[0]))
    days = max((at_h - begin_h) / HOURS_PER_DAY, 1.0)
    return round(float(np.sum(taken_h >= begin_h)) / days, 3)


def _since_days(substance: str, run_h: float, diary: Diary, at_h: float, windows: CaseWindows) -> float | None:
    """Return the time since it was begun, or since a plan last raised its daily amount **[d]**."""
    plans: dict[float, float] = defaultdict(float)
    for plan in diary.of(Schedule):
        if plan.substance == substance and plan.amount_mg is not None and plan.hours <= at_h:
            plans[plan.hours] += plan.amount_mg * len(plan.at) / plan.every_days
    begins = sorted(plans)
    raised = [later for earlier, later in pairwise(begins) if plans[later] > plans[earlier]]
    if raised and raised[-1] > run_h:
        return round((at_h - raised[-1]) / HOURS_PER_DAY, 2)
    return known_since_days(run_h, diary.entries[0].hours, at_h, windows)
