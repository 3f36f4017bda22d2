"""All that a store says, as plain values."""

from __future__ import annotations

from typing import Any

from myotwitch.store import Store, actions_of, history_of, names_in, read_diary


def told(store: Store) -> dict[str, Any]:
    """Return every person with the profile, the entries, their versions and the actions."""
    return {name: _told_of(store, name) for name in names_in(store)}


def _told_of(store: Store, name: str) -> dict[str, Any]:
    diary = read_diary(store, name)
    return {
        "profile": diary.person.to_document() if diary.person else None,
        "entries": [entry.to_document() for entry in diary.entries],
        "versions": {
            entry.key: [version.to_document() for version in history_of(store, name, entry.key)]
            for entry in diary.entries
        },
        "actions": [action.to_document() for action in actions_of(store, name)],
    }
