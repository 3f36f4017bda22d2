"""EDF, EDF+ and BDF, BDF+ files, continuous or discontinuous, read in pieces.

All samples are read in one way: the bytes of the data records that a stretch needs, scaled while they are copied into
place. Nothing is kept between two reads, so memory does not grow with the file. edfio, which writes such files and
which the tests compare with, is not used to read them: version 0.4 refuses discontinuous files, loads a BDF file whole,
and reads lazily through a memory map, which counts as used memory and ends the process where a disk is unplugged.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from myotwitch.errors import RecordingError
from myotwitch.language import _, digits
from myotwitch.recordings.channel_kinds import guess_channel_kind
from myotwitch.recordings.readers.edf_header import EdfHeader, EdfSignal, read_edf_header
from myotwitch.recordings.readers.edf_samples import EdfSampleReader, EdfScale
from myotwitch.recordings.readers.edf_timeline import Run, continuous_run, read_runs
from myotwitch.recordings.recording import Channel, ChannelKind, Recording
from myotwitch.units import microvolts_per

_LISTED = 8
"""Channels that a note lists before it only counts them."""


def read_edf(path: Path) -> Recording:
    """Return the recording that an EDF or BDF file holds; its samples are read when asked for.

    Parameters
    ----------
    path
        The file. Its first bytes tell EDF from BDF, not its extension.

    Raises
    ------
    RecordingError
        If the file cannot be opened, holds no whole data record, or its header states something impossible.

    Method
    ------
    Gaps of a discontinuous file are NaN on a timeline that begins with the first data record. Samples of a channel
    whose physical dimension is a voltage come in microvolts; of any other channel they come as the header scales
    them, with no unit. What the header says wrongly but harmlessly (number of data records, two signals of one name)
    is corrected from the file and told in `Recording.notes`. The start date is not read.

    Sources
    -------
    Format: https://www.edfplus.info/specs/edf.html and https://www.edfplus.info/specs/edfplus.html; BDF:
    https://www.biosemi.com/faq/file_format.htm.
    """
    file = str(path)
    try:
        with path.open("rb") as stream:
            header = read_edf_header(stream, file)
            record_count, notes = _count_records(header, path.stat().st_size, file)
            discontinuous = header.variant == "+D"
            runs = read_runs(stream, header, record_count, file) if discontinuous else continuous_run(record_count)
    except OSError as error:
        raise RecordingError(
            _("{file} cannot be read: {strerror}. Check its name and rights.").format(
                file=file, strerror=error.strerror or error
            )
        ) from error
    signals = tuple(signal for signal in header.signals if not signal.is_annotation)
    names, name_notes = _unique_names(signals)
    scales = tuple(_scale_of(signal, name, file) for signal, name in zip(signals, names, strict=True))
    rates_hz = tuple(signal.samples_per_record / header.record_duration_s for signal in signals)
    return Recording(
        file=file,
        format_name=header.format_name,
        duration_s=runs[-1].onset_s + runs[-1].record_count * header.record_duration_s,
        channels=tuple(map(_describe_channel, signals, names, rates_hz, scales)),
        read_samples=EdfSampleReader(path=path, header=header, signals=signals, scales=scales, runs=runs),
        notes=(*notes, *name_notes, *_describe_gaps(runs, header), *_describe_units(scales, signals, names)),
    )


def _scale_of(signal: EdfSignal, name: str, file: str) -> EdfScale:
    """Return the scale that the header states for a signal."""
    if signal.scale_is_stated:
        microvolts = microvolts_per(signal.unit)
        factor = 1.0 if microvolts is None else microvolts
        physical_span = signal.physical_maximum - signal.physical_minimum
        gain = physical_span / (signal.digital_maximum - signal.digital_minimum)
        offset = signal.physical_minimum - gain * signal.digital_minimum
        return EdfScale(gain=gain * factor, offset=offset * factor, unit=None if microvolts is None else "uV")
    # Exporters leave unused slots such as a position sensor without a scale; no twitch is searched there.
    if guess_channel_kind(signal.label, signal.transducer, signal.unit) is ChannelKind.OTHER:
        return EdfScale(gain=1.0, offset=0.0, unit=None)
    raise RecordingError(
        _(
            "{file}: channel {name} states digital limits {digital_minimum} to {digital_maximum} and "
            "physical limits {physical_minimum} to {physical_maximum}, which define no scale: the "
            "digital minimum must be below the maximum, and the physical limits must differ and lie "
            "within ±1e20. Export the recording again."
        ).format(
            file=file,
            name=repr(name),
            digital_minimum=signal.digital_minimum,
            digital_maximum=signal.digital_maximum,
            physical_minimum=digits(signal.physical_minimum),
            physical_maximum=digits(signal.physical_maximum),
        )
    )


def _describe_channel(signal: EdfSignal, name: str, rate_hz: float, scale: EdfScale) -> Channel:
    """Return what the header tells of one signal."""
    ends = (scale.sample_of(signal.digital_minimum), scale.sample_of(signal.digital_maximum))
    return Channel(
        name=name,
        sampling_rate_hz=rate_hz,
        kind=guess_channel_kind(signal.label, signal.transducer, signal.unit),
        unit=scale.unit,
        stated_unit=signal.unit or None,
        clipping_low=min(ends) if signal.scale_is_stated else None,
        clipping_high=max(ends) if signal.scale_is_stated else None,
    )


def _count_records(header: EdfHeader, file_bytes: int, file: str) -> tuple[int, list[str]]:
    """Return the number of data records to read, and what is odd but harmless about it.

    Raises
    ------
    RecordingError
        If there is no whole record, or the header claims another number of them than the file holds. A header that says
        that the recording was not finished claims none, so that is how one reads what a dying battery left.
    """
    stated = header.stated_record_count
    whole, rest = divmod(file_bytes - header.header_bytes, header.record_bytes)
    if whole == 0:
        raise RecordingError(
            _(
                "{file} holds no whole data record: {rest} bytes follow its header, one record has "
                "{record_bytes}. The recording was never written or was cut off; copy or export it again."
            ).format(file=file, rest=rest, record_bytes=header.record_bytes)
        )
    if stated <= 0:
        note = _(
            "The header says {stated} data records (recording not finished); the file holds {whole}, which are read."
        ).format(stated=stated, whole=whole)
        return whole, [note]
    if whole != stated:
        seconds = abs(stated - whole) * header.record_duration_s
        what = (
            _("{file} is cut off: the last {seconds} s are missing.")
            if whole < stated
            else _("{file} goes on for {seconds} s more.")
        ).format(file=file, seconds=digits(seconds))
        raise RecordingError(
            _(
                "{what} Its header says {stated} data records, the file holds {whole} whole "
                "ones. Copy or export it again; if there is no better copy, write -1 (not known) into "
                "the header as the number of data records, bytes 237 to 244, and what is there will be "
                "read."
            ).format(what=what, stated=stated, whole=whole)
        )
    return stated, [_("{rest} bytes follow the last data record; they are not read.").format(rest=rest)] if rest else []


def _unique_names(signals: Sequence[EdfSignal]) -> tuple[tuple[str, ...], list[str]]:
    """Return one name for each signal, no two alike, and a note on those that the file does not give so."""
    labels = {signal.label for signal in signals}
    seen: set[str] = set()
    copies: dict[str, int] = {}
    names: list[str] = []
    for number, signal in enumerate(signals, start=1):
        name = wanted = signal.label or f"channel {number}"
        while name in seen or (name in labels and name != signal.label):
            copies[wanted] = copies.get(wanted, 1) + 1
            name = f"{wanted} ({copies[wanted]})"
        seen.add(name)
        names.append(name)
    renamed = [
        _("{name} (signal {number}, {label} in the file)").format(
            name=repr(name), number=number, label=repr(signal.label)
        )
        for number, (name, signal) in enumerate(zip(names, signals, strict=True), start=1)
        if name != signal.label
    ]
    return tuple(names), [
        _("Signals without a name of their own are called {renamed}.").format(renamed=_listed(renamed))
    ] if renamed else []


def _describe_gaps(runs: Sequence[Run], header: EdfHeader) -> list[str]:
    """Return a note on the gaps of a discontinuous file, or nothing where there is none."""
    if len(runs) == 1:
        return []
    recorded_s = sum(run.record_count for run in runs) * header.record_duration_s
    duration_s = runs[-1].onset_s + runs[-1].record_count * header.record_duration_s
    return [
        _("The recording has {runs_count} gaps, {duration_s} s in all, that hold no samples.").format(
            runs_count=len(runs) - 1, duration_s=digits(duration_s - recorded_s)
        )
    ]


def _describe_units(scales: Sequence[EdfScale], signals: Sequence[EdfSignal], names: Sequence[str]) -> list[str]:
    """Return a note on channels without a voltage, or nothing where all have one."""
    units = [
        f"{name!r} ({signal.unit or 'no unit'})"
        for scale, signal, name in zip(scales, signals, names, strict=True)
        if scale.unit is None
    ]
    return (
        [_("Samples are as stored, not in microvolts, in the channels {units}.").format(units=_listed(units))]
        if units
        else []
    )


def _listed(entries: Sequence[str]) -> str:
    """Return the entries as one text, shortened where there are many."""
    more = len(entries) - _LISTED
    return ", ".join(entries[:_LISTED]) + (f" and {more} more" if more > 0 else "")
