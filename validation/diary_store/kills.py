"""Kills a writing process at random moments, again and again, and looks whether anything confirmed was lost.

    python -m validation.diary_store.kills --kills 200                    a file (the figures of docs/diary.md)
    python -m validation.diary_store.kills --kills 200 --passphrase "made-up words"   an encrypted file
    python -m validation.diary_store.kills --kills 50 --store postgresql://...

A writer says what it is about to do, does it, and says that it is confirmed; SIGKILL comes at a moment drawn at random.
Then the store is opened anew. A kill ends the process, not the machine: what the disk itself forgets when the power
fails is not tested here; synchronous=FULL asks it to write before a change is confirmed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import func, select, text

from myotwitch.diary import Bout, Note
from myotwitch.errors import RequestError, StoreError, UnknownNameError
from myotwitch.store import (
    Store,
    actions_of,
    add_entry,
    edit_entry,
    import_entries,
    open_store,
    read_diary,
    remove_entry,
    undo,
)
from myotwitch.store.tables import VERSION

IMPORTED = 200
"""Entries of one import."""
LONGEST_S = 0.25
"""Latest moment of a kill, after the store is open."""
OPENED, LONGEST_OPENING_S = 0.85, 0.05
"""In this share of rounds the kill waits until the store is open; in the others it comes within so many seconds."""
ROUNDS_A_STORE = 20
"""After so many kills a new file is begun, so that making one is killed, too."""
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(kw_only=True)
class Outcome:
    """What was found after the kills."""

    kills: int = 0
    within_a_change: int = 0
    while_opening: int = 0
    confirmed: int = 0
    faults: list[str] = field(default_factory=list)


def write_forever(address: str, passphrase: str | None, pipe: int, seed: int) -> None:
    """Change the diary until killed, and say before and after each change what it is."""
    rng = np.random.default_rng(seed)

    def say(**told: object) -> None:
        os.write(pipe, (json.dumps(told) + "\n").encode())

    with open_store(address, passphrase=passphrase, create=True) as store:
        say(state="open")
        keys: list[str] = []
        while True:
            kind = str(rng.choice(["add", "edit", "remove", "import", "undo"], p=[0.45, 0.2, 0.1, 0.15, 0.1]))
            say(state="begin", kind=kind)
            with suppress(RequestError, UnknownNameError):  # an entry that an undo took out, or nothing to undo
                say(state="confirmed", kind=kind, **change(store, kind, keys, rng))


def change(store: Store, kind: str, keys: list[str], rng: np.random.Generator) -> dict[str, object]:
    """Make one change; return its action, and how many versions it must have made."""
    time = START + timedelta(minutes=int(rng.integers(0, 100_000)))
    if kind == "import":
        entries = [Bout(time=time + timedelta(seconds=index), count=1 + index % 7) for index in range(IMPORTED)]
        imported = import_entries(store, None, entries, source="made.csv", command="import")
        return {"action": imported.action, "versions": IMPORTED, "key": entries[0].key}
    if kind == "undo":
        undone = undo(store, None, command="undo")
        return {"action": undone.action, "versions": undone.undone.changes}
    if kind in ("edit", "remove") and keys:
        key = keys.pop(int(rng.integers(len(keys))))
        if kind == "remove":
            action, _ = remove_entry(store, None, key, command="remove")
        else:
            action = edit_entry(store, None, key, {"text": f"edited {rng.integers(10**9)}"}, command="edit").action
        return {"action": action, "versions": 1, "key": key}
    entry = Note(time=time, text=f"note {rng.integers(10**9)} " + "x" * int(rng.integers(0, 900)))
    added = add_entry(store, None, entry, command="add")
    keys.append(entry.key)
    return {"action": added.action, "versions": 1, "key": entry.key}


def killed_writer(address: str, passphrase: str | None, rng: np.random.Generator) -> list[dict[str, object]]:
    """Return what a writer said until it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            write_forever(address, passphrase, writing, int(rng.integers(2**31)))
        except BaseException as error:  # the parent reads it as a fault
            os.write(writing, (json.dumps({"state": "fault", "error": repr(error)}) + "\n").encode())
        finally:
            os._exit(1)
    os.close(writing)
    is_open = rng.random() < OPENED
    first = os.read(reading, 1) if is_open else b""
    time.sleep(float(rng.uniform(0.0, LONGEST_S if is_open else LONGEST_OPENING_S)))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as stream:
        lines = (first + stream.read()).decode().split("\n")
    return [json.loads(line) for line in lines if line]


def check(address: str, passphrase: str | None, said: list[dict[str, object]], outcome: Outcome) -> None:
    """Open the store and note everything that is not as it was confirmed."""
    confirmed = [line for line in said if line["state"] == "confirmed"]
    outcome.kills += 1
    outcome.confirmed += len(confirmed)
    outcome.within_a_change += bool(said) and said[-1]["state"] == "begin"
    outcome.while_opening += not said
    outcome.faults += [str(line["error"]) for line in said if line["state"] == "fault"]
    try:
        with open_store(address, passphrase=passphrase) as store:
            outcome.faults += faults_of(store, confirmed)
    except StoreError as error:
        # A writer that was killed before it had made its first store leaves none, or an empty file.
        if said or "There is no store" not in str(error):
            outcome.faults.append(str(error))


def faults_of(store: Store, confirmed: list[dict[str, object]]) -> list[str]:
    """Return what is missing, torn or damaged in a store."""
    faults = []
    with store.reading() as connection:
        if connection.dialect.name == "sqlite":
            whole = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            faults += [f"integrity: {line}" for line in whole if line != "ok"]
            faults += [f"foreign key: {row}" for row in connection.execute(text("PRAGMA foreign_key_check"))]
        gaps = connection.execute(
            select(VERSION.c.entry_key)
            .group_by(VERSION.c.person_id, VERSION.c.entry_key)
            .having(func.max(VERSION.c.version) != func.count())
        ).all()
        faults += [f"gap in the versions of {row}" for row in gaps]
        keys_made = set(connection.execute(select(VERSION.c.entry_key)).scalars())
    try:
        actions = {action.number: action for action in actions_of(store)}
        read_diary(store)
    except (RequestError, StoreError) as error:
        return faults + ([str(error)] if confirmed else [])
    for told in confirmed:
        action = actions.get(int(str(told["action"])))
        if action is None:
            faults.append(f"confirmed action lost: {told}")
        elif action.changes != told["versions"]:
            faults.append(f"torn action: {told} has {action.changes} versions")
        if "key" in told and told["key"] not in keys_made:
            faults.append(f"confirmed entry lost: {told}")
    faults += [
        f"torn import {action.number}"
        for action in actions.values()
        if action.kind == "import" and action.changes != IMPORTED
    ]
    return faults


def kill_many(kills: int, address: str | None, passphrase: str | None, seed: int) -> Outcome:
    """Return what was found after so many kills; without an address, of files in a folder of its own."""
    rng = np.random.default_rng(seed)
    outcome = Outcome()
    confirmed: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(kills):
            if number % ROUNDS_A_STORE == 0 and address is None:
                confirmed = []
            place = address or str(Path(folder) / f"diary-{number // ROUNDS_A_STORE}.db")
            said = killed_writer(place, passphrase, rng)
            check(place, passphrase, said, outcome)
            # What was confirmed in earlier rounds must still be there.
            confirmed += [line for line in said if line["state"] == "confirmed"]
        with suppress(StoreError), open_store(place, passphrase=passphrase) as store:
            outcome.faults += faults_of(store, confirmed)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--store", help="a PostgreSQL database; without it, files are made")
    parser.add_argument("--passphrase", help="for encrypted files; a made-up one")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    outcome = kill_many(asked.kills, asked.store, asked.passphrase, asked.seed)
    print(
        f"{outcome.kills} kills, {outcome.within_a_change} of them within a change, {outcome.while_opening} while the "
        f"store was opened or made; {outcome.confirmed} confirmed changes, {len(outcome.faults)} faults"
    )
    for fault in outcome.faults[:20]:
        print(f"  {fault}")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
