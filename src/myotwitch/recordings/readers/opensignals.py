"""Reads HDF5 files of OpenSignals (biosignalsplux, BITalino): stored counts of a converter, one dataset a channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
from myotwitch.language import _, digits
from myotwitch.recordings.readers.hdf5_safety import member_of, open_hdf5, refuse_unsafe_dataset
from myotwitch.recordings.recording import Channel, ChannelKind, Recording, SampleReader

MOST_CHANNELS = 4096
_SENSOR_KINDS = {
    "EMG": ChannelKind.EMG,
    "ECG": ChannelKind.ECG,
    # A sensor that is only named so could be anything; it is searched, and a note says so.
    "RAW": ChannelKind.EMG,
    "CUSTOM": ChannelKind.EMG,
    "": ChannelKind.EMG,
}
_UNTOLD_SENSORS = ("RAW", "CUSTOM", "")
_MOST_BITS = 32
_LONGEST_TEXT = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signal:
    """One dataset of samples, and the channel that it is."""

    channel: Channel
    dataset: Any
    sample_count: int
    device: str
    sensor: str


def read_opensignals(path: Path) -> Recording:
    """Return the recording in an OpenSignals HDF5 file, read in pieces.

    The file holds counts of the converter and names the sensor, but not its gain, so the scale stays unknown until a
    sidecar states it. Devices recorded together begin together; where one ran longer, the others' samples are missing.

    Raises
    ------
    RecordingError
        If the file is not one of OpenSignals, its parts contradict each other, or point outside of it.
    """
    file = open_hdf5(path)
    try:
        signals = _find_signals(path, file)
    except BaseException:
        file.close()
        raise
    duration_s = max(signal.sample_count / signal.channel.sampling_rate_hz for signal in signals)
    return Recording(
        file=str(path),
        format_name="OpenSignals HDF5",
        duration_s=duration_s,
        channels=tuple(signal.channel for signal in signals),
        read_samples=_reader(signals),
        notes=_notes(path, signals),
    )


def _find_signals(path: Path, file: Any) -> list[_Signal]:
    signals: list[_Signal] = []
    devices = [name for name in file if _is_device(file, name)]
    for device in devices:
        signals += _signals_of_device(path, device, member_of(path, file, device))
    if not devices:
        raise RecordingError(
            _(
                "{path} is HDF5, but not as OpenSignals writes it: no group holds 'raw' and a 'sampling "
                "rate' (it holds {file}). Export the recording as EDF or CSV."
            ).format(path=path, file=", ".join(map(repr, list(file)[:10])) or "nothing")
        )
    if not signals:
        raise RecordingError(_("{path} holds no channel; export it again with at least one.").format(path=path))
    names = [signal.channel.name for signal in signals]
    return [signal if names.count(signal.channel.name) == 1 else _named_with_device(signal) for signal in signals]


def _is_device(file: Any, name: str) -> bool:
    import h5py

    if file.get(name, getclass=True, getlink=True) is not h5py.HardLink:
        return False
    group = file.get(name)
    return isinstance(group, h5py.Group) and "raw" in group and "sampling rate" in group.attrs


def _signals_of_device(path: Path, device: str, group: Any) -> list[_Signal]:
    rate_hz = _number(path, group, "sampling rate")
    numbers = np.atleast_1d(group.attrs.get("channels", ())).tolist()
    resolutions = np.atleast_1d(group.attrs.get("resolution", ())).tolist()
    raw = member_of(path, group, "raw")
    if len(numbers) > MOST_CHANNELS:
        raise RecordingError(
            _("{path} names {numbers_count} channels; a device has at most {most_channels}.").format(
                path=path, numbers_count=len(numbers), most_channels=MOST_CHANNELS
            )
        )
    stated = _number(path, group, "nsamples") if "nsamples" in group.attrs else None
    signals = []
    for place, number in enumerate(numbers):
        dataset = refuse_unsafe_dataset(path, member_of(path, raw, f"channel_{number}"))
        if dataset.ndim not in (1, 2) or (dataset.ndim == 2 and dataset.shape[1] != 1):
            raise RecordingError(
                _("{path}: channel_{number} has the shape {shape}; one column is expected.").format(
                    path=path, number=number, shape=dataset.shape
                )
            )
        sample_count = int(dataset.shape[0])
        if stated is not None and stated != sample_count:
            raise RecordingError(
                _(
                    "{path} states {stated} samples, but channel_{number} holds {sample_count}. The file was "
                    "cut short or altered; export it again."
                ).format(path=path, stated=digits(stated, ".0f"), number=number, sample_count=sample_count)
            )
        bits = resolutions[place] if place < len(resolutions) else None
        largest = float(2**bits - 1) if isinstance(bits, int) and 1 <= bits <= _MOST_BITS else None
        sensor = _text(dataset.attrs.get("sensor", "")).upper()
        signals.append(
            _Signal(
                channel=Channel(
                    name=_text(dataset.attrs.get("label", "")) or f"channel {number}",
                    sampling_rate_hz=rate_hz,
                    kind=_SENSOR_KINDS.get(sensor, ChannelKind.OTHER),
                    clipping_low=None if largest is None else 0.0,
                    clipping_high=largest,
                ),
                dataset=dataset,
                sample_count=sample_count,
                device=device,
                sensor=sensor,
            )
        )
    return signals


def _number(path: Path, group: Any, name: str) -> float:
    values = np.atleast_1d(group.attrs[name])
    if values.size != 1 or values.dtype.kind not in "iuf":
        raise RecordingError(
            _("{path} states {name} as {attrs}; one number is expected.").format(
                path=path, name=repr(name), attrs=repr(str(group.attrs[name])[:60])
            )
        )
    return float(values.reshape(-1)[0])


def _text(value: Any) -> str:
    """Return a text of the file; bytes that are no UTF-8 become question marks."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.encode("utf-8", "replace").decode("utf-8").strip()[:_LONGEST_TEXT]


def _named_with_device(signal: _Signal) -> _Signal:
    return replace(signal, channel=replace(signal.channel, name=f"{signal.device} {signal.channel.name}"))


def _reader(signals: Sequence[_Signal]) -> SampleReader:
    def read_samples(channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        samples = np.full((len(channel_indexes), stop_index - start_index), np.nan, dtype=np.float32)
        for row, index in enumerate(channel_indexes):
            stop = min(stop_index, signals[index].sample_count)
            if stop > start_index:
                stored = signals[index].dataset[start_index:stop]
                samples[row, : stop - start_index] = stored.reshape(-1)
        return samples

    return read_samples


def _notes(path: Path, signals: Sequence[_Signal]) -> tuple[str, ...]:
    notes = [
        _(
            "OpenSignals stores counts of its converter and not the gain of the sensor, so the scale "
            'is unknown and no microvolts are claimed. A sidecar {name} states it, such as {{"unit": '
            '"uV", "scale": 0.05, "zero": 32768}}: microvolts a count, and the count at 0 V.'
        ).format(name=path.with_suffix(".json").name)
    ]
    untold = [signal.channel.name for signal in signals if signal.sensor in _UNTOLD_SENSORS]
    if untold:
        notes.append(
            _(
                "The file does not say what {untold} recorded; it is taken for EMG. A sidecar states "
                'another kind: {{"kind": "ecg"}}.'
            ).format(untold=", ".join(untold))
        )
    durations = {signal.sample_count / signal.channel.sampling_rate_hz for signal in signals}
    if len(durations) > 1:
        notes.append(
            _("The devices ran for different times; where the shorter ones had ended, their samples count as missing.")
        )
    return tuple(notes)
