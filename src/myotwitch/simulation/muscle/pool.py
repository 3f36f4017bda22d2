"""The motor units of a muscle, from the smallest and slowest to the largest and fastest, after Fuglevand 1993."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError
from myotwitch.simulation.muscle.muscle_shapes import MuscleShape, muscle_shape
from myotwitch.simulation.muscle.numbers import value_of
from myotwitch.simulation.muscle.tissue import SHALLOWEST_MM
from myotwitch.simulation.muscle.twitch import Twitch
from myotwitch.twitches import Extent


@dataclass(frozen=True, kw_only=True, slots=True)
class MotorUnit:
    """Muscle fibres that fire together: those of one nerve cell, a single one, or a whole belly.

    Parameters
    ----------
    number
        Its place in the pool, 0 the first to be recruited.
    fibre_count
        How many fibres it has.
    depth_mm, across_mm
        Middle of the area of its fibres: below the surface of the muscle, and across **[mm]**.
    territory_deep_mm, territory_across_mm
        Extent of that area in depth and across **[mm]**; an ellipse, cut off at the muscle's surfaces.
    end_plate_mm, fibre_length_mm
        Middle of its end plates along, from the muscle's middle, and length of its fibres **[mm]**.
    fibre_diameter_um, velocity_m_per_s
        Mean diameter **[µm]** and conduction velocity **[m/s]** of its fibres.
    force_mN, rise_s, relaxation_s
        Its twitch: force **[mN]**, rise time and half-relaxation time **[s]**.
    extent
        Fibre, bundle or belly.
    scatter_seed
        From it the places of its fibres are drawn: the same unit has the same fibres each time.

    Raises
    ------
    RequestError
        If a number cannot be.
    """

    number: int
    fibre_count: int
    depth_mm: float
    across_mm: float
    territory_deep_mm: float
    territory_across_mm: float
    end_plate_mm: float
    fibre_length_mm: float
    fibre_diameter_um: float
    velocity_m_per_s: float
    force_mN: float  # noqa: N815 - the unit's own sign
    rise_s: float
    relaxation_s: float
    extent: Extent
    scatter_seed: int

    def __post_init__(self) -> None:
        if self.fibre_count < 1 or (self.extent is Extent.FIBRE) != (self.fibre_count == 1):
            raise RequestError(
                f"A unit of extent {self.extent} has {self.fibre_count} fibres; a fibre is one, all else is more."
            )
        for name in ("fibre_length_mm", "fibre_diameter_um", "velocity_m_per_s", "force_mN", "rise_s", "relaxation_s"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise RequestError(f"A unit has {name} = {getattr(self, name)}; it must be above 0.")
        for name in ("depth_mm", "territory_deep_mm", "territory_across_mm"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise RequestError(f"A unit has {name} = {getattr(self, name)}; it must be 0 or above.")
        if abs(self.end_plate_mm) >= 0.5 * self.fibre_length_mm:
            raise RequestError(
                f"End plates {self.end_plate_mm} mm from the middle of fibres {self.fibre_length_mm} mm long lie "
                "outside them."
            )

    @property
    def twitch(self) -> Twitch:
        """Its twitch."""
        return Twitch(force_mN=self.force_mN, rise_s=self.rise_s, relaxation_s=self.relaxation_s)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Pool:
    """The motor units of one muscle.

    Parameters
    ----------
    shape
        The muscle.
    units
        In order of recruitment.
    threshold
        float64[units]: excitation at which each begins to fire; the first has about 1.
    peak_rate_hz
        float64[units]: highest rate of each **[Hz]**.
    """

    shape: MuscleShape
    units: tuple[MotorUnit, ...]
    threshold: NDArray[np.float64]
    peak_rate_hz: NDArray[np.float64]


def velocity_of_diameter(diameter_um: float) -> float:
    """Return the conduction velocity **[m/s]** of a fibre of a diameter **[µm]** in a healthy person."""
    return value_of("velocity_at_nought") + value_of("velocity_per_diameter") * diameter_um


def build_pool(muscle: str, rng: np.random.Generator, unit_count: int | None = None) -> Pool:
    """Return the motor units of a muscle, with their places drawn by `rng`.

    Parameters
    ----------
    muscle
        Key of the muscle.
    rng
        Draws places and the seeds of fibres.
    unit_count
        How many units, where not as many as in a healthy adult.

    Raises
    ------
    UnknownNameError
        If the muscle cannot be simulated.
    RequestError
        If fewer than 2 or more than 5000 units are asked for.

    Notes
    -----
    Method: thresholds, forces and rise times as Fuglevand 1993; numbers of fibres rise likewise, and their mean is the
    muscle's. Rise times span the range that was measured in units; where only the whole muscle was measured, the range
    is twofold and the twitch of all units together has the measured rise. Relaxation keeps one ratio to the rise.
    """
    shape = muscle_shape(muscle)
    count = round(shape.unit_count.value) if unit_count is None else unit_count
    if not 2 <= count <= 5000:
        raise RequestError(f"A pool of {count} units was asked; it must have 2 to 5000.")
    order = np.arange(count) / (count - 1)
    fibres = _with_mean(value_of("fibre_range") ** order, shape.fibres_per_unit.value)
    diameters = shape.diameter.value * value_of("diameter_range") ** (order - 0.5)
    force = _with_mean(value_of("force_range") ** order, _mean_force(shape, fibres, diameters))
    rise_s = _rise_times(shape, order, force)
    relaxation_s = rise_s * _relaxation_ratio(shape)
    territory_mm = shape.territory.value * np.sqrt(fibres / shape.fibres_per_unit.value).clip(0.6, 1.6)
    deep, across = _places(shape, territory_mm, rng)
    seeds = rng.integers(0, 2**31, size=count)
    units = tuple(
        MotorUnit(
            number=index,
            fibre_count=max(round(float(fibres[index])), 2),
            depth_mm=float(deep[index]),
            across_mm=float(across[index]),
            territory_deep_mm=min(float(territory_mm[index]), shape.thickness.value),
            territory_across_mm=float(territory_mm[index]),
            end_plate_mm=0.0,
            fibre_length_mm=shape.fibre_length.value,
            fibre_diameter_um=float(diameters[index]),
            velocity_m_per_s=velocity_of_diameter(float(diameters[index])),
            force_mN=float(force[index]),
            rise_s=float(rise_s[index]),
            relaxation_s=float(relaxation_s[index]),
            extent=Extent.BUNDLE,
            scatter_seed=int(seeds[index]),
        )
        for index in range(count)
    )
    threshold = np.exp(np.log(value_of("threshold_range")) * np.arange(1, count + 1) / count)
    peak_rate_hz = value_of("peak_rate_first") - value_of("peak_rate_fall") * threshold / threshold[-1]
    return Pool(shape=shape, units=units, threshold=threshold, peak_rate_hz=peak_rate_hz)


def single_fibre(unit: MotorUnit, rng: np.random.Generator) -> MotorUnit:
    """Return one fibre of a unit as a unit of its own, at a place drawn by `rng`; its twitch is its share."""
    angle, share = 2.0 * math.pi * rng.random(), 0.5 * math.sqrt(rng.random())
    return replace(
        unit,
        fibre_count=1,
        depth_mm=max(unit.depth_mm + share * unit.territory_deep_mm * math.sin(angle), SHALLOWEST_MM),
        across_mm=unit.across_mm + share * unit.territory_across_mm * math.cos(angle),
        territory_deep_mm=0.0,
        territory_across_mm=0.0,
        force_mN=unit.force_mN / unit.fibre_count,
        extent=Extent.FIBRE,
        scatter_seed=int(rng.integers(0, 2**31)),
    )


def whole_belly(pool: Pool, rng: np.random.Generator) -> MotorUnit:
    """Return all units of a pool as one that fires at once, as in a jerk; its twitch is that of all together."""
    shape = pool.shape
    rise_s, force = _summed_twitch(pool.units)
    fibres = np.array([unit.fibre_count for unit in pool.units])
    mean_um = float(np.average([unit.fibre_diameter_um for unit in pool.units], weights=fibres))
    return replace(
        pool.units[-1],
        fibre_count=int(fibres.sum()),
        depth_mm=0.5 * shape.thickness.value,
        across_mm=0.0,
        territory_deep_mm=shape.thickness.value,
        territory_across_mm=shape.width.value,
        fibre_diameter_um=mean_um,
        velocity_m_per_s=velocity_of_diameter(mean_um),
        force_mN=force,
        rise_s=rise_s,
        relaxation_s=rise_s * _relaxation_ratio(shape),
        extent=Extent.BELLY,
        scatter_seed=int(rng.integers(0, 2**31)),
    )


def _with_mean(values: NDArray[np.float64], mean: float) -> NDArray[np.float64]:
    return np.asarray(values * (mean / values.mean()), dtype=np.float64)


def _mean_force(shape: MuscleShape, fibres: NDArray[np.float64], diameters_um: NDArray[np.float64]) -> float:
    if shape.twitch_force is not None:
        return shape.twitch_force.value
    area_cm2 = fibres * 0.25 * math.pi * (diameters_um * 1e-4) ** 2
    return 1e3 * value_of("twitch_stress") * float(area_cm2.mean())


def _relaxation_ratio(shape: MuscleShape) -> float:
    return value_of("relaxation_ratio") if shape.relaxation is None else shape.relaxation.value / shape.rise.value


def _rise_times(shape: MuscleShape, order: NDArray[np.float64], force: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each unit's rise time **[s]**; the stronger the faster, as a power of the force."""
    if shape.rise_is_of_units:
        slowest, span = shape.rise.high, shape.rise.high / shape.rise.low
        return np.asarray(1e-3 * slowest * span**-order, dtype=np.float64)
    rise_s = 1e-3 * shape.rise.value * value_of("rise_range") ** (0.5 - order)
    together_s, _ = _summed(force, rise_s, rise_s * _relaxation_ratio(shape))
    return rise_s * (1e-3 * shape.rise.value / together_s)


def _summed_twitch(units: tuple[MotorUnit, ...]) -> tuple[float, float]:
    return _summed(
        np.array([unit.force_mN for unit in units]),
        np.array([unit.rise_s for unit in units]),
        np.array([unit.relaxation_s for unit in units]),
    )


def _summed(
    force: NDArray[np.float64], rise_s: NDArray[np.float64], relaxation_s: NDArray[np.float64]
) -> tuple[float, float]:
    """Return rise time **[s]** and largest force **[mN]** of twitches that begin together."""
    times_s = np.linspace(0.0, 1.2 * float(rise_s.max()), 2401)
    total = np.zeros(times_s.size)
    for one, rise, relaxation in zip(force, rise_s, relaxation_s, strict=True):
        total += Twitch(force_mN=float(one), rise_s=float(rise), relaxation_s=float(relaxation)).force(times_s)
    return float(times_s[total.argmax()]), float(total.max())


def _places(
    shape: MuscleShape, territory_mm: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw the middles of territories: anywhere in the oblong of the muscle, as far inside it as they fit."""
    deep_room = np.maximum(shape.thickness.value - territory_mm, 0.0)
    across_room = np.maximum(shape.width.value - territory_mm, 0.0)
    deep = 0.5 * (shape.thickness.value - deep_room) + deep_room * rng.random(territory_mm.size)
    across = across_room * (rng.random(territory_mm.size) - 0.5)
    return deep, across
