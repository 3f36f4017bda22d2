"""Times in a phenopacket: ages and dates, as days before the last encounter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from myotwitch.units import SECONDS_PER_DAY

_DAYS_PER_YEAR = 365.25
_DAYS_PER_MONTH = _DAYS_PER_YEAR / 12
_DURATION = re.compile(
    r"^P(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:\d{1,5}H)?(?:\d{1,5}M)?(?:\d{1,5}(?:\.\d+)?S)?)?$"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PacketTime:
    """When a phenopacket was taken: the age of its subject, and the date.

    Parameters
    ----------
    age_days
        Age at the last encounter **[days]**; None where the phenopacket does not say it.
    date
        Date of the last encounter, or of the phenopacket itself; None where it does not say it.
    """

    age_days: float | None
    date: datetime | None

    def days_before(self, element: object) -> float | None:
        """Return how long before the encounter a time element lies [days]; None where that cannot be told.

        Understood are ages, time stamps and the beginnings of intervals. What lies after the encounter is None.
        """
        if not isinstance(element, dict):
            return None
        age_days = days_of_duration(_of(element, "age", "iso8601duration"))
        stamp = _of(element, "interval", "start") if "interval" in element else element.get("timestamp")
        moment = moment_of(stamp)
        days = None
        if age_days is not None and self.age_days is not None:
            days = self.age_days - age_days
        elif moment is not None and self.date is not None:
            days = (self.date - moment).total_seconds() / SECONDS_PER_DAY
        return round(days, 3) if days is not None and days >= 0 else None


def packet_time(packet: Mapping[str, Any]) -> PacketTime:
    """Return when a phenopacket was taken.

    The age is that of the last encounter; where only a date of birth is given, it is counted up to the encounter or,
    where that has no date either, to the phenopacket's creation.
    """
    encounter = _of(packet, "subject", "timeAtLastEncounter")
    stamp = moment_of(_of(encounter, "timestamp")) or moment_of(_of(packet, "metaData", "created"))
    age_days = days_of_duration(_of(encounter, "age", "iso8601duration"))
    born = moment_of(_of(packet, "subject", "dateOfBirth"))
    if age_days is None and born is not None and stamp is not None and born <= stamp:
        age_days = (stamp - born).total_seconds() / SECONDS_PER_DAY
    return PacketTime(age_days=age_days, date=stamp)


def days_of_duration(text: object) -> float | None:
    """Return the days of an ISO 8601 duration such as ``P34Y6M``; None where it is none.

    Examples
    --------
    >>> days_of_duration("P2W"), days_of_duration("P1Y"), days_of_duration("34 years")
    (14.0, 365.25, None)
    """
    match = _DURATION.match(text) if isinstance(text, str) else None
    if match is None or text in ("P", "PT"):
        return None
    days_in = {"years": _DAYS_PER_YEAR, "months": _DAYS_PER_MONTH, "weeks": 7.0, "days": 1.0}
    return sum(int(match[part] or 0) * days for part, days in days_in.items())


def moment_of(text: object) -> datetime | None:
    """Return the moment that a time stamp such as ``2020-03-17T00:00:00Z`` names; None where it is none.

    A stamp without a time zone is read as UTC, as the phenopacket schema demands.
    """
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _of(value: object, *names: str) -> Any:
    """Return what lies under the names, one after the other; None where a name is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
