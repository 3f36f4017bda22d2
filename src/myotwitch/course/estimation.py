"""From watched hours and factors to what is believed of each factor's effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.course.background import background_columns
from myotwitch.course.belief import EffectBelief
from myotwitch.course.covariance import Drift, whitened
from myotwitch.course.elimination import Effect, Normal, effects_of, normal_of
from myotwitch.course.factors import Factor, averaged
from myotwitch.course.hours import FloatArray, WatchedHours
from myotwitch.course.regression import Fit, Sample, beside, deviations, fit, middle_of_belief
from myotwitch.course.robust import day_of, error_inflation
from myotwitch.course.self_excitation import Echo, echo_of

PRIOR_SD = 3.0
"""What is believed of any log rate ratio before: hardly anything (a factor of 20 either way is usual)."""
SPENT_FREEDOM = 6.0
"""Degrees of freedom that the days lose to the background and the drift."""
FEWEST_FREEDOM = 3.0
EVIDENCE_COUNTS = 0.25
"""Exponent of the likelihood when a drift is weighed against bouts that set off others: counts are not Gaussian."""
LEAST_WEIGHT = 0.02


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Estimation:
    """What a regression says.

    Parameters
    ----------
    beliefs
        One for each factor.
    courses
        float64[factors, pieces]: weighted mean course of each, in steps.
    expected
        float64[pieces]: expected bouts.
    correlation
        float64[factors, factors]: of the courses as they bear on the estimate, the background taken out.
    own_share
        float64[factors]: share of a course's variation that is not the background's.
    drift
        How neighbouring hours hang together.
    """

    beliefs: tuple[EffectBelief, ...]
    courses: FloatArray
    expected: FloatArray
    correlation: FloatArray
    own_share: FloatArray
    drift: Drift


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _View:
    """One way to see the diary: with its drift, or with bouts that set off others."""

    fitted: Fit
    effects: list[Effect]
    weights: FloatArray
    normal: Normal
    inflation: float
    expected: FloatArray
    own_share: FloatArray


def estimate(hours: WatchedHours, factors: Sequence[Factor], clock_shift_h: FloatArray) -> Estimation:
    """Return what is believed of the effects of factors (one or more) on the rate in watched hours (one or more).

    Method
    ------
    See docs/course.md. The diary is seen with a latent drift and, where deviations are short enough for it, with bouts
    that set off others; both views count by their likelihood.
    """
    background = background_columns(hours, clock_shift_h)
    day = day_of(hours.middle + clock_shift_h)
    raw = [averaged(factor.course, hours) for factor in factors]
    courses = [_centred(rows) for rows in raw]
    main = _view(hours, background, factors, courses, day, fitted=None)
    views, log_weights = [main], [0.0]
    by_count = _fit(hours, background, factors, courses, by_count=True, start=main.fitted.coefficients)
    echo = echo_of(by_count.drift, main.fitted.drift)
    gain = EVIDENCE_COUNTS * (by_count.log_likelihood - main.fitted.log_likelihood)
    if echo is not None and gain > np.log(LEAST_WEIGHT):
        views.append(_view(hours, background, factors, _echoed(factors, hours, courses, echo), day, fitted=by_count))
        log_weights.append(gain)
    shares = np.exp(np.array(log_weights) - max(log_weights))
    freedom = max(FEWEST_FREEDOM, len(np.unique(day)) - SPENT_FREEDOM)
    weights = [main.weights[main.normal.factor == place] for place in range(len(factors))]
    return Estimation(
        beliefs=tuple(_belief(views, shares / shares.sum(), place, freedom) for place in range(len(factors))),
        courses=np.array([weight @ _filled(rows) for weight, rows in zip(weights, raw, strict=True)]),
        expected=main.expected,
        correlation=_correlation(main),
        own_share=main.own_share,
        drift=main.fitted.drift,
    )


def _belief(views: Sequence[_View], shares: FloatArray, place: int, freedom: float) -> EffectBelief:
    effects = [view.effects[place] for view in views]
    return EffectBelief(
        weight=np.concatenate([share * effect.weight for share, effect in zip(shares, effects, strict=True)]),
        middle=np.concatenate([effect.middle for effect in effects]),
        error=np.concatenate([view.inflation * effect.error for view, effect in zip(views, effects, strict=True)]),
        freedom=freedom,
    )


def _sample(
    hours: WatchedHours, background: FloatArray, factors: Sequence[Factor], courses: Sequence[FloatArray]
) -> Sample:
    usual = [
        np.average(rows, axis=0, weights=np.exp(factor.log_prior))
        for rows, factor in zip(courses, factors, strict=True)
    ]
    columns = beside(background, *usual)
    return Sample(
        bouts=hours.bouts,
        log_watched=np.log(hours.watched_h),
        gaps_h=np.diff(hours.middle),
        columns=columns,
        precision=np.full(columns.shape[1], PRIOR_SD**-2),
    )


def _fit(
    hours: WatchedHours,
    background: FloatArray,
    factors: Sequence[Factor],
    courses: Sequence[FloatArray],
    *,
    by_count: bool,
    start: FloatArray | None,
) -> Fit:
    return fit(_sample(hours, background, factors, courses), by_count=by_count, start=start)


def _view(
    hours: WatchedHours,
    background: FloatArray,
    factors: Sequence[Factor],
    courses: Sequence[FloatArray],
    day: NDArray[np.int64],
    *,
    fitted: Fit | None,
) -> _View:
    sample = _sample(hours, background, factors, courses)
    fitted = fit(sample) if fitted is None else fitted
    expected, deviation = deviations(sample, fitted.coefficients)
    # What is believed before has its middle at the mean rate and at no effect: the response is told from there.
    response = deviation + sample.columns @ (fitted.coefficients - middle_of_belief(sample))
    white, _ = whitened(
        fitted.drift, expected, sample.gaps_h, beside(background, *(rows.T for rows in courses), response)
    )
    size = background.shape[1]
    belonging = np.repeat(np.arange(len(factors)), [len(rows) for rows in courses])
    normal, own_share = normal_of(
        white, sample.precision[:size], belonging, np.concatenate([factor.log_prior for factor in factors])
    )
    effects, weights = effects_of(normal, PRIOR_SD**-2)
    mixing = np.zeros((len(weights), len(factors)))
    mixing[np.arange(len(weights)), belonging] = weights
    mean = beside(white[:, :size], white[:, size:-1] @ mixing, white[:, -1])
    return _View(
        fitted=fitted,
        effects=effects,
        weights=weights,
        normal=normal,
        inflation=error_inflation(mean, sample.precision, day, len(factors)),
        expected=expected,
        own_share=_weighted(own_share, weights, belonging),
    )


def _weighted(values: FloatArray, weights: FloatArray, belonging: NDArray[np.intp]) -> FloatArray:
    """Return the weighted mean of the values of each factor's courses."""
    return np.bincount(belonging, weights * values).astype(np.float64)


def _echoed(
    factors: Sequence[Factor], hours: WatchedHours, courses: Sequence[FloatArray], echo: Echo
) -> list[FloatArray]:
    return [
        (1 - echo.share) * rows + echo.share * _centred(averaged(factor.course, hours, echo.delays_h))
        for rows, factor in zip(courses, factors, strict=True)
    ]


def _filled(rows: FloatArray) -> FloatArray:
    """Return courses with the mean in the place of what is not known."""
    known = np.isfinite(rows)
    count = known.sum(axis=1, keepdims=True)
    mean = np.where(known, rows, 0.0).sum(axis=1, keepdims=True) / np.maximum(count, 1)
    return np.where(known, rows, mean)


def _centred(rows: FloatArray) -> FloatArray:
    filled = _filled(rows)
    centred: FloatArray = filled - filled.mean(axis=1, keepdims=True)
    return centred


def _correlation(view: _View) -> FloatArray:
    mixing = np.zeros((len(view.weights), len(view.effects)))
    mixing[np.arange(len(view.weights)), view.normal.factor] = view.weights
    gram = mixing.T @ view.normal.gram @ mixing
    scale = np.sqrt(np.maximum(np.diag(gram), 1e-12))
    correlation: FloatArray = gram / np.outer(scale, scale)
    return correlation
