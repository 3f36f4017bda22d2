"""What the commands of the diary print for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myotwitch.diary import Entry
    from myotwitch.store import Action, EntryVersion, KnownCopy

SHOWN_KEY = 8
"""Signs of a key that are shown."""


def counted(count: int, noun: str, nouns: str | None = None) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "entry", "entries"), counted(2500, "version")
    ('1 entry', '2,500 versions')
    """
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def entry_text(entry: Entry) -> str:
    """Return an entry on one line, in the words in which it can be changed."""
    fields = {
        name: value for name, value in entry.to_document().items() if name not in ("key", "time", "kind", "sha256")
    }
    words = " ".join(f"{name}={value_text(value)}" for name, value in fields.items())
    return f"{entry.key[:SHOWN_KEY]}  {entry.time:%Y-%m-%d %H:%M %z}  {entry.kind:<11}  {words}".rstrip()


def value_text(value: Any) -> str:
    """Return the value of a field as it is written in commands."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, str):
        return repr(value) if " " in value or not value.isprintable() else value
    return f"{value:g}" if isinstance(value, float) else str(value)


def entries_text(entries: Sequence[Entry], *, left_out: int) -> str:
    """Return entries as lines, and how many earlier ones are not shown."""
    if not entries:
        return "There is no such entry."
    lines = [entry_text(entry) for entry in entries]
    if left_out:
        lines.insert(0, f"({counted(left_out, 'earlier entry', 'earlier entries')}; see more with --last or --since)")
    return "\n".join(lines)


def actions_text(actions: Sequence[Action]) -> str:
    """Return actions as lines, the first first."""
    if not actions:
        return "Nothing was done yet."
    return "\n".join(
        f"{action.number:>5}  {action.recorded.astimezone():%Y-%m-%d %H:%M %z}  {action.command}"
        + (f" {action.source}" if action.source else "")
        + (f" of action {action.undoes}" if action.undoes else "")
        + f": {counted(action.changes, 'version')}"
        + (" (undone)" if action.is_undone else "")
        for action in actions
    )


def versions_text(versions: Sequence[EntryVersion]) -> str:
    """Return the versions of an entry as lines, the first first."""
    return "\n".join(
        f"{version.version:>3}  {version.recorded.astimezone():%Y-%m-%d %H:%M %z}  {version.command} "
        f"(action {version.action})\n     {entry_text(version.entry) if version.entry else 'removed'}"
        for version in versions
    )


def copies_text(copies: Iterable[KnownCopy]) -> str:
    """Return copies as lines."""
    return "\n".join(
        f"  {copy.kind:<9}  {copy.file}"
        + (" (encrypted)" if copy.is_encrypted else "")
        + ("" if copy.is_there else " (not found there now)")
        for copy in copies
    )
