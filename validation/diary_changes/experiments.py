"""Own experiments from the plan to the result, on people whose true effect is known."""

from __future__ import annotations

import numpy as np
from validation.diary_changes.worlds import FIRST, World, simulate

from myotwitch.course.before_after import verdict_of
from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.experiment import Plan, days_of_order
from myotwitch.course.experiment_analysis import analyse
from myotwitch.course.experiment_planning import Wish, make_plan
from myotwitch.diary import Diary

DIARY_DAYS = 90
LONGEST = 182


def experiment_levels(world: World, ratio: float, *, seed: int, diaries: int) -> dict[str, float]:
    """Return coverage, shown effects and the power said beforehand, of plans that should show a factor of 1.5.

    Each person keeps a diary for 90 days, gets a plan for caffeine, and follows it; the rate with it is `ratio` times
    that without.
    """
    hourly = simulate(world, np.random.default_rng(seed), diaries=diaries, days=DIARY_DAYS + LONGEST)
    generator = np.random.default_rng(seed + 1)
    covered, shown, said, lengths, p_values = [], [], [], [], []
    for diary in range(diaries):
        days = hourly.days(diary)
        plan = _plan(days, seed + diary)
        is_taken, _ = days_of_order(plan.order, plan.period_days, plan.transition_days)
        bouts = days.bouts.copy()
        during = bouts[DIARY_DAYS : DIARY_DAYS + len(is_taken)]
        # Thinned for the smaller of the two rates, so that whole bouts stay whole.
        keeps = np.where(is_taken, min(1.0, ratio), min(1.0, 1 / ratio))
        bouts[DIARY_DAYS : DIARY_DAYS + len(is_taken)] = generator.binomial(during.astype(np.int64), keeps)
        changed = WatchedDays(first=FIRST, bouts=bouts, exposure_h=days.exposure_h)
        outcome = analyse(plan, Diary(entries=()), changed, today=changed.day(len(bouts) + 1))
        if outcome.ratio is None or plan.power is None or outcome.p_value is None:
            continue
        covered.append(outcome.ratio.low <= ratio <= outcome.ratio.high)
        shown.append(verdict_of(outcome.ratio) in ("raises", "lowers"))
        said.append(plan.power.probability)
        lengths.append(len(is_taken))
        p_values.append(outcome.p_value <= 0.05)
    return {
        "covered": float(np.mean(covered)),
        "shown": float(np.mean(shown)),
        "power said": float(np.mean(said)),
        "by order alone": float(np.mean(p_values)),
        "median days": float(np.median(lengths)),
    }


def _plan(days: WatchedDays, seed: int) -> Plan:
    return make_plan(
        "caffeine", begin=days.day(DIARY_DAYS), seed=seed, days=days.until(DIARY_DAYS), wish=Wish(ratio=1.5)
    )
