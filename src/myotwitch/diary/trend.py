"""Whether twitching at a place gets better or worse over the last weeks; said only where it is clear.

A first word, from the diary alone. What changes, and how sure that is, the course tells.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from myotwitch.case import Trend
from myotwitch.diary.watched import within
from myotwitch.units import HOURS_PER_DAY

FloatArray = NDArray[np.float64]

NOW_DAYS = 14
"""The last two weeks are compared …"""
BEFORE_DAYS = 42
"""… with the six before them."""
LEAST_DAYS = 7
"""Days on which the person watched, that either needs."""
LEAST_BOUTS = 10
"""Bouts in both together, below which nothing is said."""
CLEAR_RATIO = 1.5
"""By so much the rate must have changed at the least."""
CLEAR_SCORE = 3.3
"""Standard errors that a change must stand clear of none: one false word in a thousand where the error is right."""
SILENT_DAYS = 3
"""Watched days in a row without any, that make a pause between spells …"""
MISSED_BOUTS = 7.0
"""… in which so many were due by the rate of all days: by chance one diary of eight weeks in thirty has one."""
LEAST_PAUSES = 2
"""Pauses that make a twitching come and go."""


def trend_of(stretches: FloatArray, times: FloatArray, counts: FloatArray, at_h: float) -> Trend | None:
    """Return the trend of some bouts at a time; None where the diary does not tell.

    Parameters
    ----------
    stretches
        What was watched, merged **[h since 1970, UTC]**, float64[stretches, 2].
    times, counts
        When bouts were noticed **[h since 1970, UTC]**, and how many each stands for, float64[bouts].
    at_h
        The time that is meant **[h since 1970, UTC]**.

    Method
    ------
    Watched days (of 24 hours back from the time) of the last two weeks against the six weeks before. The error of the
    log ratio comes from how much the days of each differ, widened by their correlation from day to day. Clear are a
    factor of 1.5 and 3.3 standard errors; stable is a ratio whose 95 % interval lies within that factor.
    """
    watched_h, counts = _days(stretches, times, counts, at_h)
    now, before = slice(0, NOW_DAYS), slice(NOW_DAYS, NOW_DAYS + BEFORE_DAYS)
    if min(np.sum(watched_h[part] > 0) for part in (now, before)) < LEAST_DAYS or counts.sum() < LEAST_BOUTS:
        return None
    now_rate, now_se = _log_rate(watched_h[now], counts[now])
    before_rate, before_se = _log_rate(watched_h[before], counts[before])
    change, error = now_rate - before_rate, math.hypot(now_se, before_se)
    if abs(change) >= math.log(CLEAR_RATIO) and abs(change) >= CLEAR_SCORE * error:
        return Trend.WORSENING if change > 0 else Trend.IMPROVING
    if _pauses(watched_h, counts) >= LEAST_PAUSES:
        return Trend.COMES_AND_GOES
    return Trend.STABLE if abs(change) + 1.96 * error <= math.log(CLEAR_RATIO) else None


def _days(stretches: FloatArray, times: FloatArray, counts: FloatArray, at_h: float) -> tuple[FloatArray, FloatArray]:
    """Return the watched hours and the bouts within them of each day, the last first."""
    days = NOW_DAYS + BEFORE_DAYS
    edges = at_h - HOURS_PER_DAY * np.arange(days, -1.0, -1.0)
    recent = stretches[stretches[:, 1] > edges[0]]
    ends = np.clip(recent[:, :, np.newaxis], edges[:-1], edges[1:])
    watched_h = np.sum(ends[:, 1] - ends[:, 0], axis=0)
    seen = within(stretches, times) & (times > edges[0]) & (times <= at_h)
    of_days, _ = np.histogram(times[seen], bins=edges, weights=counts[seen])
    return watched_h[::-1], of_days[::-1]


def _log_rate(watched_h: FloatArray, counts: FloatArray) -> tuple[float, float]:
    """Return the log of the rate and its standard error; half a bout more keeps a silent stretch finite."""
    watched = watched_h > 0
    hours, seen = watched_h[watched], counts[watched]
    total = float(seen.sum()) + 0.5
    rate = total / float(hours.sum())
    expected = rate * hours
    residuals = (seen - expected) / np.sqrt(expected)
    dispersion = max(1.0, float(np.sum(residuals**2)) / (len(seen) - 1))
    return math.log(rate), math.sqrt(dispersion * _inflation(residuals) / total)


def _inflation(residuals: FloatArray) -> float:
    """Return by how much days that resemble their neighbours widen the variance of a mean, at least 1."""
    spread = float(np.sum(residuals**2))
    if spread <= 0.0:
        return 1.0
    # A correlation from few days is too low on average by about (1 + 4 r) / n.
    raw = float(np.sum(residuals[1:] * residuals[:-1])) / spread
    correlation = min(max(raw + (1.0 + 4.0 * max(raw, 0.0)) / len(residuals), 0.0), 0.9)
    return (1.0 + correlation) / (1.0 - correlation)


def _pauses(watched_h: FloatArray, counts: FloatArray) -> int:
    """Return how many pauses lie between days with bouts; days that were not watched are passed over."""
    due_per_hour = float(counts.sum()) / float(watched_h.sum())
    silent, due, pauses = 0, 0.0, 0
    has_begun = False
    for hours, seen in zip(watched_h.tolist(), counts.tolist(), strict=True):
        if hours <= 0:
            continue
        if seen > 0:
            pauses += has_begun and silent >= SILENT_DAYS and due >= MISSED_BOUTS
            has_begun, silent, due = True, 0, 0.0
        else:
            silent, due = silent + 1, due + due_per_hour * hours
    return pauses
