"""What a course says in the words of a case: only what is clear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from myotwitch.case import Trend, case_from_document
from myotwitch.course.before_after import BeforeAfter, Turn
from myotwitch.course.changes import Change
from myotwitch.course.changes_regression import Interval
from myotwitch.course.evidence import Claim, case_with_course, claims_of, trend_now
from myotwitch.course.experiment import Plan
from myotwitch.course.experiment_analysis import Outcome
from myotwitch.course.patterns import RateTrend, TrendVerdict
from myotwitch.diary import Bout, CheckIn, Diary

TODAY = date(2026, 6, 1)
LOWER, UNCLEAR, NONE = (
    Interval(value=v, low=a, high=b) for v, a, b in ((0.6, 0.5, 0.8), (0.8, 0.5, 1.3), (1, 0.9, 1.1))
)


@dataclass(frozen=True)
class Row:
    factor: str
    rate_ratio: float
    interval: tuple[float, float]
    verdict: str


def outcome(ratio: Interval, verdict: str) -> Outcome:
    plan = Plan(
        substance="magnesium_supplement", amount_mg=200.0, begin=date(2026, 1, 1), period_days=21, transition_days=14,
        order=(True, False, False, True, True, False), seed=1,
    )  # fmt: skip
    return Outcome(
        plan=plan, is_finished=True, ratio=ratio, p_value=0.25, smallest_p_value=0.25, verdict=verdict, periods=()
    )


def told(ratio: Interval, verdict: str, *, is_begun: bool = True, also: tuple[str, ...] = ()) -> BeforeAfter:
    turn = Turn(substance="magnesium_supplement", is_begun=is_begun, day=date(2026, 2, 1), until=None)
    return BeforeAfter(turn=turn, transition_days=14, ratio=ratio, plain_ratio=0.5, verdict=verdict, also=also)


def change(days_ago: int, ratio: Interval) -> Change:
    at = TODAY - timedelta(days=days_ago)
    return Change(at=at, earliest=at, latest=at, raised=at, ratio=ratio, false_alarms_per_year=0.1)


def rate_trend(verdict: TrendVerdict) -> RateTrend:
    return RateTrend(ratio_per_month=NONE, verdict=verdict)


def diary_and_case(before: float, after: float, days: int = 90):  # type: ignore[no-untyped-def]
    generator, entries = np.random.default_rng(1), []
    for day in range(days):
        evening = datetime(2026, 3, 1, 20, tzinfo=UTC) + timedelta(days=day)
        entries.append(CheckIn(time=evening, duration_min=600))
        rate = before * (after / before) ** (day / days)
        entries += [
            Bout(time=evening - timedelta(minutes=float(minute)), place="calf", side="left")
            for minute in generator.uniform(1, 599, generator.poisson(rate))
        ]
    case = case_from_document(
        {
            "schema": "myotwitch.case/1",
            "person": {"age_years": 40},
            "twitching": [{"place": "calf", "side": "left", "trend": "comes_and_goes"}],
        },
        "diary",
    )
    return Diary(entries=tuple(entries)), case


def test_an_experiment_counts_before_a_before_and_after_and_that_before_the_diary() -> None:
    row = Row("magnesium_supplement", 1.5, (1.2, 1.9), "raises")
    (claim,) = claims_of(outcomes=[outcome(LOWER, "lowers")], turns=[told(NONE, "no_effect_seen")], factors=[row])
    assert (claim.source, claim.effect) == ("experiment", "lowers")
    (claim,) = claims_of(turns=[told(NONE, "no_effect_seen")], factors=[row])
    assert claim.source == "before_after"


def test_what_an_experiment_cannot_tell_does_not_hide_what_the_diary_tells() -> None:
    row = Row("magnesium_supplement", 0.7, (0.55, 0.9), "lowers")
    (claim,) = claims_of(outcomes=[outcome(UNCLEAR, "cannot_tell")], factors=[row])
    assert (claim.source, claim.effect) == ("factors", "lowers")


def test_worse_after_stopping_is_better_with_it() -> None:
    (claim,) = claims_of(turns=[told(Interval(value=2.0, low=1.6, high=2.5), "raises", is_begun=False)])
    assert claim.effect == "lowers"
    assert claim.ratio.low < claim.ratio.value == 0.5 < claim.ratio.high


def test_two_things_begun_at_once_claim_nothing() -> None:
    assert claims_of(turns=[told(LOWER, "lowers", also=("caffeine",))]) == ()


def test_a_clear_recent_change_is_the_trend_and_an_old_or_unclear_one_is_not() -> None:
    steady = rate_trend(TrendVerdict.CANNOT_TELL)
    assert trend_now(steady, [change(20, LOWER)], TODAY) is Trend.IMPROVING
    assert trend_now(steady, [change(20, Interval(value=2, low=1.4, high=3))], TODAY) is Trend.WORSENING
    assert trend_now(steady, [change(100, LOWER)], TODAY) is None
    assert trend_now(steady, [change(20, UNCLEAR)], TODAY) is None
    assert trend_now(rate_trend(TrendVerdict.RISING), [], TODAY) is Trend.WORSENING


def test_better_with_magnesium_enters_the_case_only_where_it_is_clear_and_was_not_entered() -> None:
    diary, case = diary_and_case(6.0, 6.0)

    def finding(claim: Claim) -> bool | None:
        states = case_with_course(case, diary, claims=[claim]).findings
        return states[0].present if states else None

    claims = {
        effect: Claim(about="magnesium_supplement", effect=effect, ratio=ratio, source="experiment")  # type: ignore[arg-type]
        for effect, ratio in (("lowers", LOWER), ("no_effect_seen", NONE), ("cannot_tell", UNCLEAR))
    }
    assert finding(claims["lowers"]) is True
    assert finding(claims["no_effect_seen"]) is False
    assert finding(claims["cannot_tell"]) is None
    entered = case_with_course(case, diary, claims=[claims["no_effect_seen"]])
    assert case_with_course(entered, diary, claims=[claims["lowers"]]).findings == entered.findings


def test_what_follows_caffeine_is_a_sentence_with_its_figure_in_the_notes() -> None:
    diary, case = diary_and_case(6.0, 6.0)
    claim = Claim(about="caffeine", effect="raises", ratio=Interval(value=1.42, low=1.12, high=1.8), source="factors")
    (note,) = case_with_course(case, diary, claims=[claim]).notes
    assert "Caffeine" in note
    assert "1.42" in note
    assert "1.12" in note


def test_the_trend_of_a_place_is_changed_only_where_the_course_is_clear() -> None:
    for before, after, trend in (
        (3.0, 15.0, Trend.WORSENING),
        (15.0, 3.0, Trend.IMPROVING),
        (6.0, 6.0, Trend.COMES_AND_GOES),
    ):
        diary, case = diary_and_case(before, after)
        assert case_with_course(case, diary).twitching[0].trend is trend
