"""Twitches: the discharges found in a recording, and the observation in which they were looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import MyotwitchError
from myotwitch.twitches.kinds import Extent, Kind, Naming


class ExclusionReason(StrEnum):
    """Why a stretch was not searched."""

    VOLUNTARY = "voluntary"
    MOVEMENT = "movement"
    HEARTBEAT = "heartbeat"
    MAINS = "mains"
    CLIPPING = "clipping"
    FLAT = "flat"
    MISSING = "missing"
    NOISE = "noise"


@dataclass(frozen=True, kw_only=True, slots=True)
class Excluded:
    """A stretch of some channels that was not searched, and why.

    Parameters
    ----------
    start_s, stop_s
        Ends of the stretch **[s from the recording's start]**.
    channels
        Names of the channels that were not searched in it.
    reason
        Why not.
    """

    start_s: float
    stop_s: float
    channels: tuple[str, ...]
    reason: ExclusionReason

    def __post_init__(self) -> None:
        if not self.start_s < self.stop_s:
            raise MyotwitchError(
                f"An excluded stretch must end after its start; got {self.start_s} to {self.stop_s} s."
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class ObservedChannel:
    """What became of one channel in the search.

    Parameters
    ----------
    name, place, muscle, side
        As in the recording; None where unknown.
    sampling_rate_hz
        **[Hz]**
    unit
        ``uV``, or None where the scale is unknown.
    usable
        True if it was searched at all.
    noise
        Robust standard deviation of its filtered background, median over time **[the channel's unit]**; None where
        not usable.
    problem
        Why it was not searched, or what limits it, in a plain sentence; None where there is nothing to say.
    """

    name: str
    sampling_rate_hz: float
    usable: bool
    place: str | None = None
    muscle: str | None = None
    side: str | None = None
    unit: str | None = None
    noise: float | None = None
    problem: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """What was looked at: without it 'none found' could not be told from 'not looked'.

    Parameters
    ----------
    file
        The recording as the user named it.
    recorded_s
        Length of the recording **[s]**.
    channels
        Every channel of the recording, searched or not.
    analysed_s
        Time in which at least one channel was searched **[s]**.
    excluded
        Stretches that were not searched, in order of their start.
    detector
        Name of the detector and what it was set to, in one line.
    smallest_detectable
        Peak-to-peak amplitude that the best searched channel could have shown **[uV]**; None where the scale is
        unknown or nothing was searched.
    notes
        What the reader and the detector had to say, in plain sentences.
    """

    file: str
    recorded_s: float
    channels: tuple[ObservedChannel, ...]
    analysed_s: float
    excluded: tuple[Excluded, ...] = ()
    detector: str
    smallest_detectable: float | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.analysed_s <= self.recorded_s * (1 + 1e-9):
            raise MyotwitchError(f"Analysed {self.analysed_s} s of a recording of {self.recorded_s} s.")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SourceShape:
    """The mean potential of one source, as the detector knew it at the end.

    Parameters
    ----------
    source
        Its number in `Twitches.source`.
    waveform
        Shape (channels of the observation, samples) **[the channel's unit]**; zero on channels on which it is not seen.
    sampling_rate_hz
        **[Hz]**
    figures
        How it fires and what its potential measures, by name; units are in the names.
    """

    source: int
    waveform: NDArray[np.float32]
    sampling_rate_hz: float
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def peak_channel_index(self) -> int:
        """Channel on which it is largest."""
        return int(np.ptp(self.waveform, axis=1).argmax())


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Twitches:
    """The discharges found in one recording, in order of onset; one row is one discharge.

    Every array has one entry a discharge and is read-only. The discharges of a burst share a burst number.

    Parameters
    ----------
    observation
        What was looked at.
    onset_s
        Onset **[s from the recording's start]**, ascending, within the recording.
    duration_s
        From onset to end **[s]**, greater than zero.
    peak_to_peak_uv
        On the peak channel **[uV]**; NaN where that channel's scale is unknown.
    peak_to_noise
        Largest deflection over the channel's robust noise SD **[1]**; known on every scale.
    on_channel
        Shape (discharges, channels of the observation): True where the discharge was seen.
    peak_channel_index
        Channel on which it stood out most over the noise.
    kind, extent
        One `Kind` and one `Extent` a discharge.
    source
        Number of the motor unit (or other generator) it was sorted to; -1 where not sorted.
    burst
        Number of the burst it belongs to; -1 where it belongs to none.
    isolated
        True if no other discharge lies within 250 ms (Sleutjes 2016, doi 10.1002/mus.24712).
    confidence
        Calibrated probability that it is a twitch; NaN from a detector that is not calibrated.
    shapes
        Mean potential of each source, in order of their numbers; empty from a detector that does not sort.
    naming
        Why each discharge is of its kind; empty from a detector that does not tell.
    """

    observation: Observation
    onset_s: NDArray[np.float64]
    duration_s: NDArray[np.float64]
    peak_to_peak_uv: NDArray[np.float64]
    peak_to_noise: NDArray[np.float64]
    on_channel: NDArray[np.bool_]
    peak_channel_index: NDArray[np.int64]
    kind: tuple[Kind, ...]
    extent: tuple[Extent, ...]
    source: NDArray[np.int64]
    burst: NDArray[np.int64]
    isolated: NDArray[np.bool_]
    confidence: NDArray[np.float64]
    shapes: tuple[SourceShape, ...] = ()
    naming: tuple[Naming, ...] = ()

    def __post_init__(self) -> None:
        count = self.onset_s.size
        for name in self.__slots__:
            value = getattr(self, name)
            if name in ("observation", "shapes") or (name == "naming" and not value):
                continue
            if len(value) != count:
                raise MyotwitchError(f"Twitches.{name} has {len(value)} entries for {count} discharges.")
            if isinstance(value, np.ndarray):
                own = value.copy()
                own.setflags(write=False)
                object.__setattr__(self, name, own)
        channel_count = len(self.observation.channels)
        if self.on_channel.shape != (count, channel_count):
            raise MyotwitchError(
                f"Twitches.on_channel has the shape {self.on_channel.shape}; {(count, channel_count)} is needed."
            )
        if count == 0:
            return
        if np.any(np.diff(self.onset_s) < 0) or self.onset_s[0] < 0 or self.onset_s[-1] > self.observation.recorded_s:
            raise MyotwitchError("Onsets must ascend and lie within the recording.")
        if not np.all(self.duration_s > 0):
            raise MyotwitchError("Every twitch must last longer than 0 s.")
        if not np.all(self.on_channel[np.arange(count), self.peak_channel_index]):
            raise MyotwitchError("A twitch must be seen on its own peak channel.")

    def __len__(self) -> int:
        return int(self.onset_s.size)


ISOLATION_S = 0.250
"""Quiet time before and after an isolated discharge **[s]** (Sleutjes 2016, doi 10.1002/mus.24712)."""


def is_isolated(onset_s: NDArray[np.float64], isolation_s: float = ISOLATION_S) -> NDArray[np.bool_]:
    """Return for each of the ascending onsets whether the discharges before and after are further than `isolation_s`.

    Examples
    --------
    >>> import numpy as np
    >>> is_isolated(np.array([0.0, 1.0, 1.1])).tolist()
    [True, False, False]
    """
    gaps = np.concatenate(([np.inf], np.diff(onset_s), [np.inf]))[: onset_s.size + 1]
    return np.asarray((gaps[:-1] > isolation_s) & (gaps[1:] > isolation_s), dtype=np.bool_)
