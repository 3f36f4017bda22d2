"""How far back a diary counts when it is told as a case: one settings value, read from its table with the reasons."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from myotwitch.errors import TableError
from myotwitch.sources import figure_from_row, read_table

ROOM = "myotwitch.diary"


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseWindows:
    """From when on, and for how long, entries mean what a case says; ``case_windows.toml`` gives the reasons.

    Parameters
    ----------
    twitching_days, pause_days, unknown_start_days, least_known_days
        What twitches now, when it began anew, and when its beginning is not known **[d]**.
    symptom_days, sign_days, trigger_days, recent_days, load_days, sleep_days, exercise_days
        How long findings of each kind count **[d]**; history and tests always do.
    stress_present, stress_absent, hard_effort
        Levels from 0 to 10.
    sleep_short_hours, sleep_enough_hours, screen_long_hours, screen_short_hours
        Hours a day **[h]**.
    least_entries
        Entries that a mean needs.
    dose_days, still_taken_days, usual_pauses, regular_doses, regular_days
        What is taken, how much, and when it was stopped.
    waking_hours, day_watched_hours, near_sleep_hours, after_exercise_hours, when_share, when_excess, character_share
        How often it twitches, and in which circumstances.
    """

    twitching_days: float
    pause_days: float
    unknown_start_days: float
    least_known_days: float
    symptom_days: float
    sign_days: float
    trigger_days: float
    recent_days: float
    load_days: float
    stress_present: float
    stress_absent: float
    sleep_days: float
    sleep_short_hours: float
    sleep_enough_hours: float
    screen_long_hours: float
    screen_short_hours: float
    exercise_days: float
    hard_effort: float
    least_entries: float
    dose_days: float
    still_taken_days: float
    usual_pauses: float
    regular_doses: float
    regular_days: float
    waking_hours: float
    day_watched_hours: float
    near_sleep_hours: float
    after_exercise_hours: float
    when_share: float
    when_excess: float
    character_share: float


@cache
def case_windows() -> CaseWindows:
    """Return the windows of the table.

    Raises
    ------
    TableError
        If the table lacks one, or has one that is not known.
    """
    table = read_table(ROOM, "case_windows.toml")
    names = [field.name for field in fields(CaseWindows)]
    if faulty := set(names) ^ set(table):
        raise TableError(f"The windows of a case lack, or have the unknown, entry {min(faulty)!r}.")
    return CaseWindows(**{name: figure_from_row(table[name], "", f"The window {name}").value for name in names})


def known_since_days(first_h: float, diary_first_h: float, at_h: float, windows: CaseWindows) -> float | None:
    """Return for how long something has been there **[d]**, as far as a diary tells.

    Method
    ------
    What was written at the start of the diary was most likely there before: its time is told only once it is so long
    that the thing is not new whenever it began, and is then a lower bound.
    """
    days = (at_h - first_h) / 24.0
    is_at_start = first_h - diary_first_h <= windows.unknown_start_days * 24.0
    return None if is_at_start and days < windows.least_known_days else round(days, 2)


def begin_of_run(times_h: list[float], longest_gap_days: float) -> float:
    """Return the first of the last times that follow one another without a longer gap **[h]**.

    Examples
    --------
    >>> begin_of_run([0.0, 100.0, 124.0, 130.0], longest_gap_days=2.0)
    100.0
    """
    begin = times_h[-1]
    for time in reversed(times_h[:-1]):
        if begin - time > longest_gap_days * 24.0:
            break
        begin = time
    return begin
