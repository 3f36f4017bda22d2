"""What came out of an own experiment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.experiment import Plan, days_of_order
from myotwitch.course.experiment_analysis import analyse
from myotwitch.diary import Diary, Intake

BEGIN = date(2026, 3, 2)
AFTER = date(2026, 12, 1)
PLAN = Plan(
    substance="caffeine",
    amount_mg=None,
    begin=BEGIN,
    period_days=7,
    transition_days=3,
    order=(True, False, False, True, True, False, False, True),
    seed=1,
)
IS_TAKEN, COUNTS = days_of_order(PLAN.order, PLAN.period_days, PLAN.transition_days)


def days(with_it: float, without: float, *, seed: int | None = 1, before: int = 60) -> WatchedDays:
    rate = np.concatenate((np.full(before, without), np.where(IS_TAKEN, with_it, without)))
    bouts = rate if seed is None else np.random.default_rng(seed).poisson(rate)
    return WatchedDays(
        first=BEGIN - timedelta(days=before), bouts=bouts.astype(float), exposure_h=np.full(len(rate), 10.0)
    )


def diary(which: np.ndarray) -> Diary:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    return Diary(
        entries=tuple(
            Intake(time=noon + timedelta(days=int(day)), substance="caffeine", amount=100.0, unit="mg")
            for day in np.flatnonzero(which)
        )
    )


def test_a_raised_rate_is_told_with_an_interval_that_holds_it() -> None:
    outcome = analyse(PLAN, diary(IS_TAKEN), days(16.0, 8.0), today=AFTER)
    assert outcome.verdict == "raises"
    assert outcome.ratio is not None
    assert outcome.ratio.low < 2.0 < outcome.ratio.high
    assert outcome.not_kept == ()


def test_the_p_value_counts_the_orders_that_could_have_been_drawn() -> None:
    outcome = analyse(PLAN, diary(IS_TAKEN), days(16.0, 8.0, seed=None), today=AFTER)
    assert outcome.p_value == outcome.smallest_p_value == pytest.approx(2 / 2**4)
    assert analyse(PLAN, diary(IS_TAKEN), days(8.0, 8.0, seed=None), today=AFTER).p_value == 1.0


def test_before_the_end_no_ratio_is_told() -> None:
    outcome = analyse(PLAN, diary(IS_TAKEN), days(16.0, 8.0), today=PLAN.last)
    assert not outcome.is_finished
    assert outcome.ratio is outcome.p_value is None
    assert outcome.verdict == "cannot_tell"


def test_periods_that_were_not_kept_are_named_and_the_result_is_that_of_the_order_drawn() -> None:
    kept = analyse(PLAN, diary(IS_TAKEN), days(16.0, 8.0), today=AFTER)
    which = IS_TAKEN.copy()
    which[7:14] = True
    which[-7:] = False
    outcome = analyse(PLAN, diary(which), days(16.0, 8.0), today=AFTER)
    assert outcome.not_kept == (2, 8)
    assert outcome.ratio == kept.ratio


def test_days_of_transition_do_not_count() -> None:
    plain = days(12.0, 8.0)
    altered = plain.bouts.copy()
    altered[60:][~COUNTS] = 77.0
    other = WatchedDays(first=plain.first, bouts=altered, exposure_h=plain.exposure_h)
    assert analyse(PLAN, diary(IS_TAKEN), other, today=AFTER) == analyse(PLAN, diary(IS_TAKEN), plain, today=AFTER)


def test_a_plan_that_was_not_watched_tells_nothing() -> None:
    before = days(8.0, 8.0).until(60)
    outcome = analyse(PLAN, diary(IS_TAKEN), before, today=AFTER)
    assert outcome.is_finished
    assert outcome.ratio is None
    assert outcome.to_document()["verdict"] == "cannot_tell"


def test_a_diary_that_begins_with_the_plan_is_analysed_too() -> None:
    outcome = analyse(PLAN, diary(IS_TAKEN), days(24.0, 8.0, before=0), today=AFTER)
    assert outcome.verdict == "raises"
