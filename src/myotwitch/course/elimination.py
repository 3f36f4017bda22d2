"""Effects with the person's elimination left open: each substance over all rates of elimination it may have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.course.hours import FloatArray

ROUNDS = 4
EFFECT_SD = 0.6
"""Usual size of an effect on the log rate; only for the weights of eliminations, never for the effects themselves."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Effect:
    """The effect of one factor on the log rate: a mixture over eliminations.

    Parameters
    ----------
    weight, middle, error
        float64[courses]: how likely each course is, the effect with it, and its standard error.
    """

    weight: FloatArray
    middle: FloatArray
    error: FloatArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Normal:
    """Normal equations of all courses of all factors, the background taken out.

    Parameters
    ----------
    gram
        float64[courses, courses].
    right
        float64[courses]: against the response.
    factor
        int64[courses]: which factor each course is of.
    log_prior
        float64[courses].
    """

    gram: FloatArray
    right: FloatArray
    factor: NDArray[np.intp]
    log_prior: FloatArray


def effects_of(normal: Normal, precision: float) -> tuple[list[Effect], FloatArray]:
    """Return the effect of each factor, and the weights of all courses.

    `precision` is the inverse variance of what is believed of an effect before.

    Method
    ------
    For each factor in turn, each of its courses is tried beside the weighted mean courses of the others; its weight is
    its prior times the likelihood, the effect integrated out with a standard deviation of `EFFECT_SD`. Round after
    round until the weights stand: a mean-field solution, which is close because the rates of elimination of different
    substances hardly hang together.
    """
    count = int(normal.factor.max()) + 1
    weights = np.exp(normal.log_prior)
    for factor in range(count):
        weights[normal.factor == factor] /= weights[normal.factor == factor].sum()
    effects: list[Effect] = []
    for _ in range(ROUNDS):
        effects = []
        for factor in range(count):
            effect = _effect(normal, factor, weights, precision)
            weights[normal.factor == factor] = effect.weight
            effects.append(effect)
    return effects, weights


def _effect(normal: Normal, factor: int, weights: FloatArray, precision: float) -> Effect:
    own = np.flatnonzero(normal.factor == factor)
    others = [other for other in range(int(normal.factor.max()) + 1) if other != factor]
    mean = np.zeros((len(weights), len(others)))
    for column, other in enumerate(others):
        mean[normal.factor == other, column] = weights[normal.factor == other]
    cross = normal.gram[own] @ mean
    taken_out = np.linalg.solve(
        mean.T @ normal.gram @ mean + precision * np.eye(len(others)), np.column_stack((cross.T, mean.T @ normal.right))
    )
    left = normal.gram[own, own] - np.einsum("ij,ji->i", cross, taken_out[:, :-1])
    right = normal.right[own] - cross @ taken_out[:, -1]
    left = np.maximum(left, 0.0)
    evidence = 0.5 * right**2 / (left + EFFECT_SD**-2) - 0.5 * np.log1p(left * EFFECT_SD**2)
    log_weight = evidence + normal.log_prior[own]
    weight = np.exp(log_weight - log_weight.max())
    return Effect(
        weight=weight / weight.sum(),
        middle=right / (left + precision),
        error=1.0 / np.sqrt(left + precision),
    )


def normal_of(
    white: FloatArray, precision: FloatArray, factor: NDArray[np.intp], log_prior: FloatArray
) -> tuple[Normal, FloatArray]:
    """Return the normal equations, and the share of each course that is left without the background.

    Parameters
    ----------
    white
        float64[pieces, columns]: whitened columns of the background, of all courses, and of the response.
    precision
        float64[background]: inverse variances of what is believed of the background before.
    factor, log_prior
        As of `Normal`.
    """
    background = len(precision)
    gram = white.T @ white
    inner = gram[:background, :background] + np.diag(precision)
    cross = gram[:background, background:]
    left = gram[background:, background:] - cross.T @ np.linalg.solve(inner, cross)
    share = np.diag(left)[:-1] / np.maximum(np.diag(gram)[background:-1], 1e-12)
    return Normal(gram=left[:-1, :-1], right=left[:-1, -1], factor=factor, log_prior=log_prior), np.clip(
        share, 0.0, 1.0
    )
