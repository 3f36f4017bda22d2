"""What others do with such a diary: the rivals of the table, each with estimate, interval and p-value a factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from myotwitch.course.background import background_columns
from myotwitch.course.belief import EffectBelief
from myotwitch.course.factors import Factor, averaged, plain_factors
from myotwitch.course.hours import WatchedHours
from myotwitch.course.intakes import intake_factors
from myotwitch.diary import Diary

Floats = NDArray[np.float64]

ELIMINATIONS = 9
HAC_H = 48.0
RIDGE = 1e-3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Answers:
    """Log rate ratios with ends of their 95 % intervals and p-values, float64[factors] each."""

    low: Floats
    middle: Floats
    high: Floats
    p_value: Floats


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Prepared:
    """The watched hours of a diary, its factors and their courses."""

    hours: WatchedHours
    factors: list[Factor]
    courses: list[Floats]

    @classmethod
    def of(cls, diary: Diary, hours: WatchedHours) -> Prepared:
        factors = plain_factors(diary) + intake_factors(diary)
        raw = [averaged(factor.course, hours) for factor in factors]
        return cls(
            hours=hours,
            factors=factors,
            courses=[np.where(np.isfinite(rows), rows, np.nanmean(rows)) for rows in raw],
        )

    def columns(self, elimination: int) -> Floats:
        """Return background and factors, all substances at one of the eliminations."""
        last = ELIMINATIONS - 1
        factors = [rows[round(elimination / last * (len(rows) - 1))] for rows in self.courses]
        return np.column_stack([background_columns(self.hours, np.zeros(len(self.hours))), *factors])

    @property
    def day(self) -> NDArray[np.int64]:
        return np.floor((self.hours.middle - 4.0) / 24.0).astype(np.int64)


def days_with_and_without(prepared: Prepared) -> Answers:
    """Compare the rates of days with a factor and of days without by a t test, as trackers do.

    Stress, short sleep and time before a screen count as present where they are above their median. The middle is no
    rate ratio at a peak, so its interval is not scored.
    """
    _, inverse = np.unique(prepared.day, return_inverse=True)
    watched = np.bincount(inverse, prepared.hours.watched_h)
    rate = np.bincount(inverse, prepared.hours.bouts) / watched
    middle, p_value = [], []
    for factor, rows in zip(prepared.factors, prepared.courses, strict=True):
        level = np.bincount(inverse, rows[len(rows) // 2] * prepared.hours.watched_h) / watched
        present = level > (np.median(level) if factor.name in {"stress", "sleep", "screen"} else 0.02)
        if min(present.sum(), (~present).sum()) < 3 or rate.std() == 0:
            middle.append(0.0)
            p_value.append(1.0)
            continue
        middle.append(float(rate[present].mean() - rate[~present].mean()))
        p_value.append(float(stats.ttest_ind(rate[present], rate[~present], equal_var=False).pvalue))
    unknown = np.full(len(middle), np.nan)
    return Answers(low=unknown, middle=np.array(middle), high=unknown, p_value=np.array(p_value))


def poisson_regression(prepared: Prepared) -> Answers:
    """Regress with the population's kinetics, all factors together; counts taken as independent."""
    fit = _Fit(prepared, ELIMINATIONS // 2)
    return _answers(fit.beta, np.sqrt(np.diag(fit.inverse)), np.inf, len(prepared.factors))


def newey_west(prepared: Prepared) -> Answers:
    """As `poisson_regression`, with a covariance robust to what hangs together within 48 h."""
    fit = _Fit(prepared, ELIMINATIONS // 2)
    scores, time = fit.scores, prepared.hours.middle
    meat = scores.T @ scores
    for lag in range(1, int(HAC_H) + 1):
        gap = time[lag:] - time[:-lag]
        weight = np.maximum(0.0, 1.0 - gap / HAC_H)
        if not weight.any():
            break
        cross = (scores[lag:] * weight[:, np.newaxis]).T @ scores[:-lag]
        meat += cross + cross.T
    variance = np.diag(fit.inverse @ meat @ fit.inverse)
    return _answers(fit.beta, np.sqrt(np.maximum(variance, 1e-12)), np.inf, len(prepared.factors))


def day_clusters(prepared: Prepared) -> Answers:
    """As `poisson_regression`, with a covariance robust to what hangs together within a day."""
    fit = _Fit(prepared, ELIMINATIONS // 2)
    sums, _ = _by_day(fit, prepared.day)
    days = len(sums)
    variance = np.diag(fit.inverse @ (sums.T @ sums) @ fit.inverse) * days / (days - 1)
    return _answers(fit.beta, np.sqrt(variance), np.inf, len(prepared.factors))


def leave_a_day_out(prepared: Prepared) -> Answers:
    """Leave out each day for the errors, with t quantiles, and average over the person's possible elimination."""
    count = len(prepared.factors)
    middle, error, days = np.empty((ELIMINATIONS, count)), np.empty((ELIMINATIONS, count)), 0
    for elimination in range(ELIMINATIONS):
        fit = _Fit(prepared, elimination)
        sums, grams = _by_day(fit, prepared.day)
        days = len(sums)
        changes = np.linalg.solve(fit.information - grams, sums[:, :, np.newaxis])[:, :, 0]
        middle[elimination] = fit.beta[-count:]
        error[elimination] = np.sqrt((changes**2).sum(axis=0) * (days - 1) / days)[-count:]
    weight = np.full(ELIMINATIONS, 1 / ELIMINATIONS)
    beliefs = [
        EffectBelief(weight=weight, middle=middle[:, place], error=error[:, place], freedom=max(3.0, days - 6.0))
        for place in range(count)
    ]
    return Answers(
        low=np.array([belief.quantile(0.025) for belief in beliefs]),
        middle=np.array([belief.quantile(0.5) for belief in beliefs]),
        high=np.array([belief.quantile(0.975) for belief in beliefs]),
        p_value=np.array([belief.p_value for belief in beliefs]),
    )


class _Fit:
    """A Poisson regression at one elimination."""

    def __init__(self, prepared: Prepared, elimination: int) -> None:
        columns, bouts, watched = prepared.columns(elimination), prepared.hours.bouts, prepared.hours.watched_h
        beta = np.zeros(columns.shape[1])
        beta[0] = np.log((bouts.sum() + 0.5) / watched.sum())
        for _ in range(30):
            expected = watched * np.exp(np.clip(columns @ beta, -25, 25))
            self.information = columns.T @ (expected[:, np.newaxis] * columns) + RIDGE * np.eye(len(beta))
            change = np.linalg.solve(self.information, columns.T @ (bouts - expected))
            largest = float(np.abs(change).max())
            beta = beta + change * min(1.0, 2.0 / max(largest, 1e-12))
            if largest < 1e-6:
                break
        self.beta, self.inverse = beta, np.linalg.inv(self.information)
        self.scores = columns * (bouts - expected)[:, np.newaxis]
        self.columns, self.expected = columns, expected


def _by_day(fit: _Fit, day: NDArray[np.int64]) -> tuple[Floats, Floats]:
    starts = np.flatnonzero(np.concatenate(([True], np.diff(day) > 0)))
    ends = np.append(starts[1:], len(day))
    grams = [
        fit.columns[start:end].T @ (fit.expected[start:end, np.newaxis] * fit.columns[start:end])
        for start, end in zip(starts, ends, strict=True)
    ]
    return np.add.reduceat(fit.scores, starts, axis=0), np.array(grams)


def _answers(beta: Floats, error: Floats, freedom: float, count: int) -> Answers:
    middle, error = beta[-count:], error[-count:]
    wide = stats.t.ppf(0.975, freedom) * error
    return Answers(
        low=middle - wide,
        middle=middle,
        high=middle + wide,
        p_value=2 * stats.t.sf(np.abs(middle) / error, freedom),
    )


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Return p-values corrected by Benjamini and Hochberg."""
    return np.asarray(stats.false_discovery_control(p_values))


RIVALS: Mapping[str, Callable[[Prepared], Answers]] = {
    "days with and without": days_with_and_without,
    "Poisson regression": poisson_regression,
    "48 h robust errors": newey_west,
    "day clusters": day_clusters,
    "a day left out, averaged elimination": leave_a_day_out,
}
