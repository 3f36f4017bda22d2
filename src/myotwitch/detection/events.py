"""From candidates and exclusions of all sampling rates to Twitches: one event an event over all channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.crossings import FIRST_TRAIN, SEEN_FACTOR, Candidates, joined_candidates
from myotwitch.detection.firing import firing_of
from myotwitch.detection.grid_extent import extent_figures
from myotwitch.detection.kind import extents_of, name_discharges
from myotwitch.detection.naming import figures_of
from myotwitch.detection.quality import ExcludedSignal
from myotwitch.detection.stretches import NONE, Stretches, merged, overlaps
from myotwitch.detection.waveform import Waveform, measured_waveform
from myotwitch.recordings.recording import Channel, Recording
from myotwitch.twitches import Excluded, ExclusionReason, Naming, Observation, SourceShape, Twitches
from myotwitch.twitches.events import is_isolated

SAME_EVENT_S = 0.010
"""Events of channels with different sampling rates closer than this are one."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ChannelExclusions:
    """All excluded stretches of one channel of the recording, by reason."""

    by_reason: Mapping[ExclusionReason, Stretches]

    @property
    def together(self) -> Stretches:
        """All of them, merged."""
        return merged(np.concatenate([NONE, *self.by_reason.values()]))

    def of(self, reason: ExclusionReason) -> Stretches:
        """Those for one reason."""
        return self.by_reason.get(reason, NONE)

    def with_only(self, reason: ExclusionReason, stretches: Stretches) -> ChannelExclusions:
        """Return the same with these stretches for a reason and no others."""
        others = {other: known for other, known in self.by_reason.items() if other is not reason}
        return ChannelExclusions(by_reason={**others, reason: stretches} if len(stretches) else others)

    def with_more(self, reason: ExclusionReason, stretches: Stretches) -> ChannelExclusions:
        """Return the same with further stretches."""
        if not len(stretches):
            return self
        known = self.of(reason)
        return ChannelExclusions(by_reason={**self.by_reason, reason: merged(np.concatenate((known, stretches)))})


def exclusions_by_channel(
    channel_count: int, groups: Sequence[tuple[tuple[int, ...], Sequence[ExcludedSignal]]]
) -> tuple[ChannelExclusions, ...]:
    """Return the exclusions of every channel of the recording from those of its groups (channel indexes, signals)."""
    table: list[dict[ExclusionReason, Stretches]] = [{} for _ in range(channel_count)]
    for indexes, signals in groups:
        for signal in signals:
            for index, stretches in zip(indexes, signal.by_channel, strict=True):
                if len(stretches):
                    known = table[index].get(signal.reason, NONE)
                    table[index][signal.reason] = merged(np.concatenate((known, stretches)))
    return tuple(ChannelExclusions(by_reason=row) for row in table)


def excluded_rows(recording: Recording, exclusions: Sequence[ChannelExclusions]) -> tuple[Excluded, ...]:
    """Return the excluded stretches in order of their start; channels with the same stretch and reason share a row."""
    shared: dict[tuple[float, float, ExclusionReason], list[str]] = {}
    for channel, own in zip(recording.channels, exclusions, strict=True):
        for reason, stretches in own.by_reason.items():
            for start, stop in stretches:
                shared.setdefault((float(start), float(stop), reason), []).append(channel.name)
    return tuple(
        Excluded(start_s=start, stop_s=stop, channels=tuple(names), reason=reason)
        for (start, stop, reason), names in sorted(shared.items(), key=lambda item: (item[0][:2], item[0][2].value))
    )


def searched_candidates(
    candidates: Candidates, factor: float, exclusions: Sequence[ChannelExclusions]
) -> tuple[Candidates, NDArray[np.bool_]]:
    """Return the candidates that a searched channel saw, and on which channels they were seen.

    Deflections on channels that are excluded at the time are taken out; what then stays below the threshold is dropped.
    """
    is_searched = np.ones(candidates.deflection.shape, dtype=np.bool_)
    for column, own in enumerate(exclusions):
        is_searched[:, column] = ~overlaps(own.together, candidates.onset_s, candidates.stop_s)
    deflection = np.where(is_searched, candidates.deflection, 0.0)
    # What is sorted to a source stands on more than its height.
    is_kept = (deflection.max(axis=1, initial=0.0) >= factor) | ((candidates.source != -1) & is_searched.any(axis=1))
    kept = np.flatnonzero(is_kept & (deflection.max(axis=1, initial=0.0) > 0))
    largest = deflection[kept].max(axis=1, keepdims=True, initial=0.0)
    on_channel = (deflection[kept] >= min(SEEN_FACTOR, factor)) | (deflection[kept] >= largest)
    return replace(candidates.where(kept), deflection=deflection[kept].astype(np.float32)), on_channel


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GroupEvents:
    """The candidates that one group keeps.

    Parameters
    ----------
    channel_indexes
        Channels of the recording, one for each column.
    candidates
        Kept candidates.
    on_channel
        Where each was seen; shape (candidates, channels of the group).
    waveforms
        Mean potential of each unit to which candidates are sorted, shape (channels of the group, samples).
    train_waveforms, namings
        The same of each named train, and its name.
    sampling_rate_hz
        Of the group **[Hz]**.
    """

    channel_indexes: tuple[int, ...]
    candidates: Candidates
    on_channel: NDArray[np.bool_]
    waveforms: tuple[NDArray[np.float32], ...]
    train_waveforms: tuple[NDArray[np.float32], ...]
    namings: tuple[Naming, ...]
    sampling_rate_hz: float


def joined_events(parts: Sequence[GroupEvents]) -> GroupEvents:
    """Return the events of successive segments of one group as one; units go on, named trains end with a segment."""
    first_train = np.cumsum([0] + [len(part.namings) for part in parts[:-1]])
    renumbered = []
    for part, first in zip(parts, first_train, strict=True):
        source = part.candidates.source
        renumbered.append(replace(part.candidates, source=np.where(_is_train(source), source - first, source)))
    return GroupEvents(
        channel_indexes=parts[0].channel_indexes,
        candidates=joined_candidates(renumbered, len(parts[0].channel_indexes)),
        on_channel=np.concatenate([part.on_channel for part in parts]),
        waveforms=parts[-1].waveforms,
        train_waveforms=tuple(shape for part in parts for shape in part.train_waveforms),
        namings=tuple(naming for part in parts for naming in part.namings),
        sampling_rate_hz=parts[0].sampling_rate_hz,
    )


def make_twitches(recording: Recording, observation: Observation, groups: Sequence[GroupEvents]) -> Twitches:
    """Return the events of all groups as Twitches; events of two groups within 10 ms are one."""
    together, on_channel = _side_by_side(len(recording.channels), groups)
    together, on_channel = _without_repeats(together, on_channel, _group_of(groups))
    peak_channel = together.deflection.argmax(axis=1).astype(np.int64)
    rows = np.arange(len(together))
    onset = np.clip(together.onset_s, 0.0, observation.recorded_s)
    shortest = 1 / max(channel.sampling_rate_hz for channel in recording.channels)
    duration = np.maximum(together.stop_s - together.onset_s, shortest)
    is_scaled = np.array([channel.unit == "uV" for channel in recording.channels])
    source, kept = _numbered(together.source)
    size = together.deflection[rows, peak_channel].astype(np.float64)
    shapes = _shapes(recording.channels, groups, kept, onset, source, size)
    given = _namings(groups, kept)
    names = name_discharges(onset, duration, together.is_mass_burst, source, [shape.figures for shape in shapes], given)
    return Twitches(
        observation=observation,
        onset_s=onset,
        duration_s=duration,
        peak_to_peak_uv=np.where(is_scaled[peak_channel], together.peak_to_peak[rows, peak_channel], np.nan).astype(
            np.float64
        ),
        peak_to_noise=size,
        on_channel=on_channel,
        peak_channel_index=peak_channel,
        kind=tuple(name.kind for name in names),
        extent=extents_of(names),
        source=source,
        burst=_burst_numbers(together.burst),
        isolated=is_isolated(onset),
        confidence=together.confidence,
        shapes=shapes,
        naming=names,
    )


def _numbered(source: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the sources that have discharges by how many they have, from 0 on; return the old numbers as well."""
    names, members, counts = np.unique(source, return_inverse=True, return_counts=True)
    order = np.argsort(-np.where(names >= 0, counts, 0), kind="stable")
    rank = np.empty(names.size, dtype=np.int64)
    rank[order] = np.arange(names.size)
    kept = names[order][names[order] >= 0]
    return (np.asarray(np.where(source >= 0, rank[members], -1)) if source.size else source), kept


def _shapes(
    channels: Sequence[Channel],
    groups: Sequence[GroupEvents],
    kept: NDArray[np.int64],
    onset_s: NDArray[np.float64],
    source: NDArray[np.int64],
    size: NDArray[np.float64],
) -> tuple[SourceShape, ...]:
    """Return the mean potentials and figures of the sources with the old numbers `kept`, on all channels."""
    every = [(group, waveform) for group in groups for waveform in (*group.waveforms, *group.train_waveforms)]
    shapes = []
    for number, old in enumerate(kept):
        group, own = every[int(old)]
        waveform = np.zeros((len(channels), own.shape[1]), dtype=np.float32)
        waveform[list(group.channel_indexes)] = own
        rows = source == number
        figures = figures_of(firing_of(onset_s[rows], size[rows]), _measured(own, group.sampling_rate_hz))
        shapes.append(
            SourceShape(
                source=number,
                waveform=waveform,
                sampling_rate_hz=group.sampling_rate_hz,
                figures={
                    "discharges": float(rows.sum()),
                    **figures,
                    **extent_figures(waveform.astype(np.float64), channels, group.sampling_rate_hz),
                },
            )
        )
    return tuple(shapes)


def _measured(waveform: NDArray[np.float32], rate_hz: float) -> Waveform | None:
    """Return the measures of a mean potential on its largest channel, with its largest peak turned up."""
    largest = waveform[int(np.ptp(waveform, axis=1).argmax())].astype(np.float64)
    peak = int(np.abs(largest).argmax())
    if largest[peak] == 0:
        return None
    return measured_waveform(largest * np.sign(largest[peak]), rate_hz, 0.0, peak)


def _namings(groups: Sequence[GroupEvents], kept: NDArray[np.int64]) -> list[Naming | None]:
    """Return the names that trains gave to the sources with the old numbers `kept`."""
    every = [naming for group in groups for naming in (*(None for _ in group.waveforms), *group.namings)]
    return [every[int(old)] for old in kept]


def _group_of(groups: Sequence[GroupEvents]) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(groups)), [len(group.candidates) for group in groups])


def _side_by_side(channel_count: int, groups: Sequence[GroupEvents]) -> tuple[Candidates, NDArray[np.bool_]]:
    """Put the candidates of all groups into one table with a column for every channel of the recording."""
    total = sum(len(group.candidates) for group in groups)
    deflection = np.zeros((total, channel_count), dtype=np.float32)
    peak_to_peak = np.zeros((total, channel_count), dtype=np.float32)
    on_channel = np.zeros((total, channel_count), dtype=np.bool_)
    bursts, first_row, first_burst = [], 0, 0
    for group in groups:
        rows = slice(first_row, first_row + len(group.candidates))
        columns = list(group.channel_indexes)
        deflection[rows, columns] = group.candidates.deflection
        peak_to_peak[rows, columns] = group.candidates.peak_to_peak
        on_channel[rows, columns] = group.on_channel
        bursts.append(group.candidates.burst + first_burst)
        first_row = rows.stop
        first_burst += int(group.candidates.burst.max(initial=-1)) + 1
    return Candidates(
        onset_s=_column(groups, "onset_s"),
        stop_s=_column(groups, "stop_s"),
        peak_s=_column(groups, "peak_s"),
        deflection=deflection,
        peak_to_peak=peak_to_peak,
        burst=np.concatenate([np.zeros(0, dtype=np.int64), *bursts]),
        is_mass_burst=_column(groups, "is_mass_burst").astype(np.bool_),
        source=_sources(groups),
        confidence=_column(groups, "confidence"),
    ), on_channel


def _sources(groups: Sequence[GroupEvents]) -> NDArray[np.int64]:
    """Return the sources of all groups, numbered apart."""
    numbers, first = [np.zeros(0, dtype=np.int64)], 0
    for group in groups:
        own = group.candidates.source
        trains = first + len(group.waveforms) + FIRST_TRAIN - own
        numbers.append(np.where(_is_train(own), trains, np.where(own >= 0, own + first, -1)))
        first += len(group.waveforms) + len(group.train_waveforms)
    return np.concatenate(numbers)


def _is_train(source: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(source <= FIRST_TRAIN)


def _column(groups: Sequence[GroupEvents], name: str) -> NDArray[np.float64]:
    return np.concatenate([np.zeros(0), *(getattr(group.candidates, name) for group in groups)])


def _without_repeats(
    together: Candidates, on_channel: NDArray[np.bool_], group: NDArray[np.int64]
) -> tuple[Candidates, NDArray[np.bool_]]:
    """Join events that two groups saw at the same time; the earlier onset and the later end hold."""
    order = np.argsort(together.onset_s, kind="stable")
    kept: list[int] = []
    onset, stop = together.onset_s.copy(), together.stop_s.copy()
    deflection, peak_to_peak = together.deflection.copy(), together.peak_to_peak.copy()
    seen = on_channel.copy()
    for row in order:
        before = kept[-1] if kept else -1
        if before >= 0 and group[before] != group[row] and onset[row] - onset[before] < SAME_EVENT_S:
            stop[before] = max(stop[before], stop[row])
            deflection[before] = np.maximum(deflection[before], deflection[row])
            peak_to_peak[before] = np.maximum(peak_to_peak[before], peak_to_peak[row])
            seen[before] |= seen[row]
        else:
            kept.append(int(row))
    chosen = np.array(kept, dtype=np.int64)
    joined = replace(together, onset_s=onset, stop_s=stop, deflection=deflection, peak_to_peak=peak_to_peak)
    return joined.where(chosen), seen[chosen]


def _burst_numbers(burst: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the bursts of two and more discharges from 0; a lone discharge gets -1."""
    names, members, counts = np.unique(burst, return_inverse=True, return_counts=True)
    is_shared = counts > 1
    numbers = np.where(is_shared, np.cumsum(is_shared) - 1, -1)
    return np.asarray(numbers[members] if names.size else burst, dtype=np.int64)
