"""From the words of a command to the fields of an entry: ``eyelid left count=3``, ``caffeine 95 mg``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotwitch.errors import DiaryError, Fault, RequestError

if TYPE_CHECKING:
    from myotwitch.diary import DiaryPerson

POSITIONS: Mapping[str, tuple[str, ...]] = {
    "bout": ("place", "side"),
    "check_in": ("duration_min",),
    "intake": ("substance", "amount", "unit"),
    "schedule": ("substance", "amount", "unit", "at"),
    "sleep": ("duration_min",),
    "stress": ("level",),
    "exercise": ("effort", "duration_min"),
    "screen": ("duration_min",),
    "symptom": ("finding", "severity"),
    "lab": ("analyte", "value", "unit"),
    "cycle": ("event",),
    "pregnancy": ("event",),
    "illness": ("event", "text"),
    "vaccination": ("text",),
    "recording": ("file",),
    "note": ("text",),
}
"""What the words after a kind mean, in their order; the last of `MANY` takes all that are left."""

MANY = ("text", "at")
TIME_HELP = "21:30, 'yesterday 21:30', '2026-03-04 21:30' or 2026-03-04T21:30:00+01:00"

_AMOUNT_WITH_UNIT = re.compile(r"([0-9.]+)(mg|g|ug|µg|ml|unit)")
END_OF_DAY = clock_time.max
_CLOCK = re.compile("[0-9]{1,2}:[0-9]{2}")
_HOURS_AND_MINUTES = re.compile(r"(?:([0-9]+(?:\.[0-9]+)?)h)?(?:([0-9]+(?:\.[0-9]+)?)(?:min|m)?)?")


def entry_fields(kind: str, words: Sequence[str], now: datetime) -> dict[str, Any]:
    """Return the fields of an entry of a kind, from words in the kind's order and ``name=value`` or ``--name value``.

    Raises
    ------
    DiaryError
        With everything that cannot be read.
    """
    given = _cells(kind, words)
    if kind == "recording" and "file" in given and "sha256" not in given:
        given["sha256"] = _digest(Path(given["file"]))
    return {"kind": kind, "time": now, **values_of(kind, given, now)}


def values_of(kind: str, cells: Mapping[str, str], now: datetime, entry_time: datetime | None = None) -> dict[str, Any]:
    """Return fields and values for names and texts; an empty text takes the field back.

    Parameters
    ----------
    entry_time
        The time of the entry, if `cells` do not give it; now, if neither does.

    Raises
    ------
    DiaryError
        With everything that cannot be read.
    """
    from myotwitch.diary import field_from_cell

    fields: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, cell in sorted(cells.items(), key=lambda item: item[0] != "time"):  # others follow from it
        try:
            if name == "to_bed" and cell.strip():
                fields[name] = _near(cell, fields.get("time") or entry_time or now, now)
            elif name == "until" and cell.strip():
                fields[name] = bound_from(cell, now, is_end=True).replace(microsecond=0)
            elif name == "time" and cell.strip():
                fields[name] = time_from(cell, now)
            elif name == "duration_min":
                fields[name] = _minutes(cell)
            else:
                field, value = field_from_cell(kind, name, cell)
                fields[field] = value
        except ValueError as error:
            faults.append(Fault(path=name, line=None, message=str(error)))
    if faults:
        raise DiaryError("The entry", faults)
    return fields


def named_cells(words: Sequence[str]) -> dict[str, str]:
    """Return names and texts of ``name=value`` words and ``--name value`` pairs.

    Raises
    ------
    RequestError
        If a word is neither.
    """
    given, bare = _divided(words)
    if bare:
        raise RequestError(f"{bare[0]!r} is not understood here; write name=value, such as count=3.")
    return given


def _cells(kind: str, words: Sequence[str]) -> dict[str, str]:
    given, bare = _divided(words)
    waiting = [part for word in bare for part in _parts(kind, word)]
    names = [name for name in POSITIONS.get(kind, ()) if name not in given]
    for index, name in enumerate(names):
        if not waiting:
            break
        is_last = index == len(names) - 1
        given[name] = " ".join(waiting) if name in MANY and is_last else waiting[0]
        waiting = [] if name in MANY and is_last else waiting[1:]
    if waiting:
        wanted = " ".join(name.upper() for name in POSITIONS.get(kind, ()))
        raise RequestError(
            f"{waiting[0]!r} is one word too many; write: diary add {kind} {wanted}, and everything else as name=value."
        )
    return given


def _divided(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    given: dict[str, str] = {}
    bare: list[str] = []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        name, sign, value = word.removeprefix("--").partition("=")
        if word.startswith("--") and not sign:
            if not waiting:
                raise RequestError(f"{word} needs a value after it.")
            sign, value = "=", waiting.pop(0)
        name = name.replace("-", "_")
        if not sign or not re.fullmatch("[a-z_0-9]+", name):
            bare.append(word)
        elif name in given:
            raise RequestError(f"{name} is given twice; give it once.")
        else:
            given[name] = value
    return given, bare


def _parts(kind: str, word: str) -> list[str]:
    """Return ``95mg`` as amount and unit."""
    match = _AMOUNT_WITH_UNIT.fullmatch(word) if kind in ("intake", "schedule") else None
    return [word] if match is None else [match[1], match[2].replace("µ", "u")]


def _minutes(cell: str) -> float | None:
    """Return minutes from ``90``, ``90min``, ``1.5h`` or ``7h30``."""
    text = cell.replace(" ", "").lower()
    if not text:
        return None
    match = _HOURS_AND_MINUTES.fullmatch(text)
    if match is None:
        raise ValueError(f"{cell[:40]!r} is no length of time; write minutes, as 90, or 1.5h, 7h30.")
    return 60.0 * float(match[1] or 0.0) + float(match[2] or 0.0)


def time_from(text: str, now: datetime) -> datetime:
    """Return the time that a text stands for; without an offset, by the clock of this computer.

    Parameters
    ----------
    now
        The time at which it is said, with the offset of this computer's clock.

    Raises
    ------
    ValueError
        If it is no time, or one that the clock showed twice or never, as on the nights when it is changed.
    """
    said = text.strip()
    if said == "now":
        return now
    day, _, clock = said.rpartition(" ")
    days = {"": now.date(), "today": now.date(), "yesterday": now.date() - timedelta(days=1)}
    try:
        if day in days and _CLOCK.fullmatch(clock):
            said = f"{days[day].isoformat()} {clock.zfill(5)}"
        time = datetime.fromisoformat(said)
    except ValueError:
        raise _no_time(text) from None
    return time if time.tzinfo is not None else _by_local_clock(time)


def clock_now() -> datetime:
    """Return the time that this computer's clock shows, to the second."""
    return datetime.now().astimezone().replace(microsecond=0)


def time_asked(text: str | None, now: datetime, *, is_end: bool = False) -> datetime | None:
    """Return the time that an option names, as `bound_from` does; None where it is not given.

    Raises
    ------
    RequestError
        If it is no time.
    """
    try:
        return None if text is None else bound_from(text, now, is_end=is_end)
    except ValueError as error:
        raise RequestError(str(error)) from None


def bound_from(text: str, now: datetime, *, is_end: bool = False) -> datetime:
    """Return the time that a text stands for as `time_from` does; a day alone means its beginning, or its end.

    Raises
    ------
    ValueError
        As of `time_from`.
    """
    said = text.strip()
    if ":" in said or "T" in said or said == "now":
        return time_from(said, now)
    days = {"today": now.date(), "yesterday": now.date() - timedelta(days=1)}
    try:
        day = days.get(said) or date.fromisoformat(said)
    except ValueError:
        raise _no_time(text) from None
    return _by_local_clock(datetime.combine(day, END_OF_DAY if is_end else clock_time.min))


def _near(text: str, entry_time: datetime, now: datetime) -> datetime:
    """Return the time that a text stands for; a clock alone is the one nearest to the entry's time.

    So 23:50 is of the evening before an entry of 00:20, and 22:50 is later than one of 22:40.
    """
    said = text.strip()
    if not _CLOCK.fullmatch(said):
        return time_from(said, now)
    try:
        clock = clock_time.fromisoformat(said.zfill(5))
    except ValueError:
        raise _no_time(text) from None
    zone = entry_time.tzinfo
    days = (entry_time.date() + timedelta(days=days) for days in (-1, 0, 1))
    shown = min(
        (datetime.combine(day, clock) for day in days), key=lambda time: abs(time.replace(tzinfo=zone) - entry_time)
    )
    is_local = entry_time.utcoffset() == entry_time.astimezone().utcoffset()
    return _by_local_clock(shown) if is_local else shown.replace(tzinfo=zone)


def _no_time(text: str) -> ValueError:
    return ValueError(f"{text[:40]!r} is not a time; write it as {TIME_HELP}.")


def _by_local_clock(time: datetime) -> datetime:
    first, second = (time.replace(fold=fold).astimezone() for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.replace(tzinfo=None) == time:
        raise ValueError(
            f"The clock showed {time:%Y-%m-%d %H:%M} twice that night; "
            f"write {first.isoformat()} or {second.isoformat()}."
        )
    raise ValueError(
        f"The clock never showed {time:%Y-%m-%d %H:%M}: it was set forward; write {max(first, second).isoformat()}, or "
        "another time."
    )


def profile_values(model: type[DiaryPerson], cells: Mapping[str, str]) -> dict[str, Any]:
    """Return what is said of a person as values; an empty text takes it back."""
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    values: dict[str, Any] = {}
    for name, cell in cells.items():
        kind = str(model.model_fields[name].annotation) if name in model.model_fields else "str"
        try:
            if not cell.strip():
                values[name] = None
            elif "bool" in kind:
                values[name] = words.get(cell.lower(), cell)
            else:
                values[name] = int(cell) if "int" in kind else float(cell) if "float" in kind else cell
        except ValueError:
            values[name] = cell
    return values


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise RequestError(
            f"The recording {file} cannot be read: {error.strerror or error}. Name an existing one, or give sha256=."
        ) from error
