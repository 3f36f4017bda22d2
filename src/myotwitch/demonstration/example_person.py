"""The example person: three months of a simulated diary that end today, and a simulated recording."""

from __future__ import annotations

import shutil
from datetime import datetime, timezone
from importlib.resources import files
from pathlib import Path

from myotwitch.case.vocabulary import Sex
from myotwitch.diary import DiaryPerson, Entry, table_from_text
from myotwitch.errors import RequestError
from myotwitch.store import add_person, import_entries, names_in, open_store

EXAMPLE_PERSON = "Example person (simulated)"
"""Name in the store; wherever it stands, the app says that nobody is meant."""
AGE_YEARS = 34
STORE_NAME, RECORDINGS_NAME = "example.db", "example_recordings"
_STORE_FILES = frozenset({STORE_NAME, f"{STORE_NAME}-wal", f"{STORE_NAME}-shm", RECORDINGS_NAME})
_TABLE, _RECORDING = "example_diary.csv", "calf.edf"


def example_entries(now: datetime) -> tuple[Entry, ...]:
    """Return the entries of the example person up to a time, as if the last day of the table were that day.

    Parameters
    ----------
    now
        The time, with its offset from UTC; every entry gets the same offset.

    Raises
    ------
    RequestError
        If the time has no offset.
    """
    offset = now.utcoffset()
    if offset is None:
        raise RequestError("The time of the example has no offset from UTC; give one, as datetime.now().astimezone().")
    entries = table_from_text(files("myotwitch.demonstration").joinpath(_TABLE).read_text("utf-8"), _TABLE).entries
    later = now.date() - entries[-1].time.date()
    zone = timezone(offset)
    moved = (entry.model_copy(update={"time": entry.time.replace(tzinfo=zone) + later}) for entry in entries)
    return tuple(entry for entry in moved if entry.time <= now)


def example_recording() -> bytes:
    """Return the content of the recording that the example's diary names: EDF, simulated, and says so."""
    return files("myotwitch.demonstration").joinpath(_RECORDING).read_bytes()


def write_example(folder: Path, now: datetime) -> Path:
    """Make the store of the example person anew in a folder; return it.

    What an earlier call made there is replaced; anything else in the folder is left alone.

    Raises
    ------
    RequestError
        If a store of somebody else has that name, or the folder cannot be written.
    """
    store = folder / STORE_NAME
    if store.exists():
        _check_is_example(store)
    try:
        _remove_earlier(folder)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(
            f"The example cannot be made in {folder}: {error.strerror or error}. Name another folder, or end the "
            "program that has it open."
        ) from error
    profile = DiaryPerson(birth_year=now.year - AGE_YEARS, sex=Sex.MALE, weight_kg=78.0, height_cm=181.0, smokes=False)
    with open_store(store, create=True) as made:
        add_person(made, EXAMPLE_PERSON)
        entries = example_entries(now)
        import_entries(made, EXAMPLE_PERSON, entries, source=_TABLE, command="demo", profile=profile)
    return store


def _check_is_example(store: Path) -> None:
    with open_store(store) as there:
        others = [name for name in names_in(there) if name != EXAMPLE_PERSON]
    if others:
        raise RequestError(
            f"{store} holds the diary of {', '.join(others)}, not only the example; name another folder for it."
        )


def _remove_earlier(folder: Path) -> None:
    for name in _STORE_FILES:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
