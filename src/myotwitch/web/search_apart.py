"""What the separate process makes of a recording: the pyramid, the contract's JSON, and tables for pages."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from myotwitch.detection import detect
from myotwitch.recordings import ChannelKind, Recording, open_recording
from myotwitch.twitches import SourceShape, Twitches, detection_document
from myotwitch.twitches.document import namings_of
from myotwitch.web.pyramid import make_wave

TOLD_EVERY_S = 0.2
MOST_SHAPE_POINTS = 400
Tell = Callable[[Mapping[str, Any]], None]


def search(given: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
    """Make the pyramid where there is none, search the recording, and keep what was found in this folder.

    Parameters
    ----------
    given
        ``main``: the file; ``name``: how the person calls it; ``place``, ``muscle``, ``side``: where it was recorded,
        for channels that do not say.
    """
    here = Path()
    recording = _named(open_recording(Path(given["main"])), given)
    if not (here / "wave.json").is_file():
        make_wave(recording, here, _progress(tell, "wave"))
    twitches = detect(recording, progress=_progress(tell, "search"))
    document = detection_document(twitches)
    table = event_table(twitches, document)
    kept = {"found.json": document, "table.json": table, "summary.json": _summary(document)}
    for name, content in kept.items():
        (here / "found.part").write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
        (here / "found.part").replace(here / name)
    return {"count": len(twitches)}


def _progress(tell: Tell, step: str) -> Callable[[float, float], None]:
    last_s = -math.inf

    def told(done_s: float, total_s: float) -> None:
        nonlocal last_s
        if time.monotonic() - last_s >= TOLD_EVERY_S:
            last_s = time.monotonic()
            tell({"step": step, "fraction": min(1.0, done_s / total_s) if total_s > 0 else 0.0})

    return told


def _named(recording: Recording, given: Mapping[str, Any]) -> Recording:
    channels = tuple(
        channel
        if channel.kind in (ChannelKind.ECG, ChannelKind.OTHER)
        else replace(
            channel,
            place=channel.place or given.get("place"),
            muscle=channel.muscle or given.get("muscle"),
            side=channel.side or given.get("side"),
        )
        for channel in recording.channels
    )
    return replace(recording, file=given["name"], channels=channels)


def event_table(twitches: Twitches, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the events as columns, with what a viewer draws besides; numbers for names."""
    names = [channel["name"] for channel in document["recording"]["channels"]]
    place = {name: index for index, name in enumerate(names)}
    kinds = sorted({kind.value for kind in twitches.kind})
    rows = document["twitches"]
    columns = ("onset_s", "duration_s", "peak_to_peak_uv", "peak_to_noise", "source", "confidence")
    return {
        "recorded_s": document["recording"]["duration_s"],
        "channels": document["recording"]["channels"],
        "kinds": kinds,
        **{name: [row[name] for row in rows] for name in columns},
        "channel": [place[row["peak_channel"]] for row in rows],
        "kind": [kinds.index(row["kind"]) for row in rows],
        "excluded": [
            {**stretch, "channels": [place[name] for name in stretch["channels"]]} for stretch in document["excluded"]
        ],
        "sources": [_shape(twitches, shape) for shape in twitches.shapes],
        "rules": [naming.rule for naming in namings_of(twitches)],
        "rule": [row["naming"] for row in rows],
    }


def _shape(twitches: Twitches, shape: SourceShape) -> Mapping[str, Any]:
    rows = np.flatnonzero(twitches.source == shape.source)
    wave = shape.waveform[shape.peak_channel_index]
    thinned = wave[:: max(1, math.ceil(wave.size / MOST_SHAPE_POINTS))]
    return {
        "source": shape.source,
        "count": int(rows.size),
        "channel": shape.peak_channel_index,
        "length_s": wave.size / shape.sampling_rate_hz,
        "wave": [round(float(value), 2) if np.isfinite(value) else 0.0 for value in thinned],
        "peak_to_peak": round(float(np.ptp(wave)), 1),
    }


def _summary(document: Mapping[str, Any]) -> Mapping[str, Any]:
    usable = sum(channel["usable"] for channel in document["recording"]["channels"])
    return {**document["summary"], "analysed_s": document["analysed_s"], "usable_channels": usable,
            "notes": document["notes"]}  # fmt: skip
