"""What a sidecar changes in a recording: names of muscles and places, kinds of channels, and their scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from myotwitch.anatomy import find_muscle
from myotwitch.errors import Fault, nearest_name
from myotwitch.language import _
from myotwitch.recordings.recording import Channel, ChannelKind, Recording, SampleReader
from myotwitch.recordings.sidecar import SAME_RATE, ChannelFacts, Sidecar, faults_error, read_sidecar, sidecar_path
from myotwitch.units import MICROVOLTS_PER_UNIT, microvolts_per


@dataclass(frozen=True, kw_only=True, slots=True)
class _Described:
    """A channel as its sidecar describes it, and how its samples follow from those of the file."""

    channel: Channel
    factor: float = 1.0
    zero: float = 0.0

    def convert(self, sample: float | None) -> float | None:
        return None if sample is None else (sample - self.zero) * self.factor


def apply_sidecar(recording: Recording, path: Path) -> Recording:
    """Return the recording with what the sidecar beside `path` states, or itself where there is none.

    Raises
    ------
    RecordingError
        If the sidecar breaks its form, names a channel that the recording does not have, or contradicts it.
    """
    sidecar = read_sidecar(path)
    if sidecar is None:
        return recording
    faults = _unknown_channels(recording, sidecar)
    described = []
    for channel in recording.channels:
        facts, position_mm = sidecar.of_channel(channel.name)
        faults += _contradictions(channel, facts, sidecar)
        described.append(_describe(channel, facts, position_mm))
    if faults:
        raise faults_error(sidecar_path(path), faults)
    channels = tuple(item.channel for item in described)
    # A reader's note on an unknown scale is answered once every searched channel has a scale.
    is_answered = all(channel.unit == "uV" for channel in channels if channel.kind is not ChannelKind.OTHER)
    notes = tuple(note for note in recording.notes if not (is_answered and "scale" in note and "sidecar" in note))
    return replace(recording, channels=channels, read_samples=_scaled(recording.read_samples, described), notes=notes)


def _unknown_channels(recording: Recording, sidecar: Sidecar) -> list[Fault]:
    known = [channel.name for channel in recording.channels]
    return [
        Fault(
            path=f"channels[{index}].name",
            line=None,
            message=_("{name} is no channel of {file}.{hint} It has {known}.").format(
                name=repr(channel.name),
                file=recording.file,
                hint=nearest_name(channel.name, known),
                known=", ".join(map(repr, known[:20])) + (" …" if len(known) > 20 else ""),
            ),
        )
        for index, channel in enumerate(sidecar.channels)
        if channel.name not in known
    ]


def _contradictions(channel: Channel, facts: ChannelFacts, sidecar: Sidecar) -> list[Fault]:
    """Return what a sidecar says against the file itself, or cannot mean."""
    faults = []

    def fault(entry: str, message: str) -> None:
        faults.append(
            Fault(
                path=entry,
                line=None,
                message=_("channel {name}: {message}").format(name=repr(channel.name), message=message),
            )
        )

    rate = sidecar.sampling_rate_hz
    if rate is not None and abs(rate - channel.sampling_rate_hz) > SAME_RATE * channel.sampling_rate_hz:
        fault(
            "sampling_rate_hz",
            _("{rate} Hz is stated, but the file itself has {sampling_rate_hz} Hz.").format(
                rate=rate, sampling_rate_hz=channel.sampling_rate_hz
            ),
        )
    is_scaled = facts.scale is not None or facts.zero is not None
    kind = facts.kind or channel.kind
    if channel.unit == "uV":
        same_unit = facts.unit is None or microvolts_per(facts.unit) == microvolts_per(channel.stated_unit or "uV")
        if is_scaled or not same_unit:
            fault(
                "unit",
                _("the file itself states {stated_unit}; remove unit, scale and zero.").format(
                    stated_unit=channel.stated_unit or "uV"
                ),
            )
    elif is_scaled and facts.unit is None:
        fault("scale", _('a scale needs its unit, such as "unit": "uV".'))
    elif facts.unit is not None and microvolts_per(facts.unit) is None and kind is not ChannelKind.OTHER:
        fault(
            "unit",
            _("{unit} is no voltage; allowed are {microvolts_per_unit}.").format(
                unit=repr(facts.unit), microvolts_per_unit=", ".join(MICROVOLTS_PER_UNIT)
            ),
        )
    return faults


def _describe(channel: Channel, facts: ChannelFacts, position_mm: tuple[float, float] | None) -> _Described:
    factor, zero, unit, stated_unit = 1.0, 0.0, channel.unit, channel.stated_unit
    microvolts = None if facts.unit is None else microvolts_per(facts.unit)
    if channel.unit is None and facts.unit is not None:
        stated_unit = facts.unit
        if microvolts is not None:
            unit = "uV"
            factor = microvolts * (1.0 if facts.scale is None else facts.scale)
            zero = facts.zero or 0.0
    plain = _Described(channel=channel, factor=factor, zero=zero)
    ends = [plain.convert(channel.clipping_low), plain.convert(channel.clipping_high)]
    if factor < 0:
        ends.reverse()
    return replace(
        plain,
        channel=replace(
            channel,
            kind=ChannelKind(facts.kind) if facts.kind is not None else channel.kind,
            unit=unit,
            stated_unit=stated_unit,
            place=facts.place or _place_of(facts.muscle) or channel.place,
            muscle=facts.muscle or channel.muscle,
            side=facts.side or channel.side,
            position_mm=position_mm or channel.position_mm,
            clipping_low=ends[0],
            clipping_high=ends[1],
        ),
    )


def _place_of(muscle: str | None) -> str | None:
    return None if muscle is None else find_muscle(muscle).place


def _scaled(read_samples: SampleReader, described: Sequence[_Described]) -> SampleReader:
    if all(item.factor == 1.0 and item.zero == 0.0 for item in described):
        return read_samples

    def read(channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        samples = read_samples(channel_indexes, start_index, stop_index)
        zeros = np.array([[described[index].zero] for index in channel_indexes], dtype=np.float32)
        factors = np.array([[described[index].factor] for index in channel_indexes], dtype=np.float32)
        return (samples - zeros) * factors

    return read
