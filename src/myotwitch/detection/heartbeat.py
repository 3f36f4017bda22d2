"""Heartbeats in EMG channels: subtracted beat by beat, so that twitches between and beneath them are left.

The level of what is left of them is given for every sample; only where that is too high is a stretch left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.beat_model import BeatModel, learn_beats, refined_places, subtract_mean
from myotwitch.detection.between_samples import subtract_at
from myotwitch.detection.block_stretches import BlockStretch, stretches_of_runs
from myotwitch.detection.heart_rhythm import Rhythm, find_rhythm
from myotwitch.twitches import ExclusionReason

REACH_S = (0.25, 0.45)
"""Before and after a beat's peak where its traces are looked for: from the P wave to the end of the T wave."""
REACH_OF_INTERVAL = (0.35, 0.6)
"""… but not further than so much of the usual interval."""
NO_PLACE = np.zeros(0)
LARGEST_RESIDUAL = 3.0
"""Noise SDs of what is left of beats from which the stretch is left out."""
TRACE = 1.1
"""Level of the noise and of what is left of beats, over that of the noise, from which there is a trace of them."""
ODD_S = (0.12, 0.20)
ODD_VISIBLE = 3.5
"""Noise SDs by which an odd beat must show in the pass band to be left out."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Cleaned:
    """A block without its heartbeats.

    Parameters
    ----------
    filtered
        Shape (channels, samples): the array that was given, in which beats were subtracted.
    noise_scale
        For each channel the level of the noise and of what is left of beats over the level of the noise, at every
        sample **[1]**; None where no beat shows.
    left_out
        Where too much is left.
    """

    filtered: NDArray[np.float32]
    noise_scale: tuple[NDArray[np.float32] | None, ...]
    left_out: list[BlockStretch]

    @property
    def traces(self) -> list[BlockStretch]:
        """Stretches in which a little is left of beats."""
        return [
            stretch
            for channel, scale in enumerate(self.noise_scale)
            if scale is not None
            for stretch in stretches_of_runs(scale > TRACE, channel, ExclusionReason.HEARTBEAT)
        ]

    @property
    def is_changed(self) -> bool:
        """True if anything was subtracted or left out."""
        return bool(self.left_out) or any(row is not None for row in self.noise_scale)


def subtract_beats(
    filtered: NDArray[np.float32],
    complete: NDArray[np.float32],
    noise: NDArray[np.float32],
    sampling_rate_hz: float,
    told: NDArray[np.float64] | None = None,
    *,
    is_needle: bool = False,
) -> Cleaned:
    """Return the block with every heartbeat subtracted from every channel in which it shows; `filtered` is changed.

    Parameters
    ----------
    filtered, complete
        Shape (channels, samples): after the filter; and before it, without NaN.
    noise
        One SD a channel; infinite where it is not searched.
    sampling_rate_hz
        **[Hz]**
    told
        Beats that a channel of the heart shows **[samples, fractions included]**; None where there is none.
    is_needle
        Whether the channels are those of a needle, in which a heart is known by its slow waves only.

    Method
    ------
    Beats are found by their rhythm (`heart_rhythm`), aligned to a fraction of a sample, and each channel learns for
    itself what they look like and in which ways they change (`beat_model`). That is fitted to every beat robustly, so
    that a twitch beneath it is not taken for a part of it. Beats of another shape that comes again and again have a
    model of their own.

    Limits
    ------
    A beat whose shape comes fewer than five times in a block is left out, not subtracted.
    """
    rhythm = find_rhythm(complete, sampling_rate_hz, needs_waves=is_needle)
    inside = NO_PLACE if told is None else told[(told >= 0) & (told < filtered.shape[1])]
    if inside.size > len(rhythm):
        rhythm = Rhythm(peak=inside, odd=rhythm.odd)
    scales: list[NDArray[np.float32] | None] = [None] * filtered.shape[0]
    left_out: list[BlockStretch] = []
    searched = np.flatnonzero(np.isfinite(noise))
    if not len(rhythm) or not searched.size:
        return Cleaned(filtered=filtered, noise_scale=tuple(scales), left_out=left_out)
    left_out += _odd_beats(filtered, noise, rhythm.odd, sampling_rate_hz)
    first, stop = _reach(rhythm.peak, sampling_rate_hz)
    for peaks in (rhythm.peak, *rhythm.others):
        places = refined_places(filtered, noise, peaks, sampling_rate_hz)
        for channel in searched:
            row = filtered[channel]
            model = learn_beats(row, places, first, stop, sampling_rate_hz)
            if model is not None:
                subtract_at(row, model.place, model.first, model.beats)
                scales[channel] = _raised(scales[channel], row.size, model)
                left_out += _too_much_left(int(channel), row.size, model)
            subtract_mean(row, float(noise[channel]), places, first, stop)
    return Cleaned(filtered=filtered, noise_scale=tuple(scales), left_out=left_out)


def _reach(peaks: NDArray[np.float64], sampling_rate_hz: float) -> tuple[int, int]:
    """Return the first and last sample of a beat, counted from its peak."""
    usual = float(np.median(np.diff(peaks))) if peaks.size > 1 else sampling_rate_hz
    before, after = (
        round(min(reach * sampling_rate_hz, share * usual))
        for reach, share in zip(REACH_S, REACH_OF_INTERVAL, strict=True)
    )
    return -before, after


def _raised(scale: NDArray[np.float32] | None, length: int, model: BeatModel) -> NDArray[np.float32]:
    made = np.ones(length, dtype=np.float32) if scale is None else scale
    for start in _starts(model):
        low, high = max(0, start), min(length, start + model.level.size)
        if low < high:
            np.maximum(made[low:high], model.level[low - start : high - start], out=made[low:high])
    return made


def _too_much_left(channel: int, length: int, model: BeatModel) -> list[BlockStretch]:
    is_high = np.concatenate(([False], model.level > LARGEST_RESIDUAL, [False]))
    usual = np.flatnonzero(is_high[1:] != is_high[:-1]).reshape(-1, 2).tolist()
    whole = [[0, model.level.size]]
    found = []
    for start, is_unlike in zip(_starts(model), model.is_unlike, strict=True):
        for edges in whole if is_unlike else usual:
            low, high = max(0, start + edges[0]), min(length, start + edges[1])
            if low < high:
                found.append(BlockStretch(channel=channel, start=low, stop=high, reason=ExclusionReason.HEARTBEAT))
    return found


def _starts(model: BeatModel) -> list[int]:
    return [int(start) for start in np.rint(model.place) + model.first]


def _odd_beats(
    filtered: NDArray[np.float32], noise: NDArray[np.float32], odd: NDArray[np.int64], sampling_rate_hz: float
) -> list[BlockStretch]:
    found = []
    for peak in odd:
        low = max(0, round(peak - ODD_S[0] * sampling_rate_hz))
        high = min(filtered.shape[1], round(peak + ODD_S[1] * sampling_rate_hz))
        is_seen = np.abs(filtered[:, low:high]).max(axis=1) > ODD_VISIBLE * noise
        found += [
            BlockStretch(channel=int(channel), start=low, stop=high, reason=ExclusionReason.HEARTBEAT)
            for channel in np.flatnonzero(is_seen)
        ]
    return found
