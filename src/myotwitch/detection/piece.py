"""Piece: a stretch of a channel whose potentials are sorted into trains, joined, measured and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Floats
from myotwitch.detection.excerpts import Excerpts
from myotwitch.detection.firing import burst_of_each, firing_of
from myotwitch.detection.named_train import FIBRE_KINDS, SHORTEST_PAUSE_S, NamedTrain
from myotwitch.detection.naming import Train, is_sharp_wave, is_short, named, rapid_naming
from myotwitch.detection.potentials import Potentials
from myotwitch.detection.rapid import RapidRun
from myotwitch.detection.stretches import Stretches, merged
from myotwitch.detection.waveform import (
    MEDIAN_TO_MEAN,
    Waveform,
    complex_onset_s,
    mean_potential,
    measured_waveform,
)
from myotwitch.twitches import Kind, Naming

FEWEST_IN_TRAIN = 8
FEWEST_ALIKE = 3
MOST_TRAINS = 12
"""Trains of a stretch that are looked at, the largest first."""
LIKE_SHAPE = 0.97
LIKE_HEIGHT = 1.3
MORE_EVEN = 0.7
LEAST_NAMED_SHARE = 0.4
SHORT_CYCLE = 0.02
"""Quantile of the intervals that is one cycle of a complex: where some of its discharges are in another train, most of
them are several."""
RAPID_ASIDE_S = 0.3
"""Potentials so near to a rapid run are its own, larger or smaller, or those of a second unit that runs with it."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Piece:
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
        if naming.kind is Kind.COMPLEX_REPETITIVE and peak_s.size > 1:
            waveform = self._of_complex(waveform, place, float(np.quantile(np.diff(peak_s), SHORT_CYCLE)))
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

    def _of_complex(self, waveform: Waveform, place: Floats, cycle_s: float) -> Waveform:
        """Return the measures with the onset of the whole complex, which ends before the next begins."""
        onset_s = complex_onset_s(self.upright, place, self.rate_hz, cycle_s)
        end_s = max(0.0, min(waveform.end_s, cycle_s + onset_s))
        return replace(waveform, onset_s=onset_s, end_s=end_s, duration_s=end_s - onset_s + 1 / self.rate_hz)

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


def joined_trains(potentials: Potentials, piece: Piece) -> Potentials:
    """Join trains of like shape and height that are more even together than apart: one source that was split."""
    train = potentials.train.copy()
    numbers = _largest(train)
    for place, first in enumerate(numbers):
        for second in numbers[place + 1 :]:
            own, other = train == first, train == second
            if own.any() and other.any() and _are_one(potentials, own, other, piece):
                train[other] = first
    return replace(potentials, train=train)


def _are_one(potentials: Potentials, own: NDArray[np.bool_], other: NDArray[np.bool_], piece: Piece) -> bool:
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
