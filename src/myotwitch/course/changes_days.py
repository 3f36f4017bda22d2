"""The watched time of a diary by calendar days: how many bouts each had, and for how long it was watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from myotwitch.course.hours import FloatArray, WatchedHours
from myotwitch.diary import Bout, CheckIn, Diary
from myotwitch.diary.times import EPOCH
from myotwitch.units import HOURS_PER_DAY

LARGEST_KNOWN_LOG_RATIO = 4.0
"""What known factors may do to the rate at most, as a logarithm: an extrapolation must not make a day count nothing."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WatchedDays:
    """Calendar days of the person, none left out from the first to the last that was watched.

    Parameters
    ----------
    first
        The first day.
    bouts
        Bouts of each day in watched time.
    exposure_h
        Watched time of each **[h]**, each hour counted as often as known factors make bouts more frequent in it; 0
        where nothing was watched: what happened then is unknown.
    """

    first: date
    bouts: FloatArray
    exposure_h: FloatArray

    def __len__(self) -> int:
        return len(self.bouts)

    def day(self, index: int) -> date:
        """Return the date of a day."""
        return self.first + timedelta(days=int(index))

    def index_of(self, day: date) -> int:
        """Return which day a date is; below 0 or beyond the end where it lies outside."""
        return (day - self.first).days

    def until(self, count: int) -> WatchedDays:
        """Return the first `count` days."""
        return WatchedDays(first=self.first, bouts=self.bouts[:count], exposure_h=self.exposure_h[:count])

    def since(self, day: date) -> WatchedDays:
        """Return the days from a date on."""
        index = max(0, min(self.index_of(day), len(self)))
        return WatchedDays(first=self.day(index), bouts=self.bouts[index:], exposure_h=self.exposure_h[index:])

    @property
    def rate_per_hour(self) -> float:
        """Bouts in an hour of exposure; NaN where nothing was watched."""
        hours = float(self.exposure_h.sum())
        return float(self.bouts.sum()) / hours if hours > 0 else float("nan")


def clock_offset_h(diary: Diary) -> float:
    """Return the offset from UTC at which the person mostly lived **[h]**: the median over bouts and check-ins."""
    entries = [*diary.of(Bout), *diary.of(CheckIn)]
    offsets = [offset.total_seconds() / 3600 for entry in entries if (offset := entry.time.utcoffset()) is not None]
    return float(np.median(offsets)) if offsets else 0.0


def days_of(hours: WatchedHours, *, offset_h: float = 0.0, known_log_rate: FloatArray | None = None) -> WatchedDays:
    """Return the watched time by calendar days.

    Parameters
    ----------
    hours
        The watched time.
    offset_h
        Offset from UTC of the person's clock **[h]**.
    known_log_rate
        float64[hours]: by how much known factors raise the log rate in each piece of watched time; None for nothing.
    """
    if not len(hours):
        return WatchedDays(first=EPOCH.date(), bouts=np.zeros(0), exposure_h=np.zeros(0))
    day = np.floor((hours.middle + offset_h) / HOURS_PER_DAY).astype(np.int64)
    index = day - day[0]
    exposure = hours.watched_h
    if known_log_rate is not None:
        # Around their mean, so that an hour of exposure stays an hour like most of this person's.
        middle = float(np.average(known_log_rate, weights=hours.watched_h))
        exposure = exposure * np.exp(
            np.clip(known_log_rate - middle, -LARGEST_KNOWN_LOG_RATIO, LARGEST_KNOWN_LOG_RATIO)
        )
    return WatchedDays(
        first=EPOCH.date() + timedelta(days=int(day[0])),
        bouts=np.bincount(index, weights=hours.bouts).astype(np.float64),
        exposure_h=np.bincount(index, weights=exposure).astype(np.float64),
    )
