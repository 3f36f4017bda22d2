"""Stretches in which a channel says nothing about twitches: lost, still, clipped, torn by movement, or too noisy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.frames import FRAMES_PER_WINDOW
from myotwitch.detection.noise import low_quantile, moving_median
from myotwitch.detection.repeats import repeated_stretches
from myotwitch.detection.search import GroupFindings
from myotwitch.detection.stretches import Stretches, stretches_of_frames
from myotwitch.recordings.recording import Recording
from myotwitch.twitches import ExclusionReason

SHORTEST_FLAT_FRAMES = 2
PAD_S = 0.1
"""Around what cannot be read: the filter carries its edge so far."""
NOISE_LIMIT_UV = 100.0
"""Noise above which SPiQE leaves a recording out (Bashford 2019, doi 10.1016/j.clinph.2019.03.032)."""
MOVEMENT_TO_USUAL = 12.0
"""Jump of the frame means over its median from which a stretch is a movement of electrode or cable."""
MOVEMENT_TO_NOISE = 20.0
"""… and over the noise in the pass band."""
REST_REACH_FRAMES = 1500
"""Frames before and after among which the rest of a frame is sought: 150 s."""
REST_QUANTILE = 0.05
"""Of the frames around: the noise at rest even if 9 in 10 seconds are contraction."""
SMOOTHING_FRAMES = 5


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ExcludedSignal:
    """Stretches that are left out for one reason, for each channel of a group.

    Parameters
    ----------
    reason
        Why.
    by_channel
        Merged stretches **[s]**, one array a channel.
    """

    reason: ExclusionReason
    by_channel: tuple[Stretches, ...]


def unreadable_stretches(recording: Recording, findings: GroupFindings) -> list[ExcludedSignal]:
    """Return what is flat, clipped, noisy beyond use, torn by movement, written twice, or left out of its block."""
    frames = findings.frames
    still = _runs_of_at_least(frames.is_flat, SHORTEST_FLAT_FRAMES)
    return [
        _excluded(recording, findings, ExclusionReason.FLAT, still),
        _excluded(recording, findings, ExclusionReason.CLIPPING, frames.is_clipped),
        _excluded(recording, findings, ExclusionReason.NOISE, _is_too_noisy(recording, findings)),
        _excluded(recording, findings, ExclusionReason.MOVEMENT, _is_movement(findings)),
        *(ExcludedSignal(reason=reason, by_channel=rows) for reason, rows in findings.left_out.items()),
        _copies(recording, findings),
    ]


def rest_level(spread: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the noise at rest around each frame: the lower edge of its spread in the 150 s before and after.

    Parameters
    ----------
    spread
        Shape (channels, frames); NaN where not readable.
    """
    frames = spread.shape[1]
    rest = np.empty_like(spread)
    for start in range(0, frames, REST_REACH_FRAMES):
        around = spread[:, max(0, start - REST_REACH_FRAMES) : start + 2 * REST_REACH_FRAMES]
        rest[:, start : start + REST_REACH_FRAMES] = low_quantile(around, REST_QUANTILE)[:, np.newaxis]
    return rest


def readable_spread(findings: GroupFindings, smoothing_frames: int = SMOOTHING_FRAMES) -> NDArray[np.float32]:
    """Return the spread of each frame, smoothed by a median over so many; NaN where not readable."""
    spread = np.where(findings.frames.is_unreadable, np.nan, findings.frames.spread).astype(np.float32)
    smoothed = moving_median(spread, smoothing_frames)
    return np.where(np.isfinite(spread), smoothed, np.nan).astype(np.float32)


def _excluded(
    recording: Recording, findings: GroupFindings, reason: ExclusionReason, is_inside: NDArray[np.bool_]
) -> ExcludedSignal:
    frame_s = findings.plan.grid.frame_s
    return ExcludedSignal(
        reason=reason,
        by_channel=tuple(stretches_of_frames(row, frame_s, recording.duration_s, PAD_S) for row in is_inside),
    )


def _copies(recording: Recording, findings: GroupFindings) -> ExcludedSignal:
    """Return the later of two identical stretches where something stands out in it, which else would count twice."""
    by_channel = repeated_stretches(recording, findings.plan.channel_indexes, findings.fingerprints)
    peak_s = findings.candidates.peak_s
    counted = [np.searchsorted(peak_s, row[:, 1]) > np.searchsorted(peak_s, row[:, 0]) for row in by_channel]
    return ExcludedSignal(
        reason=ExclusionReason.NOISE,
        by_channel=tuple(row[chosen] for row, chosen in zip(by_channel, counted, strict=True)),
    )


def _runs_of_at_least(is_inside: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Keep runs of True that are at least `length` long."""
    kept = is_inside.copy()
    for row in kept:
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0])))).reshape(-1, 2)
        for start, stop in edges[edges[:, 1] - edges[:, 0] < length]:
            row[start:stop] = False
    return kept


def _is_too_noisy(recording: Recording, findings: GroupFindings) -> NDArray[np.bool_]:
    is_scaled = np.array([recording.channels[index].unit == "uV" for index in findings.plan.channel_indexes])
    is_noisy = (np.nan_to_num(findings.noise) > NOISE_LIMIT_UV) & is_scaled[:, np.newaxis]
    frames = findings.frames.spread.shape[1]
    return np.repeat(is_noisy, FRAMES_PER_WINDOW, axis=1)[:, :frames]


def _is_movement(findings: GroupFindings) -> NDArray[np.bool_]:
    slow = np.where(findings.frames.is_missing, np.nan, findings.frames.slow).astype(np.float32)
    usual = low_quantile(slow, 0.5)[:, np.newaxis]
    noise = np.repeat(findings.noise, FRAMES_PER_WINDOW, axis=1)[:, : slow.shape[1]]
    with np.errstate(invalid="ignore"):
        moves = (slow > MOVEMENT_TO_USUAL * usual) & (slow > MOVEMENT_TO_NOISE * noise)
    is_readable = ~findings.frames.is_unreadable
    shared = (moves & is_readable).sum(axis=0) * 2 >= np.maximum(is_readable.sum(axis=0), 1)
    return np.asarray(moves & shared)
