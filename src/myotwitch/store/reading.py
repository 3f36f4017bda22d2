"""What a store knows of a person: the diary as it stands, single entries, and how they came to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from myotwitch.collecting import without_collecting
from myotwitch.diary import Diary, DiaryPerson, Entry
from myotwitch.errors import RequestError, UnknownNameError
from myotwitch.language import _
from myotwitch.store.actions import Action, actions_in
from myotwitch.store.persons import person_id_of, profile_in
from myotwitch.store.rows import AnyRow, current_versions, entries_of, microseconds_of, time_of
from myotwitch.store.store import Store
from myotwitch.store.tables import ACTION, VERSION

SHORTEST_KEY = 4
"""Signs of a key that are needed at least to name an entry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryVersion:
    """One version of an entry: what it said from then on; None: it was removed."""

    version: int
    entry: Entry | None
    action: int
    action_kind: str
    command: str
    recorded: datetime

    def to_document(self) -> dict[str, Any]:
        """Return the version as plain JSON values."""
        return {
            "version": self.version, "action": self.action, "kind": self.action_kind, "command": self.command,
            "recorded_at": self.recorded.isoformat(), "entry": self.entry.to_document() if self.entry else None,
        }  # fmt: skip


def read_diary(
    store: Store, person: str | None = None, *, since: datetime | None = None, until: datetime | None = None
) -> Diary:
    """Return the diary of a person as it stands, or the part of it between two times, both ends included.

    Raises
    ------
    UnknownNameError
        If there is no such person.
    StoreError
        If an entry cannot be read.
    """
    with without_collecting():
        with store.reading() as connection:
            person_id = person_id_of(connection, store, person)
            query = current_versions(person_id).where(VERSION.c.body.is_not(None))
            if since is not None:
                query = query.where(VERSION.c.time_us >= microseconds_of(since))
            if until is not None:
                query = query.where(VERSION.c.time_us <= microseconds_of(until))
            query = query.with_only_columns(VERSION.c.entry_key, VERSION.c.body)
            rows = connection.execute(query.order_by(VERSION.c.time_us, VERSION.c.entry_key)).all()
            profile = profile_in(connection, person_id)
        return Diary(entries=entries_of([(row.entry_key, row.body) for row in rows]), person=profile)


def living_row(connection: Connection, person_id: int, key: str) -> AnyRow:
    """Return the newest version of the entry that `key` names, which is not removed.

    Raises
    ------
    UnknownNameError
        If there is no such entry, or it is removed.
    RequestError
        If several begin so.
    """
    row = _newest_row(connection, person_id, key)
    if row.body is None:
        raise UnknownNameError(
            _(
                "The entry {entry_key} was removed; see it with: diary history {entry_key}, and bring it "
                "back with: diary undo {action_number}"
            ).format(entry_key=row.entry_key[:8], action_number=row.action_number)
        )
    return row


def living_entry(store: Store, person: str | None, key: str) -> Entry:
    """Return the entry that a key, or its beginning, names.

    Raises
    ------
    UnknownNameError
        If there is no such entry, or it is removed.
    RequestError
        If several begin so.
    """
    with store.reading() as connection:
        row = living_row(connection, person_id_of(connection, store, person), key)
    return entries_of([(row.entry_key, row.body)])[0]


def read_profile(store: Store, person: str | None = None) -> DiaryPerson | None:
    """Return what is known of a person; None where nothing is."""
    with store.reading() as connection:
        return profile_in(connection, person_id_of(connection, store, person))


def _newest_row(connection: Connection, person_id: int, key: str) -> AnyRow:
    given = key.strip().lower()
    if len(given) < SHORTEST_KEY or any(sign not in "0123456789abcdef" for sign in given):
        raise RequestError(
            _(
                "{key} is no key of an entry; a key, or its beginning, has at least {shortest_key} of "
                "the signs 0-9 and a-f. See them with: diary list"
            ).format(key=repr(key[:60]), shortest_key=SHORTEST_KEY)
        )
    rows = connection.execute(
        current_versions(person_id).where(VERSION.c.entry_key.startswith(given, autoescape=True)).limit(6)
    ).all()
    if not rows:
        raise UnknownNameError(
            _("No entry has a key that begins with {given}. See them with: diary list").format(given=given)
        )
    if len(rows) > 1:
        found = ", ".join(sorted(row.entry_key[: len(given) + 4] for row in rows))
        raise RequestError(
            _("Several entries have a key that begins with {given}: {found}. Give more of it.").format(
                given=given, found=found
            )
        )
    return rows[0]


def history_of(store: Store, person: str | None, key: str) -> tuple[EntryVersion, ...]:
    """Return every version of an entry, the first first, removals included.

    Raises
    ------
    UnknownNameError
        If there is no such entry.
    """
    with store.reading() as connection:
        person_id = person_id_of(connection, store, person)
        row = _newest_row(connection, person_id, key)
        statement = (
            select(VERSION, ACTION.c.kind.label("action_kind"), ACTION.c.command)
            .join(ACTION, (ACTION.c.person_id == VERSION.c.person_id) & (ACTION.c.number == VERSION.c.action_number))
            .where(VERSION.c.person_id == person_id, VERSION.c.entry_key == row.entry_key)
            .order_by(VERSION.c.version)
        )
        rows = connection.execute(statement).all()
    return tuple(
        EntryVersion(
            version=row.version, entry=None if row.body is None else entries_of([(row.entry_key, row.body)])[0],
            action=row.action_number, action_kind=row.action_kind, command=row.command,
            recorded=time_of(row.recorded_us),
        )
        for row in rows
    )  # fmt: skip


def actions_of(store: Store, person: str | None = None) -> tuple[Action, ...]:
    """Return everything that changed a person's diary, the first first."""
    with store.reading() as connection:
        return actions_in(connection, person_id_of(connection, store, person))
