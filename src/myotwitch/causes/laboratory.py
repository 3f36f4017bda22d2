"""A laboratory value as evidence: how much more probable it is under a cause than in a healthy person."""

from __future__ import annotations

import math
from collections.abc import Sequence

from myotwitch.case.analytes import ANALYTES
from myotwitch.causes.cause import LabEffect
from myotwitch.causes.facts import Laboratory
from myotwitch.causes.settings import Counting

LEAST_VALUE = 1e-6
"""Stands for zero where a logarithm is taken."""


def lab_log_ratio(lab: Laboratory, effect: LabEffect, sex: str | None, counting: Counting) -> float:
    """Return the log factor by which the value changes the odds of the cause.

    Method
    ------
    Ratio of two normal densities, the cause's and that of healthy people whose 95 % is the reference range (of the
    logarithm for analytes that are skewed). It is made monotone: a value beyond the cause's mean, away from the
    healthy mean, counts as the cause's mean does; one on the other side of the healthy mean counts against the
    cause. A value within the reference range never speaks for a cause. The ratio is bounded by
    `Counting.lab_ratio_limit`, and halves (in log odds) with every `Counting.lab_halving_days` of its age.

    Examples
    --------
    >>> from myotwitch.causes.settings import load_settings
    >>> from myotwitch.sources import Grade
    >>> low = LabEffect(mean=0.5, sd=0.12, grade=Grade.EXPERT, sources=(), note="for the example")
    >>> value = Laboratory(analyte="magnesium", value=0.55, days_ago=0.0)
    >>> lab_log_ratio(value, low, None, load_settings().counting) > 3
    True
    """
    healthy = ANALYTES[lab.analyte].reference_range(sex)
    healthy_mean, healthy_sd, mean, sd, value = _on_its_scale(lab, effect, sex)
    # Measured from the healthy mean, in the direction in which the cause changes the value.
    direction = 1.0 if mean >= healthy_mean else -1.0
    away = direction * (value - healthy_mean)
    under_cause = min(away, abs(mean - healthy_mean))
    ratio = _log_density(under_cause - abs(mean - healthy_mean), sd) - _log_density(max(away, 0.0), healthy_sd)
    if healthy.low <= lab.value <= healthy.high:
        ratio = min(ratio, 0.0)
    limit = math.log(counting.lab_ratio_limit)
    return min(max(ratio, -limit), limit) * _freshness(lab, counting)


def lab_log_ratios(
    lab: Laboratory, effects: Sequence[LabEffect | None], sex: str | None, counting: Counting
) -> list[float]:
    """Return `lab_log_ratio` for each cause, less where the value is too far out for it and another reaches as far.

    Parameters
    ----------
    effects
        What each cause does to the analyte; None where nothing.

    Method
    ------
    Alone, a value beyond the cause's mean counts as the mean. Beside a cause whose mean lies farther out, it loses what
    the density loses between its mean and the value, or that farther mean if the value lies beyond it: a creatine
    kinase of 50 000 U/L speaks for muscle that breaks down, no longer for hard exercise. What is lost is never more
    than what spoke for the cause.
    """
    fresh = _freshness(lab, counting)
    scales = [_on_its_scale(lab, effect, sex) for effect in effects if effect is not None]
    reach = max(
        (abs(mean - healthy) for healthy, _, mean, _, value in scales if (mean > healthy) == (value > healthy)),
        default=0.0,
    )

    def ratio(effect: LabEffect) -> float:
        alone = lab_log_ratio(lab, effect, sex, counting)
        healthy_mean, _, mean, sd, value = _on_its_scale(lab, effect, sex)
        too_far = min(abs(value - healthy_mean), reach) - abs(mean - healthy_mean)
        return max(alone - 0.5 * fresh * (too_far / sd) ** 2, 0.0) if alone > 0 and too_far > 0 else alone

    return [0.0 if effect is None else ratio(effect) for effect in effects]


def _freshness(lab: Laboratory, counting: Counting) -> float:
    return float(2.0 ** (-lab.days_ago / counting.lab_halving_days))


def _on_its_scale(lab: Laboratory, effect: LabEffect, sex: str | None) -> tuple[float, float, float, float, float]:
    """Return mean and sd of the healthy, mean and sd under the cause, and the value; logarithms where skewed."""
    analyte = ANALYTES[lab.analyte]
    healthy = analyte.reference_range(sex)
    if not analyte.is_skewed:
        return healthy.mean, healthy.sd, effect.mean, effect.sd, lab.value
    low, high = math.log(max(healthy.low, LEAST_VALUE)), math.log(healthy.high)
    variance = math.log1p((effect.sd / max(effect.mean, LEAST_VALUE)) ** 2)
    mean = math.log(max(effect.mean, LEAST_VALUE)) - variance / 2
    value = math.log(max(lab.value, LEAST_VALUE))
    return (low + high) / 2, (high - low) / (2 * 1.959964), mean, math.sqrt(variance), value


def _log_density(distance: float, sd: float) -> float:
    return -0.5 * (distance / sd) ** 2 - math.log(sd)
