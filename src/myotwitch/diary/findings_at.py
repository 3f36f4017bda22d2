"""What is present or absent beside the twitching at a day, as the entries of a diary tell it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np

from myotwitch.case import FINDINGS, FindingGroup, FindingState
from myotwitch.diary.diary import Diary
from myotwitch.diary.entries import Exercise, Illness, Screen, Sleep, Stress, Symptom, Vaccination
from myotwitch.diary.times import hours_of
from myotwitch.diary.windows import CaseWindows, begin_of_run, known_since_days
from myotwitch.units import HOURS_PER_DAY, MINUTES_PER_HOUR

ADULT_YEARS = 18.0
"""From here on the hours of sleep that are enough are those of adults."""


PASSING_HISTORY = frozenset(
    {"recent_infection", "recent_vaccination", "new_medication", "quickening_possible", "withdrawal", "overdose"}
)
"""Findings that the catalogue counts as history and that pass."""


def findings_at(diary: Diary, at: datetime, windows: CaseWindows) -> tuple[FindingState, ...]:
    """Return every finding of which the diary tells whether it is there, by name.

    Method
    ------
    Symptom entries come first, then what other entries say: illness, vaccination, stress, sleep, exercise, screen. The
    last entry of a finding decides; a severity of 0 is an absence.
    """
    told: dict[str, FindingState] = {}
    for source in (_of_symptoms, _of_illness, _of_vaccination, _of_stress, _of_sleep, _of_exercise, _of_screen):
        for state in source(diary, at, windows):
            told.setdefault(state.finding, state)
    return tuple(told[name] for name in sorted(told))


def lasting_days(finding: str, windows: CaseWindows) -> float | None:
    """Return for how long an entry of a finding counts **[d]**; None for ever: history and tests."""
    recent = (
        "recent_infection",
        "recent_vaccination",
        "new_medication",
        "quickening_possible",
        "withdrawal",
        "overdose",
    )
    if finding in recent:
        return windows.recent_days
    return {
        FindingGroup.SYMPTOM: windows.symptom_days,
        FindingGroup.SIGN: windows.sign_days,
        FindingGroup.TRIGGER: windows.trigger_days,
        FindingGroup.COURSE: windows.sign_days,
        FindingGroup.HISTORY: None,
        FindingGroup.TEST: None,
    }[FINDINGS[finding].group]


def _of_symptoms(diary: Diary, at: datetime, windows: CaseWindows) -> Sequence[FindingState]:
    entries: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for entry in diary.of(Symptom):
        entries[entry.finding].append((entry.hours, entry.severity != 0))
    return _states(entries, diary, at, windows)


def _of_illness(diary: Diary, at: datetime, windows: CaseWindows) -> Sequence[FindingState]:
    """Return the findings of illnesses: there from their beginning, and until their end or as long as they count."""
    entries: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for entry in diary.of(Illness):
        if entry.finding is not None and (entry.event == "began" or entry.finding.startswith("recent_")):
            entries[entry.finding].append((entry.hours, True))
        elif entry.finding is not None:
            entries[entry.finding].append((entry.hours, False))
    return _states(entries, diary, at, windows)


def _states(
    entries: dict[str, list[tuple[float, bool]]], diary: Diary, at: datetime, windows: CaseWindows
) -> Sequence[FindingState]:
    """Return the state of each finding from its times **[h]** and whether it was there at them."""
    at_h, first_h = hours_of(at), diary.entries[0].hours if diary.entries else 0.0
    states: list[FindingState] = []
    for finding, history in entries.items():
        lasts_days = lasting_days(finding, windows)
        last_h, is_present = history[-1]
        if lasts_days is not None and at_h - last_h > lasts_days * HOURS_PER_DAY:
            continue
        since_days = None
        if is_present:
            run = _last_present(history)
            begin_h = run[0] if lasts_days is None else begin_of_run(run, lasts_days)
            since_days = known_since_days(begin_h, first_h, at_h, windows)
        states.append(FindingState(finding=finding, present=is_present, since_days=since_days))
    return states


def _last_present(history: Sequence[tuple[float, bool]]) -> list[float]:
    """Return the times after the last absence."""
    absences = [index for index, (_, is_present) in enumerate(history) if not is_present]
    return [time for time, _ in history[absences[-1] + 1 if absences else 0 :]]


def _of_vaccination(diary: Diary, at: datetime, windows: CaseWindows) -> Sequence[FindingState]:
    entries = diary.of(Vaccination)
    if not entries:
        return ()
    days = (hours_of(at) - entries[-1].hours) / HOURS_PER_DAY
    if days > windows.recent_days:
        return ()
    return (FindingState(finding="recent_vaccination", present=True, since_days=round(days, 2)),)


def _of_stress(diary: Diary, at: datetime, windows: CaseWindows) -> Sequence[FindingState]:
    """Return stress as the mean of the last weeks; since when is not told."""
    begin_h = hours_of(at) - windows.load_days * HOURS_PER_DAY
    levels = [entry.level for entry in diary.after(Stress, begin_h)]
    return _between("stress", levels, windows, lambda mean: _side(mean, windows.stress_absent, windows.stress_present))


def _of_sleep(diary: Diary, at: datetime, windows: CaseWindows) -> Sequence[FindingState]:
    """Return too little sleep of an adult, from the hours a day with sleep written; naps add to their day."""
    age = None if diary.person is None else diary.person.age_years(at.date())
    if age is not None and age < ADULT_YEARS:
        return ()
    begin_h = hours_of(at) - windows.sleep_days * HOURS_PER_DAY
    days: dict[int, float] = defaultdict(float)
    for asleep_h, entry in zip(diary.hours(Sleep).tolist(), diary.of(Sleep), strict=True):
        awake_h = asleep_h + entry.duration_min / MINUTES_PER_HOUR
        if awake_h > begin_h:
            days[entry.awake.toordinal()] += entry.duration_min / MINUTES_PER_HOUR
    short, enough = windows.sleep_short_hours, windows.sleep_enough_hours
    return _between("sleep_deprivation", list(days.values()), windows, lambda mean: _side(-mean, -enough, -short))


def _of_screen(diary: Diary, at: datetime, windows: CaseWindows) -> Sequence[FindingState]:
    begin_h = hours_of(at) - windows.sleep_days * HOURS_PER_DAY
    days: dict[int, float] = defaultdict(float)
    for entry in diary.after(Screen, begin_h):
        days[entry.time.toordinal()] += entry.duration_min / MINUTES_PER_HOUR
    short, long = windows.screen_short_hours, windows.screen_long_hours
    return _between("screen_time_high", list(days.values()), windows, lambda mean: _side(mean, short, long))


def _of_exercise(diary: Diary, at: datetime, windows: CaseWindows) -> Sequence[FindingState]:
    """Return hard exercise of the last days; absent only where the person writes exercise down at all."""
    at_h = hours_of(at)
    entries = [entry for entry in diary.of(Exercise) if at_h - entry.hours <= windows.symptom_days * HOURS_PER_DAY]
    if not entries:
        return ()
    is_hard = any(
        entry.effort >= windows.hard_effort and at_h - entry.hours <= windows.exercise_days * HOURS_PER_DAY
        for entry in entries
    )
    return (FindingState(finding="intense_exercise", present=is_hard),)


def _side(value: float, absent_up_to: float, present_from: float) -> bool | None:
    return True if value >= present_from else False if value <= absent_up_to else None


def _between(
    finding: str, values: Sequence[float], windows: CaseWindows, side: Callable[[float], bool | None]
) -> Sequence[FindingState]:
    """Return the finding if there are values enough and their mean lies clearly to one side."""
    if len(values) < windows.least_entries:
        return ()
    is_present = side(float(np.mean(values)))
    return () if is_present is None else (FindingState(finding=finding, present=is_present),)
