"""The answer of ``detect`` in the contract's JSON (``myotwitch.detection/1``)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myotwitch.twitches.events import Observation, SourceShape, Twitches
from myotwitch.twitches.kinds import Kind, Naming
from myotwitch.twitches.summary import course_of, summarise
from myotwitch.twitches.together import sources_together

SCHEMA_NAME = "myotwitch.detection/1"


def detection_document(twitches: Twitches) -> dict[str, Any]:
    """Return the observation, its exclusions, its twitches and their summary as plain JSON values."""
    observation = twitches.observation
    summary = summarise(twitches)
    return {
        "schema": SCHEMA_NAME,
        "recording": _recording(observation),
        "detector": observation.detector,
        "analysed_s": _rounded(observation.analysed_s, 3),
        "excluded": [
            {
                "start_s": _rounded(stretch.start_s, 4),
                "stop_s": _rounded(stretch.stop_s, 4),
                "channels": list(stretch.channels),
                "reason": stretch.reason.value,
            }
            for stretch in observation.excluded
        ],
        "twitches": [
            {**row, "naming": naming} for row, naming in zip(twitch_rows(twitches), _places(twitches), strict=True)
        ],
        "namings": [
            {
                "kind": naming.kind.value,
                "rule": naming.rule,
                "figures": _figures(naming.figures),
                "sources": list(naming.sources),
            }
            for naming in namings_of(twitches)
        ],
        "sources": [_source(twitches, shape) for shape in twitches.shapes],
        "sources_together": [
            {
                "first": pair.first,
                "second": pair.second,
                "observed": pair.observed,
                "expected": _rounded(pair.expected, 2),
            }
            for pair in sources_together(twitches)
        ],
        "course": [
            {
                "start_s": _rounded(window.start_s, 3),
                "stop_s": _rounded(window.stop_s, 3),
                "analysed_s": _rounded(window.analysed_s, 3),
                "count": window.count,
            }
            for window in course_of(twitches)
        ],
        "summary": {
            "count": summary.count,
            "rate_per_min": _rounded(summary.rate_per_min, 4),
            "rate_per_min_interval": None
            if summary.rate_per_min_interval is None
            else [_rounded(end, 4) for end in summary.rate_per_min_interval],
            "sources": summary.sources,
            "smallest_detectable_uv": _rounded(summary.smallest_detectable_uv, 2),
            "rate_per_min_ruled_out": _rounded(summary.rate_per_min_ruled_out, 4),
            "dispersion": _rounded(summary.dispersion, 3),
        },
        "notes": list(observation.notes),
    }


def namings_of(twitches: Twitches) -> tuple[Naming, ...]:
    """Return the different namings of the discharges, each once, in order of their first discharge."""
    return tuple({id(naming): naming for naming in twitches.naming}.values())


def _places(twitches: Twitches) -> list[int | None]:
    place = {id(naming): number for number, naming in enumerate(namings_of(twitches))}
    return [place[id(naming)] for naming in twitches.naming] if twitches.naming else [None] * len(twitches)


def twitch_rows(twitches: Twitches) -> list[dict[str, Any]]:
    """Return one dictionary a discharge, with the contract's column names; None where a value is not known."""
    names = [channel.name for channel in twitches.observation.channels]
    return [
        {
            "onset_s": round(float(twitches.onset_s[row]), 5),
            "duration_s": round(float(twitches.duration_s[row]), 5),
            "peak_to_peak_uv": _rounded(float(twitches.peak_to_peak_uv[row]), 2),
            "peak_to_noise": _rounded(float(twitches.peak_to_noise[row]), 2),
            "channels": [name for name, seen in zip(names, twitches.on_channel[row], strict=True) if seen],
            "peak_channel": names[int(twitches.peak_channel_index[row])],
            "kind": twitches.kind[row].value,
            "extent": twitches.extent[row].value,
            "source": None if twitches.source[row] < 0 else int(twitches.source[row]),
            "burst": None if twitches.burst[row] < 0 else int(twitches.burst[row]),
            "isolated": bool(twitches.isolated[row]),
            "confidence": _rounded(float(twitches.confidence[row]), 4),
        }
        for row in range(len(twitches))
    ]


def update_documents(
    twitches: Twitches, new: NDArray[np.int64], offset_s: float, withdrawn_s: NDArray[np.float64]
) -> list[dict[str, Any]]:
    """Return what is new in a recording that grows: a document for each twitch found, and for each that was withdrawn.

    Parameters
    ----------
    new
        Rows of `twitches`.
    offset_s
        Where in the recording the onsets count from **[s]**.
    withdrawn_s
        Onsets that no longer hold **[s]**.
    """
    rows = twitch_rows(twitches)
    withdrawn = [{"event": "withdrawn", "onset_s": round(float(onset), 5)} for onset in withdrawn_s]
    found = [{"event": "found", **rows[row], "onset_s": round(rows[row]["onset_s"] + offset_s, 5)} for row in new]
    return [*withdrawn, *found]


def _source(twitches: Twitches, shape: SourceShape) -> Mapping[str, Any]:
    rows = np.flatnonzero(twitches.source == shape.source)
    kinds = Counter(twitches.kind[row] for row in rows)
    return {
        "source": shape.source,
        "kind": kinds.most_common(1)[0][0].value if kinds else Kind.UNKNOWN.value,
        "peak_channel": twitches.observation.channels[shape.peak_channel_index].name,
        "figures": _figures(shape.figures),
    }


def _figures(figures: Mapping[str, float]) -> Mapping[str, float | None]:
    return {name: _rounded(value, 5) for name, value in figures.items()}


def _recording(observation: Observation) -> Mapping[str, Any]:
    rates = [channel.sampling_rate_hz for channel in observation.channels]
    return {
        "file": observation.file,
        "duration_s": _rounded(observation.recorded_s, 4),
        "sampling_rate_hz": max(rates),
        "channels": [
            {
                "name": channel.name,
                "place": channel.place,
                "muscle": channel.muscle,
                "side": channel.side,
                "unit": channel.unit,
                "sampling_rate_hz": channel.sampling_rate_hz,
                "usable": channel.usable,
                "noise_uv": _rounded(channel.noise, 3) if channel.unit == "uV" else None,
                "problem": channel.problem,
            }
            for channel in observation.channels
        ],
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, digits)
