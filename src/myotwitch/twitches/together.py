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
SHIFTS_S = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
"""By so much the second source is moved, both ways, to see how often the two meet for coming in the same bouts."""


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
    Chance: the second source fires evenly over the searched time, or as it does 0.1 to 1 s earlier and later where that
    gives more, so that two sources with the same bouts are no pair. A pair is told where so many coincidences would
    come by chance less than once in a hundred such recordings, over all pairs (Poisson, Bonferroni). Looked at are
    sources with at least 10 discharges, the 40 largest.
    """
    times: dict[int, NDArray[np.float64]] = {}
    for number in range(int(twitches.source.max(initial=-1)) + 1):
        own = twitches.onset_s[twitches.source == number]
        if own.size >= FEWEST and len(times) < MOST_SOURCES:
            times[number] = own
    analysed_s = twitches.observation.analysed_s
    pairs = list(combinations(times, 2))
    found = []
    for first, second in pairs:
        own, other = times[first], times[second]
        observed = _coincidences(own, other)
        expected = float(own.size * (1 - np.exp(-2 * NEAR_S * other.size / max(analysed_s, 1e-9))))
        if _chance(observed, expected) < LEVEL / len(pairs):
            moved = [_coincidences(own + sign * shift, other) for shift in SHIFTS_S for sign in (1, -1)]
            expected = max(expected, float(np.mean(moved)))
            if _chance(observed, expected) < LEVEL / len(pairs):
                found.append(Pair(first=first, second=second, observed=observed, expected=expected))
    return tuple(found)


def _chance(observed: int, expected: float) -> float:
    """Return how likely a Poisson count of mean `expected` reaches `observed`."""
    from scipy.special import gammainc

    return float(gammainc(observed, expected)) if observed > 0 else 1.0


def _coincidences(own: NDArray[np.float64], other: NDArray[np.float64]) -> int:
    return int((np.searchsorted(other, own + NEAR_S) > np.searchsorted(other, own - NEAR_S)).sum())
