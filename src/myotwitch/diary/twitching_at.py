"""What twitches at a day, as the bouts of a diary tell it: one entry a place, in the words of a case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from myotwitch.case import Character, TwitchingPlace, When
from myotwitch.diary.diary import Diary, OneKind
from myotwitch.diary.entries import Bout, Exercise, Sleep
from myotwitch.diary.trend import trend_of
from myotwitch.diary.watched import merged_stretches, watched_stretches, within
from myotwitch.diary.windows import CaseWindows, begin_of_run, known_since_days
from myotwitch.units import HOURS_PER_DAY, MINUTES_PER_HOUR

FloatArray = NDArray[np.float64]
Where = tuple[str | None, str | None, str | None]
Look = tuple[Where, Character | None]


class TimedBout(NamedTuple):
    """A bout with its time **[h since 1970, UTC]**: a diary has thousands, and each is looked at many times."""

    hours: float
    bout: Bout


def twitching_at(diary: Diary, at_h: float, windows: CaseWindows) -> tuple[TwitchingPlace, ...]:
    """Return what twitches at a time **[h since 1970, UTC]**, the most frequent first; empty if no bout was written.

    Method
    ------
    The bouts of the last weeks, or, where there are none, of the weeks before the last bout, by place, muscle, side and
    look. Bouts without a place count only where none has one.
    """
    timed = map(TimedBout, diary.hours(Bout).tolist(), diary.of(Bout))
    bouts = [bout for bout in timed if bout.hours <= at_h]
    if not bouts:
        return ()
    begin_h = min(at_h, bouts[-1].hours) - windows.twitching_days * HOURS_PER_DAY
    span = _Span(diary=diary, windows=windows, begin_h=begin_h, at_h=at_h, stretches=watched_stretches(diary))
    groups = _by_look(bouts, begin_h, windows)
    recent = {key: sum(bout.count for hours, bout in group if hours >= begin_h) for key, group in groups.items()}
    order = sorted(groups, key=lambda key: (-recent[key], [str(part) for part in key]))
    return tuple(_entry(groups[key], key, span) for key in order)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Span:
    """The stretch that counts, from `begin_h` to `at_h`, and all time that was watched."""

    diary: Diary
    windows: CaseWindows
    begin_h: float
    at_h: float
    stretches: FloatArray

    @property
    def watched(self) -> FloatArray:
        """What was watched of it."""
        return merged_stretches(np.clip(self.stretches, self.begin_h, self.at_h))


def _by_look(bouts: Sequence[TimedBout], begin_h: float, windows: CaseWindows) -> dict[Look, list[TimedBout]]:
    """Return all bouts of each place, muscle, side and look that occurred since `begin_h`."""
    places: dict[Where, list[TimedBout]] = defaultdict(list)
    for timed in bouts:
        places[timed.bout.place, timed.bout.muscle, timed.bout.side].append(timed)
    recent = {where: group for where, group in places.items() if group[-1].hours >= begin_h}
    placed = {where: group for where, group in recent.items() if where[0] is not None or where[1] is not None}
    groups: dict[Look, list[TimedBout]] = defaultdict(list)
    for where, group in (placed or recent).items():
        looks = Counter(bout.character for hours, bout in group if hours >= begin_h and bout.character is not None)
        told = sum(looks.values())
        kept = [look for look, count in looks.most_common() if count >= windows.character_share * told]
        usual = kept[0] if kept else None
        for timed in group:
            groups[where, timed.bout.character if timed.bout.character in kept else usual].append(timed)
    return {key: group for key, group in groups.items() if group[-1].hours >= begin_h}


def _entry(group: Sequence[TimedBout], key: Look, span: _Span) -> TwitchingPlace:
    (place, muscle, side), character = key
    times = np.array([hours for hours, _ in group])
    counts = np.array([bout.count for _, bout in group], dtype=np.float64)
    recent = [bout for hours, bout in group if hours >= span.begin_h]
    lengths = [bout.duration_s for bout in recent if bout.duration_s is not None]
    pains = [bout.painful for bout in recent if bout.painful is not None]
    first_h = begin_of_run(times.tolist(), span.windows.pause_days)
    is_recent = times >= span.begin_h
    return TwitchingPlace(
        place=place,
        muscle=muscle,
        side=side,
        since_days=known_since_days(first_h, span.diary.entries[0].hours, span.at_h, span.windows),
        bout_seconds=round(float(np.median(lengths)), 3) if lengths else None,
        bouts_per_day=_bouts_per_day(times[is_recent], counts[is_recent], span),
        character=character,
        when=_circumstances(recent, times[is_recent], span),
        painful=sum(pains) * 2 > len(pains) if pains else None,
        trend=trend_of(span.stretches, times, counts, span.at_h),
    )


def _bouts_per_day(times: FloatArray, counts: FloatArray, span: _Span) -> float | None:
    """Return the bouts of a day in which the person is awake; None where too little was watched.

    What was logged without check-ins is not a number a day: nobody knows how much was not logged.
    """
    watched = span.watched
    watched_h = float(np.sum(watched[:, 1] - watched[:, 0]))
    if watched_h < span.windows.day_watched_hours:
        return None
    seen = float(np.sum(counts[within(watched, times)]))
    return round(seen / watched_h * span.windows.waking_hours, 3)


def _circumstances(recent: Sequence[Bout], times: FloatArray, span: _Span) -> tuple[When, ...]:
    """Return when it twitches: as the bouts say themselves, and as they lie beside sleep and exercise."""
    told = Counter(bout.when for bout in recent if bout.when is not None)
    share = span.windows.when_share
    found = {when for when, count in told.items() if count >= share * sum(told.values())}
    if len(times) >= span.windows.least_entries:
        for when, stretches in _near(span).items():
            near = float(np.mean(within(stretches, times)))
            if near >= share and near >= span.windows.when_excess * _share_of_watched(stretches, span):
                found.add(when)
    return tuple(when for when in When if when in found)


def _near(span: _Span) -> dict[When, FloatArray]:
    """Return the stretches before sleep, after waking and after exercise; empty where none was written."""
    near_h, after_h = span.windows.near_sleep_hours, span.windows.after_exercise_hours
    asleep, sleeps = _since(span, Sleep)
    awake = asleep + np.array([entry.duration_min / MINUTES_PER_HOUR for entry in sleeps])
    begun, efforts = _since(span, Exercise)
    ended = begun + np.array([(entry.duration_min or 0.0) / MINUTES_PER_HOUR for entry in efforts])
    stretches = {
        When.FALLING_ASLEEP: (asleep - near_h, asleep),
        When.ON_WAKING: (awake, awake + near_h),
        When.AFTER_EXERCISE: (ended, ended + after_h),
    }
    return {when: merged_stretches(np.column_stack(ends)) for when, ends in stretches.items() if len(ends[0])}


def _since(span: _Span, kind: type[OneKind]) -> tuple[FloatArray, Sequence[OneKind]]:
    """Return times and entries of one kind from the beginning of the stretch on."""
    hours = span.diary.hours(kind)
    first = int(np.searchsorted(hours, span.begin_h))
    return hours[first:], span.diary.of(kind)[first:]


def _share_of_watched(stretches: FloatArray, span: _Span) -> float:
    """Return which share of the watched time lies in the stretches; of all waking time where nothing was watched."""
    watched = span.watched
    total_h = float(np.sum(watched[:, 1] - watched[:, 0]))
    if total_h <= 0:
        waking_h = (span.at_h - span.begin_h) * span.windows.waking_hours / HOURS_PER_DAY
        return float(np.sum(stretches[:, 1] - stretches[:, 0])) / waking_h
    shared = sum(
        float(np.sum(np.maximum(0.0, np.minimum(end, watched[:, 1]) - np.maximum(begin, watched[:, 0]))))
        for begin, end in stretches
    )
    return shared / total_h
