"""What a detector says about a scene, as far as it says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.scene import Scene
from myotwitch.twitches import Kind


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Answer:
    """What was found.

    Parameters
    ----------
    onset_s
        Onsets **[s]**, in any order.
    source
        Number of the motor unit of each; None from a detector that does not sort.
    kinds
        What each is said to be; None from a detector that does not name.
    confidence
        Probability that each is a twitch, NaN where not known; None from a detector that gives none.
    voluntary_s
        Stretches that were refused as voluntary activity, (start, stop) **[s]**.
    analysed_share
        Share of the recording that was searched.
    """

    onset_s: NDArray[np.float64]
    source: NDArray[np.int64] | None = None
    kinds: tuple[Kind, ...] | None = None
    confidence: NDArray[np.float64] | None = None
    voluntary_s: tuple[tuple[float, float], ...] = ()
    analysed_share: float = 1.0


Peer = Callable[[Scene], Answer | None]
"""Answers, or gives None where a scene is not for it."""


def onsets_only(onset_s: NDArray[np.float64]) -> Answer:
    """Return the answer of a detector that gives times and nothing else."""
    return Answer(onset_s=np.asarray(onset_s, dtype=np.float64))
