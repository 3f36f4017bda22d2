"""Runs of ``myotwitch``, each in a process of its own that need not load the program anew.

A second of every run of the command line goes into loading Python and its libraries, and the journeys run it some
hundred times. Here one process loads the program and does nothing else; for each run it makes a copy of itself (fork),
which gets the run's arguments, folder, environment, input and output, and ends as the program ends. What the copies do
not show is that the program loads: the tests of the documents, of faults and of terminals start it as a person does.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NoReturn

PROGRAM = str(Path(sys.executable).parent / "myotwitch")
LOADED = (
    "myotwitch.cli", "myotwitch.pipeline", "myotwitch.store", "myotwitch.diary", "myotwitch.causes", "myotwitch.report",
    "myotwitch.course.course", "myotwitch.report.course_text", "myotwitch.detection", "myotwitch.recordings",
    "sqlalchemy.dialects.sqlite", "alembic.command", "jinja2",
)  # fmt: skip
OF_THE_RUN = ("MYOTWITCH_", "TZ")
"""How the variables begin that a run may have of its own; others count while Python starts."""
LONGEST_MESSAGE = 1_000_000


def run_program(
    *arguments: str | Path,
    folder: Path | None = None,
    given: bytes = b"",
    timeout_s: float = 120.0,
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run ``myotwitch`` with arguments in a folder; return what it printed and its exit code.

    Parameters
    ----------
    given
        Its input.
    variables
        Of its environment, besides those of this process.

    Raises
    ------
    subprocess.TimeoutExpired
        If it runs longer than it may; it is killed.
    """
    more = dict(variables or {})
    command = [PROGRAM, *map(str, arguments)]
    if not hasattr(os, "fork") or not all(name.startswith(OF_THE_RUN) for name in more):
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, **more}, input=given, capture_output=True, check=False,
            timeout=timeout_s,
        )  # fmt: skip
        return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())
    return _loaded().run(command, str(folder or Path.cwd()), {**os.environ, **more}, given, timeout_s)


@cache
def _loaded() -> _Loaded:
    loaded = _Loaded()
    atexit.register(loaded.close)
    return loaded


class _Loaded:
    """The process that has the program loaded, seen from the tests."""

    def __init__(self) -> None:
        self.ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.lock = threading.Lock()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )

    def run(
        self, command: list[str], folder: str, environment: Mapping[str, str], given: bytes, timeout_s: float
    ) -> subprocess.CompletedProcess[str]:
        order = json.dumps({"command": command, "folder": folder, "environment": dict(environment)}).encode()
        with self.lock, tempfile.TemporaryFile() as inner, tempfile.TemporaryFile() as out, \
                tempfile.TemporaryFile() as err:  # fmt: skip
            inner.write(given)
            inner.seek(0)
            socket.send_fds(self.ours, [order], [inner.fileno(), out.fileno(), err.fileno()])
            pid = int(self._told())
            self.ours.settimeout(timeout_s)
            try:
                code = int(self._told())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                self.ours.settimeout(None)
                self._told()
                raise subprocess.TimeoutExpired(command, timeout_s) from None
            self.ours.settimeout(None)
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(command, code, out.read().decode(), err.read().decode())

    def _told(self) -> bytes:
        told = self.ours.recv(LONGEST_MESSAGE)
        if not told:
            raise AssertionError("The process that has the program loaded has ended.")
        return told

    def close(self) -> None:
        self.ours.close()
        self.process.wait(timeout=10)


def _serve(orders: socket.socket) -> None:
    """Copy this process for each order, until there are no more."""
    for name in LOADED:
        import_module(name)
    from myotwitch.causes import load_catalogue

    load_catalogue()
    gc.collect()
    gc.freeze()
    while True:
        told, files, _, _ = socket.recv_fds(orders, LONGEST_MESSAGE, 3)
        if not told:
            return
        pid = os.fork()
        if pid == 0:
            orders.close()
            _be_the_program(json.loads(told), files)
        for file in files:
            os.close(file)
        orders.send(str(pid).encode())
        _, status = os.waitpid(pid, 0)
        orders.send(str(os.waitstatus_to_exitcode(status)).encode())


def _be_the_program(order: Mapping[str, object], files: list[int]) -> NoReturn:
    """Do a run as the program's own process would, and end as it ends."""
    code: object = 1
    try:
        for place, file in enumerate(files):
            os.dup2(file, place)
            os.close(file)
        sys.stdin, sys.stdout, sys.stderr = (
            io.TextIOWrapper(os.fdopen(0, "rb"), encoding="utf-8"),
            io.TextIOWrapper(os.fdopen(1, "wb"), encoding="utf-8"),
            io.TextIOWrapper(os.fdopen(2, "wb"), encoding="utf-8", errors="backslashreplace", line_buffering=True),
        )
        os.environ.clear()
        os.environ.update(order["environment"])  # type: ignore[call-overload]
        time.tzset()
        os.chdir(str(order["folder"]))
        sys.argv = list(order["command"])  # type: ignore[call-overload]
        from myotwitch.cli import main

        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code
        except BaseException:
            traceback.print_exc()
        threading._shutdown()  # type: ignore[attr-defined]  # what Python does at its end, in its order
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
