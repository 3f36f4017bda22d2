"""The whole flow on one screen: recording → twitches, store → diary, case (+ twitches) → assessment → report.

Every edge (command line, scripts, later the web) goes through these functions; they do nothing but hand one room's
result to the next.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from myotwitch.collecting import without_collecting
from myotwitch.errors import RecordingError

if TYPE_CHECKING:
    from myotwitch.case import Case
    from myotwitch.causes import Assessment
    from myotwitch.course.changes_days import WatchedDays
    from myotwitch.course.course import Course
    from myotwitch.course.experiment import Plan
    from myotwitch.course.experiment_analysis import Outcome
    from myotwitch.course.experiment_planning import Wish
    from myotwitch.detection import DetectionSettings, Update
    from myotwitch.diary import Diary
    from myotwitch.diary.counted import Counted
    from myotwitch.recordings import Recording
    from myotwitch.report.letter.basis import Basis, Recorded
    from myotwitch.report.letter.choices import Choices
    from myotwitch.simulation.simulate import Simulated
    from myotwitch.store import Store
    from myotwitch.twitches import Twitches

Progress = Callable[[float, float], None]
"""Called with the seconds of recording done and the seconds there are."""

POLL_S = 0.25
"""How often a growing file is looked at."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Measurement:
    """A recording and what was found in it."""

    recording: Recording
    twitches: Twitches


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Answer:
    """A case, what its recordings showed, and what follows from both."""

    case: Case
    measurements: tuple[Measurement, ...]
    assessment: Assessment


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CourseTold:
    """How twitching goes, and the entries and the time of which that is told."""

    course: Course
    counted: Counted


def measure(path: Path, settings: DetectionSettings | None = None, progress: Progress | None = None) -> Measurement:
    """Return the recording at `path` with its twitches.

    Raises
    ------
    RecordingError
        If the file cannot be read as a recording.
    """
    from myotwitch.detection import DetectionSettings, detect
    from myotwitch.recordings import open_recording

    recording = open_recording(path)
    twitches = detect(recording, settings or DetectionSettings(), progress=progress)
    return Measurement(recording=recording, twitches=twitches)


def follow_file(path: Path, settings: DetectionSettings | None = None, idle_s: float = 10.0) -> Iterator[Update]:
    """Yield what is new in a recording whose file grows, until it has not grown for `idle_s` seconds.

    Raises
    ------
    RecordingError
        If the file cannot be read as a recording at the beginning.
    """
    from myotwitch.detection import DetectionSettings, follow
    from myotwitch.recordings import open_recording

    def states() -> Iterator[Recording]:
        recording, grown_at = open_recording(path), time.monotonic()
        yield recording
        while time.monotonic() - grown_at < idle_s:
            time.sleep(POLL_S)
            with suppress(RecordingError):  # its last record may be half written
                longer = open_recording(path)
                if longer.duration_s > recording.duration_s:
                    recording, grown_at = longer, time.monotonic()
                    yield recording

    yield from follow(states(), settings or DetectionSettings())


def answer(path: Path, progress: Progress | None = None) -> Answer:
    """Return the case at `path`, the measurements of its recordings and the assessment of all of it.

    Raises
    ------
    CaseError
        With all faults of the case file.
    RecordingError
        If one of its recordings cannot be read.
    """
    from myotwitch.case import read_case
    from myotwitch.causes import assess

    case = read_case(path)
    measurements = tuple(measure(path.parent / reference.file, progress=progress) for reference in case.recordings)
    return Answer(
        case=case,
        measurements=measurements,
        assessment=assess(case, tuple(measurement.twitches for measurement in measurements)),
    )


@without_collecting()
def answer_from_diary(diary: Diary, at: datetime | None = None, *, now: datetime | None = None) -> Answer:
    """Return the case that a diary tells at a time, and the assessment of it; parameters as of `case_of_diary`.

    Raises
    ------
    RequestError
        If the year of birth is missing, or nothing twitches up to then.
    """
    from myotwitch.causes import assess

    case = case_of_diary(diary, at, now=now)
    return Answer(case=case, measurements=(), assessment=assess(case, ()))


@without_collecting()
def case_of_diary(diary: Diary, at: datetime | None = None, *, now: datetime | None = None) -> Case:
    """Return the case that a diary tells, with what its course shows.

    Parameters
    ----------
    at
        The time that is told of; the last entry's whose time has come, if none is given.
    now
        What the clock shows; this computer's, if it is not given.

    Raises
    ------
    RequestError
        If the year of birth is missing, or nothing twitches up to then.
    """
    from myotwitch.diary.counted import counted_at

    clock = now or _clock()
    case, _course = _case_and_course(counted_at(diary, clock, at).diary, at, clock)
    return case


def _clock() -> datetime:
    return datetime.now().astimezone()


def _case_and_course(told: Diary, at: datetime | None, now: datetime) -> tuple[Case, Course]:
    from myotwitch.course.changes_days import clock_offset_h
    from myotwitch.course.course import course_of
    from myotwitch.course.evidence import case_with_course, claims_of
    from myotwitch.diary.case_at import case_at

    case, course = case_at(told, at), course_of(told, at)
    claims = claims_of(
        outcomes=outcomes_of(told, at or now),
        turns=() if course.patterns is None else course.patterns.turns,
        factors=course.drivers,
    )
    offset_h = clock_offset_h(told)
    return case_with_course(case, told, claims=claims, changes=course.changes, offset_h=offset_h), course


def report_basis(
    diary: Diary, choices: Choices, recorded: Sequence[Recorded] = (), *, now: datetime | None = None
) -> Basis:
    """Return what the page for the doctor is made from: everything that was chosen, at the time of the last entry.

    Parameters
    ----------
    diary
        The whole diary; what lies ahead or is left out is taken from it before anything is worked out.
    recorded
        Its recordings with what was found in them.
    now
        When the page is made; the last entry's time, if that is later.
    """
    from myotwitch.causes import assess
    from myotwitch.course.course import course_of
    from myotwitch.diary import case_windows, hours_of, in_body
    from myotwitch.diary.counted import counted_at
    from myotwitch.diary.exposures_at import exposures_at
    from myotwitch.diary.findings_at import findings_at
    from myotwitch.diary.twitching_at import twitching_at
    from myotwitch.report.letter.basis import Basis
    from myotwitch.report.letter.choices import Part, begin_of, since, told_of

    clock = now or _clock()
    diary = counted_at(diary, clock).diary
    told = told_of(diary, choices)
    at, windows = told.last or clock, case_windows()
    begin = begin_of(choices, at)
    shown = since(told, begin)
    kept = [one for one in recorded if begin is None or one.made is None or one.made >= begin]
    kept = kept if choices.has(Part.MEASURED) else []
    searched = tuple(one.twitches for one in kept if one.twitches is not None)
    case, course, assessment, advice = None, None, None, None
    if _tells_a_case(told):
        case, course = _case_and_course(told, None, clock)
        assessment = assess(case, searched)
        advice = assessment.urgency
        if len(told.entries) < len(diary.entries) and _tells_a_case(diary):
            every = tuple(one.twitches for one in recorded if one.twitches is not None)
            advice = max(advice, assess(case_of_diary(diary, now=clock), every).urgency)
    if course is None or len(shown.entries) < len(told.entries):
        course = course_of(shown)
    return Basis(
        choices=choices,
        told=told,
        shown=shown,
        at=at,
        now=max(clock, at),
        twitching=case.twitching if case else twitching_at(told, hours_of(at), windows),
        findings=case.findings if case else findings_at(told, at, windows),
        exposures=exposures_at(told, at, windows),
        in_body=in_body(told, max(clock, at)),
        assessment=assessment,
        course=course,
        recorded=tuple(kept),
        advice=advice,
    )


def _tells_a_case(diary: Diary) -> bool:
    from myotwitch.diary import Bout, RecordingMade

    person = diary.person
    return person is not None and person.birth_year is not None and bool(diary.of(Bout) or diary.of(RecordingMade))


@without_collecting()
def stored_course(
    store: Store, person: str | None = None, *, at: datetime | None = None, now: datetime | None = None
) -> CourseTold:
    """Return how twitching goes in a diary: what drives it, what changed, what is in the body.

    `at` and `now` as of `case_of_diary`; when it is looked into the body if `at` is not given, `counted_at` says.
    """
    from myotwitch.course.course import course_of
    from myotwitch.diary.counted import counted_at
    from myotwitch.store import read_diary

    counted = counted_at(read_diary(store, person, until=at), now or _clock(), at)
    return CourseTold(course=course_of(counted.diary, counted.at), counted=counted)


def plan_experiment(
    store: Store,
    person: str | None,
    substance: str,
    wish: Wish,
    *,
    begin: date | None = None,
    seed: int | None = None,
    keep: bool = False,
    now: datetime | None = None,
) -> Plan:
    """Return the plan of an own experiment for the person of a diary; `keep` writes it into the diary.

    `begin` is tomorrow if it is not given; `now` is what the clock shows, this computer's if it is not given.

    Raises
    ------
    RequestError
        If it would begin in the past, the substance may not be tried, or the amount or the periods do not allow a plan.
    """
    from myotwitch.course.changes_days import clock_offset_h
    from myotwitch.course.changes_own import tells_own_process
    from myotwitch.course.experiment_planning import first_day, make_plan
    from myotwitch.course.experiment_text import entries_of
    from myotwitch.diary.counted import counted_at
    from myotwitch.diary.in_body import circumstances_at
    from myotwitch.store import import_entries, read_diary

    clock = now or _clock()
    diary = read_diary(store, person)
    days = _days_of(counted_at(diary, clock).diary)
    plan = make_plan(
        substance,
        begin=first_day(begin, clock.date()),
        seed=secrets.randbelow(2**31) if seed is None else seed,
        days=days if tells_own_process(days) else None,
        wish=wish,
        diary=diary,
        circumstances=circumstances_at(diary, clock),
    )
    if keep:
        notes = entries_of(plan, offset_h=clock_offset_h(diary))
        import_entries(store, person, notes, source=f"plan {plan.key}", command="course plan")
    return plan


def outcomes_of(diary: Diary, at: datetime | None = None) -> tuple[Outcome, ...]:
    """Return what came out up to a time (now, if none is given) of the own experiments whose plans a diary keeps."""
    from myotwitch.course.experiment_analysis import analyse
    from myotwitch.course.experiment_text import plans_of

    plans = plans_of(diary)
    if not plans:
        return ()
    days = _days_of(diary)
    today = (at or _clock()).date()
    return tuple(analyse(plan, diary, days, today=today) for plan in plans)


def _days_of(diary: Diary) -> WatchedDays:
    from myotwitch.course.changes_days import clock_offset_h, days_of
    from myotwitch.course.hours import watched_hours_of

    return days_of(watched_hours_of(diary), offset_h=clock_offset_h(diary))


def simulate_file(
    path: Path,
    recording: Path,
    truth: Path | None = None,
    *,
    seed: int | None = None,
    duration_s: int | None = None,
    progress: Progress | None = None,
) -> Simulated:
    """Write the recording of the scene at `path`, and the truth about it; return what was written.

    Parameters
    ----------
    seed, duration_s
        Others than the scene's own; the length in **[s]**.

    Raises
    ------
    RequestError
        With all faults of the scene, or if a file cannot be written.
    """
    with without_collecting():
        from myotwitch.simulation.scene_file import read_scene
        from myotwitch.simulation.simulate import simulate

        scene = read_scene(path, seed=seed, duration_s=duration_s)
    return simulate(scene, recording, truth, progress)


def write_case_report(answered: Answer, path: Path) -> None:
    """Write what a person and their doctor read, with pictures of the recordings, as one HTML file to `path`."""
    from myotwitch.report import case_page, write_page

    pictures = [(measurement.recording, measurement.twitches) for measurement in answered.measurements]
    write_page(case_page(answered.case, answered.assessment, pictures), path)


def write_recording_report(measurement: Measurement, path: Path) -> None:
    """Write what was found in one recording, with its picture, as one HTML file to `path`."""
    from myotwitch.report import recording_page, write_page

    write_page(recording_page(measurement.recording, measurement.twitches), path)
