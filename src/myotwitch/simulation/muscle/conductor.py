"""From a current in the muscle to the potential on the skin, through layers of muscle, fat and skin.

All layers are plane, so the potential of a point of current is a product in spatial frequency. With k the frequency in
the plane (k^2 = a^2 + b^2, a across, b along) and m the one in muscle (m^2 = a^2 + K b^2, K its anisotropy), a point of
current at depth d in muscle of thickness T, over bone that carries none, gives on the surface of the muscle

    cosh(m (T - d)) / (s m [sinh(m T) + q cosh(m T)]),   q = Y / (s m),   s the conductivity across.

Y is what fat and skin take away: skin under air s1 k tanh(k h1), then fat over it
Y = s2 k [t + r] / [1 + r t] with t = tanh(k h2), r = s1 tanh(k h1) / s2. On the skin the potential is smaller by
cosh(k h1) cosh(k h2) (1 + r t). A disc electrode averages: 2 J1(k R) / (k R).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import fft, special

from myotwitch.simulation.muscle.tissue import SHALLOWEST_MM, Tissue

STEP_MM = 0.5
ALONG_COUNT, ACROSS_COUNT = 513, 257
"""Points of the quarter plane: up to 256 mm along and 128 mm across; the layers repeat after twice that, which across
is about the girth of a limb."""
ALONG_KEPT, ACROSS_KEPT = 401, 161
DEPTH_RATIO = 1.15
"""Ratio of neighbouring effective depths in a table."""


def surface_transfer(
    tissue: Tissue, depth_mm: float, across: NDArray[np.float64], along: NDArray[np.float64], radius_mm: float
) -> NDArray[np.float64]:
    """Return the potential on the skin for one unit of current at a depth in muscle, in spatial frequency.

    Parameters
    ----------
    depth_mm
        Depth below the surface of the muscle **[mm]**.
    across, along
        Spatial frequencies **[rad/mm]**, of shapes that go together; both nought gives 0, which no source with a sum
        of nought notices.
    radius_mm
        Radius of the electrode's disc **[mm]**.

    Returns
    -------
    float64[...]
        Potential by frequency **[mm/(S/m)]**.
    """
    return _Layers(tissue, across, along, radius_mm).seen_from(depth_mm)


class _Layers:
    """What the potential of a source on the skin has in common for all depths, by spatial frequency."""

    def __init__(
        self, tissue: Tissue, across: NDArray[np.float64], along: NDArray[np.float64], radius_mm: float
    ) -> None:
        conductivity = tissue.conductivity
        plane = np.sqrt(across**2 + along**2)
        self._tissue, self._at_nought = tissue, plane == 0
        plane = np.where(self._at_nought, 1.0, plane)
        muscle = np.where(self._at_nought, 1.0, np.sqrt(across**2 + conductivity.anisotropy * along**2))
        load, fall = _layers_above(tissue, plane)
        # Both hyperbolic functions over exp(m T), so that nothing overflows.
        mirrored = np.exp(-2.0 * muscle * tissue.muscle_mm)
        below = 0.5 * (conductivity.across * muscle * (1.0 - mirrored) + load * (1.0 + mirrored))
        seen = plane * radius_mm
        disc = np.where(seen > 1e-6, 2.0 * special.j1(seen) / np.where(seen > 1e-6, seen, 1.0), 1.0)
        self._muscle, self._share = muscle, np.where(self._at_nought, 0.0, 0.5 * fall * disc / below)

    def seen_from(self, depth_mm: float) -> NDArray[np.float64]:
        """Return the potential on the skin for one unit of current at a depth **[mm/(S/m)]**."""
        self._tissue.check_depth(depth_mm, "A source of current")
        up = np.exp(-self._muscle * depth_mm)
        return np.asarray(self._share * up * (1.0 + np.exp(-2.0 * self._muscle * (self._tissue.muscle_mm - depth_mm))))


def _layers_above(tissue: Tissue, plane: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the current that fat and skin take for one unit of potential under them, and the share on the skin."""
    conductivity = tissue.conductivity
    in_fat = np.tanh(plane * tissue.fat_mm)
    ratio = conductivity.skin / conductivity.fat * np.tanh(plane * tissue.skin_mm)
    load = conductivity.fat * plane * (in_fat + ratio) / (1.0 + ratio * in_fat)
    decay = np.exp(-plane * (tissue.fat_mm + tissue.skin_mm))
    round_trips = (1.0 + np.exp(-2.0 * plane * tissue.fat_mm)) * (1.0 + np.exp(-2.0 * plane * tissue.skin_mm))
    return load, 4.0 * decay / (round_trips * (1.0 + ratio * in_fat))


def surface_potential_map(tissue: Tissue, depth_mm: float, radius_mm: float) -> NDArray[np.float64]:
    """Return the potential on the skin around one unit of current at a depth in muscle.

    Returns
    -------
    float64[across, along]
        Potential **[1/(S/m mm)]** in steps of `STEP_MM` from the point above the source, up to a constant.
    """
    return _map_of(_quarter_plane(tissue, radius_mm), depth_mm)


def _steps() -> tuple[float, float]:
    return math.pi / ((ACROSS_COUNT - 1) * STEP_MM), math.pi / ((ALONG_COUNT - 1) * STEP_MM)


def _quarter_plane(tissue: Tissue, radius_mm: float) -> _Layers:
    across_step, along_step = _steps()
    across = across_step * np.arange(ACROSS_COUNT, dtype=np.float64)[:, None]
    return _Layers(tissue, across, along_step * np.arange(ALONG_COUNT, dtype=np.float64)[None, :], radius_mm)


def _map_of(layers: _Layers, depth_mm: float) -> NDArray[np.float64]:
    across_step, along_step = _steps()
    return np.asarray(fft.dctn(layers.seen_from(depth_mm), type=1) * (across_step * along_step / (4.0 * math.pi**2)))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SurfaceKernel:
    """Potentials on the skin for a tissue and an electrode, ready for sources at any depth.

    Parameters
    ----------
    tissue
        The layers.
    radius_mm
        Radius of the electrodes' discs **[mm]**.
    table
        float32[depths, across, along]: potential **[1/(S/m mm)]** in steps of `STEP_MM`.
    first_log, step_log
        Logarithm of the first effective depth **[ln mm]**, and the step between depths.
    """

    tissue: Tissue
    radius_mm: float
    table: NDArray[np.float32]
    first_log: float
    step_log: float

    def at(
        self,
        depth_mm: float,
        across_mm: float,
        edges_mm: NDArray[np.float64],
        points_mm: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return the potential at points on the skin for one unit of current at each edge of a fibre.

        Parameters
        ----------
        depth_mm, across_mm, edges_mm
            The fibre's depth, its place across, and its edges along **[mm]**.
        points_mm
            float64[points, 2]: places (along, across) **[mm]**.

        Returns
        -------
        float64[edges, points]
            Potential **[1/(S/m mm)]**. Method: cubic interpolation in the table.
        """
        self.tissue.check_depth(depth_mm, "A fibre")
        depth = max(depth_mm, SHALLOWEST_MM)
        level = (math.log(effective_depth_mm(self.tissue, depth)) - self.first_log) / self.step_log
        lateral = np.abs(points_mm[:, 1] - across_mm)
        columns, which = np.unique(lateral.round(6), return_inverse=True)
        rows = _lateral_rows(self.table, level, columns / STEP_MM)
        return _along_rows(rows, which.ravel().astype(np.int64), points_mm[:, 0] / STEP_MM, edges_mm / STEP_MM)


def effective_depth_mm(tissue: Tissue, depth_mm: float) -> float:
    """Return how far below the skin a source seems to lie, muscle being stretched by its anisotropy **[mm]**."""
    return math.sqrt(tissue.conductivity.anisotropy) * depth_mm + tissue.fat_mm + tissue.skin_mm


@lru_cache(maxsize=8)
def surface_kernel(tissue: Tissue, radius_mm: float) -> SurfaceKernel:
    """Return the kernel of a tissue and an electrode; made once for each pair, then kept."""
    first = math.log(effective_depth_mm(tissue, SHALLOWEST_MM))
    last = math.log(effective_depth_mm(tissue, tissue.muscle_mm))
    count = max(math.ceil((last - first) / math.log(DEPTH_RATIO)) + 1, 4)
    step = (last - first) / (count - 1)
    stretch = math.sqrt(tissue.conductivity.anisotropy)
    depths = (np.exp(first + step * np.arange(count)) - tissue.fat_mm - tissue.skin_mm) / stretch
    table = np.empty((count, ACROSS_KEPT, ALONG_KEPT), dtype=np.float32)
    layers = _quarter_plane(tissue, radius_mm)
    for level, depth in enumerate(np.clip(depths, 0.0, tissue.muscle_mm)):
        whole = _map_of(layers, float(depth))
        table[level] = (whole - whole[ACROSS_KEPT - 1, ALONG_KEPT - 1])[:ACROSS_KEPT, :ALONG_KEPT]
    table.flags.writeable = False
    return SurfaceKernel(tissue=tissue, radius_mm=radius_mm, table=table, first_log=first, step_log=step)


@numba.njit(cache=True)
def _cubic(place: float, count: int) -> tuple[int, tuple[float, float, float, float]]:
    """Return the first of four neighbours and their weights (Lagrange); the ends are not passed."""
    first = min(max(int(np.floor(place)) - 1, 0), count - 4)
    x = min(place, count - 1.0) - first
    return first, (
        -(x - 1.0) * (x - 2.0) * (x - 3.0) / 6.0,
        x * (x - 2.0) * (x - 3.0) / 2.0,
        -x * (x - 1.0) * (x - 3.0) / 2.0,
        x * (x - 1.0) * (x - 2.0) / 6.0,
    )


@numba.njit(cache=True)
def _lateral_rows(table: NDArray[np.float32], level: float, columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return float64[columns, along]: the table at one depth and several places across."""
    rows = np.zeros((columns.size, table.shape[2]))
    level_first, deep = _cubic(level, table.shape[0])
    for index in range(columns.size):
        column_first, wide = _cubic(columns[index], table.shape[1])
        for d in range(4):
            for a in range(4):
                weight = deep[d] * wide[a]
                part = table[level_first + d, column_first + a]
                for place in range(part.size):
                    rows[index, place] += weight * part[place]
    return rows


@numba.njit(cache=True)
def _along_rows(
    rows: NDArray[np.float64], which: NDArray[np.int64], points: NDArray[np.float64], edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return float64[edges, points]: each point's row at its distance along from every edge."""
    out = np.empty((edges.size, points.size))
    for edge in range(edges.size):
        for point in range(points.size):
            first, near = _cubic(abs(points[point] - edges[edge]), rows.shape[1])
            row = rows[which[point]]
            total = 0.0
            for step in range(4):
                total += near[step] * row[first + step]
            out[edge, point] = total
    return out
