"""When the heart beat, as channels of the heart tell that were recorded beside the muscle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.filtering import fill_missing, without_garbage
from myotwitch.detection.heart_rhythm import find_rhythm
from myotwitch.recordings.recording import ChannelKind, Recording

BLOCK_S = 120.0
MARGIN_S = 4.0
LOWEST_RATE_HZ = 100.0
"""Below this a beat is a sample or two."""


def told_beats(recording: Recording) -> NDArray[np.float64] | None:
    """Return the times of heartbeats **[s]**, ascending, of the ECG channel that shows most; None where there is none.

    The beats of the usual shape and of others are given together; in a channel of muscle they may look alike.
    """
    by_channel = [
        _beats_of(recording, index)
        for index, channel in enumerate(recording.channels)
        if channel.kind is ChannelKind.ECG and channel.sampling_rate_hz >= LOWEST_RATE_HZ
    ]
    most = max(by_channel, key=len, default=np.zeros(0))
    return most if most.size else None


def _beats_of(recording: Recording, index: int) -> NDArray[np.float64]:
    rate_hz = recording.channels[index].sampling_rate_hz
    found = [np.zeros(0)]
    for block in recording.blocks((index,), BLOCK_S, MARGIN_S):
        rhythm = find_rhythm(fill_missing(without_garbage(block.samples)), rate_hz)
        place = np.concatenate((rhythm.peak, *rhythm.others)) + block.first_index
        found.append(np.sort(place[(place >= block.start_index) & (place < block.stop_index)]) / rate_hz)
    return np.concatenate(found)
