"""Figures of a detector: what it found, sorted and named in each recording, and what it is over many of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.answer import Answer
from benchmarks.detection.scene import Scene
from myotwitch.scoring import (
    RecordingScore,
    adjusted_mutual_information,
    f1,
    false_per_min,
    match_events,
    precision,
    sensitivity,
)
from myotwitch.twitches import Kind

TOLERANCE_S = 0.010
RELIABILITY_BINS = 10
NAMED = ("right", "unknown", "wrong", "missed")
"""What can become of the kind of a true discharge."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RecordingResult:
    """What one detector did in one recording.

    Parameters
    ----------
    score
        Its counts.
    error_s
        Distance of found from true onsets **[s]**, one a pair.
    agreement
        Sources against true units by adjusted mutual information, over pairs; NaN where discharges of fewer than two
        units were found. What a detector does not sort is one source.
    named
        How many true discharges were named in each of the ways of `NAMED`.
    said
        For each kind, as which the true discharges were named; empty from a detector that does not name.
    confidence, is_true
        Of each found event that gives a confidence: that, and whether it was one; a voluntary discharge is none.
    analysed_share
        Share of the recording that was searched.
    """

    score: RecordingScore
    error_s: NDArray[np.float64]
    agreement: float
    named: Mapping[str, int]
    said: Mapping[tuple[str, str], int]
    confidence: NDArray[np.float64]
    is_true: NDArray[np.bool_]
    analysed_share: float


def result_of(answer: Answer, scene: Scene) -> RecordingResult:
    """Return what an answer is worth; events at uncounted onsets are neither right nor wrong."""
    count = scene.onset_s.size
    matches = match_events(answer.onset_s, np.concatenate((scene.onset_s, scene.uncounted_s)), TOLERANCE_S)
    counts = matches.true_index < count
    found_index, true_index = matches.found_index[counts], matches.true_index[counts]
    error_s = np.abs(matches.error_s[counts])
    is_counted = np.ones(answer.onset_s.size, dtype=bool)
    is_counted[matches.found_index[~counts]] = False
    is_true = np.zeros(answer.onset_s.size, dtype=bool)
    is_true[found_index] = [scene.kinds[index] is not Kind.VOLUNTARY for index in true_index]
    said = _said(answer, scene, found_index, true_index)
    confidence = np.full(is_true.size, np.nan) if answer.confidence is None else answer.confidence
    is_known = is_counted & np.isfinite(confidence)
    return RecordingResult(
        score=RecordingScore(
            found=int(is_counted.sum()), true=count, matched=int(found_index.size), observed_s=scene.duration_s
        ),
        error_s=error_s,
        agreement=_agreement(answer, scene, found_index, true_index),
        named=_named(said),
        said=said,
        confidence=confidence[is_known],
        is_true=is_true[is_known],
        analysed_share=answer.analysed_share,
    )


def _agreement(answer: Answer, scene: Scene, found: NDArray[np.int64], true: NDArray[np.int64]) -> float:
    if len(scene.shapes) < 2 or np.unique(scene.unit[true]).size < 2:
        return float("nan")
    return 0.0 if answer.source is None else adjusted_mutual_information(scene.unit[true], answer.source[found])


def _said(
    answer: Answer, scene: Scene, found: NDArray[np.int64], true: NDArray[np.int64]
) -> dict[tuple[str, str], int]:
    """How often each true kind was named as what; a discharge in a stretch refused as voluntary was named so."""
    if answer.kinds is None:
        return {}
    told = ["missed"] * scene.onset_s.size
    for index, onset_s in enumerate(scene.onset_s):
        if any(start_s <= onset_s <= stop_s for start_s, stop_s in answer.voluntary_s):
            told[index] = Kind.VOLUNTARY.value
    for found_index, true_index in zip(found, true, strict=True):
        told[true_index] = answer.kinds[found_index].value
    counts: dict[tuple[str, str], int] = {}
    for kind, name in zip(scene.kinds, told, strict=True):
        counts[kind.value, name] = counts.get((kind.value, name), 0) + 1
    return counts


def _named(said: Mapping[tuple[str, str], int]) -> dict[str, int]:
    counts = dict.fromkeys(NAMED, 0)
    for (kind, name), number in said.items():
        way = "right" if name == kind else name if name in NAMED else "wrong"
        counts[way] += number
    return counts


def _scores(statistic: Callable[[Sequence[RecordingScore]], float]) -> Statistic:
    return lambda results: statistic([result.score for result in results])


def _median_error(results: Sequence[RecordingResult]) -> float:
    errors = np.concatenate([result.error_s for result in results])
    return float(np.median(errors)) if errors.size else float("nan")


def _mean_agreement(results: Sequence[RecordingResult]) -> float:
    known = [result.agreement for result in results if np.isfinite(result.agreement)]
    return float(np.mean(known)) if known else float("nan")


def _share_named(way: str) -> Statistic:
    def share(results: Sequence[RecordingResult]) -> float:
        total = sum(sum(result.named.values()) for result in results)
        return sum(result.named[way] for result in results) / total if total else float("nan")

    return share


def calibration_error(results: Sequence[RecordingResult]) -> float:
    """Return the mean distance of confidence from the share of true events, over bins weighted by their events."""
    bins = reliability(results)
    total = sum(row["events"] for row in bins)
    return sum(row["events"] * abs(row["confidence"] - row["true"]) for row in bins) / total if total else float("nan")


def reliability(results: Sequence[RecordingResult]) -> list[dict[str, float]]:
    """Return for each bin of confidence that is not empty: events, mean confidence, share true."""
    confidence = np.concatenate([np.zeros(0), *(result.confidence for result in results)])
    is_true = np.concatenate([np.zeros(0, dtype=bool), *(result.is_true for result in results)])
    place = np.minimum((confidence * RELIABILITY_BINS).astype(np.int64), RELIABILITY_BINS - 1)
    rows = []
    for number in np.unique(place):
        here = place == number
        rows.append(
            {
                "from": number / RELIABILITY_BINS,
                "events": int(here.sum()),
                "confidence": float(confidence[here].mean()),
                "true": float(is_true[here].mean()),
            }
        )
    return rows


def _analysed(results: Sequence[RecordingResult]) -> float:
    return float(np.mean([result.analysed_share for result in results]))


Statistic = Callable[[Sequence[RecordingResult]], float]
FIGURES: Mapping[str, Statistic] = MappingProxyType(
    {
        "f1": _scores(f1),
        "sensitivity": _scores(sensitivity),
        "precision": _scores(precision),
        "false_per_min": _scores(false_per_min),
        "onset_error_s": _median_error,
        "agreement": _mean_agreement,
        **{f"named_{way}": _share_named(way) for way in NAMED},
        "calibration_error": calibration_error,
        "analysed_share": _analysed,
    }
)
"""Every figure by its name in the document."""


def estimated(results: Sequence[RecordingResult], statistic: Statistic, resamples: int) -> list[float | None]:
    """Return a figure and its 95 % percentile bootstrap interval, recordings being drawn again; None where unknown."""
    value = statistic(results)
    if not np.isfinite(value):
        return [None, None, None]
    chance = np.random.default_rng(0)
    draws = chance.integers(len(results), size=(resamples, len(results)))
    values = np.array([statistic([results[index] for index in draw]) for draw in draws])
    known = values[np.isfinite(values)]
    low, high = np.quantile(known, [0.025, 0.975]) if known.size else (np.nan, np.nan)
    return [round(float(number), 5) if np.isfinite(number) else None for number in (value, low, high)]
