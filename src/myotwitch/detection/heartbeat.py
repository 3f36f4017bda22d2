"""Heartbeats in EMG channels: found by their rhythm, width and likeness, and taken out beat by beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BIN_S = 0.004
BASELINE_S = 0.25
INTERVALS_S = (0.33, 1.7)
"""Between heartbeats: 35 to 180 a minute."""
SEARCH_S = 1.7
"""Any stretch this long holds a beat, so the median of the largest deflections of such stretches is a beat's size."""
LARGE_SHARE = 0.5
FEWEST_BEATS = 5
SHARE_IN_RHYTHM = 0.8
NEXT_TO_LAST = (0.65, 1.5)
"""An interval over the one before: a heart changes its pace slowly."""
SNIPPET_S = 0.06
LEAST_LIKENESS = 0.8
BEAT_LIKENESS = 0.6
NARROWEST_S = 0.014
"""Width of a beat at half its height; the potential of a motor unit on the skin is narrower."""
STANDS_OUT = 4.0
BEAT_S = (-0.10, 0.14)
"""Around a beat's peak where its traces in the pass band are looked for."""
VISIBLE = 1.5
"""Noise SDs of the mean beat in the pass band from which a channel is not searched there."""
DISTURBS = 2.5
"""… and that it must reach somewhere, or else the beat is left in as too small to disturb."""
PROBED_CHANNELS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class BeatStretch:
    """One stretch of one channel in which a heartbeat hides what is beneath it; sample numbers within a block."""

    channel: int
    start: int
    stop: int


def find_beats(raw: NDArray[np.float32], sampling_rate_hz: float) -> NDArray[np.int64]:
    """Return the sample numbers of heartbeats in a block, empty where no channel shows a heart's rhythm.

    Parameters
    ----------
    raw
        Shape (channels, samples), not filtered, without NaN.
    sampling_rate_hz
        **[Hz]**

    Limits
    ------
    A jerk of many units that comes as regularly as a heart, 0.6 to 3 times a second and always alike, is taken for one.
    """
    bin_length = max(1, round(BIN_S * sampling_rate_hz))
    step = max(1, raw.shape[0] // PROBED_CHANNELS)
    best = np.zeros(0, dtype=np.int64)
    for row in raw[::step]:
        beats = _beats_of(row, bin_length, bin_length / sampling_rate_hz)
        if beats.size > best.size:
            best = beats
    return best * bin_length + bin_length // 2


def beat_stretches(
    filtered: NDArray[np.float32], noise: NDArray[np.float32], beats: NDArray[np.int64], sampling_rate_hz: float
) -> list[BeatStretch]:
    """Return where the mean beat stands out of the noise of each channel in the pass band, at every beat.

    Parameters
    ----------
    filtered
        Shape (channels, samples).
    noise
        One SD a channel; infinite where it is not searched.
    beats
        Sample numbers of the beats.
    sampling_rate_hz
        **[Hz]**
    """
    before, after = (round(time * sampling_rate_hz) for time in BEAT_S)
    inside = beats[(beats + before >= 0) & (beats + after <= filtered.shape[1])]
    if not inside.size:
        return []
    around = inside[:, np.newaxis] + np.arange(before, after)
    found = []
    for channel in np.flatnonzero(np.isfinite(noise)):
        typical = np.median(filtered[channel][around], axis=0) / noise[channel]
        if np.abs(typical).max() < DISTURBS:
            continue
        seen = np.flatnonzero(np.abs(typical) >= VISIBLE)
        start, stop = before + int(seen[0]), before + int(seen[-1]) + 1
        found += [
            BeatStretch(
                channel=int(channel), start=max(0, int(beat) + start), stop=min(filtered.shape[1], int(beat) + stop)
            )
            for beat in beats
        ]
    return [stretch for stretch in found if stretch.start < stretch.stop]


def _beats_of(samples: NDArray[np.float32], bin_length: int, bin_s: float) -> NDArray[np.int64]:
    count = samples.size // bin_length
    binned = samples[: count * bin_length].reshape(count, bin_length).mean(axis=1, dtype=np.float64)
    width = max(3, round(BASELINE_S / bin_s))
    if count < SEARCH_S / bin_s * 3:
        return np.zeros(0, dtype=np.int64)
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import find_peaks

    signal = uniform_filter1d(binned, 3) - uniform_filter1d(binned, width)
    size = np.abs(signal)
    window = round(SEARCH_S / bin_s)
    largest = size[: count // window * window].reshape(-1, window).max(axis=1)
    beat_size = float(np.median(largest))
    if beat_size < STANDS_OUT * float(np.median(size)) / 0.6745 or beat_size == 0:
        return np.zeros(0, dtype=np.int64)
    peaks, _ = find_peaks(size, height=LARGE_SHARE * beat_size, distance=max(1, round(INTERVALS_S[0] / bin_s)))
    return _in_rhythm(signal, peaks, bin_s)


def _in_rhythm(signal: NDArray[np.float64], peaks: NDArray[np.int64], bin_s: float) -> NDArray[np.int64]:
    nothing = np.zeros(0, dtype=np.int64)
    aside = round(SNIPPET_S / bin_s)
    peaks = peaks[(peaks >= aside) & (peaks + aside < signal.size)]
    if peaks.size < FEWEST_BEATS:
        return nothing
    snippets = signal[peaks[:, np.newaxis] + np.arange(-aside, aside + 1)]
    typical = np.median(snippets, axis=0)
    likeness = (snippets @ typical) / (np.linalg.norm(snippets, axis=1) * np.linalg.norm(typical) + 1e-12)
    height = np.abs(typical)
    is_wide = np.count_nonzero(height > height.max() / 2) * bin_s >= NARROWEST_S
    if not is_wide or np.mean(likeness >= LEAST_LIKENESS) < SHARE_IN_RHYTHM:
        return nothing
    beats = peaks[likeness >= BEAT_LIKENESS]
    intervals = np.diff(beats) * bin_s
    if intervals.size < FEWEST_BEATS - 1:
        return nothing
    pace = intervals[1:] / intervals[:-1]
    in_range = np.mean((intervals >= INTERVALS_S[0]) & (intervals <= INTERVALS_S[1]))
    in_pace = np.mean((pace >= NEXT_TO_LAST[0]) & (pace <= NEXT_TO_LAST[1]))
    return beats if min(in_range, in_pace) >= SHARE_IN_RHYTHM else nothing
