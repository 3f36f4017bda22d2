"""Stretches of single channels of a block that are left out, and how they become stretches of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.stretches import Stretches, merged
from myotwitch.recordings.recording import Block
from myotwitch.twitches import ExclusionReason

LeftOut = Mapping[ExclusionReason, tuple[Stretches, ...]]
"""For each reason the merged stretches **[s]** of every channel."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockStretch:
    """One stretch of one channel that is left out; samples from `start` to before `stop`, counted within the block."""

    channel: int
    start: int
    stop: int
    reason: ExclusionReason


def stretches_of_runs(
    is_inside: NDArray[np.bool_], channel: int, reason: ExclusionReason, pad: int = 0
) -> list[BlockStretch]:
    """Return the runs of True, widened by `pad` samples within the row.

    Examples
    --------
    >>> found = stretches_of_runs(np.array([False, True, True, False]), 0, ExclusionReason.NOISE)
    >>> [(stretch.start, stretch.stop) for stretch in found]
    [(1, 3)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_inside.astype(np.int8), [0])))).reshape(-1, 2)
    return [
        BlockStretch(channel=channel, start=max(0, start - pad), stop=min(is_inside.size, stop + pad), reason=reason)
        for start, stop in edges.tolist()
    ]


def left_out_of_block(
    found: Iterable[BlockStretch], block: Block, channel_count: int, sampling_rate_hz: float
) -> LeftOut:
    """Return the stretches that reach into the part that the block answers for, in the recording's time."""
    rows: dict[ExclusionReason, list[list[tuple[float, float]]]] = {}
    for stretch in found:
        start, stop = stretch.start + block.first_index, stretch.stop + block.first_index
        if start < block.stop_index and stop > block.start_index:
            by_channel = rows.setdefault(stretch.reason, [[] for _ in range(channel_count)])
            by_channel[stretch.channel].append((start / sampling_rate_hz, stop / sampling_rate_hz))
    return {
        reason: tuple(np.array(row, dtype=np.float64).reshape(-1, 2) for row in by_channel)
        for reason, by_channel in rows.items()
    }


def joined_left_out(parts: Iterable[LeftOut]) -> LeftOut:
    """Return the stretches of successive blocks as one, merged."""
    rows: dict[ExclusionReason, list[tuple[Stretches, ...]]] = {}
    for part in parts:
        for reason, by_channel in part.items():
            rows.setdefault(reason, []).append(by_channel)
    return {
        reason: tuple(merged(np.concatenate(of_channel)) for of_channel in zip(*collected, strict=True))
        for reason, collected in rows.items()
    }
