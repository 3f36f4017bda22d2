"""When a withdrawal comes and goes, and what makes a body clear a substance faster or slower."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from myotwitch.errors import TableError
from myotwitch.sources import Figure, figure_from_row
from myotwitch.units import HOURS_PER_DAY


class Circumstance(StrEnum):
    """What can hold for a person and changes how fast a substance leaves."""

    SMOKING = "smoking"
    PREGNANCY = "pregnancy"
    """The last third of a pregnancy."""
    ORAL_CONTRACEPTIVE = "oral_contraceptive"
    FLUVOXAMINE = "fluvoxamine"
    """Fluvoxamine is taken too; it blocks the enzyme that clears caffeine."""
    KIDNEY_FAILURE = "kidney_failure"
    LIVER_CIRRHOSIS = "liver_cirrhosis"
    SLOW_CYP2D6 = "slow_cyp2d6"
    """The person is born without the working enzyme CYP2D6."""
    OVER_65 = "over_65"
    """The person is 65 years old or more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """By how much a circumstance stretches the half-life of a substance.

    Parameters
    ----------
    circumstance
        What holds.
    factor
        Half-life with it over half-life without it **[1]**, above 0; below 1 where it clears faster.
    """

    circumstance: Circumstance
    factor: Figure

    def __post_init__(self) -> None:
        if self.factor.low <= 0:
            raise TableError(f"The factor of {self.circumstance} reaches {self.factor.low}; it must be above 0.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawal:
    """When stopping a substance after regular use makes itself felt.

    Parameters
    ----------
    onset_h
        From the last intake to the first signs **[h]**.
    peak_h
        From the last intake until it is worst **[h]**.
    end_d
        From the last intake until most people are over it **[d]**.

    Raises
    ------
    TableError
        If they do not follow one another.
    """

    onset_h: Figure
    peak_h: Figure
    end_d: Figure

    def __post_init__(self) -> None:
        if not 0 < self.onset_h.value <= self.peak_h.value <= self.end_d.value * HOURS_PER_DAY:
            raise TableError(
                f"A withdrawal begins after {self.onset_h.value} h, is worst after {self.peak_h.value} h and ends "
                f"after {self.end_d.value} d; these must follow one another."
            )


def withdrawal_from_table(table: Mapping[str, Any], where: str) -> Withdrawal:
    """Return the withdrawal that a table gives; `where` names the substance in messages.

    Raises
    ------
    TableError
        If a figure is missing, unknown or faulty.
    """
    if set(table) != {"onset_h", "peak_h", "end_d"}:
        raise TableError(f"{where} has a withdrawal with {sorted(table)}; it needs onset_h, peak_h and end_d.")
    return Withdrawal(
        onset_h=figure_from_row(table["onset_h"], "h", f"{where}, onset of the withdrawal"),
        peak_h=figure_from_row(table["peak_h"], "h", f"{where}, peak of the withdrawal"),
        end_d=figure_from_row(table["end_d"], "d", f"{where}, end of the withdrawal"),
    )


def shifts_from_table(table: Mapping[str, Any], where: str) -> tuple[Shift, ...]:
    """Return what shifts the clearance, as a table gives it; `where` names the substance in messages.

    Raises
    ------
    TableError
        If a circumstance is unknown or its factor faulty.
    """
    try:
        return tuple(
            Shift(circumstance=Circumstance(name), factor=figure_from_row(row, "1", f"{where}, {name}"))
            for name, row in table.items()
        )
    except ValueError as error:
        raise TableError(f"{where}: {error}.") from error
