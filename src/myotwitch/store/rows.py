"""Between entries and the rows that keep them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Row, Select, and_, exists, insert, select

from myotwitch.diary import ENTRY, KINDS, Entry
from myotwitch.diary.entries import fingerprint_of
from myotwitch.diary.faults import sentences_of
from myotwitch.errors import StoreError
from myotwitch.language import _
from myotwitch.store.tables import VERSION

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

ENTRIES: TypeAdapter[tuple[Entry, ...]] = TypeAdapter(tuple[Entry, ...])

ROWS_AT_ONCE = 2_000
"""Rows that one statement writes; PostgreSQL allows 32,767 values in one."""


def microseconds_of(time: datetime) -> int:
    """Return the whole microseconds from the beginning of 1970, UTC, to a time."""
    return (time - EPOCH) // MICROSECOND


def time_of(microseconds: int) -> datetime:
    """Return the time, in UTC, that lies so many microseconds after the beginning of 1970."""
    return EPOCH + microseconds * MICROSECOND


def row_of(entry: Entry) -> dict[str, Any]:
    """Return what a version says of an entry."""
    said = entry.said
    offset = entry.time.utcoffset()
    assert offset is not None
    return {
        "entry_key": entry.key,
        "kind": entry.kind,
        "time_us": microseconds_of(entry.time),
        "offset_s": round(offset.total_seconds()),
        "body": said,
        "fingerprint": fingerprint_of(said),
    }


def json_of(key: str, body: str) -> str:
    """Return the JSON text of an entry: what it says, with its key."""
    return f'{{"key": "{key}", {body[1:]}'


def entries_of(rows: Sequence[tuple[str, str]]) -> tuple[Entry, ...]:
    """Return the entries of rows of key and body.

    Raises
    ------
    StoreError
        If one is no entry that this program knows.
    """
    try:
        return ENTRIES.validate_json("[" + ",".join(json_of(key, body) for key, body in rows) + "]")
    except ValidationError as error:
        raise _first_unreadable(rows) from error


def _first_unreadable(rows: Sequence[tuple[str, str]]) -> StoreError:
    for key, body in rows:
        try:
            ENTRY.validate_json(json_of(key, body))
        except ValidationError as error:
            kind = KINDS.get(str(error.errors()[0]["loc"][0]) if error.errors()[0]["loc"] else "")
            reason = "; ".join(f"{field}: {told}" for field, told in sentences_of(error, kind)) if kind else ""
            return StoreError(
                _(
                    "The entry {key} cannot be read{reason}. It was damaged, or written by another version of "
                    "myotwitch; see it with: diary history {key}, or take it out with: diary remove {key}"
                ).format(key=key[:8], reason=f" ({reason})" if reason else "")
            )
    return StoreError(_("The entries cannot be read together, though each can alone."))


def current_versions(person_id: int) -> Select[Any]:
    """Return the query of the newest version of every entry of a person, removed ones included."""
    later = VERSION.alias("later")
    has_later = exists().where(
        and_(
            later.c.person_id == VERSION.c.person_id,
            later.c.entry_key == VERSION.c.entry_key,
            later.c.version == VERSION.c.version + 1,
        )
    )
    return select(VERSION).where(VERSION.c.person_id == person_id, ~has_later)


def write_versions(connection: Connection, rows: Iterable[dict[str, Any]]) -> int:
    """Add rows to the versions; return how many."""
    waiting = list(rows)
    statement = insert(VERSION)
    if connection.dialect.name == "postgresql":
        # Asking for something back makes SQLAlchemy send many rows in one statement.
        statement = statement.returning(VERSION.c.version)
    for first in range(0, len(waiting), ROWS_AT_ONCE):
        connection.execute(statement, waiting[first : first + ROWS_AT_ONCE])
    return len(waiting)


AnyRow = Row[Any]
