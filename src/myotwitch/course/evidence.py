"""What a course says in the words of a case, so that `assess` can use it; only what is clear is said.

Findings of the contract are set where there is one (better with magnesium); trends of places where the drift leaves no
doubt; the rest goes into the case's notes, as a sentence that names the figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

import numpy as np

from myotwitch.case import Case, FindingState, KnownBy, OwnEffect, Trend, TwitchingPlace
from myotwitch.course.before_after import BeforeAfter
from myotwitch.course.changes import Change
from myotwitch.course.changes_days import days_of
from myotwitch.course.changes_regression import Interval
from myotwitch.course.experiment_analysis import Outcome
from myotwitch.course.factor_words import factor_title
from myotwitch.course.hours import cut_into_hours
from myotwitch.course.patterns import RateTrend, TrendVerdict, trend_of
from myotwitch.diary import Bout, Diary, watched_stretches, within
from myotwitch.language import _, digits

Effect = Literal["raises", "lowers", "no_effect_seen", "cannot_tell"]
RECENT_DAYS = 60
"""A change so long ago is what the twitching does now **[days]**."""
BETTER_WITH = {"magnesium_supplement": "improves_with_magnesium"}
"""Findings of the contract for what lowers the rate."""
MOST_PLACES = 4
"""Places, those with most bouts, whose trend is worked out."""


class Said(Protocol):
    """What a regression says of a factor, in the contract's fields."""

    @property
    def factor(self) -> str:
        """The substance, or what else a driver is told of, such as stress."""

    @property
    def rate_ratio(self) -> float:
        """By how much the rate is multiplied."""

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval."""

    @property
    def verdict(self) -> str:
        """As in the contract."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One thing that a course says of a substance or habit.

    Parameters
    ----------
    about
        The substance, or what else a driver is told of, such as stress.
    effect
        Of taking it, or of more of it, on the rate.
    ratio
        By how much, with the 95 % interval.
    source
        ``experiment`` (chance decided when), ``before_after`` or ``factors``: how far it is to be trusted, best first.
    """

    about: str
    effect: Effect
    ratio: Interval
    source: Literal["experiment", "before_after", "factors"]

    @property
    def is_clear(self) -> bool:
        """True if it says that there is an effect, or that there is none of importance."""
        return self.effect != "cannot_tell"

    @property
    def sentence(self) -> str:
        """The claim for a reader, in the language in use."""
        said = {
            "raises": _("{name}: the twitching is more frequent with it ({rate}; {by})."),
            "lowers": _("{name}: the twitching is less frequent with it ({rate}; {by})."),
            "no_effect_seen": _("{name}: it makes no difference of importance ({rate}; {by})."),
            "cannot_tell": _("{name}: the diary does not tell ({rate}; {by})."),
        }[self.effect]
        by = {
            "experiment": _("own experiment in random order"),
            "before_after": _("before and after, which other things at the time can mimic"),
            "factors": _("the diary as it was kept"),
        }[self.source]
        rate = _("rate x{ratio}, 95% from {low} to {high}").format(
            ratio=digits(self.ratio.value, ".2f"),
            low=digits(self.ratio.low, ".2f"),
            high=digits(self.ratio.high, ".2f"),
        )
        return said.format(name=factor_title(self.about), rate=rate, by=by)


def claims_of(
    *, outcomes: Sequence[Outcome] = (), turns: Sequence[BeforeAfter] = (), factors: Iterable[Said] = ()
) -> tuple[Claim, ...]:
    """Return the one best claim about each thing: an experiment before a before-and-after, that before the diary.

    A before-and-after with something else begun or stopped at the same time claims nothing. What cannot be told does
    not hide what a lesser source tells.
    """
    found = [*_of_outcomes(outcomes), *_of_turns(turns), *_of_factors(factors)]
    best: dict[str, Claim] = {}
    for claim in sorted(found, key=lambda claim: not claim.is_clear):
        best.setdefault(claim.about, claim)
    return tuple(best[name] for name in sorted(best))


def _of_outcomes(outcomes: Sequence[Outcome]) -> list[Claim]:
    return [
        Claim(about=outcome.plan.substance, effect=_effect(outcome.verdict), ratio=outcome.ratio, source="experiment")
        for outcome in reversed(outcomes)
        if outcome.ratio is not None
    ]


def _of_turns(turns: Sequence[BeforeAfter]) -> list[Claim]:
    claims = []
    for told in reversed(turns):
        if told.ratio is None or told.also:
            continue
        # Of taking it: what went down when it was stopped is raised by it.
        ratio = told.ratio
        if not told.turn.is_begun:
            ratio = Interval(value=1 / ratio.value, low=1 / ratio.high, high=1 / ratio.low)
        effect = _effect(told.verdict)
        if not told.turn.is_begun and effect in ("raises", "lowers"):
            effect = "lowers" if effect == "raises" else "raises"
        claims.append(Claim(about=told.turn.substance, effect=effect, ratio=ratio, source="before_after"))
    return claims


def _of_factors(factors: Iterable[Said]) -> list[Claim]:
    return [
        Claim(
            about=said.factor,
            effect=_effect(said.verdict),
            ratio=Interval(value=said.rate_ratio, low=said.interval[0], high=said.interval[1]),
            source="factors",
        )
        for said in factors
    ]


def _effect(verdict: str) -> Effect:
    for effect in ("raises", "lowers", "no_effect_seen"):
        if verdict == effect:
            return effect
    return "cannot_tell"


def trend_now(trend: RateTrend, changes: Sequence[Change], today: date) -> Trend | None:
    """Return the trend in the words of a case: a clear change of the last 60 days, else a clear trend; None if neither.

    Stable is said only where the interval of the trend leaves no room for more than a tenth a month.
    """
    recent = [change for change in changes if (today - change.at).days <= RECENT_DAYS and change.is_clear]
    if recent:
        return Trend.WORSENING if recent[-1].ratio.value > 1 else Trend.IMPROVING
    return {
        TrendVerdict.RISING: Trend.WORSENING,
        TrendVerdict.FALLING: Trend.IMPROVING,
        TrendVerdict.STEADY: Trend.STABLE,
        TrendVerdict.CANNOT_TELL: None,
    }[trend.verdict]


def case_with_course(
    case: Case, diary: Diary, *, claims: Sequence[Claim] = (), changes: Sequence[Change] = (), offset_h: float = 0.0
) -> Case:
    """Return a case of a diary with what its course says.

    Parameters
    ----------
    case
        The case of a day, as `case_at` returns it.
    diary
        The diary up to that day.
    claims
        What is known of substances and habits.
    changes
        Changes of the rate of all bouts; they count for the trend where the case has one place alone.
    offset_h
        Offset from UTC of the person's clock **[h]**.

    Returns
    -------
    The case with trends where the course is clear (where it is not, what the case said stays), with findings such as
    better with magnesium, present or absent, that were not entered by hand, with what raises or lowers the rate or
    leaves it as it is, and with sentences in its notes.
    """
    stated = {state.finding for state in case.findings}
    findings = [state for claim in claims if (state := _finding(claim)) is not None and state.finding not in stated]
    sentences = [claim.sentence for claim in claims if claim.effect in ("raises", "lowers")]
    return case.model_copy(
        update={
            "twitching": tuple(
                _with_trend(place, diary, changes if len(case.twitching) == 1 else (), offset_h)
                if number < MOST_PLACES
                else place
                for number, place in enumerate(case.twitching)
            ),
            "findings": (*case.findings, *findings),
            "own_effects": tuple(_own_effect(claim) for claim in claims if claim.is_clear),
            "notes": tuple(dict.fromkeys((*case.notes, *sentences))),
        }
    )


def _finding(claim: Claim) -> FindingState | None:
    """Return the finding that a claim decides. No effect of importance is an absence."""
    name = BETTER_WITH.get(claim.about)
    if name is None or not claim.is_clear:
        return None
    return FindingState(finding=name, present=claim.effect == "lowers")


def _own_effect(claim: Claim) -> OwnEffect:
    return OwnEffect(
        factor=claim.about,
        rate_ratio=claim.ratio.value,
        low=min(claim.ratio.low, claim.ratio.value),
        high=max(claim.ratio.high, claim.ratio.value),
        known_by=KnownBy(claim.source),
    )


def _with_trend(place: TwitchingPlace, diary: Diary, changes: Sequence[Change], offset_h: float) -> TwitchingPlace:
    bouts = [bout for bout in diary.of(Bout) if (bout.place, bout.side) == (place.place, place.side)]
    stretches = watched_stretches(diary)
    if not bouts or not len(stretches):
        return place
    times = np.array([bout.hours for bout in bouts])
    counts = np.array([bout.count for bout in bouts], dtype=np.float64)
    inside = within(stretches, times)
    days = days_of(cut_into_hours(stretches, times[inside], counts[inside]), offset_h=offset_h)
    trend = trend_now(trend_of(days), changes, days.day(len(days) - 1))
    return place if trend is None else place.model_copy(update={"trend": trend})
