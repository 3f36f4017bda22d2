"""Which sources go together: more often at one time than chance would have it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from myotwitch.twitches.events import Twitches

NEAR_S = 0.025
FEWEST = 10
MOST_SOURCES = 40
LEVEL = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two sources that go together.

    Parameters
    ----------
    first, second
        Numbers of the sources.
    observed, expected
        Discharges of the first that have one of the second within 25 ms, and how many chance would give.
    """

    first: int
    second: int
    observed: int
    expected: float


def sources_together(twitches: Twitches) -> tuple[Pair, ...]:
    """Return the pairs of sources that fire within 25 ms of one another more often than chance gives.

    Method
    ------
    Chance: the second source fires evenly over the searched time. A pair is told where so many coincidences would come
    by chance less than once in a hundred such recordings, over all pairs (Poisson, Bonferroni). Looked at are sources
    with at least 10 discharges, the 40 largest.
    """
    from scipy.stats import poisson

    times: dict[int, NDArray[np.float64]] = {}
    for number in range(int(twitches.source.max(initial=-1)) + 1):
        own = twitches.onset_s[twitches.source == number]
        if own.size >= FEWEST and len(times) < MOST_SOURCES:
            times[number] = own
    analysed_s = twitches.observation.analysed_s
    pairs = list(combinations(times, 2))
    found = []
    for first, second in pairs:
        other = times[second]
        near = np.searchsorted(other, times[first] + NEAR_S) > np.searchsorted(other, times[first] - NEAR_S)
        expected = times[first].size * (1 - np.exp(-2 * NEAR_S * other.size / max(analysed_s, 1e-9)))
        if poisson.sf(near.sum() - 1, expected) < LEVEL / len(pairs):
            found.append(Pair(first=first, second=second, observed=int(near.sum()), expected=float(expected)))
    return tuple(found)
