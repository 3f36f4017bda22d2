"""Activity: trains of like potentials that go on and on, named before they are taken for a voluntary contraction.

Interference of many units, tonic units and all that fits no rule keep no name, and stay excluded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Floats
from myotwitch.detection.excerpts import Excerpts
from myotwitch.detection.filtering import SURFACE_BAND_HZ
from myotwitch.detection.firing import burst_of_each, firing_of
from myotwitch.detection.naming import Train, is_sharp_wave, is_short, named, rapid_naming
from myotwitch.detection.potentials import Potentials, sorted_potentials
from myotwitch.detection.rapid import RapidRun, rapid_runs
from myotwitch.detection.search import GroupFindings
from myotwitch.detection.stretches import Stretches, merged
from myotwitch.detection.waveform import MEDIAN_TO_MEAN, Waveform, mean_potential, measured_waveform
from myotwitch.twitches import Kind, Naming

MANY_CHANNELS = 8
"""Of so many channels and more, one is looked at: a grid sees one muscle."""
LONGEST_PIECE_S = 300.0
FEWEST_IN_BURST = 2
BURST_PAUSE_S = 1.5
LEAST_OF_BURSTS_S = 2.0
"""Bursts that come at least so near to one another and go on for so long are looked at together."""
AROUND_S = 0.05
FEWEST_IN_TRAIN = 8
FEWEST_ALIKE = 3
MOST_TRAINS = 12
"""Trains of a stretch that are looked at, the largest first."""
LIKE_SHAPE = 0.97
LIKE_HEIGHT = 1.3
MORE_EVEN = 0.7
LEAST_NAMED_SHARE = 0.4
SAME_DISCHARGE_S = 0.010
TWICE_SHARE = 0.5
PAUSES = 3.0
"""A train goes on over pauses of so many intervals, at least the following."""
SHORTEST_PAUSE_S = 0.5
TRAIN_CONFIDENCE = 0.99
"""One of many like potentials far above the noise: a judgement, near what the second pass gives to such."""
RAPID_ASIDE_S = 0.3
"""Potentials so near to a rapid run are its own, larger or smaller, or those of a second unit that runs with it."""
FIBRE_KINDS = frozenset({Kind.FIBRILLATION, Kind.POSITIVE_SHARP_WAVE})


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class NamedTrain:
    """Discharges of one source that have a name.

    Parameters
    ----------
    naming
        The name and why.
    channel
        On which they were looked at, as a row of the group.
    peak_s
        Of each discharge **[s]**, ascending.
    start_s, onset_s, end_s
        Of all of them, from the peak **[s]**: where it leaves the baseline, passes a third of its peak, and returns.
    burst
        Number of the group in which each stands.
    potential
        Mean signal around the peaks **[noise SDs]**.
    confidence
        Probability of each that it is a discharge.
    longest_pause_s
        Pause over which it goes on **[s]**; None for three of its intervals, at least half a second.
    """

    naming: Naming
    channel: int
    peak_s: Floats
    start_s: float
    onset_s: float
    end_s: float
    burst: NDArray[np.int64]
    potential: Floats
    confidence: float = TRAIN_CONFIDENCE
    longest_pause_s: float | None = None

    @property
    def stretches(self) -> Stretches:
        """Where it goes on **[s]**."""
        own = np.column_stack((self.peak_s + self.start_s, self.peak_s + self.end_s))
        return merged(own, self.pause_s)

    @property
    def pause_s(self) -> float:
        """Pause over which it goes on **[s]**."""
        if self.longest_pause_s is not None:
            return self.longest_pause_s
        intervals = np.diff(self.peak_s)
        return max(SHORTEST_PAUSE_S, PAUSES * float(np.median(intervals))) if intervals.size else SHORTEST_PAUSE_S


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
    is_needle = max(chosen.high_hz for chosen in findings.plan.filters) > SURFACE_BAND_HZ[1]
    trains = [
        train
        for channel, spans in _looked_at(findings, _with_bursts(findings, active), is_needle=is_needle)
        for first, last in spans
        for train in _trains_of_piece(findings, channel, (first, last), is_needle=is_needle)
    ]
    return _without_repeats(trains)


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
    rate_hz = findings.excerpts.sampling_rate_hz
    potentials = sorted_potentials(trace, rate_hz, findings.plan.factor, is_needle=is_needle)
    if len(potentials) < FEWEST_IN_TRAIN:
        return []
    piece = _Piece(
        upright=potentials.sign * trace.astype(np.float64),
        rate_hz=rate_hz,
        first=places[0],
        channel=channel,
        excerpts=findings.excerpts,
        is_needle=is_needle,
    )
    runs = rapid_runs(trace, rate_hz, potentials.sign)
    rapid = [train for run in runs if (train := piece.of_run(run)) is not None]
    rest = _joined(potentials.where(~_within_runs(potentials.place, runs)), piece)
    return piece.named(rest, rapid)


def _within_runs(place: Floats, runs: Sequence[RapidRun]) -> NDArray[np.bool_]:
    inside = np.zeros(place.size, dtype=np.bool_)
    for run in runs:
        inside |= (place >= run.place[0] - 1) & (place <= run.place[-1] + 1)
    return inside


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Piece:
    """A piece of a channel, its peaks turned upwards."""

    upright: Floats
    rate_hz: float
    first: int
    channel: int
    excerpts: Excerpts
    is_needle: bool

    def waveform(self, place: Floats) -> tuple[Waveform, Floats]:
        """Return the measures of the mean potential at places, and the potential."""
        potential, count = mean_potential(self.upright, place, self.rate_hz)
        noise = MEDIAN_TO_MEAN / np.sqrt(max(count, 1))
        return measured_waveform(potential, self.rate_hz, noise), potential

    def train(self, naming: Naming, place: Floats, pause_s: float) -> NamedTrain:
        """Return the discharges at some places of the piece as a train of the recording."""
        waveform, potential = self.waveform(place)
        whole = np.floor(place).astype(np.int64)
        index = self.excerpts.index_of(whole + self.first) + (place - whole)
        peak_s = index / self.rate_hz
        return NamedTrain(
            naming=naming,
            channel=self.channel,
            peak_s=peak_s,
            start_s=waveform.end_s + 1 / self.rate_hz - waveform.duration_s,
            onset_s=waveform.onset_s,
            end_s=max(waveform.end_s, 1 / self.rate_hz),
            burst=burst_of_each(peak_s, pause_s),
            potential=potential.astype(np.float64),
        )

    def of_run(self, run: RapidRun) -> NamedTrain | None:
        """Return a rapid run as a train, if it has a name."""
        interval_s = float(np.median(np.diff(run.place))) / self.rate_hz
        naming = rapid_naming(1 / interval_s, run.place.size, run.likeness)
        if naming is None:
            return None
        train = self.train(naming, run.place.astype(np.float64), SHORTEST_PAUSE_S)
        half_s = interval_s / 2
        return replace(
            train,
            start_s=max(train.start_s, -half_s),
            onset_s=max(train.onset_s, -half_s),
            end_s=min(train.end_s, half_s),
        )

    def named(self, potentials: Potentials, rapid: Sequence[NamedTrain]) -> list[NamedTrain]:
        """Return rapid runs and the trains that a rule names, each with what goes along with it."""
        trains: list[NamedTrain] = []
        free = np.ones(len(potentials), dtype=np.bool_)
        for number in _largest(potentials.train):
            own = potentials.train == number
            firing = firing_of(potentials.place[own] / self.rate_hz, potentials.height[own])
            if firing is None or firing.count < FEWEST_IN_TRAIN:
                continue
            waveform, _ = self.waveform(potentials.place[own])
            naming = named(Train(firing=firing, waveform=waveform, is_needle=self.is_needle))
            if naming is not None:
                pause_s = firing.bursts.pause_s if firing.bursts and naming.kind is Kind.MYOKYMIA else SHORTEST_PAUSE_S
                trains.append(self.train(naming, potentials.place[own], pause_s))
                free &= ~own
        trains = [*rapid, *self._prevailing(potentials, trains)]
        return [*trains, *self._companions(potentials.where(free), trains)]

    def _time_s(self, potentials: Potentials) -> Floats:
        return np.asarray(
            self.excerpts.index_of(np.round(potentials.place).astype(np.int64) + self.first) / self.rate_hz
        )

    def _prevailing(self, potentials: Potentials, trains: Sequence[NamedTrain]) -> list[NamedTrain]:
        """Return the trains without such as are few among the potentials where they are: parts of interference."""
        time_s = self._time_s(potentials)
        kept = []
        for kind in dict.fromkeys(train.naming.kind for train in trains):
            own = [train for train in trains if train.naming.kind is kind]
            around = _inside(time_s, merged(np.concatenate([train.stretches for train in own]))).sum()
            if kind in FIBRE_KINDS or sum(train.peak_s.size for train in own) >= LEAST_NAMED_SHARE * around:
                kept += own
        return kept

    def _companions(self, others: Potentials, trains: Sequence[NamedTrain]) -> list[NamedTrain]:
        """Return what stands among named trains and is like them, or belongs to the same activity."""
        found: list[NamedTrain] = []
        left = np.ones(len(others), dtype=np.bool_)
        time_s = self._time_s(others)
        for train in trains:
            if train.naming.kind in FIBRE_KINDS:
                near = self._alike(others, left, train.naming.kind)
            else:
                aside_s = RAPID_ASIDE_S if train.naming.kind is Kind.NEUROMYOTONIA else 0.0
                near = left & _inside(time_s, merged(train.stretches + np.array([-aside_s, aside_s])))
            if near.any():
                companion = self.train(train.naming, others.place[near], SHORTEST_PAUSE_S)
                found.append(replace(companion, longest_pause_s=train.pause_s))
                left &= ~near
        return found

    def _alike(self, others: Potentials, near: NDArray[np.bool_], kind: Kind) -> NDArray[np.bool_]:
        alike = np.zeros(len(others), dtype=np.bool_)
        for number in np.unique(others.train[near & (others.train >= 0)]):
            own = near & (others.train == number)
            waveform, _ = self.waveform(others.place[own])
            fits = is_short(waveform) if kind is Kind.FIBRILLATION else is_sharp_wave(waveform)
            if own.sum() >= FEWEST_ALIKE and fits:
                alike |= own
        return alike


def _inside(time_s: Floats, stretches: Stretches) -> NDArray[np.bool_]:
    row = np.searchsorted(stretches[:, 0], time_s, side="right") - 1
    return np.asarray((row >= 0) & (time_s <= stretches[np.maximum(row, 0), 1]), dtype=np.bool_)


def _largest(train: NDArray[np.int64]) -> list[int]:
    numbers, counts = np.unique(train[train >= 0], return_counts=True)
    return [int(number) for number in numbers[np.argsort(-counts, kind="stable")][:MOST_TRAINS]]


def _joined(potentials: Potentials, piece: _Piece) -> Potentials:
    """Join trains of like shape and height that are more even together than apart: one source that was split."""
    train = potentials.train.copy()
    numbers = _largest(train)
    for place, first in enumerate(numbers):
        for second in numbers[place + 1 :]:
            own, other = train == first, train == second
            if own.any() and other.any() and _are_one(potentials, own, other, piece):
                train[other] = first
    return replace(potentials, train=train)


def _are_one(potentials: Potentials, own: NDArray[np.bool_], other: NDArray[np.bool_], piece: _Piece) -> bool:
    heights = [float(np.median(potentials.height[rows])) for rows in (own, other)]
    if max(heights) > LIKE_HEIGHT * min(heights):
        return False
    time_s = potentials.place / piece.rate_hz
    apart = [firing_of(time_s[rows], potentials.height[rows]) for rows in (own, other)]
    together = firing_of(time_s[own | other], potentials.height[own | other])
    if together is None or apart[0] is None:
        return False
    if together.unevenness > MORE_EVEN * min(firing.unevenness for firing in apart if firing is not None):
        return False
    shapes = [piece.waveform(potentials.place[rows])[1] for rows in (own, other)]
    middle = slice(round(0.012 * piece.rate_hz), round(0.021 * piece.rate_hz))
    first, second = (shape[middle] for shape in shapes)
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    return size > 0 and float(first @ second) >= LIKE_SHAPE * size


def _without_repeats(trains: list[NamedTrain]) -> list[NamedTrain]:
    """Return the trains without those whose discharges another, larger one on another channel has as well."""
    kept: list[NamedTrain] = []
    for train in sorted(trains, key=lambda one: -float(np.abs(one.potential).max())):
        others = [one.peak_s for one in kept if one.channel != train.channel]
        known = np.sort(np.concatenate(others)) if others else np.zeros(0)
        if known.size:
            after = np.clip(np.searchsorted(known, train.peak_s), 1, known.size - 1)
            nearest = np.minimum(np.abs(known[after] - train.peak_s), np.abs(known[after - 1] - train.peak_s))
            if (nearest <= SAME_DISCHARGE_S).mean() >= TWICE_SHARE:
                continue
        kept.append(train)
    return kept
