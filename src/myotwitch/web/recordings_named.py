"""Recordings of a diary: found by the key of their entry, told in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path
from starlette.exceptions import HTTPException
from starlette.requests import Request

from myotwitch.anatomy import PLACE_LABELS
from myotwitch.diary import RecordingMade
from myotwitch.language import digits, ngettext, translated
from myotwitch.web.here import diary_of
from myotwitch.web.recordings_kept import KeptRecording
from myotwitch.web.templating import said

Key = Annotated[str, Path(pattern="^[0-9a-f]{4,32}$")]


def entry_of(request: Request, sha256: str) -> RecordingMade | None:
    """Return the diary's entry of a recording; None where it has none."""
    return next((entry for entry in diary_of(request).of(RecordingMade) if entry.sha256 == sha256), None)


def entry_for(request: Request, key: str) -> RecordingMade:
    """Return the recording of the diary that an address means.

    Raises
    ------
    HTTPException
        If there is none: never another person's.
    """
    found = [entry for entry in diary_of(request).of(RecordingMade) if entry.key.startswith(key)]
    if len(found) != 1:
        raise HTTPException(404)
    return found[0]


def given_of(entry: RecordingMade) -> Mapping[str, Any]:
    """Return what an entry says about where its recording was made."""
    return {"place": entry.place, "muscle": entry.muscle, "side": entry.side}


def where_words(entry: RecordingMade) -> str:
    """Return where a recording was made, in words; empty where it is not known."""
    place = translated(PLACE_LABELS[entry.place]) if entry.place else ""
    side = translated(str(entry.side)) if entry.side else ""
    return ", ".join(part for part in (place, side) if part)


def found_words(request: Request, kept: KeptRecording) -> str:
    """Return what was found in a recording, in a sentence or two."""
    summary = kept.read("summary")
    minutes, count = summary["analysed_s"] / 60, summary["count"]
    if minutes <= 0:
        return said(request, "No channel could be searched; open it to see why.")
    if count == 0:
        return said(
            request,
            "No twitch in %(minutes)s minutes that could be searched; more than %(rate)s a minute is ruled out.",
            minutes=digits(minutes, ",.1f"), rate=digits(summary["rate_per_min_ruled_out"] or 0, ",.2f"),
        )  # fmt: skip
    told = {"count": digits(count, ",.0f"), "minutes": digits(minutes, ",.1f"),
            "rate": digits(summary["rate_per_min"], ",.1f"), "sources": summary["sources"]}  # fmt: skip
    if not summary["sources"]:
        return (
            ngettext(
                "%(count)s twitch in %(minutes)s minutes searched: %(rate)s a minute.",
                "%(count)s twitches in %(minutes)s minutes searched: %(rate)s a minute.",
                count,
            )
            % told
        )
    if count == 1:
        return said(request, "1 twitch in %(minutes)s minutes that could be searched.", **told)
    return (
        ngettext(
            "%(count)s twitches in %(minutes)s minutes searched: %(rate)s a minute, from one source.",
            "%(count)s twitches in %(minutes)s minutes searched: %(rate)s a minute, from %(sources)s sources.",
            summary["sources"],
        )
        % told
    )
