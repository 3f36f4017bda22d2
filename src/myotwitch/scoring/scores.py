"""Sensitivity, precision, F1 and errors of a detector, with intervals over recordings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from myotwitch.errors import RequestError
from myotwitch.scoring.matching import Matches
from myotwitch.units import SECONDS_PER_MINUTE


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordingScore:
    """The counts of one recording.

    Parameters
    ----------
    found, true, matched
        Events found, events that were there, and pairs of both.
    observed_s
        Time looked at **[s]**.
    errors_s
        Found minus true onset of each pair **[s]**.
    """

    found: int
    true: int
    matched: int
    observed_s: float
    errors_s: tuple[float, ...] = ()


def score_recording(matches: Matches, observed_s: float) -> RecordingScore:
    """Return the counts of one recording from its matches."""
    return RecordingScore(
        found=matches.found_count,
        true=matches.true_count,
        matched=len(matches),
        observed_s=observed_s,
        errors_s=tuple(matches.error_s.tolist()),
    )


def sensitivity(scores: Sequence[RecordingScore]) -> float:
    """Return the share of true events that were found, over all recordings together; NaN where there was none."""
    return _ratio(sum(score.matched for score in scores), sum(score.true for score in scores))


def precision(scores: Sequence[RecordingScore]) -> float:
    """Return the share of found events that were true, over all recordings together; NaN where none was found."""
    return _ratio(sum(score.matched for score in scores), sum(score.found for score in scores))


def f1(scores: Sequence[RecordingScore]) -> float:
    """Return the harmonic mean of sensitivity and precision; NaN where nothing was there and nothing found.

    Examples
    --------
    >>> f1([RecordingScore(found=4, true=6, matched=3, observed_s=60.0)])
    0.6
    """
    return _ratio(2 * sum(score.matched for score in scores), sum(score.found + score.true for score in scores))


def false_per_min(scores: Sequence[RecordingScore]) -> float:
    """Return found events that were not true per minute observed **[1/min]**."""
    return _ratio(
        sum(score.found - score.matched for score in scores),
        sum(score.observed_s for score in scores) / SECONDS_PER_MINUTE,
    )


def median_onset_error_s(scores: Sequence[RecordingScore]) -> float:
    """Return the median distance of found from true onsets over all pairs **[s]**; NaN where there is none."""
    errors = np.abs(np.array([error for score in scores for error in score.errors_s]))
    return float(np.median(errors)) if errors.size else float("nan")


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A figure with its interval over recordings.

    Parameters
    ----------
    value
        The figure over all recordings.
    low, high
        Ends of the interval.
    """

    value: float
    low: float
    high: float


def bootstrap(
    scores: Sequence[RecordingScore],
    statistic: Callable[[Sequence[RecordingScore]], float],
    generator: np.random.Generator,
    resamples: int = 1000,
    level: float = 0.95,
) -> Estimate:
    """Return a figure with its percentile bootstrap interval, recordings (not events) being drawn again.

    Parameters
    ----------
    scores
        At least one.
    statistic
        One of the functions of this module.
    generator
        Source of chance.
    resamples
        How often recordings are drawn.
    level
        Confidence, between 0 and 1.

    Raises
    ------
    RequestError
        If there is no recording.

    Examples
    --------
    >>> one = RecordingScore(found=9, true=10, matched=9, observed_s=60.0)
    >>> bootstrap([one, one], sensitivity, np.random.default_rng(0))
    Estimate(value=0.9, low=0.9, high=0.9)
    """
    if not scores:
        raise RequestError("No recording was scored; an interval over recordings needs at least one.")
    draws = generator.integers(len(scores), size=(resamples, len(scores)))
    values = np.array([statistic([scores[index] for index in draw]) for draw in draws])
    known = values[np.isfinite(values)]
    tail = (1 - level) / 2
    low, high = np.quantile(known, [tail, 1 - tail]) if known.size else (np.nan, np.nan)
    return Estimate(value=statistic(scores), low=float(low), high=float(high))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
