"""What changed in a person's diary since it was last read, so that a running program need not read all of it again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from myotwitch.diary import Diary, Entry
from myotwitch.store.persons import person_id_of, profile_in
from myotwitch.store.reading import read_diary
from myotwitch.store.rows import current_versions, entries_of
from myotwitch.store.store import Store
from myotwitch.store.tables import ACTION, VERSION


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DiaryState:
    """A diary, and the number of the last action that made it so."""

    revision: int
    diary: Diary


def revision_of(store: Store, person: str | None = None) -> int:
    """Return the number of a person's last action; 0 where nothing was done yet."""
    with store.reading() as connection:
        person_id = person_id_of(connection, store, person)
        query = select(func.coalesce(func.max(ACTION.c.number), 0)).where(ACTION.c.person_id == person_id)
        return int(connection.execute(query).scalar_one())


def diary_state(store: Store, person: str | None = None, before: DiaryState | None = None) -> DiaryState:
    """Return the diary as it stands, read anew only as far as it is not known from `before`."""
    if before is None:
        revision = revision_of(store, person)
        return DiaryState(revision=revision, diary=read_diary(store, person))
    with store.reading() as connection:
        person_id = person_id_of(connection, store, person)
        query = select(func.coalesce(func.max(ACTION.c.number), 0)).where(ACTION.c.person_id == person_id)
        revision = int(connection.execute(query).scalar_one())
        if revision == before.revision:
            return before
        newer = current_versions(person_id).where(VERSION.c.action_number > before.revision)
        rows = connection.execute(newer.with_only_columns(VERSION.c.entry_key, VERSION.c.body)).all()
        profile = profile_in(connection, person_id)
    touched = {key for key, _ in rows}
    living: tuple[Entry, ...] = entries_of([(key, body) for key, body in rows if body is not None])
    kept = tuple(entry for entry in before.diary.entries if entry.key not in touched)
    return DiaryState(revision=revision, diary=Diary(entries=(*kept, *living), person=profile))
