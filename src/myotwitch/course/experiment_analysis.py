"""What came out of an own experiment: as it was drawn by chance, with what was not kept told beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

import numpy as np

from myotwitch.course.before_after import verdict_of
from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_own import own_process_of
from myotwitch.course.changes_process import FloatArray
from myotwitch.course.changes_regression import Interval, effects_under_drift
from myotwitch.course.experiment import Period, Plan, days_of_order
from myotwitch.course.experiment_power import EFFECT_SD
from myotwitch.diary import Diary
from myotwitch.errors import RequestError

KEPT_WITH = 0.5
"""Share of days with intake from which on a period with the substance counts as kept."""
KEPT_WITHOUT = 0.1
"""Share of days with intake up to which a period without it counts as kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptPeriod:
    """How a period went.

    Parameters
    ----------
    period
        As planned.
    days_taken
        Days with an intake of the substance, of those that count.
    counted_days, watched_days
        Days that count, and those of them on which anything was watched.
    is_kept
        Whether the intakes fit the plan.
    """

    period: Period
    days_taken: int
    counted_days: int
    watched_days: int
    is_kept: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came out of a plan.

    Parameters
    ----------
    plan
        The plan.
    is_finished
        Whether its last day is over. Before that no ratio is told: looking early finds effects that are none.
    ratio
        Rate in periods with the substance over rate in those without, as drawn, with its 95 % interval that allows for
        drift; None before the end, or where a side was not watched.
    p_value, smallest_p_value
        Share of the orders that chance could have drawn in which the difference would be as large or larger; and the
        smallest share that this number of pairs can give.
    verdict
        ``raises``, ``lowers``, ``no_effect_seen`` or ``cannot_tell``: of taking the substance, by the interval.
    periods
        How each went.
    """

    plan: Plan
    is_finished: bool
    ratio: Interval | None
    p_value: float | None
    smallest_p_value: float | None
    verdict: str
    periods: tuple[KeptPeriod, ...]

    @property
    def not_kept(self) -> tuple[int, ...]:
        """Numbers of the periods that were not kept."""
        return tuple(kept.period.number for kept in self.periods if not kept.is_kept)

    def to_document(self) -> dict[str, Any]:
        """Return the outcome as plain JSON values."""
        return {
            "plan": self.plan.key,
            "substance": self.plan.substance,
            "finished": self.is_finished,
            "rate_ratio": None if self.ratio is None else round(self.ratio.value, 4),
            "interval": None if self.ratio is None else [round(self.ratio.low, 4), round(self.ratio.high, 4)],
            "p_value": self.p_value,
            "smallest_p_value": self.smallest_p_value,
            "verdict": self.verdict,
            "not_kept": list(self.not_kept),
        }


def analyse(plan: Plan, diary: Diary, days: WatchedDays, *, today: date) -> Outcome:
    """Return what came out of a plan by a day.

    Parameters
    ----------
    plan
        The plan.
    diary
        The diary, for the intakes.
    days
        What was watched.
    today
        Until when the plan has gone.
    """
    bouts, exposure = _within(plan, days)
    is_taken, counts = days_of_order(plan.order, plan.period_days, plan.transition_days)
    exposure = np.where(counts, exposure, 0.0)
    is_finished = today > plan.last
    taken = {intake.time.date() for intake in diary.intakes() if intake.substance == plan.substance}
    ratio = p_value = smallest = None
    if is_finished and min(exposure[is_taken].sum(), exposure[~is_taken].sum()) > 0:
        ratio = _model_ratio(plan, days, bouts, exposure, is_taken)
        p_value, smallest = _randomisation(plan, bouts, exposure)
    return Outcome(
        plan=plan,
        is_finished=is_finished,
        ratio=ratio,
        p_value=p_value,
        smallest_p_value=smallest,
        verdict=verdict_of(ratio),
        periods=tuple(_kept(plan, period, taken, exposure) for period in plan.periods if period.last < today),
    )


def _within(plan: Plan, days: WatchedDays) -> tuple[FloatArray, FloatArray]:
    """Return bouts and exposure **[h]** of each day of the plan; 0 where the diary has none."""
    length = len(plan.order) * plan.period_days
    index = days.index_of(plan.begin) + np.arange(length)
    inside = (index >= 0) & (index < len(days))
    bouts, exposure = np.zeros(length), np.zeros(length)
    bouts[inside], exposure[inside] = days.bouts[index[inside]], days.exposure_h[index[inside]]
    return bouts, exposure


def _model_ratio(
    plan: Plan, days: WatchedDays, bouts: FloatArray, exposure: FloatArray, is_taken: np.ndarray
) -> Interval:
    """Return the ratio by the model with drift; what the diary showed of the drift before the plan is used."""
    before = days.until(max(0, min(len(days), days.index_of(plan.begin))))
    try:
        processes = own_process_of(before).processes
    except RequestError:
        processes = None
    design = is_taken[:, np.newaxis].astype(np.float64)
    return effects_under_drift(bouts, exposure, design, np.array([EFFECT_SD]), processes)[0].ratio()


def _randomisation(plan: Plan, bouts: FloatArray, exposure: FloatArray) -> tuple[float | None, float | None]:
    """Return the p value of the order that was drawn among all that could have been, and the smallest possible."""
    shape = (len(plan.order) // 2, 2, plan.period_days)
    count, watched = bouts.reshape(shape) * (exposure.reshape(shape) > 0), exposure.reshape(shape)
    watched_h = watched.sum(axis=2)
    used = (watched_h > 0).all(axis=1)
    if not used.any():
        return None, None
    log_rate = np.log((count.sum(axis=2)[used] + 0.5) / watched_h[used])
    first_is_taken = np.array(plan.order[::2])[used]
    difference = (log_rate[:, 0] - log_rate[:, 1]) * np.where(first_is_taken, 1, -1)
    signs = np.array(list(product((1, -1), repeat=len(difference))))
    reached = np.abs(signs @ difference) >= abs(difference.sum()) - 1e-9
    return float(np.mean(reached)), 2.0 / len(signs)


def _kept(plan: Plan, period: Period, taken: set[date], exposure: FloatArray) -> KeptPeriod:
    counted = [period.counts_from + timedelta(days=step) for step in range((period.last - period.counts_from).days + 1)]
    start = (period.counts_from - plan.begin).days
    days_taken = sum(day in taken for day in counted)
    share = days_taken / len(counted)
    return KeptPeriod(
        period=period,
        days_taken=days_taken,
        counted_days=len(counted),
        watched_days=int(np.count_nonzero(exposure[start : start + len(counted)])),
        is_kept=share >= KEPT_WITH if period.is_taken else share <= KEPT_WITHOUT,
    )
