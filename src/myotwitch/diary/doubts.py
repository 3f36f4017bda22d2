"""What an entry says that cannot be, or can hardly be meant so: lengths, amounts, lying down after falling asleep.

Entries that a store holds already are read whatever they say; what is new is looked at here, before it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from typing import Any

from myotwitch.diary.amounts import milligrams
from myotwitch.diary.entries import CheckIn, Entry, Exercise, Intake, Schedule, Screen, Sleep
from myotwitch.diary.times import local_text
from myotwitch.errors import DiaryError, Fault, TableError
from myotwitch.language import _, digits
from myotwitch.sources import figure_from_row, read_table
from myotwitch.substances import SUBSTANCES
from myotwitch.substances.washout import one_drink_mg
from myotwitch.units import MILLIGRAMS_PER_GRAM, MINUTES_PER_HOUR

ROOM = "myotwitch.diary"
A_DAY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Up to where an entry can be meant as it says; ``limits.toml`` gives the reasons.

    Parameters
    ----------
    longest_sleep_hours, longest_check_in_hours, longest_exercise_hours, longest_screen_hours
        The longest of each **[h]**.
    most_alcohol_grams
        The most pure alcohol in one entry **[g]**.
    doubtful_alcohol_millilitres
        More than this may be millilitres of a beverage **[ml]**.
    doubtful_usual_amounts
        More than so many times the usual daily amount of a substance may be in another unit.
    """

    longest_sleep_hours: float
    longest_check_in_hours: float
    longest_exercise_hours: float
    longest_screen_hours: float
    most_alcohol_grams: float
    doubtful_alcohol_millilitres: float
    doubtful_usual_amounts: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """Something in an entry that can hardly be meant.

    Parameters
    ----------
    field
        Where it stands.
    given
        What the entry says there.
    reason
        Why it can hardly be meant, and what to write instead; the same for all entries of the kind.
    is_impossible
        True where it cannot be; False where it should be looked at.
    """

    field: str
    given: str
    reason: str
    is_impossible: bool

    def __str__(self) -> str:
        return _("{given}: {reason}").format(given=self.given, reason=self.reason)


@cache
def limits() -> Limits:
    """Return the limits of the table.

    Raises
    ------
    TableError
        If the table lacks one, or has one that is not known.
    """
    table = read_table(ROOM, "limits.toml")
    names = [field.name for field in fields(Limits)]
    if faulty := set(names) ^ set(table):
        raise TableError(f"The limits of entries lack, or have the unknown, entry {min(faulty)!r}.")
    return Limits(**{name: figure_from_row(table[name], "", f"The limit {name}").value for name in names})


def doubts_about(entry: Entry) -> tuple[Doubt, ...]:
    """Return what an entry says that cannot be, or can hardly be meant so, in the language in use.

    Examples
    --------
    >>> sleep = Sleep.model_validate({"time": "2026-03-01T22:40:00+01:00", "duration_min": 5000.0})
    >>> [str(doubt) for doubt in doubts_about(sleep)]
    ['83.3 h: More than 24 h in one go is not possible; write each stretch as an entry of its own.']
    """
    look = _LOOKS.get(type(entry))
    return () if look is None else look(entry)


def refuse_impossible(entry: Entry, name: str, before: Entry | None = None) -> None:
    """Pass if an entry says nothing impossible that it did not say before.

    Parameters
    ----------
    name
        What the error calls it.
    before
        The entry as it was, where it is corrected.

    Raises
    ------
    DiaryError
        With everything that is not possible.
    """
    known = () if before is None else doubts_about(before)
    found = [doubt for doubt in doubts_about(entry) if doubt.is_impossible and doubt not in known]
    if found:
        raise DiaryError(name, [Fault(path=doubt.field, line=None, message=str(doubt)) for doubt in found])


def _too_long(minutes: float | None, most_h: float) -> tuple[Doubt, ...]:
    if minutes is None or minutes <= most_h * MINUTES_PER_HOUR:
        return ()
    return (
        Doubt(
            field="duration_min",
            given=_("{hours} h").format(hours=digits(minutes / MINUTES_PER_HOUR, ".3g")),
            reason=_(
                "More than {hours} h in one go is not possible; write each stretch as an entry of its own."
            ).format(hours=digits(most_h)),
            is_impossible=True,
        ),
    )


def _of_sleep(entry: Sleep) -> tuple[Doubt, ...]:
    found = _too_long(entry.duration_min, limits().longest_sleep_hours)
    if entry.to_bed is None or entry.time - A_DAY <= entry.to_bed <= entry.time:
        return found
    reason = _(
        "People lie down before they fall asleep, and less than a day before; correct to_bed, or the time at which the "
        "sleep began."
    )
    given = _("to bed {to_bed}, asleep {asleep}").format(to_bed=local_text(entry.to_bed), asleep=local_text(entry.time))
    return (*found, Doubt(field="to_bed", given=given, reason=reason, is_impossible=True))


def _of_amount(entry: Intake | Schedule) -> tuple[Doubt, ...]:
    if entry.amount is None or entry.unit is None:
        return ()
    given = f"{digits(entry.amount)} {entry.unit}"
    if entry.substance == "alcohol":
        return _of_alcohol(entry.amount, entry.unit, given)
    usual = SUBSTANCES[entry.substance].usual_amount
    amount_mg = milligrams(entry.substance, entry.amount, entry.unit)
    if usual is None or amount_mg is None or amount_mg <= limits().doubtful_usual_amounts * usual.value:
        return ()
    reason = _(
        "That is more than {times} times what an adult usually takes in a day; look whether the unit is the right one."
    ).format(times=digits(limits().doubtful_usual_amounts))
    return (Doubt(field="amount", given=given, reason=reason, is_impossible=False),)


def _of_alcohol(amount: float, unit: str, given: str) -> tuple[Doubt, ...]:
    amount_mg = one_drink_mg() * amount if unit == "unit" else milligrams("alcohol", amount, unit) or 0.0
    is_impossible = amount_mg > limits().most_alcohol_grams * MILLIGRAMS_PER_GRAM
    if not is_impossible and (unit != "ml" or amount <= limits().doubtful_alcohol_millilitres):
        return ()
    reason = (
        _(
            "More than {grams} g of pure alcohol in one entry is not possible. Millilitres are of pure alcohol: write "
            "half a litre of beer of 5 % as 25 ml, or as 20 g."
        ).format(grams=digits(limits().most_alcohol_grams))
        if is_impossible
        else _(
            "Millilitres of alcohol are of pure alcohol; half a litre of beer of 5 % is 25 ml, or 20 g. Correct it if "
            "those of a beverage were meant."
        )
    )
    return (Doubt(field="amount", given=given, reason=reason, is_impossible=is_impossible),)


_LOOKS: Mapping[type, Callable[[Any], tuple[Doubt, ...]]] = {
    Sleep: _of_sleep,
    CheckIn: lambda entry: _too_long(entry.duration_min, limits().longest_check_in_hours),
    Exercise: lambda entry: _too_long(entry.duration_min, limits().longest_exercise_hours),
    Screen: lambda entry: _too_long(entry.duration_min, limits().longest_screen_hours),
    Intake: _of_amount,
    Schedule: _of_amount,
}
