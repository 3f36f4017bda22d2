"""Whether twitching spreads to new places, beyond what chance and more watching explain.

Whoever twitches at many places finds new ones for as long as they look. What matters is whether places that are new
came later than they would if the order of the bouts meant nothing: their order is shuffled, the number of bouts and
what came when is kept. Longer watching and a higher rate alone then explain themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.course.patterns import Verdict
from myotwitch.diary import Bout

FEWEST_VISITS = 30
"""Bouts at a place, those of one day at one place taken together, below which nothing is told."""
FEWEST_NEW = 2
"""So many places must be new in the later half."""
SHUFFLES = 3999
SEED = 20_260_101
"""Of the shuffles: the same diary gives the same answer."""
SIGNIFICANT = 0.025
NOT_SPREADING = 0.5
"""Where shuffled diaries are at least as often spread later, and there are many bouts, no spreading is seen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spreading:
    """Whether new places join in.

    Parameters
    ----------
    earlier, later
        Places of the earlier half of the bouts, and those that are new in the later half.
    p_value
        Share of shuffled diaries in which new places come as late or later; None where there are too few bouts.
    verdict
        Whether twitching spreads.
    """

    earlier: tuple[str, ...]
    later: tuple[str, ...]
    p_value: float | None
    verdict: Verdict


def spreading_of(bouts: Sequence[Bout]) -> Spreading:
    """Return whether twitching spreads, from bouts in the order of time; those without a place are left out."""
    labels = _visits(bouts)
    names, place = np.unique(np.array(labels, dtype=object).astype(str), return_inverse=True)
    half = len(place) // 2
    earlier = np.unique(place[:half])
    later = np.setdiff1d(place[half:], earlier)
    is_enough = len(labels) >= FEWEST_VISITS and len(names) > 1
    p_value = _share_as_late(place, len(names)) if is_enough else None
    return Spreading(
        earlier=tuple(str(names[index]) for index in earlier),
        later=tuple(str(names[index]) for index in later),
        p_value=p_value,
        verdict=_verdict(p_value, len(later)),
    )


def _visits(bouts: Sequence[Bout]) -> list[str]:
    """Return the places in the order in which they came; each once a day, as the bouts of a day are not independent."""
    seen: dict[tuple[object, str], None] = {}
    for bout in bouts:
        if bout.place is not None:
            label = str(bout.place) if bout.side is None else f"{bout.place} {bout.side}"
            seen.setdefault((bout.time.date(), label))
    return [label for _, label in seen]


def _share_as_late(place: NDArray[np.int64], number: int) -> float:
    """Return how often shuffled visits have first visits as late as these, or later; the mean over places counts.

    Visits at random are uniform moments, each independent of the others; the first of k is 1 - u^(1/k) for a uniform u.
    """
    visits = np.bincount(place, minlength=number)
    first = np.array([int(np.argmax(place == index)) for index in range(number)])
    lateness = float(np.mean((first + 1) / (len(place) + 1)))
    moments = 1 - np.random.default_rng(SEED).random((SHUFFLES, number)) ** (1 / visits)
    return float((1 + np.count_nonzero(moments.mean(axis=1) >= lateness)) / (SHUFFLES + 1))


def _verdict(p_value: float | None, new: int) -> Verdict:
    if p_value is None:
        return Verdict.CANNOT_TELL
    if p_value < SIGNIFICANT and new >= FEWEST_NEW:
        return Verdict.SEEN
    return Verdict.NOT_SEEN if p_value >= NOT_SPREADING or new == 0 else Verdict.CANNOT_TELL
