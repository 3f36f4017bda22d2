"""Potentials of motor units at electrodes: fibres are laid out, each gives its share, and the channels are made."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError
from myotwitch.simulation.muscle.conductor import surface_kernel
from myotwitch.simulation.muscle.electrodes import ElectrodeKind, Electrodes
from myotwitch.simulation.muscle.needle_field import (
    COARSE_CELL_MM,
    FINE_CELL_MM,
    NEAR_MM,
    NeedlePoints,
    concentric_needle,
    is_in_the_way,
    needle_kernel,
)
from myotwitch.simulation.muscle.numbers import value_of
from myotwitch.simulation.muscle.pool import MotorUnit
from myotwitch.simulation.muscle.potential import CELL_MM, Fibre, fibre_edges, fibre_potential
from myotwitch.simulation.muscle.thinning import thinned
from myotwitch.simulation.muscle.tissue import SHALLOWEST_MM, Tissue

LEAD_S = 0.005
"""A unit's onset lies this long after the first sample of its potential **[s]**."""
SKIN_RATE_HZ, NEEDLE_RATE_HZ = 8_000.0, 40_000.0
"""Potentials are computed at least so densely, then filtered and thinned out to the rate that is asked."""
MOST_ON_SKIN = 60
"""For the skin so many fibres stand for all fibres of a unit, and ten times as many for those of a belly."""


def onset_index(sampling_rate_hz: float) -> int:
    """Return at which sample of its potential a unit's onset lies."""
    return round(LEAD_S * sampling_rate_hz)


def lay_out_fibres(unit: MotorUnit, tissue: Tissue, most: int | None = None) -> list[Fibre]:
    """Return the fibres of a unit, the same for the same unit.

    Parameters
    ----------
    most
        If given and the unit has more fibres, so many stand for all.

    Notes
    -----
    Method: places even over the ellipse of the unit, none nearer than 0.5 mm to the muscle's surface; diameters,
    end plates, ends and delays normal. Velocity follows the diameter.
    """
    tissue.check_depth(unit.depth_mm, "The middle of a motor unit")
    rng = np.random.default_rng(unit.scatter_seed)
    count = unit.fibre_count if most is None else min(unit.fibre_count, most)
    angle, share = 2.0 * np.pi * rng.random(count), 0.5 * np.sqrt(rng.random(count))
    deep = unit.depth_mm + share * unit.territory_deep_mm * np.sin(angle)
    lowest = max(tissue.muscle_mm - SHALLOWEST_MM, 0.5 * tissue.muscle_mm)
    deep = np.clip(deep, min(SHALLOWEST_MM, lowest), lowest)
    across = unit.across_mm + share * unit.territory_across_mm * np.cos(angle)
    scatter = np.clip(rng.standard_normal((5, count)), -2.5, 2.5)
    if unit.extent.value == "fibre":
        scatter[:] = 0.0
    diameter = unit.fibre_diameter_um * np.maximum(1.0 + value_of("diameter_spread") * scatter[0], 0.4)
    velocity = unit.velocity_m_per_s + value_of("velocity_per_diameter") * (diameter - unit.fibre_diameter_um)
    half_mm = 0.5 * unit.fibre_length_mm
    room_mm = half_mm - abs(unit.end_plate_mm)
    plate = unit.end_plate_mm + np.clip(value_of("end_plate_spread") * scatter[1], -0.6 * room_mm, 0.6 * room_mm)
    ends = np.clip(value_of("end_spread") * scatter[2:4], -0.2 * half_mm, 0.2 * half_mm)
    delay = 1e-3 * value_of("terminal_delay") * scatter[4]
    return [
        Fibre(
            depth_mm=float(deep[index]),
            across_mm=float(across[index]),
            end_plate_mm=float(plate[index]),
            first_end_mm=min(float(-half_mm + ends[0, index]), float(plate[index])),
            last_end_mm=max(float(half_mm + ends[1, index]), float(plate[index])),
            diameter_um=float(diameter[index]),
            velocity_m_per_s=max(float(velocity[index]), 0.5),
            delay_s=float(delay[index]),
            weight=unit.fibre_count / count,
        )
        for index in range(count)
    ]


def unit_potential(
    unit: MotorUnit, electrodes: Electrodes, tissue: Tissue, sampling_rate_hz: float
) -> NDArray[np.float32]:
    """Return the potential of one discharge of a unit at every channel.

    Parameters
    ----------
    unit, electrodes, tissue
        What fires, where it is measured, and what lies between.
    sampling_rate_hz
        Rate of the answer **[Hz]**, 200 to 200,000.

    Returns
    -------
    float32[channels, samples]
        Potential **[µV]**. The unit's onset, when its end plates fire on average, is at sample
        ``onset_index(sampling_rate_hz)``; the last samples are those in which the last fibre has gone out.

    Raises
    ------
    RequestError
        If the rate cannot be, or unit or needle lie outside the muscle.

    Notes
    -----
    Method: on the skin, layers of muscle, fat and skin, and at most 60 fibres that stand for all; in needles, every
    fibre within an endless muscle. Computed densely, then low-pass filtered to the rate asked.
    """
    if not 200.0 <= sampling_rate_hz <= 200_000.0:
        raise RequestError(f"A sampling rate of {sampling_rate_hz} Hz was asked; it must be 200 to 200,000 Hz.")
    in_muscle = electrodes.kind is ElectrodeKind.NEEDLE
    fibres = lay_out_fibres(unit, tissue, None if in_muscle else _most_on_skin(unit))
    factor = math.ceil((NEEDLE_RATE_HZ if in_muscle else SKIN_RATE_HZ) / sampling_rate_hz)
    dense_hz = factor * sampling_rate_hz
    samples = math.ceil((LEAD_S + max(fibre.over_s for fibre in fibres)) * sampling_rate_hz) + 2
    time_s = (np.arange(samples * factor) - onset_index(sampling_rate_hz) * factor) / dense_hz
    if in_muscle:
        dense = _needle_potentials(fibres, electrodes, tissue, time_s)
    else:
        dense = skin_potential(fibres, electrodes, tissue, time_s)
    if factor > 1:
        dense = thinned(dense, factor)[:, :samples]
    return dense.astype(np.float32)


def _most_on_skin(unit: MotorUnit) -> int:
    return MOST_ON_SKIN * (10 if unit.extent.value == "belly" else 1)


def skin_potential(
    fibres: list[Fibre], electrodes: Electrodes, tissue: Tissue, time_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what electrodes on the skin measure of fibres: float64[channels, times], in **µV**."""
    points, forward, backward = electrodes.points()
    kernel = surface_kernel(tissue, electrodes.radius_mm)
    total = np.zeros((len(points), time_s.size))
    for fibre in fibres:
        edges = fibre_edges(fibre, CELL_MM)
        total += fibre_potential(fibre, edges, kernel.at(fibre.depth_mm, fibre.across_mm, edges, points), time_s)
    return total[forward] if backward is None else total[forward] - total[backward]


def _needle_potentials(
    fibres: list[Fibre], electrodes: Electrodes, tissue: Tissue, time_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    depth_mm = electrodes.depth_mm or 0.0
    tissue.check_depth(depth_mm, "A needle's core")
    rows = []
    for along_mm, across_mm in electrodes.position_mm:
        points = concentric_needle(float(along_mm), float(across_mm), depth_mm)
        clear = [
            fibre
            for fibre in fibres
            if not is_in_the_way(float(across_mm), depth_mm, (fibre.depth_mm, fibre.across_mm))
        ]
        rows.append(needle_potential(clear, points, (float(across_mm), depth_mm), tissue, time_s))
    return np.array(rows)


def needle_potential(
    fibres: list[Fibre],
    points: NeedlePoints,
    core_mm: tuple[float, float],
    tissue: Tissue,
    time_s: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what one needle measures of fibres: float64[times], in **µV**; `core_mm` is its place across and deep."""
    total = np.zeros(time_s.size)
    for fibre in fibres:
        apart = math.hypot(fibre.across_mm - core_mm[0], fibre.depth_mm - core_mm[1])
        edges = fibre_edges(fibre, FINE_CELL_MM if apart < NEAR_MM else COARSE_CELL_MM)
        nearest_mm = 0.5e-3 * fibre.diameter_um + value_of("needle_gap")
        kernel = needle_kernel(tissue.conductivity, points, (fibre.depth_mm, fibre.across_mm), nearest_mm, edges)
        total += fibre_potential(fibre, edges, kernel, time_s)[0]
    return total
