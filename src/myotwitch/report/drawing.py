"""Pictures: the recording with what was found in it, as a neurophysiologist would want to check it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from myotwitch.errors import RequestError
from myotwitch.recordings.recording import Recording
from myotwitch.report.drawing_sources import colour_of, draw_intervals, draw_potentials, sources_drawn
from myotwitch.report.envelope import channel_envelope
from myotwitch.twitches import ExclusionReason, Twitches, summarise

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, TWITCH, QUIET = "#1f2933", "#c2410c", "#64748b"
REASON_COLOURS: Mapping[ExclusionReason, str] = MappingProxyType(
    {
        ExclusionReason.VOLUNTARY: "#93c5fd",
        ExclusionReason.MOVEMENT: "#fcd34d",
        ExclusionReason.HEARTBEAT: "#fda4af",
        ExclusionReason.MAINS: "#d8b4fe",
        ExclusionReason.CLIPPING: "#fdba74",
        ExclusionReason.FLAT: "#cbd5e1",
        ExclusionReason.MISSING: "#e2e8f0",
        ExclusionReason.NOISE: "#bef264",
    }
)
COLUMNS = 1600
MOST_CHANNELS_DRAWN = 16
LONGEST_NAME = 23
PICTURE_ENDINGS = (".png", ".svg", ".pdf")


def draw_recording(recording: Recording, twitches: Twitches) -> Figure:
    """Return a figure of the recording with its twitches and excluded stretches, its rate over time, and its sources.

    Of each source its potentials are laid over one another, with the intervals between its discharges below.
    """
    from matplotlib.figure import Figure  # slow to load, and most commands draw nothing

    drawn, sources = _channels_to_draw(twitches), sources_drawn(twitches)
    lines = 0.62 * max(2, len(drawn))
    figure = Figure(figsize=(11.0, 3.1 + lines + (3.6 if sources else 0.0)), layout="constrained")
    ratios = [lines, 1.1] + ([1.9, 1.3] if sources else [])
    rows = figure.add_gridspec(len(ratios), 1, height_ratios=ratios)
    overview = figure.add_subplot(rows[0])
    _draw_overview(overview, recording, twitches, drawn)
    _draw_rate(figure.add_subplot(rows[1], sharex=overview), twitches)
    if sources:
        above, below = (rows[row].subgridspec(1, max(4, len(sources))) for row in (2, 3))
        for place, source in enumerate(sources):
            potentials, intervals = figure.add_subplot(above[place]), figure.add_subplot(below[place])
            draw_potentials(potentials, recording, twitches, source)
            draw_intervals(intervals, twitches, source)
            _plain(potentials)
            _plain(intervals)
    figure.suptitle(_title(recording, twitches), x=0.01, ha="left", fontsize=12, color=INK)
    return figure


def save_picture(figure: Figure, path: Path) -> None:
    """Write the figure to `path`, whose ending (.png, .svg or .pdf) chooses the format.

    Raises
    ------
    RequestError
        If the ending is another or the file cannot be written.
    """
    if path.suffix.lower() not in PICTURE_ENDINGS:
        raise RequestError(f"The picture {path} must end in {', '.join(PICTURE_ENDINGS)}.")
    try:
        figure.savefig(path, dpi=150)
    except OSError as error:
        raise RequestError(f"The picture {path} cannot be written: {error.strerror or error}.") from error


def picture_as_svg(figure: Figure) -> str:
    """Return the figure as an SVG element that can stand inside a page."""
    import matplotlib

    stream = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "myotwitch", "svg.fonttype": "none"}):
        figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]


def short_name(name: str) -> str:
    """Return a channel's name cut in its middle if it is too long to stand beside a line.

    Examples
    --------
    >>> short_name("Vastus Lateralis - AUX 3 (Channel 1->1) - GR08MM1305 (13)")
    'Vastus Late…MM1305 (13)'
    """
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME // 2]}…{name[-LONGEST_NAME // 2 + 1 :]}"


def _channels_to_draw(twitches: Twitches) -> list[int]:
    """Return the channels worth a line: all if few, else those on which most was seen."""
    channels = twitches.observation.channels
    usable = [index for index, channel in enumerate(channels) if channel.usable] or list(range(len(channels)))
    if len(usable) <= MOST_CHANNELS_DRAWN:
        return usable
    seen = twitches.on_channel.sum(axis=0)
    return sorted(sorted(usable, key=lambda index: -int(seen[index]))[:MOST_CHANNELS_DRAWN])


def _draw_overview(axes: Axes, recording: Recording, twitches: Twitches, drawn: Sequence[int]) -> None:
    channels = twitches.observation.channels
    for line, index in enumerate(drawn):
        envelope = channel_envelope(recording, index, COLUMNS)
        spread = _display_spread(channels[index].noise, envelope.high - envelope.low)
        middle = -float(line)
        low = np.clip(envelope.low / spread, -0.48, 0.48) + middle
        high = np.clip(envelope.high / spread, -0.48, 0.48) + middle
        axes.fill_between(envelope.time_s, low, high, color=INK, linewidth=0.3, rasterized=True)
        for stretch in twitches.observation.excluded:
            if channels[index].name in stretch.channels:
                axes.fill_between(
                    [stretch.start_s, stretch.stop_s],
                    middle - 0.5,
                    middle + 0.5,
                    color=REASON_COLOURS[stretch.reason],
                    alpha=0.55,
                    linewidth=0,
                    zorder=0,
                )
        for source in np.unique(twitches.source):
            seen = twitches.onset_s[twitches.on_channel[:, index] & (twitches.source == source)]
            colour = colour_of(int(source))
            axes.plot(seen, np.full(seen.size, middle + 0.44), "v", color=colour, markersize=3.5, linestyle="none")
        if channels[index].unit == "uV":
            axes.annotate(
                f"±{spread / 2:.0f} µV", (1.002, middle), xycoords=("axes fraction", "data"), fontsize=7, color=QUIET,
                va="center",
            )  # fmt: skip
    axes.set_yticks(
        [-line for line in range(len(drawn))], [short_name(channels[index].name) for index in drawn], fontsize=8
    )
    axes.set_ylim(-len(drawn) + 0.45, 0.55)
    axes.set_xlim(0, recording.duration_s)
    _plain(axes)
    _draw_legend(axes, twitches)


def _display_spread(noise: float | None, widths: np.ndarray) -> float:
    finite = widths[np.isfinite(widths)]
    typical = float(np.quantile(finite, 0.995)) if finite.size else 1.0
    if noise:
        typical = min(max(typical, 24.0 * noise), 120.0 * noise)
    return typical or 1.0


def _draw_legend(axes: Axes, twitches: Twitches) -> None:
    reasons = sorted({stretch.reason for stretch in twitches.observation.excluded})
    handles = [
        axes.plot(
            [], [], "v", color=TWITCH, markersize=5, linestyle="none", label="twitch, in the colour of its source"
        )[0]
    ] + [
        axes.fill_between([], [], color=REASON_COLOURS[reason], alpha=0.55, label=f"not searched: {reason.value}")
        for reason in reasons
    ]
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=5, frameon=False, fontsize=8,
        handletextpad=0.4,
    )  # fmt: skip


def _draw_rate(axes: Axes, twitches: Twitches) -> None:
    observation = twitches.observation
    bins = int(np.clip(observation.recorded_s / 5.0, 1, 72))
    edges = np.linspace(0.0, observation.recorded_s, bins + 1)
    counts, _ = np.histogram(twitches.onset_s, edges)
    axes.stairs(counts, edges, color=TWITCH, fill=True, alpha=0.85)
    axes.set_ylabel(f"twitches\nin {edges[1]:.0f} s" if edges[1] >= 1 else "twitches", fontsize=8)
    axes.set_xlabel("time from the start [s]", fontsize=9)
    axes.set_ylim(0, max(1, counts.max(initial=0)) * 1.15)
    _plain(axes)


def _title(recording: Recording, twitches: Twitches) -> str:
    summary = summarise(twitches)
    name = Path(recording.file).name
    if summary.rate_per_min is None or summary.rate_per_min_interval is None:
        return f"{name}: nothing could be searched"
    low, high = summary.rate_per_min_interval
    return (
        f"{name}: {summary.count} twitch{'es' if summary.count != 1 else ''} in "
        f"{summary.analysed_s:.0f} s searched, {summary.rate_per_min:.1f} a minute ({low:.1f} to {high:.1f})"
    )


def _plain(axes: Axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=8, colors=INK)
