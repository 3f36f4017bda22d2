"""Drafts: what a person has written into a form and not sent yet; kept apart from the diary, and never for long."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from myotwitch.errors import RequestError
from myotwitch.language import _, digits
from myotwitch.store.persons import person_id_of, writer_id_of
from myotwitch.store.rows import MICROSECOND, microseconds_of
from myotwitch.store.store import Store
from myotwitch.store.tables import DRAFT

MOST_DRAFTS = 30
MOST_FIELDS = 60
LONGEST_FORM = 120
LONGEST_DRAFT = 20_000
LASTS = timedelta(days=30)
"""What was not sent in so long is erased when the next draft is kept, and not shown any more."""


def keep_draft(store: Store, person: str | None, form: str, values: Mapping[str, str]) -> None:
    """Keep what stands in a form, instead of what was kept of it before; the oldest drafts make room.

    Raises
    ------
    RequestError
        If it is more than a form can hold.
    """
    body = json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))
    if not 0 < len(form) <= LONGEST_FORM or len(values) > MOST_FIELDS or len(body) > LONGEST_DRAFT:
        raise RequestError(
            _(
                "The draft of the form {form} has {values_count} fields and {body_count} signs; at most "
                "{most_fields} fields and {longest_draft} signs are kept. Shorten it, or send the form."
            ).format(
                form=repr(form[:40]),
                values_count=len(values),
                body_count=digits(len(body), ","),
                most_fields=MOST_FIELDS,
                longest_draft=digits(LONGEST_DRAFT, ","),
            )
        )
    with store.writing() as connection:
        person_id = writer_id_of(connection, store, person)
        now_us = microseconds_of(store.clock())
        of_form = (DRAFT.c.person_id == person_id, DRAFT.c.form == form)
        changed = connection.execute(update(DRAFT).where(*of_form).values(body=body, kept_us=now_us))
        if changed.rowcount == 0:
            connection.execute(insert(DRAFT).values(person_id=person_id, form=form, body=body, kept_us=now_us))
        _make_room(connection, person_id, now_us)


def drafts_of(store: Store, person: str | None) -> dict[str, dict[str, str]]:
    """Return what a person has begun, by form; without what is older than drafts last."""
    with store.reading() as connection:
        person_id = person_id_of(connection, store, person)
        oldest_us = microseconds_of(store.clock()) - LASTS // MICROSECOND
        rows = connection.execute(
            select(DRAFT.c.form, DRAFT.c.body)
            .where(DRAFT.c.person_id == person_id, DRAFT.c.kept_us >= oldest_us)
            .order_by(DRAFT.c.kept_us, DRAFT.c.form)
        ).all()
    return {row.form: json.loads(row.body) for row in rows}


def drop_draft(store: Store, person: str | None, form: str) -> bool:
    """Forget what was kept of a form; return whether there was anything."""
    if form not in drafts_of(store, person):
        return False  # every sent form comes here; most had no draft, and need no writing
    with store.writing() as connection:
        return forget_draft(connection, writer_id_of(connection, store, person), form)


def forget_draft(connection: Connection, person_id: int, form: str) -> bool:
    """Forget a draft inside a transaction, as when the same transaction keeps what was sent."""
    statement = delete(DRAFT).where(DRAFT.c.person_id == person_id, DRAFT.c.form == form)
    return connection.execute(statement).rowcount > 0


def _make_room(connection: Connection, person_id: int, now_us: int) -> None:
    of_person = DRAFT.c.person_id == person_id
    connection.execute(delete(DRAFT).where(of_person, DRAFT.c.kept_us < now_us - LASTS // MICROSECOND))
    newest_first = select(DRAFT.c.form).where(of_person).order_by(DRAFT.c.kept_us.desc(), DRAFT.c.form)
    forms = connection.execute(newest_first).scalars().all()
    if len(forms) > MOST_DRAFTS:
        connection.execute(delete(DRAFT).where(of_person, DRAFT.c.form.in_(forms[MOST_DRAFTS:])))
