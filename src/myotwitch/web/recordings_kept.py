"""KeptRecording: the folder of one recording, named by the digest of its content, and what lies in it.

The file itself is ``recording.<ending>`` (WFDB headers beside their data, a sidecar beside any); ``about.json`` says
what it is; ``wave.bin`` and ``wave.json`` are the pyramid of the viewer; ``found.json`` is the contract's answer,
``table.json`` and ``summary.json`` the same for pages; ``verdicts.jsonl`` is what the person said about single events.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from myotwitch.diary import Diary, RecordingMade
from myotwitch.errors import RequestError
from myotwitch.language import _
from myotwitch.recordings import READERS
from myotwitch.twitches import Twitches
from myotwitch.web.twitches_again import twitches_from_document, without_rows
from myotwitch.web.uploads import Received
from myotwitch.web.wfdb_together import DATA_ENDING, HEADER_ENDING, wfdb_together
from myotwitch.web.workplace import Workplace

MOST_VERDICT_BYTES = 50_000_000
ENDINGS = tuple(READERS)
SIDECAR_ENDING = ".json"


class Verdict(StrEnum):
    """What a person says about an event."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptRecording:
    """The folder of one recording."""

    folder: Path

    @property
    def is_there(self) -> bool:
        """True if the file is kept on this computer; a diary may name one that is not."""
        return (self.folder / "about.json").is_file()

    @property
    def is_searched(self) -> bool:
        """True if the search is done."""
        return (self.folder / "summary.json").is_file()

    @property
    def has_wave(self) -> bool:
        """True if it can be drawn."""
        return (self.folder / "wave.json").is_file()

    @property
    def failure(self) -> str | None:
        """Why it could not be searched; None where nothing went wrong."""
        path = self.folder / "failed.json"
        return str(_read(path)["message"]) if path.is_file() else None

    def read(self, name: str) -> Mapping[str, Any]:
        """Return one of its documents: ``about``, ``summary``, ``table``, ``found``.

        Raises
        ------
        RequestError
            If it is not there yet.
        """
        try:
            return _read(self.folder / f"{name}.json")
        except (OSError, ValueError) as error:
            raise RequestError(_("The recording is still being searched; look again in a moment.")) from error

    def write(self, name: str, content: Mapping[str, Any]) -> None:
        """Keep a document; it is there when all of it is."""
        part = self.folder / f"{name}.part"
        part.write_text(json.dumps(content), encoding="utf-8")
        part.replace(self.folder / f"{name}.json")

    def verdicts(self) -> Mapping[int, Verdict]:
        """Return what the person said about events, the last word on each, by the event's number."""
        path, last = self.folder / "verdicts.jsonl", {}
        if not path.is_file():
            return {}
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                said = json.loads(line)
                last[int(said["event"])] = Verdict(said["verdict"])
            except (ValueError, KeyError):
                continue  # a line cut short by a pulled plug was never confirmed
        return {event: verdict for event, verdict in last.items() if verdict is not Verdict.OPEN}

    def say(self, event: int, onset_s: float, verdict: Verdict) -> None:
        """Keep a verdict, safe on disk; what was said before stays in the file.

        Raises
        ------
        RequestError
            If the file has grown beyond what a person can have said.
        """
        path = self.folder / "verdicts.jsonl"
        if path.is_file() and path.stat().st_size > MOST_VERDICT_BYTES:
            raise RequestError(_("More verdicts were given than are kept; export them, and delete the recording."))
        said = {"event": event, "onset_s": onset_s, "verdict": verdict.value, "at": datetime.now(UTC).isoformat()}
        with path.open("a+b") as stream:
            size = stream.seek(0, os.SEEK_END)
            if size:
                stream.seek(size - 1)
                torn = stream.read(1) != b"\n"
            stream.write((b"\n" if size and torn else b"") + json.dumps(said).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def delete(self) -> None:
        """Take the file and all that was made of it from this computer."""
        shutil.rmtree(self.folder, ignore_errors=True)


def kept_recording(workplace: Workplace, sha256: str) -> KeptRecording:
    """Return the folder of a recording with this digest, whether or not there is one."""
    return KeptRecording(folder=workplace.recordings / sha256)


def measured_of(workplace: Workplace, diary: Diary) -> tuple[Twitches, ...]:
    """Return the twitches of every recording of a diary that was searched, without those that the person rejected.

    The entry says where it was recorded; that holds for channels that do not say.
    """
    measured = {}
    for entry in diary.of(RecordingMade):
        kept = kept_recording(workplace, entry.sha256)
        if not kept.is_searched:
            continue
        twitches = twitches_from_document(kept.read("found"))
        rejected = [event for event, verdict in kept.verdicts().items() if verdict is Verdict.REJECTED]
        measured[entry.sha256] = _placed(without_rows(twitches, rejected), entry)
    return tuple(measured.values())


def _placed(twitches: Twitches, entry: RecordingMade) -> Twitches:
    observation = twitches.observation
    channels = tuple(
        replace(
            channel,
            place=channel.place or entry.place,
            muscle=channel.muscle or entry.muscle,
            side=channel.side or entry.side,
        )
        for channel in observation.channels
    )
    return replace(twitches, observation=replace(observation, channels=channels))


def forget_recordings(workplace: Workplace, diary: Diary) -> int:
    """Delete the recordings that only this diary names; return how many. For erasing a person."""
    others = {
        entry.sha256
        for name in workplace.names
        for entry in workplace.diary(name).of(RecordingMade)
        if workplace.diary(name) is not diary
    }
    own = {entry.sha256 for entry in diary.of(RecordingMade)} - others
    kept = [kept_recording(workplace, sha256) for sha256 in own]
    for recording in kept:
        recording.delete()
    return sum(1 for recording in kept if not recording.folder.exists())


def gathered(files: Sequence[Received], folder: Path) -> tuple[str, str, str]:
    """Give the files of an upload the names under which they are kept; return the main one, its shown name, its digest.

    Raises
    ------
    RequestError
        If they are not one recording of a known format.
    """
    headers = [file for file in files if file.ending == HEADER_ENDING]
    data = [file for file in files if file.ending == DATA_ENDING]
    sidecars = [file for file in files if file.ending == SIDECAR_ENDING]
    others = [file for file in files if file not in (*headers, *data, *sidecars)]
    is_one = not others if headers or data else len(others) == 1
    if not is_one or len(sidecars) > 1 or any(file.ending not in ENDINGS for file in others):
        raise RequestError(_wrong_files(files))
    if bool(headers) != bool(data):
        raise RequestError(_("A WFDB recording is a header (.hea) and its data (.dat); choose both together."))
    for file in (*others, *sidecars):
        file.path.replace(folder / f"recording{file.ending}")
    if headers:
        main, sha256 = wfdb_together(headers, data, folder)
        return f"recording{main.ending}", main.name, sha256
    return f"recording{others[0].ending}", others[0].name, others[0].sha256


def _wrong_files(files: Sequence[Received]) -> str:
    endings = ", ".join(ENDINGS)
    if not files:
        return _("No file came; choose a recording. Known are {endings}.").format(endings=endings)
    return _(
        "{names}: this is not one recording of a known format. Known are {endings}. A .json may state what the file "
        "does not."
    ).format(names=", ".join(f"{file.name!r}" for file in files[:4]), endings=endings)


def _read(path: Path) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read
