"""Connections to a database, set so that what is confirmed stays: SQLite, SQLCipher or PostgreSQL."""

from __future__ import annotations

import os
import ssl
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from myotwitch.errors import StoreError
from myotwitch.language import _
from myotwitch.store.address import Address
from myotwitch.store.tables import APPLICATION_ID

BUSY_S = 30.0
"""For how long a writer waits for another."""
DEFERRED, IMMEDIATE, NONE = "BEGIN", "BEGIN IMMEDIATE", ""
"""How a transaction begins in SQLite; the execution option ``begin`` chooses. IMMEDIATE: two writers take turns."""

SETTINGS = (
    # FULL: a commit has reached the disk when it returns, also in WAL mode.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    # Nothing of a diary in the folder for temporary files.
    "PRAGMA temp_store=MEMORY",
    "PRAGMA trusted_schema=OFF",
)


def connect(address: Address, passphrase: str | None) -> tuple[Engine, bool]:
    """Return the engine of a store, and whether it can only be read.

    Raises
    ------
    StoreError
        If the driver that it needs is not installed.
    """
    if address.file is None:
        return _postgresql(address), False
    module = sqlite_module(passphrase)
    mode = _mode(address.file)

    def open_file() -> Any:
        uri = f"{address.file.absolute().as_uri()}?{mode}"  # type: ignore[union-attr]  # told above
        connection = module.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, passphrase, can_write=mode == WRITABLE)
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(
        "sqlite://", module=module, creator=open_file, poolclass=QueuePool, pool_size=8, hide_parameters=True
    )
    event.listen(engine, "begin", _begin)
    return engine, mode != WRITABLE


WRITABLE = "mode=rwc"


def _mode(file: Path) -> str:
    """Return how to open a file: what may not be written, or lies where nothing may, is opened for reading."""
    folder = file.absolute().parent
    if not file.exists() or (os.access(file, os.W_OK, **_AS_US) and os.access(folder, os.W_OK, **_AS_US)):
        return WRITABLE
    # Beside a log of changes there may be a writer, whose memory file is needed; without one nobody writes.
    has_log = file.with_name(f"{file.name}-wal").exists()
    return "mode=ro" if has_log else "mode=ro&immutable=1"


_AS_US: dict[str, bool] = {"effective_ids": True} if os.access in os.supports_effective_ids else {}


def sqlite_module(passphrase: str | None) -> Any:
    """Return the library that opens a file with or without a passphrase.

    Raises
    ------
    StoreError
        If it is not installed.
    """
    if passphrase is None:
        import sqlite3

        return sqlite3
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise StoreError(
            _("A store under a passphrase needs SQLCipher; install it with: pip install 'myotwitch[encrypt]'")
        ) from error
    return dbapi2


def _prepare(connection: Any, passphrase: str | None, *, can_write: bool) -> None:
    if passphrase is not None:
        connection.execute("PRAGMA cipher_log_level = NONE")  # the person is told in words
        connection.execute("PRAGMA key = '" + passphrase.replace("'", "''") + "'")
    for setting in SETTINGS:
        connection.execute(setting)
    if can_write and _is_ours(connection):
        _use_log(connection)


def _is_ours(connection: Any) -> bool:
    """Return whether a file is a store, or still empty: the file of another program is not even switched to a log."""
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return not tables or connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID


def _use_log(connection: Any) -> None:
    """Switch to write-ahead logging; SQLite does not wait for others here by itself, so this does."""
    until = time.monotonic() + BUSY_S
    while True:
        try:
            if connection.execute("PRAGMA journal_mode=WAL").fetchone()[0] == "wal" or time.monotonic() > until:
                return
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.02)


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get("begin", DEFERRED)
    if statement:
        connection.exec_driver_sql(statement)


def _postgresql(address: Address) -> Engine:
    try:
        import pg8000  # noqa: F401  # only whether it is there
    except ImportError as error:
        raise StoreError(
            "A store in PostgreSQL needs pg8000; install it with: pip install 'myotwitch[postgresql]'"
        ) from error
    assert address.url is not None
    mode = str(address.url.query.get("sslmode", ""))
    settings = {"application_name": "myotwitch", "ssl_context": _tls(mode)}
    url = address.url.difference_update_query(["sslmode"])
    return create_engine(url, hide_parameters=True, connect_args=settings, pool_pre_ping=True)


def _tls(mode: str) -> ssl.SSLContext | None:
    """Return how to encrypt the way to the server, for the words of PostgreSQL's own ``sslmode``."""
    if mode in ("", "disable", "allow", "prefer"):
        return None
    context = ssl.create_default_context()
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
