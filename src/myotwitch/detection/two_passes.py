"""The detector: band-pass, moving noise, threshold, exclusions, then the recurring shapes; one event an event."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from myotwitch.detection.activity import named_trains
from myotwitch.detection.crossings import Candidates
from myotwitch.detection.events import (
    ChannelExclusions,
    GroupEvents,
    excluded_rows,
    exclusions_by_channel,
    joined_events,
    make_twitches,
    searched_candidates,
)
from myotwitch.detection.filtering import pass_band
from myotwitch.detection.named_rows import (
    discharges_of,
    left_of_contraction,
    potentials_of,
    with_trains,
    without_named,
    without_shadows,
)
from myotwitch.detection.named_train import NamedTrain
from myotwitch.detection.quality import unreadable_stretches
from myotwitch.detection.search import (
    Crew,
    GroupFindings,
    GroupPlan,
    Progress,
    SearchedBlocks,
    plan_group,
    search_blocks,
)
from myotwitch.detection.second_pass import Known, second_pass, waveforms_of
from myotwitch.detection.segments import (
    Segment,
    joined_exclusions,
    own_candidates,
    own_exclusions,
    progress_within,
    segments_of,
)
from myotwitch.detection.settings import DetectionSettings
from myotwitch.detection.spare import Spare
from myotwitch.detection.stretches import covered_by_all, merged, overlaps, total_s
from myotwitch.detection.usability import channel_problem
from myotwitch.detection.voluntary import sorted_tone, sorted_trains, voluntary_stretches
from myotwitch.language import _, digits
from myotwitch.recordings.part import part_of
from myotwitch.recordings.recording import Recording, SampleReader
from myotwitch.twitches import ExclusionReason, Observation, ObservedChannel, Twitches

PEAK_TO_PEAK_OF_PEAK = 2.0
"""Peak to peak of a potential of equal positive and negative peak; the smallest that a threshold can have shown."""


def detect_in_passes(recording: Recording, settings: DetectionSettings, progress: Progress | None = None) -> Twitches:
    """Return the discharges that stand out of the noise by their height, or by a shape that recurs.

    Method
    ------
    The first pass looks at height, the second at shape (`second_pass`); the detector ``threshold`` has the first alone.
    Each sampling rate and pass band goes its own way (`search`): linear-phase band-pass with mains taken out where it
    stands out, noise as the lower quantile over 11 s of the median absolute value, candidates where the largest channel
    passes the threshold. Then stretches that are lost, flat, clipped, noisy, moved or voluntary are excluded channel by
    channel, what only excluded channels saw is dropped, and what groups saw together is joined.

    Limits
    ------
    After the first pass alone confidence is not known (NaN) and discharges are not sorted into motor units (source -1).
    """
    return search_recording(recording, settings, progress=progress).twitches


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Searched:
    """The twitches of a recording, and what was known of each group of channels at its end."""

    twitches: Twitches
    known: tuple[Known, ...]


def search_recording(
    recording: Recording,
    settings: DetectionSettings,
    known: Sequence[Known] = (),
    progress: Progress | None = None,
) -> Searched:
    """Return what is found in a recording, beginning with what is known from before, if anything is."""
    problems = [channel_problem(recording, index) for index in range(len(recording.channels))]
    # Every processor is at work on a block; threads of the products of matrices would only wait for one another.
    with threadpool_limits(limits=1, user_api="blas"):
        plans = [plan_group(recording, *band, settings) for band in _bands(recording, problems, settings)]
        now_known = list(known) if len(known) == len(plans) else [Known()] * len(plans)
        parts = _search_segments(recording, plans, settings, now_known, progress)
    exclusions = tuple(joined_exclusions(rows) for rows in zip(*(part.exclusions for part in parts), strict=True))
    observation = _observation(recording, settings, problems, plans, parts, exclusions)
    events = [joined_events(rows) for rows in zip(*(part.events for part in parts), strict=True)]
    return Searched(twitches=make_twitches(recording, observation, events), known=tuple(now_known))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _SegmentFindings:
    """What one segment adds: events of each group and exclusions of each channel in the recording's time; its noise."""

    events: tuple[GroupEvents, ...]
    exclusions: tuple[ChannelExclusions, ...]
    noise: dict[int, float]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _FirstFindings:
    """What the first pass over a segment found in each group, and what is not searched on each channel."""

    segment: Segment
    groups: tuple[GroupFindings, ...]
    exclusions: tuple[ChannelExclusions, ...]


def _search_segments(
    recording: Recording,
    plans: Sequence[GroupPlan],
    settings: DetectionSettings,
    known: list[Known],
    progress: Progress | None,
) -> list[_SegmentFindings]:
    """Search segment by segment; what one adds is decided beside the search for what stands out in the next.

    `known` holds what is known of each group before, and after.
    """
    recording = replace(recording, read_samples=_one_at_a_time(recording.read_samples))

    spare = Spare()

    def decided(segment: Segment, part: Recording, blocks: Sequence[SearchedBlocks]) -> _SegmentFindings:
        findings = _second_pass(_first_findings(segment, part, blocks), known, settings)
        for of_group in blocks:
            if of_group.memory is not None:
                spare.give_back(of_group.memory)
        return findings

    waiting: list[Future[_SegmentFindings]] = []
    with ThreadPoolExecutor(settings.worker_count) as workers, ThreadPoolExecutor(1) as deciding:
        crew = Crew(workers, settings.worker_count)
        for segment in segments_of(recording.duration_s):
            part = part_of(recording, segment.first_s, segment.last_s)
            told = progress_within(progress, segment, recording.duration_s)
            blocks = [search_blocks(part, plan, settings, crew, spare, told) for plan in plans]
            if len(waiting) > 1:
                waiting[-2].result()  # no more than two segments in memory
            waiting.append(deciding.submit(decided, segment, part, blocks))
        crew.finish()
        return [future.result() for future in waiting]


def _one_at_a_time(read_samples: SampleReader) -> SampleReader:
    """Return a reader that one thread uses at a time: not every library that reads files can do more."""
    lock = Lock()

    def read(channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        with lock:
            return read_samples(channel_indexes, start_index, stop_index)

    return read


def _first_findings(segment: Segment, part: Recording, blocks: Sequence[SearchedBlocks]) -> _FirstFindings:
    found = tuple(of_group.joined() for of_group in blocks)
    groups = [
        (findings.plan.channel_indexes, [*unreadable_stretches(part, findings), voluntary_stretches(part, findings)])
        for findings in found
    ]
    return _FirstFindings(segment=segment, groups=found, exclusions=exclusions_by_channel(len(part.channels), groups))


def _second_pass(first: _FirstFindings, known: list[Known], settings: DetectionSettings) -> _SegmentFindings:
    """Return all that a segment adds; `known` holds what is known of each group before, and after."""
    events = []
    exclusions = list(first.exclusions)
    noise: dict[int, float] = {}
    for row, found in enumerate(first.groups):
        indexes = found.plan.channel_indexes
        active = [first.exclusions[index].of(ExclusionReason.VOLUNTARY) for index in indexes]
        trains = named_trains(found, active)
        findings = without_named(found, trains)
        for index, stretches in zip(indexes, active, strict=True):
            left = left_of_contraction(stretches, trains)
            exclusions[index] = exclusions[index].with_only(ExclusionReason.VOLUNTARY, left)
        silent = discharges_of(trains)
        excluded = [merged(np.concatenate((exclusions[index].together, silent))) for index in indexes]
        candidates, known[row] = second_pass(findings, excluded, known[row], settings.worker_count)
        # What was too small to be seen as a train at first is voluntary all the same.
        contracted = [exclusions[index].of(ExclusionReason.VOLUNTARY) for index in indexes]
        for more in (sorted_trains(candidates), sorted_tone(candidates, contracted)):
            for index, stretches in zip(indexes, more, strict=True):
                left = left_of_contraction(stretches, trains)
                exclusions[index] = exclusions[index].with_more(ExclusionReason.VOLUNTARY, left)
        rows = with_trains(without_shadows(candidates, trains), trains, findings)
        events.append(_events(findings, rows, known[row], trains, exclusions, first.segment))
        for place, index in enumerate(indexes):
            noise[index] = _searched_noise(findings, place, exclusions[index])
    return _SegmentFindings(
        events=tuple(events),
        exclusions=tuple(own_exclusions(own, first.segment) for own in exclusions),
        noise=noise,
    )


def _bands(
    recording: Recording, problems: Sequence[str | None], settings: DetectionSettings
) -> list[tuple[tuple[int, ...], tuple[float, float]]]:
    bands: dict[tuple[float, float, float], list[int]] = {}
    for index, channel in enumerate(recording.channels):
        if problems[index] is None:
            low, high = pass_band(channel, settings.low_hz, settings.high_hz)
            bands.setdefault((channel.sampling_rate_hz, low, high), []).append(index)
    return [(tuple(indexes), (low, high)) for (_, low, high), indexes in bands.items()]


def _searched_noise(findings: GroupFindings, row: int, exclusions: ChannelExclusions) -> float:
    """Return the median noise of a channel over the windows that were searched; over all where none was; or NaN."""
    window_s = findings.plan.grid.window_length / findings.plan.grid.sampling_rate_hz
    start_s = np.arange(findings.noise.shape[1], dtype=np.float64) * np.float64(window_s)
    is_known = np.isfinite(findings.noise[row])
    is_searched = is_known & ~overlaps(exclusions.together, start_s, start_s + window_s)
    chosen = is_searched if is_searched.any() else is_known
    return float(np.median(findings.noise[row][chosen])) if chosen.any() else float("nan")


def _events(
    findings: GroupFindings,
    found: Candidates,
    known: Known,
    trains: Sequence[NamedTrain],
    exclusions: Sequence[ChannelExclusions],
    segment: Segment,
) -> GroupEvents:
    own = [exclusions[index] for index in findings.plan.channel_indexes]
    candidates, on_channel = searched_candidates(found, findings.plan.factor, own)
    kept = own_candidates(candidates, segment)
    return GroupEvents(
        channel_indexes=findings.plan.channel_indexes,
        candidates=candidates.where(kept).shifted(segment.first_s),
        on_channel=on_channel[kept],
        waveforms=waveforms_of(known.sources, findings),
        train_waveforms=potentials_of(trains, findings),
        namings=tuple(train.naming for train in trains),
        sampling_rate_hz=findings.plan.grid.sampling_rate_hz,
    )


def _observation(
    recording: Recording,
    settings: DetectionSettings,
    problems: Sequence[str | None],
    plans: Sequence[GroupPlan],
    parts: Sequence[_SegmentFindings],
    exclusions: Sequence[ChannelExclusions],
) -> Observation:
    factor = {index: plan.factor for plan in plans for index in plan.channel_indexes}
    noise = {index: _median([part.noise[index] for part in parts]) for index in factor}
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
                problem=problems[index] or (None if index in usable else _("No stretch of it could be searched.")),
            )
            for index, channel in enumerate(recording.channels)
        ),
        analysed_s=max(0.0, recording.duration_s - total_s(silent)) if usable else 0.0,
        excluded=excluded_rows(recording, exclusions),
        detector=_described(settings, plans),
        smallest_detectable=min(
            (PEAK_TO_PEAK_OF_PEAK * factor[index] * noise[index] for index in usable if recording.channels[index].unit),
            default=None,
        ),
        notes=(*recording.notes, *_notes(recording, plans)),
    )


def _described(settings: DetectionSettings, plans: Sequence[GroupPlan]) -> str:
    parts = [
        f"{plan.factor:.2f} noise SD in {plan.filters[0].low_hz:g} to {plan.filters[0].high_hz:g} Hz "
        f"at {plan.grid.sampling_rate_hz:g} Hz"
        for plan in plans
    ]
    return f"{settings.detector}: {'; '.join(parts) if parts else 'nothing to search'}"


def _notes(recording: Recording, plans: Sequence[GroupPlan]) -> list[str]:
    notes = []
    for plan in plans:
        lines = sorted({line for chosen in plan.filters for line in chosen.notches_hz})
        if lines:
            at_hz = ", ".join(digits(line) for line in lines)
            notes.append(_("Mains was found and taken out at {at_hz} Hz.").format(at_hz=at_hz))
    if plans and not recording.scale_is_known:
        notes.append(_("The scale of some channels is unknown; no amplitude in microvolts is given for them."))
    return notes


def _median(values: Sequence[float]) -> float:
    finite = [value for value in values if np.isfinite(value)]
    return float(np.median(finite)) if finite else float("nan")
