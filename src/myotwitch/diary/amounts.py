"""Amounts of what is taken, in the units of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from myotwitch.case.checks import nearest_hint, refuse, shown
from myotwitch.language import _

MILLIGRAMS_PER_UNIT: Mapping[str, float] = MappingProxyType({"mg": 1.0, "g": 1000.0, "ug": 0.001})
"""Milligrams in one of each unit of mass."""

AMOUNT_UNITS: tuple[str, ...] = (*MILLIGRAMS_PER_UNIT, "ml", "unit")
"""The units of the contract: masses, a volume, and pieces (tablets, cigarettes, international units)."""

ALCOHOL_MG_PER_ML = 789.0
"""Density of ethanol at 20 °C **[mg/ml]**: millilitres of alcohol are of pure alcohol."""


def check_amount(amount: float | None, unit: str | None) -> None:
    """Refuse an amount without a unit, a unit without an amount, and a unit that the contract lacks."""
    if unit is not None and unit not in AMOUNT_UNITS:
        refuse(
            _("The unit {unit} is not known.{hint} Allowed are {amount_units}.").format(
                unit=shown(unit), hint=nearest_hint(unit, AMOUNT_UNITS), amount_units=", ".join(AMOUNT_UNITS)
            )
        )
    if (amount is None) != (unit is None):
        refuse(_("Amount and unit belong together; give both, or neither where the amount is not known."))


def milligrams(substance: str, amount: float | None, unit: str | None) -> float | None:
    """Return an amount **[mg]**; None where it is not known, or where its unit tells no mass.

    Examples
    --------
    >>> milligrams("caffeine", 0.1, "g"), milligrams("alcohol", 20.0, "ml"), milligrams("nicotine", 1.0, "unit")
    (100.0, 15780.0, None)
    """
    if amount is None or unit is None:
        return None
    if unit == "ml":
        return amount * ALCOHOL_MG_PER_ML if substance == "alcohol" else None
    factor = MILLIGRAMS_PER_UNIT.get(unit)
    return None if factor is None else amount * factor
