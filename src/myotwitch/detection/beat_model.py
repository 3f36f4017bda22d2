"""The heartbeats of one channel, each fitted by itself, and the level of what is left without them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from myotwitch.detection.beat_shapes import (
    CLIPPED_AT,
    LOOKED_AT,
    MAD_TO_SD,
    Shapes,
    Snippets,
    learn_shapes,
    noise_between,
    snippets_around,
    spread_of,
    typical_beat,
    whitening_of,
)
from myotwitch.detection.between_samples import TAPS, Floats, Samples, peaks_between, read_around
from myotwitch.detection.heart_signs import FEWEST_BEATS

ALIGNED_S = 0.06
"""Around a beat's peak: what beats are aligned by."""
FURTHEST_S = 0.012
ALIGNABLE = 4.0
"""Noise SDs of the mean beat from which it is aligned anew in the pass band."""
VISIBLE = 0.6
"""Noise SDs of the median beat, of which the error is a fifth, from which it is taken to show."""
DISTURBS = 1.0
"""Noise SDs that it must reach somewhere for each beat to be fitted; of smaller ones the mean is taken off."""
SMOOTH_S = 0.004
EDGE_S = 0.006
LOCAL_SAMPLES = 200
"""Of a beat from which the noise around it is taken."""
QUIET_BEAT = 1.7
"""Noise around a beat, over that of the quieter ones, up to which it is learned from."""
HUBER, BISQUARE = 2.0, 6.0
HUBER_ROUNDS, BISQUARE_ROUNDS = 2, 2
TAIL, TAIL_SDS = 0.9, 1.6449
"""The level of what is left is told by its median and by this quantile, whichever says more."""
FEWEST_FOR_TAIL = 20
LEVEL_SMOOTH_S = 0.010
LEAST_RAISED = 1.2
"""Levels less raised are those of chance."""
UNLIKE_SDS, UNLIKE_SHARE = 3.5, 0.4
"""A beat that differs by so many SDs, for so much of the time in which beats are strong, is unlike the learned ones."""
LEAST_STRONG_S = 0.03
"""Beats that are strong for less long are not asked: a twitch beneath them could fill it."""
MEAN_EDGE = 10
"""Part of a beat over which its mean fades in and out."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BeatModel:
    """The beats of one channel.

    Parameters
    ----------
    place
        Peaks **[samples, fractions included]**.
    first
        First sample of the model, counted from the peak.
    beats
        What to subtract at each, shape (beats, length) **[unit of the samples]**.
    level
        SD of the noise and of what is left of beats, over the SD of the noise, shape (length,) **[1]**.
    is_unlike
        Beats that differ from what was learned.
    """

    place: Floats
    first: int
    beats: Samples
    level: Samples
    is_unlike: NDArray[np.bool_]


def refined_places(filtered: Samples, noise: Samples, peaks: Floats, sampling_rate_hz: float) -> Floats:
    """Return the peaks to a fraction of a sample, aligned by the channel in which the mean beat stands out most.

    Method
    ------
    By the largest correlation with the median beat, then by the slope of the median beat in what differs from it, from
    which what is out of the ordinary is clipped.
    """
    aside, reach = (round(time * sampling_rate_hz) for time in (ALIGNED_S, FURTHEST_S))
    place = peaks.copy()
    inside = is_within(place, -aside - reach, aside + reach, filtered.shape[1])
    if np.count_nonzero(inside) < FEWEST_BEATS:
        return place
    around = np.rint(peaks[inside][:LOOKED_AT, np.newaxis]).astype(np.int64) + np.arange(-aside, aside + 1)
    heights = np.array([np.abs(np.median(row[around], axis=0)).max() for row in filtered]) / noise
    channel = int(np.argmax(heights))
    if heights[channel] < ALIGNABLE:
        return place
    row = filtered[channel] / noise[channel]
    mean = np.median(row[around], axis=0)
    for _ in range(2):
        wide = read_around(row, place, -aside - reach, aside + reach + 1)
        windows = np.lib.stride_tricks.sliding_window_view(wide, mean.size, axis=1)
        place += peaks_between(windows @ mean) - reach
        mean = np.median(read_around(row, place[inside], -aside, aside + 1), axis=0)
    slope = np.gradient(mean)
    for _ in range(2):
        snippets = read_around(row, place, -aside, aside + 1)
        left = snippets - np.outer(snippets @ mean / (mean @ mean), mean)
        limit = HUBER * np.maximum(1.0, spread_of(left[inside]))
        place -= np.clip(np.clip(left, -limit, limit) @ slope / (slope @ slope), -1.0, 1.0)
    return place


def learn_beats(row: Samples, place: Floats, first: int, stop: int, sampling_rate_hz: float) -> BeatModel | None:
    """Return the beats of a channel between `first` and `stop` samples from their peaks; None where none shows.

    Parameters
    ----------
    row
        Filtered samples of the channel.
    place
        Peaks **[samples, fractions included]**.
    sampling_rate_hz
        **[Hz]**

    Method
    ------
    A beat is its mean, that mean's slope (what alignment left) and a few further shapes: principal components of what
    beats differ by, as many as stand over those of the noise between beats (`beat_shapes`). What lies far out of the
    ordinary is clipped before anything is learned. To each beat they are fitted with weights that fall with the
    residual (Huber's, then Tukey's), and drawn to what is usual, so that a twitch beneath it stays in what is left.

    Sources
    -------
    Huber PJ (1964) Ann Math Statist 35:73-101; Beaton AE, Tukey JW (1974) Technometrics 16:147-185.
    """
    inside = is_within(place, first, stop, row.size)
    if np.count_nonzero(inside) < FEWEST_BEATS:
        return None
    whitening = whitening_of(row, place[inside])
    typical = typical_beat(row, place[inside], first, stop, whitening)
    span = _visible(typical, first, sampling_rate_hz)
    if span is None:
        return None
    typical = typical.part(span[0] - first, span[1] - first)
    snippets = snippets_around(row, place, *span, whitening)
    local = _local_noise(snippets, typical)
    is_quiet = inside & (local <= QUIET_BEAT * np.quantile(local, 0.25))
    if np.count_nonzero(is_quiet) < FEWEST_BEATS:
        return None
    shapes = learn_shapes(
        snippets.of(is_quiet), typical, noise_between(row, place[inside], span[1] - span[0], whitening)
    )
    index = np.floor(place).astype(np.int64)[:, np.newaxis] + np.arange(*span)
    amount = _amounts(snippets.white, shapes, local, (index >= TAPS) & (index < row.size - TAPS))
    fit, left = amount @ shapes.rows.plain, snippets.white - amount @ shapes.rows.white
    level = np.maximum(*(_level(rows[is_quiet], sampling_rate_hz) for rows in (snippets.plain - fit, left)))
    return BeatModel(
        place=place,
        first=span[0],
        beats=fit * _taper(fit.shape[1], round(EDGE_S * sampling_rate_hz)) * np.float32(whitening.noise),
        level=level,
        is_unlike=_is_unlike(
            np.asarray(left / (level * local[:, np.newaxis])), fit, round(LEAST_STRONG_S * sampling_rate_hz)
        ),
    )


def subtract_mean(row: Samples, noise: float, place: Floats, first: int, stop: int) -> None:
    """Subtract from the row, which is changed, what is common to all beats between `first` and `stop`.

    That is the waves before and after them, and all of beats too small to disturb: far below the noise, but always the
    same, which a search for recurring shapes would find.
    """
    whole = np.rint(place).astype(np.int64)
    inside = whole[is_within(place, first, stop, row.size)]
    if inside.size < FEWEST_BEATS:
        return
    around = row[inside[:, np.newaxis] + np.arange(first, stop)]
    mean = np.clip(around, -CLIPPED_AT * noise, CLIPPED_AT * noise).mean(axis=0)
    mean = mean * _taper(mean.size, mean.size // MEAN_EDGE)
    for start in (whole + first).tolist():
        low, high = max(0, start), min(row.size, start + mean.size)
        if low < high:
            row[low:high] -= mean[low - start : high - start]


def is_within(place: Floats, first: int, stop: int, length: int) -> NDArray[np.bool_]:
    """Return around which places a row of `length` samples holds all from `first` to `stop`, and some more."""
    return np.asarray((place + first >= TAPS) & (place + stop < length - TAPS))


def _visible(typical: Snippets, first: int, sampling_rate_hz: float) -> tuple[int, int] | None:
    """Return from where to where the typical beat shows, None where it does not or too little to disturb."""
    width = max(1, round(SMOOTH_S * sampling_rate_hz))
    smooth = np.maximum(*(np.abs(uniform_filter1d(rows[0], width)) for rows in (typical.plain, typical.white)))
    shows = np.flatnonzero(smooth >= VISIBLE)
    if not shows.size or smooth.max() < DISTURBS:
        return None
    edge = round(EDGE_S * sampling_rate_hz)
    return first + max(0, int(shows[0]) - edge), first + min(smooth.size, int(shows[-1]) + 1 + edge)


def _local_noise(snippets: Snippets, typical: Snippets) -> Samples:
    """Return the SD of the noise around each beat, at least 1."""
    step = max(1, typical.white.shape[1] // LOCAL_SAMPLES)
    noise = MAD_TO_SD * np.median(np.abs(snippets.white - typical.white)[:, ::step], axis=1)
    return np.asarray(np.maximum(noise / max(1.0, float(np.quantile(noise, 0.25))), 1.0), dtype=np.float32)


def _amounts(snippets: Samples, shapes: Shapes, local: Samples, is_read: NDArray[np.bool_]) -> Samples:
    """Return how much of each shape is in each beat."""
    rows = shapes.rows.white
    pairs = (rows[:, np.newaxis] * rows).reshape(-1, rows.shape[1])
    scale = shapes.spread * local[:, np.newaxis]
    plain = is_read / scale**2
    weight, amount = plain, np.zeros((len(snippets), len(rows)), dtype=np.float32)
    for number in range(HUBER_ROUNDS + BISQUARE_ROUNDS + 1):
        if number:
            size = np.abs(snippets - amount @ rows) / scale
            is_last = number > HUBER_ROUNDS
            weight = plain * (
                np.maximum(0.0, 1 - (size / BISQUARE) ** 2) ** 2 if is_last else HUBER / np.maximum(size, HUBER)
            )
        normal = (weight @ pairs.T).reshape(-1, len(rows), len(rows)) + np.diag(1 / shapes.variance)
        right = (weight * snippets) @ rows.T + shapes.mean / shapes.variance
        amount = np.linalg.solve(normal, right[..., np.newaxis])[..., 0].astype(np.float32)
    return amount


def _level(left: Samples, sampling_rate_hz: float) -> Samples:
    size = np.abs(left)
    middle, tail = len(size) // 2, int(TAIL * (len(size) - 1))
    ordered = np.partition(size, (middle, tail), axis=0)
    level = MAD_TO_SD * ordered[middle]
    if len(size) >= FEWEST_FOR_TAIL:
        level = np.maximum(level, ordered[tail] / TAIL_SDS)
    level = np.sqrt(uniform_filter1d(level**2, max(1, round(LEVEL_SMOOTH_S * sampling_rate_hz))))
    return np.where(level < LEAST_RAISED, 1.0, level).astype(np.float32)


def _is_unlike(left_sds: Samples, fit: Samples, least: int) -> NDArray[np.bool_]:
    is_strong = np.abs(fit).mean(axis=0) > UNLIKE_SDS
    if np.count_nonzero(is_strong) < least:
        return np.zeros(len(fit), dtype=np.bool_)
    return np.asarray((np.abs(left_sds[:, is_strong]) > UNLIKE_SDS).mean(axis=1) > UNLIKE_SHARE)


def _taper(length: int, edge: int) -> Samples:
    taper = np.ones(length, dtype=np.float32)
    rise = np.sin(np.linspace(0, np.pi / 2, edge)) ** 2
    taper[:edge] = rise
    taper[length - edge :] = rise[::-1]
    return taper
