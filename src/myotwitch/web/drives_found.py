"""What drives it, worked out and put into what a page shows; apart from the page, because it is slow to load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from myotwitch.course.course import Course, course_of
from myotwitch.course.document import sentence_of
from myotwitch.course.experiment_analysis import Outcome
from myotwitch.course.factor_words import factor_title, step_words
from myotwitch.course.hours import WatchedHours
from myotwitch.diary import BodyCurve, Diary
from myotwitch.diary.counted import counted_at
from myotwitch.language import digits
from myotwitch.pipeline import outcomes_of
from myotwitch.report.course_text import change_sentence, names, outcome_text, pattern_sentences
from myotwitch.substances import SUBSTANCES
from myotwitch.web.against_drawing import against_drawing, fortnight_of
from myotwitch.web.drives_drawing import ratio_drawing


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Found:
    """How twitching goes in a diary, and what came out of the own experiments that it keeps."""

    course: Course
    outcomes: tuple[Outcome, ...]
    fortnight: tuple[WatchedHours, tuple[BodyCurve, ...], datetime] | None


def found_in(diary: Diary, now: datetime) -> Found:
    """Return what drives it, as the diary tells up to now."""
    counted = counted_at(diary, now)
    course = course_of(counted.diary, counted.at)
    taken = [driver.factor for driver in course.drivers if driver.factor in SUBSTANCES]
    return Found(course=course, outcomes=outcomes_of(diary, now), fortnight=fortnight_of(counted.diary, taken))


def shown(found: Found) -> dict[str, Any]:
    """Return what the page shows of it, in the language in use."""
    course = found.course
    return {
        "course": course,
        "against": None if found.fortnight is None else against_drawing(*found.fortnight),
        "outcomes": [outcome_text(outcome) for outcome in found.outcomes],
        "drivers": [
            {
                "name": _begun_large(factor_title(driver.factor)),
                "verdict": driver.verdict.value,
                "sentence": sentence_of(driver),
                "dose": step_words(digits(driver.usual_dose), driver.unit),
                "drawing": ratio_drawing(driver.rate_ratio, driver.interval),
            }
            for driver in course.drivers
        ],
        "inseparable": [", ".join(names(group)) for group in course.inseparable],
        "changes": [change_sentence(change) for change in course.changes if change.is_clear],
        "patterns": [] if course.patterns is None else pattern_sentences(course.patterns),
    }


def _begun_large(text: str) -> str:
    return text[:1].upper() + text[1:]
