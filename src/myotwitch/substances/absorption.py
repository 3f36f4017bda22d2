"""How fast each substance enters the blood, and how long it stays where no single half-life tells it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from myotwitch.errors import TableError
from myotwitch.sources import Figure, Grade, check_sources_known, figure_from_row, load_sources, read_table
from myotwitch.substances.kinetics import absorption_for_peak_per_h
from myotwitch.substances.substance import ROOM, SUBSTANCES, ClearingLaw, Substance
from myotwitch.substances.washout import GONE_SHARE
from myotwitch.units import HOURS_PER_DAY

_DEFAULT = "by_mouth"
_FIGURES = ("time_to_peak", "absorption_rate", "half_life")
_ALLOWED = frozenset({*_FIGURES, "at_once", "grade", "sources", "note"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Absorption:
    """How a substance enters the blood.

    Parameters
    ----------
    rate
        Rate constant **[1/h]**; None where it is in the blood at once.
    half_life
        Of its presence, or of its effect where that outlasts it **[h]**; None for alcohol, which has a law of its own.
    is_default
        True if the substance has no row of its own in the table.
    is_effect
        True if the half-life is that of its effect: it clears by none that is known.
    """

    rate: Figure | None
    half_life: Figure | None
    is_default: bool
    is_effect: bool


@cache
def absorption_of(substance: Substance) -> Absorption:
    """Return how a substance enters the blood and for how long its curve goes on.

    Method
    ------
    A time to the peak becomes the rate that puts the peak there at the middle half-life; its ends become the ends of
    the rate. A substance without a row is taken as swallowed, with the table's default. Where a substance clears by no
    half-life and its row gives none, the curve stands for its effect: 3 % is left at the end of the effect's window.

    Raises
    ------
    TableError
        If the table is at fault.
    """
    rows = _rows()
    row = rows.get(substance.key, rows[_DEFAULT])
    half_life = _presence(substance, row)
    where = f"The absorption of {substance.key}"
    if row.get("at_once", False):
        rate = None
    elif "absorption_rate" in row:
        rate = figure_from_row(row["absorption_rate"], "1/h", where)
    elif half_life is None:
        raise TableError(f"{where} has a time to the peak but no half-life; give its absorption_rate.")
    else:
        rate = _rate_from_peak(figure_from_row(row["time_to_peak"], "h", where), half_life)
    return Absorption(
        rate=rate,
        half_life=half_life,
        is_default=substance.key not in rows,
        is_effect=substance.law is ClearingLaw.EFFECT_OUTLASTS and "half_life" not in row,
    )


def _rate_from_peak(time_to_peak: Figure, half_life: Figure) -> Figure:
    elimination = math.log(2.0) / half_life.value
    early, middle, late = (
        absorption_for_peak_per_h(time, elimination)
        for time in (time_to_peak.low, time_to_peak.value, time_to_peak.high)
    )
    return Figure(
        value=middle,
        unit="1/h",
        low=late,
        high=early,
        grade=Grade.EXPERT if time_to_peak.grade is Grade.EXPERT else Grade.DERIVED,
        sources=time_to_peak.sources,
        population=time_to_peak.population,
        note=f"The rate that peaks after {time_to_peak.value:g} h at a half-life of {half_life.value:g} h. "
        f"{time_to_peak.note}".strip(),
    )


def _presence(substance: Substance, row: Mapping[str, Any]) -> Figure | None:
    """Return the half-life of what the curve of a substance stands for."""
    if substance.law is ClearingLaw.FIRST_ORDER:
        return substance.half_life
    if substance.law is ClearingLaw.MICHAELIS_MENTEN:
        return None
    if "half_life" in row:
        return figure_from_row(row["half_life"], "h", f"The half-life of {substance.key}")
    window = substance.effect_window_days
    if window is None:  # the substance's own check forbids it; the type checker cannot know
        raise TableError(f"{substance.key} has neither a half-life nor a window of its effect.")
    hours = HOURS_PER_DAY / -math.log2(GONE_SHARE)
    return Figure(
        value=window.value * hours,
        unit="h",
        low=window.low * hours,
        high=window.high * hours,
        grade=Grade.EXPERT,
        sources=window.sources,
        population=window.population,
        note=f"Of the effect: {GONE_SHARE:.0%} is left at the end of its window of {window.value:g} d.",
    )


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    """Return the row of each substance that has one, each checked, and that of the default."""
    table = dict(read_table(ROOM, "absorption.toml"))
    rows = {
        key: {"at_once": True} | {name: group[name] for name in group if name != "substances"}
        for group in table.pop("at_once").values()
        for key in group["substances"]
    }
    if twice := set(rows) & set(table):
        raise TableError(f"The absorption of {min(twice)} stands in two rows.")
    rows |= table
    for key, row in rows.items():
        _check_row(key, row)
        check_sources_known(_cited(row), load_sources(ROOM), f"The absorption of {key}")
    return MappingProxyType(rows)


def absorption_sources() -> tuple[str, ...]:
    """Return the key of every source that the table cites, each once."""
    return tuple(dict.fromkeys(key for row in _rows().values() for key in _cited(row)))


def _cited(row: Mapping[str, Any]) -> tuple[str, ...]:
    of_figures = (key for name in _FIGURES if name in row for key in row[name].get("sources", ()))
    return (*row.get("sources", ()), *of_figures)


def _check_row(key: str, row: Mapping[str, Any]) -> None:
    where = f"The absorption of {key}"
    if key != _DEFAULT and key not in SUBSTANCES:
        raise TableError(f"{where}: there is no such substance.")
    if unknown := set(row) - _ALLOWED:
        raise TableError(f"{where} has the unknown entry {min(unknown)!r}.")
    if sum((row.get("at_once", False), "time_to_peak" in row, "absorption_rate" in row)) != 1:
        raise TableError(f"{where} needs exactly one of time_to_peak, absorption_rate and at_once.")
    if row.get("at_once", False):
        grade = Grade(row["grade"])
        if grade is not Grade.EXPERT and not row.get("sources"):
            raise TableError(f"{where} is graded {grade} but names no source.")
        if grade is not Grade.SOURCED and not row.get("note"):
            raise TableError(f"{where} is graded {grade} but its note says not why.")
    if "half_life" in row and (key == _DEFAULT or SUBSTANCES[key].law is not ClearingLaw.EFFECT_OUTLASTS):
        raise TableError(f"{where} has a half-life; that stands in substances.toml.")
