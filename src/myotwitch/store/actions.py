"""Actions: what changed a diary, when and by which command; numbered for each person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from myotwitch.store.rows import microseconds_of, time_of
from myotwitch.store.store import Store
from myotwitch.store.tables import ACTION, PROFILE, VERSION


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One change of a diary, as a whole.

    Parameters
    ----------
    number
        Names it for its person, from 1; later ones have higher numbers, whatever the clock said.
    kind
        add, edit, remove, import, profile or undo.
    command
        What was asked for.
    source
        The file that was imported.
    undoes
        The action whose changes this one took back.
    recorded
        When, by the clock of that computer.
    changes
        Versions that it added.
    is_undone
        Another action took it back.
    """

    number: int
    kind: str
    command: str
    source: str | None
    undoes: int | None
    recorded: datetime
    changes: int
    is_undone: bool

    def to_document(self) -> dict[str, Any]:
        """Return the action as plain JSON values."""
        document = {
            "action": self.number, "kind": self.kind, "command": self.command, "source": self.source,
            "undoes": self.undoes, "recorded_at": self.recorded.isoformat(), "changes": self.changes,
            "undone": self.is_undone,
        }  # fmt: skip
        return {name: value for name, value in document.items() if value is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """An action under way: its number, and what every version that it adds has in common."""

    number: int
    at: dict[str, Any]


def begin_action(
    connection: Connection, store: Store, person_id: int, kind: str, command: str, *,
    source: str | None = None, undoes: int | None = None,
) -> Begun:  # fmt: skip
    """Add an action to a person's, inside a transaction that keeps other writers of theirs waiting."""
    last = connection.execute(
        select(func.coalesce(func.max(ACTION.c.number), 0)).where(ACTION.c.person_id == person_id)
    ).scalar_one()
    recorded_us = microseconds_of(store.clock())
    connection.execute(
        insert(ACTION).values(
            person_id=person_id, number=last + 1, kind=kind, command=command, source=source, undoes=undoes,
            recorded_us=recorded_us,
        )
    )  # fmt: skip
    return Begun(number=last + 1, at={"person_id": person_id, "action_number": last + 1, "recorded_us": recorded_us})


def actions_in(connection: Connection, person_id: int) -> tuple[Action, ...]:
    """Return everything that changed a person's diary, the first first."""
    counts: dict[int, int] = {}
    for table in (VERSION, PROFILE):
        statement = (
            select(table.c.action_number, func.count())
            .where(table.c.person_id == person_id)
            .group_by(table.c.action_number)
        )
        for number, count in connection.execute(statement):
            counts[number] = counts.get(number, 0) + count
    rows = connection.execute(select(ACTION).where(ACTION.c.person_id == person_id).order_by(ACTION.c.number)).all()
    undone = undone_numbers([(row.number, row.undoes) for row in rows])
    return tuple(
        Action(
            number=row.number, kind=row.kind, command=row.command, source=row.source, undoes=row.undoes,
            recorded=time_of(row.recorded_us), changes=counts.get(row.number, 0), is_undone=row.number in undone,
        )
        for row in rows
    )  # fmt: skip


def undone_numbers(undoings: Sequence[tuple[int, int | None]]) -> frozenset[int]:
    """Return which actions are undone, given each action's number and the one it undoes, in order.

    Examples
    --------
    >>> sorted(undone_numbers([(1, None), (2, None), (3, 2)]))
    [2]
    >>> sorted(undone_numbers([(1, None), (2, None), (3, 2), (4, 3)]))
    [3]
    """
    undone: set[int] = set()
    for number, undoes in reversed(undoings):
        if undoes is not None and number not in undone:
            undone.add(undoes)
    return frozenset(undone)
