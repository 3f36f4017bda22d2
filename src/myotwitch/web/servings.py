"""Usual servings: what one cup, glass or tablet holds, and what this person takes most."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from myotwitch.diary import Diary, Intake
from myotwitch.errors import TableError
from myotwitch.sources import Figure, check_sources_known, figure_from_row, load_sources, read_table
from myotwitch.substances import SUBSTANCES

ROOM = "myotwitch.web"
FIRST = ("coffee", "small_beer", "magnesium_tablet")
"""Offered to somebody who has not noted anything yet; afterwards what they take themselves comes first."""
MOST_OFFERED = 6
LOOKED_BACK_DAYS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Serving:
    """A usual serving.

    Parameters
    ----------
    key, name
        Its key; what a person calls it.
    substance
        Key of what acts in it.
    amount
        How much of that it holds **[unit]**.
    """

    key: str
    name: str
    substance: str
    amount: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """Something that can be noted with one tap.

    Parameters
    ----------
    name
        What it is called; translated where it is shown.
    substance, amount, unit
        What is noted.
    """

    name: str
    substance: str
    amount: float | None
    unit: str | None


@cache
def servings() -> tuple[Serving, ...]:
    """Return every usual serving."""
    sources, found = load_sources(ROOM), []
    for key, row in read_table(ROOM, "servings.toml").items():
        where = f"The serving {key}"
        if row["substance"] not in SUBSTANCES:
            raise TableError(f"{where} is of the unknown substance {row['substance']!r}.")
        amount = figure_from_row(row["amount"], row["unit"], where)
        check_sources_known(amount.sources, sources, where)
        found.append(Serving(key=key, name=row["name"], substance=row["substance"], amount=amount))
    return tuple(found)


def offers(diary: Diary, now: datetime) -> tuple[Offer, ...]:
    """Return what this person took most often of late, in their usual amounts, then first suggestions."""
    since = now - timedelta(days=LOOKED_BACK_DAYS)
    taken: Counter[tuple[str, float | None, str | None]] = Counter()
    for intake in reversed(diary.of(Intake)):
        if intake.time < since:
            break
        taken[intake.substance, intake.amount, intake.unit] += 1
    usual = [_offer(*known) for known, _ in taken.most_common(MOST_OFFERED)]
    known = {offer.substance for offer in usual}
    first = [_of_serving(serving) for serving in servings() if serving.key in FIRST and serving.substance not in known]
    return tuple([*usual, *first][:MOST_OFFERED])


def all_offers() -> tuple[Offer, ...]:
    """Return every usual serving as something to note."""
    return tuple(_of_serving(serving) for serving in servings())


def _of_serving(serving: Serving) -> Offer:
    amount = serving.amount
    return Offer(name=serving.name, substance=serving.substance, amount=amount.value, unit=amount.unit)


def _offer(substance: str, amount: float | None, unit: str | None) -> Offer:
    alike = (known for known in servings() if (known.substance, known.amount.value) == (substance, amount))
    name = next((known.name for known in alike), SUBSTANCES[substance].name)
    return Offer(name=name, substance=substance, amount=amount, unit=unit)
