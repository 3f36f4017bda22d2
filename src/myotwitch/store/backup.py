"""Backup and restoring: all that a store holds, with its whole history, as one file of one form for every database.

A backup is an SQLite store made in memory from one consistent state, encrypted with age unless plain is asked for; so
nothing readable of it ever lies on the disk, and an old one goes through the same steps forward as an old store.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, insert, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from myotwitch.errors import StoreError, UnknownNameError, nearest_name
from myotwitch.language import _
from myotwitch.store.address import SQLITE_HEAD, Address
from myotwitch.store.copies import remember_copy, write_copy
from myotwitch.store.passphrase import check_new_passphrase
from myotwitch.store.rows import ROWS_AT_ONCE
from myotwitch.store.schema import bring_forward
from myotwitch.store.sealing import AGE_HEAD, opened, sealed
from myotwitch.store.store import Store
from myotwitch.store.tables import ACTION, COPY, PERSON, PROFILE, VERSION

FORMAT_BYTES = slice(18, 20)
"""Where an SQLite file says whether it uses a log: 2 with, 1 without."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What a backup holds: whose diaries, and how many versions of entries."""

    persons: tuple[str, ...]
    versions: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Backup:
    """A backup that was opened: whose diaries are wanted of it, and the connection that reads them."""

    file: Path
    is_encrypted: bool
    names: tuple[str, ...]
    source: Connection


def write_backup(store: Store, file: Path, *, passphrase: str | None, force: bool = False) -> Kept:
    """Write everything that a store holds to one file; without a passphrase it can be read by anybody.

    Drafts of forms stay behind: they were never confirmed.

    Raises
    ------
    StoreError
        If the passphrase is too short, or the file exists or cannot be written.
    """
    if passphrase is not None:
        check_new_passphrase(passphrase)
    if file.exists() and not force:
        raise StoreError(
            _("The file {file} exists already; choose another name, or add --force to write over it.").format(file=file)
        )
    memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    with _opened_in_memory(memory, file) as target, store.reading() as source:
        names = tuple(source.execute(select(PERSON.c.name).order_by(PERSON.c.id)).scalars())
        versions = _copy(source, target, names)
    content = memory.serialize()
    memory.close()
    write_copy(content if passphrase is None else sealed(content, passphrase), file, force=force)
    remember_copy(store, None, "backup", file, is_encrypted=passphrase is not None)
    return Kept(persons=names, versions=versions)


def is_sealed(file: Path) -> bool:
    """Return whether a backup needs a passphrase.

    Raises
    ------
    StoreError
        If it cannot be read, or is no backup.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(len(AGE_HEAD))
    except OSError as error:
        reason = _("there is no such file") if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise StoreError(_("The backup {file} cannot be read: {reason}.").format(file=file, reason=reason)) from error
    if head == AGE_HEAD:
        return True
    if not head.startswith(SQLITE_HEAD):
        raise StoreError(
            _("{file} is no backup of a diary; name a file that myotwitch diary backup has written.").format(file=file)
        )
    return False


@contextmanager
def opened_backup(file: Path, *, passphrase: str | None, person: str | None = None) -> Iterator[Backup]:
    """Give a backup, opened; so it is known to be whole before there is a store to restore it into.

    Raises
    ------
    StoreError
        If it cannot be opened.
    UnknownNameError
        If `person` is given and not in it.
    """
    content = _content(file, passphrase)
    memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        memory.deserialize(content)
        with _opened_in_memory(memory, file) as source:
            names = tuple(_wanted(source, person, file))
            yield Backup(file=file, is_encrypted=passphrase is not None, names=names, source=source)
    finally:
        memory.close()


def restore_from(store: Store, backup: Backup) -> Kept:
    """Bring back what is wanted of a backup, with its history, into a store without persons of the same names.

    Raises
    ------
    StoreError
        If the store has a person of such a name; nothing was changed.
    """
    with store.writing() as target:
        taken = sorted(set(backup.names) & set(target.execute(select(PERSON.c.name)).scalars()))
        if taken:
            raise StoreError(
                _(
                    "{address} has a diary of {taken} already, and nothing is written over. Restore into a "
                    "new store (--store NEW.db), or erase that diary first."
                ).format(address=store.address, taken=", ".join(taken))
            )
        versions = _copy(backup.source, target, backup.names)
    remember_copy(store, None, "backup", backup.file, is_encrypted=backup.is_encrypted)
    return Kept(persons=backup.names, versions=versions)


def restore_backup(store: Store, file: Path, *, passphrase: str | None, person: str | None = None) -> Kept:
    """Bring back what a backup holds into a store that is open already; as `opened_backup` and `restore_from`."""
    with opened_backup(file, passphrase=passphrase, person=person) as backup:
        return restore_from(store, backup)


def _content(file: Path, passphrase: str | None) -> bytes:
    is_encrypted = is_sealed(file)
    if is_encrypted and passphrase is None:
        raise StoreError(_("The backup {file} is encrypted; give its passphrase.").format(file=file))
    log = file.with_name(f"{file.name}-wal")
    if not is_encrypted and log.exists() and log.stat().st_size > 0:
        raise StoreError(
            _(
                "{file} is a store in use, with a log beside it; make a backup of it with: myotwitch diary backup"
            ).format(file=file)
        )
    content = file.read_bytes()
    if is_encrypted:
        assert passphrase is not None
        content = opened(content, passphrase, str(file))
    # A store that was copied as a file says that it uses a log, which nothing in memory has.
    return content[: FORMAT_BYTES.start] + b"\x01\x01" + content[FORMAT_BYTES.stop :]


class _opened_in_memory:  # noqa: N801  # used as a function
    """Give a connection to a store in memory, in the newest schema."""

    def __init__(self, memory: sqlite3.Connection, file: Path) -> None:
        self._file = file
        self._engine = create_engine("sqlite://", creator=lambda: memory, poolclass=StaticPool, hide_parameters=True)

    def __enter__(self) -> Connection:
        self._connection = self._engine.connect()
        try:
            bring_forward(self._connection, Address(file=self._file))
        except DatabaseError as error:
            raise StoreError(_("The backup {file} is damaged; use another.").format(file=self._file)) from error
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.commit()
        self._connection.close()


def _wanted(source: Connection, person: str | None, file: Path) -> list[str]:
    names = list(source.execute(select(PERSON.c.name).order_by(PERSON.c.id)).scalars())
    if person is None:
        return names
    if person not in names:
        raise UnknownNameError(
            _("There is no person {person} in the backup {file}.{hint} It holds {names}.").format(
                person=repr(person), file=file, hint=nearest_name(person, names), names=", ".join(names)
            )
        )
    return [person]


def _copy(source: Connection, target: Connection, names: Sequence[str]) -> int:
    """Copy persons with everything of theirs; return how many versions of entries."""
    versions = 0
    for row in source.execute(select(PERSON).where(PERSON.c.name.in_(names)).order_by(PERSON.c.id)).all():
        made = insert(PERSON).values(name=row.name, created_us=row.created_us).returning(PERSON.c.id)
        person_id = target.execute(made).scalar_one()
        for table in (ACTION, VERSION, PROFILE):
            count = _copy_table(source, target, table, row.id, person_id)
            versions += count if table is VERSION else 0
        _copy_table(source, target, COPY, row.id, person_id)
    _copy_table(source, target, COPY, None, None)
    return versions


def _copy_table(source: Connection, target: Connection, table: Table, old_id: int | None, new_id: int | None) -> int:
    count = 0
    statement = select(table).where(table.c.person_id == old_id).order_by(*table.primary_key.columns)
    adding: Any = insert(table)
    if target.dialect.name == "postgresql":
        adding = adding.returning(table.c.person_id)
    rows = source.execute(statement)
    while some := rows.fetchmany(ROWS_AT_ONCE):
        given = [{**row._mapping, "person_id": new_id} for row in some]
        for one in given:
            one.pop("id", None)
        target.execute(adding, given)
        count += len(given)
    return count
