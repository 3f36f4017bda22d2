"""What a substance is said to do, and how each of these claims is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from myotwitch.errors import TableError
from myotwitch.sources import Grade


class Effect(StrEnum):
    """What taking a substance can do to the muscles."""

    TWITCH = "twitch"
    TREMOR = "tremor"
    MYOCLONUS = "myoclonus"
    CRAMP = "cramp"
    DYSTONIA = "dystonia"
    TIC = "tic"


class Lowered(StrEnum):
    """What a substance can lower in the blood; names are those of the contract's analytes."""

    MAGNESIUM = "magnesium"
    POTASSIUM = "potassium"
    SODIUM = "sodium"
    CALCIUM = "calcium"
    PHOSPHATE = "phosphate"
    BICARBONATE = "bicarbonate"
    VITAMIN_B12 = "vitamin_b12"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One thing that taking a substance can do; it tells nothing of how often.

    Parameters
    ----------
    what
        The effect, or what is lowered.
    grade
        How it is known; a claim is never derived.
    sources
        Keys of the sources that say so of this substance, or of its whole class.
    note
        Why, where it is a judgement.

    Raises
    ------
    TableError
        If a sourced claim names no source, or a judged one gives no note.
    """

    what: Effect | Lowered
    grade: Grade
    sources: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if self.grade is Grade.DERIVED:
            raise TableError(f"The claim of {self.what} is graded derived; a claim in words is sourced or expert.")
        if self.grade is Grade.SOURCED and not self.sources:
            raise TableError(f"The claim of {self.what} is graded sourced but names no source.")
        if self.grade is Grade.EXPERT and not self.note:
            raise TableError(f"The claim of {self.what} is graded expert but its note says not why.")


def claims_from_table(
    table: Mapping[str, Mapping[str, Any]], kind: type[Effect] | type[Lowered], where: str
) -> tuple[Claim, ...]:
    """Return the claims of one kind that a table gives, in its order; `where` names the substance in messages.

    Raises
    ------
    TableError
        If a claim is unknown or incomplete.
    """
    try:
        return tuple(
            Claim(
                what=kind(name),
                grade=Grade(row["grade"]),
                sources=tuple(row.get("sources", ())),
                note=row.get("note", ""),
            )
            for name, row in table.items()
        )
    except KeyError as error:
        raise TableError(f"{where}: a claim has no {error}.") from error
    except (ValueError, TableError) as error:
        raise TableError(f"{where}: {error}") from error
