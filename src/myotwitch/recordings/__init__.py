"""Recordings of muscles: what one is, how files are opened, and what may be stated beside them."""

from myotwitch.recordings.reading import READERS, open_recording
from myotwitch.recordings.recording import Block, Channel, ChannelKind, Recording, recording_from_array
from myotwitch.recordings.samples import SAMPLES, fetch_sample

__all__ = [
    "READERS",
    "SAMPLES",
    "Block",
    "Channel",
    "ChannelKind",
    "Recording",
    "fetch_sample",
    "open_recording",
    "recording_from_array",
]
