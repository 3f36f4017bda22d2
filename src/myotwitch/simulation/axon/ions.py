"""Ions around an axon, and how they act on its membrane: equilibrium, flow through open channels, surface charge."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

from myotwitch.errors import RequestError
from myotwitch.sources import Figure, figure_from_row, read_table

FARADAY_C_PER_MOL = 96_485.33
GAS_J_PER_MOL_K = 8.314_462
VACUUM_F_PER_M = 8.854_187_8e-12
ZERO_CELSIUS_K = 273.15

Floats = npt.NDArray[np.float64]

ALLOWED_MMOL_PER_L = {
    "sodium_mmol_per_l": (50.0, 250.0),
    "potassium_mmol_per_l": (0.5, 20.0),
    "calcium_mmol_per_l": (0.05, 10.0),
    "magnesium_mmol_per_l": (0.0, 20.0),
}
"""What the model takes: far beyond what a person survives, and inside what the equations allow."""


UNITS = {
    "surface_charge": "C/m2",
    "magnesium_weight": "1",
    "relative_permittivity": "1",
    "potassium_share_of_sodium_channel": "1",
    "rectifier_selectivity": "1",
}


@cache
def ion_figure(name: str) -> Figure:
    """Return one number of the table of ions, with its grade and sources."""
    unit = UNITS.get(name, "mmol/l")
    return figure_from_row(read_table("myotwitch.simulation.axon", "ions.toml")[name], unit, f"ions.toml {name}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ions:
    """What the fluid around an axon holds.

    Parameters
    ----------
    sodium_mmol_per_l, potassium_mmol_per_l
        As in serum [mmol/l].
    calcium_mmol_per_l, magnesium_mmol_per_l
        Ionised, not total [mmol/l]: about half of total calcium and two thirds of total magnesium.

    Raises
    ------
    RequestError
        If a concentration is negative or far outside what can be.
    """

    sodium_mmol_per_l: float = 144.2
    potassium_mmol_per_l: float = 4.2
    calcium_mmol_per_l: float = 1.2
    magnesium_mmol_per_l: float = 0.55

    def __post_init__(self) -> None:
        for field in fields(self):
            low, high = ALLOWED_MMOL_PER_L[field.name]
            value = getattr(self, field.name)
            if not low <= value <= high:
                name = field.name.removesuffix("_mmol_per_l")
                raise RequestError(f"The {name} is {value} mmol/l; the axon takes {low:g} to {high:g} mmol/l.")


def thermal_mv(temperature_celsius: float) -> float:
    """Return RT/F [mV]."""
    return 1e3 * GAS_J_PER_MOL_K * (temperature_celsius + ZERO_CELSIUS_K) / FARADAY_C_PER_MOL


def nernst_mv(outside_mmol_per_l: float, inside_mmol_per_l: float, temperature_celsius: float) -> float:
    """Return the potential at which an ion of one positive charge is in balance [mV].

    Examples
    --------
    >>> round(nernst_mv(45.0, 4.5, 37.0), 1)
    61.5
    """
    return thermal_mv(temperature_celsius) * log(outside_mmol_per_l / inside_mmol_per_l)


def flow_pa(
    potential_mv: Floats, outside_mmol_per_l: float, inside_mmol_per_l: float, temperature_celsius: float
) -> Floats:
    """Return the current of a permeability of 1e-9 cm3/s by the equation of Goldman, Hodgkin and Katz [pA].

    Outward is positive. The current is nought at the Nernst potential, and for equal concentrations a straight line.
    """
    x = np.asarray(potential_mv, dtype=np.float64) / thermal_mv(temperature_celsius)
    x = np.where(np.abs(x) < 1e-7, 1e-7, x)
    unit = FARADAY_C_PER_MOL * 1e-3
    return np.asarray(unit * x * (outside_mmol_per_l * np.exp(-x) - inside_mmol_per_l) / np.expm1(-x))


def surface_potential_mv(ions: Ions, temperature_celsius: float) -> float:
    """Return the potential just outside the charged surface against the fluid far from it [mV], below nought.

    Method
    ------
    Grahame's equation, solved for the potential. Magnesium counts as less than calcium: its concentration is weighted,
    which stands for the weaker binding that the equation leaves out. Chloride balances the charge.
    """
    single = ions.sodium_mmol_per_l + ions.potassium_mmol_per_l
    double = ions.calcium_mmol_per_l + ion_figure("magnesium_weight").value * ions.magnesium_mmol_per_l
    charge = ion_figure("surface_charge").value
    energy = GAS_J_PER_MOL_K * (temperature_celsius + ZERO_CELSIUS_K)
    factor = 2 * ion_figure("relative_permittivity").value * VACUUM_F_PER_M * energy

    from scipy.optimize import brentq  # slow to load, and scenes without an axon need it not

    def excess(x: float) -> float:
        crowding = single * (exp(-x) - 1) + double * (exp(-2 * x) - 1) + (single + 2 * double) * (exp(x) - 1)
        return sqrt(max(factor * crowding, 0.0)) - charge

    return float(brentq(excess, -12.0, 0.0)) * thermal_mv(temperature_celsius)


def gate_shift_mv(ions: Ions, temperature_celsius: float) -> float:
    """Return by how much these ions move every gate along the potential, against the reference ions [mV].

    Below nought (little calcium) gates open at more negative potentials: the axon is more excitable.
    """
    if ions == Ions():
        return 0.0
    return surface_potential_mv(ions, temperature_celsius) - surface_potential_mv(Ions(), temperature_celsius)
