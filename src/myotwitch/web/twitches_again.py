"""From the contract's JSON back to Twitches: what was found once need not be searched again."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myotwitch.twitches import (
    Excluded,
    ExclusionReason,
    Extent,
    Kind,
    Naming,
    Observation,
    ObservedChannel,
    Twitches,
)


def twitches_from_document(document: Mapping[str, Any]) -> Twitches:
    """Return the twitches that a document of `detection_document` tells.

    Limits
    ------
    The mean potentials of the sources are not in it, nor the noise of channels without a scale.
    """
    rows = document["twitches"]
    observation = _observation(document)
    names = [channel.name for channel in observation.channels]
    place = {name: index for index, name in enumerate(names)}
    seen = np.zeros((len(rows), len(names)), dtype=np.bool_)
    for number, row in enumerate(rows):
        seen[number, [place[name] for name in row["channels"]]] = True
    namings = [_naming(told) for told in document["namings"]]
    has_namings = bool(rows) and all(row["naming"] is not None for row in rows)
    return Twitches(
        observation=observation,
        onset_s=_column(rows, "onset_s"),
        duration_s=_column(rows, "duration_s"),
        peak_to_peak_uv=_column(rows, "peak_to_peak_uv"),
        peak_to_noise=_column(rows, "peak_to_noise"),
        on_channel=seen,
        peak_channel_index=np.array([place[row["peak_channel"]] for row in rows], dtype=np.int64),
        kind=tuple(Kind(row["kind"]) for row in rows),
        extent=tuple(Extent(row["extent"]) for row in rows),
        source=_numbers(rows, "source"),
        burst=_numbers(rows, "burst"),
        isolated=np.array([row["isolated"] for row in rows], dtype=np.bool_),
        confidence=_column(rows, "confidence"),
        naming=tuple(namings[row["naming"]] for row in rows) if has_namings else (),
    )


def without_rows(twitches: Twitches, rejected: Collection[int]) -> Twitches:
    """Return the twitches without some of them; numbers that there are not are left out."""
    keep = np.setdiff1d(np.arange(len(twitches)), np.array(sorted(rejected), dtype=np.int64))
    if keep.size == len(twitches):
        return twitches
    columns = ("onset_s", "duration_s", "peak_to_peak_uv", "peak_to_noise", "on_channel", "peak_channel_index",
               "source", "burst", "isolated", "confidence")  # fmt: skip
    chosen: dict[str, Any] = {name: getattr(twitches, name)[keep] for name in columns}
    for name in ("kind", "extent", "naming"):
        values = getattr(twitches, name)
        chosen[name] = tuple(values[row] for row in keep) if values else ()
    return replace(twitches, **chosen)


def _observation(document: Mapping[str, Any]) -> Observation:
    recording = document["recording"]
    channels = tuple(
        ObservedChannel(
            name=channel["name"],
            sampling_rate_hz=channel["sampling_rate_hz"],
            usable=channel["usable"],
            place=channel["place"],
            muscle=channel["muscle"],
            side=channel["side"],
            unit=channel["unit"],
            noise=channel["noise_uv"],
            problem=channel["problem"],
        )
        for channel in recording["channels"]
    )
    excluded = tuple(
        Excluded(
            start_s=stretch["start_s"],
            stop_s=stretch["stop_s"],
            channels=tuple(stretch["channels"]),
            reason=ExclusionReason(stretch["reason"]),
        )
        for stretch in document["excluded"]
        if stretch["start_s"] < stretch["stop_s"]
    )
    return Observation(
        file=recording["file"],
        recorded_s=recording["duration_s"],
        channels=channels,
        analysed_s=min(document["analysed_s"], recording["duration_s"]),
        excluded=excluded,
        detector=document["detector"],
        smallest_detectable=document["summary"]["smallest_detectable_uv"],
        notes=tuple(document["notes"]),
    )


def _naming(told: Mapping[str, Any]) -> Naming:
    figures = {name: math.nan if value is None else value for name, value in told["figures"].items()}
    return Naming(kind=Kind(told["kind"]), rule=told["rule"], figures=figures, sources=tuple(told["sources"]))


def _column(rows: list[Mapping[str, Any]], name: str) -> NDArray[np.float64]:
    return np.array([math.nan if row[name] is None else row[name] for row in rows], dtype=np.float64)


def _numbers(rows: list[Mapping[str, Any]], name: str) -> NDArray[np.int64]:
    return np.array([-1 if row[name] is None else row[name] for row in rows], dtype=np.int64)
