"""Recordings: the list, the upload, and taking one out again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from myotwitch.anatomy import PLACE_LABELS, SIDES
from myotwitch.diary import RecordingMade
from myotwitch.errors import MyotwitchError, RequestError
from myotwitch.language import _, retold
from myotwitch.store import add_entry, remove_entry
from myotwitch.web.apart_run import ApartError, run_apart
from myotwitch.web.dates import time_words
from myotwitch.web.forms import Sent, entry_from_fields
from myotwitch.web.here import COMMAND, diary_of, person_of, session_of, workplace_of
from myotwitch.web.recordings_kept import ENDINGS, KeptRecording, gathered, kept_recording
from myotwitch.web.recordings_named import Key, entry_for, entry_of, found_words, given_of, where_words
from myotwitch.web.recordings_work import workshop_of
from myotwitch.web.templating import page, said
from myotwitch.web.uploads import Received, incoming_folder, receive

router = APIRouter(prefix="/recordings")

MOST_CHANNELS = 1024


class State(BaseModel):
    """How far a recording is."""

    step: Literal["waiting", "wave", "search", "done", "failed", "missing"]
    fraction: float
    can_be_drawn: bool
    message: str


@router.get("")
def recordings_page(request: Request) -> Response:
    """Show every recording, and the upload."""
    entries = sorted(diary_of(request).of(RecordingMade), key=lambda entry: entry.time, reverse=True)
    return page(request, "recordings.html", {
        "recordings": [_row(request, entry) for entry in entries],
        "endings": ENDINGS,
        "places": list(PLACE_LABELS.items()),
        "sides": SIDES,
        "folder": str(workplace_of(request).recordings),
        "now": Sent.clock().strftime("%Y-%m-%dT%H:%M"),
        "largest_mb": workplace_of(request).settings.largest_upload_bytes // 1_000_000,
    })  # fmt: skip


@router.post("/upload")
async def upload(request: Request) -> Response:
    """Keep an uploaded recording, note it in the diary, and begin to search it."""
    workplace = workplace_of(request)
    with incoming_folder(workplace.recordings) as folder:
        files, fields = await receive(request, folder)
        try:
            entry = await run_in_threadpool(_keep, request, folder, files, fields)
        except MyotwitchError as error:
            if request.headers.get("x-csrf-token") is None:
                raise
            return JSONResponse({"detail": str(error)}, status_code=422)
    address = f"/recordings/{entry.key}"
    if request.headers.get("x-csrf-token") is not None:
        return JSONResponse({"address": address})
    return RedirectResponse(address, status_code=303)


def _keep(request: Request, folder: Path, files: tuple[Received, ...], fields: Mapping[str, str]) -> RecordingMade:
    """Return the entry of a recording that was received, and that can be read."""
    workplace = workplace_of(request)
    main, name, sha256 = gathered(files, folder)
    told = entry_of(request, sha256)
    kept = kept_recording(workplace, sha256)
    if told is not None and kept.is_there:
        session_of(request).told = (said(request, "You have this recording already; here it is."), None)
        return told
    about = _read_apart(folder, main, name)
    sent = Sent(fields={key: value for key, value in fields.items() if value}, now=Sent.clock(fields.get("offset_min")))
    entry = entry_from_fields("recording", {
        "time": sent.time(), "sha256": sha256, "file": name, "duration_s": about["duration_s"],
        **{key: sent.fields.get(key) for key in ("place", "side", "muscle", "text")},
    })  # fmt: skip
    size = sum(file.size for file in files)
    KeptRecording(folder=folder).write("about", {**about, "main": main, "name": name, "size_bytes": size})
    if not kept.is_there:
        kept.delete()
        folder.replace(kept.folder)
    if told is None:
        changed = add_entry(workplace.store, person_of(request), entry, command=COMMAND)
        session_of(request).told = (said(request, "Kept; it is being searched now."), changed.action)
        told = entry_of(request, sha256)
    assert told is not None
    workshop_of(request).ask(kept, given_of(told))
    return told


def _read_apart(folder: Path, main: str, name: str) -> Mapping[str, Any]:
    try:
        about = run_apart("open", folder, {"main": main})
    except ApartError as error:
        raise ApartError(str(error).replace(main, name)) from error
    if about["channels"] > MOST_CHANNELS:
        raise RequestError(
            _("{name} has {channels} channels; at most {most_channels} are searched here.").format(
                name=name, channels=about["channels"], most_channels=MOST_CHANNELS
            )
        )
    return about


@router.get("/{key}/state")
def state(request: Request, key: Key) -> State:
    """Return how far a recording is."""
    entry = entry_for(request, key)
    kept = kept_recording(workplace_of(request), entry.sha256)
    if not kept.is_there:
        return State(step="missing", fraction=0.0, can_be_drawn=False, message="")
    step, fraction = workshop_of(request).ask(kept, given_of(entry))
    known = step if step in ("waiting", "wave", "search", "done", "failed") else "search"
    return State.model_validate(
        {"step": known, "fraction": fraction, "can_be_drawn": kept.has_wave, "message": retold(kept.failure or "")}
    )


@router.post("/{key}/again")
def search_again(request: Request, key: Key) -> Response:
    """Search a recording once more whose search failed."""
    entry = entry_for(request, key)
    (kept_recording(workplace_of(request), entry.sha256).folder / "failed.json").unlink(missing_ok=True)
    return RedirectResponse(f"/recordings/{entry.key}", status_code=303)


@router.post("/{key}/remove")
def take_out(request: Request, key: Key) -> Response:
    """Take a recording out of the diary; its file stays, so that it can be brought back."""
    action, _ = remove_entry(
        workplace_of(request).store, person_of(request), entry_for(request, key).key, command=COMMAND
    )
    session_of(request).told = (said(request, "Taken out of the diary."), action)
    return RedirectResponse("/recordings", status_code=303)


@router.post("/{key}/delete")
def delete(request: Request, key: Key) -> Response:
    """Delete the file of a recording with all that was found in it; the diary still says that it was made."""
    entry = entry_for(request, key)
    kept_recording(workplace_of(request), entry.sha256).delete()
    session_of(request).told = (said(request, "The file is deleted. The diary still says that it was made."), None)
    return RedirectResponse("/recordings", status_code=303)


def _row(request: Request, entry: RecordingMade) -> Mapping[str, Any]:
    kept = kept_recording(workplace_of(request), entry.sha256)
    about = kept.read("about") if kept.is_there else None
    step = workshop_of(request).ask(kept, given_of(entry))[0] if about is not None else "missing"
    return {
        "key": entry.key,
        "name": entry.file or entry.sha256[:12],
        "day": time_words(entry.time),
        "minutes": None if entry.duration_s is None else entry.duration_s / 60,
        "channels": None if about is None else about["channels"],
        "place": where_words(entry),
        "step": step,
        "found": found_words(request, kept) if step == "done" else kept.failure or "",
    }
