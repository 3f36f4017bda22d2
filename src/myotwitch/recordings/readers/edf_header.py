"""The header of an EDF or BDF file, checked before anything believes it.

A header is plain text in fields of fixed width: 256 bytes for the file, then 256 bytes for each signal, field by field.
Start date, patient and recording fields are not read: nothing here needs them, and real files hold nonsense there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from myotwitch.errors import RecordingError
from myotwitch.language import _, digits

_FILE_HEADER_BYTES = 256
_SIGNAL_HEADER_BYTES = 256
_SIGNAL_FIELD_BYTES = {
    "label": 16,
    "transducer": 80,
    "unit": 8,
    "physical_minimum": 8,
    "physical_maximum": 8,
    "digital_minimum": 8,
    "digital_maximum": 8,
    "prefilter": 80,
    "samples_per_record": 8,
    "reserved": 32,
}
_ANNOTATION_LABELS = ("EDF Annotations", "BDF Annotations")
_DIGITAL_RANGE = (-(1 << 23), 1 << 23)
"""Some writers of 16 or 24 bits state one more than the largest number that fits; the scale is the same."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)

_SMALLEST_PHYSICAL_SPAN = 1e-20
_LARGEST_PHYSICAL_VALUE = 1e20
_HIGHEST_RATE_HZ = 1e7
"""No recorder of muscle or heart comes near; a higher rate is a header that lies."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EdfSignal:
    """One signal as the header describes it.

    Parameters
    ----------
    label, transducer, unit
        As the file words them, without padding.
    physical_minimum, physical_maximum
        Values **[unit]** that belong to the digital ends; the first may be the larger one (inverted polarity).
    digital_minimum, digital_maximum
        Stored numbers at both ends.
    samples_per_record
        Samples of this signal in each data record.
    first_byte
        Where its samples begin within a data record.
    """

    label: str
    transducer: str
    unit: str
    physical_minimum: float
    physical_maximum: float
    digital_minimum: int
    digital_maximum: int
    samples_per_record: int
    first_byte: int

    @property
    def is_annotation(self) -> bool:
        """True for a signal that carries text instead of samples."""
        return self.label in _ANNOTATION_LABELS

    @property
    def scale_is_stated(self) -> bool:
        """True if the header's minima and maxima define a scale that samples of 32 bits can take."""
        physical = (self.physical_minimum, self.physical_maximum)
        return (
            self.digital_minimum < self.digital_maximum
            and abs(physical[1] - physical[0]) > _SMALLEST_PHYSICAL_SPAN
            and max(map(abs, physical)) < _LARGEST_PHYSICAL_VALUE
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class EdfHeader:
    """The whole header.

    Parameters
    ----------
    bytes_per_sample
        2 for EDF, 3 for BDF.
    variant
        The rest of the format's name: empty, ``+C`` (continuous) or ``+D`` (discontinuous).
    header_bytes
        Where the data records begin.
    stated_record_count
        Number of data records that the header claims; -1 where the recorder did not finish.
    record_duration_s
        Time that a data record covers **[s]**; 0 in a file of annotations alone.
    signals
        In the order of the file, annotation signals included.
    """

    bytes_per_sample: int
    variant: str
    header_bytes: int
    stated_record_count: int
    record_duration_s: float
    signals: tuple[EdfSignal, ...]

    @property
    def format_name(self) -> str:
        """Name of the format, such as ``EDF`` or ``BDF+D``."""
        return ("EDF" if self.bytes_per_sample == 2 else "BDF") + self.variant

    @property
    def record_bytes(self) -> int:
        """Bytes of one data record."""
        return self.bytes_per_sample * sum(signal.samples_per_record for signal in self.signals)


def read_edf_header(stream: BinaryIO, file: str) -> EdfHeader:
    """Return the header at the start of an open file, every field checked.

    Parameters
    ----------
    stream
        The file, open in binary mode at its start.
    file
        Its name, for messages.

    Raises
    ------
    RecordingError
        If the file is no EDF or BDF, ends within its header, or states something no recording can have.
    """
    head = stream.read(_FILE_HEADER_BYTES)
    bytes_per_sample = _bytes_per_sample(head, file)
    signal_count = _whole_number(head[252:256], _("number of signals"), file, 1, 9999)
    header_bytes = _FILE_HEADER_BYTES + signal_count * _SIGNAL_HEADER_BYTES
    stated_bytes = _whole_number(head[184:192], _("number of header bytes"), file, 0, 99_999_999)
    if stated_bytes != header_bytes:
        raise RecordingError(
            _(
                "{file} says that its header has {stated_bytes} bytes, but the {signal_count} signals it "
                "announces need {header_bytes}. The header is damaged; export the recording again."
            ).format(file=file, stated_bytes=stated_bytes, signal_count=signal_count, header_bytes=header_bytes)
        )
    body = stream.read(signal_count * _SIGNAL_HEADER_BYTES)
    if len(body) < signal_count * _SIGNAL_HEADER_BYTES:
        raise RecordingError(
            _(
                "{file} ends within its header: {signal_count} signals need {header_bytes} bytes, the "
                "file holds {file_header_bytes}. Copy or export it again."
            ).format(
                file=file,
                signal_count=signal_count,
                header_bytes=header_bytes,
                file_header_bytes=_FILE_HEADER_BYTES + len(body),
            )
        )
    header = EdfHeader(
        bytes_per_sample=bytes_per_sample,
        variant=_variant(head[192:236]),
        header_bytes=header_bytes,
        stated_record_count=_whole_number(head[236:244], _("number of data records"), file, -1, 99_999_999),
        record_duration_s=_number(head[244:252], _("duration of a data record"), file),
        signals=_read_signals(body, signal_count, bytes_per_sample, file),
    )
    _check_rates(header, file)
    return header


def _bytes_per_sample(head: bytes, file: str) -> int:
    """Return 2 for EDF and 3 for BDF, told by the first eight bytes and not by the file's name."""
    if not head:
        raise RecordingError(
            _("{file} is empty; it cannot be read as EDF or BDF. Copy or export it again.").format(file=file)
        )
    if head[:8] == b"\xffBIOSEMI":
        size = 3
    elif head[:8].rstrip(b" \x00") == b"0":
        size = 2
    else:
        raise RecordingError(
            _(
                "{file} is not an EDF or BDF file: it begins with {head} where EDF has '0' and BDF has "
                "0xFF and 'BIOSEMI'. Check the file's extension, or export the recording again."
            ).format(file=file, head=repr(head[:8]))
        )
    if len(head) < _FILE_HEADER_BYTES:
        raise RecordingError(
            _(
                "{file} ends within its header: it holds {head_count} bytes, an EDF or BDF header has at "
                "least {value}. Copy or export it again."
            ).format(file=file, head_count=len(head), value=2 * _FILE_HEADER_BYTES)
        )
    return size


def _variant(reserved: bytes) -> str:
    """Return ``+C``, ``+D`` or nothing, from the field that EDF+ and BDF+ use to say so."""
    text = reserved[:5].decode("latin-1")
    return text[3:] if text[:3] in {"EDF", "BDF"} and text[3:] in {"+C", "+D"} else ""


def _read_signals(body: bytes, count: int, bytes_per_sample: int, file: str) -> tuple[EdfSignal, ...]:
    """Return the signals of the header; the body holds the fields of all signals one field after the other."""
    fields: dict[str, list[bytes]] = {}
    start = 0
    for name, width in _SIGNAL_FIELD_BYTES.items():
        fields[name] = [body[start + index * width : start + (index + 1) * width] for index in range(count)]
        start += count * width
    signals: list[EdfSignal] = []
    first_byte = 0
    for index in range(count):
        signal = _read_signal({name: texts[index] for name, texts in fields.items()}, index, first_byte, file)
        signals.append(signal)
        first_byte += bytes_per_sample * signal.samples_per_record
    return tuple(signals)


def _read_signal(fields: Mapping[str, bytes], index: int, first_byte: int, file: str) -> EdfSignal:
    """Return one signal of the header."""
    label = _text(fields["label"])

    def number(name: str, lowest: int, highest: int) -> int:
        title = _("{value} of signal {index} ({label})").format(
            value=name.replace("_", " "), index=index + 1, label=repr(label)
        )
        return _whole_number(fields[name], title, file, lowest, highest)

    def physical(name: str) -> float:
        return _number(
            fields[name],
            _("{value} of signal {index} ({label})").format(
                value=name.replace("_", " "), index=index + 1, label=repr(label)
            ),
            file,
        )

    # The minima and maxima of an annotation signal scale nothing, and writers leave them blank or wrong.
    scaled = label not in _ANNOTATION_LABELS
    return EdfSignal(
        label=label,
        transducer=_text(fields["transducer"]),
        unit=_text(fields["unit"]),
        physical_minimum=physical("physical_minimum") if scaled else 0.0,
        physical_maximum=physical("physical_maximum") if scaled else 0.0,
        digital_minimum=number("digital_minimum", *_DIGITAL_RANGE) if scaled else 0,
        digital_maximum=number("digital_maximum", *_DIGITAL_RANGE) if scaled else 0,
        samples_per_record=number("samples_per_record", 1, 99_999_999),
        first_byte=first_byte,
    )


def _check_rates(header: EdfHeader, file: str) -> None:
    """Raise `RecordingError` if no signal, or one without a possible sampling rate, is announced."""
    signals = [signal for signal in header.signals if not signal.is_annotation]
    if not signals:
        raise RecordingError(
            _("{file} holds annotations but no signal; name the file that holds the recording itself.").format(
                file=file
            )
        )
    if header.record_duration_s <= 0:
        raise RecordingError(
            _(
                "{file} says that a data record lasts {record_duration_s} s, which leaves the sampling "
                "rate undefined; it must be above 0. Export the recording again."
            ).format(file=file, record_duration_s=digits(header.record_duration_s))
        )
    fastest = max(signal.samples_per_record for signal in signals) / header.record_duration_s
    if not fastest <= _HIGHEST_RATE_HZ:
        raise RecordingError(
            _(
                "{file} states a sampling rate of {fastest} Hz; up to {highest_rate_hz} Hz is possible. "
                "Its header is damaged; export the recording again."
            ).format(file=file, fastest=digits(fastest, ".3g"), highest_rate_hz=digits(_HIGHEST_RATE_HZ, ".0e"))
        )


def _text(field: bytes) -> str:
    """Return a field's text without padding; ASCII by the standard, UTF-8 and Latin-1 (µ, names) in real files."""
    field = field.strip(b" \x00")
    try:
        text = field.decode("utf-8")
    except UnicodeDecodeError:
        text = field.decode("latin-1")
    # Control characters would reach a terminal through messages and tables.
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text).strip()


def _number(field: bytes, name: str, file: str) -> float:
    """Return a field's number; a decimal comma, which some writers use, can only mean a decimal point."""
    text = _text(field)
    value = float(text.replace(",", ".")) if _NUMBER.fullmatch(text.replace(",", ".")) else math.nan
    if not math.isfinite(value):
        raise RecordingError(
            _("{file} gives {text} as the {name}; it must be a number. Its header is damaged.").format(
                file=file, text=repr(text), name=name
            )
        )
    return value


def _whole_number(field: bytes, name: str, file: str, lowest: int, highest: int) -> int:
    """Return a field's whole number between two ends."""
    value = _number(field, name, file)
    if not (value.is_integer() and lowest <= value <= highest):
        raise RecordingError(
            _(
                "{file} gives {field} as the {name}; it must be a whole number from {lowest} to "
                "{highest}. Its header is damaged; export the recording again."
            ).format(file=file, field=repr(_text(field)), name=name, lowest=lowest, highest=highest)
        )
    return int(value)
