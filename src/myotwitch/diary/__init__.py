"""The diary of one person: dated entries, pure and without storage; what they say at any day."""

from myotwitch.diary.case_at import case_at
from myotwitch.diary.columns import COLUMNS, Table, field_from_cell, read_table, table_from_text, table_text
from myotwitch.diary.diary import Diary, DiaryPerson
from myotwitch.diary.doses import Doses, doses_taken
from myotwitch.diary.entries import (
    ENTRY,
    KINDS,
    Bout,
    CheckIn,
    Cycle,
    Entry,
    Exercise,
    Illness,
    Intake,
    Lab,
    Note,
    Pregnancy,
    RecordingMade,
    Schedule,
    Screen,
    Sleep,
    Stress,
    Symptom,
    Vaccination,
)
from myotwitch.diary.in_body import BodyCurve, InBody, curve_in_body, in_body
from myotwitch.diary.times import hours_of, time_of
from myotwitch.diary.watched import bout_times, watched_hours, watched_stretches, within
from myotwitch.diary.windows import CaseWindows, case_windows

__all__ = [
    "COLUMNS",
    "ENTRY",
    "KINDS",
    "BodyCurve",
    "Bout",
    "CaseWindows",
    "CheckIn",
    "Cycle",
    "Diary",
    "DiaryPerson",
    "Doses",
    "Entry",
    "Exercise",
    "Illness",
    "InBody",
    "Intake",
    "Lab",
    "Note",
    "Pregnancy",
    "RecordingMade",
    "Schedule",
    "Screen",
    "Sleep",
    "Stress",
    "Symptom",
    "Table",
    "Vaccination",
    "bout_times",
    "case_at",
    "case_windows",
    "curve_in_body",
    "doses_taken",
    "field_from_cell",
    "hours_of",
    "in_body",
    "read_table",
    "table_from_text",
    "table_text",
    "time_of",
    "watched_hours",
    "watched_stretches",
    "within",
]
