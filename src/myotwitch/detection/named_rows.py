"""Named trains as rows of the search: what they take out of it, and what they put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from myotwitch.detection.background import Floats
from myotwitch.detection.crossings import FIRST_TRAIN, Candidates, joined_candidates
from myotwitch.detection.excerpts import Excerpts, Samples
from myotwitch.detection.firing import LOCKED_SHARE, is_locked, nearest_lag
from myotwitch.detection.named_train import FIBRE_KINDS, NamedTrain
from myotwitch.detection.search import GroupFindings
from myotwitch.detection.second_pass import usual_noise
from myotwitch.detection.stretches import NONE, Stretches, merged, overlaps, total_s

ASIDE_S = 0.003
FAR_LARGER = 3.0
SHADOW_S = 0.060
SHADOW_WITHIN_S = 0.004
SKIRT_OF = 6.0
"""A skirt is so much smaller than its potential; how much, see `skirts`."""
BY_CHANCE = 0.001
FEWEST_SHADOWS = 5
MOSTLY = 0.5
LEAST_LEFT_S = 0.75
"""What is left of a contraction beside a named train is that train's own margin if it is no longer."""


def left_of_contraction(stretches: Stretches, trains: Sequence[NamedTrain]) -> Stretches:
    """Return the stretches of contraction without those that are named activity, or with what stands beside it."""
    if not trains or not len(stretches):
        return stretches
    own = merged(np.concatenate([train.stretches for train in trains]))
    parts: list[tuple[float, float]] = []
    for start, stop in stretches:
        inside = np.clip(own[(own[:, 0] < stop) & (own[:, 1] > start)], start, stop)
        if not len(inside):
            parts.append((start, stop))
        elif total_s(inside) < MOSTLY * (stop - start):
            edges = [start, *inside.ravel(), stop]
            parts += [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > LEAST_LEFT_S]
    return np.array(parts) if parts else NONE


def discharges_of(trains: Sequence[NamedTrain]) -> Stretches:
    """Return the time that the trains take **[s]**: of single fibres their discharges, of others all of it."""
    spans = [
        np.column_stack((train.peak_s + train.start_s - ASIDE_S, train.peak_s + train.end_s + ASIDE_S))
        if train.naming.kind in FIBRE_KINDS
        else train.stretches + np.array([-ASIDE_S, ASIDE_S])
        for train in trains
    ]
    return merged(np.clip(np.concatenate(spans), 0.0, None)) if spans else NONE


def without_named(findings: GroupFindings, trains: Sequence[NamedTrain]) -> GroupFindings:
    """Return the findings without the candidates that are discharges of named trains."""
    if not trains:
        return findings
    candidates = findings.candidates
    is_named = overlaps(discharges_of(trains), candidates.onset_s, candidates.stop_s)
    return replace(findings, candidates=candidates.where(~is_named))


def without_shadows(candidates: Candidates, trains: Sequence[NamedTrain]) -> Candidates:
    """Return the candidates without units that are skirts and parts of far larger potentials.

    Such a unit fires with a larger source, always as long before or after; or it is tiny, and nearly always found
    beside discharges so much larger, before some and after others, as chance would not have it.
    """
    sizes = candidates.deflection.max(axis=1, initial=0.0)
    others = [(float(np.abs(train.potential).max()), train.peak_s + train.onset_s) for train in trains]
    known = {source: candidates.source == source for source in np.unique(candidates.source) if source >= 0}
    onsets = np.concatenate([candidates.onset_s, *(onset_s for _, onset_s in others)])
    heights = np.concatenate([sizes, *(np.full(onset_s.size, size) for size, onset_s in others)])
    others += [(float(np.median(sizes[own])), candidates.onset_s[own]) for own in known.values()]
    kept = np.ones(len(candidates), dtype=np.bool_)
    for own in known.values():
        size, onset_s = float(np.median(sizes[own])), candidates.onset_s[own]
        is_part = onset_s.size >= FEWEST_SHADOWS and any(
            other_s.size and other >= FAR_LARGER * size and is_locked(onset_s, other_s, SHADOW_S, SHADOW_WITHIN_S)
            for other, other_s in others
        )
        if is_part or _is_beside(onset_s, np.sort(onsets[heights >= SKIRT_OF * size])):
            kept &= ~own
    return candidates.where(kept)


def _is_beside(onset_s: Floats, large_s: Floats) -> bool:
    """Tell whether discharges nearly all lie beside larger ones, more of them than chance would have there."""
    if not large_s.size:
        return False
    is_near = np.abs(nearest_lag(onset_s, large_s)) < SHADOW_S
    first, last = min(onset_s[0], large_s[0]), max(onset_s[-1], large_s[-1])
    beside = merged(np.clip(np.column_stack((large_s - SHADOW_S, large_s + SHADOW_S)), first, last))
    share = min(1.0, total_s(beside) / max(last - first, 1e-9))
    return bool(is_near.mean() >= LOCKED_SHARE and bdtrc(is_near.sum() - 1, is_near.size, share) < BY_CHANCE)


def with_trains(candidates: Candidates, trains: Sequence[NamedTrain], findings: GroupFindings) -> Candidates:
    """Return the candidates and the discharges of the trains, in order of their onset."""
    if not trains:
        return candidates
    parts = [candidates, *(_rows(train, number, findings) for number, train in enumerate(trains))]
    together = joined_candidates(parts, findings.noise.shape[0])
    return together.where(np.argsort(together.onset_s, kind="stable"))


def potentials_of(trains: Sequence[NamedTrain], findings: GroupFindings) -> tuple[Samples, ...]:
    """Return the mean potential of each train, shape (channels, samples) **[unit of the samples]**."""
    channels = findings.noise.shape[0]
    noise = usual_noise(findings)
    shapes = []
    for train in trains:
        shape = np.zeros((channels, train.potential.size), dtype=np.float32)
        shape[train.channel] = noise[train.channel] * train.potential
        shapes.append(shape)
    return tuple(shapes)


def _rows(train: NamedTrain, number: int, findings: GroupFindings) -> Candidates:
    count, channels = train.peak_s.size, findings.noise.shape[0]
    rate_hz = findings.plan.grid.sampling_rate_hz
    index = np.round(train.peak_s * rate_hz).astype(np.int64)
    before, after = (max(1, round(abs(seconds) * rate_hz)) for seconds in (train.onset_s, train.end_s))
    around = _around(findings, index, before, after)
    window = np.minimum(index // findings.plan.grid.window_length, findings.noise.shape[1] - 1)
    noise = np.nan_to_num(findings.noise[:, window].T)
    deflection = np.abs(around).max(axis=2)
    deflection[:, train.channel] = np.maximum(deflection[:, train.channel], 1e-3)
    return Candidates(
        onset_s=np.maximum(train.peak_s + train.onset_s, 0.0),
        stop_s=train.peak_s + train.end_s,
        peak_s=train.peak_s,
        deflection=deflection.astype(np.float32),
        peak_to_peak=(np.ptp(around, axis=2) * noise).astype(np.float32).reshape(count, channels),
        burst=train.burst,
        is_mass_burst=np.zeros(count, dtype=np.bool_),
        source=np.full(count, FIRST_TRAIN - number, dtype=np.int64),
        confidence=np.full(count, train.confidence),
    )


def _around(findings: GroupFindings, index: NDArray[np.int64], before: int, after: int) -> Floats:
    """Return what every channel shows around some samples **[noise SDs]**, shape (discharges, channels, samples)."""
    excerpts, background = findings.excerpts, findings.plan.background
    assert background is not None
    place = _places(excerpts, index)[:, np.newaxis] + np.arange(-before, after + 1)
    cut = excerpts.samples[:, np.clip(place, 0, excerpts.samples.shape[1] - 1)]
    coloured = cut if background.is_apart else np.tensordot(background.colouring, cut, axes=(1, 0))
    return np.asarray(np.moveaxis(coloured, 0, 1), dtype=np.float64)


def _places(excerpts: Excerpts, index: NDArray[np.int64]) -> NDArray[np.int64]:
    place = excerpts.place_of(index)
    return np.where(place >= 0, place, excerpts.place_of(index - 1))
