"""Pictures of the sources of a recording: their potentials laid over one another, and the intervals between them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from myotwitch.recordings.recording import Recording
from myotwitch.report.envelope import high_passed
from myotwitch.twitches import Twitches

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#c2410c", "#1d4ed8", "#047857", "#7e22ce", "#b45309", "#be185d")
UNSORTED = "#64748b"
MOST_SOURCES = len(COLOURS)
MOST_OVERLAID = 40
HALF_WIDTH_S = 0.020
INTERVALS_S = (0.005, 100.0)


def colour_of(source: int) -> str:
    """Return the colour in which a source is drawn; those behind the first few, and what has none, are grey."""
    return COLOURS[source] if 0 <= source < MOST_SOURCES else UNSORTED


def sources_drawn(twitches: Twitches) -> list[int]:
    """Return the sources that get a picture of their own: those with most discharges; -1 for what has no source."""
    sorted_ones = [int(source) for source in np.unique(twitches.source[twitches.source >= 0])[:MOST_SOURCES]]
    has_room = len(sorted_ones) < MOST_SOURCES and bool(np.any(twitches.source < 0))
    return [*sorted_ones, *([-1] if has_room else [])]


def draw_potentials(axes: Axes, recording: Recording, twitches: Twitches, source: int) -> None:
    """Draw the potentials of a source over one another, on the channel on which it is seen best, with their mean."""
    rows = np.flatnonzero(twitches.source == source)
    index = int(np.bincount(twitches.peak_channel_index[rows]).argmax())
    rows = rows[twitches.peak_channel_index[rows] == index]
    shown = rows[np.unique(np.linspace(0, rows.size - 1, MOST_OVERLAID).astype(int))]
    rate_hz = recording.channels[index].sampling_rate_hz
    snippets = [_snippet(recording, index, float(onset), rate_hz) for onset in twitches.onset_s[shown]]
    aside = round(HALF_WIDTH_S * rate_hz)
    time_ms = np.arange(-aside, aside) / rate_hz * 1000.0
    for snippet in snippets:
        axes.plot(time_ms, snippet, color=colour_of(source), alpha=max(0.12, 1 / len(snippets)), linewidth=0.7)
    if source >= 0 and len(snippets) > 1:
        axes.plot(time_ms, np.nanmean(snippets, axis=0), color="#1f2933", linewidth=1.4)
    name = f"source {source}" if source >= 0 else "no source"
    count = int(np.sum(twitches.source == source))
    kind = Counter(twitches.kind[row] for row in rows).most_common(1)[0][0].value.replace("_", " ")
    channel = twitches.observation.channels[index].name[:18]
    axes.set_title(f"{name} · {count} on {channel}\n{kind}", fontsize=8)
    axes.set_xlabel("ms from onset", fontsize=7)
    axes.set_ylabel("µV" if recording.channels[index].unit == "uV" else "as stored", fontsize=7, labelpad=1)


def draw_intervals(axes: Axes, twitches: Twitches, source: int) -> None:
    """Draw how often each interval between successive discharges of a source occurs, on a logarithmic axis."""
    intervals = np.diff(twitches.onset_s[twitches.source == source])
    if not intervals.size:
        axes.text(0.5, 0.5, "a single one", ha="center", va="center", transform=axes.transAxes, fontsize=8)
    edges = np.geomspace(*INTERVALS_S, 31)
    axes.hist(np.clip(intervals, *INTERVALS_S), edges.tolist(), color=colour_of(source), alpha=0.85)
    axes.set_xscale("log")
    axes.set_xlim(*INTERVALS_S)
    axes.set_ylim(bottom=0, top=None if intervals.size else 1)
    axes.locator_params(axis="y", integer=True)
    axes.set_xlabel("interval [s]", fontsize=7)
    axes.set_ylabel("number", fontsize=7, labelpad=1)


def _snippet(recording: Recording, index: int, onset_s: float, rate_hz: float) -> NDArray[np.float32]:
    """Return the signal around an onset, NaN beyond the ends of the recording."""
    aside, margin = round(HALF_WIDTH_S * rate_hz), round(0.5 * rate_hz)
    start = round(onset_s * rate_hz) - aside
    first, last = max(0, start - margin), min(recording.sample_count(index), start + 2 * aside + margin)
    passed = high_passed(recording.read([index], first, last), rate_hz)[0]
    snippet = np.full(2 * aside, np.nan, dtype=np.float32)
    begin, end = max(start, first), min(start + 2 * aside, last)
    snippet[begin - start : end - start] = passed[begin - first : end - first]
    return snippet
