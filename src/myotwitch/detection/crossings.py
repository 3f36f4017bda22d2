"""Candidates: where the largest channel stands out of its noise, from onset to end, in one block."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.units import SECONDS_PER_MINUTE

LOW_TO_HIGH = 0.6
"""Share of the threshold down to which a deflection belongs to its candidate."""
CROSSINGS_PER_EVENT = 2.0
REAL_REST = 1.15
"""Level for real rest over that for Gaussian noise: on 16 minutes of the benchmark's tuning set (put together from 8
stretches of rest of one surface recording) 1.12 gave 1.3 false events a minute instead of 1, this one 0.75."""
SEEN_FACTOR = 3.5
"""Noise SDs at which a channel counts as having seen a candidate that another channel found."""
JOIN_S = 0.003
"""Pause within one discharge **[s]**: turns of a motor unit's potential are closer."""
BURST_GAP_S = 0.025
"""Pause within a burst **[s]**; doublets lie 8 to 25 ms apart."""
MASS_BURST_S = 0.050
MASS_OCCUPANCY = 0.5
"""A burst longer than this, and busy for at least this share of it, is one event of many units, not their sum."""
SECOND_TO_PEAK = 0.5
DIP_TO_PEAK = 0.65
"""A second peak at least so large, behind a dip below so much of both, may be a second discharge."""
ONSET_TO_PEAK = 0.3
"""Share of its peak at which a discharge begins; for small ones the lower threshold is above it."""
BURST_STOP_TO_PEAK = 0.15
"""Share of its peak down to which a burst of many units lasts."""
LIKE_SIZE = 0.7
"""Two discharges of one unit are at least so like in size and have the same sign; phases of one potential have not."""
PHASES_APART = 2.5
"""Up to so many times the least distance of two discharges, unlike deflections are phases of one."""
FIRST_TRAIN = -2
"""Source of the discharges of a group's first named train; the next has one less. Units count from 0 up."""
LARGEST_CANDIDATES_HZ = 60.0
"""More candidates a second than this are interference; only the largest are kept, so that memory stays bounded."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class NoiseOverTime:
    """The noise of some channels, constant within a window.

    Parameters
    ----------
    windows
        SD of the noise, shape (channels, windows) **[unit of the samples]**; infinite where a channel is not searched.
    window_length
        Samples in a window.
    """

    windows: NDArray[np.float32]
    window_length: int

    def of_samples(self, channel: int, length: int) -> NDArray[np.float32]:
        """Return the noise of each of the first `length` samples of a channel."""
        return np.repeat(self.windows[channel], self.window_length)[:length]

    def at(self, index: int) -> NDArray[np.float32]:
        """Return the noise of every channel at a sample."""
        return self.windows[:, index // self.window_length]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Candidates:
    """Discharges found by amplitude; one entry a discharge, in order of their peak.

    Parameters
    ----------
    onset_s, stop_s, peak_s
        **[s from the recording's start]**
    deflection
        Largest deflection on each channel over its noise SD **[1]**; shape (candidates, channels).
    peak_to_peak
        On each channel **[unit of the samples]**; shape (candidates, channels).
    burst
        Number of the burst it belongs to; every candidate has one, mostly alone.
    is_mass_burst
        True for a burst of many units that cannot be told apart.
    source
        Number of the unit that it is sorted to; -1 where to none; `FIRST_TRAIN` and below for named trains.
    confidence
        Probability that it is a discharge; NaN where that is not known.
    """

    onset_s: NDArray[np.float64]
    stop_s: NDArray[np.float64]
    peak_s: NDArray[np.float64]
    deflection: NDArray[np.float32]
    peak_to_peak: NDArray[np.float32]
    burst: NDArray[np.int64]
    is_mass_burst: NDArray[np.bool_]
    source: NDArray[np.int64]
    confidence: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.onset_s.size)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Candidates:
        """Return the chosen ones."""
        return Candidates(**{name: getattr(self, name)[chosen] for name in self.__slots__})

    def shifted(self, by_s: float) -> Candidates:
        """Return the same candidates `by_s` seconds later."""
        return replace(self, onset_s=self.onset_s + by_s, stop_s=self.stop_s + by_s, peak_s=self.peak_s + by_s)

    def with_burst(self, burst: NDArray[np.int64]) -> Candidates:
        """Return the same candidates with other numbers of bursts."""
        return replace(self, burst=burst)

    def with_confidence(self, confidence: NDArray[np.float64]) -> Candidates:
        """Return the same candidates with a probability each."""
        return replace(self, confidence=confidence)


def joined_candidates(parts: list[Candidates], channel_count: int) -> Candidates:
    """Return the candidates of successive blocks as one; bursts get numbers of their own."""
    if not parts:
        return _no_candidates(channel_count)
    first_burst = np.cumsum([0] + [int(part.burst.max()) + 1 if len(part) else 0 for part in parts[:-1]])
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in Candidates.__slots__}
    columns["burst"] = np.concatenate([part.burst + first for part, first in zip(parts, first_burst, strict=True)])
    return Candidates(**columns)


def threshold_for(false_alarms_per_min: float, low_hz: float, high_hz: float, channel_count: int) -> float:
    """Return the threshold in noise SDs that noise of this band crosses so often over all channels.

    Method
    ------
    Rice's rate of level crossings: a Gaussian process of spectrum S crosses the level k upwards f0 exp(-k²/2) times a
    second, f0² being the mean of f² over S. S is taken as flat in the band, both signs count, channels as independent,
    and a false event as two crossings, since noise in a band swings to both sides. The level is then raised by a factor
    for real rest, whose tails are heavier than Gaussian (see `REAL_REST`).

    Sources
    -------
    Rice SO (1944) Mathematical analysis of random noise. Bell System Technical Journal 23:282-332.

    Examples
    --------
    >>> round(threshold_for(1.0, 20.0, 300.0, 1), 2)
    4.96
    """
    zero_crossing_hz = math.sqrt((high_hz**2 + high_hz * low_hz + low_hz**2) / 3)
    crossings_per_min = 2 * zero_crossing_hz * SECONDS_PER_MINUTE * channel_count / CROSSINGS_PER_EVENT
    return REAL_REST * math.sqrt(2 * math.log(max(crossings_per_min / false_alarms_per_min, math.e**2)))


def find_candidates(
    filtered: NDArray[np.float32], noise: NoiseOverTime, sampling_rate_hz: float, factor: float, doublet_s: float
) -> Candidates:
    """Return the candidates of a block; times count from its first sample.

    Parameters
    ----------
    filtered
        Shape (channels, samples) **[unit of the samples]**.
    noise
        SD of the noise; infinite where a channel is not searched.
    sampling_rate_hz
        **[Hz]**
    factor
        Threshold in noise SDs.
    doublet_s
        Least distance of two discharges **[s]**.
    """
    largest = _largest_deflection(filtered, noise)
    starts, stops = _runs(largest > LOW_TO_HIGH * factor, round(JOIN_S * sampling_rate_hz))
    if not starts.size:
        return _no_candidates(filtered.shape[0])
    heights = _heights(largest, starts, stops)
    is_high = heights >= factor
    most = int(LARGEST_CANDIDATES_HZ * filtered.shape[1] / sampling_rate_hz)
    if is_high.sum() > most:
        is_high &= heights > np.sort(heights)[-most - 1]
    signals = _Signals(filtered=filtered, noise=noise, largest=largest)
    pieces = _discharges(signals, starts[is_high], stops[is_high], sampling_rate_hz, doublet_s)
    return _measured(signals, pieces, sampling_rate_hz)


def _largest_deflection(filtered: NDArray[np.float32], noise: NoiseOverTime) -> NDArray[np.float32]:
    return _largest_over_noise(filtered, (1 / noise.windows).astype(np.float32), noise.window_length)


@njit(cache=True, nogil=True)
def _largest_over_noise(
    filtered: NDArray[np.float32], factors: NDArray[np.float32], window_length: int
) -> NDArray[np.float32]:  # pragma: no cover  (compiled)
    channels, length = filtered.shape
    largest = np.zeros(length, dtype=np.float32)
    for window in range((length + window_length - 1) // window_length):
        start = window * window_length
        part = largest[start : start + window_length]
        for channel in range(channels):
            row, factor = filtered[channel, start : start + window_length], factors[channel, window]
            for index in range(part.size):
                value = abs(row[index]) * factor
                part[index] = value if value > part[index] else part[index]
    return largest


def _heights(largest: NDArray[np.float32], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.float32]:
    edges = np.column_stack((starts, stops)).ravel()
    return np.asarray(np.maximum.reduceat(np.append(largest, np.float32(0.0)), edges)[::2])


def _runs(is_above: NDArray[np.bool_], gap: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    index = np.flatnonzero(is_above)
    if not index.size:
        return index, index
    breaks = np.flatnonzero(np.diff(index) > max(gap, 1))
    starts = index[np.concatenate(([0], breaks + 1))]
    stops = index[np.concatenate((breaks, [index.size - 1]))] + 1
    return starts, stops


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Signals:
    """A block: filtered samples of each channel, their noise, and the largest deflection over all channels."""

    filtered: NDArray[np.float32]
    noise: NoiseOverTime
    largest: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    start: int
    stop: int
    peak: int
    burst: int
    is_mass_burst: bool


def _discharges(
    signals: _Signals,
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    sampling_rate_hz: float,
    doublet_s: float,
) -> list[_Piece]:
    """Group runs into bursts, and each burst into discharges, or into one event of many units."""
    pieces: list[_Piece] = []
    largest = signals.largest
    if not starts.size:
        return pieces
    breaks = np.flatnonzero(starts[1:] - stops[:-1] > BURST_GAP_S * sampling_rate_hz) + 1
    apart = max(1, round(doublet_s * sampling_rate_hz))
    for burst, members in enumerate(np.split(np.arange(starts.size), breaks)):
        first, last = int(starts[members[0]]), int(stops[members[-1]])
        busy = int(np.sum(stops[members] - starts[members]))
        if last - first > MASS_BURST_S * sampling_rate_hz and busy >= MASS_OCCUPANCY * (last - first):
            peak = first + int(np.argmax(largest[first:last]))
            pieces.append(_Piece(start=first, stop=last, peak=peak, burst=burst, is_mass_burst=True))
            continue
        cuts = [cut for row in members for cut in _cuts(largest, int(starts[row]), int(stops[row]), apart)]
        pieces += _apart(signals, cuts, apart, burst)
    return pieces


def _cuts(largest: NDArray[np.float32], start: int, stop: int, apart: int) -> list[tuple[int, int]]:
    """Split a run where two like peaks stand apart with a dip between them."""
    if stop - start <= apart:
        return [(start, stop)]
    run = largest[start:stop]
    peak = int(np.argmax(run))
    for side in (slice(0, max(0, peak - apart)), slice(peak + apart, None)):
        if not run[side].size:
            continue
        other = (side.start or 0) + int(np.argmax(run[side]))
        low, high = sorted((peak, other))
        dip, depth = deepest_dip(run[low:high], max(1, apart // 3))
        dip += low
        is_second = run[other] >= SECOND_TO_PEAK * run[peak]
        if is_second and depth < DIP_TO_PEAK * min(run[peak], run[other]):
            return _cuts(largest, start, start + dip, apart) + _cuts(largest, start + dip, stop, apart)
    return [(start, stop)]


@njit(cache=True, nogil=True)
def deepest_dip(values: NDArray[np.float32], width: int) -> tuple[int, np.float32]:  # pragma: no cover  (compiled)
    """Return where the largest value within `width` samples ahead is smallest, and that value.

    Between the turns of one potential that envelope stays high.
    """
    place, depth = 0, np.float32(np.inf)
    for first in range(max(1, values.size - width + 1)):
        highest = np.float32(0.0)
        for value in values[first : first + width]:
            highest = max(highest, value)
        if highest < depth:
            place, depth = first, highest
    return place, depth


def _apart(signals: _Signals, cuts: list[tuple[int, int]], apart: int, burst: int) -> list[_Piece]:
    pieces: list[_Piece] = []
    largest = signals.largest
    for cut in cuts:
        start, stop = cut
        peak = start + int(np.argmax(largest[start:stop]))
        while pieces and _is_one(signals, pieces[-1].peak, peak, apart):
            before = pieces.pop()
            start, stop = before.start, max(stop, before.stop)
            peak = before.peak if largest[before.peak] >= largest[peak] else peak
        pieces.append(_Piece(start=start, stop=stop, peak=peak, burst=burst, is_mass_burst=False))
    return pieces


def _is_one(signals: _Signals, first: int, second: int, apart: int) -> bool:
    """Tell the phases of one potential from two: near, or less near and without a like peak of the same sign."""
    if second - first < apart or second - first >= PHASES_APART * apart:
        return second - first < apart
    larger, smaller = (first, second) if signals.largest[first] >= signals.largest[second] else (second, first)
    channel = int(np.argmax(np.abs(signals.filtered[:, larger]) / signals.noise.at(larger)))
    row = signals.filtered[channel]
    around = row[max(0, smaller - apart // 3) : smaller + apart // 3 + 1] * np.sign(row[larger])
    return bool(around.max() < LIKE_SIZE * abs(row[larger]))


def _onset(largest: NDArray[np.float32], piece: _Piece) -> int:
    """Where a discharge first stands out of its own size: noise before a large one does not move its onset."""
    is_up = largest[piece.start : piece.peak + 1] >= ONSET_TO_PEAK * largest[piece.peak]
    return piece.start + int(np.argmax(is_up))


def _stop(largest: NDArray[np.float32], piece: _Piece) -> int:
    """Where a burst of many units last stands out of its own size."""
    is_up = largest[piece.peak : piece.stop] >= BURST_STOP_TO_PEAK * largest[piece.peak]
    return piece.peak + int(np.flatnonzero(is_up)[-1]) + 1


def _measured(signals: _Signals, pieces: list[_Piece], sampling_rate_hz: float) -> Candidates:
    filtered = signals.filtered
    channels = filtered.shape[0]
    deflection = np.zeros((len(pieces), channels), dtype=np.float32)
    peak_to_peak = np.zeros_like(deflection)
    onset = np.zeros(len(pieces))
    stop = np.zeros(len(pieces))
    for row, piece in enumerate(pieces):
        span = slice(piece.start, piece.stop)
        cut = filtered[:, span]
        deflection[row] = np.abs(cut).max(axis=1) / signals.noise.at(piece.peak)
        peak_to_peak[row] = np.ptp(cut, axis=1)
        onset[row] = _onset(signals.largest, piece)
        stop[row] = _stop(signals.largest, piece) if piece.is_mass_burst else piece.stop
    return Candidates(
        onset_s=onset / sampling_rate_hz,
        stop_s=stop / sampling_rate_hz,
        peak_s=np.array([piece.peak for piece in pieces]) / sampling_rate_hz,
        deflection=deflection,
        peak_to_peak=peak_to_peak,
        burst=np.array([piece.burst for piece in pieces], dtype=np.int64),
        is_mass_burst=np.array([piece.is_mass_burst for piece in pieces], dtype=np.bool_),
        source=np.full(len(pieces), -1, dtype=np.int64),
        confidence=np.full(len(pieces), np.nan),
    )


def _no_candidates(channel_count: int) -> Candidates:
    nothing = np.zeros(0)
    return Candidates(
        onset_s=nothing,
        stop_s=nothing,
        peak_s=nothing,
        deflection=np.zeros((0, channel_count), dtype=np.float32),
        peak_to_peak=np.zeros((0, channel_count), dtype=np.float32),
        burst=np.zeros(0, dtype=np.int64),
        is_mass_burst=np.zeros(0, dtype=np.bool_),
        source=np.zeros(0, dtype=np.int64),
        confidence=nothing,
    )
