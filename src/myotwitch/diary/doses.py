"""The doses of each substance that a diary holds, in one unit a substance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from myotwitch.diary.diary import Diary
from myotwitch.diary.entries import Intake
from myotwitch.substances.washout import one_drink_mg

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Doses:
    """What was taken of one substance.

    Parameters
    ----------
    substance
        Its key.
    unit
        ``mg`` wherever one dose at least tells a mass, else the unit that the person writes most, ``unit`` where none.
    taken_h
        When **[h since 1970, UTC]**, float64[doses], in order; at least one dose.
    amounts
        How much **[unit]**, float64[doses].
    is_assumed
        bool[doses]: True where the amount was not written, or in another unit, and the usual one stands in.
    """

    substance: str
    unit: str
    taken_h: FloatArray
    amounts: FloatArray
    is_assumed: NDArray[np.bool_]

    @property
    def usual(self) -> float:
        """The median dose **[unit]**."""
        return float(np.median(self.amounts))

    def since(self, from_h: float) -> Doses:
        """Return those taken at a time or later, the last one in any case."""
        first = min(int(np.searchsorted(self.taken_h, from_h)), len(self.taken_h) - 1)
        return Doses(
            substance=self.substance,
            unit=self.unit,
            taken_h=self.taken_h[first:],
            amounts=self.amounts[first:],
            is_assumed=self.is_assumed[first:],
        )


_KNOWN: WeakKeyDictionary[Diary, tuple[datetime | None, Mapping[str, Doses]]] = WeakKeyDictionary()
"""The doses of each diary that is still in use, up to the time last asked for: the case and the course ask the same."""


def doses_taken(diary: Diary, until: datetime | None = None) -> Mapping[str, Doses]:
    """Return the doses of every substance up to a time (the last entry's, if none is given), by its key.

    Method
    ------
    Doses that tell no mass stand for the person's median one; where none tells one, their number or volume is the
    amount. Alcohol needs a mass: a drink stands for the figure of the table. Doses of 0 count: they were written.
    """
    end = until or diary.last
    known = _KNOWN.get(diary)
    if known is None or known[0] != end:
        intakes: dict[str, list[Intake]] = defaultdict(list)
        for intake in diary.intakes(end):
            intakes[intake.substance].append(intake)
        known = end, MappingProxyType({substance: _doses(substance, taken) for substance, taken in intakes.items()})
        _KNOWN[diary] = known
    return known[1]


def _doses(substance: str, taken: Sequence[Intake]) -> Doses:
    unit, amounts = _in_one_unit(substance, taken)
    known = [amount for amount in amounts if amount is not None]
    usual = float(np.median(known)) if known else one_drink_mg() if unit == "mg" else 1.0
    return Doses(
        substance=substance,
        unit=unit,
        taken_h=np.array([intake.hours for intake in taken], dtype=np.float64),
        amounts=np.array([usual if amount is None else amount for amount in amounts], dtype=np.float64),
        is_assumed=np.array([amount is None for amount in amounts], dtype=np.bool_),
    )


def _in_one_unit(substance: str, taken: Sequence[Intake]) -> tuple[str, list[float | None]]:
    """Return the unit that all amounts are told in, and each; None where it tells none in that unit."""
    masses = [intake.amount_mg for intake in taken]
    if substance == "alcohol":
        drinks = (one_drink_mg() * (intake.amount or 0.0) if intake.unit == "unit" else None for intake in taken)
        return "mg", [drink if mass is None else mass for mass, drink in zip(masses, drinks, strict=True)]
    if any(mass is not None for mass in masses):
        return "mg", masses
    units = Counter(intake.unit for intake in taken if intake.unit is not None)
    unit = units.most_common(1)[0][0] if units else "unit"
    return unit, [intake.amount if intake.unit == unit else None for intake in taken]
