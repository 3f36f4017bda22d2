"""Erasing: nothing of a person stays in the store, its free pages or its log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, select, text

from myotwitch.errors import StoreError
from myotwitch.language import _
from myotwitch.store.copies import KnownCopy, copies_in
from myotwitch.store.persons import person_id_of
from myotwitch.store.rows import time_of
from myotwitch.store.store import Store
from myotwitch.store.tables import ACTION, COPY, DRAFT, METADATA, PERSON, PROFILE, VERSION


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What was erased, and what was not because it lies outside the store.

    Parameters
    ----------
    persons
        Whose diaries are gone.
    versions
        Versions of entries that are gone.
    elsewhere
        Backups, exports and recordings that the store knew of; they are the person's own files and stay.
    """

    persons: tuple[str, ...]
    versions: int
    elsewhere: tuple[KnownCopy, ...]


def erase(store: Store, person: str | None) -> Erased:
    """Erase a person with everything of theirs, or everybody where none is given; this cannot be undone.

    Raises
    ------
    UnknownNameError
        If there is no such person.
    StoreError
        If another program is reading the store, so that its log cannot be emptied.
    """
    if store.engine.dialect.name == "sqlite":
        _empty_log(store, _("Nothing was erased"))
    with store.writing() as connection:
        person_id = None if person is None else person_id_of(connection, store, person)
        erased = _found(connection, person_id)
        for table in (DRAFT, COPY, PROFILE, VERSION, ACTION):
            statement = delete(table)
            connection.execute(statement if person_id is None else statement.where(table.c.person_id == person_id))
        connection.execute(delete(PERSON) if person_id is None else delete(PERSON).where(PERSON.c.id == person_id))
    _rewrite(store)
    return erased


def _found(connection: Connection, person_id: int | None) -> Erased:
    persons = select(PERSON.c.name).order_by(PERSON.c.id)
    versions = select(VERSION.c.kind, VERSION.c.time_us, VERSION.c.body)
    if person_id is not None:
        persons = persons.where(PERSON.c.id == person_id)
        versions = versions.where(VERSION.c.person_id == person_id)
    count = 0
    recordings: dict[str, KnownCopy] = {}
    for kind, time_us, body in connection.execute(versions):
        count += 1
        if kind == "recording" and body is not None:
            said = json.loads(body)
            name = str(said.get("file") or _("the recording with the SHA-256 {sha256}").format(sha256=said["sha256"]))
            recordings[name] = KnownCopy(
                file=name, kind="recording", is_encrypted=False, made=time_of(time_us), is_there=Path(name).exists()
            )
    return Erased(
        persons=tuple(connection.execute(persons).scalars()),
        versions=count,
        elsewhere=(*copies_in(connection, person_id), *recordings.values()),
    )


def _rewrite(store: Store) -> None:
    """Write what is left anew, so that no free page and no log holds what was erased."""
    if store.engine.dialect.name == "sqlite":
        with store.without_transaction() as connection:
            connection.execute(text("VACUUM"))
        _empty_log(store, _("What was asked for is erased from the file"))
        return
    with store.without_transaction() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(text(f"VACUUM (FULL) {table.name}"))


def _empty_log(store: Store, so_far: str) -> None:
    """Bring everything from the log into the file and cut the log to nothing; waits for readers as writers do."""
    with store.without_transaction() as connection:
        is_busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
    if is_busy:
        raise StoreError(
            _(
                "Another program is reading {address}, so its log cannot be emptied. {so_far}; close the "
                "other program and try again."
            ).format(address=store.address, so_far=so_far)
        )
