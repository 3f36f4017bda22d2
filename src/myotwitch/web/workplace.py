"""Workplace: the open store, and what is worked out from it once for all pages."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self, TypeVar

from myotwitch.diary import Diary
from myotwitch.errors import RequestError, StoreError
from myotwitch.language import _, language_in_use
from myotwitch.store import Erased, add_person, erase, names_in, open_store, set_passphrase
from myotwitch.store.persons import ALONE
from myotwitch.store.revision import DiaryState, diary_state
from myotwitch.web.settings import AppSettings

PASSPHRASE_VARIABLE = "MYOTWITCH_PASSPHRASE"
Result = TypeVar("Result")


class Workplace:
    """The open store, the diaries that were read, and what was worked out from them.

    Method
    ------
    A diary is read whole once; afterwards only what changed. What takes longer than a page may (course, assessment) is
    worked out beside, once for each state of the diary; a page asks until it is there.
    """

    def __init__(self, settings: AppSettings) -> None:
        self.settings = settings
        self.store = open_store(settings.store, passphrase=os.environ.get(PASSPHRASE_VARIABLE), create=True)
        if not names_in(self.store):
            add_person(self.store, settings.person or ALONE)
        if settings.person is not None and settings.person not in self.names:
            self.store.close()
            known = ", ".join(self.names)
            raise RequestError(f"There is no person {settings.person!r} in {settings.store}; there are {known}.")
        self._states: dict[str, DiaryState] = {}
        self._work: dict[tuple[str, str, str], tuple[int, Future[Any], float]] = {}
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="worked-out")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._worker.shutdown(wait=False, cancel_futures=True)
        self.store.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of everybody whose diary is kept."""
        return names_in(self.store)

    @property
    def first_person(self) -> str:
        """Whose diary is shown first."""
        return self.settings.person or self.names[0]

    @property
    def recordings(self) -> Path:
        """The folder in which recordings are kept."""
        if self.settings.recordings is not None:
            return self.settings.recordings
        file = self.store.address.file
        return Path("recordings") if file is None else file.with_name(f"{file.stem}_recordings")

    def state(self, person: str) -> DiaryState:
        """Return a person's diary as it stands now, with the number of its last change."""
        with self._lock:
            state = diary_state(self.store, person, self._states.get(person))
            self._states[person] = state
        return state

    def diary(self, person: str) -> Diary:
        """Return a person's diary as it stands now."""
        return self.state(person).diary

    def worked_out(
        self, name: str, person: str, make: Callable[[Diary], Result], *, lasts_s: float = math.inf
    ) -> Result | None:
        """Return what `make` gives for the diary as it stands, in the language in use; None while it is being made.

        Parameters
        ----------
        name
            What it is, so that it is made once for each state of a diary.
        make
            Makes it.
        lasts_s
            After how long it is made anew though the diary is the same, as what depends on the time of the day **[s]**.
        """
        state, clock_s = self.state(person), time.monotonic()
        with self._lock:
            known = self._work.get((name, person, language_in_use()))
            if known is None or known[0] != state.revision or clock_s > known[2]:
                if known is not None:
                    known[1].cancel()
                known = (state.revision, self._worker.submit(copy_context().run, make, state.diary), clock_s + lasts_s)
                self._work[name, person, language_in_use()] = known
        return known[1].result() if known[1].done() else None

    def encrypt(self, before: str | None, after: str) -> None:
        """Put the store under a passphrase, or under another one; it is closed and opened again meanwhile."""
        file = self.store.address.file
        if file is None:
            raise StoreError(_("A database on a server is not encrypted by the program; its server does that."))
        with self._lock:
            if self.store.is_encrypted:
                open_store(self.settings.store, passphrase=before).close()  # whoever asks must know it
            else:
                before = None
            with self.store.gate.shut():
                self.store.close()
                set_passphrase(file, before, after)
                self.store = open_store(self.settings.store, passphrase=after)

    def erase(self, person: str) -> Erased:
        """Erase a person with everything of theirs, what is remembered here among it; a new diary may begin."""
        from myotwitch.web.recordings_kept import forget_recordings

        forget_recordings(self, self.diary(person))
        with self._lock:
            self._states.pop(person, None)
            for key in [key for key in self._work if key[1] == person]:
                self._work.pop(key)[1].cancel()
            erased = erase(self.store, person)
            if not self.names:
                add_person(self.store, ALONE)
        return erased
