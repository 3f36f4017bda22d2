"""What a concentric needle in the muscle sees: the average over its core less the average over its cannula.

The muscle is taken as endless here. A point of current gives 1 / (4 pi s sqrt(K r^2 + z^2)), with r across and z along
the fibres, s the conductivity across and K the anisotropy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from myotwitch.simulation.muscle.numbers import value_of
from myotwitch.simulation.muscle.tissue import Conductivity

NEAR_MM = 3.0
"""Up to this distance a fibre is cut into fine cells."""
FINE_CELL_MM, COARSE_CELL_MM = 0.05, 0.25
CORE_LENGTHWISE, CORE_ACROSS = 9, 3
CANNULA_STEP_MM = 1.0
LONGEST_CANNULA_MM = 30.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class NeedlePoints:
    """A needle as points that average the potential.

    Parameters
    ----------
    place_mm
        float64[points, 3]: places along, across, deep **[mm]**.
    weight
        float64[points]: 1 in all over the core, -1 in all over the cannula.
    """

    place_mm: NDArray[np.float64]
    weight: NDArray[np.float64]


def concentric_needle(along_mm: float, across_mm: float, depth_mm: float) -> NeedlePoints:
    """Return the points of a needle that comes straight down, its cut face towards larger `across`.

    The core's middle is at the given place **[mm]**; the cannula reaches from there up to the surface of the muscle.
    """
    bevel = math.radians(value_of("needle_bevel"))
    wire_mm = value_of("needle_core")
    lengthwise, sideways = np.meshgrid(np.linspace(-1, 1, CORE_LENGTHWISE), np.linspace(-1, 1, CORE_ACROSS))
    inside = lengthwise**2 + sideways**2 <= 1.0 + 1e-9
    long_mm = 0.5 * wire_mm / math.sin(bevel) * lengthwise[inside]
    core = np.stack(
        [
            along_mm + 0.5 * wire_mm * sideways[inside],
            across_mm - math.sin(bevel) * long_mm,
            depth_mm + math.cos(bevel) * long_mm,
        ],
        axis=1,
    )
    half_face_mm = 0.5 * value_of("needle_diameter") / math.tan(bevel)
    reach_mm = min(max(depth_mm, 1.0), LONGEST_CANNULA_MM)
    rise_mm = np.arange(-half_face_mm, reach_mm, CANNULA_STEP_MM)
    edge_mm = 0.5 * value_of("needle_diameter")
    # Beside the core only the back of the shaft is metal; above the cut face all of it is.
    back = np.where(rise_mm < half_face_mm, -edge_mm, 0.0)
    cannula = np.stack([np.full(rise_mm.size, along_mm), across_mm + back, depth_mm - rise_mm], axis=1)
    weight = np.concatenate([np.full(len(core), 1.0 / len(core)), np.full(len(cannula), -1.0 / len(cannula))])
    return NeedlePoints(place_mm=np.concatenate([core, cannula]), weight=weight)


def is_in_the_way(across_mm: float, depth_mm: float, fibre_place_mm: tuple[float, float]) -> bool:
    """Return whether a fibre at (depth, across) **[mm]** would run through the metal of the needle."""
    deep, wide = fibre_place_mm[0] - depth_mm, fibre_place_mm[1] - across_mm
    bevel = math.radians(value_of("needle_bevel"))
    radius_mm = 0.5 * value_of("needle_diameter")
    tip_mm = radius_mm / math.tan(bevel)
    if abs(wide) > radius_mm or deep > tip_mm:
        return False
    return deep < -tip_mm or wide < -math.tan(bevel) * deep


def needle_kernel(
    conductivity: Conductivity,
    needle: NeedlePoints,
    fibre_place_mm: tuple[float, float],
    nearest_mm: float,
    edges_mm: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what the needle measures for one unit of current at each edge of a fibre.

    Parameters
    ----------
    fibre_place_mm, nearest_mm
        The fibre's depth and place across, and how near to the metal a fibre's middle can be **[mm]**: a needle pushes
        fibres aside.
    edges_mm
        Edges along **[mm]**.

    Returns
    -------
    float64[edges, 1]
        Potential **[1/(S/m mm)]**.
    """
    apart = np.hypot(needle.place_mm[:, 2] - fibre_place_mm[0], needle.place_mm[:, 1] - fibre_place_mm[1])
    stretched = conductivity.anisotropy * np.maximum(apart, nearest_mm) ** 2
    scale = 1.0 / (4.0 * math.pi * conductivity.across)
    return scale * _sum_over_points(edges_mm, needle.place_mm[:, 0].copy(), stretched, needle.weight)[:, None]


@numba.njit(cache=True)
def _sum_over_points(
    edges: NDArray[np.float64], along: NDArray[np.float64], stretched: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    out = np.zeros(edges.size)
    for edge in range(edges.size):
        for point in range(along.size):
            away = edges[edge] - along[point]
            out[edge] += weight[point] / np.sqrt(stretched[point] + away * away)
    return out
