"""The answer of ``course`` in the contract's JSON (``myotwitch.course/1``)."""

from __future__ import annotations

from typing import Any

from myotwitch.course.changes import Change
from myotwitch.course.course import Course
from myotwitch.course.drivers import EXAMPLE_RATIO, Driver, Verdict
from myotwitch.course.factor_words import factor_words
from myotwitch.language import SOURCE_LANGUAGE, _, digits, in_language

SCHEMA_NAME = "myotwitch.course/1"
MOST_DETECTABLE = 20.0
"""An effect of this size nobody has; that a diary would show a larger one tells nobody anything."""
MOST_TOLD = 400.0
"""Ends of an interval further apart than from a twentieth to twenty times are figures that tell a reader nothing."""


def course_document(course: Course) -> dict[str, Any]:
    """Return the course as plain JSON values, in the contract's words; in English whatever the language in use."""
    return {
        "schema": SCHEMA_NAME,
        "observed_hours": round(course.observed_hours, 2),
        "bouts": course.bouts,
        "rate_per_hour": None if course.rate_per_hour is None else _rounded(course.rate_per_hour),
        "factors": _factors(course),
        "inseparable": [list(group) for group in course.inseparable],
        "changes": [_change(change) for change in course.changes if change.is_clear],
        "taken_back": [_change(change) for change in course.changes if not change.is_clear],
        "patterns": None if course.patterns is None else course.patterns.to_document(),
        "in_body": [substance.to_document() for substance in course.in_body],
    }


def sentence_of(driver: Driver) -> str:
    """Return what is said of a factor in a sentence, in the language in use."""
    sure = _("times {ratio}, 95 % interval {low} to {high}").format(
        ratio=digits(driver.rate_ratio, ".2g"),
        low=digits(driver.interval[0], ".2g"),
        high=digits(driver.interval[1], ".2g"),
    )
    return _told(driver).format(name=factor_words(driver.factor), sure=sure, outlook=_outlook(driver))


def _told(driver: Driver) -> str:
    if driver.interval[1] > MOST_TOLD * driver.interval[0]:
        return _("This diary tells nothing yet of what {name} does. {outlook}")
    match driver.verdict:
        case Verdict.RAISES:
            return _("Twitching is more frequent with {name} ({sure}).")
        case Verdict.LOWERS:
            return _("Twitching is less frequent with {name} ({sure}).")
        case Verdict.NO_EFFECT_SEEN:
            return _("With {name} twitching is about as frequent as without ({sure}).")
        case Verdict.CANNOT_TELL:
            return _("This diary cannot tell yet what {name} does ({sure}). {outlook}")


def _outlook(driver: Driver) -> str:
    if driver.follows_clock:
        return _(
            "It comes at much the same hours, so that it cannot be told from the time of the day; vary it to find out."
        )
    if driver.detectable_ratio > MOST_DETECTABLE:
        return _("It is too early to say more.")
    ratio = digits(driver.detectable_ratio, ".2g")
    if driver.days_to_see is None:
        return _("It would show an effect of times {ratio} or more.").format(ratio=ratio)
    return _(
        "It would show an effect of times {ratio} or more; with {days} watched days you would see one of times "
        "{example}."
    ).format(ratio=ratio, days=digits(driver.days_to_see, ".0f"), example=digits(EXAMPLE_RATIO))


def _factors(course: Course) -> list[dict[str, Any]]:
    with in_language(SOURCE_LANGUAGE):
        return [_factor(driver) for driver in course.drivers]


def _factor(driver: Driver) -> dict[str, Any]:
    return {
        "factor": driver.factor,
        "usual_dose": _rounded(driver.usual_dose),
        "unit": driver.unit,
        "rate_ratio": _rounded(driver.rate_ratio),
        "interval": [_rounded(end) for end in driver.interval],
        "p_value": _rounded(driver.p_value),
        "q_value": _rounded(driver.q_value),
        "verdict": driver.verdict.value,
        "attributable_share": _rounded(driver.attributable_share),
        "detectable_ratio": _rounded(driver.detectable_ratio),
        "days_to_see": None if driver.days_to_see is None else round(driver.days_to_see),
        "follows_clock": driver.follows_clock,
        "text": sentence_of(driver),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "at": change.at.isoformat(),
        "at_interval": [change.earliest.isoformat(), change.latest.isoformat()],
        "raised": change.raised.isoformat(),
        "ratio": _rounded(change.ratio.value),
        "interval": [_rounded(change.ratio.low), _rounded(change.ratio.high)],
        "false_alarms_per_year": _rounded(change.false_alarms_per_year),
    }


def _rounded(value: float) -> float:
    """Return the value to four significant figures."""
    return float(f"{value:.4g}")
