"""A diary told as a case at any day, so that it can be assessed like one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from myotwitch.case import Case, LabValue, Person, RecordingReference
from myotwitch.diary.diary import Diary
from myotwitch.diary.entries import Illness, Lab, Note, Pregnancy, RecordingMade
from myotwitch.diary.exposures_at import exposures_at
from myotwitch.diary.findings_at import findings_at
from myotwitch.diary.in_body import LONGEST_PREGNANCY_DAYS
from myotwitch.diary.times import hours_of, local_text
from myotwitch.diary.twitching_at import twitching_at
from myotwitch.diary.windows import CaseWindows, case_windows
from myotwitch.errors import RequestError
from myotwitch.language import _
from myotwitch.units import HOURS_PER_DAY

MOST_NOTES = 20
"""Notes of the last weeks that a case keeps, the last ones."""


def case_at(diary: Diary, at: datetime | None = None, windows: CaseWindows | None = None) -> Case:
    """Return what the diary says of the person's twitching at a time (the last entry's, if none is given).

    Parameters
    ----------
    diary
        Of a person whose year of birth is known.
    at
        The time; entries after it do not count.
    windows
        How far back entries count; those of the table, if none are given.

    Returns
    -------
    A case. What the diary does not say is unknown in it. Recordings are named by their file, or by their digest where
    the file's name is not known.

    Raises
    ------
    RequestError
        If the year of birth is missing, or there is neither a bout nor a recording up to then.
    """
    moment = at or diary.last
    if moment is None:
        raise RequestError(_("The diary has no entries; add at least one bout of twitching."))
    told, counted = diary.until(moment), windows or case_windows()
    twitching = twitching_at(told, hours_of(moment), counted)
    recordings = _recordings(told, moment, counted)
    if not twitching and not recordings:
        raise RequestError(
            _("Up to {time} the diary has neither a bout nor a recording; a case needs one of them.").format(
                time=local_text(moment)
            )
        )
    return Case(
        person=_person(told, moment),
        twitching=twitching,
        findings=findings_at(told, moment, counted),
        exposures=exposures_at(told, moment, counted),
        labs=_labs(told, moment),
        notes=_notes(told, moment, counted),
        recordings=recordings,
    )


def _person(diary: Diary, at: datetime) -> Person:
    person = diary.person
    age_years = None if person is None else person.age_years(at.date())
    if person is None or age_years is None:
        raise RequestError(
            _(
                "The year of birth is not known, and a case needs the age; add it to the person, such "
                "as: myotwitch diary person birth_year=1985"
            )
        )
    return Person(
        age_years=round(age_years, 2), sex=person.sex, pregnant=_is_pregnant(diary, at), weight_kg=person.weight_kg
    )


def _is_pregnant(diary: Diary, at: datetime) -> bool | None:
    """Return whether the person is pregnant; None where no entry tells, or its end was not written in time."""
    entries = diary.of(Pregnancy)
    if not entries:
        return None
    if entries[-1].event == "ended":
        return False
    return True if (at - entries[-1].time) / timedelta(days=1) <= LONGEST_PREGNANCY_DAYS else None


def _labs(diary: Diary, at: datetime) -> tuple[LabValue, ...]:
    """Return the last value of each analyte; how much an old one still tells, the assessment weighs."""
    last = {entry.analyte: entry for entry in diary.of(Lab)}
    return tuple(
        LabValue(
            analyte=analyte,
            value=entry.value,
            unit=entry.unit,
            days_ago=round((hours_of(at) - entry.hours) / HOURS_PER_DAY, 2),
        )
        for analyte, entry in sorted(last.items())
    )


def _recordings(diary: Diary, at: datetime, windows: CaseWindows) -> tuple[RecordingReference, ...]:
    begin_h = hours_of(at) - windows.twitching_days * HOURS_PER_DAY
    references = (
        RecordingReference(file=entry.file or entry.sha256, place=entry.place, muscle=entry.muscle, side=entry.side)
        for entry in diary.of(RecordingMade)
        if entry.hours >= begin_h
    )
    return tuple(dict.fromkeys(references))


def _notes(diary: Diary, at: datetime, windows: CaseWindows) -> tuple[str, ...]:
    """Return the last notes, and what illnesses were called, each once, the latest last."""
    begin_h = hours_of(at) - windows.twitching_days * HOURS_PER_DAY
    entries: Sequence[Note | Illness] = sorted((*diary.of(Note), *diary.of(Illness)), key=lambda entry: entry.time)
    texts = (entry.text for entry in entries if entry.text is not None and entry.hours >= begin_h)
    return tuple(dict.fromkeys(texts))[-MOST_NOTES:]
