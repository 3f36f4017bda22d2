"""What the terminal shows: the answer in words, wrapped to its width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myotwitch.causes import Assessment
from myotwitch.report.content import CauseWording, causes_for_doctor, causes_for_person, measured_sentence
from myotwitch.report.layout import listed, wrapped
from myotwitch.report.wording import URGENCY
from myotwitch.twitches import Twitches, summarise

ROWS_SHOWN = 10


def assessment_text(assessment: Assessment, *, for_doctor: bool = False) -> str:
    """Return the whole answer as plain text: how urgent, why, what it likely is, what helps, what to watch for."""
    wording = URGENCY[assessment.urgency]
    head = wording.for_doctor if for_doctor else wording.headline
    parts = [head.upper() if not for_doctor else head]
    if not for_doctor:
        parts.append(wrapped(wording.action))
    parts.append(listed("Why", [reason.doctor_text if for_doctor else reason.text for reason in assessment.why]))
    causes = causes_for_doctor(assessment) if for_doctor else causes_for_person(assessment)
    parts.append(_causes(causes))
    if assessment.undecided:
        parts.append(wrapped("What was told so far does not separate these causes; that is a result, not a fault."))
    parts += [
        listed(
            "Measured",
            [measured_sentence(item.summary, Path(item.file).name) for item in assessment.measured],
        ),
        listed("What helps", assessment.what_helps),
        listed("See a doctor if", assessment.watch_for),
        listed("Worth knowing next", [question.question for question in assessment.ask_next]),
        listed("Limits", assessment.limits),
    ]
    return "\n\n".join(part for part in parts if part)


def update_lines(
    twitches: Twitches, new: NDArray[np.int64], offset_s: float, withdrawn_s: NDArray[np.float64]
) -> list[str]:
    """Return what is new in a recording that grows, a line each; see `update_documents`."""
    lines = [f"{onset:10.4f} s  withdrawn" for onset in withdrawn_s]
    for row in new:
        channel = twitches.observation.channels[int(twitches.peak_channel_index[row])].name
        source = f"source {twitches.source[row]}" if twitches.source[row] >= 0 else "no source"
        lines.append(
            f"{twitches.onset_s[row] + offset_s:10.4f} s  {twitches.kind[row].value}, {channel}, {source}, "
            f"confidence {twitches.confidence[row]:.2f}"
        )
    return lines


def twitches_text(twitches: Twitches) -> str:
    """Return what was found in a recording as plain text, with the first rows."""
    observation, summary = twitches.observation, summarise(twitches)
    usable = sum(channel.usable for channel in observation.channels)
    lines = [
        f"{Path(observation.file).name}: {observation.recorded_s:.1f} s, {len(observation.channels)} "
        f"channel{'s' if len(observation.channels) != 1 else ''}, {usable} searched",
    ]
    if summary.rate_per_min is None or summary.rate_per_min_interval is None:
        lines.append("  Nothing could be searched:")
    else:
        low, high = summary.rate_per_min_interval
        lines.append(
            f"  {summary.count} twitch{'es' if summary.count != 1 else ''} in {observation.analysed_s:.1f} s searched: "
            f"{summary.rate_per_min:.2f} a minute (95 %: {low:.2f} to {high:.2f})"
        )
    if summary.rate_per_min_ruled_out is not None:
        lines.append(f"  This rules out more than {summary.rate_per_min_ruled_out:.2f} a minute.")
    if summary.smallest_detectable_uv is not None:
        lines.append(f"  Smallest twitch that could be seen: {summary.smallest_detectable_uv:.1f} µV peak to peak.")
    lines += [f"  {channel.name}: {channel.problem}" for channel in observation.channels if channel.problem][
        :ROWS_SHOWN
    ]
    lines += [f"  {note}" for note in observation.notes]
    lines += _excluded_lines(twitches)
    lines += _kind_lines(twitches)
    return "\n".join(lines + _rows(twitches))


def catalogue_text(causes: Sequence[Mapping[str, Any]]) -> str:
    """Return the catalogue of causes as a plain table, by group."""
    lines = []
    for group in sorted({row["group"] for row in causes}):
        lines.append(group.replace("_", " ").upper())
        lines += [f"  {row['cause']:<38} {row['name']}" for row in causes if row["group"] == group]
    return "\n".join([*lines, "", f"{len(causes)} causes. With sources: myotwitch causes --json"])


def _causes(causes: Sequence[CauseWording]) -> str:
    if not causes:
        return "No cause stands out."
    lines = ["What may cause it"]
    for cause in causes:
        lines.append(wrapped(f"{cause.name}: {cause.likelihood}", "  • ", "    "))
        if cause.speaks_for:
            lines.append(wrapped(f"more likely because of: {', '.join(cause.speaks_for)}", "      ", "      "))
        if cause.speaks_against:
            lines.append(wrapped(f"less likely because of: {', '.join(cause.speaks_against)}", "      ", "      "))
    return "\n".join(lines)


def _excluded_lines(twitches: Twitches) -> list[str]:
    seconds: dict[str, float] = {}
    for stretch in twitches.observation.excluded:
        seconds[stretch.reason.value] = seconds.get(stretch.reason.value, 0.0) + stretch.stop_s - stretch.start_s
    if not seconds:
        return []
    told = ", ".join(f"{reason} {length:.1f} s" for reason, length in sorted(seconds.items()))
    return [f"  Not searched (summed over stretches): {told}"]


def _kind_lines(twitches: Twitches) -> list[str]:
    """Return what the discharges are called and why, the most frequent first."""
    counts = Counter((naming.kind.value.replace("_", " "), naming.rule) for naming in twitches.naming)
    if not counts:
        return []
    shown = [wrapped(f"{count} {kind}: {rule}", "    ", "      ") for (kind, rule), count in counts.most_common()]
    return ["  What they are called, and by which rule:", *shown]


def _rows(twitches: Twitches) -> list[str]:
    if not len(twitches):
        return []
    shown = range(min(len(twitches), ROWS_SHOWN))
    names = [channel.name for channel in twitches.observation.channels]
    lines = ["", f"  {'onset':>10} {'length':>8} {'size':>10}  {'kind':<16} strongest on"]
    for row in shown:
        size = twitches.peak_to_peak_uv[row]
        told = f"{size:7.1f} µV" if np.isfinite(size) else f"{twitches.peak_to_noise[row]:5.1f} × noise"
        lines.append(
            f"  {twitches.onset_s[row]:8.3f} s {twitches.duration_s[row] * 1000:5.1f} ms {told:>10}  "
            f"{twitches.kind[row].value:<16} {names[int(twitches.peak_channel_index[row])]}"
        )
    if len(twitches) > ROWS_SHOWN:
        lines.append(f"  … and {len(twitches) - ROWS_SHOWN} more; all of them: --table twitches.csv")
    return lines
