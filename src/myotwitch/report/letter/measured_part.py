"""What recordings showed: how many twitches in what time, and when in the recording they came."""

from __future__ import annotations

from collections import Counter

import numpy as np

from myotwitch.language import _, ngettext
from myotwitch.report.letter.basis import Basis, Recorded
from myotwitch.report.letter.content import Block, Column, Figure, Table
from myotwitch.report.letter.words import cleaned, day_text, listed, number_text, place_text
from myotwitch.twitches import Summary, Twitches, summarise
from myotwitch.units import SECONDS_PER_MINUTE

MOST_SENTENCES, MOST_FIGURES = 3, 12
WIDTH, HEIGHT = 560.0, 26.0
MOST_TICKS = 800
"""Twitches that are drawn in a recording; of more, as many evenly among them."""


def measured_sentences(basis: Basis) -> tuple[str, ...]:
    """Return a sentence for each of the last recordings."""
    recorded = sorted(basis.recorded, key=lambda one: one.twitches is None)
    sentences = [sentence_of(one) for one in recorded[:MOST_SENTENCES]]
    left_out = len(recorded) - MOST_SENTENCES
    if left_out > 0:
        more = ngettext("{count} more on the next pages.", "{count} more on the next pages.", left_out)
        sentences.append(more.format(count=left_out))
    return tuple(sentences)


def sentence_of(recorded: Recorded) -> str:
    """Return what a recording showed, or could not show."""
    where = _where(recorded)
    if recorded.twitches is None:
        return _("{where}: recorded, not searched here.").format(where=where)
    summary = summarise(recorded.twitches)
    if summary.rate_per_min is None or summary.rate_per_min_interval is None:
        return _("{where}: nothing of it could be searched.").format(where=where)
    length = length_words(summary.analysed_s)
    if summary.count == 0:
        return _("{where}: no twitch in {length} searched; more than {rate} a minute can be ruled out.").format(
            where=where, length=length, rate=number_text(summary.rate_per_min_ruled_out or 0.0)
        )
    low, high = summary.rate_per_min_interval
    pattern = ngettext(
        "{where}: {count} twitch in {length} searched, {rate} a minute (95 %: {low} to {high}); {kinds}.",
        "{where}: {count} twitches in {length} searched, {rate} a minute (95 %: {low} to {high}); {kinds}.",
        summary.count,
    )
    return pattern.format(
        where=where,
        count=summary.count,
        length=length,
        rate=number_text(summary.rate_per_min),
        low=number_text(low),
        high=number_text(high),
        kinds=kinds_text(recorded.twitches),
    )


def measured_blocks(basis: Basis) -> tuple[Block, ...]:
    """Return each recording with its figures, and when in it the twitches came."""
    if not basis.recorded:
        return ()
    searched = [one for one in basis.recorded if one.twitches is not None]
    table = Table(
        columns=(
            Column(title=_("Recording"), share=2.2),
            Column(title=_("Searched"), is_number=True),
            Column(title=_("Twitches"), is_number=True),
            Column(title=_("A minute (95 %)"), is_number=True, share=1.5),
            Column(title=_("Could be seen from"), is_number=True, share=1.2),
        ),
        rows=tuple(_row(one) for one in basis.recorded),
        remark=_("Twitches that the person looked at and rejected are not counted."),
    )
    figures = tuple(
        _ticks(one, one.twitches) for one in searched[:MOST_FIGURES] if one.twitches is not None and len(one.twitches)
    )
    return (table, *figures)


def kinds_text(twitches: Twitches) -> str:
    """Return what the discharges are called, the most frequent first."""
    names = {
        "fasciculation": _("fasciculations"), "fibrillation": _("fibrillations"),
        "positive_sharp_wave": _("positive sharp waves"), "myokymia": _("myokymia"),
        "neuromyotonia": _("neuromyotonia"), "myotonia": _("myotonia"),
        "complex_repetitive": _("complex repetitive discharges"), "cramp": _("cramp"), "myoclonus": _("myoclonus"),
        "voluntary": _("voluntary activity"), "unknown": _("of unknown kind"),
    }  # fmt: skip
    counts = Counter(kind.value for kind in twitches.kind)
    return listed(_("{count} {kind}").format(count=count, kind=names[kind]) for kind, count in counts.most_common())


def length_words(seconds: float) -> str:
    """Return the length of a recording."""
    if seconds >= 1.5 * SECONDS_PER_MINUTE:
        return _("{count} min").format(count=number_text(seconds / SECONDS_PER_MINUTE))
    return _("{count} s").format(count=number_text(seconds))


def _where(recorded: Recorded) -> str:
    if recorded.place is None and recorded.muscle is None:
        place = cleaned(recorded.name)
    else:
        place = place_text(recorded.place, recorded.muscle, recorded.side)
    if recorded.made is None:
        return place
    return _("{place} on {day}").format(place=place, day=day_text(recorded.made.date()))


def _row(recorded: Recorded) -> tuple[str, ...]:
    name = _where(recorded)
    if recorded.twitches is None:
        return (name, _("not searched"), "–", "–", "–")
    summary = summarise(recorded.twitches)
    smallest = summary.smallest_detectable_uv
    return (
        name,
        length_words(summary.analysed_s),
        str(summary.count),
        _rate(summary),
        "–" if smallest is None else f"{number_text(smallest)} µV",
    )


def _rate(summary: Summary) -> str:
    if summary.rate_per_min is None or summary.rate_per_min_interval is None:
        return "–"
    if summary.rate_per_min_ruled_out is not None:
        return _("under {rate}").format(rate=number_text(summary.rate_per_min_ruled_out))
    low, high = (number_text(end) for end in summary.rate_per_min_interval)
    return _("{rate} ({low} to {high})").format(rate=number_text(summary.rate_per_min), low=low, high=high)


def _ticks(recorded: Recorded, twitches: Twitches) -> Figure:
    """Return a recording as a line, with a stroke for each twitch and grey where it was not searched."""
    observation = twitches.observation
    length_s = max(observation.recorded_s, 1e-9)
    onsets = twitches.onset_s
    if len(onsets) > MOST_TICKS:
        onsets = onsets[np.linspace(0, len(onsets) - 1, MOST_TICKS).astype(int)]
    channels = sum(channel.usable for channel in observation.channels)
    out = "".join(
        f"M{WIDTH * stretch.start_s / length_s:.1f} 4h{WIDTH * (stretch.stop_s - stretch.start_s) / length_s:.2f}v18"
        f"h-{WIDTH * (stretch.stop_s - stretch.start_s) / length_s:.2f}z"
        for stretch in observation.excluded
        if len(stretch.channels) >= channels
    )
    strokes = "".join(f"M{WIDTH * onset / length_s:.2f} 6v14" for onset in onsets)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" '
        f'height="{HEIGHT:g}" role="img"><rect y="4" width="{WIDTH:g}" height="18" fill="#f4f1ea"/>'
        + (f'<path fill="#d8d3c7" d="{out}"/>' if out else "")
        + f'<path stroke="#0b6470" stroke-width=".9" d="{strokes}"/></svg>'
    )
    caption = _("{where}: a stroke for each twitch over {length}; grey: not searched.").format(
        where=_where(recorded), length=length_words(observation.recorded_s)
    )
    return Figure(svg=svg, alt=caption, caption=caption)
