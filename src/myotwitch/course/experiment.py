"""An own experiment: periods with and without something, in an order that chance decides, long enough for the body.

Pairs of periods, one with and one without, in random order within the pair; the first days of each period, until the
body has taken it up or cleared it, do not count. Whether the plan could show anything is worked out beforehand from the
person's own rate and drift.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myotwitch.course.experiment_substances import Tryable, tryable
from myotwitch.errors import RequestError
from myotwitch.language import _

SCHEMA = "myotwitch.plan/1"
FEWEST_COUNTED_DAYS = 4
"""Days of a period that count, at the least, where the program chooses **[days]**."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """One period of a plan.

    Parameters
    ----------
    number, pair
        From 1 on.
    is_taken
        Whether the substance is taken.
    first, last
        Its days.
    counts_from
        The first day that counts.
    """

    number: int
    pair: int
    is_taken: bool
    first: date
    last: date
    counts_from: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Power:
    """What a plan can show, worked out beforehand.

    Parameters
    ----------
    ratio, probability
        The ratio asked for, and the probability that the plan shows it.
    detectable_ratio
        The ratio that it shows with 80 %; a lowering by as much likewise.
    bouts_per_day
        Bouts on a watched day on which that rests **[1/day]**.
    """

    ratio: float
    probability: float
    detectable_ratio: float
    bouts_per_day: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A plan of an own experiment.

    Parameters
    ----------
    substance
        What is tried.
    amount_mg
        Amount a day in periods with it **[mg]**; None: the person's usual one.
    begin
        The first day.
    period_days, transition_days
        Length of a period, and of its beginning that does not count **[days]**.
    order
        For each period whether the substance is taken.
    seed
        Of the order.
    power
        What it can show; None where the diary does not tell yet.
    """

    substance: str
    amount_mg: float | None
    begin: date
    period_days: int
    transition_days: int
    order: tuple[bool, ...]
    seed: int
    power: Power | None = None

    def __post_init__(self) -> None:
        pairs = [self.order[place : place + 2] for place in range(0, len(self.order), 2)]
        if not pairs or any(sum(pair) != 1 or len(pair) != 2 for pair in pairs):
            raise RequestError(
                _("A plan has pairs of periods, one with and one without the substance; this order has not.")
            )
        if self.period_days <= self.transition_days:
            raise RequestError(
                _(
                    "Periods of {period_days} days leave nothing to count after the {transition_days} days "
                    "that the body needs; take at least {transition_days_2} days."
                ).format(
                    period_days=self.period_days,
                    transition_days=self.transition_days,
                    transition_days_2=self.transition_days + FEWEST_COUNTED_DAYS,
                )
            )

    @property
    def key(self) -> str:
        """What names the plan: the same for the same plan."""
        words = f"{self.substance} {self.begin} {self.period_days} {self.transition_days} {self.order} {self.seed}"
        return hashlib.sha256(words.encode()).hexdigest()[:12]

    @property
    def tried(self) -> Tryable:
        """What is tried, with its cautions."""
        return tryable(self.substance)

    @property
    def last(self) -> date:
        """The last day."""
        return self.begin + timedelta(days=len(self.order) * self.period_days - 1)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods in the order of time."""
        starts = [self.begin + timedelta(days=place * self.period_days) for place in range(len(self.order))]
        return tuple(
            Period(
                number=place + 1,
                pair=place // 2 + 1,
                is_taken=is_taken,
                first=first,
                last=first + timedelta(days=self.period_days - 1),
                counts_from=first + timedelta(days=self.transition_days),
            )
            for place, (is_taken, first) in enumerate(zip(self.order, starts, strict=True))
        )

    def to_document(self) -> dict[str, Any]:
        """Return the plan as plain JSON values."""
        power = self.power
        return {
            "schema": SCHEMA,
            "key": self.key,
            "substance": self.substance,
            "amount_mg": self.amount_mg,
            "with": self.tried.taken,
            "without": self.tried.left,
            "begin": self.begin.isoformat(),
            "last": self.last.isoformat(),
            "period_days": self.period_days,
            "transition_days": self.transition_days,
            "seed": self.seed,
            "periods": [
                {
                    "number": period.number,
                    "pair": period.pair,
                    "taken": period.is_taken,
                    "first": period.first.isoformat(),
                    "last": period.last.isoformat(),
                    "counts_from": period.counts_from.isoformat(),
                }
                for period in self.periods
            ],
            "power": None
            if power is None
            else {
                "ratio": power.ratio,
                "probability": round(power.probability, 3),
                "detectable_ratio": round(power.detectable_ratio, 3),
                "bouts_per_day": round(power.bouts_per_day, 2),
            },
            "cautions": list(self.tried.cautions),
        }


def days_of_order(
    order: tuple[bool, ...], period_days: int, transition: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return for each day of a plan whether the substance is taken, and whether the day counts."""
    is_taken = np.repeat(np.array(order, dtype=np.bool_), period_days)
    return is_taken, np.tile(np.arange(period_days) >= transition, len(order))


def random_order(pairs: int, generator: np.random.Generator) -> tuple[bool, ...]:
    """Return an order of pairs of periods in which chance decides which of a pair comes first."""
    return tuple(bool(value) for first in generator.random(pairs) < 0.5 for value in (first, not first))
