"""Course: how the twitching of one person goes, what drives it, what changed, and what is in the body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from threadpoolctl import threadpool_limits

from myotwitch.course.changes import Change, changes_of
from myotwitch.course.changes_days import clock_offset_h, days_of
from myotwitch.course.drivers import Driver, drivers_of
from myotwitch.course.hours import watched_hours_of
from myotwitch.course.patterns_together import Patterns, patterns_of
from myotwitch.diary import Diary
from myotwitch.diary.in_body import InBody, in_body


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """What a diary says of the course of twitching.

    Parameters
    ----------
    observed_hours
        Watched time **[h]**.
    bouts
        Bouts in it; those outside are kept in the diary and not counted.
    rate_per_hour
        Bouts in an hour watched; None where nothing was watched.
    drivers
        What each factor that occurs does.
    inseparable
        Groups of factors that come together too often to be told apart.
    changes
        Changes of the rate that no known factor explains.
    patterns
        Trend, bursts, hours, places, and what came after something was begun or stopped; None where nothing was
        watched.
    in_body
        What is in the body at the end of the diary, or at the time that was asked for.
    """

    observed_hours: float
    bouts: int
    rate_per_hour: float | None
    drivers: tuple[Driver, ...]
    inseparable: tuple[tuple[str, ...], ...]
    changes: tuple[Change, ...]
    patterns: Patterns | None
    in_body: tuple[InBody, ...]


def course_of(diary: Diary, at: datetime | None = None) -> Course:
    """Return the course that a diary tells; one that tells nothing has an empty course.

    `at` is when to look into the body; the time of the last entry where it is None.
    """
    hours = watched_hours_of(diary)
    # The products are of narrow matrices: threads would only wait for one another.
    with threadpool_limits(limits=1, user_api="blas"):
        found = drivers_of(diary, hours)
    offset_h = clock_offset_h(diary)
    days = days_of(hours, offset_h=offset_h, known_log_rate=found.known_log_rate)
    changes = changes_of(days) if len(days) else ()
    observed = float(hours.watched_h.sum())
    return Course(
        observed_hours=observed,
        bouts=round(float(hours.bouts.sum())),
        rate_per_hour=float(hours.bouts.sum()) / observed if observed > 0 else None,
        drivers=found.drivers,
        inseparable=found.inseparable,
        changes=changes,
        patterns=patterns_of(diary, hours, days, changes=changes, offset_h=offset_h) if len(days) else None,
        in_body=in_body(diary, at) if diary.entries else (),
    )
