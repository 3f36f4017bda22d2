"""Draws up an own experiment: how many periods, how long, in which order, and what it could show this person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_own import OwnProcess, own_process_of
from myotwitch.course.changes_transition import transition_days
from myotwitch.course.experiment import FEWEST_COUNTED_DAYS, Plan, Power, days_of_order, random_order
from myotwitch.course.experiment_power import power_of, spread_of_effect
from myotwitch.course.experiment_substances import Tryable, check_person, tryable
from myotwitch.diary import Diary
from myotwitch.errors import RequestError
from myotwitch.language import _, day_words, digits, translated
from myotwitch.substances import Circumstance

COUNTED_DAYS = (FEWEST_COUNTED_DAYS, 7, 10, 14)
"""Counted days of a period that are considered **[days]**."""
FEWEST_PAIRS, MOST_PAIRS = 3, 10
LONGEST_DAYS = 182
"""A plan that is chosen by the program is no longer than half a year **[days]**."""
USUAL_PAIRS = 4
"""Pairs of a plan for a diary that does not tell yet how many are needed."""
TARGET_RATIO = 1.5
"""The ratio that a plan should show, if nothing else is asked for."""
NEEDED_SPREADS = 1.96 + 0.84
"""An effect of so many standard deviations is shown with 80 %."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What the person wants of a plan.

    Parameters
    ----------
    amount_mg
        Amount a day in periods with the substance **[mg]**; needed for what is taken, such as magnesium.
    ratio
        The ratio that the plan should show, above 1 **[1]**.
    pairs, period_days
        Pairs of periods and their length **[days]**; what is None is chosen: the shortest plan that shows the ratio
        with 80 %, at most half a year.
    """

    amount_mg: float | None = None
    ratio: float = TARGET_RATIO
    pairs: int | None = None
    period_days: int | None = None

    def __post_init__(self) -> None:
        if not 1.05 <= self.ratio <= 10:
            raise RequestError(
                _("The ratio to be shown is {ratio}; it must be from {low} to 10, such as {example}.").format(
                    ratio=digits(self.ratio, ""), low=digits(1.05), example=digits(1.5)
                )
            )
        if self.pairs is not None and not FEWEST_PAIRS <= self.pairs <= MOST_PAIRS:
            raise RequestError(
                _("{pairs} pairs of periods were asked for; allowed are {fewest_pairs} to {most_pairs}.").format(
                    pairs=self.pairs, fewest_pairs=FEWEST_PAIRS, most_pairs=MOST_PAIRS
                )
            )
        if self.period_days is not None and not 2 <= self.period_days <= LONGEST_DAYS // 2:
            raise RequestError(
                _("Periods of {period_days} days were asked for; allowed are 2 to {longest_days} days.").format(
                    period_days=self.period_days, longest_days=LONGEST_DAYS // 2
                )
            )


def make_plan(
    substance: str,
    *,
    begin: date,
    seed: int,
    days: WatchedDays | None = None,
    wish: Wish | None = None,
    diary: Diary | None = None,
    circumstances: Collection[Circumstance] = (),
) -> Plan:
    """Return the plan of an own experiment.

    Parameters
    ----------
    substance
        What to try, by any of its names.
    begin
        The first day.
    seed
        Decides the order; the same seed gives the same plan.
    days
        The person's watched days, from whose rate and drift the power comes; None: no power is told.
    wish
        What the person wants of it.
    diary
        The person's diary, in which it is looked whether something speaks against it; None: nothing is known.
    circumstances
        What makes this person clear the substance faster or slower.

    Raises
    ------
    RequestError
        If the substance may not be tried (by this person), or the amount, the periods or the diary do not allow a plan.
    """
    tried, wish = tryable(substance), wish or Wish()
    _check_amount(tried, wish.amount_mg)
    if diary is not None:
        check_person(tried, diary, begin)
    transition = transition_days(tried.substance, circumstances)
    own = None if days is None else own_process_of(days)
    generator = np.random.default_rng(seed)
    pairs, length = _size(own, transition, wish)
    plan = Plan(
        substance=tried.substance,
        amount_mg=wish.amount_mg,
        begin=begin,
        period_days=length,
        transition_days=transition,
        order=random_order(pairs, generator),
        seed=seed,
    )
    return plan if own is None else replace(plan, power=_power(own, plan, wish.ratio, generator))


def first_day(begin: date | None, today: date) -> date:
    """Return the first day of a plan: the one that is wished, or tomorrow.

    Raises
    ------
    RequestError
        If it has passed.
    """
    if begin is None:
        return today + timedelta(days=1)
    if begin < today:
        raise RequestError(
            _(
                "The plan would begin on {begin}, which has passed: chance decides the order before anything is taken. "
                "Name {today} or a later day."
            ).format(begin=day_words(begin), today=day_words(today))
        )
    return begin


def _power(own: OwnProcess, plan: Plan, ratio: float, generator: np.random.Generator) -> Power:
    is_taken, counts = days_of_order(plan.order, plan.period_days, plan.transition_days)
    probability, detectable = power_of(own, is_taken, counts, ratio, generator)
    return Power(ratio=ratio, probability=probability, detectable_ratio=detectable, bouts_per_day=own.bouts_per_day)


def _check_amount(tried: Tryable, amount_mg: float | None) -> None:
    taken, most = translated(tried.taken), tried.most
    if tried.how == "take" and amount_mg is None:
        text = _("A plan with {taken} needs the amount a day in mg, as the package says.")
        if most is not None:
            text = _("A plan with {taken} needs the amount a day in mg of at most {most} mg, as the package says.")
        raise RequestError(text.format(taken=taken, most=digits(most.value) if most else ""))
    if amount_mg is not None and not 0 < amount_mg <= (most.value if most else float("inf")):
        text = _("{amount} mg of {taken} a day was asked for; it must be more than 0 mg.")
        if most is not None:
            text = _("{amount} mg of {taken} a day was asked for; it must be above 0 and at most {most} mg.")
        raise RequestError(text.format(amount=digits(amount_mg), taken=taken, most=digits(most.value) if most else ""))


def _size(own: OwnProcess | None, transition: int, wish: Wish) -> tuple[int, int]:
    """Return pairs and length of periods: the shortest plan that shows the ratio, or the best within half a year."""
    numbers = range(FEWEST_PAIRS, MOST_PAIRS + 1) if wish.pairs is None else (wish.pairs,)
    lengths = [transition + counted for counted in COUNTED_DAYS] if wish.period_days is None else [wish.period_days]
    sizes = sorted(((number, length) for number in numbers for length in lengths), key=lambda size: size[0] * size[1])
    allowed = [size for size in sizes if 2 * size[0] * size[1] <= LONGEST_DAYS] or sizes[:1]
    if own is None:
        usual = (wish.pairs or USUAL_PAIRS, wish.period_days or transition + COUNTED_DAYS[0])
        return usual if usual in allowed else allowed[0]
    spread_of = {size: _spread(own, transition, *size) for size in allowed}
    enough = [size for size in allowed if NEEDED_SPREADS * spread_of[size] <= np.log(wish.ratio)]
    return enough[0] if enough else min(allowed, key=lambda size: spread_of[size])


def _spread(own: OwnProcess, transition: int, pairs: int, length: int) -> float:
    """Return about how well a plan tells the effect; an order that takes turns is about as good as a random one."""
    order = tuple(value for pair in range(pairs) for value in ((True, False) if pair % 2 == 0 else (False, True)))
    return spread_of_effect(own, *days_of_order(order, length, transition))
