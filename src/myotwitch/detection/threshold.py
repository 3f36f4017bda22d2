"""The threshold detector: band-pass, moving robust noise, threshold, exclusions, one event an event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from myotwitch.detection.events import (
    ChannelExclusions,
    GroupEvents,
    excluded_rows,
    exclusions_by_channel,
    make_twitches,
    searched_candidates,
)
from myotwitch.detection.filtering import pass_band
from myotwitch.detection.quality import ExcludedSignal, unreadable_stretches
from myotwitch.detection.search import GroupFindings, Progress, plan_group, search_group
from myotwitch.detection.settings import DetectionSettings
from myotwitch.detection.stretches import covered_by_all, total_s
from myotwitch.detection.usability import channel_problem
from myotwitch.detection.voluntary import voluntary_stretches
from myotwitch.recordings.recording import Recording
from myotwitch.twitches import Observation, ObservedChannel, Twitches

PEAK_TO_PEAK_OF_PEAK = 2.0
"""Peak to peak of a potential of equal positive and negative peak; the smallest that a threshold can have shown."""


def detect_by_threshold(
    recording: Recording, settings: DetectionSettings, progress: Progress | None = None
) -> Twitches:
    """Return the discharges that stand out of the noise of at least one channel by the threshold.

    Method
    ------
    Each sampling rate and pass band goes its own way (`search`): linear-phase band-pass with mains taken out where it
    stands out, noise as the lower quantile over 11 s of the median absolute value, candidates where the largest channel
    passes the threshold. Then stretches that are lost, flat, clipped, noisy, moved or voluntary are excluded channel by
    channel, what only excluded channels saw is dropped, and what groups saw together is joined.

    Limits
    ------
    Confidence is not calibrated (NaN) and discharges are not sorted into motor units (source -1).
    """
    problems = [channel_problem(recording, index) for index in range(len(recording.channels))]
    found: list[GroupFindings] = []
    groups: list[tuple[tuple[int, ...], list[ExcludedSignal]]] = []
    for indexes, band_hz in _bands(recording, problems, settings):
        plan = plan_group(recording, indexes, band_hz, settings)
        findings = search_group(recording, plan, settings, progress)
        found.append(findings)
        unreadable = unreadable_stretches(recording, findings)
        groups.append((plan.channel_indexes, [*unreadable, voluntary_stretches(recording, findings)]))
    exclusions = exclusions_by_channel(len(recording.channels), groups)
    observation = _observation(recording, settings, problems, found, exclusions)
    return make_twitches(recording, observation, [_events(findings, exclusions) for findings in found])


def _bands(
    recording: Recording, problems: Sequence[str | None], settings: DetectionSettings
) -> list[tuple[tuple[int, ...], tuple[float, float]]]:
    bands: dict[tuple[float, float, float], list[int]] = {}
    for index, channel in enumerate(recording.channels):
        if problems[index] is None:
            low, high = pass_band(channel, settings.low_hz, settings.high_hz)
            bands.setdefault((channel.sampling_rate_hz, low, high), []).append(index)
    return [(tuple(indexes), (low, high)) for (_, low, high), indexes in bands.items()]


def _events(findings: GroupFindings, exclusions: Sequence[ChannelExclusions]) -> GroupEvents:
    own = [exclusions[index] for index in findings.plan.channel_indexes]
    candidates, on_channel = searched_candidates(findings.candidates, findings.plan.factor, own)
    return GroupEvents(channel_indexes=findings.plan.channel_indexes, candidates=candidates, on_channel=on_channel)


def _observation(
    recording: Recording,
    settings: DetectionSettings,
    problems: Sequence[str | None],
    found: Sequence[GroupFindings],
    exclusions: Sequence[ChannelExclusions],
) -> Observation:
    noise: dict[int, float] = {}
    factor: dict[int, float] = {}
    for findings in found:
        for row, index in enumerate(findings.plan.channel_indexes):
            values = findings.noise[row][np.isfinite(findings.noise[row])]
            noise[index] = float(np.median(values)) if values.size else float("nan")
            factor[index] = findings.plan.factor
    usable = [index for index in noise if np.isfinite(noise[index])]
    silent = covered_by_all([exclusions[index].together for index in noise])
    return Observation(
        file=recording.file,
        recorded_s=recording.duration_s,
        channels=tuple(
            ObservedChannel(
                name=channel.name,
                sampling_rate_hz=channel.sampling_rate_hz,
                usable=index in noise,
                place=channel.place,
                muscle=channel.muscle,
                side=channel.side,
                unit=channel.unit,
                noise=noise[index] if index in usable else None,
                problem=problems[index] or (None if index in usable else "No stretch of it could be searched."),
            )
            for index, channel in enumerate(recording.channels)
        ),
        analysed_s=max(0.0, recording.duration_s - total_s(silent)) if usable else 0.0,
        excluded=excluded_rows(recording, exclusions),
        detector=_described(settings, found),
        smallest_detectable=min(
            (PEAK_TO_PEAK_OF_PEAK * factor[index] * noise[index] for index in usable if recording.channels[index].unit),
            default=None,
        ),
        notes=(*recording.notes, *_notes(recording, found)),
    )


def _described(settings: DetectionSettings, found: Sequence[GroupFindings]) -> str:
    parts = [
        f"{findings.plan.factor:.2f} noise SD in {findings.plan.filters[0].low_hz:g} to "
        f"{findings.plan.filters[0].high_hz:g} Hz at {findings.plan.grid.sampling_rate_hz:g} Hz"
        for findings in found
    ]
    return f"{settings.detector}: {'; '.join(parts) if parts else 'nothing to search'}"


def _notes(recording: Recording, found: Sequence[GroupFindings]) -> list[str]:
    notes = []
    for findings in found:
        lines = sorted({line for chosen in findings.plan.filters for line in chosen.notches_hz})
        if lines:
            notes.append(f"Mains was found and taken out at {', '.join(f'{line:g}' for line in lines)} Hz.")
    if found and not recording.scale_is_known:
        notes.append("The scale of some channels is unknown; no amplitude in microvolts is given for them.")
    return notes
