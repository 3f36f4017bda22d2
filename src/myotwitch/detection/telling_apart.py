"""Telling apart: two motor units of like shape and unlike size are one unit to a matched filter, but two sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Floats
from myotwitch.detection.directions import scores_along
from myotwitch.detection.excerpts import Excerpts
from myotwitch.detection.peeling import Discharges
from myotwitch.detection.units import Unit

FEWEST = 4
"""Discharges that a source must have to be told from another."""
FEWEST_IN_UNIT = 10
MOST_LOOKED_AT = 2000
MOST_CHANNELS = 6
CHANNEL_SHARE = 0.3
COMPONENTS = 3
APART_SDS = 4.0
"""Distance of two groups over their spread along the line between them: halves of one even spread lie 3.5 apart."""
MORE_FOR_FEW = 3.0
"""Of few discharges some always lie apart by chance: so many over their number is added, as a share."""
LEAST_DIFFERENCE = 0.2
"""Distance of two sources over the larger one: a unit's own potential varies less."""
DOUBLET_S = 0.030
MOST_SECONDS = 0.5
"""Share of a group that may follow the other so closely: the second of two discharges is often smaller."""
SAME_SOURCE = 0.25
ROUNDS = 20


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Source:
    """A generator of like potentials: its unit, and its mean potential, shape (channels, lags) **[noise SDs]**."""

    unit: int
    shape: Floats


def told_apart(
    excerpts: Excerpts, discharges: Discharges, units: Sequence[Unit], known: Sequence[Source]
) -> tuple[NDArray[np.int64], tuple[Source, ...]]:
    """Return the source of each discharge, and all sources: those known before keep their numbers.

    Method
    ------
    The discharges of a unit that stand alone are compared over its shape, in the three directions in which they differ
    most. Where two groups lie far apart for their spread, differ by at least a fifth, and are not the first and second
    discharges of doublets, they are two sources, each of which is looked at in the same way. Slow change of shape
    spreads evenly and is not split.
    """
    sources = list(known)
    number = np.full(discharges.place.size, -1, dtype=np.int64)
    for row, unit in enumerate(units):
        own = np.flatnonzero(discharges.unit == row)
        if not own.size:
            continue
        potentials = _potentials(excerpts, discharges.place[own], unit.template)
        group = _groups(potentials, discharges.place[own], _is_alone(discharges, own, unit), excerpts.sampling_rate_hz)
        for member in np.unique(group):
            rows = own[group == member]
            shape = potentials[group == member].mean(axis=0) if group.max() else unit.template
            number[rows] = _numbered(sources, row, shape)
    return number, tuple(sources)


def _numbered(sources: list[Source], unit: int, shape: Floats) -> int:
    """Return the number of the source of a unit that has this shape; a new one is added."""
    size = float(np.linalg.norm(shape))
    distance = {
        number: float(np.linalg.norm(source.shape - shape)) / size
        for number, source in enumerate(sources)
        if source.unit == unit
    }
    nearest = min(distance, key=lambda number: distance[number], default=-1)
    if nearest >= 0 and (distance[nearest] <= SAME_SOURCE):
        sources[nearest] = Source(unit=unit, shape=shape)
        return nearest
    sources.append(Source(unit=unit, shape=shape))
    return len(sources) - 1


def _is_alone(discharges: Discharges, own: NDArray[np.int64], unit: Unit) -> NDArray[np.bool_]:
    reach = unit.template.shape[1] // 2
    before = np.diff(discharges.place, prepend=-np.inf)
    after = np.diff(discharges.place, append=np.inf)
    return np.asarray((np.minimum(before, after) > reach)[own])


def _potentials(excerpts: Excerpts, place: Floats, template: Floats) -> Floats:
    """Return the signal around each place, shape (discharges, channels, lags), between samples by a cubic curve."""
    lags = template.shape[1]
    whole = np.floor(place).astype(np.int64)
    part = (place - whole)[:, np.newaxis]
    weights = (
        -0.5 * part + part**2 - 0.5 * part**3,
        1 - 2.5 * part**2 + 1.5 * part**3,
        0.5 * part + 2 * part**2 - 1.5 * part**3,
        -0.5 * part**2 + 0.5 * part**3,
    )
    index = whole[:, np.newaxis] + np.arange(lags) - lags // 2
    last = excerpts.samples.shape[1] - 1
    taken = np.zeros((excerpts.samples.shape[0], place.size, lags))
    for step, weight in zip((-1, 0, 1, 2), weights, strict=True):
        taken += weight * excerpts.samples[:, np.clip(index + step, 0, last)]
    return np.moveaxis(taken, 0, 1)


def _groups(potentials: Floats, place: Floats, is_alone: NDArray[np.bool_], rate_hz: float) -> NDArray[np.int64]:
    """Return the group of each potential, from 0 on."""
    group = np.zeros(len(potentials), dtype=np.int64)
    clean = np.flatnonzero(is_alone)[:MOST_LOOKED_AT]
    if clean.size < FEWEST_IN_UNIT:
        return group
    energy = np.square(potentials[clean].mean(axis=0)).sum(axis=1)
    channels = np.argsort(-energy)[:MOST_CHANNELS]
    channels = channels[energy[channels] >= CHANNEL_SHARE**2 * energy.max()]
    flat = potentials[:, channels].reshape(len(potentials), -1)
    parts = _split(flat[clean], place[clean], rate_hz)
    if len(parts) > 1:
        means = np.stack([flat[clean][part].mean(axis=0) for part in parts])
        group = np.square(flat[:, np.newaxis] - means[np.newaxis]).sum(axis=2).argmin(axis=1)
    return np.asarray(group, dtype=np.int64)


def _split(flat: Floats, place: Floats, rate_hz: float) -> list[NDArray[np.int64]]:
    """Return the rows of each group that can be told from the others."""
    waiting, kept = [np.arange(len(flat))], []
    while waiting:
        rows = waiting.pop()
        halves = _halves(flat[rows], place[rows], rate_hz) if rows.size >= FEWEST_IN_UNIT else None
        if halves is None:
            kept.append(rows)
        else:
            waiting += [rows[~halves], rows[halves]]
    return kept


def _halves(flat: Floats, place: Floats, rate_hz: float) -> NDArray[np.bool_] | None:
    """Return which rows are the second of two groups, or None where there is one."""
    scores = scores_along(flat - flat.mean(axis=0), COMPONENTS)
    second = scores[:, 0] > 0
    for _ in range(ROUNDS):
        if not FEWEST <= second.sum() <= second.size - FEWEST:
            return None
        means = np.stack([scores[~second].mean(axis=0), scores[second].mean(axis=0)])
        nearer = np.square(scores[:, np.newaxis] - means[np.newaxis]).sum(axis=2).argmin(axis=1).astype(np.bool_)
        if np.array_equal(nearer, second):
            break
        second = nearer
    if not FEWEST <= second.sum() <= second.size - FEWEST:
        return None
    between = scores[second].mean(axis=0) - scores[~second].mean(axis=0)
    line = scores @ (between / max(float(np.linalg.norm(between)), 1e-12))
    spread = np.sqrt((line[second].var() + line[~second].var()) / 2)
    sizes = [float(np.linalg.norm(flat[rows].mean(axis=0))) for rows in (second, ~second)]
    difference = float(np.linalg.norm(flat[second].mean(axis=0) - flat[~second].mean(axis=0)))
    few = min(int(second.sum()), int((~second).sum()))
    apart = APART_SDS * (1 + MORE_FOR_FEW / few)
    if np.linalg.norm(between) < apart * spread or difference < LEAST_DIFFERENCE * max(sizes):
        return None
    small = second if sizes[0] < sizes[1] else ~second
    return None if _are_seconds(place, small, rate_hz) else second


def _are_seconds(place: Floats, small: NDArray[np.bool_], rate_hz: float) -> bool:
    """Tell whether most of the smaller group follow one of the other closely: second discharges of doublets."""
    large = place[~small]
    before = np.searchsorted(large, place[small]) - 1
    gap = np.where(before >= 0, place[small] - large[np.maximum(before, 0)], np.inf)
    return bool((gap <= DOUBLET_S * rate_hz).mean() > MOST_SECONDS)
