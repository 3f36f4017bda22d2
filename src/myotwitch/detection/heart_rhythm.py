"""Where heartbeats are, by rhythm, width and likeness: in the channels that are searched, or in one of the heart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from myotwitch.detection.between_samples import Floats, peaks_between
from myotwitch.detection.heart_signs import (
    APART_S,
    FEWEST_BEATS,
    NEAREST_S,
    SLOW_SHARE,
    Indexes,
    has_waves,
    is_away,
    is_heart,
    is_slow_enough,
    slow_share,
)
from myotwitch.detection.noise import middle_of, quantile_of
from myotwitch.detection.peaks import find_peaks

BIN_S = 0.004
SMOOTHING_S = 0.02
"""A whole period of mains at 50 Hz, and longer than the phases of a motor unit's potential."""
BASELINE_S = 0.25
SEARCH_S = 1.8
"""Any stretch this long holds a beat, so the median of the largest deflections of such stretches is a beat's size."""
QUIET_QUANTILE = 0.2
QUIET_FACTOR = 3.0
"""Stretches up to so much louder than the quietest fifth are rest; contraction beside them is not asked for beats."""
LEVEL_QUANTILE, LEVEL_SDS = 0.25, 0.3186
"""A quarter of the deflections of noise stay below so many SDs; a quarter of the time even a fast heart is still."""
BEND = 6**0.5
"""SD of a second difference over that of independent values."""
LARGE_SHARE = 0.5
STANDS_OUT = 4.0
OTHERS_STAND_OUT = 8.0
"""Over the noise: less large deflections beside the beats may be noise."""
SNIPPET_S = 0.08
BEAT_LIKENESS = 0.85
"""Of what the noise allows."""
GROUP_LIKENESS = 0.8
SIZE_OF_BEATS = (0.4, 2.5)
"""Size of a beat over that of the mean one."""
ROUNDS = 2
PROBED_CHANNELS = 8


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rhythm:
    """Heartbeats of a block.

    Parameters
    ----------
    peak
        Beats of the usual shape, ascending **[samples, fractions included]**.
    others
        Groups of beats of other shapes, each group alike **[samples, fractions included]**.
    odd
        Sample numbers of wide deflections of a beat's size that are like no other.
    """

    peak: Floats
    others: tuple[Floats, ...] = ()
    odd: Indexes

    def __len__(self) -> int:
        """Number of all beats that recur."""
        return int(self.peak.size + sum(group.size for group in self.others))


NO_INDEX = np.zeros(0, dtype=np.int64)
NO_RHYTHM = Rhythm(peak=np.zeros(0), odd=NO_INDEX)


def find_rhythm(raw: NDArray[np.float32], sampling_rate_hz: float, *, needs_waves: bool = False) -> Rhythm:
    """Return the heartbeats of a block; none where no channel shows a heart's rhythm.

    Parameters
    ----------
    raw
        Shape (channels, samples), not filtered, without NaN.
    sampling_rate_hz
        **[Hz]**
    needs_waves
        Whether slow waves must belong to the beats: a needle sees positive sharp waves, as slow and as even as beats.

    Method
    ------
    Means over 20 ms less those over 250 ms, of every channel or of eight of many. The large deflections of its quiet
    stretches must be alike, slow, and follow one another as heartbeats do (`heart_signs`); then every like deflection
    is a beat. What else is as large, slow and stands apart is a beat of another shape (from the ventricles, say).

    Limits
    ------
    A jerk of many units that comes as evenly as a heart, 0.6 to 3 times a second, always alike and without content
    above some 50 Hz, is taken for one, unless waves are asked for. Less even ones are, if slow waves belong to them.
    """
    best, best_row = _NOTHING, -1
    for row in range(0, raw.shape[0], max(1, raw.shape[0] // PROBED_CHANNELS)):
        found = _beats_of(raw[row], sampling_rate_hz, needs_waves=needs_waves)
        if found.clearness > best.clearness:
            best, best_row = found, row
    if best_row < 0:
        return NO_RHYTHM
    others, odd = _other_shapes(best, raw[best_row], sampling_rate_hz)
    return Rhythm(peak=best.peak, others=others, odd=odd)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Beats:
    """Beats (in samples), all large deflections (in bins), the slow signal, its noise, and how far beats stand out."""

    peak: Floats
    large: Indexes
    signal: Floats
    noise: float
    clearness: float


_NOTHING = _Beats(peak=np.zeros(0), large=NO_INDEX, signal=np.zeros(0), noise=0.0, clearness=0.0)


def _beats_of(samples: NDArray[np.float32], sampling_rate_hz: float, *, needs_waves: bool) -> _Beats:
    bin_length = max(1, round(BIN_S * sampling_rate_hz))
    bin_s = bin_length / sampling_rate_hz
    count = samples.size // bin_length
    if count * bin_s < 3 * SEARCH_S:
        return _NOTHING
    smoothing, baseline, search, apart = (
        max(1, round(time / bin_s)) for time in (SMOOTHING_S, BASELINE_S, SEARCH_S, NEAREST_S)
    )
    binned = _binned(samples, count, bin_length)
    signal = uniform_filter1d(binned, smoothing).astype(np.float64) - uniform_filter1d(binned, baseline)
    beat_size, noise, is_quiet = _beat_size(signal, search, smoothing)
    if not 0 < STANDS_OUT * noise < beat_size:
        return _NOTHING
    large = find_peaks(np.abs(signal), least=LARGE_SHARE * beat_size, apart=apart)
    place = _alike(signal, large, is_quiet, noise, apart, round(SNIPPET_S / bin_s))
    beats = np.rint(place).astype(np.int64)
    if not beats.size or not is_heart(beats, binned, large, is_quiet, bin_s):
        return _NOTHING
    peak = place * bin_length + (bin_length - 1) / 2
    with_waves = has_waves(binned, beats[is_quiet[beats]], bin_s)
    whole = np.rint(peak).astype(np.int64)
    if needs_waves and not with_waves:
        return _NOTHING
    if not is_slow_enough(samples, whole, with_waves=with_waves, sampling_rate_hz=sampling_rate_hz):
        return _NOTHING
    return _Beats(peak=peak, large=large, signal=signal, noise=noise, clearness=beat_size / noise)


def _binned(samples: NDArray[np.float32], count: int, bin_length: int) -> NDArray[np.float32]:
    """Return the means of bins; by adding up every first sample, every second and so on, which is faster."""
    total = samples[: count * bin_length : bin_length].copy()
    for place in range(1, bin_length):
        total += samples[place : count * bin_length : bin_length]
    return total / np.float32(bin_length)


@njit(cache=True, nogil=True)
def _bend(signal: Floats, lag: int) -> Floats:  # pragma: no cover  (compiled)
    """Return the size of second differences; 0 at the ends."""
    bend = np.zeros(signal.size, dtype=np.float64)
    for index in range(lag, signal.size - lag):
        bend[index] = abs(signal[index - lag] - 2 * signal[index] + signal[index + lag])
    return bend


def _beat_size(signal: Floats, window: int, lag: int) -> tuple[float, float, NDArray[np.bool_]]:
    """Return the size of a beat if there are any, the noise beside, and which bins are quiet.

    The noise is told from second differences over 20 ms, which hold little of the slower waves around a beat.
    """
    count = signal.size // window
    rows = np.abs(signal[: count * window]).reshape(count, window)
    place = round(LEVEL_QUANTILE * window)
    bend = _bend(signal, lag)[: count * window].reshape(count, window)
    level = np.partition(bend, place, axis=1)[:, place] / (LEVEL_SDS * BEND)
    is_quiet = level <= QUIET_FACTOR * quantile_of(level, QUIET_QUANTILE)
    bins = np.repeat(is_quiet, window)
    bins = np.concatenate((bins, np.full(signal.size - bins.size, bins[-1])))
    return float(middle_of(rows[is_quiet].max(axis=1))), float(middle_of(level[is_quiet])), bins


def _alike(signal: Floats, large: Indexes, is_quiet: NDArray[np.bool_], noise: float, apart: int, aside: int) -> Floats:
    """Return where, in fractions of bins, the deflections are that are alike; empty where they are too few."""
    typical = _typical(signal, large[is_quiet[large]], aside)
    place = np.zeros(0)
    for _ in range(ROUNDS):
        if typical is None:
            return np.zeros(0)
        place = _like(signal, typical, noise, apart)
        beats = np.rint(place).astype(np.int64)
        typical = _typical(signal, beats[is_quiet[beats]], aside)
    return place if typical is not None else np.zeros(0)


def _typical(signal: Floats, peaks: Indexes, aside: int) -> Floats | None:
    """Return the median of the deflections that are like one another; None where they are too few."""
    inside = peaks[(peaks >= aside) & (peaks + aside < signal.size)]
    if inside.size < FEWEST_BEATS:
        return None
    snippets = signal[inside[:, np.newaxis] + np.arange(-aside, aside + 1)]
    chosen = _largest_group(snippets)
    return np.asarray(np.median(snippets[chosen], axis=0)) if np.count_nonzero(chosen) >= FEWEST_BEATS else None


def _largest_group(snippets: Floats) -> NDArray[np.bool_]:
    """Return which rows are like the one that most are like."""
    unit = snippets / np.maximum(np.linalg.norm(snippets, axis=1, keepdims=True), 1e-30)
    like = unit @ unit.T >= GROUP_LIKENESS
    return np.asarray(like[np.argmax(like.sum(axis=1))])


def _like(signal: Floats, typical: Floats, noise: float, apart: int) -> Floats:
    """Return where, in fractions of bins, the signal is like the typical deflection and not too unlike in size."""
    norm = float(np.linalg.norm(typical))
    if norm == 0 or signal.size < typical.size:
        return np.zeros(0)
    projection = np.correlate(signal, typical / norm, mode="same")
    energy = uniform_filter1d(signal**2, typical.size, mode="constant") * typical.size
    likeness = projection / np.sqrt(np.maximum(energy, 1e-12 * norm**2))
    least = BEAT_LIKENESS / np.sqrt(1 + noise**2 * typical.size / norm**2)
    low, high = (share * norm for share in SIZE_OF_BEATS)
    peaks = find_peaks(np.where(likeness >= least, projection, 0.0), least=low, most=high, apart=apart)
    return np.asarray(peaks - 1 + peaks_between(projection[peaks[:, np.newaxis] + np.array([-1, 0, 1])]))


def _other_shapes(
    beats: _Beats, samples: NDArray[np.float32], sampling_rate_hz: float
) -> tuple[tuple[Floats, ...], Indexes]:
    """Return groups of beats of other shapes, and single odd ones, among the large deflections."""
    bin_length = max(1, round(BIN_S * sampling_rate_hz))
    aside, apart = (round(time * sampling_rate_hz / bin_length) for time in (SNIPPET_S, APART_S))
    known = (beats.peak / bin_length).astype(np.int64)
    left = beats.large[is_away(beats.large, known, apart)]
    left = left[(left >= aside) & (left + aside < beats.signal.size)]
    left = left[np.abs(beats.signal[left]) >= OTHERS_STAND_OUT * beats.noise]
    middle = left * bin_length + bin_length // 2
    shares = [slow_share(samples, middle[row : row + 1], sampling_rate_hz) for row in range(middle.size)]
    left = left[np.array(shares) >= SLOW_SHARE]
    groups: list[Floats] = []
    while left.size >= FEWEST_BEATS:
        chosen = _largest_group(beats.signal[left[:, np.newaxis] + np.arange(-aside, aside + 1)])
        typical = _typical(beats.signal, left[chosen], aside)
        if typical is None:
            break
        like = _like(beats.signal, typical, beats.noise, apart)
        group = like[is_away(like, known, apart)]
        groups.append(group * bin_length + (bin_length - 1) / 2)
        left = left[~chosen]
        left = left[is_away(left, np.rint(group).astype(np.int64), apart)]
    return tuple(groups), left * bin_length + bin_length // 2
