"""The course of a diary in words: what drives the twitching, what changed, what is in the body."""

from __future__ import annotations

from collections.abc import Sequence

from myotwitch.course.before_after import BeforeAfter
from myotwitch.course.changes import Change
from myotwitch.course.course import Course
from myotwitch.course.document import sentence_of
from myotwitch.course.experiment_analysis import Outcome
from myotwitch.course.patterns import TrendVerdict, Verdict
from myotwitch.course.patterns_together import Patterns
from myotwitch.diary.in_body import InBody
from myotwitch.report.layout import listed, wrapped
from myotwitch.substances import SUBSTANCES

NOTHING_WATCHED = (
    "Nothing was watched yet. Silence is not zero: add check-ins that say for how long you watched, as in: "
    "myotwitch diary add check_in 120."
)
LIMITS = (
    "Intervals hold 95 times in 100 if the diary is kept alike on good and bad days. What goes together need not be "
    "the cause: an own experiment tells more (myotwitch course plan caffeine)."
)


def course_text(course: Course) -> str:
    """Return a course as plain text, wrapped to the terminal."""
    if course.rate_per_hour is None:
        return wrapped(NOTHING_WATCHED)
    parts = [
        wrapped(
            f"In {course.observed_hours:.0f} hours watched {course.bouts} bouts were noted: "
            f"{course.rate_per_hour:.2g} an hour."
        )
    ]
    if course.drivers:
        parts.append(listed("What drives it", [sentence_of(driver) for driver in course.drivers]))
    parts += [
        wrapped(f"{', '.join(names(group))} always come together here, so that they cannot be told apart.")
        for group in course.inseparable
    ]
    changes = [change for change in course.changes if change.is_clear]
    if changes:
        parts.append(listed("What changed", [change_sentence(change) for change in changes]))
    else:
        parts.append(wrapped("No change of the rate that stands out of its usual ups and downs."))
    if course.patterns is not None:
        parts.append(listed("How it goes", pattern_sentences(course.patterns)))
    if course.in_body:
        parts.append(listed("In the body", [body_sentence(row) for row in course.in_body]))
    return "\n\n".join([*parts, wrapped(LIMITS)])


def names(factors: Sequence[str]) -> list[str]:
    """Return factors as a reader knows them."""
    return [SUBSTANCES[name].name if name in SUBSTANCES else name.replace("_", " ") for name in factors]


def change_sentence(change: Change) -> str:
    """Return a change in words."""
    ratio = change.ratio
    return (
        f"About {change.at} (between {change.earliest} and {change.latest}) the rate went to {ratio.value:.2g} times "
        f"of what it was (95 %: {ratio.low:.2g} to {ratio.high:.2g})."
    )


def pattern_sentences(patterns: Patterns) -> list[str]:
    """Return the patterns of a diary in words; what cannot be told is said to be so."""
    trend = patterns.trend.ratio_per_month
    sentences = [
        {
            TrendVerdict.RISING: f"Over the last months it has grown more frequent (times {trend.value:.2g} a month).",
            TrendVerdict.FALLING: f"Over the last months it has grown less frequent (times {trend.value:.2g} a month).",
            TrendVerdict.STEADY: "Over the last months it has neither grown nor lessened.",
            TrendVerdict.CANNOT_TELL: "Whether it grows or lessens over months cannot be told yet.",
        }[patterns.trend.verdict]
    ]
    if patterns.over_day.highest is not None:
        sentences.append(f"It is most frequent in this part of the day: {patterns.over_day.highest}.")
    if patterns.over_week.highest is not None:
        sentences.append(f"In the week it is most frequent here: {patterns.over_week.highest}.")
    if patterns.bursts.verdict is Verdict.SEEN:
        sentences.append("It comes in bursts: one bout makes another within the hour likelier.")
    if patterns.spreading.verdict is Verdict.SEEN:
        new = ", ".join(place.replace("_", " ") for place in patterns.spreading.later)
        sentences.append(f"New places have joined in later than chance would have it: {new}.")
    sentences += [turn_sentence(turn) for turn in patterns.turns if turn.ratio is not None]
    if patterns.doubling_told_within_days is not None:
        days = patterns.doubling_told_within_days
        sentences.append(f"A lasting doubling would be told after about {days} days, every second time.")
    return sentences


def turn_sentence(turn: BeforeAfter) -> str:
    """Return in words what came after something was begun or stopped; regression to the mean is allowed for."""
    (name,) = names([turn.turn.substance])
    event = "begun" if turn.turn.is_begun else "stopped"
    told = {
        "raises": "twitching was more frequent afterwards",
        "lowers": "twitching was less frequent afterwards",
        "no_effect_seen": "nothing of importance changed",
    }.get(turn.verdict, "whether it changed anything cannot be told")
    ratio = turn.ratio
    figures = "" if ratio is None else f" (times {ratio.value:.2g}, 95 %: {ratio.low:.2g} to {ratio.high:.2g})"
    also = f"; at the same time: {', '.join(names(turn.also))}" if turn.also else ""
    return f"{name} was {event} on {turn.turn.day}: {told}{figures}{also}."


def body_sentence(row: InBody) -> str:
    """Return what is in the body of a substance in words."""
    (name,) = names([row.substance])
    return (
        f"{name}: about {row.now.value:.3g} {row.unit} ({row.now.low:.2g} to {row.now.high:.2g}), gone by "
        f"{row.gone_by:%Y-%m-%d %H:%M} (between {row.gone_by_interval[0]:%m-%d %H:%M} and "
        f"{row.gone_by_interval[1]:%m-%d %H:%M})."
    )


def outcome_text(outcome: Outcome) -> str:
    """Return what came out of an own experiment in words."""
    (name,) = names([outcome.plan.substance])
    head = f"Own experiment with {name}, {outcome.plan.begin} to {outcome.plan.last}"
    if not outcome.is_finished:
        return wrapped(
            f"{head}: still going. What comes out is told at its end; looking early finds what is not there."
        )
    if outcome.ratio is None:
        return wrapped(f"{head}: one side of it was not watched, so nothing can be told.")
    told = {
        "raises": "twitching was more frequent with it",
        "lowers": "twitching was less frequent with it",
        "no_effect_seen": "it made no difference of importance",
    }.get(outcome.verdict, "it cannot be told whether it made a difference")
    ratio = outcome.ratio
    chance = "" if outcome.p_value is None else f"; by chance alone in {outcome.p_value:.0%} of the orders"
    kept = "" if not outcome.not_kept else f" Periods not kept: {', '.join(map(str, outcome.not_kept))}."
    return wrapped(
        f"{head}: {told} (times {ratio.value:.2g}, 95 %: {ratio.low:.2g} to {ratio.high:.2g}{chance}).{kept}"
    )
