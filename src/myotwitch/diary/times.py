"""Times of a diary: they keep their offset from UTC; computations use hours since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from myotwitch.case.checks import refuse, shown
from myotwitch.language import _

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
FIRST_YEAR, LAST_YEAR = 1900, 2200
EXAMPLE = "2026-03-04T21:30:00+01:00"


def hours_of(time: datetime) -> float:
    """Return the hours from the beginning of 1970, UTC, to a time.

    Examples
    --------
    >>> hours_of(datetime.fromisoformat("1970-01-02T01:00:00+01:00"))
    24.0
    """
    return (time - EPOCH) / _HOUR


def time_of(hours: float, like: datetime | None = None) -> datetime:
    """Return the time that lies `hours` after the beginning of 1970, with the offset of `like`, or in UTC."""
    time = EPOCH + timedelta(hours=hours)
    return time if like is None else time.astimezone(like.tzinfo)


def local_text(time: datetime) -> str:
    """Return a time in ISO 8601 with its offset, without parts of a second that are zero.

    Examples
    --------
    >>> local_text(datetime.fromisoformat("2026-03-04T21:30+01:00"))
    '2026-03-04T21:30:00+01:00'
    """
    return time.isoformat()


def check_time(given: Any) -> datetime:
    """Return the time that a text in ISO 8601, or a `datetime`, stands for; refuse one without an offset from UTC."""
    if isinstance(given, str):
        try:
            time = datetime.fromisoformat(given.strip())
        except ValueError:
            refuse(_("{given} is not a time; write it as {example}.").format(given=shown(given), example=EXAMPLE))
    elif isinstance(given, datetime):
        time = given
    else:
        refuse(_("{given} is not a time; write it as {example}.").format(given=shown(given), example=EXAMPLE))
    if time.tzinfo is None or time.utcoffset() is None:
        refuse(
            _("{given} has no offset from UTC; add it, as in {example}.").format(
                given=shown(str(given)), example=EXAMPLE
            )
        )
    if not FIRST_YEAR <= time.year < LAST_YEAR:
        refuse(
            _("The year {year} is not possible; allowed is {first_year} to {last_year}.").format(
                year=time.year, first_year=FIRST_YEAR, last_year=LAST_YEAR - 1
            )
        )
    return time
