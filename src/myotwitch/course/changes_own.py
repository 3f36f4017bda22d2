"""How this person's rate wanders by itself, and how soon a change of it would be told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_process import FloatArray, Processes, belief_before, usual_processes
from myotwitch.course.changes_regression import LOG_RATE_BEFORE, LOG_RATE_SD, learn
from myotwitch.errors import RequestError
from myotwitch.language import _, digits

LOOKS_BACK_DAYS = 365
FEWEST_DAYS = 14
"""Watched days from which on a person's own rate and drift are known well enough to say anything with them."""
LIKELIEST = 8
"""Processes that are carried along."""
NEEDED_SCORE = 3.4
"""Standard errors at which the alarm is raised about every second time: its level, and that the drift is not known."""
LONGEST_WAIT_DAYS = 180
"""A wait that is longer is none that can be told **[days]**."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class OwnProcess:
    """How this person's rate wanders by itself.

    Parameters
    ----------
    processes
        The likeliest ways, with their weights.
    log_rate, log_rate_sd
        float64[processes]: log of the bouts an hour, and how well it is known.
    exposure_h
        Usual watched time of a watched day **[h]**.
    watched_share
        Share of days on which anything is watched.
    """

    processes: Processes
    log_rate: FloatArray
    log_rate_sd: FloatArray
    exposure_h: float
    watched_share: float

    @property
    def bouts_per_day(self) -> float:
        """Bouts on a watched day."""
        weight = np.exp(self.processes.log_prior)
        spread = self.processes.drift_sd**2 + self.processes.scatter
        return float(weight @ np.exp(self.log_rate + spread / 2)) * self.exposure_h


def tells_own_process(days: WatchedDays) -> bool:
    """Return whether there are days and bouts enough for `own_process_of`."""
    return bool(np.count_nonzero(days.exposure_h) >= FEWEST_DAYS and days.bouts.sum() > 0)


def own_process_of(days: WatchedDays) -> OwnProcess:
    """Return what the last year of a diary shows of the person's own process.

    Raises
    ------
    RequestError
        If fewer than 14 days were watched.
    """
    bouts, exposure = days.bouts[-LOOKS_BACK_DAYS:], days.exposure_h[-LOOKS_BACK_DAYS:]
    seen = exposure > 0
    if np.count_nonzero(seen) < FEWEST_DAYS or bouts.sum() == 0:
        raise RequestError(
            _(
                "The diary has {seen} watched days and {bouts} bouts in them; to say what can be seen "
                "takes at least {fewest_days} days and a bout. Keep it, with check-ins, for two weeks "
                "first."
            ).format(seen=np.count_nonzero(seen), bouts=digits(bouts.sum(), ".0f"), fewest_days=FEWEST_DAYS)
        )
    belief = belief_before(usual_processes(), mean=np.array([LOG_RATE_BEFORE]), sd=np.array([LOG_RATE_SD]))
    learn(belief, bouts[:, np.newaxis], exposure[:, np.newaxis])
    best = np.argsort(-belief.log_weight[:, 0])[:LIKELIEST]
    log_weight = belief.log_weight[:, 0] - np.logaddexp.reduce(belief.log_weight[best, 0])
    return OwnProcess(
        processes=belief.processes.chosen(best, log_weight),
        log_rate=belief.mean[0, best, 0],
        log_rate_sd=np.sqrt(belief.covariance[0, 0, best, 0]),
        exposure_h=float(np.median(exposure[seen])),
        watched_share=float(np.mean(seen)),
    )


def days_until_told(own: OwnProcess, *, known_days: int, ratio: float = 2.0) -> int | None:
    """Return after about how many days a lasting change of the rate would be told, every second time.

    Parameters
    ----------
    own
        The person's process.
    known_days
        Watched days before the change **[days]**.
    ratio
        Rate after over rate before **[1]**.

    Returns
    -------
    Days; None where it would take more than half a year, or could not be told from this person's drift at all.

    Method
    ------
    The variance of the mean of n days is about a long-run variance over n: that of the drift with its correlation
    from day to day, the scatter of days, and one over the bouts of a day. A rough figure, for the person to know what
    to expect.
    """
    weight, processes = np.exp(own.processes.log_prior), own.processes
    keeps = np.exp(-1 / processes.drift_days)
    drift = processes.drift_sd**2 * (1 + keeps) / (1 - keeps)
    variance = float(weight @ (drift + processes.scatter)) + 1 / max(own.bouts_per_day, 1e-6)
    room = (np.log(ratio) / NEEDED_SCORE) ** 2 - variance / max(min(known_days, LOOKS_BACK_DAYS), 1)
    if room <= 0:
        return None
    days = variance / room / max(own.watched_share, 1e-3)
    return int(np.ceil(days)) if days <= LONGEST_WAIT_DAYS else None
