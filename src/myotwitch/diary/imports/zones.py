"""Times of files that do not say their offset from UTC: the person names the zone, nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from myotwitch.case.checks import shown
from myotwitch.diary.imports.preview import Collector
from myotwitch.diary.times import EPOCH, local_text
from myotwitch.errors import RequestError
from myotwitch.language import _, later, translated

WITHOUT_ZONE = later(
    "The time {time} has no offset from UTC; say in which zone it was written, such as "
    "--zone Europe/Berlin (--zone UTC if it is in UTC)."
)
MISSING_HOUR = later(
    "The clocks of {zone} never showed {time}: they were set forward past it. Check the zone, or correct the time."
)
AMBIGUOUS_HOUR = later(
    "Times in the hour that the clocks showed twice, when they were set back, are taken as the first"
)
ONLY_THE_DAY = later("Only the day is told; noon stands for it")


class TimeFault(Exception):  # noqa: N818  it is a fault of the file; never leaves the importers
    """Raised where a record's time cannot be known; its text says why."""


def find_zone(name: str) -> tzinfo:
    """Return the time zone of this name.

    Raises
    ------
    RequestError
        If there is none.
    """
    zone = zone_or_none(name)
    if zone is None:
        raise RequestError(
            _("The time zone {name} is not known; give one such as Europe/Berlin, America/New_York or UTC.").format(
                name=shown(name)
            )
        )
    return zone


def zone_or_none(name: str) -> tzinfo | None:
    """Return the time zone of this name, or None where there is none."""
    if name.upper() in ("UTC", "Z", "GMT"):
        return UTC
    try:
        return ZoneInfo(name) if len(name) <= 60 else None
    except (ValueError, KeyError, OSError):
        return None


class Clock:
    """Gives times of a file their offset from UTC, and tells what it could not do."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._name = collector.settings.zone
        self._zone = find_zone(self._name) if self._name is not None else None

    @property
    def is_set(self) -> bool:
        """True if the person named a zone."""
        return self._zone is not None

    def time(self, given: datetime) -> datetime:
        """Return a time with a fixed offset from UTC; one that has an offset keeps it.

        Raises
        ------
        TimeFault
            If it has no offset and no zone was named, or the clocks of the zone never showed it.
        """
        if given.tzinfo is not None:
            return fixed(given)
        if self._zone is None:
            raise TimeFault(translated(WITHOUT_ZONE).format(time=given.isoformat()))
        first, second = (given.replace(tzinfo=self._zone, fold=fold) for fold in (0, 1))
        try:
            is_real = first.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) == given
            offsets = first.utcoffset(), second.utcoffset()
        except OverflowError as error:
            raise TimeFault(_("The time {given} is not possible.").format(given=given.isoformat())) from error
        if not is_real:
            raise TimeFault(translated(MISSING_HOUR).format(zone=self._name, time=given.isoformat()))
        if offsets[0] != offsets[1]:
            self._collector.tell(AMBIGUOUS_HOUR, local_text(fixed(first)))
        return fixed(first)

    def instant(self, given: datetime, *, offset_min: float | None = None) -> datetime:
        """Return an instant in the named zone, else at an offset **[min east of UTC]** that the file tells.

        Raises
        ------
        TimeFault
            If neither is known, or the instant is not possible.
        """
        try:
            if self._zone is not None:
                return fixed(given.astimezone(self._zone))
            if offset_min is not None:
                return given.astimezone(timezone(timedelta(minutes=round(offset_min))))
        except (OverflowError, ValueError) as error:
            raise TimeFault(_("The time {given} is not possible.").format(given=given.isoformat())) from error
        raise TimeFault(translated(WITHOUT_ZONE).format(time=given.isoformat()))

    def from_text(self, text: object) -> datetime:
        """Return the time that a text in ISO 8601 stands for.

        Raises
        ------
        TimeFault
            If it is none, has no offset and no zone was named, or the clocks never showed it.
        """
        if not isinstance(text, str) or len(text) > 60:
            raise TimeFault(_("{text} is not a time.").format(text=shown(text)))
        try:
            given = datetime.fromisoformat(text.strip())
        except ValueError as error:
            raise TimeFault(_("{text} is not a time.").format(text=shown(text))) from error
        return self.time(given)


def fixed(time: datetime) -> datetime:
    """Return a time with its offset as a number: entries know offsets, not zones."""
    offset = time.utcoffset() or timedelta()
    return time.replace(tzinfo=timezone(offset), fold=0)


def from_milliseconds(value: object) -> datetime:
    """Return the instant that a number of milliseconds since 1970 stands for, in UTC.

    Raises
    ------
    TimeFault
        If it is none.
    """
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return EPOCH + timedelta(milliseconds=float(value))
        except (ValueError, OverflowError):
            pass
    raise TimeFault(_("{value} is no number of milliseconds since 1970.").format(value=shown(value)))
