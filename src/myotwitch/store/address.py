"""Where a store is: a file, or a PostgreSQL database."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from myotwitch.errors import StoreError
from myotwitch.language import _

SQLITE_HEAD = b"SQLite format 3\x00"
DRIVER = "postgresql+pg8000"


class Content(StrEnum):
    """What a file of that name holds, as far as its first bytes tell."""

    NOTHING = "nothing"
    SQLITE = "sqlite"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A file or the URL of a PostgreSQL database; one of the two."""

    file: Path | None = None
    url: URL | None = None

    def __str__(self) -> str:
        return str(self.file) if self.url is None else self.url.set(drivername="postgresql").render_as_string()


def address_of(given: str | Path) -> Address:
    """Return where the store `given` is.

    Raises
    ------
    StoreError
        If it is a URL that cannot be used.
    """
    text = str(given)
    if "://" not in text:
        return Address(file=Path(text))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise StoreError(_("The URL of the store cannot be read; write postgresql://USER@HOST/DATABASE.")) from error
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise StoreError(
            _("A store is a file, or a database postgresql://USER@HOST/DATABASE; {drivername}:// is neither.").format(
                drivername=url.drivername
            )
        )
    if not url.database:
        raise StoreError(
            _("The URL {url} names no database; add it: postgresql://USER@HOST/DATABASE.").format(
                url=url.render_as_string()
            )
        )
    password = url.password or os.environ.get("PGPASSWORD")
    return Address(url=url.set(drivername=DRIVER, password=password))


def content_of(file: Path) -> Content:
    """Return what a file holds; NOTHING also where there is none.

    Raises
    ------
    StoreError
        If it is a folder or cannot be read.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(len(SQLITE_HEAD))
    except FileNotFoundError:
        return Content.NOTHING
    except IsADirectoryError as error:
        raise StoreError(_("{file} is a folder; name a file in it.").format(file=file)) from error
    except OSError as error:
        raise StoreError(
            _("The store {file} cannot be read: {strerror}.").format(file=file, strerror=error.strerror or error)
        ) from error
    if not head:
        return Content.NOTHING
    return Content.SQLITE if head == SQLITE_HEAD else Content.OTHER
