"""A plan in words, as entries of a diary, and read back from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone

from myotwitch.course.experiment import Period, Plan, Power
from myotwitch.diary import Diary, Note
from myotwitch.errors import RequestError

MORNING = time(7, 0)
"""Hour of the clock of the entries that announce a period."""
HEAD = "Own experiment"
_CODE = re.compile(
    rf"{HEAD} (?P<key>[0-9a-f]{{12}}): (?P<substance>[a-z0-9_]+)(?: (?P<amount>[0-9.]+) mg)? "
    r"from (?P<begin>[0-9-]{10}), periods of (?P<length>\d+) days, "
    r"the first (?P<transition>\d+) do not count, order (?P<order>[+-]+), "
    r"seed (?P<seed>\d+)\."
)


def plan_text(plan: Plan) -> str:
    """Return the plan in plain words: what to do when, what it can show, and what to know first."""
    amount = _amount(plan)
    lines = [
        f"Own experiment: {plan.tried.taken}{amount}, or {plan.tried.left}",
        "",
        f"{len(plan.order) // 2} pairs of periods of {plan.period_days} days, from {plan.begin} to {plan.last}. "
        f"Chance has decided the order. The first {plan.transition_days} days of each period do not count: the body "
        "needs them.",
        "",
        *(_period_line(plan, period) for period in plan.periods),
        "",
        "Keep the diary as usual in all periods, with check-ins, and write down every intake. If a period could not be "
        "kept, go on with the plan: it is analysed as it was drawn, and what was not kept is told beside it.",
        "Change nothing else meanwhile: no other supplement, no medicine begun or stopped for the experiment. "
        "Medicines that a doctor has prescribed go on as prescribed. Stop the experiment if you feel unwell.",
        "",
        _power_text(plan.power),
        "",
        "Before you begin:",
        *(f"- {caution}" for caution in plan.tried.cautions),
    ]
    return "\n".join(lines) + "\n"


def entries_of(plan: Plan, *, offset_h: float = 0.0) -> tuple[Note, ...]:
    """Return notes that announce the plan and each of its periods, for the diary.

    Notes, not intakes: what is planned has not been taken. The first note holds the whole plan, from which `plans_of`
    reads it back.
    """
    zone = timezone(timedelta(hours=offset_h))

    def note(day: date, text: str, minutes: int) -> Note:
        moment = datetime.combine(day, MORNING, tzinfo=zone) + timedelta(minutes=minutes)
        return Note(time=moment, text=text)

    return (
        note(plan.begin, plan_code(plan), 0),
        *(note(period.first, f"{HEAD} {plan.key}, {_period_line(plan, period)}", 1) for period in plan.periods),
        note(plan.last + timedelta(days=1), f"{HEAD} {plan.key} is done. Look at what came out.", 0),
    )


def plan_code(plan: Plan) -> str:
    """Return the plan in one line, from which it can be read back."""
    amount = "" if plan.amount_mg is None else f" {plan.amount_mg:g} mg"
    order = "".join("+" if is_taken else "-" for is_taken in plan.order)
    return (
        f"{HEAD} {plan.key}: {plan.substance}{amount} from {plan.begin}, periods of {plan.period_days} days, the first "
        f"{plan.transition_days} do not count, order {order}, seed {plan.seed}."
    )


def plan_from_code(text: str) -> Plan | None:
    """Return the plan that a line holds; None if it holds none, or one that was altered."""
    found = _CODE.search(text)
    if found is None:
        return None
    try:
        plan = Plan(
            substance=found["substance"],
            amount_mg=None if found["amount"] is None else float(found["amount"]),
            begin=date.fromisoformat(found["begin"]),
            period_days=int(found["length"]),
            transition_days=int(found["transition"]),
            order=tuple(sign == "+" for sign in found["order"]),
            seed=int(found["seed"]),
        )
    except (RequestError, ValueError):
        return None
    return plan if plan.key == found["key"] else None


def plans_of(diary: Diary) -> tuple[Plan, ...]:
    """Return the plans whose notes stand in a diary, each once."""
    return tuple(_each_once(plan for note in diary.of(Note) if (plan := plan_from_code(note.text or "")) is not None))


def _each_once(plans: Iterable[Plan]) -> Iterable[Plan]:
    return {plan.key: plan for plan in plans}.values()


def _amount(plan: Plan) -> str:
    return "" if plan.amount_mg is None else f" ({plan.amount_mg:g} mg a day)"


def _period_line(plan: Plan, period: Period) -> str:
    what = f"{plan.tried.taken}{_amount(plan)}" if period.is_taken else plan.tried.left
    return (
        f"period {period.number} of {len(plan.order)}, {period.first} to {period.last}: {what} "
        f"(counts from {period.counts_from})"
    )


def _power_text(power: Power | None) -> str:
    if power is None:
        return (
            "What this plan can show is not known: two weeks of diary with check-ins would tell your rate and how much "
            "it drifts by itself."
        )
    return (
        f"With your rate ({power.bouts_per_day:.1f} bouts on a watched day) and your drift, this plan would show a "
        f"factor of {power.ratio:.2g} (or its inverse) with {power.probability:.0%}, and a factor of "
        f"{power.detectable_ratio:.2g} with 80%. A smaller effect may be there and not be seen."
    )
