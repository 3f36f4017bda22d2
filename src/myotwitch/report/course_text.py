"""The course of a diary in words: what drives the twitching, what changed, what is in the body."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from myotwitch.anatomy import PLACE_LABELS
from myotwitch.course.before_after import BeforeAfter
from myotwitch.course.changes import Change
from myotwitch.course.changes_regression import Interval
from myotwitch.course.course import Course
from myotwitch.course.document import sentence_of
from myotwitch.course.experiment_analysis import Outcome
from myotwitch.course.factor_words import factor_title
from myotwitch.course.patterns import TrendVerdict, Verdict
from myotwitch.course.patterns_together import Patterns
from myotwitch.diary.counted import Moment
from myotwitch.diary.in_body import InBody
from myotwitch.language import SOURCE_LANGUAGE, _, day_words, digits, language_in_use, later, translated
from myotwitch.report.layout import listed, wrapped

NOTHING_WATCHED = later(
    "Nothing was watched yet. Silence is not zero: add check-ins that say for how long you watched, as in: "
    "myotwitch diary add check_in 120."
)
NOTHING_BESIDE = 1e-3
"""Less than this share of the upper end of an interval is told as 0."""
LIMITS = later(
    "Intervals hold 95 times in 100 if the diary is kept alike on good and bad days. What goes together need not be "
    "the cause: an own experiment tells more (myotwitch course plan caffeine)."
)


def course_text(course: Course, moment: Moment = Moment.LAST_ENTRY) -> str:
    """Return a course as plain text, wrapped to the terminal.

    `moment` says at which time it was looked into the body.
    """
    body = [_body_part(course.in_body, moment)] if course.in_body else []
    if course.rate_per_hour is None:
        return "\n\n".join([wrapped(translated(NOTHING_WATCHED)), *body])
    head = _("In {hours} hours watched {bouts} bouts were noted: {rate} an hour.").format(
        hours=digits(course.observed_hours, ".0f"), bouts=course.bouts, rate=digits(course.rate_per_hour, ".2g")
    )
    parts = [wrapped(head)]
    if course.drivers:
        parts.append(listed(_("What drives it"), [sentence_of(driver) for driver in course.drivers]))
    together = _("{names} always come together here, so that they cannot be told apart.")
    parts += [wrapped(together.format(names=", ".join(names(group)))) for group in course.inseparable]
    changes = [change for change in course.changes if change.is_clear]
    if changes:
        parts.append(listed(_("What changed"), [change_sentence(change) for change in changes]))
    else:
        parts.append(wrapped(_("No change of the rate that stands out of its usual ups and downs.")))
    if course.patterns is not None:
        parts.append(listed(_("How it goes"), pattern_sentences(course.patterns)))
    return "\n\n".join([*parts, *body, wrapped(translated(LIMITS))])


def names(factors: Sequence[str]) -> list[str]:
    """Return factors as a reader knows them."""
    return [factor_title(name) for name in factors]


def change_sentence(change: Change) -> str:
    """Return a change in words."""
    return _(
        "About {day} (between {earliest} and {latest}) the rate went to {ratio} times of what it was (95 %: {low} to "
        "{high})."
    ).format(
        day=day_words(change.at),
        earliest=day_words(change.earliest),
        latest=day_words(change.latest),
        **_figures(change.ratio),
    )


def _figures(ratio: Interval) -> dict[str, str]:
    values = {"ratio": ratio.value, "low": ratio.low, "high": ratio.high}
    return {name: digits(value, ".2g") for name, value in values.items()}


def _trend_sentence(patterns: Patterns) -> str:
    ratio = digits(patterns.trend.ratio_per_month.value, ".2g")
    return {
        TrendVerdict.RISING: _("Over the last months it has grown more frequent (times {ratio} a month)."),
        TrendVerdict.FALLING: _("Over the last months it has grown less frequent (times {ratio} a month)."),
        TrendVerdict.STEADY: _("Over the last months it has neither grown nor lessened."),
        TrendVerdict.CANNOT_TELL: _("Whether it grows or lessens over months cannot be told yet."),
    }[patterns.trend.verdict].format(ratio=ratio)


def pattern_sentences(patterns: Patterns) -> list[str]:
    """Return the patterns of a diary in words; what cannot be told is said to be so."""
    sentences = [_trend_sentence(patterns)]
    if patterns.over_day.highest is not None:
        part = translated(patterns.over_day.highest)
        sentences.append(_("It is most frequent in this part of the day: {part}.").format(part=part))
    if patterns.over_week.highest is not None:
        part = translated(patterns.over_week.highest)
        sentences.append(_("In the week it is most frequent here: {part}.").format(part=part))
    if patterns.bursts.verdict is Verdict.SEEN:
        sentences.append(_("It comes in bursts: one bout makes another within the hour likelier."))
    if patterns.spreading.verdict is Verdict.SEEN:
        places = ", ".join(_place_words(place) for place in patterns.spreading.later)
        sentences.append(
            _("New places have joined in later than chance would have it: {places}.").format(places=places)
        )
    sentences += [turn_sentence(turn) for turn in patterns.turns if turn.ratio is not None]
    if patterns.doubling_told_within_days is not None:
        days = patterns.doubling_told_within_days
        sentences.append(
            _("A lasting doubling would be told after about {days} days, every second time.").format(days=days)
        )
    return sentences


def _place_words(place: str) -> str:
    words = place.replace("_", " ")
    return words if language_in_use() == SOURCE_LANGUAGE else translated(PLACE_LABELS.get(place, words))


def turn_sentence(turn: BeforeAfter) -> str:
    """Return in words what came after something was begun or stopped; regression to the mean is allowed for."""
    (name,) = names([turn.turn.substance])
    pattern = (
        _("{name} was begun on {day}: {told}.") if turn.turn.is_begun else _("{name} was stopped on {day}: {told}.")
    )
    told = {
        "raises": _("twitching was more frequent afterwards"),
        "lowers": _("twitching was less frequent afterwards"),
        "no_effect_seen": _("nothing of importance changed"),
    }.get(turn.verdict, _("whether it changed anything cannot be told"))
    if turn.ratio is not None:
        figures = _("times {ratio}, 95 %: {low} to {high}").format(**_figures(turn.ratio))
        told = f"{told} ({figures})"
    if turn.also:
        told = _("{told}; at the same time: {others}").format(told=told, others=", ".join(names(turn.also)))
    return pattern.format(name=name, day=day_words(turn.turn.day), told=told)


def _body_part(rows: Sequence[InBody], moment: Moment) -> str:
    title = {
        Moment.NOW: _("In the body now, on {day} at {clock}"),
        Moment.ASKED: _("In the body on {day} at {clock}"),
        Moment.LAST_ENTRY: _("In the body on {day} at {clock}, the time of the last entry"),
    }[moment].format(day=day_words(rows[0].at.date()), clock=f"{rows[0].at:%H:%M}")
    return listed(title, [body_sentence(row) for row in rows])


def body_sentence(row: InBody) -> str:
    """Return what is in the body of a substance in words."""
    (name,) = names([row.substance])
    early, late = row.gone_by_interval
    if row.gone_by > row.at:
        pattern = _(
            "{name}: about {amount} {unit} ({low} to {high}), gone by {day} {clock} (between {early} and {late})."
        )
    else:
        pattern = _(
            "{name}: gone in most people since {day} {clock}, in some not until {late} ({low} to {high} {unit} left)."
        )
    return pattern.format(
        name=name,
        amount=_amount(row.now.value, ".3g", row.now.high),
        unit=row.unit,
        low=_amount(row.now.low, ".2g", row.now.high),
        high=_amount(row.now.high, ".2g", row.now.high),
        day=day_words(row.gone_by.date()),
        clock=f"{row.gone_by:%H:%M}",
        early=_short(early),
        late=_short(late),
    )


def _amount(amount: float, form: str, highest: float) -> str:
    """Return an amount in words; 0 where it is nothing beside the highest that may be there."""
    return digits(amount if amount >= NOTHING_BESIDE * highest else 0.0, form)


def _short(time: datetime) -> str:
    return f"{time:%m-%d %H:%M}" if language_in_use() == SOURCE_LANGUAGE else f"{time:%d.%m. %H:%M}"


def outcome_text(outcome: Outcome) -> str:
    """Return what came out of an own experiment in words."""
    (name,) = names([outcome.plan.substance])
    head = _("Own experiment with {name}, {first} to {last}").format(
        name=name, first=day_words(outcome.plan.begin), last=day_words(outcome.plan.last)
    )
    if not outcome.is_finished:
        told = _("still going. What comes out is told at its end; looking early finds what is not there.")
        return wrapped(f"{head}: {told}")
    if outcome.ratio is None:
        told = _("one side of it was not watched, so nothing can be told.")
        return wrapped(f"{head}: {told}")
    return wrapped(f"{head}: {_outcome_told(outcome, outcome.ratio)}")


def _outcome_told(outcome: Outcome, ratio: Interval) -> str:
    told = {
        "raises": _("twitching was more frequent with it"),
        "lowers": _("twitching was less frequent with it"),
        "no_effect_seen": _("it made no difference of importance"),
    }.get(outcome.verdict, _("it cannot be told whether it made a difference"))
    figures = _("times {ratio}, 95 %: {low} to {high}").format(**_figures(ratio))
    if outcome.p_value is not None:
        share = digits(outcome.p_value, ".0%")
        figures = _("{figures}; by chance alone in {share} of the orders").format(figures=figures, share=share)
    text = f"{told} ({figures})."
    if outcome.not_kept:
        kept = _("Periods not kept: {periods}.").format(periods=", ".join(map(str, outcome.not_kept)))
        text = f"{text} {kept}"
    return text
