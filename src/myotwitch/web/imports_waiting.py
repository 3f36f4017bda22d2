"""Imports that were looked at and not yet decided on: each belongs to one session, for half an hour."""

from __future__ import annotations

import atexit
import json
import secrets
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import Request

from myotwitch.diary import ENTRY, DiaryPerson, Entry
from myotwitch.web.here import person_of, session_of, workplace_of

LASTS_S = 1800.0
MOST_WAITING = 20
_MAKING = threading.Lock()


@dataclass(kw_only=True, slots=True)
class Waiting:
    """A file that was sent, and what is known of it.

    Parameters
    ----------
    folder
        Holds the file, and its entries once it could be read.
    name
        How the person calls the file.
    csrf, person
        Of which session, and into whose diary.
    until_s
        When it is cleared away **[s of the clock]**.
    chosen
        What the person said about the file.
    told
        What the separate process answered.
    """

    folder: Path
    name: str
    csrf: str
    person: str
    until_s: float
    chosen: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)

    def entries(self) -> tuple[Sequence[Entry], DiaryPerson | None]:
        """Return what the file holds, with what it says about the person."""
        kept = json.loads((self.folder / "entries.json").read_text(encoding="utf-8"))
        person = None if kept["person"] is None else DiaryPerson.model_validate(kept["person"])
        return [ENTRY.validate_python(entry) for entry in kept["entries"]], person


@dataclass(kw_only=True, slots=True)
class ImportsWaiting:
    """All that waits, by its token; it goes when the app ends, and what a killed one left goes when the next begins.

    Parameters
    ----------
    root
        The folder of it all.
    """

    root: Path
    _waiting: dict[str, Waiting] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in self.root.iterdir():
            if time.time() - left.stat().st_mtime > LASTS_S:
                shutil.rmtree(left, ignore_errors=True)
        atexit.register(self.end_all)

    def end_all(self) -> None:
        """Delete everything that waits."""
        for token in tuple(self._waiting):
            self.end(token)

    def begin(self, request: Request, file: Path, name: str) -> str:
        """Take a file in, and return its token."""
        token = secrets.token_hex(16)
        folder = self.root / token
        folder.mkdir(mode=0o700)
        shutil.move(file, folder / "file")
        with self._lock:
            self._clear()
            self._waiting[token] = Waiting(
                folder=folder,
                name=name,
                csrf=session_of(request).csrf,
                person=person_of(request),
                until_s=time.monotonic() + LASTS_S,
            )
        return token

    def find(self, request: Request, token: str) -> Waiting | None:
        """Return what waits under a token, if it belongs to this session and diary."""
        with self._lock:
            self._clear()
            found = self._waiting.get(token)
        is_own = found is not None and (found.csrf, found.person) == (session_of(request).csrf, person_of(request))
        return found if is_own else None

    def end(self, token: str) -> None:
        """Delete a file and all that was read of it."""
        with self._lock:
            found = self._waiting.pop(token, None)
        if found is not None:
            shutil.rmtree(found.folder, ignore_errors=True)

    def _clear(self) -> None:
        by_age = sorted(self._waiting, key=lambda token: self._waiting[token].until_s)
        old = [token for token in by_age if self._waiting[token].until_s < time.monotonic()]
        for token in {*old, *by_age[: max(0, len(by_age) - MOST_WAITING + 1)]}:
            shutil.rmtree(self._waiting.pop(token).folder, ignore_errors=True)


def imports_of(request: Request) -> ImportsWaiting:
    """Return what waits in the running app."""
    state = request.app.state
    with _MAKING:
        if not hasattr(state, "imports_waiting"):
            state.imports_waiting = ImportsWaiting(root=workplace_of(request).recordings / "imports")
        waiting: ImportsWaiting = state.imports_waiting
    return waiting
