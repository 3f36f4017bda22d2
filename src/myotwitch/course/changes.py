"""Changes of the person's own rate: on which day, by how much, and how often such an alarm would be false."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from myotwitch.course.alarm import FALSE_ALARMS_PER_YEAR, OLDEST_DAYS, SHARES, STEP_SD, Alarm, raise_alarms
from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_process import Belief, belief_before, usual_processes
from myotwitch.course.changes_regression import (
    LEAVE_OUT_EVERY,
    LOG_RATE_BEFORE,
    LOG_RATE_SD,
    UNLIKELY,
    Interval,
    Mixture,
    learn,
)

LOOKS_BACK_DAYS = 365
"""Days before a change with which the days since are compared, at most **[days]**."""
EARLIER_DAYS, LATER_DAYS = 35, 35
"""How much earlier or later than the likeliest day of an alarm the change may have been **[days]**."""
SMALLEST_FALSE_ALARMS_PER_YEAR = 1e-4
"""A smaller rate of false alarms is not told: the model is not known so well."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A change of the rate that no known factor explains.

    Parameters
    ----------
    at
        The day on which the rate changed.
    earliest, latest
        Ends of the 95 % interval of that day.
    raised
        The day on which the alarm was raised.
    ratio
        Rate after over rate before, with its 95 % interval.
    false_alarms_per_year
        How often an unchanged rate would raise an alarm with as much evidence.
    """

    at: date
    earliest: date
    latest: date
    raised: date
    ratio: Interval
    false_alarms_per_year: float

    @property
    def is_clear(self) -> bool:
        """True if the interval of the ratio leaves no doubt of the direction."""
        return not self.ratio.low <= 1 <= self.ratio.high


def changes_of(days: WatchedDays) -> tuple[Change, ...]:
    """Return the changes of the rate, in the order of time.

    Whether there was a change is decided by the days until its alarm alone: a shorter diary has the same changes as far
    as it goes. Day and ratio are told as well as all days until the next change, at most half a year, allow.
    """
    alarms = raise_alarms(days)
    begins = [0, *(alarm.changed_index for alarm in alarms), len(days)]
    return tuple(_change(days, alarm, begins[place], begins[place + 2]) for place, alarm in enumerate(alarms))


def _change(days: WatchedDays, alarm: Alarm, begin: int, end: int) -> Change:
    """Return what is believed of a change between the changes before and after it."""
    around = alarm.changed_index
    end = max(end, alarm.raised_index + 1) if end < alarm.raised_index else end
    candidates = np.arange(max(begin + 1, around - EARLIER_DAYS), min(end - 1, around + LATER_DAYS) + 1)
    candidates = candidates[candidates <= alarm.raised_index]
    belief = _belief_after(days, candidates, max(begin, around - LOOKS_BACK_DAYS), min(end, around + OLDEST_DAYS))
    evidence = belief.log_evidence
    share = np.exp(evidence[1:] - np.logaddexp.reduce(evidence[1:]))
    cumulated = np.cumsum(share)
    early, middle, late = (candidates[np.searchsorted(cumulated, level * 0.999999)] for level in (0.025, 0.5, 0.975))
    weight = np.exp(belief.log_weight[:, 1:] - evidence[1:]) * share
    step = Mixture(
        weight=weight.ravel(),
        mean=belief.mean[0, :, 1:].ravel(),
        sd=np.sqrt(belief.covariance[0, 0, :, 1:]).ravel(),
    )
    ratio_of_evidence = float(np.logaddexp.reduce(evidence[1:]) - evidence[0])
    return Change(
        at=days.day(middle),
        earliest=days.day(early),
        latest=days.day(late),
        raised=days.day(alarm.raised_index),
        ratio=step.ratio(),
        false_alarms_per_year=_false_alarms(alarm, ratio_of_evidence),
    )


def _belief_after(days: WatchedDays, candidates: np.ndarray, begin: int, end: int) -> Belief:
    """Return the belief at the end of a stretch; chain 0: no change, the others: a change on each candidate day.

    The states are the change, the log rate with it, and the drift.
    """
    belief = belief_before(usual_processes(SHARES), mean=np.array([LOG_RATE_BEFORE]), sd=np.array([LOG_RATE_SD]))
    split = int(candidates[0])
    learn(belief, days.bouts[begin:split, np.newaxis], days.exposure_h[begin:split, np.newaxis])
    belief.add_change(STEP_SD)
    last = int(candidates[-1])
    passed, seen = 1.0, 0
    for day in range(split, end):
        if day <= last:
            belief.fork(np.arange(day - split + 1), STEP_SD)
        if days.exposure_h[day] <= 0:
            passed += 1.0
            continue
        belief.pass_days(passed)
        belief.absorb(days.bouts[day], days.exposure_h[day])
        passed, seen = 1.0, seen + 1
        if seen % LEAVE_OUT_EVERY == 0:
            belief.drop_unlikely(UNLIKELY)
    return belief


def _false_alarms(alarm: Alarm, log_evidence: float) -> float:
    stronger = min(1.0, float(np.exp(np.log(alarm.level_days) - log_evidence)))
    return max(SMALLEST_FALSE_ALARMS_PER_YEAR, FALSE_ALARMS_PER_YEAR * stronger)
