"""A PostgreSQL server of the tests' own, in a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import pytest
from pg8000 import native

FOLDERS = Path("/usr/lib/postgresql")
USER = "postgres"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest; None where it is not installed."""
    on_path = shutil.which("initdb")
    found = sorted(FOLDERS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return Path(on_path).resolve().parent if on_path else found[-1].parent if found else None


def without_server() -> NoReturn:
    """Skip the test, or fail it where a server must be there, as in CI."""
    reason = "PostgreSQL is not installed: initdb is neither on the PATH nor in /usr/lib/postgresql"
    if os.environ.get("MYOTWITCH_TESTS_NEED_POSTGRESQL"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def running_server(binaries: Path) -> Iterator[Path]:
    """Give the folder with the socket of a running server; stop it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="myotwitch-pg-"))
    # PostgreSQL refuses to run as root; it runs as the user that its package makes.
    user = USER if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)

    def run(*command: str | Path) -> None:
        subprocess.run(list(map(str, command)), user=user, check=True, capture_output=True, cwd=folder, timeout=60)

    try:
        run(binaries / "initdb", "-D", folder / "data", "-U", "tester", "-A", "trust", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c shared_buffers=16MB -c max_connections=40"
        run(binaries / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield folder
        finally:
            with suppress(subprocess.CalledProcessError):  # a test may have killed it
                run(binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def url_of(folder: Path, database: str) -> str:
    """Return the URL of a database of the server."""
    return f"postgresql://tester@/{database}?unix_sock={folder}/.s.PGSQL.5432"


def say(folder: Path, database: str, statement: str) -> None:
    """Run one statement outside of a transaction."""
    connection = native.Connection("tester", database=database, unix_sock=f"{folder}/.s.PGSQL.5432")
    try:
        connection.run(statement)
    finally:
        connection.close()
