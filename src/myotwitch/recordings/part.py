"""A part of a recording as a recording of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError
from myotwitch.recordings.recording import Recording


def part_of(recording: Recording, start_s: float, stop_s: float) -> Recording:
    """Return the stretch of a recording as a recording that begins at 0 s; nothing is read yet.

    Parameters
    ----------
    recording
        The whole.
    start_s, stop_s
        Ends of the stretch **[s]**, within the recording. Best whole seconds: each channel begins at the sample nearest
        to `start_s`.

    Raises
    ------
    RequestError
        If the stretch does not lie within the recording.

    Examples
    --------
    >>> from myotwitch.recordings import recording_from_array
    >>> part_of(recording_from_array(np.arange(5000.0), 1000.0), 2.0, 4.0).read([0], 0, 3).tolist()
    [[2000.0, 2001.0, 2002.0]]
    """
    if not 0 <= start_s < stop_s <= recording.duration_s:
        raise RequestError(
            f"The stretch {start_s} to {stop_s} s was asked for; {recording.file} holds 0 to {recording.duration_s} s."
        )
    if start_s == 0 and stop_s == recording.duration_s:
        return recording

    def read_samples(channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        first = round(start_s * recording.channels[channel_indexes[0]].sampling_rate_hz)
        return recording.read(channel_indexes, first + start_index, first + stop_index)

    return replace(recording, duration_s=stop_s - start_s, read_samples=read_samples)
