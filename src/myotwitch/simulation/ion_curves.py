"""How a motor axon answers over the whole range of one ion: the current it needs, and whether it fires by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from myotwitch.simulation.axon.axon import Axon
from myotwitch.simulation.axon.discharges import spontaneous_discharges
from myotwitch.simulation.axon.explain import CONCENTRATIONS_MMOL_PER_L, IonEffect, describe_ion
from myotwitch.sources import Figure, check_sources_known, figure_from_row, load_sources, read_table

ROOM = "myotwitch.simulation"
WATCHED_S = 3.0
"""For so long each axon is watched for discharges of its own."""
ION_OF_ANALYTE: Mapping[str, str] = MappingProxyType(
    {name: name for name in CONCENTRATIONS_MMOL_PER_L} | {"ionised_calcium": "calcium"}
)
"""The ion that a laboratory value tells of."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class IonCurves:
    """What one ion does to the axon over its range.

    Parameters
    ----------
    effect
        Threshold and rest at each concentration, and what is known from people.
    rate_hz
        float64[concentrations]: impulses that the axon fires by itself, under its random current **[Hz]**.
    """

    effect: IonEffect
    rate_hz: NDArray[np.float64]


def ion_curves(ion: str, seed: int = 0) -> IonCurves:
    """Return what one ion does to the healthy axon, all others as usual.

    Parameters
    ----------
    ion
        ``potassium``, ``sodium``, ``calcium`` or ``magnesium``; calcium and magnesium are ionised.
    seed
        Of the random current.

    Raises
    ------
    UnknownNameError
        If the ion is none of the four.

    Notes
    -----
    Limits: one typical axon. The most excitable axons of a nerve, and their endings, fire sooner.
    """
    effect, axon = describe_ion(ion), Axon()
    around = [
        replace(axon, ions=replace(axon.ions, **{f"{ion}_mmol_per_l": float(value)}))
        for value in effect.concentration_mmol_per_l
    ]
    onsets = [spontaneous_discharges(one, duration_s=WATCHED_S, seed=seed) for one in around]
    return IonCurves(effect=effect, rate_hz=np.array([one.size / WATCHED_S for one in onsets]))


def ionised_magnesium_range() -> Figure:
    """Return the usual range of ionised magnesium, which laboratories seldom measure **[mmol/l]**."""
    figure = figure_from_row(read_table(ROOM, "ion_ranges.toml")["magnesium"], "mmol/l", "ion_ranges.toml, magnesium")
    check_sources_known(figure.sources, load_sources(ROOM), "ion_ranges.toml, magnesium")
    return figure
