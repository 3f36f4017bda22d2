"""The laboratory values of the contract: their units, what is normal, and what is not possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from myotwitch.case.concentration import factor_between, plain_unit
from myotwitch.errors import RequestError, TableError, UnknownNameError, nearest_name
from myotwitch.language import _, digits, translated
from myotwitch.sources import Figure, Grade, check_sources_known, figure_from_row, load_sources, read_table

ROOM = "myotwitch.case"

_NORMAL_95_PERCENT = 1.959964
"""Standard deviations on each side of the mean within which 95 % of a normal distribution lies."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferenceRange:
    """The range between whose ends 95 % of healthy adults lie.

    Parameters
    ----------
    low, high
        Its ends **[unit of the analyte]**.
    sex
        ``female`` or ``male`` where it holds for one sex only, else None.
    grade, sources, note
        How it is known, as for a figure.
    """

    low: float
    high: float
    sex: str | None
    grade: Grade
    sources: tuple[str, ...]
    note: str

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise TableError(f"The reference range {self.low} to {self.high} is empty.")
        if self.grade is not Grade.EXPERT and not self.sources:
            raise TableError(f"The reference range {self.low} to {self.high} is {self.grade} but names no source.")
        if self.grade is not Grade.SOURCED and not self.note:
            raise TableError(f"The reference range {self.low} to {self.high} is {self.grade} but says not why.")

    @property
    def mean(self) -> float:
        """Mean of the normal distribution with these 2.5 and 97.5 % points **[unit of the analyte]**."""
        return (self.low + self.high) / 2

    @property
    def sd(self) -> float:
        """Standard deviation of that normal distribution **[unit of the analyte]**."""
        return (self.high - self.low) / (2 * _NORMAL_95_PERCENT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Analyte:
    """One laboratory value of the contract.

    Parameters
    ----------
    name, label
        Its name in case files, and what a person calls it.
    unit
        The unit in which the program thinks of it.
    factors
        For each accepted unit the number by which a value is multiplied to have it in `unit`.
    molar_mass
        Mass of one mole **[g/mol]** behind the factors; None where they need none.
    ranges
        Reference ranges of adults: one for all, or one for each sex.
    is_skewed
        True where healthy values are far from normally distributed, so that mean and sd are a rough guide only.
    plausible
        Smallest and largest value that a living person can have: a value outside is a mistake of unit or typing.
    """

    name: str
    label: str
    unit: str
    factors: Mapping[str, float]
    molar_mass: Figure | None
    ranges: tuple[ReferenceRange, ...]
    is_skewed: bool
    plausible: Figure

    def reference_range(self, sex: str | None = None) -> ReferenceRange:
        """Return the range of this sex; where the sex is not known, the one that spans those of both sexes."""
        for reference in self.ranges:
            if reference.sex is None or reference.sex == sex:
                return reference
        first = self.ranges[0]
        return ReferenceRange(
            low=min(reference.low for reference in self.ranges),
            high=max(reference.high for reference in self.ranges),
            sex=None,
            grade=Grade.EXPERT if any(reference.grade is Grade.EXPERT for reference in self.ranges) else Grade.DERIVED,
            sources=tuple(sorted({source for reference in self.ranges for source in reference.sources})),
            note=f"Spans the ranges of both sexes. {first.note}".strip(),
        )


def _reference_range(row: Mapping[str, Any], where: str) -> ReferenceRange:
    sex = row.get("sex")
    if sex not in (None, "female", "male"):
        raise TableError(f"{where} names the unknown sex {sex!r}.")
    return ReferenceRange(
        low=float(row["low"]),
        high=float(row["high"]),
        sex=sex,
        grade=Grade(row["grade"]),
        sources=tuple(row.get("sources", ())),
        note=row.get("note", ""),
    )


def _analyte_from_row(name: str, row: Mapping[str, Any]) -> Analyte:
    where = f"The analyte {name}"
    molar_mass = figure_from_row(row["molar_mass"], "g/mol", where) if "molar_mass" in row else None
    mass = molar_mass.value if molar_mass else None
    units = [row["unit"], *row["other_units"]]
    analyte = Analyte(
        name=name,
        label=row["label"],
        unit=row["unit"],
        factors=MappingProxyType({unit: factor_between(unit, row["unit"], mass, row.get("charge")) for unit in units}),
        molar_mass=molar_mass,
        ranges=tuple(_reference_range(entry, where) for entry in row["range"]),
        is_skewed=row.get("skewed", False),
        plausible=figure_from_row(row["plausible"], row["unit"], where),
    )
    cited = [reference.sources for reference in analyte.ranges] + ([molar_mass.sources] if molar_mass else [])
    for keys in cited:
        check_sources_known(keys, load_sources(ROOM), where)
    return analyte


def _load_analytes() -> Mapping[str, Analyte]:
    analytes: dict[str, Analyte] = {}
    for name, row in read_table(ROOM, "analytes.toml").items():
        try:
            analytes[name] = _analyte_from_row(name, row)
        except (KeyError, ValueError) as error:
            raise TableError(f"The analyte {name} in analytes.toml is incomplete: {error}.") from error
    return MappingProxyType(analytes)


ANALYTES: Mapping[str, Analyte] = _load_analytes()
"""Every analyte of the contract by its name, in the contract's order."""


def find_analyte(name: str) -> Analyte:
    """Return the analyte with this name.

    Raises
    ------
    UnknownNameError
        If there is none; the message lists all.
    """
    if name not in ANALYTES:
        hint = nearest_name(name, list(ANALYTES)) if len(name) <= 60 else ""
        raise UnknownNameError(
            _("The analyte {name} is not known.{hint} Allowed are {analytes}.").format(
                name=repr(name[:60]), hint=hint, analytes=", ".join(ANALYTES)
            )
        )
    return ANALYTES[name]


def unit_factor(analyte: str, unit: str) -> float:
    """Return the number by which a value in `unit` is multiplied to have it in the unit of the analyte's catalogue row.

    Raises
    ------
    UnknownNameError
        If the analyte is not known.
    RequestError
        If the unit does not fit the analyte; the message lists those that do.

    Examples
    --------
    >>> unit_factor("calcium", "mEq/L")
    0.5
    """
    row = find_analyte(analyte)
    spelt = plain_unit(unit)
    if spelt not in row.factors:
        hint = nearest_name(spelt, list(row.factors)) if len(spelt) <= 20 else ""
        raise RequestError(
            _("The unit {unit} does not fit {label}.{hint} Allowed are {factors}.").format(
                unit=repr(unit[:40]), label=translated(row.label), hint=hint, factors=", ".join(row.factors)
            )
        )
    return row.factors[spelt]


def to_catalogue_unit(analyte: str, value: float, unit: str) -> float:
    """Return the value in the unit of the analyte's catalogue row.

    Raises
    ------
    UnknownNameError
        If the analyte is not known.
    RequestError
        If the unit does not fit the analyte, or the value is not possible in a living person.

    Examples
    --------
    >>> round(to_catalogue_unit("magnesium", 1.7, "mg/dL"), 2)
    0.7
    >>> to_catalogue_unit("sodium", 14, "mmol/L")
    Traceback (most recent call last):
    myotwitch.errors.RequestError: Sodium of 14 mmol/L is not possible; allowed is 80 to 230 mmol/L. Check the unit.
    """
    factor = unit_factor(analyte, unit)
    row, spelt = ANALYTES[analyte], plain_unit(unit)
    converted = value * factor
    if not row.plausible.low <= converted <= row.plausible.high:
        low, high = (digits(limit / factor, ".4g") for limit in (row.plausible.low, row.plausible.high))
        raise RequestError(
            _(
                "{label} of {value} {spelt} is not possible; allowed is {low} to {high} {spelt}.{hint} Check the unit."
            ).format(
                label=translated(row.label),
                value=digits(value, ".6g"),
                spelt=spelt,
                low=low,
                high=high,
                hint=_other_unit_hint(row, value, spelt),
            )
        )
    return converted


def _other_unit_hint(analyte: Analyte, value: float, given_unit: str) -> str:
    """Return a hint at a unit in which the value would be an ordinary one."""
    low = min(reference.low for reference in analyte.ranges) / 2
    high = max(reference.high for reference in analyte.ranges) * 2
    fitting = [unit for unit, factor in analyte.factors.items() if low <= value * factor <= high and unit != given_unit]
    return _(" In {fitting} it would be an ordinary value.").format(fitting=_(" or ").join(fitting)) if fitting else ""


def albumin_corrected_calcium(calcium_mmol_per_l: float, albumin_g_per_l: float) -> float:
    """Return the total calcium [mmol/L] that would be found if the albumin were 40 g/L.

    Parameters
    ----------
    calcium_mmol_per_l
        Measured total calcium **[mmol/L]**.
    albumin_g_per_l
        Albumin of the same sample **[g/L]**.

    Method
    ------
    Measured calcium + 0.02 mmol/L for each g/L by which the albumin lies below 40 g/L.

    Limits
    ------
    Misleading in kidney disease, in severe illness and with abnormal proteins (myeloma); there ionised calcium counts.

    Sources
    -------
    The table ``calcium_correction.toml`` names them.

    Examples
    --------
    >>> round(albumin_corrected_calcium(2.1, 30.0), 2)
    2.3
    """
    return calcium_mmol_per_l + CALCIUM_PER_ALBUMIN.value * (NORMAL_ALBUMIN.value - albumin_g_per_l)


def glucose_corrected_sodium(sodium_mmol_per_l: float, glucose_mmol_per_l: float) -> float:
    """Return the sodium [mmol/L] that would be found if the glucose were not above 5.55 mmol/L.

    Parameters
    ----------
    sodium_mmol_per_l
        Measured sodium **[mmol/L]**.
    glucose_mmol_per_l
        Glucose of the same sample **[mmol/L]**.

    Method
    ------
    Glucose draws water out of the cells, which thins the sodium without any lack of it: measured sodium + 1.6 mmol/L
    for each 5.55 mmol/L of glucose above 5.55.

    Limits
    ------
    The factor is disputed; a measurement in six healthy people found 2.4, most of it at very high glucose.

    Sources
    -------
    The table ``sodium_correction.toml`` names them.

    Examples
    --------
    >>> round(glucose_corrected_sodium(128.0, 41.0), 1)
    138.3
    >>> glucose_corrected_sodium(128.0, 5.0)
    128.0
    """
    return sodium_mmol_per_l + SODIUM_PER_GLUCOSE.value * max(glucose_mmol_per_l - NORMAL_GLUCOSE.value, 0.0)


def _correction(table: str, key: str, unit: str) -> Figure:
    where = f"The entry {key} of {table}"
    figure = figure_from_row(read_table(ROOM, table)[key], unit, where)
    check_sources_known(figure.sources, load_sources(ROOM), where)
    return figure


CALCIUM_PER_ALBUMIN: Figure = _correction("calcium_correction.toml", "calcium_per_albumin", "mmol/g")
"""Calcium bound to each gram of albumin."""
NORMAL_ALBUMIN: Figure = _correction("calcium_correction.toml", "normal_albumin", "g/L")
"""Albumin to which calcium is corrected."""
SODIUM_PER_GLUCOSE: Figure = _correction("sodium_correction.toml", "sodium_per_glucose", "mmol/mmol")
"""By how much sodium is thinned by each mmol/L of glucose above the normal."""
NORMAL_GLUCOSE: Figure = _correction("sodium_correction.toml", "normal_glucose", "mmol/L")
"""Glucose above which sodium is corrected."""
