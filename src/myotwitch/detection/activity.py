"""Activity: trains of like potentials that go on and on, named before they are taken for a voluntary contraction.

Interference of many units, tonic units and all that fits no rule keep no name, and stay excluded.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Floats
from myotwitch.detection.excerpts import Excerpts
from myotwitch.detection.filtering import SURFACE_BAND_HZ
from myotwitch.detection.firing import is_locked
from myotwitch.detection.named_train import NamedTrain
from myotwitch.detection.piece import FEWEST_IN_TRAIN, Piece, joined_trains
from myotwitch.detection.potentials import sorted_potentials
from myotwitch.detection.rapid import RapidRun, rapid_runs
from myotwitch.detection.search import GroupFindings
from myotwitch.detection.stretches import Stretches, merged

MANY_CHANNELS = 8
"""Of so many channels and more, one is looked at: a grid sees one muscle."""
LONGEST_PIECE_S = 300.0
FEWEST_IN_BURST = 2
BURST_PAUSE_S = 1.5
LEAST_OF_BURSTS_S = 2.0
"""Bursts that come at least so near to one another and go on for so long are looked at together."""
AROUND_S = 0.05
SAME_DISCHARGE_S = 0.010
TWICE_SHARE = 0.5
CYCLE_S = 0.060
CYCLE_SHARE = 0.45
CYCLE_WITHIN_S = 0.0015
"""Potentials that come so near, always as long before or after those of another, are parts of one complex."""


def named_trains(findings: GroupFindings, active: Sequence[Stretches]) -> list[NamedTrain]:
    """Return the trains that have a name.

    Parameters
    ----------
    findings
        What the first pass found in a group of channels.
    active
        Where muscle was at work on each channel **[s]**. In needle recordings all of the recording is looked at:
        a fibre that fires by itself may do so once a second.
    """
    if findings.plan.background is None or not findings.excerpts.samples.size:
        return []
    is_needle = _is_needle(findings)
    trains = [
        train
        for channel, spans in _looked_at(findings, _with_bursts(findings, active), is_needle=is_needle)
        for first, last in spans
        for train in _trains_of_piece(findings, channel, (first, last), is_needle=is_needle)
    ]
    return _without_repeats(trains)


def _is_needle(findings: GroupFindings) -> bool:
    return max(chosen.high_hz for chosen in findings.plan.filters) > SURFACE_BAND_HZ[1]


def _looked_at(
    findings: GroupFindings, active: Sequence[Stretches], *, is_needle: bool
) -> list[tuple[int, list[tuple[int, int]]]]:
    """Return for each channel that is looked at the first and last place of each piece."""
    excerpts = findings.excerpts
    longest = round(LONGEST_PIECE_S * excerpts.sampling_rate_hz)
    if is_needle:
        whole = [
            (start, min(start + longest, excerpts.samples.shape[1]))
            for start in range(0, excerpts.samples.shape[1], longest)
        ]
        return [(channel, whole) for channel in range(len(active))]
    if len(active) >= MANY_CHANNELS:
        spans = _places(excerpts, merged(np.concatenate(list(active))), longest)
        if not spans:
            return []
        energy = sum(np.square(excerpts.samples[:, first:last]).sum(axis=1, dtype=np.float64) for first, last in spans)
        return [(int(np.argmax(energy)), spans)]
    return [(channel, _places(excerpts, own, longest)) for channel, own in enumerate(active) if len(own)]


def _with_bursts(findings: GroupFindings, active: Sequence[Stretches]) -> list[Stretches]:
    """Return the stretches with those in which bursts keep coming, whatever their pauses."""
    candidates = findings.candidates
    counts = np.bincount(candidates.burst) if len(candidates) else np.zeros(0, dtype=np.int64)
    is_burst = candidates.is_mass_burst | (counts[candidates.burst] >= FEWEST_IN_BURST)
    own = candidates.deflection >= candidates.deflection.max(axis=1, keepdims=True, initial=0.0)
    found = []
    for channel, stretches in enumerate(active):
        rows = is_burst & own[:, channel]
        bursts = np.column_stack((candidates.onset_s[rows], candidates.stop_s[rows]))
        coming = merged(np.clip(bursts + np.array([-BURST_PAUSE_S, BURST_PAUSE_S]) / 2, 0.0, None))
        long = coming[coming[:, 1] - coming[:, 0] > BURST_PAUSE_S + LEAST_OF_BURSTS_S]
        found.append(merged(np.concatenate((stretches, long))))
    return found


def _places(excerpts: Excerpts, stretches: Stretches, longest: int) -> list[tuple[int, int]]:
    rate_hz = excerpts.sampling_rate_hz
    ends = excerpts.first_index + excerpts.length
    spans = []
    for start_s, stop_s in stretches:
        start, stop = round((start_s - AROUND_S) * rate_hz), round((stop_s + AROUND_S) * rate_hz)
        rows = np.flatnonzero((excerpts.first_index < stop) & (ends > start))
        if not rows.size:
            continue
        first = max(start, int(excerpts.first_index[rows[0]])) - excerpts.first_index[rows[0]]
        last = min(stop, int(ends[rows[-1]])) - excerpts.first_index[rows[-1]]
        first, last = int(first + excerpts.first_place[rows[0]]), int(last + excerpts.first_place[rows[-1]])
        spans += [(piece, min(piece + longest, last)) for piece in range(first, last, longest)]
    return spans


def _trace(findings: GroupFindings, channel: int, first: int, last: int) -> NDArray[np.float32]:
    """Return a piece of a channel **[noise SDs]**."""
    background, samples = findings.plan.background, findings.excerpts.samples
    assert background is not None
    if background.is_apart:
        return samples[channel, first:last]
    return np.asarray(background.colouring[channel].astype(np.float32) @ samples[:, first:last])


def _trains_of_piece(
    findings: GroupFindings, channel: int, places: tuple[int, int], *, is_needle: bool
) -> list[NamedTrain]:
    trace = _trace(findings, channel, *places)
    rate_hz, factor = findings.excerpts.sampling_rate_hz, findings.plan.factor
    potentials = sorted_potentials(trace, rate_hz, factor, is_needle=is_needle)
    trains: list[NamedTrain] = []
    if len(potentials) >= FEWEST_IN_TRAIN:
        runs = rapid_runs(trace, rate_hz, potentials.sign)
        piece = _piece(findings, trace, channel, places[0], potentials.sign)
        rapid = [train for run in runs if (train := piece.of_run(run)) is not None]
        trains = piece.named(joined_trains(potentials.where(~_within_runs(potentials.place, runs)), piece), rapid)
    if is_needle:
        other = sorted_potentials(trace, rate_hz, factor, is_needle=True, sign=-potentials.sign)
        alone = other.where(_distance(other.place, potentials.place) > SAME_DISCHARGE_S * rate_hz)
        if len(alone) >= FEWEST_IN_TRAIN:
            piece = _piece(findings, trace, channel, places[0], other.sign)
            trains += piece.named(joined_trains(alone, piece), ())
    return trains


def _piece(findings: GroupFindings, trace: NDArray[np.float32], channel: int, first: int, sign: int) -> Piece:
    return Piece(
        upright=sign * trace.astype(np.float64),
        rate_hz=findings.excerpts.sampling_rate_hz,
        first=first,
        channel=channel,
        excerpts=findings.excerpts,
        is_needle=_is_needle(findings),
    )


def _distance(places: Floats, others: Floats) -> Floats:
    """Return how far each place is from the nearest of the others, which ascend."""
    if not others.size:
        return np.full(places.shape, np.inf)
    after = np.searchsorted(others, places)
    ahead = np.abs(others[np.minimum(after, others.size - 1)] - places)
    return np.minimum(ahead, np.abs(places - others[np.maximum(after - 1, 0)]))


def _within_runs(place: Floats, runs: Sequence[RapidRun]) -> NDArray[np.bool_]:
    inside = np.zeros(place.size, dtype=np.bool_)
    for run in runs:
        inside |= (place >= run.place[0] - 1) & (place <= run.place[-1] + 1)
    return inside


def _part_of_cycle_s(peak_s: Floats) -> float:
    """Return how far from a train's peak a part of its complex may stand **[s]**: nearer than to the next one."""
    return min(CYCLE_S, CYCLE_SHARE * float(np.median(np.diff(peak_s)))) if peak_s.size > 1 else CYCLE_S


def _without_repeats(trains: list[NamedTrain]) -> list[NamedTrain]:
    """Return the trains without those that another, larger one has as well: on another channel, or as a part of it."""
    kept: list[NamedTrain] = []
    for train in sorted(trains, key=lambda one: -float(np.abs(one.potential).max())):
        others = [one.peak_s for one in kept if one.channel != train.channel]
        known = np.sort(np.concatenate(others)) if others else np.zeros(0)
        same = [one.peak_s for one in kept if one.channel == train.channel]
        larger = np.sort(np.concatenate(same)) if same else np.zeros(0)
        if larger.size and is_locked(train.peak_s, larger, _part_of_cycle_s(larger), CYCLE_WITHIN_S):
            continue
        if (_distance(train.peak_s, known) <= SAME_DISCHARGE_S).mean() >= TWICE_SHARE:
            continue
        kept.append(train)
    return kept
