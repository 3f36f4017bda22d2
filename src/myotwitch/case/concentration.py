"""Units of laboratory values, and what one unit is in another.

Amounts count in moles, grams, equivalents or enzyme units, each per volume. Between units of one kind only powers of
ten stand; from grams to moles the molar mass is needed, from equivalents to moles the charge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from myotwitch.errors import TableError

_PREFIX_EXPONENT = {"": 0, "m": -3, "u": -6, "n": -9, "p": -12, "k": 3}
_VOLUME_EXPONENT = {"L": 0, "dL": -1, "mL": -3}
_UNIT = re.compile(r"^(?P<prefix>[munpk]?)(?P<amount>mol|g|Eq|U|kat)/(?P<volume>L|dL|mL)$")


class Amount(StrEnum):
    """What a unit counts."""

    MOLES = "mol"
    GRAMS = "g"
    EQUIVALENTS = "Eq"
    ENZYME_UNITS = "U"
    KATALS = "kat"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConcentrationUnit:
    """A unit of concentration or activity.

    Parameters
    ----------
    amount
        What it counts.
    exponent
        Power of ten by which one of it differs from one amount a litre.
    """

    amount: Amount
    exponent: int


def plain_unit(unit: str) -> str:
    """Return `unit` in the spelling of the catalogue: litre as L, micro as u, international units as U.

    Only spellings that mean the same are joined; ``MMOL/L`` and ``Mg/dL`` are left as they are.

    Examples
    --------
    >>> plain_unit("µmol/l"), plain_unit("mcg/L"), plain_unit("mIU/L"), plain_unit("mEq/l")
    ('umol/L', 'ug/L', 'mU/L', 'mEq/L')
    """
    text = unit.strip().replace("µ", "u").replace("μ", "u")
    amount, slash, volume = text.partition("/")
    amount, volume = amount.strip(), volume.strip()
    volume = {"l": "L", "dl": "dL", "ml": "mL"}.get(volume, volume)
    amount = {"mcg": "ug", "meq": "mEq", "u": "U"}.get(amount, amount)
    if amount.endswith("IU"):
        amount = amount[:-2] + "U"
    return amount + slash + volume


def parse_unit(unit: str) -> ConcentrationUnit | None:
    """Return the meaning of a unit in the catalogue's spelling, or None where it is no concentration.

    Examples
    --------
    >>> parse_unit("mg/dL").exponent
    -2
    >>> parse_unit("mmHg") is None
    True
    """
    match = _UNIT.match(unit)
    if match is None:
        return None
    exponent = _PREFIX_EXPONENT[match["prefix"]] - _VOLUME_EXPONENT[match["volume"]]
    return ConcentrationUnit(amount=Amount(match["amount"]), exponent=exponent)


def factor_between(given: str, wanted: str, molar_mass: float | None, charge: int | None) -> float:
    """Return the number by which a value in `given` is multiplied to have it in `wanted`.

    Parameters
    ----------
    given, wanted
        Units in the catalogue's spelling.
    molar_mass
        Mass of one mole **[g/mol]**; None where grams and moles are never converted.
    charge
        Equivalents a mole; None where equivalents make no sense.

    Raises
    ------
    TableError
        If one of the units is none, or the molar mass or the charge that the conversion needs is missing.

    Examples
    --------
    >>> round(factor_between("mg/dL", "mmol/L", 24.305, 2), 4)
    0.4114
    >>> factor_between("mEq/L", "mmol/L", 24.305, 2)
    0.5
    """
    units = parse_unit(given), parse_unit(wanted)
    if units[0] is None or units[1] is None:
        raise TableError(f"{given!r} or {wanted!r} is no unit of concentration.")
    if (units[0].amount in _ACTIVITIES) != (units[1].amount in _ACTIVITIES):
        raise TableError(f"{given} cannot be converted to {wanted}: one is an enzyme activity, the other is not.")
    exact = Fraction(10) ** (units[0].exponent - units[1].exponent)
    if units[0].amount is not units[1].amount:
        exact *= _in_moles(units[0].amount, molar_mass, charge) / _in_moles(units[1].amount, molar_mass, charge)
    return float(exact)


_ACTIVITIES = (Amount.ENZYME_UNITS, Amount.KATALS)


def _in_moles(amount: Amount, molar_mass: float | None, charge: int | None) -> Fraction:
    """Return one `amount` in moles; for activities in moles a second, exactly."""
    match amount:
        case Amount.MOLES | Amount.KATALS:
            return Fraction(1)
        case Amount.ENZYME_UNITS:
            return Fraction(1, 60 * 10**6)  # 1 U turns over 1 umol a minute; 1 kat 1 mol a second.
        case Amount.EQUIVALENTS if charge is not None:
            return Fraction(1, charge)
        case Amount.GRAMS if molar_mass is not None:
            return 1 / Fraction(str(molar_mass))
    raise TableError(f"A conversion of {amount.value} to moles needs a molar mass or a charge that the table lacks.")
