"""Reads MATLAB files as OT Bioelettronica's programs export them, and as openhdemg's samples are."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError, UnknownNameError
from myotwitch.language import _
from myotwitch.recordings.channel_kinds import guess_channel_kind
from myotwitch.recordings.content import HEAD_BYTES, Content, identify_content
from myotwitch.recordings.readers.hdf5_safety import member_of, open_hdf5, refuse_unsafe_dataset
from myotwitch.recordings.readers.matlab_5 import MatlabValue, load_matlab_5
from myotwitch.recordings.readers.otb_grids import grid_position_mm, has_grid
from myotwitch.recordings.recording import Channel, ChannelKind, Recording, SampleReader
from myotwitch.units import microvolts_per

MOST_CHANNELS = 4096
_CHUNK_CACHE_BYTES = 64_000_000
_DATA, _RATE, _NAMES = "Data", "SamplingFrequency", "Description"
_NAME_AND_UNIT = re.compile(r"(?P<name>.*?)\s*\[\s*(?P<unit>[^\[\]]*?)\s*\]\s*", re.DOTALL)
_FROM_DECOMPOSITION = re.compile(r"\bdecomposition\b", re.IGNORECASE)
_MUSCLE_BEFORE_DASH = re.compile(r"(?P<muscle>[^-]+?)\s+-\s")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Export:
    """The three variables of an export."""

    samples: Any
    """Shape (channels, samples)."""
    sampling_rate_hz: float
    descriptions: tuple[str, ...]
    format_name: str


def read_matlab(path: Path) -> Recording:
    """Return the recording in a MATLAB file with ``Data``, ``SamplingFrequency`` and ``Description``.

    Units are those that the descriptions state in brackets. Force, target paths and results of a decomposition, which
    stand beside the signals, are channels of kind `OTHER`. The grid and the muscle are taken from the description.

    Raises
    ------
    RecordingError
        If one of the three is missing, they contradict each other, or a MATLAB 5 file is too large to be read whole.

    Limits
    ------
    A MATLAB 5 file is kept whole in memory, at most `LARGEST_VARIABLE_BYTES`; version 7.3 is read in pieces.
    """
    with path.open("rb") as stream:
        content = identify_content(stream.read(HEAD_BYTES))
    export = _load_version_5(path) if content is Content.MATLAB_5 else _open_version_73(path)
    channel_count, sample_count = export.samples.shape
    if channel_count != len(export.descriptions):
        raise RecordingError(
            _(
                "{path} describes {descriptions_count} channels, but its data has {channel_count}; "
                "export it again with one description a channel."
            ).format(path=path, descriptions_count=len(export.descriptions), channel_count=channel_count)
        )
    channels = _channels(export)
    return Recording(
        file=str(path),
        format_name=export.format_name,
        duration_s=sample_count / export.sampling_rate_hz,
        channels=channels,
        read_samples=_reader(export, channels),
        notes=_notes(path, channels),
    )


def _load_version_5(path: Path) -> _Export:
    present, values = load_matlab_5(path, (_DATA, _RATE, _NAMES))
    _check_present(path, present)
    samples, rate = _only_cell(values[_DATA]), _only_cell(values[_RATE])
    if not isinstance(samples, np.ndarray) or samples.ndim != 2:
        raise RecordingError(
            _("{path}: {data} is no matrix of numbers; export the recording again.").format(path=path, data=repr(_DATA))
        )
    if not isinstance(rate, np.ndarray):
        raise RecordingError(
            _("{path}: {rate} is no number of samples a second; export the recording again.").format(
                path=path, rate=repr(_RATE)
            )
        )
    return _Export(
        samples=np.ascontiguousarray(samples, dtype=np.float32),
        sampling_rate_hz=_rate(path, rate),
        descriptions=_descriptions(path, values[_NAMES]),
        format_name="MATLAB 5",
    )


def _only_cell(value: MatlabValue) -> MatlabValue:
    """Return the one value in a cell of one, however often it is wrapped."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value


def _descriptions(path: Path, value: MatlabValue) -> tuple[str, ...]:
    """Return the texts of a cell array, or the lines of one text."""
    cells = [_only_cell(cell) for cell in value] if isinstance(value, list) else [value]
    if not all(isinstance(cell, tuple) or np.size(cell) == 0 for cell in cells):
        raise RecordingError(
            _("{path}: {names} is no list of texts; export the recording again.").format(path=path, names=repr(_NAMES))
        )
    if len(cells) == 1:
        return tuple(cells[0])
    return tuple("".join(cell[:1]) for cell in cells)


def _open_version_73(path: Path) -> _Export:
    # Chunks of all channels should stay unpacked until the next block has been read too.
    file = open_hdf5(path, chunk_cache_bytes=_CHUNK_CACHE_BYTES)
    try:
        return _export_in_hdf5(path, file)
    except BaseException:
        file.close()
        raise


def _export_in_hdf5(path: Path, file: Any) -> _Export:
    """Return the export in an open HDF5 file; MATLAB stores columns first, so the axes come turned around."""
    _check_present(path, list(file))
    samples = refuse_unsafe_dataset(path, _followed(path, file, member_of(path, file, _DATA)))
    if samples.ndim != 2:
        raise RecordingError(
            _("{path}: {data} has {ndim} dimensions; samples by channels are expected.").format(
                path=path, data=repr(_DATA), ndim=samples.ndim
            )
        )
    rate = refuse_unsafe_dataset(path, _followed(path, file, member_of(path, file, _RATE)))
    if rate.size != 1:
        raise RecordingError(
            _("{path}: {rate} holds {size} values; one number of samples a second is needed.").format(
                path=path, rate=repr(_RATE), size=rate.size
            )
        )
    return _Export(
        samples=samples,
        sampling_rate_hz=_rate(path, rate[()]),
        descriptions=tuple(_texts_version_73(path, file, member_of(path, file, _NAMES))),
        format_name="MATLAB 7.3",
    )


def _check_present(path: Path, present: Sequence[str]) -> None:
    missing = [name for name in (_DATA, _RATE, _NAMES) if name not in present]
    if missing:
        shown = ", ".join(name for name in list(present)[:20] if not name.startswith("#")) or "nothing"
        raise RecordingError(
            _(
                "{path} has no {missing}, which OTB exports hold; it has {shown}. Export the recording "
                "from OT BioLab as .mat, or as EDF or CSV."
            ).format(path=path, missing=" and no ".join(missing), shown=shown)
        )


def _followed(path: Path, file: Any, dataset: Any) -> Any:
    """Return what the only cell of a version 7.3 cell array refers to, or `dataset` where it is none."""
    import h5py

    for _step in range(4):
        if not isinstance(dataset, h5py.Dataset) or h5py.check_ref_dtype(dataset.dtype) is None:
            return dataset
        if dataset.size != 1:
            raise RecordingError(
                _("{path}: {name} has {size} cells where one is expected.").format(
                    path=path, name=repr(dataset.name), size=dataset.size
                )
            )
        dataset = file[np.ravel(dataset[()])[0]]
    raise RecordingError(
        _("{path}: {name} is nested too deeply; export the recording again.").format(path=path, name=repr(dataset.name))
    )


def _texts_version_73(path: Path, file: Any, names: Any) -> list[str]:
    import h5py

    if not isinstance(names, h5py.Dataset) or h5py.check_ref_dtype(names.dtype) is None or names.size > MOST_CHANNELS:
        raise RecordingError(
            _("{path}: {names} is no list of texts; export the recording again.").format(path=path, names=repr(_NAMES))
        )
    texts = []
    for reference in np.ravel(names[()]):
        characters = refuse_unsafe_dataset(path, file[reference])
        if characters.dtype.kind != "u" or characters.size > 10_000:
            raise RecordingError(
                _("{path}: {names} holds something other than text; export the recording again.").format(
                    path=path, names=repr(_NAMES)
                )
            )
        texts.append("".join(chr(int(code)) for code in np.ravel(characters[()])))
    return texts


def _rate(path: Path, value: Any) -> float:
    numbers = np.ravel(value)
    if numbers.size != 1 or numbers.dtype.kind not in "iuf":
        raise RecordingError(
            _("{path}: {rate} holds {size} values; one number of samples a second is needed.").format(
                path=path, rate=repr(_RATE), size=numbers.size
            )
        )
    rate_hz = float(numbers[0])
    if not (math.isfinite(rate_hz) and rate_hz > 0):
        raise RecordingError(
            _("{path} states a sampling rate of {rate_hz} Hz; it must be above 0. Export it again.").format(
                path=path, rate_hz=rate_hz
            )
        )
    return rate_hz


def _channels(export: _Export) -> tuple[Channel, ...]:
    names: list[str] = []
    channels = []
    for index, description in enumerate(export.descriptions):
        match = _NAME_AND_UNIT.fullmatch(description.strip())
        name, unit = (match["name"], match["unit"]) if match else (description.strip(), "")
        names.append(name or f"channel {index + 1}")
        count = names.count(names[-1])
        unique = names[-1] if count == 1 else f"{names[-1]} ({count}. of this name)"
        channels.append(_channel(unique, unit, export.sampling_rate_hz))
    return tuple(channels)


def _channel(name: str, unit: str, rate_hz: float) -> Channel:
    """Return a channel that is called and scaled as its description says."""
    is_result = _FROM_DECOMPOSITION.search(name) is not None
    microvolts = None if is_result else microvolts_per(unit)
    kind = ChannelKind.OTHER
    if microvolts is not None or (not unit and not is_result):
        kind = ChannelKind.SURFACE_EMG if has_grid(name) else guess_channel_kind(name, unit=unit or None)
    muscle, place = (None, None) if kind is ChannelKind.OTHER else _muscle(name)
    return Channel(
        name=name,
        sampling_rate_hz=rate_hz,
        kind=kind,
        unit=None if microvolts is None else "uV",
        stated_unit=unit or None,
        muscle=muscle,
        place=place,
        position_mm=None if kind is ChannelKind.OTHER else grid_position_mm(name),
    )


def _muscle(name: str) -> tuple[str | None, str | None]:
    """Return the muscle that stands before the first dash of a description, and its place; None where none does."""
    from myotwitch.anatomy import find_muscle

    match = _MUSCLE_BEFORE_DASH.match(name)
    if match is None:
        return None, None
    try:
        muscle = find_muscle(match["muscle"])
    except UnknownNameError:
        return None, None
    return muscle.key, muscle.place


def _reader(export: _Export, channels: Sequence[Channel]) -> SampleReader:
    factors = np.array(
        [[1.0 if channel.unit is None else microvolts_per(channel.stated_unit or "uV")] for channel in channels],
        dtype=np.float32,
    )

    def read_samples(channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        rows = sorted(set(channel_indexes))
        # One slice over the rows between is faster than HDF5's own choosing of single rows.
        block = np.asarray(export.samples[rows[0] : rows[-1] + 1, start_index:stop_index], dtype=np.float32)
        scaled: NDArray[np.float32] = block[[index - rows[0] for index in channel_indexes]]
        return scaled * factors[list(channel_indexes)]

    return read_samples


def _notes(path: Path, channels: Sequence[Channel]) -> tuple[str, ...]:
    untold = [
        channel.name for channel in channels if channel.stated_unit is None and channel.kind is not ChannelKind.OTHER
    ]
    if not untold:
        return ()
    shown = ", ".join(untold[:5]) + (" …" if len(untold) > 5 else "")
    return (
        _(
            "The descriptions of {shown} state no unit, so the scale is unknown and no microvolts "
            'are claimed; a sidecar {name} with {{"unit": "mV"}} states it.'
        ).format(shown=shown, name=path.with_suffix(".json").name),
    )
