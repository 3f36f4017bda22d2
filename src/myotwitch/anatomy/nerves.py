"""The nerves that drive muscles, their spinal roots, and which nerve is a branch of which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from myotwitch.anatomy.rows import read_rows, split_cell
from myotwitch.errors import TableError, UnknownNameError, nearest_name
from myotwitch.language import _
from myotwitch.sources import check_sources_known, load_sources

ROOTS: tuple[str, ...] = (
    *(f"CN {number}" for number in ("III", "IV", "V", "VI", "VII", "IX", "X", "XI", "XII")),
    *(f"C{number}" for number in range(1, 9)),
    *(f"T{number}" for number in range(1, 13)),
    *(f"L{number}" for number in range(1, 6)),
    *(f"S{number}" for number in range(1, 6)),
)
"""Cranial nerves that move muscles (``CN VII``) and spinal roots (``L5``), from head to tail."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Nerve:
    """A nerve, or a group of like nerves, that drives muscles.

    Parameters
    ----------
    key
        Name in tables, such as ``deep_fibular``.
    latin
        Latin name.
    name
        The doctor's name.
    plain_name
        The name that a person understands.
    part_of
        Key of the nerve of which it is a branch; None where it is none of the table.
    roots
        Spinal roots, or the cranial nerve, from head to tail.
    sources
        Keys of the room's sources; empty where the row is textbook knowledge that was not read again.
    """

    key: str
    latin: str
    name: str
    plain_name: str
    part_of: str | None
    roots: tuple[str, ...]
    sources: tuple[str, ...]


def _load_nerves() -> Mapping[str, Nerve]:
    """Return the nerves of ``nerves.csv`` by key, each checked."""
    nerves: dict[str, Nerve] = {}
    for key, row in read_rows("nerves.csv").items():
        nerves[key] = Nerve(
            key=key,
            latin=row["latin"],
            name=row["name"],
            plain_name=row["plain_name"],
            part_of=row["part_of"] or None,
            roots=split_cell(row["roots"]),
            sources=split_cell(row["sources"]),
        )
        check_sources_known(nerves[key].sources, load_sources("myotwitch.anatomy"), f"The nerve {key}")
        check_roots_known(nerves[key].roots, f"The nerve {key}")
    for nerve in nerves.values():
        if nerve.part_of is not None and nerve.part_of not in nerves:
            raise TableError(f"The nerve {nerve.key} is part of the unknown nerve {nerve.part_of!r}.")
    return MappingProxyType(nerves)


def check_roots_known(roots: tuple[str, ...], where: str) -> None:
    """Pass if there is at least one root and each is one of `ROOTS`.

    Raises
    ------
    TableError
        Naming `where` and the unknown root.
    """
    if not roots:
        raise TableError(f"{where} has no root; give at least one, such as C5 or CN VII.")
    for root in roots:
        if root not in ROOTS:
            raise TableError(f"{where} has the unknown root {root!r}; roots are written as C5, T1, L4, S2 or CN VII.")


NERVES: Mapping[str, Nerve] = _load_nerves()
"""Every nerve by its key."""


def with_trunks(nerve_key: str) -> tuple[str, ...]:
    """Return the nerve and every nerve of which it is a branch, the nearest first.

    Raises
    ------
    UnknownNameError
        If `nerve_key` is not in the table.

    Examples
    --------
    >>> with_trunks("deep_fibular")
    ('deep_fibular', 'common_fibular', 'sciatic')
    """
    if nerve_key not in NERVES:
        raise UnknownNameError(
            _("The nerve {nerve_key} is not known.{hint}").format(
                nerve_key=repr(nerve_key), hint=nearest_name(nerve_key, list(NERVES))
            )
        )
    chain = [nerve_key]
    while (trunk := NERVES[chain[-1]].part_of) is not None:
        if trunk in chain:
            raise TableError(f"The nerve {nerve_key} is part of itself: {' → '.join([*chain, trunk])}.")
        chain.append(trunk)
    return tuple(chain)
