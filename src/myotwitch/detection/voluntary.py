"""Voluntary activity: stretches raised well over the rest, and trains of discharges that go on and on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from myotwitch.detection.crossings import SEEN_FACTOR, Candidates
from myotwitch.detection.quality import ExcludedSignal, readable_spread, rest_level
from myotwitch.detection.search import GroupFindings
from myotwitch.detection.stretches import NONE, Stretches, merged, overlaps, stretches_of_frames
from myotwitch.detection.trains import voluntary_trains
from myotwitch.recordings.recording import Recording
from myotwitch.twitches import ExclusionReason

RAISED_FACTOR = 2.5
"""Spread over the rest from which a frame is interference of many units: more than half of its samples are muscle."""
SHORTEST_RAISED_S = 0.3
PAUSE_S = 0.5
"""Pauses of a contraction shorter than this belong to it."""
PAD_S = 0.25
"""Around a contraction: the first and last units fire alone there."""
SHARE_SEEN = 0.25
SHARED_CHANNELS = 8
SHARE_RAISED = 0.3
"""Where at least this share of 8 or more channels is raised, all are left out: a grid sees one muscle."""
TONE_FRAMES = 21
TONE_FACTOR = 1.5
"""Background over about 2 s, over that of rest, from which many discharges are tone."""
TONE_HZ = 2.5
TONE_PAD_S = 0.5
BESIDE_S = 3.0
TONE_AROUND_S = 1.0
FEWEST_BESIDE = 5
BESIDE_HZ = 3.0
"""Discharges of sorted units a second, up to so near a contraction, from which muscle is not at rest: a judgement. What
tires or relaxes fires at several a second, fasciculations of one muscle seldom so often."""


def voluntary_stretches(recording: Recording, findings: GroupFindings) -> ExcludedSignal:
    """Return where muscle was at work rather than twitching, for each channel of a group; rest around it is kept."""
    raised = _raised(recording, findings)
    trains = train_stretches(findings.candidates)
    tone = tone_stretches(recording, findings)
    by_channel = [
        np.clip(merged(np.concatenate(parts), PAUSE_S), 0.0, recording.duration_s)
        for parts in zip(raised, trains, tone, strict=True)
    ]
    return ExcludedSignal(reason=ExclusionReason.VOLUNTARY, by_channel=tuple(by_channel))


def train_stretches(candidates: Candidates) -> list[Stretches]:
    """Return for each channel the stretches of voluntary trains of discharges of which it saw at least a quarter."""
    found: list[list[tuple[float, float]]] = [[] for _ in range(candidates.deflection.shape[1])]
    for first, last in voluntary_trains(candidates.onset_s):
        members = slice(first, last + 1)
        seen = (candidates.deflection[members] >= SEEN_FACTOR).mean(axis=0) >= SHARE_SEEN
        for channel in np.flatnonzero(seen):
            found[channel].append((candidates.onset_s[first] - PAD_S, candidates.stop_s[last] + PAD_S))
    return [merged(np.array(rows), PAUSE_S) if rows else NONE for rows in found]


def sorted_trains(candidates: Candidates) -> list[Stretches]:
    """Return for each channel the stretches of voluntary trains among the discharges of one unit, or of all units.

    A unit counts on the channel on which it is largest, and on those on which it was seen.
    """
    found: list[list[tuple[float, float]]] = [[] for _ in range(candidates.deflection.shape[1])]
    sorted_rows = np.flatnonzero(candidates.source >= 0)
    sources = np.unique(candidates.source[sorted_rows])
    for rows in (*(np.flatnonzero(candidates.source == source) for source in sources), sorted_rows):
        for first, last in voluntary_trains(candidates.onset_s[rows]):
            members = rows[first : last + 1]
            deflection = candidates.deflection[members]
            largest = deflection.max(axis=1, keepdims=True)
            seen = ((deflection >= SEEN_FACTOR) | (deflection >= largest)).mean(axis=0) >= SHARE_SEEN
            for channel in np.flatnonzero(seen):
                start, stop = candidates.onset_s[members[0]], candidates.stop_s[members[-1]]
                found[channel].append((start - PAD_S, stop + PAD_S))
    return [merged(np.array(rows), PAUSE_S) if rows else NONE for rows in found]


def sorted_tone(candidates: Candidates, voluntary: Sequence[Stretches]) -> list[Stretches]:
    """Return for each channel where units go on firing beside a contraction: muscle that has not come to rest yet.

    Parameters
    ----------
    voluntary
        Stretches of contraction known already **[s]**, for each channel.
    """
    found = []
    for channel, stretches in enumerate(voluntary):
        deflection = candidates.deflection[:, channel]
        own = candidates.onset_s[(candidates.source >= 0) & (deflection >= candidates.deflection.max(axis=1))]
        near = own[overlaps(stretches, own - BESIDE_S, own + BESIDE_S)]
        first, last = near - TONE_AROUND_S, near + TONE_AROUND_S
        around = np.searchsorted(own, last) - np.searchsorted(own, first)
        rest_s = np.array([_outside_s(stretches, *ends) for ends in zip(first, last, strict=True)])
        tense = near[(around >= FEWEST_BESIDE) & (around >= BESIDE_HZ * rest_s)]
        found.append(merged(np.column_stack((tense - PAD_S, tense + PAD_S)), PAUSE_S) if tense.size else NONE)
    return found


def _outside_s(stretches: Stretches, first_s: float, last_s: float) -> float:
    """Return how much of a span lies outside of the stretches **[s]**."""
    inside = np.minimum(stretches[:, 1], last_s) - np.maximum(stretches[:, 0], first_s)
    return last_s - first_s - float(np.maximum(inside, 0.0).sum())


def tone_stretches(recording: Recording, findings: GroupFindings) -> list[Stretches]:
    """Return for each channel where low muscle tone shows: a background that is up, with many discharges out of it.

    Between fasciculations the background is that of rest; between the discharges of a tense muscle it is not.
    """
    frame_s = findings.plan.grid.frame_s
    spread = readable_spread(findings, TONE_FRAMES)
    with np.errstate(invalid="ignore"):
        is_up = spread > TONE_FACTOR * rest_level(spread)
    stretches = []
    frames = spread.shape[1]
    for channel, row in enumerate(is_up):
        seen = findings.candidates.deflection[:, channel] >= findings.plan.factor
        frame = np.minimum((findings.candidates.peak_s[seen] / frame_s).astype(np.int64), frames - 1)
        per_frame = np.bincount(frame, minlength=frames).astype(np.float64)
        around = np.convolve(per_frame, np.ones(TONE_FRAMES))[TONE_FRAMES // 2 : TONE_FRAMES // 2 + frames]
        per_s = around / (TONE_FRAMES * frame_s)
        tense = stretches_of_frames(row & (per_s >= TONE_HZ), frame_s, recording.duration_s, TONE_PAD_S)
        stretches.append(tense)
    return stretches


def _raised(recording: Recording, findings: GroupFindings) -> list[Stretches]:
    spread = readable_spread(findings)
    with np.errstate(invalid="ignore"):
        is_raised = spread > RAISED_FACTOR * rest_level(spread)
    if is_raised.shape[0] >= SHARED_CHANNELS:
        is_raised |= is_raised.mean(axis=0) >= SHARE_RAISED
    stretches = []
    for row in is_raised:
        runs = merged(stretches_of_frames(row, findings.plan.grid.frame_s, recording.duration_s), PAUSE_S)
        long = runs[runs[:, 1] - runs[:, 0] >= SHORTEST_RAISED_S]
        stretches.append(merged(long + np.array([-PAD_S, PAD_S]), PAUSE_S))
    return stretches
