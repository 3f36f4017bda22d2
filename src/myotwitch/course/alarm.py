"""An alarm for a real change of the rate, with a false-alarm rate that is set beforehand.

Each day it is asked: how much more probable are the counts since some day if the rate changed then, than if the
person's own process went on? The sum of these ratios over all days on which the change may have been is the
Shiryaev-Roberts statistic. While nothing changes its mean grows by one a day, so that it reaches a level A on average
not before A days have passed: the level is the time between false alarms. That holds for the mean over the processes
thought possible. So that it holds for each of them, the level is the higher, the slower this person's rate has been
seen to drift. What came of it for single processes is measured in ``docs/changes.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_process import DRIFT_DAYS, Belief, FloatArray, Processes, belief_before, usual_processes

SHARES = (0.9, 0.07, 0.02, 0.01)
"""How likely each time constant of the drift is beforehand. Slow drifts look like changes; if they counted as much as
the fast one, no change of a person with a short diary would be told."""
LEVEL_DAYS = (800.0, 1500.0, 3000.0, 4000.0)
"""Level of the alarm for each time constant of the drift **[days]**: what the shares take from slow drifts, the level
gives back. Chosen on simulated diaries so that each kind of drift gives about one false alarm in two years at most; the
table of ``docs/changes.md`` is of other diaries."""
FALSE_ALARMS_PER_YEAR = 0.5
"""False alarms a year for which these levels are set, at most."""
STEP_SD = 0.8
"""Standard deviation of a change, on the log rate: a doubling or halving is a usual one."""
LASTS_DAYS = 4
"""A change is one that has lasted for so long **[days]**; one bad day is none."""
SETTLES_DAYS = 14
"""Watched days from which on a change is told **[days]**."""
BEFORE_DAYS = 7
"""Watched days before the first day on which the rate can have changed **[days]**."""
FRESH_DAYS = 14
"""So far back every day may be that of the change; further back every seventh is looked at **[days]**."""
STRIDE_DAYS = 7
OLDEST_DAYS = 180
"""A change further back than this is not looked for any more **[days]**."""
UNLIKELY = 10.0
"""Processes whose log weight is so much below the best are left out."""
LOG_RATE_BEFORE, LOG_RATE_SD = np.log(0.3), 2.0
"""What is believed of the log rate per hour before a diary is seen: hardly anything."""
FLAT = np.ones((2, 1, 1))
"""The log rate is the constant plus the drift."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """The rate has changed.

    Parameters
    ----------
    raised_index
        Day on which the alarm was raised; nothing later was used.
    changed_index
        Likeliest day of the change by then.
    level_days
        The level that was exceeded **[days]**.
    """

    raised_index: int
    changed_index: int
    level_days: float


@dataclass(kw_only=True, slots=True, eq=False)
class _Watch:
    """Chain 0: nothing changed. The others: the rate changed on the day `began`, which stands for `stands_for` days."""

    belief: Belief
    began: NDArray[np.int64]
    stands_for: FloatArray
    seen: int = 0

    def may_change_today(self, day: int) -> None:
        self.belief.keep_chains(np.append(np.arange(len(self.began)), 0))
        self.belief.covariance[0, 0, :, -1] += STEP_SD**2
        self.began = np.append(self.began, day)
        self.stands_for = np.append(self.stands_for, 1.0)

    def thin(self, day: int) -> None:
        age = day - self.began
        is_fresh = (age <= FRESH_DAYS) | (self.began < 0)
        kept = is_fresh | ((self.began % STRIDE_DAYS == 0) & (age <= OLDEST_DAYS))
        self.stands_for = np.where(is_fresh, self.stands_for, float(STRIDE_DAYS))
        if not kept.all():
            chains = np.flatnonzero(kept)
            self.belief.keep_chains(chains)
            self.began, self.stands_for = self.began[chains], self.stands_for[chains]

    def log_ratios(self, day: int) -> FloatArray:
        """Log of how much likelier a change on each day is than none, times the days it stands for."""
        evidence = self.belief.log_evidence
        lasted = day - self.began[1:] >= LASTS_DAYS
        ratios: FloatArray = np.where(lasted, evidence[1:] - evidence[0] + np.log(self.stands_for[1:]), -np.inf)
        return ratios

    def level_days(self) -> float:
        """The level for this person: the geometric mean over the processes, as likely as each is if nothing changed."""
        weight = np.exp(self.belief.log_weight[:, 0] - self.belief.log_evidence[0])
        drift_days = np.log(self.belief.processes.drift_days)
        levels = np.interp(drift_days, np.log(DRIFT_DAYS), np.log(LEVEL_DAYS))
        return float(np.exp(weight @ levels))

    def go_on_from(self, chain: int) -> None:
        self.belief.keep_chains(np.array([chain]))
        self.began, self.stands_for, self.seen = np.array([-1]), np.ones(1), 0


def raise_alarms(
    days: WatchedDays, *, processes: Processes | None = None, level_factor: float = 1.0
) -> tuple[Alarm, ...]:
    """Return every alarm that was raised, in the order of time.

    Each is decided by the days until then alone: a shorter diary has the same alarms as far as it goes.

    Parameters
    ----------
    days
        What was watched.
    processes
        Ways in which a rate may wander by itself; the usual ones, by `SHARES`, if None.
    level_factor
        By how much the level is higher than usual: 2 makes false alarms about half as frequent **[1]**.
    """
    belief = belief_before(
        processes or usual_processes(SHARES), mean=np.array([LOG_RATE_BEFORE]), sd=np.array([LOG_RATE_SD])
    )
    watch = _Watch(belief=belief, began=np.array([-1]), stands_for=np.ones(1))
    alarms = []
    for day in range(len(days)):
        watch.belief.pass_days(1.0)
        if days.exposure_h[day] <= 0:
            continue
        watch.seen += 1
        if watch.seen > BEFORE_DAYS:
            watch.may_change_today(day)
        watch.belief.absorb(days.bouts[day], days.exposure_h[day], FLAT)
        watch.thin(day)
        if watch.seen < SETTLES_DAYS or len(watch.began) == 1:
            continue
        ratios = watch.log_ratios(day)
        level = level_factor * watch.level_days()
        if np.logaddexp.reduce(ratios) > np.log(level):
            chain = int(np.argmax(ratios)) + 1
            alarms.append(Alarm(raised_index=day, changed_index=int(watch.began[chain]), level_days=level))
            watch.go_on_from(chain)
        if day % STRIDE_DAYS == 0:
            watch.belief.drop_unlikely(UNLIKELY)
    return tuple(alarms)
