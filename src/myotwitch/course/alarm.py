"""An alarm for a real change of the rate, with a false-alarm rate that is set beforehand.

Each day it is asked: how much more probable are the counts since some day if the rate changed then, than if the
person's own process went on? These ratios, summed over the days on which the change may have been, are the
Shiryaev-Roberts statistic, which grows by one a day on average while nothing changes: a level is about the time between
false alarms. Here days of a fortnight ago count most in the sum, for a change is to be told within two weeks. How high
the level must be for a person depends on how slowly the rate has been seen to drift; it was chosen on simulated
diaries. What came of it on others is measured in ``docs/changes.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_process import DRIFT_DAYS, Belief, FloatArray, Processes, belief_before, usual_processes

SHARES = (0.75, 0.17, 0.06, 0.02)
"""How likely each time constant of the drift is beforehand. Slow drifts look like changes; if they counted as much as
the fast one, no change of a person with a short diary would be told."""
LEVEL_DAYS = (640.0, 1050.0, 1700.0, 2000.0)
"""Level of the alarm for each time constant of the drift **[days]**: what the shares take from slow drifts, the level
gives back. Chosen on simulated diaries (`CHOSEN_ON` in ``validation/diary_changes/worlds.py``) so that none of their
worlds has more than half a false alarm a year, and most 0.4 at most; the table of ``docs/changes.md`` is of others."""
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
FORTNIGHT_COUNTS, OLDER_COUNTS = 6.0, 0.6
"""What a day of a fortnight ago counts in the sum, and a day further back. Nearer days count by the square of their
age. On simulated diaries that tells more changes within two weeks than equal counts; were older days to count less,
what was missed then would seldom be told later. At six, the level is about what it is with equal counts."""
UNLIKELY = 10.0
"""Processes whose log weight is so much below the best are left out."""
LOG_RATE_BEFORE, LOG_RATE_SD = np.log(0.3), 2.0
"""What is believed of the log rate per hour before a diary is seen: hardly anything."""
NEVER = 1 << 40
"""Day on which the rate changed where it never did."""
LARGEST_LOG_RATIO = 600.0
"""A change that is so much likelier than none is told anyway; numbers end a little above it."""
AGE_COUNTS = FORTNIGHT_COUNTS * (np.arange(OLDEST_DAYS + 1) / FRESH_DAYS) ** 2
AGE_COUNTS[:LASTS_DAYS], AGE_COUNTS[FRESH_DAYS + 1 :] = 0.0, OLDER_COUNTS * STRIDE_DAYS
"""What a day counts in the sum, by its age **[days]**; further back it stands for a week."""


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
    """Chain 0: nothing changed. The others: the rate changed on the day `began`."""

    belief: Belief
    began: NDArray[np.int64]
    seen: int = 0

    def may_change_today(self, day: int) -> None:
        age = day - self.began
        kept = np.flatnonzero((age <= FRESH_DAYS) | ((self.began % STRIDE_DAYS == 0) & (age <= OLDEST_DAYS)))
        self.belief.fork(kept, STEP_SD)
        self.began = np.concatenate((self.began[kept], (day,)))

    def alarm_of(self, day: int, level_factor: float) -> tuple[int, float] | None:
        """Return the likeliest chain and the level if a change is so much likelier than none."""
        log_weight = self.belief.log_weight
        share = np.exp(np.minimum(log_weight - log_weight[:, 0].max(), LARGEST_LOG_RATIO))
        evidence = share.sum(axis=0)
        counts = AGE_COUNTS[day - self.began[1:]]
        together = float(counts @ evidence[1:] / evidence[0])
        if together <= level_factor * min(LEVEL_DAYS):
            return None
        level = level_factor * self._level_days(share[:, 0] / evidence[0])
        likeliest = int(np.argmax(np.where(counts > 0, evidence[1:], 0.0))) + 1
        return (likeliest, level) if together > level else None

    def _level_days(self, weight: FloatArray) -> float:
        """The level for this person: the geometric mean over the processes, as likely as each is if nothing changed."""
        drift_days = np.log(self.belief.processes.drift_days)
        return float(np.exp(weight @ np.interp(drift_days, np.log(DRIFT_DAYS), np.log(LEVEL_DAYS))))

    def go_on_from(self, chain: int) -> None:
        """Go on as if the rate had changed; that it may only have drifted stays as likely for the processes."""
        log_weight = self.belief.log_weight - self.belief.log_evidence
        self.belief.keep_chains(np.array([chain]))
        self.belief.log_weight = np.logaddexp(log_weight[:, [chain]], log_weight[:, [0]])
        self.began, self.seen = np.array([NEVER]), 0


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
    watch = _Watch(belief=belief, began=np.array([NEVER]))
    alarms = []
    for day, (bouts, exposure_h) in enumerate(zip(days.bouts, days.exposure_h, strict=True)):
        watch.belief.pass_days(1.0)
        if exposure_h <= 0:
            continue
        watch.seen += 1
        if watch.seen > BEFORE_DAYS:
            watch.may_change_today(day)
        watch.belief.absorb(bouts, exposure_h)
        if watch.seen < SETTLES_DAYS:
            continue
        found = watch.alarm_of(day, level_factor)
        if found is not None:
            chain, level = found
            alarms.append(Alarm(raised_index=day, changed_index=int(watch.began[chain]), level_days=level))
            watch.go_on_from(chain)
        if day % STRIDE_DAYS == 0:
            watch.belief.drop_unlikely(UNLIKELY)
    return tuple(alarms)
