"""Backups and exports that a store knows of: written whole or not at all, and remembered for whoever erases."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, or_, select

from myotwitch.errors import StoreError
from myotwitch.language import _
from myotwitch.store.rows import microseconds_of, time_of
from myotwitch.store.store import Store
from myotwitch.store.tables import COPY


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownCopy:
    """A file with something of the diary in it, outside the store.

    Parameters
    ----------
    file
        Where it was written, or where the recording was.
    kind
        backup, export or recording.
    is_encrypted
        It is under a passphrase.
    made
        When; of a recording, when it was made.
    is_there
        Something of that name is still there.
    """

    file: str
    kind: str
    is_encrypted: bool
    made: datetime
    is_there: bool

    def to_document(self) -> dict[str, Any]:
        """Return the copy as plain JSON values."""
        return {
            "file": self.file, "kind": self.kind, "encrypted": self.is_encrypted, "made_at": self.made.isoformat(),
            "is_there": self.is_there,
        }  # fmt: skip


def write_copy(content: bytes, file: Path, *, force: bool) -> None:
    """Write a file that is whole and on the disk when this returns; readable by its owner alone.

    Raises
    ------
    StoreError
        If it exists and `force` is not given, or it cannot be written; then nothing of that name was changed.
    """
    if file.exists() and not force:
        raise StoreError(
            _("The file {file} exists already; choose another name, or add --force to write over it.").format(file=file)
        )
    part = file.with_name(f"{file.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(
            _("The file {file} cannot be written: {strerror}. Nothing was changed.").format(
                file=file, strerror=error.strerror or error
            )
        ) from error


def remember_copy(store: Store, person_id: int | None, kind: str, file: Path, *, is_encrypted: bool) -> None:
    """Note that a copy was made; a store that may only be read is left as it is."""
    if store.is_read_only:
        return
    with store.writing() as connection:
        connection.execute(
            insert(COPY).values(
                person_id=person_id, kind=kind, file=str(file.absolute()), is_encrypted=is_encrypted,
                made_us=microseconds_of(store.clock()),
            )
        )  # fmt: skip


def copies_in(connection: Connection, person_id: int | None) -> tuple[KnownCopy, ...]:
    """Return the copies that hold something of a person; without one, all of them."""
    statement = select(COPY).order_by(COPY.c.made_us)
    if person_id is not None:
        statement = statement.where(or_(COPY.c.person_id == person_id, COPY.c.person_id.is_(None)))
    return tuple(
        KnownCopy(
            file=row.file, kind=row.kind, is_encrypted=row.is_encrypted, made=time_of(row.made_us),
            is_there=Path(row.file).exists(),
        )
        for row in connection.execute(statement)
    )  # fmt: skip
