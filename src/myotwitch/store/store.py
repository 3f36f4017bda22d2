"""Store: an open database of diaries, and transactions on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, inspect, text

from myotwitch.errors import StoreError
from myotwitch.language import _
from myotwitch.store.address import Address, Content, address_of, content_of
from myotwitch.store.connecting import IMMEDIATE, NONE, connect
from myotwitch.store.faults import told_plainly
from myotwitch.store.gate import Gate
from myotwitch.store.passphrase import check_new_passphrase
from myotwitch.store.schema import NEWEST, bring_forward, newer_schema, schema_of

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Store:
    """An open store; closes at the end of its ``with`` block.

    Parameters
    ----------
    address
        Where it is.
    engine
        Its connections.
    clock
        What tells when something is recorded. The order of versions never depends on it.
    is_read_only
        The file, or its folder, may not be written.
    is_encrypted
        It is kept under a passphrase.
    gate
        Where its writers pass.
    """

    address: Address
    engine: Engine
    clock: Clock
    is_read_only: bool
    is_encrypted: bool
    gate: Gate = field(default_factory=Gate)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the store, whatever others write meanwhile."""
        with told_plainly(self.address), self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are all made when the block ends, or none is.

        Raises
        ------
        StoreError
            If the store may only be read, the disk is full, or another program does not stop writing.
        """
        if self.is_read_only:
            raise StoreError(
                _(
                    "{address} or its folder may only be read, so nothing can be changed. Give yourself the "
                    "right to write to both, or copy the file elsewhere."
                ).format(address=self.address)
            )
        with self.gate.passing(), told_plainly(self.address), self.engine.connect() as connection:
            connection.execution_options(begin=IMMEDIATE)
            with connection.begin():
                yield connection

    @contextmanager
    def without_transaction(self) -> Iterator[Connection]:
        """Give a connection for what the database does outside of transactions, each statement by itself."""
        with told_plainly(self.address), self.engine.connect() as connection:
            connection.execution_options(begin=NONE, isolation_level="AUTOCOMMIT")
            if self.engine.dialect.name == "postgresql":
                connection.exec_driver_sql("ROLLBACK")  # the look whether the server is there has begun one
            yield connection


def open_store(
    given: str | Path, *, passphrase: str | None = None, create: bool = False, clock: Clock = utc_now
) -> Store:
    """Return the store in a file or at a URL, in the newest schema.

    Parameters
    ----------
    passphrase
        Opens an encrypted file, or makes a new one encrypted; a new one needs `SHORTEST` signs.
    create
        Make it where there is none.

    Raises
    ------
    StoreError
        If there is none, or it cannot be opened; the message says why and what to do.
    """
    address = address_of(given)
    is_new = _check_file(address, passphrase, create=create) if address.file is not None else False
    if address.file is None and passphrase is not None:
        raise StoreError(
            _("{address} is a PostgreSQL database, which no passphrase encrypts; leave it out.").format(address=address)
        )
    with told_plainly(address):
        engine, is_read_only = connect(address, passphrase)
        store = Store(
            address=address, engine=engine, clock=clock, is_read_only=is_read_only, is_encrypted=passphrase is not None
        )
        try:
            _make_ready(store, create=create, is_new=is_new)
        except BaseException:
            store.close()
            raise
    return store


def _check_file(address: Address, passphrase: str | None, *, create: bool) -> bool:
    """Return whether a file is new; refuse one that cannot be a store."""
    file = address.file
    assert file is not None
    content = content_of(file)
    if content is Content.NOTHING:
        if not create:
            raise no_store(address)
        if not file.absolute().parent.is_dir():
            raise StoreError(
                _("There is no folder {parent} for the store {name}; make it first.").format(
                    parent=file.parent, name=file.name
                )
            )
        if passphrase is not None:
            check_new_passphrase(passphrase)
        _make_private(file)
        return True
    if content is Content.SQLITE and passphrase is not None:
        raise StoreError(_("{file} is not encrypted; open it without a passphrase.").format(file=file))
    if content is Content.OTHER and passphrase is None:
        raise StoreError(
            _(
                "{file} is no diary that can be read without a passphrase. If it is encrypted, set "
                "MYOTWITCH_PASSPHRASE or give --passphrase-file; else name another file."
            ).format(file=file)
        )
    return False


def _make_private(file: Path) -> None:
    """Make an empty file that only its owner may read; SQLite gives its log the same rights."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(
            _("The store {file} cannot be made: {strerror}.").format(file=file, strerror=error.strerror or error)
        ) from error


def no_store(address: Address) -> StoreError:
    """Return the error for a store that is not there."""
    return StoreError(
        _(
            "There is no store {address}. Name an existing one, or make it with: myotwitch diary "
            "import FILE.csv --store {address}"
        ).format(address=address)
    )


def _make_ready(store: Store, *, create: bool, is_new: bool) -> None:
    if store.is_encrypted and not is_new:
        _check_passphrase(store)
    if not is_new:
        with store.reading() as connection:
            _check_whole(connection, store.address)
            found = schema_of(connection, store.address)
        if found == NEWEST:
            return
        _check_way_forward(store, found, create=create)
    with store.writing() as connection:
        bring_forward(connection, store.address)


def _check_way_forward(store: Store, found: str | None, *, create: bool) -> None:
    """Pass if the tables can be made, or brought to the newest schema."""
    if found is None and not create:
        raise no_store(store.address)
    if found is not None and (not found.isdecimal() or int(found) > int(NEWEST)):
        raise newer_schema(store.address, found)
    if store.is_read_only:
        raise StoreError(
            _("{address} has an older schema and may only be read; copy it to a folder that may be written.").format(
                address=store.address
            )
        )


def _check_passphrase(store: Store) -> None:
    from sqlalchemy.exc import DatabaseError

    try:
        with store.engine.connect() as connection:
            inspect(connection).get_table_names()
    except DatabaseError as error:
        if "not a database" not in str(error.orig) and "hmac" not in str(error.orig):
            raise
        raise StoreError(
            _(
                "The passphrase does not open {address}: it is another one, or the file is no encrypted "
                "diary, or its beginning is damaged."
            ).format(address=store.address)
        ) from error


def _check_whole(connection: Connection, address: Address) -> None:
    """Refuse a file whose pages do not fit together."""
    if connection.dialect.name != "sqlite":
        return
    found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if found != "ok":
        raise StoreError(
            _(
                "{address} is damaged ({found}). Copy it away first, then restore the newest backup: "
                "myotwitch diary restore BACKUP --store NEW.db."
            ).format(address=address, found=str(found).splitlines()[-1])
        )
