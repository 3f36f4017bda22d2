"""The viewer of one recording: its page, the tiles that it draws, the events with verdicts, spectrum, exports."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Form, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from myotwitch.diary import RecordingMade
from myotwitch.errors import RequestError
from myotwitch.language import _
from myotwitch.twitches.table import CHANNEL_SEPARATOR, COLUMNS
from myotwitch.web.here import workplace_of
from myotwitch.web.pyramid import TILE_BINS, WIDEST_BIN, Wave, open_wave
from myotwitch.web.recordings_drawing import shape_drawing
from myotwitch.web.recordings_kept import KeptRecording, Verdict, kept_recording
from myotwitch.web.recordings_named import Key, entry_for, found_words, given_of, where_words
from myotwitch.web.recordings_work import workshop_of
from myotwitch.web.spectrum import LONGEST_SAMPLES, spectrum_of
from myotwitch.web.templating import page

router = APIRouter(prefix="/recordings")

EVENTS_A_PAGE = 25
MOST_SOURCES_DRAWN = 24
LONGEST_S = 1e8
FORMULA_SIGNS = ("=", "+", "-", "@", "\t")

Seconds = Annotated[float, Query(ge=0.0, le=LONGEST_S)]


class Spectrum(BaseModel):
    """How much of each frequency a stretch holds.

    Frequencies [Hz]; amplitude density [the channel's unit per square root of Hz]; the seconds that were looked at [s].
    """

    frequency_hz: list[float]
    density: list[float]
    looked_at_s: float


class Said(BaseModel):
    """How many events have which verdict."""

    accepted: int
    rejected: int


def _opened(request: Request, key: str) -> tuple[RecordingMade, KeptRecording]:
    entry = entry_for(request, key)
    return entry, kept_recording(workplace_of(request), entry.sha256)


@lru_cache(maxsize=4)
def _wave(folder: Path, _: int) -> Wave:
    return open_wave(folder)


def _wave_of(kept: KeptRecording) -> Wave:
    try:
        made = (kept.folder / "wave.json").stat().st_mtime_ns
    except OSError:
        raise RequestError(_("The recording is still being prepared; look again in a moment.")) from None
    return _wave(kept.folder, made)


@lru_cache(maxsize=4)
def _table(folder: Path, _: int) -> Mapping[str, Any]:
    return KeptRecording(folder=folder).read("table")


def _table_of(kept: KeptRecording) -> Mapping[str, Any]:
    if not kept.is_searched:
        raise RequestError(_("The recording is still being searched; look again in a moment."))
    return _table(kept.folder, (kept.folder / "table.json").stat().st_mtime_ns)


@router.get("/{key}")
def viewer(request: Request, key: Key, number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1) -> Response:
    """Show a recording with what was found in it, or how far the search is."""
    entry, kept = _opened(request, key)
    values: dict[str, Any] = {
        "key": entry.key, "entry": entry, "name": entry.file or entry.sha256[:12], "is_there": kept.is_there,
        "place": where_words(entry), "has_wave": kept.has_wave,
    }  # fmt: skip
    if not kept.is_there:
        return page(request, "recordings_state.html", {**values, "step": "missing", "failure": None})
    step, _ = workshop_of(request).ask(kept, given_of(entry))
    if step != "done":
        return page(request, "recordings_state.html", {**values, "step": step, "failure": kept.failure})
    table, verdicts = _table_of(kept), kept.verdicts()
    pages = max(1, -(-len(table["onset_s"]) // EVENTS_A_PAGE))
    shown = min(number, pages)
    rows = range((shown - 1) * EVENTS_A_PAGE, min(shown * EVENTS_A_PAGE, len(table["onset_s"])))
    return page(request, "recordings_viewer.html", {
        **values,
        "about": kept.read("about"), "summary": kept.read("summary"),
        "found": found_words(request, kept),
        "events": [_event(table, verdicts, row) for row in rows],
        "page_number": shown, "page_count": pages, "a_page": EVENTS_A_PAGE,
        "counted": _counted(verdicts), "problems": _problems(table),
        "sources": _sources(request, table), "more_sources": max(0, len(table["sources"]) - MOST_SOURCES_DRAWN),
        "excluded": _excluded(table), "kinds": Counter(table["kinds"][kind] for kind in table["kind"]),
    })  # fmt: skip


@router.get("/{key}/wave")
def wave(request: Request, key: Key) -> Response:
    """Return where the tiles of a recording are: rates, channels, steps."""
    _, kept = _opened(request, key)
    _wave_of(kept)
    told = kept.read("wave")
    return JSONResponse({**told, "tile_bins": TILE_BINS, "name": kept.read("about")["name"]})


@router.get("/{key}/tile", responses={200: {"content": {"application/octet-stream": {}}}}, response_class=Response)
def tile(
    request: Request,
    key: Key,
    group: Annotated[int, Query(ge=0, le=1024)],
    bin_samples: Annotated[int, Query(alias="bin", ge=1, le=WIDEST_BIN)],
    number: Annotated[int, Query(alias="tile", ge=0, le=1 << 40)],
) -> Response:
    """Return smallest and largest steps of every bin: int16, little end first; channel by channel, smallest first."""
    _, kept = _opened(request, key)
    steps = _wave_of(kept).tile(group, bin_samples, number)
    return Response(steps.astype("<i2").tobytes(), media_type="application/octet-stream")


@router.get("/{key}/events.json")
def events(request: Request, key: Key) -> Response:
    """Return all events as columns, with the verdicts."""
    _, kept = _opened(request, key)
    verdicts = {str(event): verdict.value for event, verdict in kept.verdicts().items()}
    return JSONResponse({**_table_of(kept), "verdicts": verdicts})


@router.post("/{key}/verdict")
def say(
    request: Request,
    key: Key,
    event: Annotated[int, Form(ge=0, le=10_000_000)],
    verdict: Annotated[Verdict, Form()],
    number: Annotated[int, Form(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Keep what the person says about an event."""
    kept = _opened(request, key)[1]
    onsets = _table_of(kept)["onset_s"]
    if event >= len(onsets):
        raise RequestError(
            _("There is no event {event}; there are {onsets_count}.").format(event=event, onsets_count=len(onsets))
        )
    kept.say(event, onsets[event], verdict)
    if request.headers.get("x-csrf-token") is None:
        return RedirectResponse(f"/recordings/{key}?page={number}#events", status_code=303)
    return JSONResponse(_counted(kept.verdicts()).model_dump())


@router.get("/{key}/spectrum")
def spectrum(
    request: Request, key: Key, channel: Annotated[int, Query(ge=0, le=100_000)], start_s: Seconds, stop_s: Seconds
) -> Spectrum:
    """Return the spectrum of a stretch of a channel."""
    _, kept = _opened(request, key)
    samples, rate_hz = _wave_of(kept).samples(channel, start_s, stop_s, LONGEST_SAMPLES)
    frequency_hz, density = spectrum_of(samples, rate_hz)
    return Spectrum(
        frequency_hz=np.round(frequency_hz, 3).tolist(),
        density=[float(f"{value:.4g}") for value in density],
        looked_at_s=samples.size / rate_hz,
    )


@router.get("/{key}/events.csv")
def events_table(request: Request, key: Key) -> Response:
    """Return the events with their verdicts as a table."""
    _, kept = _opened(request, key)
    verdicts, stream = kept.verdicts(), io.StringIO()
    writer = csv.DictWriter(stream, [*COLUMNS, "verdict"], extrasaction="ignore")
    writer.writeheader()
    for row, event in enumerate(kept.read("found")["twitches"]):
        channels = CHANNEL_SEPARATOR.join(event["channels"])
        told = {**event, "channels": channels, "verdict": verdicts.get(row, "")}
        writer.writerow({name: _harmless(value) for name, value in told.items()})
    return _file(stream.getvalue(), "text/csv", "twitches.csv")


@router.get("/{key}/found.json")
def found(request: Request, key: Key) -> Response:
    """Return what was found, in the contract's JSON, with the verdicts."""
    _, kept = _opened(request, key)
    verdicts = kept.verdicts()
    document = dict(kept.read("found"))
    document["twitches"] = [
        {**event, "verdict": verdicts[row].value} if row in verdicts else event
        for row, event in enumerate(document["twitches"])
    ]
    return _file(json.dumps(document, indent=1), "application/json", "twitches.json")


@router.get("/{key}/file")
def original(request: Request, key: Key) -> Response:
    """Return the recording itself, as it was uploaded."""
    _, kept = _opened(request, key)
    about = kept.read("about")
    ending = Path(about["main"]).suffix
    return FileResponse(
        kept.folder / about["main"], media_type="application/octet-stream", filename=f"recording{ending}"
    )


def _file(text: str, kind: str, name: str) -> Response:
    return Response(text, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _harmless(value: object) -> object:
    """Return a cell that no program for tables takes for a formula: names of channels come from the file."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def _counted(verdicts: Mapping[int, Verdict]) -> Said:
    counts = Counter(verdicts.values())
    return Said(accepted=counts[Verdict.ACCEPTED], rejected=counts[Verdict.REJECTED])


def _event(table: Mapping[str, Any], verdicts: Mapping[int, Verdict], row: int) -> Mapping[str, Any]:
    channel = table["channels"][table["channel"][row]]
    return {
        "row": row, "onset_s": table["onset_s"][row], "channel": channel["name"],
        "peak_to_peak_uv": table["peak_to_peak_uv"][row], "peak_to_noise": table["peak_to_noise"][row],
        "kind": table["kinds"][table["kind"][row]], "source": table["source"][row],
        "verdict": verdicts.get(row, Verdict.OPEN).value,
    }  # fmt: skip


def _sources(request: Request, table: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    largest_first = sorted(table["sources"], key=lambda source: -source["count"])[:MOST_SOURCES_DRAWN]
    return [
        {
            **source,
            "name": table["channels"][source["channel"]]["name"],
            "unit": table["channels"][source["channel"]]["unit"],
            "drawing": shape_drawing(source),
        }
        for source in largest_first
    ]


def _problems(table: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [channel for channel in table["channels"] if channel["problem"]]


def _excluded(table: Mapping[str, Any]) -> Mapping[str, float]:
    """Return how long channels were left out for each reason, as a mean over the channels **[s]**."""
    lengths: Counter[str] = Counter()
    for stretch in table["excluded"]:
        lengths[stretch["reason"]] += (stretch["stop_s"] - stretch["start_s"]) * len(stretch["channels"])
    return {reason: length / max(1, len(table["channels"])) for reason, length in lengths.most_common()}
