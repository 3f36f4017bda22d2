"""Basis: what the page for the doctor is made from, worked out once for all its forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from myotwitch.case import Exposure, FindingState, TwitchingPlace
from myotwitch.causes import Assessment, Urgency
from myotwitch.course.course import Course
from myotwitch.diary import Diary, InBody
from myotwitch.report.letter.choices import Choices
from myotwitch.twitches import Twitches


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Recorded:
    """A recording of the diary and what was found in it.

    Parameters
    ----------
    name
        Of its file, as the person gave it.
    made
        When it was made; None where that is not known.
    place, muscle, side
        Where; None where that is not known.
    twitches
        What was found; None where it was not searched here.
    """

    name: str
    made: datetime | None
    place: str | None
    muscle: str | None
    side: str | None
    twitches: Twitches | None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Basis:
    """What the page is made from; nothing in it comes from what is left out.

    Parameters
    ----------
    choices
        What is on the page.
    told
        The diary without what is left out.
    shown
        Of that, the stretch whose course, measurements and notes are shown.
    at
        The time for which it holds: the last entry's.
    now
        When the page is made, and what is in the body counted.
    twitching, findings, exposures, in_body
        What twitches, what was found and not, what is taken, and what of it is in the body.
    assessment
        What follows from it; None where nothing twitches, or the year of birth is not known.
    course
        Of the stretch shown.
    recorded
        Its recordings.
    advice
        The advice that rests on the whole diary, what is left out included; None as of `assessment`.
    """

    choices: Choices
    told: Diary
    shown: Diary
    at: datetime
    now: datetime
    twitching: tuple[TwitchingPlace, ...]
    findings: tuple[FindingState, ...]
    exposures: tuple[Exposure, ...]
    in_body: tuple[InBody, ...]
    assessment: Assessment | None
    course: Course
    recorded: tuple[Recorded, ...]
    advice: Urgency | None
