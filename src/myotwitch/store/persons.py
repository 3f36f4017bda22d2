"""Whose diaries a store keeps: their names, and what is known of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, func, insert, select, text

from myotwitch.diary import DiaryPerson
from myotwitch.diary.faults import sentences_of
from myotwitch.errors import DiaryError, Fault, StoreError, UnknownNameError, nearest_name
from myotwitch.language import _, ngettext
from myotwitch.store.actions import begin_action
from myotwitch.store.rows import microseconds_of
from myotwitch.store.store import Store
from myotwitch.store.tables import PERSON, PROFILE

ALONE = "me"
"""Name of the person of a store that was made without naming one."""
LONGEST_NAME = 60


def names_in(store: Store) -> tuple[str, ...]:
    """Return the names of everybody in a store, in the order in which they came."""
    with store.reading() as connection:
        return _names(connection)


def add_person(store: Store, name: str) -> None:
    """Give a store one more person, with an empty diary.

    Raises
    ------
    StoreError
        If the name is taken, empty or too long.
    """
    with store.writing() as connection:
        if name in _names(connection):
            raise StoreError(
                _("There is a person {name} in {address} already; choose another name.").format(
                    name=repr(name), address=store.address
                )
            )
        new_person(connection, store, name)


def new_person(connection: Connection, store: Store, name: str) -> int:
    """Add a person inside a transaction; return what names it inside the store."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise StoreError(
            _("A person's name has 1 to {longest_name} signs that can be printed; {name} has not.").format(
                longest_name=LONGEST_NAME, name=repr(name[:80])
            )
        )
    statement = insert(PERSON).values(name=name, created_us=microseconds_of(store.clock()))
    return int(connection.execute(statement.returning(PERSON.c.id)).scalar_one())


def person_id_of(connection: Connection, store: Store, name: str | None) -> int:
    """Return what names a person inside the store; without a name, the only one.

    Raises
    ------
    UnknownNameError
        If nobody has that name.
    StoreError
        If none is given and there are several, or nobody.
    """
    names = _names(connection)
    if name is None:
        if len(names) != 1:
            raise StoreError(_which(store, names))
        name = names[0]
    found = connection.execute(select(PERSON.c.id).where(PERSON.c.name == name)).scalar()
    if found is None:
        raise UnknownNameError(
            ngettext(
                "There is no person {name} in {address}.{hint} There is {names}. A new one is made with: myotwitch "
                "diary person --new --person {plain} --store {address}",
                "There is no person {name} in {address}.{hint} There are {names}. A new one is made with: myotwitch "
                "diary person --new --person {plain} --store {address}",
                len(names),
            ).format(
                name=repr(name),
                address=store.address,
                hint=nearest_name(name, names),
                names=", ".join(names) or _("nobody"),
                plain=name,
            )
        )
    return int(found)


def writer_id_of(connection: Connection, store: Store, name: str | None) -> int:
    """Return what names a person, and keep other writers of theirs waiting until the transaction ends.

    The first person of an empty store is made here.
    """
    if not _names(connection):
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"LOCK TABLE {PERSON.name} IN EXCLUSIVE MODE"))
        if not _names(connection):
            return new_person(connection, store, name or ALONE)
    person_id = person_id_of(connection, store, name)
    connection.execute(select(PERSON.c.id).where(PERSON.c.id == person_id).with_for_update())
    return person_id


def profile_in(connection: Connection, person_id: int) -> DiaryPerson | None:
    """Return what is known of a person; None where nothing is."""
    statement = select(PROFILE.c.body).where(PROFILE.c.person_id == person_id).order_by(PROFILE.c.version.desc())
    body = connection.execute(statement.limit(1)).scalar()
    return None if body is None else DiaryPerson.model_validate_json(body)


def set_profile(store: Store, person: str | None, changes: Mapping[str, Any], *, command: str) -> DiaryPerson:
    """Change some of what is known of a person; return all of it. None takes something back.

    Raises
    ------
    DiaryError
        With everything that is not possible.
    """
    with store.writing() as connection:
        person_id = writer_id_of(connection, store, person)
        before = profile_in(connection, person_id)
        document = {**(before.to_document() if before else {}), **changes}
        after = _profile({name: value for name, value in document.items() if value is not None})
        if after != before:
            action = begin_action(connection, store, person_id, "profile", command)
            write_profile(connection, action.at, after.model_dump_json(exclude_none=True))
    return after


def write_profile(connection: Connection, at: Mapping[str, Any], body: str | None) -> None:
    """Add the next version of a profile, made by the action `at`."""
    last = connection.execute(
        select(func.coalesce(func.max(PROFILE.c.version), 0)).where(PROFILE.c.person_id == at["person_id"])
    ).scalar_one()
    connection.execute(insert(PROFILE).values(**at, version=last + 1, body=body))


def _profile(document: Mapping[str, Any]) -> DiaryPerson:
    try:
        return DiaryPerson.model_validate(document)
    except ValidationError as error:
        faults = [
            Fault(path=".".join(map(str, details["loc"])), line=None, message=message)
            for details, (_, message) in zip(
                error.errors(include_url=False), sentences_of(error, DiaryPerson), strict=True
            )
        ]
        raise DiaryError("The person", faults) from error


def _names(connection: Connection) -> tuple[str, ...]:
    return tuple(connection.execute(select(PERSON.c.name).order_by(PERSON.c.id)).scalars())


def _which(store: Store, names: tuple[str, ...]) -> str:
    if not names:
        return _("There is nobody in {address} yet; the first entry or import makes a person.").format(
            address=store.address
        )
    return _("There are several persons in {address}: {names}. Name one with --person.").format(
        address=store.address, names=", ".join(names)
    )
