"""What kind of activity each discharge is, by rules that can be read here. What fits no rule is unknown.

Trains of like potentials have their names from `naming`; the rules here look at one discharge and its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.stretches import merged, overlaps
from myotwitch.detection.trains import in_regular_run
from myotwitch.language import _, later
from myotwitch.twitches import Extent, Kind, Naming

UNIT_DURATION_S = (0.002, 0.025)
"""Duration of one motor unit's potential as a threshold sees it. Textbooks give 5 to 15 ms; skin and slow decay add."""
LONGEST_UNIT_S = 0.040
"""… of one whose shape recurs: it is one unit's however long it is."""
MYOCLONUS_S = (0.025, 0.150)
"""Bursts of cortical myoclonus last 10 to 50 ms, of fragmentary myoclonus 75 to 150 ms. One of less than 25 ms looks
like a potential of one unit."""
BESIDE_BURST_S = 0.5
BURSTS = ("van der Veen 2024 and the AASM manual, as other texts report them",)
INTERVALS = ("Sleutjes 2016, doi 10.1002/mus.24712",)
_NOTHING: Mapping[str, float] = MappingProxyType({})
_EXTENTS = {
    Kind.FASCICULATION: Extent.BUNDLE,
    Kind.MYOKYMIA: Extent.BUNDLE,
    Kind.NEUROMYOTONIA: Extent.BUNDLE,
    Kind.COMPLEX_REPETITIVE: Extent.BUNDLE,
    Kind.FIBRILLATION: Extent.FIBRE,
    Kind.POSITIVE_SHARP_WAVE: Extent.FIBRE,
    Kind.MYOTONIA: Extent.FIBRE,
    Kind.MYOCLONUS: Extent.BELLY,
    Kind.CRAMP: Extent.BELLY,
}


def name_discharges(
    onset_s: NDArray[np.float64],
    duration_s: NDArray[np.float64],
    is_mass_burst: NDArray[np.bool_],
    source: NDArray[np.int64],
    figures: Sequence[Mapping[str, float]],
    given: Sequence[Naming | None],
) -> tuple[Naming, ...]:
    """Return the name of each discharge and why.

    Parameters
    ----------
    onset_s, duration_s
        Of each discharge **[s]**, ascending.
    is_mass_burst
        True for a burst of many units.
    source
        Number of each discharge's source, -1 for none.
    figures, given
        What was measured of each source, and its name where its train gave it one.

    Method
    ------
    A name from a train stands. For the others, in this order:

    1. ``myoclonus``: a burst of many units of 25 to 150 ms, or what is so long and like nothing else.
    2. ``unknown``: a longer burst (a jerk and a short voluntary contraction look the same).
    3. ``voluntary``: within 200 ms of both neighbours, in a run of at least 5 of which the intervals vary by less than
       0.4 of their mean: a motor unit that fires on and on.
    4. ``unknown``: within 0.5 s of a burst of many units longer than 150 ms, whose first or last unit it may be.
    5. ``fasciculation``: 2 to 25 ms long, as one motor unit's potential, or up to 40 ms if its shape recurs.
    6. ``unknown``: everything else.

    Sources
    -------
    Myoclonus: burst durations of van der Veen 2024 (cortical) and of the AASM manual (fragmentary), both as other texts
    report them; healthy people can make bursts as short at will (Collins 2020, Movement Disorders Clinical Practice
    7:827). Intervals: Sleutjes 2016, doi 10.1002/mus.24712. Bounds of rules 3 to 5 are the project's judgement.
    """
    has_name = np.array([number >= 0 and given[number] is not None for number in source], dtype=np.bool_)
    is_regular = np.zeros(onset_s.size, dtype=np.bool_)
    is_regular[~has_name] = in_regular_run(onset_s[~has_name])
    is_long = is_mass_burst & (duration_s > MYOCLONUS_S[1])
    is_beside = _is_beside(onset_s, onset_s[is_long], (onset_s + duration_s)[is_long])
    single = [_fasciculation(own) for own in (*figures, _NOTHING)]
    names: list[Naming] = []
    for row, number in enumerate(source):
        name = given[number] if has_name[row] else None
        if name is None and is_mass_burst[row]:
            name = _MYOCLONUS if MYOCLONUS_S[0] <= duration_s[row] <= MYOCLONUS_S[1] else _LONG_BURST
        elif name is None and is_regular[row]:
            name = _VOLUNTARY
        elif name is None and is_beside[row]:
            name = _BESIDE
        elif name is None:
            longest_s = LONGEST_UNIT_S if number >= 0 else UNIT_DURATION_S[1]
            is_unit = UNIT_DURATION_S[0] <= duration_s[row] <= longest_s
            is_burst = number < 0 and longest_s < duration_s[row] <= MYOCLONUS_S[1]
            name = _MYOCLONUS if is_burst else _UNKNOWN
            if is_unit:
                name = single[number]
        names.append(name)
    return tuple(names)


def extents_of(names: Sequence[Naming]) -> tuple[Extent, ...]:
    """Return how much muscle took part, as the kind tells."""
    return tuple(_EXTENTS.get(name.kind, Extent.BELLY if name is _LONG_BURST else Extent.UNKNOWN) for name in names)


def _fasciculation(figures: Mapping[str, float]) -> Naming:
    return Naming(
        kind=Kind.FASCICULATION,
        rule=_(
            "one motor unit's potential (2 to 25 ms, to 40 ms where its shape recurs), not in a run of even intervals"
        ),
        figures=figures,
        sources=INTERVALS,
    )


_MYOCLONUS = Naming(
    kind=Kind.MYOCLONUS,
    rule=later("a burst of 25 to 150 ms, longer than the potential of one unit"),
    figures=_NOTHING,
    sources=BURSTS,
)
_LONG_BURST = Naming(
    kind=Kind.UNKNOWN,
    rule=later("a burst of many units of over 150 ms: a jerk and a short voluntary contraction look the same"),
    figures=_NOTHING,
    sources=BURSTS,
)
_VOLUNTARY = Naming(
    kind=Kind.VOLUNTARY,
    rule=later("in a run of at least 5 whose intervals are even and at most 200 ms"),
    figures=_NOTHING,
    sources=INTERVALS,
)
_BESIDE = Naming(
    kind=Kind.UNKNOWN,
    rule=later("within 0.5 s of a burst of over 150 ms, whose first or last unit it may be"),
    figures=_NOTHING,
)
_UNKNOWN = Naming(kind=Kind.UNKNOWN, rule=later("shorter or longer than one motor unit's potential"), figures=_NOTHING)


def _is_beside(
    onset_s: NDArray[np.float64], start_s: NDArray[np.float64], stop_s: NDArray[np.float64]
) -> NDArray[np.bool_]:
    near = np.column_stack((start_s - BESIDE_BURST_S, stop_s + BESIDE_BURST_S))
    return overlaps(merged(near), onset_s, onset_s)
