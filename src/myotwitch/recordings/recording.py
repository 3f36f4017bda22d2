"""Recording: channels over time, read in pieces so that memory does not grow with its length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError, RequestError
from myotwitch.language import _


class ChannelKind(StrEnum):
    """What a channel carries."""

    SURFACE_EMG = "surface_emg"
    NEEDLE_EMG = "needle_emg"
    EMG = "emg"
    """Electromyogram with an electrode that the file does not name; treated as surface."""
    ECG = "ecg"
    OTHER = "other"
    """Triggers, accelerometers, respiration and whatever else is not searched for twitches."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """One signal of a recording.

    Parameters
    ----------
    name
        Its name in the file; unique within a recording.
    sampling_rate_hz
        Samples a second **[Hz]**, greater than zero.
    kind
        What it carries.
    unit
        ``uV`` where the file or its sidecar states a voltage (samples are then in microvolts), else None: the scale is
        unknown, samples are as stored, and nothing downstream may claim microvolts.
    stated_unit
        The unit as the file words it; None where it words none.
    place, muscle, side
        Where it was recorded, in the words of the contract; None where unknown.
    position_mm
        Place on an electrode grid, (along, across) **[mm]**; None where unknown.
    clipping_low, clipping_high
        Smallest and largest value that the file can hold, in the unit of the samples; None where unknown.
    """

    name: str
    sampling_rate_hz: float
    kind: ChannelKind = ChannelKind.EMG
    unit: str | None = None
    stated_unit: str | None = None
    place: str | None = None
    muscle: str | None = None
    side: str | None = None
    position_mm: tuple[float, float] | None = None
    clipping_low: float | None = None
    clipping_high: float | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.sampling_rate_hz) and self.sampling_rate_hz > 0):
            raise RecordingError(
                _(
                    "Channel {name} states a sampling rate of {sampling_rate_hz} Hz; it must be above 0. "
                    "Re-export the recording, or state the rate in a sidecar file."
                ).format(name=repr(self.name), sampling_rate_hz=self.sampling_rate_hz)
            )
        if self.unit not in (None, "uV"):
            raise RecordingError(
                _("Channel {name} has the unit {unit}; readers convert voltages to 'uV'.").format(
                    name=repr(self.name), unit=repr(self.unit)
                )
            )


class SampleReader(Protocol):
    """Reads samples of channels of one sampling rate. Each file format provides one."""

    def __call__(self, channel_indexes: Sequence[int], start_index: int, stop_index: int, /) -> NDArray[np.float32]:
        """Return samples of shape (channels, stop_index - start_index), NaN where the file holds none.

        The channels asked for share one sampling rate; the indexes count samples of that rate from the start.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Recording:
    """A recording of one or more channels, whose samples are read when asked for.

    Parameters
    ----------
    file
        The file as the user named it.
    format_name
        Name of its format, such as ``EDF+``.
    duration_s
        Time from the first to after the last sample **[s]**, gaps included, greater than zero.
    channels
        At least one; names are unique.
    read_samples
        Reads a piece; missing stretches (gaps of a discontinuous file, lost samples) come as NaN.
    notes
        What the reader had to say about the file, such as an unknown scale, in plain sentences.

    Raises
    ------
    RecordingError
        If there is no channel, no duration, or two channels share a name.
    """

    file: str
    format_name: str
    duration_s: float
    channels: tuple[Channel, ...]
    read_samples: SampleReader = field(repr=False)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.channels:
            raise RecordingError(
                _("{file} holds no channel; export it again with at least one signal.").format(file=self.file)
            )
        if not (np.isfinite(self.duration_s) and self.duration_s > 0):
            raise RecordingError(
                _("{file} holds no samples: its duration is {duration_s} s.").format(
                    file=self.file, duration_s=self.duration_s
                )
            )
        names = [channel.name for channel in self.channels]
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        if twice:
            raise RecordingError(
                _("{file} holds two channels named {twice}; channel names must differ.").format(
                    file=self.file, twice=repr(twice[0])
                )
            )

    @property
    def scale_is_known(self) -> bool:
        """True if every channel states a voltage."""
        return all(channel.unit == "uV" for channel in self.channels)

    def channel_groups(self) -> tuple[tuple[float, tuple[int, ...]], ...]:
        """Return (sampling rate, indexes of its channels) for each sampling rate, in order of first appearance."""
        groups: dict[float, list[int]] = {}
        for index, channel in enumerate(self.channels):
            groups.setdefault(channel.sampling_rate_hz, []).append(index)
        return tuple((rate, tuple(indexes)) for rate, indexes in groups.items())

    def sample_count(self, channel_index: int) -> int:
        """Return the number of samples of a channel over the whole duration."""
        return round(self.duration_s * self.channels[channel_index].sampling_rate_hz)

    def read(self, channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        """Return samples of channels that share a sampling rate.

        Parameters
        ----------
        channel_indexes
            Which channels, by their place in `channels`.
        start_index, stop_index
            Sample numbers, from start up to before stop; within 0 to `sample_count`.

        Returns
        -------
        Samples of shape (channels, stop_index - start_index), microvolts where the channel's unit is ``uV``; NaN where
        the recording holds none.

        Raises
        ------
        RequestError
            If the channels differ in rate or the stretch lies outside the recording.
        """
        rates = {self.channels[index].sampling_rate_hz for index in channel_indexes}
        if len(rates) != 1:
            raise RequestError(f"Channels with sampling rates {sorted(rates)} Hz cannot be read as one block.")
        available = self.sample_count(channel_indexes[0])
        if not 0 <= start_index <= stop_index <= available:
            raise RequestError(
                _("Samples {start_index} to {stop_index} were asked for; {file} holds 0 to {available}.").format(
                    start_index=start_index, stop_index=stop_index, file=self.file, available=available
                )
            )
        return self.read_samples(channel_indexes, start_index, stop_index)

    def blocks(self, channel_indexes: Sequence[int], block_s: float, margin_s: float = 0.0) -> Iterator[Block]:
        """Yield the recording in pieces of `block_s` seconds, each with up to `margin_s` more on both sides.

        Channels must share a sampling rate. Joined without their margins, the pieces give every sample exactly once.
        """
        rate_hz = self.channels[channel_indexes[0]].sampling_rate_hz
        available = self.sample_count(channel_indexes[0])
        step = max(1, round(block_s * rate_hz))
        margin = round(margin_s * rate_hz)
        for start in range(0, available, step):
            stop = min(start + step, available)
            first, last = max(0, start - margin), min(available, stop + margin)
            yield Block(
                samples=self.read(channel_indexes, first, last),
                first_index=first,
                start_index=start,
                stop_index=stop,
            )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Block:
    """A piece of a recording, with margins for filters.

    Parameters
    ----------
    samples
        Shape (channels, samples), margins included.
    first_index
        Sample number of the first column.
    start_index, stop_index
        Sample numbers between which this piece answers for the recording.
    """

    samples: NDArray[np.float32]
    first_index: int
    start_index: int
    stop_index: int


def recording_from_array(
    samples: NDArray[np.floating],
    sampling_rate_hz: float,
    *,
    channels: Sequence[Channel] | None = None,
    file: str = "array",
    unit: str | None = "uV",
) -> Recording:
    """Return a recording over samples that are already in memory.

    Parameters
    ----------
    samples
        Shape (channels, samples) or (samples,); in microvolts unless `unit` is None.
    sampling_rate_hz
        Samples a second **[Hz]**.
    channels
        One for each row; made as ``channel 1``, ``channel 2`` … where None.
    file
        A name to show.
    unit
        ``uV``, or None where the scale is unknown; used where `channels` is None.

    Examples
    --------
    >>> import numpy as np
    >>> recording_from_array(np.zeros((2, 1000)), 1000.0).duration_s
    1.0
    """
    table = np.ascontiguousarray(np.atleast_2d(samples), dtype=np.float32)
    table.setflags(write=False)
    if channels is None:
        channels = [
            Channel(name=f"channel {row + 1}", sampling_rate_hz=sampling_rate_hz, unit=unit, stated_unit=unit)
            for row in range(table.shape[0])
        ]
    if len(channels) != table.shape[0]:
        raise RequestError(f"{table.shape[0]} rows of samples were given for {len(channels)} channels.")

    def read_samples(channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        return table[list(channel_indexes), start_index:stop_index]

    return Recording(
        file=file,
        format_name="array",
        duration_s=table.shape[1] / sampling_rate_hz,
        channels=tuple(channels),
        read_samples=read_samples,
    )
