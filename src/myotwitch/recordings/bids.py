"""What BIDS sidecars tell of a recording: kind, unit, muscle, side and place of its channels.

Read of the standard (BIDS with the EMG extension, BEP042): the sections on ``*_emg.json``, ``*_channels.tsv``,
``*_electrodes.tsv`` and ``*_coordsystem.json`` of its page on electromyography, and its schema of their columns
(github.com/bids-standard/bids-specification: ``src/modality-specific-files/electromyography.md``,
``src/schema/rules/tabular_data/emg.yaml``, ``src/schema/rules/sidecars/emg.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError, nearest_name
from myotwitch.language import _, digits
from myotwitch.recordings.bids_files import (
    BidsRow,
    find_sidecars,
    read_bids_document,
    read_bids_name,
    read_bids_table,
)
from myotwitch.recordings.channel_kinds import guess_channel_kind
from myotwitch.recordings.electrode_places import place_channels
from myotwitch.recordings.recording import Channel, ChannelKind, Recording, SampleReader
from myotwitch.units import microvolts_per

_OTHER_TYPES = (
    *("VEOG", "HEOG", "EOG", "TRIG", "EYEGAZE", "PUPIL", "MISC", "SYSCLOCK", "LATENCY", "ADC", "DAC", "REF", "OTHER"),
    *("EEG", "ECOG", "SEEG", "DBS", "GSR", "TEMP", "RESP", "PPG", "AUDIO", "VIDEO", "ACCEL", "GYRO", "MAGN", "POS"),
    *(
        "ORNT",
        "VEL",
        "ANGACCEL",
        "JNTANG",
        "FORCE",
        "TORQUE",
        "FIXED",
        "GSR",
        "HLU",
        "FITERR",
        "MEGMAG",
        "MEGGRADAXIAL",
    ),
)
_CHANNEL_TYPES = ("EMG", "ECG", *_OTHER_TYPES)
_EMG_KINDS = (ChannelKind.EMG, ChannelKind.SURFACE_EMG, ChannelKind.NEEDLE_EMG)
_SIDE = re.compile(r"[(\[,]?\s*\b(left|right)\b\s*[)\],]?", re.IGNORECASE)
_EDF_LABEL_LENGTH = 16
_RATE_TOLERANCE = 0.001


def apply_bids_sidecars(recording: Recording, path: Path) -> Recording:
    """Return the recording with what the BIDS sidecars beside it say; unchanged where its name is not BIDS.

    Parameters
    ----------
    recording
        As its reader returned it.
    path
        Its file, such as ``sub-01_task-rest_emg.edf``.

    Raises
    ------
    RecordingError
        If a sidecar is malformed (with file and line), or contradicts the recording: a channel that the file does not
        hold, another sampling rate, another unit.

    Method
    ------
    ``channels.tsv`` gives kind (`type`), muscle and side (`target_muscle`), and the unit of channels whose file states
    none. A unit of another scale than the file's own is a contradiction, with one exception: writers are known to put
    ``V`` for files that state microvolts (mne-bids, pull request 1477); there the file holds, and a note says so.
    ``electrodes.tsv`` with ``coordsystem.json`` gives positions; ``ElectrodeType`` of ``_emg.json`` tells needle from
    surface. Channels marked bad are kept and noted.
    """
    name = read_bids_name(path.name.partition(".")[0])
    if name is None or not name.entities:
        return recording
    documents = [read_bids_document(sidecar) for sidecar in find_sidecars(path, name.suffix, ".json")]
    document = {key: value for entries in reversed(documents) for key, value in entries.items()}
    tables = find_sidecars(path, "channels", ".tsv")
    rows = _match_rows(recording, read_bids_table(tables[0], ("name", "type", "units"))) if tables else {}
    described = [
        _describe(recording.channels[index], rows.get(index), document) for index in range(len(recording.channels))
    ]
    channels, place_notes = place_channels([entry.channel for entry in described], rows, path)
    factors = tuple(entry.factor for entry in described)
    return replace(
        recording,
        channels=tuple(channels),
        read_samples=_ScaledReader(read_samples=recording.read_samples, factors=factors)
        if any(factor != 1.0 for factor in factors)
        else recording.read_samples,
        notes=(
            *recording.notes,
            *(note for entry in described for note in entry.notes),
            *_note_channels(recording, rows),
            *place_notes,
            *_note_document(recording, document, path),
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Described:
    """A channel as sidecars describe it, what its samples are to be multiplied by, and what to note."""

    channel: Channel
    factor: float
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _ScaledReader:
    """Reads the samples of another reader in the unit that a sidecar states."""

    read_samples: SampleReader
    factors: tuple[float, ...]

    def __call__(self, channel_indexes: Sequence[int], start_index: int, stop_index: int, /) -> NDArray[np.float32]:
        """Return samples of shape (channels, stop_index - start_index), NaN where the file holds none."""
        factors = np.array([self.factors[index] for index in channel_indexes], dtype=np.float32)
        return self.read_samples(channel_indexes, start_index, stop_index) * factors[:, np.newaxis]


def _match_rows(recording: Recording, rows: Sequence[BidsRow]) -> dict[int, BidsRow]:
    """Return the row of each channel that has one, by the channel's index."""
    names = [channel.name for channel in recording.channels]
    matched: dict[int, BidsRow] = {}
    for row in rows:
        given = row.cells.get("name")
        if given is None:
            raise row.fault(_("the channel has no name. Write the name that the recording has for it."))
        # EDF cuts labels after 16 letters, the table does not.
        short = given[:_EDF_LABEL_LENGTH].strip()
        name = given if given in names else short
        if name not in names:
            # Converters list EDF's text channels too; they hold no samples.
            if given.endswith("Annotations"):
                continue
            raise row.fault(
                _(
                    "channel {given} is not in {file}, which holds {names}.{hint} Correct the name or remove the row."
                ).format(
                    given=repr(given),
                    file=recording.file,
                    names=", ".join(names[:8]) + (" …" if len(names) > 8 else ""),
                    hint=nearest_name(given, names),
                )
            )
        index = names.index(name)
        if index in matched:
            raise row.fault(
                _("channel {given} stands in line {line} already; remove one of the rows.").format(
                    given=repr(given), line=matched[index].line
                )
            )
        matched[index] = row
    return matched


def _describe(channel: Channel, row: BidsRow | None, document: Mapping[str, object]) -> _Described:
    """Return a channel with what its row and the document of the recording say."""
    if row is None:
        return _Described(channel=channel, factor=1.0, notes=())
    _check_rate(channel, row)
    factor, unit, stated_unit, notes = _settle_unit(channel, row)
    muscle, side = _read_muscle(row.cells.get("target_muscle"))
    bounds = [None if bound is None else bound * factor for bound in (channel.clipping_low, channel.clipping_high)]
    described = replace(
        channel,
        kind=_kind_of(channel, row, document),
        unit=unit,
        stated_unit=stated_unit,
        muscle=muscle or channel.muscle,
        side=side or channel.side,
        clipping_low=bounds[0],
        clipping_high=bounds[1],
    )
    return _Described(channel=described, factor=factor, notes=notes)


def _kind_of(channel: Channel, row: BidsRow, document: Mapping[str, object]) -> ChannelKind:
    """Return the kind that the row's type states; which electrode an EMG has comes from the file or the document."""
    stated = row.cells.get("type")
    if stated is None:
        return channel.kind
    if stated.upper() not in _CHANNEL_TYPES:
        raise row.fault(
            _("type {stated} is not one of BIDS: {channel_types} …{hint} Write EMG for a muscle.").format(
                stated=repr(stated),
                channel_types=", ".join(_CHANNEL_TYPES[:10]),
                hint=nearest_name(stated, [name.lower() for name in _CHANNEL_TYPES[:10]]),
            )
        )
    if stated.upper() == "ECG":
        return ChannelKind.ECG
    if stated.upper() != "EMG":
        return ChannelKind.OTHER
    words = " ".join(str(text) for text in (document.get("ElectrodeType"), row.cells.get("description")) if text)
    told = guess_channel_kind("EMG", words)
    if told is ChannelKind.EMG and channel.kind in _EMG_KINDS:
        return channel.kind
    return told


def _settle_unit(channel: Channel, row: BidsRow) -> tuple[float, str | None, str | None, tuple[str, ...]]:
    """Return (factor on the samples, unit, stated unit, notes) from the file's unit and the row's."""
    stated = row.cells.get("units")
    if stated is None:
        return 1.0, channel.unit, channel.stated_unit, ()
    microvolts = microvolts_per(stated)
    if channel.stated_unit is None and channel.unit is None:
        if microvolts is None:
            return 1.0, None, stated, ()
        note = _("Channel {name} has no unit in the file; {file} gives {stated}.").format(
            name=repr(channel.name), file=row.file, stated=stated
        )
        return microvolts, "uV", stated, (note,)
    own = channel.stated_unit or "uV"
    own_microvolts = microvolts_per(own) if channel.unit is not None else None
    if own_microvolts == microvolts:
        return 1.0, channel.unit, channel.stated_unit, ()
    if own_microvolts is not None and stated == "V":
        note = _("Channel {name} is in {own} in the file and in V in {file}; the file's unit holds.").format(
            name=repr(channel.name), own=own, file=row.file
        )
        return 1.0, channel.unit, channel.stated_unit, (note,)
    raise row.fault(
        _(
            "channel {name} is in {stated} here and in {own} in the recording. One of them is wrong "
            "by its scale; correct the table, or write n/a to let the recording's unit hold."
        ).format(name=repr(channel.name), stated=stated, own=own)
    )


def _check_rate(channel: Channel, row: BidsRow) -> None:
    """Raise `RecordingError` if the row states another sampling rate than the file."""
    stated = row.number("sampling_frequency")
    if stated is not None and abs(stated - channel.sampling_rate_hz) > _RATE_TOLERANCE * channel.sampling_rate_hz:
        raise row.fault(
            _(
                "channel {name} has a sampling_frequency of {stated} Hz here and of {sampling_rate_hz} "
                "Hz in the recording. Correct the table, or name the file it belongs to."
            ).format(name=repr(channel.name), stated=digits(stated), sampling_rate_hz=digits(channel.sampling_rate_hz))
        )


def _read_muscle(text: str | None) -> tuple[str | None, str | None]:
    """Return (muscle, side) from a text such as ``left tibialis anterior`` or ``tibialis anterior (right)``."""
    if text is None:
        return None, None
    sides = {match.lower() for match in _SIDE.findall(text)}
    if len(sides) != 1:
        return text, None
    return " ".join(_SIDE.sub(" ", text).split()) or None, sides.pop()


def _note_channels(recording: Recording, rows: Mapping[int, BidsRow]) -> list[str]:
    """Return notes on channels that the table marks bad or leaves out."""
    if not rows:
        return []
    bad: list[str] = []
    for index, row in rows.items():
        status = row.cells.get("status")
        if status not in (None, "good", "bad"):
            raise row.fault(_("status {status} is given; it must be good, bad or n/a.").format(status=repr(status)))
        if status == "bad":
            reason = row.cells.get("status_description")
            bad.append(f"{recording.channels[index].name!r}{f' ({reason})' if reason else ''}")
    left_out = [repr(channel.name) for index, channel in enumerate(recording.channels) if index not in rows]
    notes = [_("channels.tsv marks as bad: {bad}.").format(bad=", ".join(bad))] if bad else []
    return (
        [*notes, _("channels.tsv does not describe: {left_out}.").format(left_out=", ".join(left_out))]
        if left_out
        else notes
    )


def _note_document(recording: Recording, document: Mapping[str, object], path: Path) -> list[str]:
    """Return notes from the recording's JSON, after its sampling rate is compared with the file's."""
    rate = _document_number(document, "SamplingFrequency", path)
    rates = sorted({channel.sampling_rate_hz for channel in recording.channels})
    if rate is not None and not any(abs(rate - own) <= _RATE_TOLERANCE * own for own in rates):
        raise RecordingError(
            _(
                "The BIDS sidecar of {path} states a SamplingFrequency of {rate} Hz, the recording has "
                "{rates} Hz. Correct the sidecar, or name the file it belongs to."
            ).format(path=path, rate=digits(rate), rates=", ".join(digits(own) for own in rates))
        )
    mains = _document_number(document, "PowerLineFrequency", path)
    return [] if mains is None else [_("The BIDS sidecar states mains at {mains} Hz.").format(mains=digits(mains))]


def _document_number(document: Mapping[str, object], entry: str, path: Path) -> float | None:
    """Return a number of the recording's JSON, or None where it is missing or ``n/a``."""
    value = document.get(entry)
    if value is None or value == "n/a":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        raise RecordingError(
            _(
                "The BIDS sidecar of {path} gives {value} as {entry}; it must be a number above 0, in "
                "hertz and without quotes, or 'n/a'."
            ).format(path=path, value=repr(str(value)[:40]), entry=entry)
        )
    return float(value)
