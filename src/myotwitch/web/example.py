"""The app on the example person: made anew when it is opened, and its recording searched."""

from __future__ import annotations

import hashlib
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from myotwitch.demonstration import EXAMPLE_PERSON, example_recording, write_example
from myotwitch.demonstration.example_person import RECORDINGS_NAME
from myotwitch.diary import RecordingMade
from myotwitch.recordings import open_recording
from myotwitch.web.recordings_kept import KeptRecording, kept_recording
from myotwitch.web.recordings_work import workshop_in
from myotwitch.web.workplace import Workplace

_ENDING_SIGNALS = ("SIGTERM", "SIGHUP")


@contextmanager
def example_store(folder: Path | None) -> Iterator[Path]:
    """Give the store of the example person, made anew.

    Parameters
    ----------
    folder
        Where it is made, and stays; without one it is made in a temporary folder that is removed at the end.

    Raises
    ------
    RequestError
        If the folder cannot be written, or holds somebody else's diary under the example's name.
    """
    if folder is not None:
        yield _made_in(folder)
        return
    with _ending_in_order(), tempfile.TemporaryDirectory(prefix="myotwitch-example-") as temporary:
        yield _made_in(Path(temporary))


def _made_in(folder: Path) -> Path:
    store = write_example(folder, datetime.now().astimezone())
    content = example_recording()
    kept = KeptRecording(folder=folder / RECORDINGS_NAME / hashlib.sha256(content).hexdigest())
    kept.folder.mkdir(parents=True)
    main = kept.folder / "recording.edf"
    main.write_bytes(content)
    recording = open_recording(main)
    kept.write("about", {
        "format": recording.format_name, "duration_s": recording.duration_s,
        "sampling_rate_hz": max(channel.sampling_rate_hz for channel in recording.channels),
        "channels": len(recording.channels), "notes": list(recording.notes),
        "main": main.name, "name": "calf.edf", "size_bytes": len(content),
    })  # fmt: skip
    return store


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Let a request to end pass through what clears away, as Ctrl+C does."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    known = [getattr(signal, name) for name in _ENDING_SIGNALS if hasattr(signal, name)]
    before = [(number, signal.signal(number, end)) for number in known]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def search_example(state: Any, workplace: Workplace) -> None:
    """Begin to search the example's recording, where the store is the example's.

    Parameters
    ----------
    state
        Of the running app.
    workplace
        Its store.
    """
    if EXAMPLE_PERSON not in workplace.names:
        return
    for entry in workplace.diary(EXAMPLE_PERSON).of(RecordingMade):
        kept = kept_recording(workplace, entry.sha256)
        if kept.is_there:
            workshop_in(state).ask(kept, {"place": entry.place, "muscle": entry.muscle, "side": entry.side})
