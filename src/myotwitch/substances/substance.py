"""Everything that the contract lets a person take: what it does to nerve and muscle, and how fast the body clears it.

A substance is one table of ``substances.toml``, with the contract's key, name and class label; behind those of the
contract stand others that people commonly take. Many labels of the contract mean the same class (``cholinesterase
inh.``); `Substance.class_key` is the one name of each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from myotwitch.errors import TableError, UnknownNameError, nearest_name
from myotwitch.language import _
from myotwitch.sources import Figure, Grade, check_sources_known, figure_from_row, load_sources, read_table
from myotwitch.substances.claims import Claim, Effect, Lowered, claims_from_table
from myotwitch.substances.timing import Shift, Withdrawal, shifts_from_table, withdrawal_from_table

ROOM = "myotwitch.substances"


class ClearingLaw(StrEnum):
    """How what was taken leaves the body."""

    FIRST_ORDER = "first_order"
    """The same share every hour: one half-life describes it."""
    MICHAELIS_MENTEN = "michaelis_menten"
    """About the same amount every hour, as long as there is much of it (alcohol)."""
    EFFECT_OUTLASTS = "effect_outlasts"
    """The effect lasts longer than the substance, or the body keeps its level: a half-life would mislead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Substance:
    """Something that people take, of the contract or beyond it.

    Parameters
    ----------
    key
        Its name in cases; that of the contract where it is one of its own.
    name
        Its name for a reader.
    class_label
        Its class in the contract's words.
    class_key
        Its class in one word of this project; labels that mean the same share it.
    synonyms
        Other names that mean this substance alone; no brands.
    mechanism
        How it acts on nerve and muscle, in one clause.
    grade, sources, note
        How the mechanism is known.
    effect_claims
        What taking it can do to the muscles, each graded.
    lowered_claims
        What it can lower in the blood, each graded.
    law
        How it leaves the body.
    half_life
        Elimination half-life **[h]**; None where `law` is not first order.
    elimination_rate
        Fall of the concentration at saturation **[g/L/h]**; None except for `ClearingLaw.MICHAELIS_MENTEN`.
    usual_amount
        What an adult usually takes in a day **[mg]**; None where there is no usual amount.
    effect_window_days
        From the last intake until its effect is over **[d]**, where that lasts longer than the substance; None where
        its presence tells its effect.
    withdrawal
        When stopping it after regular use makes itself felt; None where no withdrawal with muscle signs is known.
    shifts
        What stretches or shortens its half-life, where a source tells by how much.

    Raises
    ------
    TableError
        If the figures do not fit the law, a spread reaches 0, or a grade lacks its source or note.
    """

    key: str
    name: str
    class_label: str
    class_key: str
    synonyms: tuple[str, ...]
    mechanism: str
    grade: Grade
    sources: tuple[str, ...]
    note: str
    effect_claims: tuple[Claim, ...]
    lowered_claims: tuple[Claim, ...]
    law: ClearingLaw
    half_life: Figure | None
    elimination_rate: Figure | None
    usual_amount: Figure | None
    effect_window_days: Figure | None
    withdrawal: Withdrawal | None
    shifts: tuple[Shift, ...]

    def __post_init__(self) -> None:
        where = f"The substance {self.key}"
        if (self.half_life is None) is (self.law is ClearingLaw.FIRST_ORDER):
            raise TableError(f"{where} clears by {self.law}; only first order has, and needs, a half-life.")
        if (self.elimination_rate is None) is (self.law is ClearingLaw.MICHAELIS_MENTEN):
            raise TableError(
                f"{where} clears by {self.law}; only michaelis_menten has, and needs, an elimination rate."
            )
        if self.law is ClearingLaw.EFFECT_OUTLASTS and self.effect_window_days is None:
            raise TableError(f"{where} clears by {self.law}; its effect needs a window.")
        if self.shifts and self.half_life is None:
            raise TableError(f"{where} has no half-life that its circumstances could shift.")
        for figure in self.figures:
            if figure.low <= 0:
                raise TableError(
                    f"{where} has a figure whose spread reaches {figure.low} {figure.unit}; it must be > 0."
                )
        if self.grade is Grade.SOURCED and not self.sources:
            raise TableError(f"{where} is graded sourced but names no source.")
        if self.grade is not Grade.SOURCED and not self.note:
            raise TableError(f"{where} is graded {self.grade} but its note says not why.")

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What taking it can do to the muscles."""
        return tuple(claim.what for claim in self.effect_claims if isinstance(claim.what, Effect))

    @property
    def lowers(self) -> tuple[Lowered, ...]:
        """What it can lower in the blood."""
        return tuple(claim.what for claim in self.lowered_claims if isinstance(claim.what, Lowered))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure that it has."""
        told = self.withdrawal
        return tuple(
            figure
            for figure in (
                self.half_life,
                self.elimination_rate,
                self.usual_amount,
                self.effect_window_days,
                *((told.onset_h, told.peak_h, told.end_d) if told is not None else ()),
                *(shift.factor for shift in self.shifts),
            )
            if figure is not None
        )

    @property
    def cited(self) -> tuple[str, ...]:
        """The keys of every source it rests on, each once."""
        of_claims = (key for claim in (*self.effect_claims, *self.lowered_claims) for key in claim.sources)
        of_figures = (key for figure in self.figures for key in figure.sources)
        return tuple(dict.fromkeys((*self.sources, *of_claims, *of_figures)))

    def belongs_to(self, class_name: str) -> bool:
        """Return True if `class_name` is the contract's label, or this project's key, of its class.

        Examples
        --------
        >>> find_substance("sertraline").belongs_to("SSRI")
        True
        >>> find_substance("pyridostigmine").belongs_to("cholinesterase inhibitor")
        True
        """
        return class_name in CLASS_KEYS and CLASS_KEYS[class_name] == self.class_key


_REQUIRED = frozenset({"name", "class_label", "class_key", "mechanism", "law", "grade"})
_ALLOWED = _REQUIRED | {
    *("synonyms", "sources", "note", "effects", "lowers", "half_life", "elimination_rate", "usual_amount"),
    *("effect_window_days", "withdrawal", "shifts"),
}


def _substance_from_row(key: str, row: Mapping[str, Any]) -> Substance:
    """Return the substance that one table gives."""
    where = f"The substance {key}"
    if faulty := (_REQUIRED - set(row)) | (set(row) - _ALLOWED):
        raise TableError(f"{where} lacks, or has the unknown, entry {min(faulty)!r}.")
    try:
        return Substance(
            key=key,
            name=row["name"],
            class_label=row["class_label"],
            class_key=row["class_key"],
            synonyms=tuple(row.get("synonyms", ())),
            mechanism=row["mechanism"],
            grade=Grade(row["grade"]),
            sources=tuple(row.get("sources", ())),
            note=row.get("note", ""),
            effect_claims=claims_from_table(row.get("effects", {}), Effect, where),
            lowered_claims=claims_from_table(row.get("lowers", {}), Lowered, where),
            law=ClearingLaw(row["law"]),
            half_life=_figure(row, "half_life", "h", where),
            elimination_rate=_figure(row, "elimination_rate", "g/L/h", where),
            usual_amount=_figure(row, "usual_amount", "mg", where),
            effect_window_days=_figure(row, "effect_window_days", "d", where),
            withdrawal=withdrawal_from_table(row["withdrawal"], where) if "withdrawal" in row else None,
            shifts=shifts_from_table(row.get("shifts", {}), where),
        )
    except ValueError as error:
        raise TableError(f"{where}: {error}.") from error


def _figure(row: Mapping[str, Any], name: str, unit: str, where: str) -> Figure | None:
    return figure_from_row(row[name], unit, f"{where}, {name}") if name in row else None


def _load_substances() -> Mapping[str, Substance]:
    """Return the substances of ``substances.toml`` by key, each checked."""
    sources = load_sources(ROOM)
    substances = {key: _substance_from_row(key, row) for key, row in read_table(ROOM, "substances.toml").items()}
    for key, substance in substances.items():
        check_sources_known(substance.cited, sources, f"The substance {key}")
    return MappingProxyType(substances)


def _index_class_keys() -> Mapping[str, str]:
    """Return the class key of every label of the contract and of every class key itself."""
    index: dict[str, str] = {}
    for substance in SUBSTANCES.values():
        for name in (substance.class_label, substance.class_key):
            if index.setdefault(name, substance.class_key) != substance.class_key:
                raise TableError(f"The class {name!r} stands for {index[name]} and for {substance.class_key}.")
    return MappingProxyType(index)


SUBSTANCES: Mapping[str, Substance] = _load_substances()
"""Every substance by its key: those of the contract in its order, then the others."""

CLASS_KEYS: Mapping[str, str] = _index_class_keys()
"""The one key of each class, by the contract's labels and by the keys themselves."""


def substances_of_class(class_name: str) -> tuple[Substance, ...]:
    """Return the substances of a class, named by the contract's label or by the class key.

    Raises
    ------
    UnknownNameError
        If no substance has that class.

    Examples
    --------
    >>> [substance.key for substance in substances_of_class("gabapentinoid")]
    ['gabapentin', 'pregabalin']
    """
    if class_name not in CLASS_KEYS:
        raise UnknownNameError(
            f"No substance has the class {class_name!r}.{nearest_name(class_name, list(CLASS_KEYS))} "
            f"Allowed are {', '.join(sorted(CLASS_KEYS))}."
        )
    return tuple(substance for substance in SUBSTANCES.values() if substance.belongs_to(class_name))


def _plain_words(name: str) -> str:
    """Return `name` in lower case without accents, signs and double spaces."""
    without_accents = "".join(
        sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign)
    )
    return " ".join(re.sub(r"[^a-z0-9]+", " ", without_accents).split())


@cache
def _substance_of_name() -> Mapping[str, Substance]:
    """Return the substance of each key, name and synonym in plain words."""
    index: dict[str, Substance] = {}
    for substance in SUBSTANCES.values():
        for name in (substance.key, substance.name, *substance.synonyms):
            if index.setdefault(_plain_words(name), substance) is not substance:
                raise TableError(f"The name {name!r} means both {index[_plain_words(name)].key} and {substance.key}.")
    return index


def find_substance(name: str) -> Substance:
    """Return the substance that `name` means; case, accents and signs do not matter.

    Raises
    ------
    UnknownNameError
        If no substance is called so; the message gives the nearest name.

    Examples
    --------
    >>> find_substance("Coffee").key
    'caffeine'
    """
    if name in SUBSTANCES:
        return SUBSTANCES[name]
    known = _substance_of_name()
    words = _plain_words(name)
    if words not in known:
        raise UnknownNameError(
            _(
                "No substance is called {name}; give its international name, such as 'salbutamol' or 'magnesium'.{hint}"
            ).format(name=repr(name), hint=nearest_name(words, list(known)))
        )
    return known[words]
