"""Whether a channel can be searched at all, said in a sentence that tells what to do."""

from __future__ import annotations

from myotwitch.language import _, digits
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
        return _("This is a heart signal (ECG); twitches are searched in EMG only.")
    if channel.kind is ChannelKind.OTHER:
        return _("This is not an EMG signal; twitches are searched in EMG only.")
    if channel.sampling_rate_hz < LOWEST_RATE_HZ:
        return _(
            "Sampling rate is {sampling_rate_hz} Hz; detection needs at least {lowest_rate_hz} Hz. "
            "Re-export the file at its original rate."
        ).format(sampling_rate_hz=digits(channel.sampling_rate_hz), lowest_rate_hz=digits(LOWEST_RATE_HZ))
    if recording.duration_s < SHORTEST_S:
        return _("It lasts {duration_s} s; detection needs at least {shortest_s} s. Record for longer.").format(
            duration_s=digits(recording.duration_s), shortest_s=digits(SHORTEST_S)
        )
    return None
