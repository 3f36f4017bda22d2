"""The way through one sampling rate: block by block filter, measure frames, take the noise, find candidates."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Background, background_of, quiet_windows
from myotwitch.detection.block_stretches import LeftOut, joined_left_out, left_out_of_block
from myotwitch.detection.cleaning import CleanBlock, clean_block
from myotwitch.detection.crossings import (
    Candidates,
    NoiseOverTime,
    find_candidates,
    joined_candidates,
    threshold_for,
)
from myotwitch.detection.excerpts import WHOLE_UP_TO_SAMPLES, Excerpts, Samples, joined_excerpts
from myotwitch.detection.filtering import HIGH_EDGE, Filter, design_filter
from myotwitch.detection.frames import FrameTable, Grid, grid_for, joined_frames
from myotwitch.detection.heart_channels import told_beats
from myotwitch.detection.kept import White, kept_pieces
from myotwitch.detection.mains import find_mains
from myotwitch.detection.noise import GAUSSIAN_MEDIAN, SMALLEST_NOISE, WINDOWS_ASIDE, middle_of
from myotwitch.detection.repeats import Fingerprints, fingerprints_of, joined_fingerprints
from myotwitch.detection.settings import SMALLEST_BLOCK_S, DetectionSettings
from myotwitch.detection.spare import Spare
from myotwitch.detection.stretches import Stretches, merged
from myotwitch.detection.units import lags_for
from myotwitch.recordings.recording import Block, Channel, Recording

FIRST_PASS_ONLY = "threshold"
"""Name of the detector that looks at amplitude alone."""
PROBE_S = 10.0
"""Length of a stretch from which the noise is known before the recording is read: heartbeats are subtracted from it."""
PROBES = 5
LARGEST_BLOCK_SAMPLES = 14_000_000
"""Samples of all channels in one block: bounds memory for many channels and high rates."""
Progress = Callable[[float, float], None]
"""Called with the seconds done and the seconds to do."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GroupPlan:
    """What is decided about channels of one sampling rate and band before they are read.

    Parameters
    ----------
    channel_indexes
        Their places in the recording.
    grid
        Frames and windows.
    filters
        One for each channel.
    factor
        Threshold in noise SDs.
    doublet_s
        Least distance of two discharges **[s]**.
    limits
        Smallest and largest value that the file can hold, shape (channels, 2).
    background
        How the noise goes together; None where no second pass follows.
    """

    channel_indexes: tuple[int, ...]
    grid: Grid
    filters: tuple[Filter, ...]
    factor: float
    doublet_s: float
    limits: NDArray[np.float32]
    background: Background | None

    @property
    def margin(self) -> int:
        """Samples that a block needs on either side: the filter's reach and the windows that make up its noise."""
        reach = max(chosen.reach for chosen in self.filters)
        return (math.ceil(reach / self.grid.window_length) + WINDOWS_ASIDE) * self.grid.window_length


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GroupFindings:
    """What was found in channels of one sampling rate and band.

    Parameters
    ----------
    plan
        What was decided before.
    frames
        What was measured, over the whole recording.
    noise
        Noise of each window, moving over time, shape (channels, windows); NaN where not readable.
    candidates
        What stood out, nothing excluded yet.
    left_out
        Stretches **[s]** that are lost, mended or hidden, by reason and channel.
    fingerprints
        By which repeated stretches are found.
    excerpts
        What a second pass looks at; empty where none follows.
    heart_traces
        Stretches **[s]** in which a little is left of heartbeats on some channel.
    """

    plan: GroupPlan
    frames: FrameTable
    noise: NDArray[np.float32]
    candidates: Candidates
    left_out: LeftOut
    fingerprints: Fingerprints
    excerpts: Excerpts
    heart_traces: Stretches


def plan_group(
    recording: Recording, channel_indexes: Sequence[int], band_hz: tuple[float, float], settings: DetectionSettings
) -> GroupPlan:
    """Return what is to be done with channels that share a sampling rate and a pass band."""
    rate_hz = recording.channels[channel_indexes[0]].sampling_rate_hz
    mains = find_mains(recording, channel_indexes, settings.mains_hz, settings.worker_count)
    every = tuple(
        sorted({frequency for lines in mains for frequency in lines if frequency < (1 + HIGH_EDGE) * band_hz[1]})
    )
    plain = design_filter(rate_hz, *band_hz)
    notched = replace(plain, notches_hz=every) if every else plain
    factor = settings.threshold_factor or threshold_for(settings.false_alarms_per_min, *band_hz, len(channel_indexes))
    filters = tuple(notched if lines else plain for lines in mains)
    grid, limits = grid_for(rate_hz), _limits([recording.channels[index] for index in channel_indexes])
    has_second = settings.detector != FIRST_PASS_ONLY
    return GroupPlan(
        channel_indexes=tuple(channel_indexes),
        grid=grid,
        filters=filters,
        background=_background(recording, settings, channel_indexes, filters, grid, limits) if has_second else None,
        factor=factor,
        doublet_s=settings.doublet_s,
        limits=limits,
    )


def _limits(channels: Sequence[Channel]) -> NDArray[np.float32]:
    rows = [
        (
            -np.inf if channel.clipping_low is None else channel.clipping_low,
            np.inf if channel.clipping_high is None else channel.clipping_high,
        )
        for channel in channels
    ]
    return np.array(rows, dtype=np.float32)


def _background(
    recording: Recording,
    settings: DetectionSettings,
    channel_indexes: Sequence[int],
    filters: Sequence[Filter],
    grid: Grid,
    limits: NDArray[np.float32],
) -> Background:
    """Return how the noise goes together, from stretches spread over the recording."""
    rate_hz = filters[0].sampling_rate_hz
    size, count = round(PROBE_S * rate_hz), recording.sample_count(channel_indexes[0])

    def windows(samples: NDArray[np.float32]) -> NDArray[np.float32]:
        filtered = clean_block(samples, filters, grid, limits).filtered
        noise = middle_of(np.abs(filtered))[:, np.newaxis] / np.float32(GAUSSIAN_MEDIAN)
        is_alive = noise > SMALLEST_NOISE
        return quiet_windows(np.where(is_alive, filtered / np.where(is_alive, noise, np.float32(1.0)), 0.0), rate_hz)

    starts = np.unique(np.linspace(0, max(0, count - size), PROBES).astype(int)).tolist()
    probes = (recording.read(channel_indexes, start, min(start + size, count)) for start in starts)
    with ThreadPoolExecutor(settings.worker_count) as workers:
        return background_of(np.concatenate(list(workers.map(windows, probes))), lags_for(rate_hz))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SearchedBlocks:
    """What is found block by block in channels of one sampling rate and band, not yet put together.

    `whole` holds all that a second pass looks at, shape (channels, samples); None where it looks at excerpts, or where
    none follows. It lies in `memory`, which can be given back when nobody looks at it any more.
    """

    plan: GroupPlan
    parts: tuple[Future[_BlockFindings], ...]
    whole: Samples | None
    memory: Samples | None

    def joined(self) -> GroupFindings:
        """Return it as one, when all blocks have been searched."""
        plan, rate_hz = self.plan, self.plan.grid.sampling_rate_hz
        parts = [part.result() for part in self.parts]
        pieces = [piece for part in parts for piece in part.pieces] if self.whole is None else [(0, self.whole)]
        return GroupFindings(
            plan=plan,
            frames=joined_frames([part.frames for part in parts]),
            noise=np.concatenate([part.noise for part in parts], axis=1),
            candidates=joined_candidates([part.candidates for part in parts], len(plan.channel_indexes)),
            left_out=joined_left_out([part.left_out for part in parts]),
            fingerprints=joined_fingerprints([part.fingerprints for part in parts]),
            excerpts=joined_excerpts(pieces, rate_hz),
            heart_traces=_of_any_channel(joined_left_out([part.traces for part in parts])),
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _BlockFindings:
    frames: FrameTable
    noise: NDArray[np.float32]
    candidates: Candidates
    left_out: LeftOut
    fingerprints: Fingerprints
    pieces: list[tuple[int, Samples]]
    traces: LeftOut


def _of_any_channel(found: LeftOut) -> Stretches:
    return merged(np.concatenate([np.zeros((0, 2)), *(row for rows in found.values() for row in rows)]))


def search_blocks(
    recording: Recording,
    plan: GroupPlan,
    settings: DetectionSettings,
    crew: Crew,
    spare: Spare,
    progress: Progress | None,
) -> SearchedBlocks:
    """Return what stands out in the channels of a plan; the recording is read once, a few blocks at a time.

    Blocks are read in this thread and searched by the crew, which may still be at the last ones afterwards. What a
    second pass looks at lies in `spare` memory.
    """
    count, channels = recording.sample_count(plan.channel_indexes[0]), len(plan.channel_indexes)
    is_whole = plan.background is not None and count * channels <= WHOLE_UP_TO_SAMPLES
    memory = spare.taken(channels * count) if is_whole else None
    whole = None if memory is None else memory[: channels * count].reshape(channels, count)
    windows = math.floor(settings.block_s * plan.grid.sampling_rate_hz / plan.grid.window_length)
    most = LARGEST_BLOCK_SAMPLES // (plan.grid.window_length * channels)
    least = math.ceil(SMALLEST_BLOCK_S * plan.grid.sampling_rate_hz / plan.grid.window_length)
    length = max(least, min(windows, most)) * plan.grid.window_length
    block_s, margin_s = (samples / plan.grid.sampling_rate_hz for samples in (length, plan.margin))
    told_s = told_beats(recording)
    for_block, size = Spare(), channels * (length + 2 * plan.margin)

    def told(block: Block) -> None:
        if progress is not None:
            progress(block.stop_index / plan.grid.sampling_rate_hz, recording.duration_s)

    parts = tuple(
        crew.searched(block, told, partial(_search_block, block, plan, told_s, whole, for_block, size))
        for block in recording.blocks(plan.channel_indexes, block_s, margin_s)
    )
    return SearchedBlocks(plan=plan, parts=parts, whole=whole, memory=memory)


class Crew:
    """Workers that search blocks; never more blocks at hand than workers and one."""

    def __init__(self, workers: ThreadPoolExecutor, count: int) -> None:
        self._workers = workers
        self._count = count
        self._waiting: deque[tuple[Block, Future[_BlockFindings], Callable[[Block], None]]] = deque()

    def searched(
        self, block: Block, told: Callable[[Block], None], search: Callable[[], _BlockFindings]
    ) -> Future[_BlockFindings]:
        """Return what will be found in a block, as soon as there is room for one more; `told` hears of its end."""
        future = self._workers.submit(search)
        self._waiting.append((block, future, told))
        if len(self._waiting) > self._count:  # one more, so that no worker waits for the file
            self._await_one()
        return future

    def finish(self) -> None:
        """Wait until every block has been searched."""
        while self._waiting:
            self._await_one()

    def _await_one(self) -> None:
        block, future, told = self._waiting.popleft()
        future.result()
        told(block)


def _search_block(
    block: Block,
    plan: GroupPlan,
    told_s: NDArray[np.float64] | None,
    whole: Samples | None,
    spare: Spare,
    size: int,
) -> _BlockFindings:
    """Return what is found in a block; what the second pass looks at goes into `whole`, if that is given."""
    memory = spare.taken(size)
    findings = _found_in(block, plan, told_s, whole, memory[: block.samples.size].reshape(block.samples.shape))
    spare.give_back(memory)
    return findings


def _found_in(
    block: Block, plan: GroupPlan, told_s: NDArray[np.float64] | None, whole: Samples | None, into: Samples
) -> _BlockFindings:
    grid = plan.grid
    told = None if told_s is None else told_s * grid.sampling_rate_hz - block.first_index
    clean = clean_block(block.samples, plan.filters, grid, plan.limits, told, into)
    found = find_candidates(
        clean.filtered,
        NoiseOverTime(windows=clean.searched, window_length=grid.window_length),
        grid.sampling_rate_hz,
        plan.factor,
        plan.doublet_s,
    )
    ahead = block.start_index - block.first_index
    inside_frames = _span(ahead, block.stop_index - block.first_index, grid.frame_length)
    inside_windows = _span(ahead, block.stop_index - block.first_index, grid.window_length)
    start_s, stop_s = (index / grid.sampling_rate_hz for index in (ahead, ahead + block.stop_index - block.start_index))
    own = found.where((found.peak_s >= start_s - 1e-9) & (found.peak_s < stop_s - 1e-9))
    return _BlockFindings(
        frames=clean.frames.part(*inside_frames),
        noise=clean.noise[:, slice(*inside_windows)],
        candidates=own.shifted(block.first_index / grid.sampling_rate_hz),
        left_out=left_out_of_block(clean.left_out, block, len(plan.channel_indexes), grid.sampling_rate_hz),
        fingerprints=fingerprints_of(block.samples, block.first_index, block.start_index, block.stop_index),
        pieces=_pieces(clean, block, plan, whole),
        traces=left_out_of_block(clean.traces, block, len(plan.channel_indexes), grid.sampling_rate_hz),
    )


def _pieces(clean: CleanBlock, block: Block, plan: GroupPlan, whole: Samples | None) -> list[tuple[int, Samples]]:
    """Return what the second pass looks at of the block's own samples, or write all of them into `whole`."""
    if plan.background is None:
        return []
    white = White(
        filtered=clean.filtered,
        noise=clean.searched,
        window_length=plan.grid.window_length,
        background=plan.background,
    )
    start, stop = block.start_index - block.first_index, block.stop_index - block.first_index
    if whole is not None:
        whole[:, block.start_index : block.stop_index] = white.part(start, stop)
        return []
    pieces = kept_pieces(white, start, stop, plan.grid.sampling_rate_hz)
    return [(block.start_index + first, samples) for first, samples in pieces]


def _span(start: int, stop: int, length: int) -> tuple[int, int]:
    return start // length, math.ceil(stop / length)
