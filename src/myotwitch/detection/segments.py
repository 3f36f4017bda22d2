"""Long recordings are decided on an hour at a time, so that memory does not grow with their length.

Every segment is searched with enough of its neighbours on both sides that what is decided in it (the rest around a
contraction, the noise) does not depend on where it was cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.crossings import Candidates
from myotwitch.detection.events import ChannelExclusions
from myotwitch.detection.stretches import merged

SEGMENT_S = 3600.0
CONTEXT_S = 160.0
"""Time on both sides of a segment that is searched with it: rest is sought up to 150 s away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A stretch that is decided on as a whole.

    Parameters
    ----------
    start_s, stop_s
        The stretch that it answers for **[s from the recording's start]**.
    first_s, last_s
        The stretch that is searched, with its context **[s from the recording's start]**.
    """

    start_s: float
    stop_s: float
    first_s: float
    last_s: float


def segments_of(duration_s: float) -> tuple[Segment, ...]:
    """Return the segments of a recording; joined they give every second exactly once.

    Examples
    --------
    >>> [(segment.start_s, segment.stop_s) for segment in segments_of(9000.0)]
    [(0.0, 3600.0), (3600.0, 9000.0)]
    >>> [(segment.first_s, segment.last_s) for segment in segments_of(1800.0)]
    [(0.0, 1800.0)]
    """
    count = max(1, int(duration_s // SEGMENT_S))
    edges = [number * SEGMENT_S for number in range(count)] + [duration_s]
    return tuple(
        Segment(
            start_s=start,
            stop_s=stop,
            first_s=max(0.0, start - CONTEXT_S),
            last_s=min(duration_s, stop + CONTEXT_S) if stop < duration_s else duration_s,
        )
        for start, stop in pairwise(edges)
    )


def own_candidates(candidates: Candidates, segment: Segment) -> NDArray[np.bool_]:
    """Return which candidates of a searched segment have their peak in the stretch that it answers for."""
    peak_s = candidates.peak_s + segment.first_s
    return np.asarray((peak_s >= segment.start_s) & (peak_s < segment.stop_s), dtype=np.bool_)


def own_exclusions(exclusions: ChannelExclusions, segment: Segment) -> ChannelExclusions:
    """Return what is excluded within the segment, in the recording's time."""
    return ChannelExclusions(
        by_reason={
            reason: merged(np.clip(stretches + segment.first_s, segment.start_s, segment.stop_s))
            for reason, stretches in exclusions.by_reason.items()
        }
    )


def joined_exclusions(parts: Sequence[ChannelExclusions]) -> ChannelExclusions:
    """Return the exclusions of successive segments of one channel as one; what goes on over a border is one stretch."""
    reasons = sorted({reason for part in parts for reason in part.by_reason})
    joined = {
        reason: merged(np.concatenate([part.by_reason[reason] for part in parts if reason in part.by_reason]))
        for reason in reasons
    }
    return ChannelExclusions(by_reason={reason: stretches for reason, stretches in joined.items() if len(stretches)})


def progress_within(
    progress: Callable[[float, float], None] | None, segment: Segment, duration_s: float
) -> Callable[[float, float], None] | None:
    """Return a function that reports the progress of a segment as that of the whole recording."""
    if progress is None:
        return None

    def report(done_s: float, _: float) -> None:
        progress(min(max(segment.first_s + done_s, segment.start_s), segment.stop_s), duration_s)

    return report
