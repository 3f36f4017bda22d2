"""Which entries of a diary count at a time, and what time that is: what lies ahead of the clock has not happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from myotwitch.diary.diary import Diary
from myotwitch.diary.entries import Note, Schedule

CLOCKS_DIFFER = timedelta(minutes=5)
"""So far ahead a clock may be by which an entry was written; it counts all the same."""
FRESH = timedelta(days=2)
"""A diary whose last entry is younger is still being kept: who asks what is in the body means now."""


class Moment(StrEnum):
    """Which time is meant."""

    ASKED = "asked"
    NOW = "now"
    LAST_ENTRY = "last_entry"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Counted:
    """The entries of a diary that count, and the time at which it is looked.

    Parameters
    ----------
    diary
        With the entries that count, and no others.
    at
        When to look; None where there is no entry and no time was asked for.
    moment
        Which time that is.
    waiting
        Entries that do not count because their time has not come; what is meant for later, such as plans, is not told.
    is_all_ahead
        True where every entry lies ahead of the clock: then all count, as if the last had just been written.
    """

    diary: Diary
    at: datetime | None
    moment: Moment
    waiting: int = 0
    is_all_ahead: bool = False


def counted_at(diary: Diary, now: datetime, at: datetime | None = None) -> Counted:
    """Return the entries that count at a time that is asked for, else now.

    Parameters
    ----------
    now
        What the clock shows.
    at
        The time that is asked for; entries up to it count, also where it lies ahead.

    Method
    ------
    Without a time that is asked for, entries up to now count. What is in the body is then looked at now where the diary
    is still being kept, else at its last entry: of a diary of January nothing is left in November.
    """
    if at is not None:
        return Counted(diary=_until(diary, at), at=at, moment=Moment.ASKED)
    told = _until(diary, now + CLOCKS_DIFFER)
    if told.last is None:
        return Counted(diary=diary, at=diary.last, moment=Moment.LAST_ENTRY, is_all_ahead=bool(diary.entries))
    is_fresh = now - told.last < FRESH
    return Counted(
        diary=told,
        at=max(now, told.last) if is_fresh else told.last,
        moment=Moment.NOW if is_fresh else Moment.LAST_ENTRY,
        waiting=sum(not isinstance(entry, Schedule | Note) for entry in diary.entries[len(told.entries) :]),
    )


def _until(diary: Diary, time: datetime) -> Diary:
    """Return the entries up to a time; the same diary where those are all, so that what it has worked out is kept."""
    return diary if diary.last is None or diary.last <= time else diary.until(time)
