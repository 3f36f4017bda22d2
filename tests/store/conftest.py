"""Stores to test: the same tests run on a file, an encrypted file and PostgreSQL."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.store.postgresql_server import programs, running_server, say, url_of, without_server
from tests.store.stores import PASSPHRASE, Place

from myotwitch.store import Store, open_store

KINDS = ("file", "encrypted", "postgresql")

DATABASES = ("diaries_1", "diaries_2")
"""A test may use two at once; the next test finds them empty."""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """A function that empties a database on a running server and returns its URL."""
    binaries = programs()
    if binaries is None:
        without_server()
    with running_server(binaries) as folder:
        for name in DATABASES:
            say(folder, "postgres", f"CREATE DATABASE {name}")
        names = itertools.cycle(DATABASES)

        def empty_database() -> str:
            name = next(names)
            say(folder, name, "DROP SCHEMA public CASCADE")
            say(folder, name, "CREATE SCHEMA public")
            return url_of(folder, name)

        yield empty_database


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where there is no store yet, of each kind."""
    if request.param == "postgresql":
        return Place(address=request.getfixturevalue("postgresql")())
    return Place(address=str(tmp_path / "diary.db"), passphrase=PASSPHRASE if request.param == "encrypted" else None)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """An empty store of each kind."""
    with place.open() as there:
        yield there


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file."""
    with open_store(tmp_path / "diary.db", create=True) as there:
        yield there
