"""From a sent form to an entry of the diary, or to sentences that say what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from starlette.datastructures import FormData

from myotwitch.diary import ENTRY, KINDS, Entry
from myotwitch.diary.doubts import refuse_impossible
from myotwitch.diary.faults import sentences_of
from myotwitch.errors import DiaryError, Fault
from myotwitch.language import _

LONGEST_FIELD = 4_000
MOST_OFFSET_MIN = 14 * 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What a form says, with the offset of the sender's clock.

    Parameters
    ----------
    fields
        Its fields that are not empty.
    now
        The time, by this machine's clock and with the browser's offset from UTC.
    """

    fields: Mapping[str, str]
    now: datetime

    @classmethod
    def of(cls, form: FormData) -> Sent:
        """Return what a form says, without files and what is too long to be meant."""
        fields = {
            name: value.strip()
            for name, value in form.items()
            if isinstance(value, str) and value.strip() and len(value) <= LONGEST_FIELD
        }
        return cls(fields=fields, now=cls.clock(fields.get("offset_min")))

    @staticmethod
    def clock(offset_min: str | None = None) -> datetime:
        """Return the time, with the offset that the browser tells, or this machine's."""
        return datetime.now(UTC).astimezone(_offset(offset_min))

    def time(self, name: str = "time") -> datetime:
        """Return the time that a field says, as clocks show it where the browser is; now, if it is empty.

        Raises
        ------
        DiaryError
            If it is no time, or lies in the future.
        """
        text = self.fields.get(name)
        if text is None:
            return self.now
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            raise refused(
                name, _("{text} is not a time; write it as 2026-03-04T21:30.").format(text=repr(text[:40]))
            ) from None
        if time.tzinfo is None:
            time = time.replace(tzinfo=self.now.tzinfo)
        if time > self.now + timedelta(minutes=5):
            raise refused(name, _("That time lies in the future; give a time up to now."))
        return time


def _offset(minutes: str | None) -> timezone | None:
    """Return the offset that the browser's clock has; that of this machine where it does not say."""
    if minutes is None or not minutes.lstrip("-").isdecimal() or abs(int(minutes[:6])) > MOST_OFFSET_MIN:
        return None
    return timezone(timedelta(minutes=int(minutes)))


def refused(name: str, sentence: str) -> DiaryError:
    """Return the error that names one field of a form."""
    return DiaryError(_("This entry"), [Fault(path=name, line=None, message=sentence)])


def entry_from_fields(kind: str, fields: Mapping[str, Any]) -> Entry:
    """Return the entry that fields stand for; those that are None are not known.

    Raises
    ------
    DiaryError
        With every fault.
    """
    from pydantic import ValidationError

    if kind not in KINDS:
        raise refused(
            "kind",
            _("The kind {kind} is not known; allowed are {kinds}.").format(
                kind=repr(kind[:40]), kinds=", ".join(KINDS)
            ),
        )
    try:
        entry = ENTRY.validate_python(
            {"kind": kind, **{name: value for name, value in fields.items() if value is not None}}
        )
    except ValidationError as error:
        faults = [Fault(path=name, line=None, message=message) for name, message in sentences_of(error, KINDS[kind])]
        raise DiaryError(_("This entry"), faults) from error
    refuse_impossible(entry, _("This entry"))
    return entry


def number(sent: Sent, name: str) -> float | None:
    """Return the number of a field, decimal comma or point; None where it is empty.

    Raises
    ------
    DiaryError
        If it is no number.
    """
    text = sent.fields.get(name)
    if text is None:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise refused(name, _("{text} is not a number.").format(text=repr(text[:40]))) from None
