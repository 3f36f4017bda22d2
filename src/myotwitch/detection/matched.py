"""Matched filters: how strongly a known shape stands in the signal at every sample, in units of the noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.detection.background import Background, Floats
from myotwitch.detection.excerpts import Samples

REACH = 3
"""Samples around the gate's own at which the output is needed to see a peak."""
AT_ONCE = 1024
"""Places at which the output is computed together."""
RANK = 3
"""Products of a pattern over channels and a course over time that make up a filter of many channels."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MatchedFilter:
    """A filter whose output has unit variance in noise, and `strength` where its shape stands.

    Parameters
    ----------
    patterns, courses
        Shapes (rank, channels) and (rank, lags); their products add up to the filter.
    strength
        Root of the shape's energy over the noise: the signal-to-noise ratio that the best detector has.
    """

    patterns: Samples
    courses: Samples
    strength: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """Where a shape can stand at all: where its largest deflection, `offset` samples off, reaches `level`."""

    channel: int
    level: float
    offset: int


def matched_filter(template: Floats, background: Background) -> MatchedFilter:
    """Return the filter for a template of shape (channels, lags) **[noise SDs]**, an odd number of lags."""
    whitened = background.divide(template)
    strength = float(np.sqrt(max(float(np.sum(whitened * template)), 1e-12)))
    channels = np.flatnonzero(np.abs(whitened).max(axis=1) > 0)
    if channels.size <= RANK:
        patterns = np.zeros((channels.size, template.shape[0]))
        patterns[np.arange(channels.size), channels] = 1.0
        courses = whitened[channels]
    else:
        left, values, right = np.linalg.svd(whitened, full_matrices=False)
        patterns, courses = left[:, :RANK].T, values[:RANK, np.newaxis] * right[:RANK]
        # What the low rank leaves out must not change the scale of the output.
        kept = float(np.sum((patterns.T @ courses) * template))
        courses = courses * (strength**2 / kept)
    return MatchedFilter(
        patterns=np.ascontiguousarray(patterns, dtype=np.float32),
        courses=np.ascontiguousarray(courses / strength, dtype=np.float32),
        strength=strength,
    )


def output_of(samples: Samples, chosen: MatchedFilter) -> NDArray[np.float32]:
    """Return the filter's output at every sample, shape (samples,); zero nearer to an end than half its length."""
    return _correlated(*_rows(samples, chosen.patterns), chosen.courses)


def output_where(samples: Samples, chosen: MatchedFilter, where: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the filter's output where it is asked for, and zero elsewhere."""
    return _correlated_where(*_rows(samples, chosen.patterns), chosen.courses, where)


def gated_output_of(samples: Samples, chosen: MatchedFilter, gate: Gate) -> NDArray[np.float32]:
    """Return the filter's output where the signal is high enough for its shape to stand there, and zero elsewhere."""
    return output_where(samples, chosen, _widened(samples[gate.channel], np.float32(gate.level), gate.offset))


def _rows(samples: Samples, patterns: Samples) -> tuple[Samples, NDArray[np.int64]]:
    """Return the samples seen through the patterns, and which rows of them are meant.

    Patterns of one channel each take it as it is.
    """
    largest = patterns.argmax(axis=1)
    if np.count_nonzero(patterns) == len(patterns) and np.all(patterns[np.arange(len(patterns)), largest] == 1.0):
        return samples, largest
    return patterns @ samples, np.arange(len(patterns))


def plain_output_of(samples: Samples, chosen: MatchedFilter) -> NDArray[np.float64]:
    """Return the same by NumPy alone: the slow twin of `output_of`."""
    lags = chosen.courses.shape[1]
    half = lags // 2
    result = np.zeros(samples.shape[1])
    for pattern, course in zip(chosen.patterns.astype(float), chosen.courses.astype(float), strict=True):
        row = pattern @ samples.astype(float)
        result[half : row.size - half] += np.correlate(row, course, mode="valid")[: row.size - 2 * half]
    return result


def peaks_of(output: NDArray[np.float32], least: float, apart: int) -> NDArray[np.int64]:
    """Return where the output is above `least` and not below anything within `apart` samples."""
    return _peaks(output, np.float32(least), apart)


def response_of(template: Floats, chosen: MatchedFilter) -> Floats:
    """Return the filter's output around a template, shape (2 lags - 1,); the template stands at the middle."""
    lags = template.shape[1]
    padded = np.zeros((template.shape[0], 3 * lags - 2), dtype=np.float32)
    padded[:, lags - 1 : 2 * lags - 1] = template
    half = lags // 2
    return output_of(padded, chosen)[half : half + 2 * lags - 1].astype(np.float64)


def net_heights(output: NDArray[np.float32], place: NDArray[np.int64], response: Floats) -> Floats:
    """Return the heights of peaks without what larger peaks beside them add.

    Parameters
    ----------
    place
        Peaks, ascending.
    response
        Output around the filter's own shape, shape (2 lags - 1,), 1 in the middle.
    """
    heights = output[place].astype(np.float64)
    _without_neighbours(heights, place, np.argsort(-heights, kind="stable"), response)
    return heights


@njit(cache=True, nogil=True)
def _without_neighbours(
    heights: Floats, place: NDArray[np.int64], order: NDArray[np.int64], response: Floats
) -> None:  # pragma: no cover
    reach = response.size // 2
    for row in order:
        height = heights[row]
        for step in (-1, 1):
            other = row + step
            while 0 <= other < place.size and abs(place[other] - place[row]) <= reach:
                if heights[other] < height:
                    heights[other] -= height * response[reach + place[other] - place[row]]
                other += step


@njit(cache=True, nogil=True, fastmath=True)
def _correlated(
    rows: Samples, chosen: NDArray[np.int64], courses: Samples
) -> NDArray[np.float32]:  # pragma: no cover  (compiled)
    length, lags = rows.shape[1], courses.shape[1]
    result = np.zeros(length, dtype=np.float32)
    # Many places at a time and four lags at once: what is added up then stays in the processor.
    for first in range(0, length - 2 * (lags // 2), AT_ONCE):
        count = min(AT_ONCE, length - 2 * (lags // 2) - first)
        part = result[first + lags // 2 : first + lags // 2 + count]
        for number in range(chosen.size):
            row, course = rows[chosen[number], first : first + count + lags - 1], courses[number]
            for lag in range(0, lags - 3, 4):
                one, two, three, four = row[lag:], row[lag + 1 :], row[lag + 2 :], row[lag + 3 :]
                a, b, c, d = course[lag], course[lag + 1], course[lag + 2], course[lag + 3]
                for place in range(count):
                    part[place] += a * one[place] + b * two[place] + c * three[place] + d * four[place]
            for lag in range(lags - lags % 4, lags):
                one, a = row[lag:], course[lag]
                for place in range(count):
                    part[place] += a * one[place]
    return result


@njit(cache=True, nogil=True, fastmath=True)
def _correlated_where(
    rows: Samples, chosen: NDArray[np.int64], courses: Samples, where: NDArray[np.bool_]
) -> NDArray[np.float32]:  # pragma: no cover
    length, lags = rows.shape[1], courses.shape[1]
    half = lags // 2
    result = np.zeros(length, dtype=np.float32)
    for start in range(half, length - half):
        if where[start]:
            total = np.float32(0.0)
            for number in range(chosen.size):
                piece, course = rows[chosen[number], start - half : start + half + 1], courses[number]
                for lag in range(lags):
                    total += course[lag] * piece[lag]
            result[start] = total
    return result


@njit(cache=True, nogil=True)
def _widened(row: Samples, level: np.float32, offset: int) -> NDArray[np.bool_]:  # pragma: no cover
    wide = np.zeros(row.size, dtype=np.bool_)
    for index in range(row.size):
        if abs(row[index]) >= level:
            for other in range(max(0, index - offset - REACH), min(row.size, index - offset + REACH + 1)):
                wide[other] = True
    return wide


@njit(cache=True, nogil=True)
def _peaks(output: NDArray[np.float32], least: np.float32, apart: int) -> NDArray[np.int64]:  # pragma: no cover
    found = np.empty(output.size // 2 + 1, dtype=np.int64)
    count = 0
    for index in range(1, output.size - 1):
        value = output[index]
        if value <= least or value < output[index - 1] or value <= output[index + 1]:
            continue
        is_peak = True
        for other in range(max(0, index - apart), min(output.size, index + apart + 1)):
            if output[other] > value:
                is_peak = False
                break
        if is_peak:
            found[count] = index
            count += 1
    return found[:count].copy()
