"""First guesses of shapes: typical potentials for what is near the noise, groups of like potentials for what is not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Background, Floats
from myotwitch.detection.directions import scores_along
from myotwitch.detection.excerpts import Excerpts
from myotwitch.detection.likely_shape import hermite_functions
from myotwitch.detection.matched import matched_filter, output_where
from myotwitch.detection.snippets import earlier_copies, snippets_at
from myotwitch.detection.units import APART_S, centred, has_shape

BANK_WIDTHS_MS = (0.9, 1.6, 2.8)
LEADERS = 16
"""Potentials that are tried as the pattern of a group."""
MOST_FOLLOWERS = 3000
SIZES = (0.6, 1.6)
"""Followers are at least and at most so many times as large as their pattern."""
FEWEST_FOLLOWERS = 3
MOST_SPLITS = 4
SPLIT_FROM = 4.2
"""Distance of the means of two halves, over the spread within, from which they are two kinds; evenly spread: 3.5."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Group:
    """Like potentials: their mean, shape (channels, lags), and the places of those that belong to it."""

    template: Floats
    place: NDArray[np.int64]


@lru_cache(maxsize=8)
def typical_shapes(sampling_rate_hz: float, lags: int) -> Floats:
    """Return single-channel shapes of two to four phases and 3 to 12 ms, shape (shapes, lags), each of unit norm."""
    times = (np.arange(lags) - lags // 2) / sampling_rate_hz * 1e3
    shapes = np.array([row for width in BANK_WIDTHS_MS for row in hermite_functions(times / width)[1:]])
    shapes.setflags(write=False)
    return shapes


def largest_group(excerpts: Excerpts, place: NDArray[np.int64], background: Background, lags: int) -> Group | None:
    """Return the largest group of like potentials among those at `place`; None where no three are alike.

    Method
    ------
    Some of the potentials, from the smallest to the largest, are tried as patterns. A potential follows a pattern if,
    shifted to fit best, it is of similar size and differs by no more than noise and a share of its energy. Potentials
    more alike than noise allows are copies of one stretch and do not count.
    """
    if place.size < FEWEST_FOLLOWERS:
        return None
    if place.size > MOST_FOLLOWERS:
        place = place[np.unique(np.linspace(0, place.size - 1, MOST_FOLLOWERS).astype(int))]
    size = np.abs(excerpts.samples[:, place]).max(axis=0)
    ranks = np.unique(np.linspace(0, place.size - 1, LEADERS).round().astype(int))
    best: NDArray[np.int64] = place[:0]
    for leader in place[np.argsort(size, kind="stable")[ranks]]:
        followers = _followers(excerpts, place, int(leader), background, lags)
        if followers.size > best.size:
            best = followers
    if best.size < FEWEST_FOLLOWERS:
        return None
    best = _larger_half(excerpts.samples, best, lags)
    return Group(template=centred(snippets_at(excerpts.samples, best, lags).mean(axis=0).astype(float)), place=best)


def _larger_half(samples: NDArray[np.float32], place: NDArray[np.int64], lags: int) -> NDArray[np.int64]:
    """Return the larger of two kinds of potentials where there are two; all of them where there is one."""
    for _ in range(MOST_SPLITS):
        around = snippets_at(samples, place, lags).astype(float)
        mean = around.mean(axis=0)
        size = np.einsum("ncl,cl->n", around, mean) / float((mean**2).sum())
        left = (around - size[:, np.newaxis, np.newaxis] * mean).reshape(place.size, -1)
        along = scores_along(left, 1)[:, 0]
        is_upper = _upper_half(along)
        count = int(is_upper.sum())
        if min(count, place.size - count) < FEWEST_FOLLOWERS:
            return place
        apart = abs(along[is_upper].mean() - along[~is_upper].mean())
        within = np.sqrt((along[is_upper].var() + along[~is_upper].var()) / 2)
        if apart < SPLIT_FROM * within:
            return place
        place = place[is_upper] if 2 * count >= place.size else place[~is_upper]
    return place


def _upper_half(values: Floats) -> NDArray[np.bool_]:
    """Return the upper of the two groups into which values fall with the least variance within."""
    ordered = np.sort(values)
    count = np.arange(1, values.size)
    sums = np.cumsum(ordered)
    between = (sums[:-1] / count - (sums[-1] - sums[:-1]) / (values.size - count)) ** 2 * count * (values.size - count)
    return np.asarray(values > ordered[int(np.argmax(between))])


def _followers(
    excerpts: Excerpts, place: NDArray[np.int64], leader: int, background: Background, lags: int
) -> NDArray[np.int64]:
    template = centred(snippets_at(excerpts.samples, np.array([leader]), lags)[0].astype(float))
    energy = (template**2).sum(axis=1)
    template[energy < 2 * lags] = 0.0  # on the other channels the potential is no more than noise
    if not template.any():
        return place[:0]
    chosen = matched_filter(template, background)
    reach = 2 * max(1, round(APART_S * excerpts.sampling_rate_hz))
    around = np.clip(place[:, np.newaxis] + np.arange(-reach, reach + 1), 0, excerpts.samples.shape[1] - 1)
    near = np.zeros(excerpts.samples.shape[1], dtype=np.bool_)
    near[around] = True
    output = output_where(excerpts.samples, chosen, near) / chosen.strength
    best = np.take_along_axis(around, output[around].argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]
    size = output[best].astype(np.float64)
    fits = (size >= SIZES[0]) & (size <= SIZES[1])
    fits[fits] = has_shape(excerpts.samples, best[fits], size[fits], template, noise=1 + size[fits] ** 2)
    followers = np.unique(best[fits])
    return followers[~earlier_copies(excerpts, followers, template)]
