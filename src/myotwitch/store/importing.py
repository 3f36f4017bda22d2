"""Importing: many entries at once, as one action, without those that the diary says already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from myotwitch.diary import DiaryPerson, Entry
from myotwitch.errors import StoreError
from myotwitch.language import _
from myotwitch.store.actions import begin_action
from myotwitch.store.persons import person_id_of, profile_in, write_profile, writer_id_of
from myotwitch.store.rows import current_versions, row_of, write_versions
from myotwitch.store.store import Store
from myotwitch.store.tables import VERSION


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What an import added.

    Parameters
    ----------
    action
        The action that made it, and takes it back as a whole; None where nothing was new.
    added
        The new entries.
    duplicates
        Those that the diary said already.
    """

    action: int | None
    added: tuple[Entry, ...]
    duplicates: tuple[Entry, ...]


def import_entries(
    store: Store, person: str | None, entries: Sequence[Entry], *, source: str, command: str,
    profile: DiaryPerson | None = None,
) -> Imported:  # fmt: skip
    """Add the entries that are new to a person's diary, all of them or none.

    Parameters
    ----------
    profile
        What the file says about the person; taken where nothing is known yet.

    Method
    ------
    An entry is a duplicate if one in the diary says the same, or said so before it was edited. Each entry of the diary
    answers for one at most, so that two equal rows of a file stay two. An entry with the key of one in the diary is a
    duplicate, too; with the key of one that was removed it comes back as its next version.
    """
    rows = [row_of(entry) for entry in entries]
    with store.writing() as connection:
        person_id = writer_id_of(connection, store, person)
        known = _known(connection, person_id)
        is_new = _new_ones(known, rows)
        is_told = profile is not None and profile_in(connection, person_id) is None
        action = None
        if any(is_new) or is_told:
            action = begin_action(connection, store, person_id, "import", command, source=source)
            new = (
                {**action.at, **row, "version": known.removed.get(row["entry_key"], 0) + 1}
                for row, is_missing in zip(rows, is_new, strict=True)
                if is_missing
            )
            write_versions(connection, new)
            if profile is not None and is_told:
                write_profile(connection, action.at, profile.model_dump_json(exclude_none=True))
    return _imported(entries, is_new, None if action is None else action.number)


def preview_import(store: Store, person: str | None, entries: Sequence[Entry]) -> Imported:
    """Return what an import would add, and change nothing."""
    with store.reading() as connection:
        known = _known(connection, person_id_of(connection, store, person))
    return _imported(entries, _new_ones(known, [row_of(entry) for entry in entries]), None)


def _imported(entries: Sequence[Entry], is_new: Sequence[bool], action: int | None) -> Imported:
    told = list(zip(entries, is_new, strict=True))
    return Imported(
        action=action,
        added=tuple(entry for entry, new in told if new),
        duplicates=tuple(entry for entry, new in told if not new),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What a diary holds: which entries say what now, which said what earlier, and the versions of removed ones."""

    current: dict[str, list[str]]
    earlier: dict[str, list[str]]
    living: frozenset[str]
    removed: dict[str, int]


def _new_ones(known: _Known, rows: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Return which rows the diary does not say already."""
    keys = [row["entry_key"] for row in rows]
    repeated = [key for key, count in Counter(keys).items() if count > 1]
    if repeated:
        raise StoreError(
            _("The key {repeated} stands twice in what is imported; every entry needs its own.").format(
                repeated=repeated[0]
            )
        )
    is_known = [key in known.living for key in keys]
    answered = set(keys)
    # What an entry says now answers before what one said earlier, so that both of a pair can be recognised.
    for said in (known.current, known.earlier):
        for index, row in enumerate(rows):
            waiting = said.get(row["fingerprint"], [])
            while not is_known[index] and waiting:
                key = waiting.pop()
                is_known[index] = key not in answered
                answered.add(key)
    return [not known for known in is_known]


def _known(connection: Connection, person_id: int) -> _Known:
    columns = (VERSION.c.entry_key, VERSION.c.fingerprint, VERSION.c.version)
    current: dict[str, list[str]] = {}
    earlier: dict[str, list[str]] = {}
    living: dict[str, int] = {}
    removed: dict[str, int] = {}
    for key, fingerprint, version in connection.execute(current_versions(person_id).with_only_columns(*columns)):
        if fingerprint is None:
            removed[key] = version
        else:
            living[key] = version
            current.setdefault(fingerprint, []).append(key)
    if any(version > 1 for version in living.values()):
        statement = select(*columns).where(VERSION.c.person_id == person_id, VERSION.c.fingerprint.is_not(None))
        for key, fingerprint, version in connection.execute(statement):
            if version < living.get(key, 0):
                earlier.setdefault(fingerprint, []).append(key)
    return _Known(current=current, earlier=earlier, living=frozenset(living), removed=removed)
