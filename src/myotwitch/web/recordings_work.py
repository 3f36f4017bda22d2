"""Searches recordings in the background, one at a time, in a separate process; tells how far it is."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from myotwitch.web.apart_run import LONG, ApartError, run_apart
from myotwitch.web.recordings_kept import KeptRecording

_MAKING = threading.Lock()


@dataclass(kw_only=True)
class Workshop:
    """What is searched, and what waits for it. A killed app goes on where a page next asks for the recording."""

    _steps: dict[str, tuple[str, float]] = field(default_factory=dict)
    _waiting: queue.Queue[tuple[KeptRecording, Mapping[str, Any]]] = field(default_factory=queue.Queue)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        # A daemon, so that the app ends at once; the separate process ends with it.
        threading.Thread(target=self._work, name="recordings", daemon=True).start()

    def ask(self, kept: KeptRecording, given: Mapping[str, Any]) -> tuple[str, float]:
        """Return how far a recording is (``waiting``, ``wave``, ``search``, ``done``, ``failed``; share of the step).

        One that is not searched yet is put in line.
        """
        if kept.is_searched:
            return "done", 1.0
        if kept.failure is not None:
            return "failed", 0.0
        with self._lock:
            known = self._steps.get(kept.folder.name)
            if known is None:
                known = self._steps[kept.folder.name] = ("waiting", 0.0)
                self._waiting.put((kept, given))
        return known

    def _work(self) -> None:
        while True:
            kept, given = self._waiting.get()
            try:
                self._search(kept, given)
            finally:
                with self._lock:
                    self._steps.pop(kept.folder.name, None)

    def _search(self, kept: KeptRecording, given: Mapping[str, Any]) -> None:
        def told(said: Mapping[str, Any]) -> None:
            with self._lock:
                self._steps[kept.folder.name] = (str(said.get("step"))[:20], float(said.get("fraction", 0.0)))

        if not kept.is_there:
            return
        told({"step": "wave"})
        try:
            about = kept.read("about")
            given = {"main": about["main"], "name": about["name"], **given}
            run_apart("search", kept.folder, given, limits=LONG, progress=told)
        except ApartError as error:
            if kept.is_there:
                kept.write("failed", {"message": str(error).replace(str(about["main"]), str(about["name"]))})
        except OSError as error:
            if kept.is_there:
                kept.write("failed", {"message": f"The recording cannot be searched: {error.strerror or error}."})


def workshop_of(request: Request) -> Workshop:
    """Return the one workshop of the running app."""
    return workshop_in(request.app.state)


def workshop_in(state: Any) -> Workshop:
    """Return the one workshop of the app with this state."""
    with _MAKING:
        if not hasattr(state, "recordings_workshop"):
            state.recordings_workshop = Workshop()
        workshop: Workshop = state.recordings_workshop
    return workshop
