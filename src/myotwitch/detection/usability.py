"""Whether a channel can be searched at all, said in a sentence that tells what to do."""

from __future__ import annotations

from myotwitch.recordings.recording import ChannelKind, Recording

LOWEST_RATE_HZ = 500.0
SHORTEST_S = 2.0
"""Below this there is no noise to compare with."""


def channel_problem(recording: Recording, channel_index: int) -> str | None:
    """Return why a channel cannot be searched for twitches, or None.

    Examples
    --------
    >>> import numpy as np
    >>> from myotwitch.recordings.recording import recording_from_array
    >>> channel_problem(recording_from_array(np.zeros(3600), 360.0), 0)
    'Sampling rate is 360 Hz; detection needs at least 500 Hz. Re-export the file at its original rate.'
    """
    channel = recording.channels[channel_index]
    if channel.kind is ChannelKind.ECG:
        return "This is a heart signal (ECG); twitches are searched in EMG only."
    if channel.kind is ChannelKind.OTHER:
        return "This is not an EMG signal; twitches are searched in EMG only."
    if channel.sampling_rate_hz < LOWEST_RATE_HZ:
        return (
            f"Sampling rate is {channel.sampling_rate_hz:g} Hz; detection needs at least {LOWEST_RATE_HZ:g} Hz. "
            "Re-export the file at its original rate."
        )
    if recording.duration_s < SHORTEST_S:
        return f"It lasts {recording.duration_s:g} s; detection needs at least {SHORTEST_S:g} s. Record for longer."
    return None
