"""What kind of activity a discharge is, by rules that can be read here. Modest: what does not fit a rule is unknown.

The rules look at one discharge and its neighbours only; trains of voluntary units are left out before (see
`voluntary`). Nothing here is ever called fibrillation or positive sharp wave: both need the shape of single fibres, in
a needle recording, which a threshold does not look at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.stretches import merged, overlaps
from myotwitch.detection.trains import in_regular_run
from myotwitch.twitches import Extent, Kind

UNIT_DURATION_S = (0.002, 0.040)
"""Duration of one motor unit's potential as a threshold sees it. Textbooks give 5 to 15 ms; skin and slow decay add."""
MYOCLONUS_S = (0.050, 0.150)
"""Bursts of cortical myoclonus last 10 to 50 ms, of fragmentary myoclonus 75 to 150 ms."""
BESIDE_BURST_S = 0.5


def name_kinds(
    onset_s: NDArray[np.float64], duration_s: NDArray[np.float64], is_mass_burst: NDArray[np.bool_]
) -> tuple[Kind, ...]:
    """Return the kind of each discharge.

    Method
    ------
    In this order:

    1. ``myoclonus``: a burst of many units of 50 to 150 ms.
    2. ``unknown``: a longer burst (a jerk and a short voluntary contraction look the same).
    3. ``voluntary``: within 200 ms of both neighbours, in a run of at least 5 of which the intervals vary by less than
       0.4 of their mean: a motor unit that fires on and on.
    4. ``unknown``: within 0.5 s of a burst of many units longer than 150 ms, whose first or last unit it may be.
    5. ``fasciculation``: 2 to 40 ms long, as one motor unit's potential.
    6. ``unknown``: everything else.

    Sources
    -------
    Myoclonus: burst durations of van der Veen 2024 (cortical) and of the AASM manual (fragmentary), both as other texts
    report them. Intervals: Sleutjes 2016, doi 10.1002/mus.24712. Bounds of rules 3 to 5 are the project's judgement.
    """
    is_regular = in_regular_run(onset_s)
    is_long = is_mass_burst & (duration_s > MYOCLONUS_S[1])
    is_beside = _is_beside(onset_s, onset_s[is_long], (onset_s + duration_s)[is_long])
    kinds = []
    for row in range(onset_s.size):
        if is_mass_burst[row]:
            is_short = MYOCLONUS_S[0] <= duration_s[row] <= MYOCLONUS_S[1]
            kinds.append(Kind.MYOCLONUS if is_short else Kind.UNKNOWN)
        elif is_regular[row]:
            kinds.append(Kind.VOLUNTARY)
        elif not is_beside[row] and UNIT_DURATION_S[0] <= duration_s[row] <= UNIT_DURATION_S[1]:
            kinds.append(Kind.FASCICULATION)
        else:
            kinds.append(Kind.UNKNOWN)
    return tuple(kinds)


def name_extents(kinds: tuple[Kind, ...], is_mass_burst: NDArray[np.bool_]) -> tuple[Extent, ...]:
    """Return how much muscle took part: a bundle for one motor unit, a belly for a burst of many, else unknown."""
    return tuple(
        Extent.BELLY if is_mass else Extent.BUNDLE if kind is Kind.FASCICULATION else Extent.UNKNOWN
        for kind, is_mass in zip(kinds, is_mass_burst, strict=True)
    )


def _is_beside(
    onset_s: NDArray[np.float64], start_s: NDArray[np.float64], stop_s: NDArray[np.float64]
) -> NDArray[np.bool_]:
    near = np.column_stack((start_s - BESIDE_BURST_S, stop_s + BESIDE_BURST_S))
    return overlaps(merged(near), onset_s, onset_s)
