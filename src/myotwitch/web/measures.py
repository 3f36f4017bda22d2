"""In which units a person reads and writes: those of the metric system with mmol/L, or mg/dL with pounds and inches.

What the diary keeps is not touched by the choice: a laboratory value stays as it was noted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from myotwitch.case.analytes import ANALYTES, Analyte, unit_factor
from myotwitch.case.concentration import plain_unit
from myotwitch.language import _, digits, later

METRIC, CUSTOMARY = "metric", "customary"
MEASURES: Mapping[str, str] = MappingProxyType({METRIC: later("mmol/L, kg, cm"), CUSTOMARY: later("mg/dL, lb, in")})
"""Every system of units, by its name, in its own words."""
CUSTOMARY_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "magnesium": "mg/dL", "sodium": "mEq/L", "potassium": "mEq/L", "calcium": "mg/dL", "ionised_calcium": "mg/dL",
        "albumin": "g/dL", "phosphate": "mg/dL", "bicarbonate": "mEq/L", "glucose": "mg/dL", "creatinine": "mg/dL",
        "tsh": "uU/mL", "free_t4": "ng/dL", "vitamin_b12": "pg/mL", "vitamin_d": "ng/mL", "lithium": "mEq/L",
        "lactate": "mg/dL",
    }
)  # fmt: skip
"""Units in which laboratories of the United States tell what others tell in moles; the rest is told as elsewhere."""
KILOGRAMS_PER_POUND = 0.45359237
CENTIMETRES_PER_INCH = 2.54
"""Both by definition."""

_in_use: ContextVar[str] = ContextVar("measures", default=METRIC)


@contextmanager
def in_measures(system: str) -> Iterator[None]:
    """Tell values in a system of units as long as the block lasts; an unknown name stands for the metric one."""
    token = _in_use.set(system if system in MEASURES else METRIC)
    try:
        yield
    finally:
        _in_use.reset(token)


def measures_in_use() -> str:
    """Return the name of the system of units in which values are told now."""
    return _in_use.get()


def preferred_unit(analyte: Analyte) -> str:
    """Return the unit in which a laboratory value is told.

    Examples
    --------
    >>> with in_measures("customary"):
    ...     preferred_unit(ANALYTES["magnesium"]), preferred_unit(ANALYTES["ck"])
    ('mg/dL', 'U/L')
    """
    return CUSTOMARY_UNITS.get(analyte.name, analyte.unit) if _in_use.get() == CUSTOMARY else analyte.unit


def laboratory_words(analyte: str, value: float, unit: str) -> str:
    """Return a laboratory value in the units in use, and as it was noted where these are others.

    Examples
    --------
    >>> laboratory_words("magnesium", 0.7, "mmol/L")
    '0.7 mmol/L'
    >>> with in_measures("customary"):
    ...     laboratory_words("magnesium", 0.7, "mmol/L")
    '1.7 mg/dL (noted as 0.7 mmol/L)'
    """
    noted, wanted = f"{digits(value)} {unit}", preferred_unit(ANALYTES[analyte])
    if plain_unit(unit) == plain_unit(wanted):
        return noted
    converted = value * unit_factor(analyte, unit) / unit_factor(analyte, wanted)
    return _("{value} {unit} (noted as {noted})").format(value=digits(converted, ".3g"), unit=wanted, noted=noted)


def laboratory_units() -> list[str]:
    """Return every unit that a laboratory value may have, those in use first."""
    first = {preferred_unit(analyte) for analyte in ANALYTES.values()}
    others = {unit for analyte in ANALYTES.values() for unit in analyte.factors}
    return [*sorted(first), *sorted(others - first)]


def body_number(value: float | None, per_unit: float) -> str:
    """Return a weight or height as a form shows it, in the units in use; empty where it is not known.

    Parameters
    ----------
    value
        **[kg]** or **[cm]**.
    per_unit
        Kilograms or centimetres in the other unit: `KILOGRAMS_PER_POUND` or `CENTIMETRES_PER_INCH`.

    Examples
    --------
    >>> body_number(70.0, KILOGRAMS_PER_POUND)
    '70'
    >>> with in_measures("customary"):
    ...     body_number(70.0, KILOGRAMS_PER_POUND)
    '154.3'
    """
    if value is None:
        return ""
    return digits(round(value / per_unit, 1)) if _in_use.get() == CUSTOMARY else digits(value)


def body_value(told: float | None, before: float | None, per_unit: float) -> float | None:
    """Return a weight or height **[kg]** or **[cm]** that a form told in the units in use.

    What was shown and not changed stays as it was `before`, to the last digit.

    Examples
    --------
    >>> with in_measures("customary"):
    ...     body_value(154.3, 70.0, KILOGRAMS_PER_POUND), body_value(150.0, 70.0, KILOGRAMS_PER_POUND)
    (70.0, 68.0389)
    """
    if told is None or _in_use.get() == METRIC:
        return told
    if before is not None and told == round(before / per_unit, 1):
        return before
    return round(told * per_unit, 4)
