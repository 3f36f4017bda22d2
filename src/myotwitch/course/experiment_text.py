"""A plan in words, as entries of a diary, and read back from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone

from myotwitch.course.experiment import Period, Plan, Power
from myotwitch.diary import Diary, Note
from myotwitch.errors import RequestError
from myotwitch.language import SOURCE_LANGUAGE, _, day_words, digits, in_language, later, retold, translated

MORNING = time(7, 0)
"""Hour of the clock of the entries that announce a period."""
HEAD = "Own experiment"
CODE_TEXT = later(
    "Own experiment {key}: {what} from {begin}, periods of {days} days, the first {transition} do not count, order "
    "{order}, seed {seed}."
)
"""The whole plan in a line; always in English, as it is read back."""
_CODE = re.compile(
    r"Own experiment (?P<key>[0-9a-f]{12}): (?P<substance>[a-z0-9_]+)(?: (?P<amount>[0-9.]+) mg)? "
    r"from (?P<begin>[0-9-]{10}), periods of (?P<length>\d+) days, "
    r"the first (?P<transition>\d+) do not count, order (?P<order>[+-]+), "
    r"seed (?P<seed>\d+)\."
)


def plan_text(plan: Plan) -> str:
    """Return the plan in plain words: what to do when, what it can show, and what to know first."""
    lines = [
        _("Own experiment: {with_it}, or {without_it}").format(with_it=_with_it(plan), without_it=_without_it(plan)),
        "",
        _(
            "{pairs} pairs of periods of {days} days, from {begin} to {last}. Chance has decided the order. The first "
            "{transition} days of each period do not count: the body needs them."
        ).format(
            pairs=len(plan.order) // 2,
            days=plan.period_days,
            begin=day_words(plan.begin),
            last=day_words(plan.last),
            transition=plan.transition_days,
        ),
        "",
        *(_period_line(plan, period) for period in plan.periods),
        "",
        _(
            "Keep the diary as usual in all periods, with check-ins, and write down every intake. If a period could "
            "not be kept, go on with the plan: it is analysed as it was drawn, and what was not kept is told beside it."
        ),
        _(
            "Change nothing else meanwhile: no other supplement, no medicine begun or stopped for the experiment. "
            "Medicines that a doctor has prescribed go on as prescribed. Stop the experiment if you feel unwell."
        ),
        "",
        _power_text(plan.power),
        "",
        _("Before you begin:"),
        *(f"- {translated(caution)}" for caution in plan.tried.cautions),
    ]
    return "\n".join(lines) + "\n"


def entries_of(plan: Plan, *, offset_h: float = 0.0) -> tuple[Note, ...]:
    """Return notes that announce the plan and each of its periods, for the diary; in English whatever the language.

    Notes, not intakes: what is planned has not been taken. The first note holds the whole plan, from which `plans_of`
    reads it back.
    """
    zone = timezone(timedelta(hours=offset_h))

    def note(day: date, text: str, minutes: int) -> Note:
        moment = datetime.combine(day, MORNING, tzinfo=zone) + timedelta(minutes=minutes)
        return Note(time=moment, text=text)

    with in_language(SOURCE_LANGUAGE):
        periods = [
            (period.first, _("Own experiment {key}, {period}").format(key=plan.key, period=_period_line(plan, period)))
            for period in plan.periods
        ]
        done = _("Own experiment {key} is done. Look at what came out.").format(key=plan.key)
    return (
        note(plan.begin, plan_code(plan), 0),
        *(note(first, text, 1) for first, text in periods),
        note(plan.last + timedelta(days=1), done, 0),
    )


def note_words(text: str) -> str:
    """Return what a note says, in the language in use where `entries_of` has written it; else as the person wrote it.

    Examples
    --------
    >>> note_words("Slept badly.")
    'Slept badly.'
    """
    return retold(text) if text.startswith(f"{HEAD} ") else text


def plan_code(plan: Plan) -> str:
    """Return the plan in one line, from which it can be read back."""
    amount = "" if plan.amount_mg is None else f" {plan.amount_mg:g} mg"
    return CODE_TEXT.format(
        key=plan.key,
        what=f"{plan.substance}{amount}",
        begin=plan.begin,
        days=plan.period_days,
        transition=plan.transition_days,
        order="".join("+" if is_taken else "-" for is_taken in plan.order),
        seed=plan.seed,
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


def _with_it(plan: Plan) -> str:
    taken = translated(plan.tried.taken)
    if plan.amount_mg is None:
        return taken
    return _("{taken} ({amount} mg a day)").format(taken=taken, amount=digits(plan.amount_mg))


def _without_it(plan: Plan) -> str:
    return translated(plan.tried.left)


def _period_line(plan: Plan, period: Period) -> str:
    return _("period {number} of {periods}, {first} to {last}: {what} (counts from {counts_from})").format(
        number=period.number,
        periods=len(plan.order),
        first=day_words(period.first),
        last=day_words(period.last),
        what=_with_it(plan) if period.is_taken else _without_it(plan),
        counts_from=day_words(period.counts_from),
    )


def _power_text(power: Power | None) -> str:
    if power is None:
        return _(
            "What this plan can show is not known: two weeks of diary with check-ins would tell your rate and how much "
            "it drifts by itself."
        )
    return _(
        "With your rate ({bouts} bouts on a watched day) and your drift, this plan would show a factor of {ratio} (or "
        "its inverse) with {probability}, and a factor of {detectable} with 80%. A smaller effect may be there and not "
        "be seen."
    ).format(
        bouts=digits(power.bouts_per_day, ".1f"),
        ratio=digits(power.ratio, ".2g"),
        probability=digits(power.probability, ".0%"),
        detectable=digits(power.detectable_ratio, ".2g"),
    )
