"""Changes of a diary: every one adds versions, belongs to an action, and is made as a whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from myotwitch.case.checks import nearest_hint, shown
from myotwitch.diary import ENTRY, KINDS, Entry
from myotwitch.diary.doubts import refuse_impossible
from myotwitch.diary.faults import sentences_of
from myotwitch.errors import DiaryError, Fault, RequestError
from myotwitch.language import _
from myotwitch.store.actions import begin_action
from myotwitch.store.drafts import forget_draft
from myotwitch.store.persons import writer_id_of
from myotwitch.store.reading import living_row
from myotwitch.store.rows import AnyRow, current_versions, entries_of, row_of, write_versions
from myotwitch.store.store import Store
from myotwitch.store.tables import VERSION


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """An entry after a change, and the action that made it."""

    action: int
    entry: Entry


def add_entry(store: Store, person: str | None, entry: Entry, *, command: str, draft: str | None = None) -> Changed:
    """Add an entry to a person's diary; when this returns, it is kept.

    Parameters
    ----------
    draft
        The form in which it was written; what was kept of that is forgotten at the same moment.
    """
    with store.writing() as connection:
        person_id = writer_id_of(connection, store, person)
        action = begin_action(connection, store, person_id, "add", command)
        write_versions(connection, [{**action.at, "version": 1, **row_of(entry)}])
        if draft is not None:
            forget_draft(connection, person_id, draft)
    return Changed(action=action.number, entry=entry)


def edit_entry(
    store: Store, person: str | None, key: str, changes: Mapping[str, Any], *, command: str, draft: str | None = None
) -> Changed:
    """Add a version of an entry in which some fields are others; None takes a field back.

    Parameters
    ----------
    key
        The entry's key, or a beginning of it that no other has.
    draft
        The form in which it was written; what was kept of that is forgotten at the same moment.

    Raises
    ------
    DiaryError
        With everything that is not possible.
    UnknownNameError
        If there is no such entry.
    RequestError
        If nothing would change.
    """
    with store.writing() as connection:
        person_id = writer_id_of(connection, store, person)
        row = living_row(connection, person_id, key)
        before = entries_of([(row.entry_key, row.body)])[0]
        after = changed(before, changes)
        if after == before:
            raise RequestError(
                _("The entry {entry_key} says that already; nothing was changed.").format(entry_key=row.entry_key[:8])
            )
        refuse_impossible(after, f"The entry {before.key[:8]}", before)
        action = begin_action(connection, store, person_id, "edit", command)
        write_versions(connection, [{**action.at, "version": row.version + 1, **row_of(after)}])
        if draft is not None:
            forget_draft(connection, person_id, draft)
    return Changed(action=action.number, entry=after)


def changed(entry: Entry, changes: Mapping[str, Any]) -> Entry:
    """Return an entry in which some fields are others.

    Raises
    ------
    DiaryError
        With everything that is not possible.
    """
    fixed = sorted({"key", "kind"} & set(changes))
    if fixed:
        raise DiaryError(
            f"The entry {entry.key[:8]}",
            [
                Fault(path=name, line=None, message=_("It cannot be changed; remove the entry and add another."))
                for name in fixed
            ],
        )
    document = {**entry.to_document(), **changes}
    if "muscle" in changes and "place" not in changes:
        document.pop("place", None)  # it follows from the muscle
    return entry_from(document, f"The entry {entry.key[:8]}")


def entry_from(document: Mapping[str, Any], name: str) -> Entry:
    """Return the entry that plain values stand for; what is None is not known.

    Raises
    ------
    DiaryError
        With everything that is not possible.
    """
    kind = document.get("kind")
    if kind not in KINDS:
        hint = nearest_hint(str(kind), list(KINDS))
        message = _("The kind {kind} is not known.{hint} Allowed are {kinds}.").format(
            kind=shown(kind), hint=hint, kinds=", ".join(KINDS)
        )
        raise DiaryError(name, [Fault(path="", line=None, message=message)])
    try:
        return ENTRY.validate_python({field: value for field, value in document.items() if value is not None})
    except ValidationError as error:
        faults = [
            Fault(path=field, line=None, message=message) for field, message in sentences_of(error, KINDS[str(kind)])
        ]
        raise DiaryError(name, faults) from error


def remove_entry(store: Store, person: str | None, key: str, *, command: str) -> tuple[int, str]:
    """Add a version of an entry in which it is gone; return the action and the whole key.

    Raises
    ------
    UnknownNameError
        If there is no such entry.
    """
    with store.writing() as connection:
        person_id = writer_id_of(connection, store, person)
        row = living_row(connection, person_id, key)
        action = begin_action(connection, store, person_id, "remove", command)
        write_versions(connection, [{**action.at, **gone(row), "version": row.version + 1}])
    return action.number, str(row.entry_key)


def gone(row: AnyRow) -> dict[str, Any]:
    """Return what a version says of an entry that is removed: when and what kind it was, and nothing else."""
    return {
        "entry_key": row.entry_key, "kind": row.kind, "time_us": row.time_us, "offset_s": row.offset_s, "body": None,
        "fingerprint": None,
    }  # fmt: skip


def newest_of(connection: Connection, person_id: int, keys: Sequence[str]) -> dict[str, AnyRow]:
    """Return the newest version of each of some entries, removed ones included."""
    wanted = set(keys)
    query = current_versions(person_id)
    if len(wanted) <= 500:
        query = query.where(VERSION.c.entry_key.in_(sorted(wanted)))
    return {row.entry_key: row for row in connection.execute(query) if row.entry_key in wanted}
