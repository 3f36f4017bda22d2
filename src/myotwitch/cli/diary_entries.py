"""The commands for single entries: ``diary add``, ``list``, ``edit``, ``remove``, ``undo``, ``redo``, ``history``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from myotwitch.cli.diary_store import Encrypt, PassphraseFile, Person, StoreAt, diary, opened
from myotwitch.cli.diary_words import TIME_HELP, clock_now, time_asked
from myotwitch.cli.terminal import AsJson, complain, print_json
from myotwitch.errors import RequestError

GRACE = timedelta(minutes=2)
"""By so much may a clock be ahead."""
SHOWN = 50
"""Entries that `list` shows unless more are asked for."""

_KINDS = """\b
Kinds, and what the words after them mean:
  bout PLACE SIDE               also count= strength= duration_s= muscle= painful= character= when=
  check_in MINUTES              the stretch until now was watched: every bout in it is logged
  intake SUBSTANCE AMOUNT UNIT  such as: intake caffeine 95 mg
  schedule SUBSTANCE AMOUNT UNIT CLOCK...   also every_days= until=
  sleep MINUTES                 such as 450 or 7h30, asleep from --time on; also to_bed=
  stress LEVEL                  0 to 10, since the last such entry
  exercise EFFORT MINUTES       0 to 10, from --time on
  screen MINUTES                from --time on
  symptom FINDING SEVERITY      0 to 10; 0: looked for and not there
  lab ANALYTE VALUE UNIT        such as: lab magnesium 0.72 mmol/L
  cycle, pregnancy, illness     began or ended; illness also finding= and text
  vaccination TEXT
  recording FILE                kept by its content; also place= muscle= side= duration_s=
  note TEXT
Every field can also be written as name=value or --name value; every kind takes text=.

\b
Examples:
  myotwitch diary add bout eyelid left count=3 --store me.db
  myotwitch diary add intake caffeine 95 mg --time 08:15 --store me.db"""


@diary.command(epilog=_KINDS, context_settings={"ignore_unknown_options": True})
def add(
    kind: Annotated[str, typer.Argument(help="Kind of entry.", metavar="KIND")],
    words: Annotated[list[str] | None, typer.Argument(help="What it says.", metavar="WORD...")] = None,
    time: Annotated[str | None, typer.Option(help=f"When: {TIME_HELP}; without it, now.")] = None,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    encrypt: Encrypt = False,
    as_json: AsJson = False,
) -> None:
    """Add an entry."""
    from myotwitch.cli.diary_words import entry_fields
    from myotwitch.diary.doubts import refuse_impossible
    from myotwitch.store import add_entry, entry_from

    now = clock_now()
    fields = entry_fields(kind, [*([] if time is None else [f"time={time}"]), *(words or [])], now)
    entry = entry_from(fields, "The entry")
    _refuse_future(entry, now)
    refuse_impossible(entry, "The entry")
    with opened(store, passphrase_file, create=True, encrypt=encrypt) as there:
        changed = add_entry(there, person, entry, command=f"diary add {kind}")
    _tell(as_json, "added", changed.action, changed.entry)


@diary.command(
    name="list", epilog="\b\nExample:\n  myotwitch diary list --kind intake --since 2026-03-01 --store me.db"
)
def list_entries(
    since: Annotated[str | None, typer.Option(help="From this time or day on.")] = None,
    until: Annotated[str | None, typer.Option(help="Up to this time, or the end of this day.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind; can be given several times.")] = None,
    place: Annotated[str | None, typer.Option(help="Only this place.")] = None,
    last: Annotated[int | None, typer.Option(min=1, help=f"Only the last so many; {SHOWN} without --json.")] = None,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """List the entries, in the order of time."""
    from myotwitch.cli.diary_text import entries_text
    from myotwitch.diary import KINDS
    from myotwitch.store import read_diary

    unknown = next((name for name in kind or [] if name not in KINDS), None)
    if unknown is not None:
        raise RequestError(f"The kind {unknown!r} is not known. Allowed are {', '.join(KINDS)}.")
    now = clock_now()
    with opened(store, passphrase_file) as there:
        found = read_diary(there, person, since=time_asked(since, now), until=time_asked(until, now, is_end=True))
    entries = [
        entry
        for entry in found.entries
        if (not kind or entry.kind in kind) and (place is None or getattr(entry, "place", None) == place)
    ]
    shown = entries[-last:] if last else entries if as_json else entries[-SHOWN:]
    if as_json:
        documents = [entry.to_document() for entry in shown]
        print_json({"schema": "myotwitch.diary_list/1", "count": len(entries), "entries": documents})
    else:
        typer.echo(entries_text(shown, left_out=len(entries) - len(shown)))


@diary.command(epilog="\b\nExample:\n  myotwitch diary edit 3f2a91c0 count=4 side= --store me.db")
def edit(
    key: Annotated[str, typer.Argument(help="Key of the entry, or its beginning.", metavar="KEY")],
    changes: Annotated[list[str], typer.Argument(help="field=value; field= takes it back.", metavar="FIELD=VALUE...")],
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Correct an entry; what it said before is kept in its history."""
    from myotwitch.cli.diary_words import named_cells, values_of
    from myotwitch.store import edit_entry, living_entry

    now = clock_now()
    cells = named_cells(changes)
    with opened(store, passphrase_file) as there:
        before = living_entry(there, person, key)
        values = values_of(before.kind, cells, now, before.time)
        if "time" in values and before.kind != "schedule" and values["time"] > now + GRACE:
            raise _in_the_future(values["time"], now)
        changed = edit_entry(there, person, before.key, values, command=f"diary edit {before.key[:8]}")
    _tell(as_json, "edited", changed.action, changed.entry)


@diary.command(epilog="\b\nExample:\n  myotwitch diary remove 3f2a91c0 --store me.db")
def remove(
    key: Annotated[str, typer.Argument(help="Key of the entry, or its beginning.", metavar="KEY")],
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Take an entry out; its history is kept, and `undo` brings it back."""
    from myotwitch.store import remove_entry

    with opened(store, passphrase_file) as there:
        action, whole_key = remove_entry(there, person, key, command="diary remove")
    if as_json:
        print_json({"schema": "myotwitch.diary_change/1", "change": "removed", "action": action, "key": whole_key})
    else:
        typer.echo(f"Removed {whole_key[:8]} (action {action}; diary undo brings it back).")


@diary.command(epilog="\b\nExamples:\n  myotwitch diary undo --store me.db\n  myotwitch diary undo 12 --store me.db")
def undo(
    action: Annotated[int | None, typer.Argument(help="The action; without one, the last.", metavar="ACTION")] = None,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Take back the last action, or a named one, as a whole: an entry, a correction, an import."""
    from myotwitch.store import undo as take_back

    with opened(store, passphrase_file) as there:
        _tell_undone(take_back(there, person, action, command="diary undo"), "Undone", as_json)


@diary.command(epilog="\b\nExample:\n  myotwitch diary redo --store me.db")
def redo(
    store: StoreAt = None, person: Person = None, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """Do again what was undone last."""
    from myotwitch.store import redo as do_again

    with opened(store, passphrase_file) as there:
        _tell_undone(do_again(there, person, command="diary redo"), "Took back", as_json)


@diary.command(
    epilog="\b\nExamples:\n  myotwitch diary history --store me.db\n  myotwitch diary history 3f2a91c0 --store me.db"
)
def history(
    key: Annotated[str | None, typer.Argument(help="Key of an entry; without one, all actions.", metavar="KEY")] = None,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Show every action, or every version of an entry."""
    from myotwitch.cli.diary_text import actions_text, versions_text
    from myotwitch.store import actions_of, history_of

    with opened(store, passphrase_file) as there:
        if key is None:
            actions = actions_of(there, person)
            documents = [action.to_document() for action in actions]
            document: dict[str, Any] = {"schema": "myotwitch.diary_history/1", "actions": documents}
            text = actions_text(actions)
        else:
            versions = history_of(there, person, key)
            documents = [version.to_document() for version in versions]
            document = {"schema": "myotwitch.diary_history/1", "versions": documents}
            text = versions_text(versions)
    if as_json:
        print_json(document)
    else:
        typer.echo(text)


def _refuse_future(entry: Any, now: datetime) -> None:
    # A plan may begin later; everything else tells what happened.
    if entry.kind != "schedule" and entry.time > now + GRACE:
        raise _in_the_future(entry.time, now)


def _in_the_future(time: datetime, now: datetime) -> RequestError:
    return RequestError(
        f"{time.isoformat()} lies in the future (it is {now.isoformat()}); a diary tells what happened. Correct "
        "the time, or plan with: diary add schedule"
    )


def _tell(as_json: bool, change: str, action: int, entry: Any) -> None:
    from myotwitch.cli.diary_text import entry_text
    from myotwitch.diary.doubts import doubts_about

    notices = [str(doubt) for doubt in doubts_about(entry)]
    if as_json:
        document = {"schema": "myotwitch.diary_change/1", "change": change, "action": action}
        print_json({**document, "key": entry.key, "entry": entry.to_document(), "notices": notices})
    else:
        for notice in notices:
            complain(notice)
        typer.echo(f"{change.capitalize()} {entry_text(entry)}")


def _tell_undone(undone: Any, verb: str, as_json: bool) -> None:
    from myotwitch.cli.diary_text import counted

    if as_json:
        document = {"schema": "myotwitch.diary_undo/1", "action": undone.action, "undone": undone.undone.to_document()}
        print_json({**document, "changes": undone.changes})
    else:
        taken = undone.undone
        typer.echo(
            f"{verb} action {taken.number} ({taken.command}): {counted(undone.changes, 'version')} by action "
            f"{undone.action}."
        )
