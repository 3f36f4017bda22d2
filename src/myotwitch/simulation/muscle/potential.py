"""The action potential of muscle fibres as a source of current: it is born, runs both ways, and ends at the tendons.

A fibre is cut into short cells. In each flows an axial current; what enters and does not leave a cell's edge comes out
of the fibre there. The edges are the sources, and their sum is nought at every moment, to the last digit of the sum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError
from myotwitch.simulation.muscle.numbers import value_of

LENGTHS_UNTIL_OVER = 4.0
"""So many lengths of the afterpotential behind the front, no current is left to speak of: exp(-4) of it."""
CELL_MM = 0.25
"""Length of a cell for electrodes on the skin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fibre:
    """One muscle fibre, straight and along the first axis.

    Parameters
    ----------
    depth_mm, across_mm
        Its place below the surface of the muscle and across **[mm]**.
    end_plate_mm, first_end_mm, last_end_mm
        Its end plate and its two ends along **[mm]**; the end plate lies between the ends.
    diameter_um, velocity_m_per_s
        Its diameter **[µm]** and conduction velocity **[m/s]**.
    delay_s
        When the end plate fires, after the unit's onset **[s]**; may be below 0.
    weight
        How many fibres it stands for.

    Raises
    ------
    RequestError
        If the end plate lies outside the fibre, or diameter or velocity is not above 0.
    """

    depth_mm: float
    across_mm: float
    end_plate_mm: float
    first_end_mm: float
    last_end_mm: float
    diameter_um: float
    velocity_m_per_s: float
    delay_s: float = 0.0
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not self.first_end_mm <= self.end_plate_mm <= self.last_end_mm or self.first_end_mm == self.last_end_mm:
            raise RequestError(
                f"A fibre from {self.first_end_mm} to {self.last_end_mm} mm has its end plate at {self.end_plate_mm} "
                "mm; the end plate must lie between the ends."
            )
        if not (self.diameter_um > 0 and self.velocity_m_per_s > 0):
            raise RequestError(
                f"A fibre is {self.diameter_um} um thick and conducts at {self.velocity_m_per_s} m/s; both must be "
                "above 0."
            )

    @property
    def current_ua(self) -> float:
        """Factor from the slope of the action potential **[mV/mm]** to the axial current **[µA]**."""
        area_mm2 = 0.25 * math.pi * (self.diameter_um * 1e-3) ** 2
        return value_of("myoplasm") * area_mm2

    @property
    def over_s(self) -> float:
        """When its last current has ceased, after the unit's onset **[s]**."""
        longest_mm = max(self.end_plate_mm - self.first_end_mm, self.last_end_mm - self.end_plate_mm)
        longest_mm += LENGTHS_UNTIL_OVER * value_of("afterpotential_length")
        return self.delay_s + longest_mm * 1e-3 / self.velocity_m_per_s


def fibre_edges(fibre: Fibre, cell_mm: float = CELL_MM) -> NDArray[np.float64]:
    """Return the edges of a fibre's cells along it **[mm]**, ascending; the end plate is one of them."""
    halves = []
    for end_mm in (fibre.first_end_mm, fibre.last_end_mm):
        count = max(math.ceil(abs(end_mm - fibre.end_plate_mm) / cell_mm), 1)
        halves.append(np.linspace(fibre.end_plate_mm, end_mm, count + 1))
    edges = np.unique(np.concatenate(halves))
    return np.asarray(edges, dtype=np.float64)


def action_potential_slope(behind_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the slope of the action potential **[mV/mm]** at distances behind its front **[mm]**; 0 before it.

    Method: a spike and an afterpotential, as McGill and Lateva 2001 found potentials of units to need, both fixed in
    space whatever the velocity. The spike is Rosenfalck's A (s u)^3 exp(-s u); the afterpotential here is
    B exp(-u / L) (1 - exp(-s u))^2, which begins as smoothly.
    """
    behind = np.maximum(behind_mm, 0.0)
    sharpness = value_of("sharpness")
    scaled = sharpness * behind
    spike = value_of("action_potential") * sharpness * scaled**2 * (3.0 - scaled) * np.exp(-scaled)
    slow = 1.0 / value_of("afterpotential_length")
    after = (
        -slow * np.exp(-slow * behind)
        + 2.0 * (slow + sharpness) * np.exp(-(slow + sharpness) * behind)
        - (slow + 2.0 * sharpness) * np.exp(-(slow + 2.0 * sharpness) * behind)
    )
    return spike + value_of("afterpotential") * after


def axial_currents(fibre: Fibre, edges_mm: NDArray[np.float64], time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the current along the fibre in each cell, forward positive.

    Returns
    -------
    float64[times, cells]
        Current **[µA]**.
    """
    middles = 0.5 * (edges_mm[1:] + edges_mm[:-1]) - fibre.end_plate_mm
    run_mm = 1e3 * fibre.velocity_m_per_s * (time_s - fibre.delay_s)
    slopes = action_potential_slope(run_mm[:, None] - np.abs(middles)[None, :])
    return fibre.current_ua * np.sign(middles) * slopes


def fibre_sources(fibre: Fibre, edges_mm: NDArray[np.float64], time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the current that leaves the fibre at each edge.

    Returns
    -------
    float64[times, edges]
        Current **[µA]**, outward positive; each row sums to 0.
    """
    currents = axial_currents(fibre, edges_mm, time_s)
    return -np.diff(currents, axis=1, prepend=0.0, append=0.0)


def potential_of_sources(
    fibre: Fibre, edges_mm: NDArray[np.float64], kernel: NDArray[np.float64], time_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the potential of a fibre from its sources, the obvious way.

    Parameters
    ----------
    kernel
        float64[edges, points]: potential at each point for one unit of current at each edge **[1/(S/m mm)]**.

    Returns
    -------
    float64[points, times]
        Potential **[µV]**.
    """
    return 1e3 * fibre.weight * (fibre_sources(fibre, edges_mm, time_s) @ kernel).T


def fibre_potential(
    fibre: Fibre, edges_mm: NDArray[np.float64], kernel: NDArray[np.float64], time_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the same as `potential_of_sources`, fast; `time_s` must ascend."""
    middles = 0.5 * (edges_mm[1:] + edges_mm[:-1]) - fibre.end_plate_mm
    first = int(np.searchsorted(middles, 0.0))
    steps = np.ascontiguousarray(np.diff(kernel, axis=0))
    run_mm = 1e3 * fibre.velocity_m_per_s * (np.asarray(time_s, dtype=np.float64) - fibre.delay_s)
    out = np.zeros((run_mm.size, steps.shape[1]))
    sharpness, slow = value_of("sharpness"), 1.0 / value_of("afterpotential_length")
    scale = 1e3 * fibre.weight * fibre.current_ua
    cubic = scale * value_of("action_potential") * sharpness**3 * np.array([3.0, -sharpness])
    rates = slow + sharpness * np.array([0.0, 1.0, 2.0])
    plain = scale * value_of("afterpotential") * rates * np.array([-1.0, 2.0, -1.0])
    _run(middles[first:].copy(), steps[first:], run_mm, (sharpness, cubic), (rates, plain), out)
    _run(-middles[:first][::-1], steps[:first][::-1].copy(), run_mm, (sharpness, -cubic), (rates, -plain), out)
    return out.T


@numba.njit(cache=True)
def _run(
    distance_mm: NDArray[np.float64],
    steps: NDArray[np.float64],
    run_mm: NDArray[np.float64],
    spike: tuple[float, NDArray[np.float64]],
    after: tuple[NDArray[np.float64], NDArray[np.float64]],
    out: NDArray[np.float64],
) -> None:
    """Add to `out` what one half of the fibre gives; `distance_mm` from the end plate ascends, as does `run_mm`.

    The cells behind the front are kept as sums over them of the kernel's step times u^k exp(-s u), k = 0 to 3, and
    times exp(-r u) for three rates r. The sums move on with the front, so that the work grows with cells plus times.
    """
    sharpness, cubic = spike
    rates, plain = after
    sums = np.zeros((7, steps.shape[1]))
    last = 0
    for row in range(run_mm.size):
        if last > 0:
            _move_on(sums, run_mm[row] - run_mm[row - 1], sharpness, rates)
        while last < distance_mm.size and distance_mm[last] < run_mm[row]:
            behind = run_mm[row] - distance_mm[last]
            power = np.exp(-sharpness * behind)
            for k in range(4):
                for point in range(steps.shape[1]):
                    sums[k, point] += power * steps[last, point]
                power *= behind
            for k in range(3):
                fall = np.exp(-rates[k] * behind)
                for point in range(steps.shape[1]):
                    sums[4 + k, point] += fall * steps[last, point]
            last += 1
        for point in range(steps.shape[1]):
            spiked = cubic[0] * sums[2, point] + cubic[1] * sums[3, point]
            slow = plain[0] * sums[4, point] + plain[1] * sums[5, point] + plain[2] * sums[6, point]
            out[row, point] += spiked + slow


@numba.njit(cache=True)
def _move_on(sums: NDArray[np.float64], moved: float, sharpness: float, rates: NDArray[np.float64]) -> None:
    """Let the sums stand for distances that are `moved` longer."""
    fall = np.exp(-sharpness * moved)
    for point in range(sums.shape[1]):
        if abs(sums[3, point]) + abs(sums[2, point]) + abs(sums[0, point]) < 1e-100:  # far too small; denormals crawl
            sums[:4, point] = 0.0
        a, b, c, d = sums[0, point], sums[1, point], sums[2, point], sums[3, point]
        sums[3, point] = fall * (d + moved * (3.0 * c + moved * (3.0 * b + moved * a)))
        sums[2, point] = fall * (c + moved * (2.0 * b + moved * a))
        sums[1, point] = fall * (b + moved * a)
        sums[0, point] = fall * a
    for k in range(3):
        fall = np.exp(-rates[k] * moved)
        for point in range(sums.shape[1]):
            kept = fall * sums[4 + k, point]
            sums[4 + k, point] = kept if abs(kept) > 1e-100 else 0.0
