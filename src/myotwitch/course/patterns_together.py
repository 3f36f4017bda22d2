"""All patterns of a diary at once, and as plain JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from myotwitch.course.before_after import BeforeAfter, before_and_after, turns_of
from myotwitch.course.changes import Change
from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_own import days_until_told, own_process_of
from myotwitch.course.changes_regression import Interval
from myotwitch.course.hours import WatchedHours
from myotwitch.course.patterns import Bursts, RateTrend, bursts_of, trend_of
from myotwitch.course.patterns_clock import ClockPattern, pattern_over_day, pattern_over_week
from myotwitch.course.patterns_places import Spreading, spreading_of
from myotwitch.diary import Bout, Diary, bout_times, watched_stretches, within
from myotwitch.errors import RequestError


@dataclass(frozen=True, kw_only=True, slots=True)
class Patterns:
    """How the twitching of one person goes, beside its changes.

    Parameters
    ----------
    trend
        Of the last 90 days.
    bursts
        Whether bouts cluster.
    over_day, over_week
        Whether they keep to hours of the day, or days of the week.
    spreading
        Whether new places join in.
    turns
        What came after something was begun or stopped.
    doubling_told_within_days
        After about how many days a lasting doubling would be told, every second time **[days]**; None where it could
        not be, or where the diary is too short to say.
    """

    trend: RateTrend
    bursts: Bursts
    over_day: ClockPattern
    over_week: ClockPattern
    spreading: Spreading
    turns: tuple[BeforeAfter, ...]
    doubling_told_within_days: int | None

    def to_document(self) -> dict[str, Any]:
        """Return the patterns as plain JSON values."""
        return {
            "trend": {
                "ratio_per_month": _figures(self.trend.ratio_per_month),
                "verdict": self.trend.verdict.value,
            },
            "bursts": {
                "clustering_index": _figures(self.bursts.clustering_index),
                "fano_factor": _figures(self.bursts.fano_factor),
                "verdict": self.bursts.verdict.value,
            },
            "over_day": _clock(self.over_day),
            "over_week": _clock(self.over_week),
            "spreading": {
                "earlier": list(self.spreading.earlier),
                "later": list(self.spreading.later),
                "p_value": self.spreading.p_value,
                "verdict": self.spreading.verdict.value,
            },
            "before_and_after": [_turn(told) for told in self.turns],
            "doubling_told_within_days": self.doubling_told_within_days,
        }


def patterns_of(
    diary: Diary, hours: WatchedHours, days: WatchedDays, *, changes: Sequence[Change] = (), offset_h: float = 0.0
) -> Patterns:
    """Return all patterns of a diary.

    Parameters
    ----------
    diary
        The entries.
    hours, days
        Its watched time by hours, and by days with known factors taken out.
    changes
        Changes of the rate: how it drifts by itself is learned from the days since the last one.
    offset_h
        Offset from UTC of the person's clock **[h]**.
    """
    stretches = watched_stretches(diary)
    times, _ = bout_times(diary)
    turns = turns_of(diary, days) if len(days) else ()
    return Patterns(
        trend=trend_of(days),
        bursts=bursts_of(days, stretches, times[within(stretches, times)], offset_h=offset_h),
        over_day=pattern_over_day(hours, offset_h=offset_h),
        over_week=pattern_over_week(hours, offset_h=offset_h),
        spreading=spreading_of(diary.of(Bout)),
        turns=tuple(before_and_after(days, turn, turns) for turn in turns),
        doubling_told_within_days=_doubling(days.since(changes[-1].at) if changes else days),
    )


def _doubling(days: WatchedDays) -> int | None:
    try:
        own = own_process_of(days)
    except RequestError:
        return None
    return days_until_told(own, known_days=int(np.count_nonzero(days.exposure_h)))


def _figures(ratio: Interval | None) -> dict[str, Any] | None:
    if ratio is None:
        return None
    return {"value": round(ratio.value, 4), "interval": [round(ratio.low, 4), round(ratio.high, 4)]}


def _clock(pattern: ClockPattern) -> dict[str, Any]:
    return {
        "ratio_of": {name: _figures(ratio) for name, ratio in pattern.ratio_of.items()},
        "p_value": pattern.p_value,
        "highest": pattern.highest,
        "verdict": pattern.verdict.value,
    }


def _turn(told: BeforeAfter) -> dict[str, Any]:
    return {
        "substance": told.turn.substance,
        "event": "began" if told.turn.is_begun else "stopped",
        "day": told.turn.day.isoformat(),
        "transition_days": told.transition_days,
        "rate_ratio": _figures(told.ratio),
        "plain_ratio": None if told.plain_ratio is None else round(told.plain_ratio, 4),
        "verdict": told.verdict,
        "also": list(told.also),
    }
