"""NamedTrain: discharges of one source that have a name, and where the train goes on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Floats
from myotwitch.detection.stretches import Stretches, merged
from myotwitch.twitches import Kind, Naming

PAUSES = 3.0
"""A train goes on over pauses of so many intervals, at least the following."""
SHORTEST_PAUSE_S = 0.5
TRAIN_CONFIDENCE = 0.99
"""One of many like potentials far above the noise: a judgement, near what the second pass gives to such."""
FIBRE_KINDS = frozenset({Kind.FIBRILLATION, Kind.POSITIVE_SHARP_WAVE})


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class NamedTrain:
    """Discharges of one source that have a name.

    Parameters
    ----------
    naming
        The name and why.
    channel
        On which they were looked at, as a row of the group.
    peak_s
        Of each discharge **[s]**, ascending.
    start_s, onset_s, end_s
        Of all of them, from the peak **[s]**: where it leaves the baseline, passes a third of its peak, and returns.
    burst
        Number of the group in which each stands.
    potential
        Mean signal around the peaks **[noise SDs]**.
    confidence
        Probability of each that it is a discharge.
    longest_pause_s
        Pause over which it goes on **[s]**; None for three of its intervals, at least half a second.
    """

    naming: Naming
    channel: int
    peak_s: Floats
    start_s: float
    onset_s: float
    end_s: float
    burst: NDArray[np.int64]
    potential: Floats
    confidence: float = TRAIN_CONFIDENCE
    longest_pause_s: float | None = None

    @property
    def stretches(self) -> Stretches:
        """Where it goes on **[s]**."""
        own = np.column_stack((self.peak_s + self.start_s, self.peak_s + self.end_s))
        return merged(own, self.pause_s)

    @property
    def pause_s(self) -> float:
        """Pause over which it goes on **[s]**."""
        if self.longest_pause_s is not None:
            return self.longest_pause_s
        intervals = np.diff(self.peak_s)
        return max(SHORTEST_PAUSE_S, PAUSES * float(np.median(intervals))) if intervals.size else SHORTEST_PAUSE_S
