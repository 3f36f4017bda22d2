"""Undoing: a whole action is taken back by new versions; the undoing is an action too, which can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, select

from myotwitch.errors import RequestError, UnknownNameError
from myotwitch.language import _
from myotwitch.store.actions import Action, Begun, actions_in, begin_action
from myotwitch.store.persons import write_profile, writer_id_of
from myotwitch.store.rows import AnyRow, write_versions
from myotwitch.store.store import Store
from myotwitch.store.tables import PROFILE, VERSION
from myotwitch.store.writing import gone, newest_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Undone:
    """An action that was taken back: by which action, and how many versions that took."""

    action: int
    undone: Action
    changes: int


def undo(store: Store, person: str | None, number: int | None = None, *, command: str) -> Undone:
    """Take back an action as a whole; without a number, the last that is still in effect and is no undoing.

    Raises
    ------
    UnknownNameError
        If there is no such action.
    RequestError
        If there is nothing to undo, it is undone already, or a later action changed the same entries.
    """
    with store.writing() as connection:
        person_id = writer_id_of(connection, store, person)
        actions = actions_in(connection, person_id)
        return _take_back(connection, store, person_id, _chosen(actions, number), command)


def redo(store: Store, person: str | None, *, command: str) -> Undone:
    """Take back the last undoing that is still in effect.

    Raises
    ------
    RequestError
        If there is none, or a later action changed the same entries.
    """
    with store.writing() as connection:
        person_id = writer_id_of(connection, store, person)
        actions = actions_in(connection, person_id)
        is_undoing = {action.number: action.undoes is not None for action in actions}
        # The undoing of an undoing is a redo; taking that back would be no redo.
        undoings = [
            action
            for action in actions
            if action.undoes is not None and not is_undoing[action.undoes] and not action.is_undone
        ]
        if not undoings:
            raise RequestError(_("Nothing is undone, so there is nothing to redo."))
        return _take_back(connection, store, person_id, undoings[-1], command)


def _chosen(actions: Sequence[Action], number: int | None) -> Action:
    if number is None:
        in_effect = [action for action in actions if action.undoes is None and not action.is_undone]
        if not in_effect:
            raise RequestError(_("Nothing was done yet, or all of it is undone; there is nothing to undo."))
        return in_effect[-1]
    found = next((action for action in actions if action.number == number), None)
    if found is None:
        raise UnknownNameError(_("There is no action {number}. See them with: diary history").format(number=number))
    if found.is_undone:
        raise RequestError(_("Action {number} is undone already. See all with: diary history").format(number=number))
    return found


def _take_back(connection: Connection, store: Store, person_id: int, target: Action, command: str) -> Undone:
    begun = begin_action(connection, store, person_id, "undo", command, undoes=target.number)
    count = _take_back_entries(connection, person_id, target, begun) + _take_back_profile(
        connection, person_id, target, begun
    )
    return Undone(action=begun.number, undone=target, changes=count)


def _take_back_entries(connection: Connection, person_id: int, target: Action, begun: Begun) -> int:
    before = VERSION.alias("before")
    statement = (
        select(VERSION, before)
        .outerjoin(
            before,
            and_(
                before.c.person_id == VERSION.c.person_id,
                before.c.entry_key == VERSION.c.entry_key,
                before.c.version == VERSION.c.version - 1,
            ),
        )
        .where(VERSION.c.person_id == person_id, VERSION.c.action_number == target.number)
    )
    made = connection.execute(statement.with_only_columns(VERSION)).all()
    priors = {
        row.entry_key: row
        for row in connection.execute(statement.with_only_columns(before))
        if row.entry_key is not None
    }
    newest = newest_of(connection, person_id, [row.entry_key for row in made])
    _check_unchanged(made, newest, target)
    return write_versions(
        connection,
        (
            {
                **begun.at,
                **_state(priors.get(row.entry_key), row),
                "version": newest[row.entry_key].version + 1,
            }
            for row in made
        ),
    )


def _state(prior: AnyRow | None, made: AnyRow) -> dict[str, Any]:
    if prior is None or prior.body is None:
        return gone(made if prior is None else prior)
    return {
        "entry_key": prior.entry_key, "kind": prior.kind, "time_us": prior.time_us, "offset_s": prior.offset_s,
        "body": prior.body, "fingerprint": prior.fingerprint,
    }  # fmt: skip


def _check_unchanged(made: Sequence[AnyRow], newest: dict[str, AnyRow], target: Action) -> None:
    """Refuse to undo what a later action built upon: its change would be lost unsaid."""
    changed = [row for row in made if newest[row.entry_key].body != row.body]
    if changed:
        later = sorted({newest[row.entry_key].action_number for row in changed})
        raise RequestError(
            _(
                "Action {number} cannot be undone alone: {changed_count} of its entries (such as "
                "{entry_key}) were changed later by action {later}. Undo that first, or change the "
                "entries one by one."
            ).format(
                number=target.number,
                changed_count=len(changed),
                entry_key=changed[0].entry_key[:8],
                later=", ".join(map(str, later[:5])),
            )
        )


def _take_back_profile(connection: Connection, person_id: int, target: Action, begun: Begun) -> int:
    rows = connection.execute(select(PROFILE).where(PROFILE.c.person_id == person_id).order_by(PROFILE.c.version)).all()
    made = next((row for row in rows if row.action_number == target.number), None)
    if made is None:
        return 0
    if rows[-1].body != made.body:
        raise RequestError(
            _(
                "Action {number} cannot be undone alone: what is known of the person was changed later "
                "by action {action_number}. Undo that first."
            ).format(number=target.number, action_number=rows[-1].action_number)
        )
    before = [row.body for row in rows if row.version == made.version - 1]
    write_profile(connection, begun.at, before[0] if before else None)
    return 1
