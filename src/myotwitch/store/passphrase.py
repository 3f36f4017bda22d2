"""A passphrase for a store that had none, or another one: the file is encrypted anew as a whole (SQLCipher)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from myotwitch.errors import StoreError
from myotwitch.language import _, ngettext
from myotwitch.store.connecting import BUSY_S, sqlite_module

SHORTEST = 12
"""Signs that a new passphrase needs, of a store as of a backup; what has a shorter one from before is opened by it."""


def check_new_passphrase(passphrase: str) -> None:
    """Pass if something may be put under a passphrase.

    Raises
    ------
    StoreError
        If it is too short.
    """
    if len(passphrase) < SHORTEST:
        raise StoreError(
            ngettext(
                "The passphrase has {count} sign; a new one needs at least {least}.",
                "The passphrase has {count} signs; a new one needs at least {least}.",
                len(passphrase),
            ).format(count=len(passphrase), least=SHORTEST)
        )


def set_passphrase(file: Path, before: str | None, after: str) -> None:
    """Put a store under a passphrase; nobody may have it open.

    A file that was not encrypted is copied into an encrypted one, which takes its place when it has been read again;
    until then the old one stays as it is.

    Parameters
    ----------
    file
        The store.
    before, after
        Its passphrase until now, None if it has none; and from now on.

    Raises
    ------
    StoreError
        If the passphrase is too short, SQLCipher is not installed, or the store cannot be opened.

    Limits
    ------
    What lay on the disk unencrypted before may be found there by those who search the disk itself.
    """
    check_new_passphrase(after)
    module = sqlite_module(after)
    try:
        if before is None:
            _encrypt(module, file, after)
        else:
            _encrypt_again(module, file, before, after)
    except module.Error as error:
        raise StoreError(
            _("{file} could not be put under the passphrase ({error}); it is as it was.").format(file=file, error=error)
        ) from error


def _encrypt(module: Any, file: Path, after: str) -> None:
    new = file.with_name(f"{file.name}.encrypting")
    new.unlink(missing_ok=True)
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, file.stat().st_mode & 0o777))
    try:
        source = module.connect(str(file), timeout=BUSY_S, isolation_level=None)
        try:
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            source.execute("ATTACH DATABASE ? AS encrypted KEY ?", (str(new), after))
            source.execute("BEGIN EXCLUSIVE")  # a writer elsewhere would write into what is about to be replaced
            source.execute("SELECT sqlcipher_export('encrypted')")
            for number in ("application_id", "user_version"):
                value = int(source.execute(f"PRAGMA main.{number}").fetchone()[0])
                source.execute(f"PRAGMA encrypted.{number} = {value}")
            source.execute("COMMIT")
            source.execute("DETACH DATABASE encrypted")
        finally:
            source.close()
        _read_again(module, new, after)
        new.replace(file)
        for name in ("-wal", "-shm"):
            file.with_name(file.name + name).unlink(missing_ok=True)
    finally:
        new.unlink(missing_ok=True)


def _encrypt_again(module: Any, file: Path, before: str, after: str) -> None:
    connection = module.connect(str(file), timeout=BUSY_S, isolation_level=None)
    try:
        connection.execute(f"PRAGMA key = {_quoted(before)}")
        connection.execute("SELECT count(*) FROM sqlite_master")
        connection.execute("PRAGMA journal_mode = DELETE")  # the log would still hold pages under the old passphrase
        connection.execute(f"PRAGMA rekey = {_quoted(after)}")
    finally:
        connection.close()
    _read_again(module, file, after)


def _read_again(module: Any, file: Path, passphrase: str) -> None:
    connection = module.connect(str(file), isolation_level=None)
    try:
        connection.execute(f"PRAGMA key = {_quoted(passphrase)}")
        told = [row[0] for row in connection.execute("PRAGMA integrity_check").fetchall()]
        if told != ["ok"]:
            raise StoreError(_("The encrypted copy of {file} is not whole; the store is as it was.").format(file=file))
    finally:
        connection.close()


def _quoted(passphrase: str) -> str:
    return "'" + passphrase.replace("'", "''") + "'"
