"""Everything that the contract lets a person take: what it does to nerve and muscle, and how fast the body clears it.

A substance is one table of ``substances.toml``, with the contract's key, name and class label. Many labels of the
contract mean the same class (``cholinesterase inh.``); `Substance.class_key` is the one name of each.
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
from myotwitch.sources import Figure, Grade, check_sources_known, figure_from_row, load_sources, read_table

ROOM = "myotwitch.substances"


class ClearingLaw(StrEnum):
    """How what was taken leaves the body."""

    FIRST_ORDER = "first_order"
    """The same share every hour: one half-life describes it."""
    MICHAELIS_MENTEN = "michaelis_menten"
    """About the same amount every hour, as long as there is much of it (alcohol)."""
    EFFECT_OUTLASTS = "effect_outlasts"
    """The effect lasts longer than the substance, or the body keeps its level: a half-life would mislead."""


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
class Substance:
    """A substance of the contract.

    Parameters
    ----------
    key
        Its name in the contract.
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
    effects
        What taking it can do to the muscles; a claim of the row, graded with it.
    lowers
        What it can lower in the blood; a claim of the row, graded with it.
    law
        How it leaves the body.
    half_life
        Elimination half-life **[h]**; None where `law` is not first order.
    elimination_rate
        Fall of the concentration at saturation **[g/L/h]**; None except for `ClearingLaw.MICHAELIS_MENTEN`.
    usual_amount
        What an adult usually takes in a day **[mg]**; None where there is no usual amount.
    grade, sources, note
        How mechanism, effects and lowered values are known.
    """

    key: str
    name: str
    class_label: str
    class_key: str
    synonyms: tuple[str, ...]
    mechanism: str
    effects: tuple[Effect, ...]
    lowers: tuple[Lowered, ...]
    law: ClearingLaw
    half_life: Figure | None
    elimination_rate: Figure | None
    usual_amount: Figure | None
    grade: Grade
    sources: tuple[str, ...]
    note: str

    def __post_init__(self) -> None:
        where = f"The substance {self.key}"
        if (self.half_life is None) is (self.law is ClearingLaw.FIRST_ORDER):
            raise TableError(f"{where} clears by {self.law}; only first order has, and needs, a half-life.")
        if (self.elimination_rate is None) is (self.law is ClearingLaw.MICHAELIS_MENTEN):
            raise TableError(
                f"{where} clears by {self.law}; only michaelis_menten has, and needs, an elimination rate."
            )
        for figure in (self.half_life, self.elimination_rate, self.usual_amount):
            if figure is not None and figure.low <= 0:
                raise TableError(
                    f"{where} has a figure whose spread reaches {figure.low} {figure.unit}; it must be > 0."
                )
        if self.grade is Grade.SOURCED and not self.sources:
            raise TableError(f"{where} is graded sourced but names no source.")
        if self.grade is not Grade.SOURCED and not self.note:
            raise TableError(f"{where} is graded {self.grade} but its note says not why.")

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


_REQUIRED = frozenset({"name", "class_label", "class_key", "mechanism", "effects", "lowers", "law", "grade"})
_ALLOWED = _REQUIRED | {"synonyms", "sources", "note", "half_life", "elimination_rate", "usual_amount"}


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
            effects=tuple(Effect(effect) for effect in row["effects"]),
            lowers=tuple(Lowered(analyte) for analyte in row["lowers"]),
            law=ClearingLaw(row["law"]),
            half_life=_figure(row, "half_life", "h", where),
            elimination_rate=_figure(row, "elimination_rate", "g/L/h", where),
            usual_amount=_figure(row, "usual_amount", "mg", where),
            grade=Grade(row["grade"]),
            sources=tuple(row.get("sources", ())),
            note=row.get("note", ""),
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
        figures = (substance.half_life, substance.elimination_rate, substance.usual_amount)
        cited = substance.sources + tuple(source for figure in figures if figure for source in figure.sources)
        check_sources_known(cited, sources, f"The substance {key}")
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
"""Every substance by its key, in the order of the contract."""

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
    known = _substance_of_name()
    words = _plain_words(name)
    if words not in known:
        raise UnknownNameError(
            f"No substance is called {name!r}; give its international name, such as 'salbutamol' or 'magnesium'."
            f"{nearest_name(words, list(known))}"
        )
    return known[words]
