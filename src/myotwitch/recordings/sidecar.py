"""A small JSON file beside a recording that states what the recording itself does not: rate, scale, muscle, side.

It has the recording's name with the ending ``.json`` and is honoured for every format::

    {"schema": "myotwitch.sidecar/1",
     "sampling_rate_hz": 2000,
     "unit": "mV", "scale": 0.00005, "zero": 32768,
     "place": "calf", "side": "left",
     "channels": [{"name": "emg 1", "muscle": "soleus", "position_mm": [0, 8]},
                  {"name": "pulse", "kind": "ecg"}]}

What stands at the top holds for every channel, what stands in ``channels`` for one. Every entry is optional; the rate
is needed where the file has none (CSV and Parquet without a column of times). A stored number means
``(stored - zero) * scale`` in `unit`; `scale` is 1 and `zero` 0 where they are not given. A file that states a voltage
itself is never rescaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic_core
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from myotwitch.anatomy import PLACES, SIDES, find_muscle
from myotwitch.errors import Fault, RecordingError, UnknownNameError, nearest_name
from myotwitch.language import _, ngettext
from myotwitch.recordings.recording import ChannelKind

SCHEMA = "myotwitch.sidecar/1"
LARGEST_SIDECAR_BYTES = 4_000_000
SAME_RATE = 1e-3
"""Relative difference up to which a rate in a sidecar counts as the one in the file."""


def _known_place(place: str) -> str:
    if place not in PLACES:
        raise ValueError(
            _("{place} is no known place.{hint} Allowed are {places}.").format(
                place=repr(place), hint=nearest_name(place, PLACES), places=", ".join(PLACES)
            )
        )
    return place


def _known_side(side: str) -> str:
    if side not in SIDES:
        raise ValueError(_("{side} is no side; allowed are {sides}.").format(side=repr(side), sides=", ".join(SIDES)))
    return side


def _known_kind(kind: str) -> ChannelKind:
    if kind not in list(ChannelKind):
        raise ValueError(
            _("{kind} is no kind of channel; allowed are {channelkind}.").format(
                kind=repr(kind), channelkind=", ".join(ChannelKind)
            )
        )
    return ChannelKind(kind)


def _known_muscle(muscle: str) -> str:
    try:
        return find_muscle(muscle).key
    except UnknownNameError as error:
        raise ValueError(str(error)) from error


class ChannelFacts(BaseModel):
    """What a sidecar states of one channel, or at its top of all; None where it states nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)

    unit: str | None = None
    scale: float | None = None
    zero: float | None = None
    kind: Annotated[str, AfterValidator(_known_kind)] | None = None
    muscle: Annotated[str, AfterValidator(_known_muscle)] | None = None
    place: Annotated[str, AfterValidator(_known_place)] | None = None
    side: Annotated[str, AfterValidator(_known_side)] | None = None

    @model_validator(mode="after")
    def _scale_makes_sense(self) -> ChannelFacts:
        if self.scale == 0:
            raise ValueError(_("scale is 0; it must be the units in one stored number, such as 0.0457."))
        return self


class NamedChannel(ChannelFacts):
    """What a sidecar states of the channel called `name` in the recording."""

    name: str
    position_mm: Annotated[tuple[float, float] | None, Field(strict=False)] = None


class Sidecar(ChannelFacts):
    """A whole sidecar file, checked."""

    schema_name: Annotated[Literal["myotwitch.sidecar/1"] | None, Field(alias="schema")] = None
    sampling_rate_hz: Annotated[float, Field(gt=0)] | None = None
    channels: tuple[NamedChannel, ...] = Field(default=(), strict=False)

    def of_channel(self, name: str) -> tuple[ChannelFacts, tuple[float, float] | None]:
        """Return what is stated of one channel, the top's statements included, and its position [mm]."""
        own = next((channel for channel in self.channels if channel.name == name), None)
        shared = {key: getattr(self, key) for key in ChannelFacts.model_fields}
        if own is None:
            return ChannelFacts.model_construct(**shared), None
        stated = {key: getattr(own, key) for key in ChannelFacts.model_fields if getattr(own, key) is not None}
        return ChannelFacts.model_construct(**(shared | stated)), own.position_mm


_FIELD_NAMES = frozenset(Sidecar.model_fields) - {"schema_name"} | {"schema"}


def sidecar_path(path: Path) -> Path:
    """Return where the sidecar of the recording `path` would lie."""
    return path.with_suffix(".json")


def read_sidecar(path: Path, *, is_needed: bool = False) -> Sidecar | None:
    """Return the checked sidecar of the recording `path`, or None where none lies beside it.

    Parameters
    ----------
    path
        The recording, not the sidecar.
    is_needed
        True if the recording cannot be read without: then a JSON file beside it that does not look like a sidecar is
        reported instead of passed over.

    Raises
    ------
    RecordingError
        If the file cannot be read or breaks the form; the message lists every fault.
    """
    beside = sidecar_path(path)
    try:
        if not beside.is_file():
            return None
        size = beside.stat().st_size
        raw = beside.read_bytes() if size <= LARGEST_SIDECAR_BYTES else b""
    except OSError as error:
        raise RecordingError(
            _("The sidecar {beside} cannot be read: {strerror}.").format(
                beside=beside, strerror=error.strerror or error
            )
        ) from error
    if size > LARGEST_SIDECAR_BYTES:
        if not is_needed:
            return None
        raise RecordingError(
            _("The sidecar {beside} has {size} bytes; a sidecar has at most {largest_sidecar_bytes}.").format(
                beside=beside, size=size, largest_sidecar_bytes=LARGEST_SIDECAR_BYTES
            )
        )
    try:
        raw.decode("utf-8")
        content = pydantic_core.from_json(raw)
    except UnicodeDecodeError as error:
        raise RecordingError(
            _("The sidecar {beside} is not UTF-8 text: byte {start}. Save it as UTF-8.").format(
                beside=beside, start=error.start
            )
        ) from error
    except ValueError as error:
        raise RecordingError(
            _("The sidecar {beside} is not JSON: {error}. Correct or remove it.").format(beside=beside, error=error)
        ) from error
    if not _is_sidecar(content, is_needed=is_needed):
        return None
    try:
        sidecar = Sidecar.model_validate(content)
    except ValidationError as error:
        raise faults_error(beside, _faults(error)) from error
    _refuse_repeated_names(beside, sidecar)
    return sidecar


def _is_sidecar(content: Any, *, is_needed: bool) -> bool:
    """Return True unless `content` is another kind of JSON, such as a BIDS sidecar or a result written by myotwitch."""
    if not isinstance(content, dict):
        return is_needed
    schema = content.get("schema")
    if isinstance(schema, str):
        return schema.startswith("myotwitch.sidecar/")
    return is_needed or not _FIELD_NAMES.isdisjoint(content)


def _faults(error: ValidationError) -> list[Fault]:
    faults = []
    for detail in error.errors(include_url=False):
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]).lstrip(".")
        message = detail["msg"].removeprefix("Value error, ")
        if detail["type"] == "extra_forbidden":
            name = str(detail["loc"][-1])
            known = sorted(NamedChannel.model_fields if "channels" in detail["loc"] else _FIELD_NAMES)
            message = _("there is no such entry.{hint} Allowed are {known}.").format(
                hint=nearest_name(name, known), known=", ".join(known)
            )
        elif detail["type"] not in ("value_error", "missing"):
            message = _("{message}; given was {input}.").format(message=message, input=repr(str(detail["input"])[:60]))
        faults.append(Fault(path=path, line=None, message=message))
    return faults


def faults_error(beside: Path, faults: Sequence[Fault]) -> RecordingError:
    """Return the error that lists every fault of the sidecar file `beside`."""
    head = ngettext(
        "The sidecar {beside} has {count} fault:", "The sidecar {beside} has {count} faults:", len(faults)
    ).format(beside=beside, count=len(faults))
    return RecordingError("\n".join([head, *(f"  {fault}" for fault in faults)]))


def _refuse_repeated_names(beside: Path, sidecar: Sidecar) -> None:
    names = [channel.name for channel in sidecar.channels]
    repeated = [
        Fault(
            path=f"channels[{index}].name",
            line=None,
            message=_("{name} is described a second time.").format(name=repr(name)),
        )
        for index, name in enumerate(names)
        if name in names[:index]
    ]
    if repeated:
        raise faults_error(beside, repeated)
