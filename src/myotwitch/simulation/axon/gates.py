"""The gates of the channels: steady state and rate of each against the membrane potential, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from myotwitch.simulation.axon.ions import Floats, Ions, flow_pa, gate_shift_mv, ion_figure
from myotwitch.sources import read_table

if TYPE_CHECKING:
    from myotwitch.simulation.axon.membrane import Membrane

LOWEST_MV, STEP_MV, ROWS = -250.0, 0.1, 3_501
GATE_NAMES = ("m", "h", "p", "n", "s", "q", "u")
"""Transient sodium opening and inactivation, persistent sodium, fast and slow potassium, inward rectifier, slow sodium
inactivation."""
TABLE_NAMES = (
    "transient_sodium_opening",
    "transient_sodium_inactivation",
    "persistent_sodium_opening",
    "fast_potassium_opening",
    "slow_potassium_opening",
    "inward_rectifier_opening",
    "slow_sodium_inactivation",
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GateTable:
    """Gates and sodium channel current at potentials 0.1 mV apart.

    Parameters
    ----------
    potential_mv
        The potentials [mV].
    values
        Steady state and rate [1/ms] of each gate in the order of `GATE_NAMES`, then the current of an open permeability
        of 1e-9 cm3/s of sodium channels [pA]; shape (rows, 15).
    """

    potential_mv: Floats
    values: Floats

    @property
    def channel_pa(self) -> Floats:
        """Current of open sodium channels of 1e-9 cm3/s [pA]."""
        return np.asarray(self.values[:, 2 * len(GATE_NAMES)])


@lru_cache(maxsize=64)
def gate_table(membrane: Membrane, ions: Ions, temperature_celsius: float) -> GateTable:
    """Return the gates of a membrane in these ions at this temperature.

    Method
    ------
    Divalent ions move every gate along the potential by the change of the surface potential. Activation of sodium
    channels moves in full, inactivation and potassium channels by the measured smaller shares (``divalents.toml``).
    """
    potential: Floats = LOWEST_MV + STEP_MV * np.arange(ROWS, dtype=np.float64)
    shift = gate_shift_mv(ions, temperature_celsius)
    columns = []
    for gate, name in zip(GATE_NAMES, TABLE_NAMES, strict=True):
        row = read_gates()[name]
        moved = potential - shift * share_of_shift(gate)
        opening, closing, factor = gate_rates(gate, row, moved, membrane)
        warmth = row["q10"] ** ((temperature_celsius - row["celsius"]) / 10)
        total = opening + closing
        columns += [opening / total, total * warmth * factor]
    columns.append(channel_flow_pa(potential, ions, temperature_celsius))
    values = np.ascontiguousarray(np.stack(columns, axis=1))
    values.flags.writeable = potential.flags.writeable = False
    return GateTable(potential_mv=potential, values=values)


@lru_cache(maxsize=1)
def read_gates() -> Mapping[str, Any]:
    """Return ``gates.toml``."""
    return read_table("myotwitch.simulation.axon", "gates.toml")


@lru_cache(maxsize=8)
def share_of_shift(gate: str) -> float:
    """Return the part of the surface potential's change that a gate feels."""
    table = read_table("myotwitch.simulation.axon", "divalents.toml")
    kind = {"m": "sodium_activation", "p": "sodium_activation", "h": "sodium_inactivation", "u": "sodium_inactivation"}
    return float(table[kind.get(gate, "potassium")]["value"])


def gate_rates(gate: str, row: Mapping[str, Any], moved: Floats, membrane: Membrane) -> tuple[Floats, Floats, float]:
    """Return opening and closing rates [1/ms] at these potentials, and the fitted factor on both."""
    middle, stretch, factor = 0.0, 1.0, 1.0
    if gate == "h":
        middle = membrane.inactivation_shift_mv
    elif gate == "n":
        middle, factor = membrane.fast_potassium_shift_mv, membrane.fast_potassium_rate
    elif gate == "s":
        middle, factor = membrane.slow_potassium_middle_mv, membrane.slow_potassium_rate
    elif gate == "q":
        middle, factor = membrane.rectifier_middle_mv, membrane.rectifier_rate_per_ms
    elif gate == "u":
        middle, stretch = membrane.slow_inactivation_middle_mv, membrane.slow_inactivation_width_mv
    at = (moved - middle) / stretch
    return rate_of_law(row["opening"], at), rate_of_law(row["closing"], at), factor


def rate_of_law(law: list[Any], potential: Floats) -> Floats:
    """Return the rate that a law of ``gates.toml`` gives at these potentials [1/ms]."""
    kind, size, middle, width = law
    distance = (potential - middle) / width
    if kind == "linear":
        return np.asarray(size * width * _ramp(distance))
    if kind == "falling":
        return np.asarray(size * width * _ramp(-distance))
    if kind == "sigmoid":
        return np.asarray(size / (1 + np.exp(-distance)))
    return np.asarray(size * np.exp(distance))


def _ramp(x: Floats) -> Floats:
    """Return x / (1 - exp(-x)), its limit 1 at nought."""
    near = np.abs(x) < 1e-6
    safe = np.where(near, 1.0, x)
    return np.asarray(np.where(near, 1 + x / 2, safe / -np.expm1(-safe)))


def channel_flow_pa(potential: Floats, ions: Ions, temperature_celsius: float) -> Floats:
    """Return the current of open sodium channels of 1e-9 cm3/s [pA]: nine parts sodium, one part potassium."""
    sodium = flow_pa(potential, ions.sodium_mmol_per_l, ion_figure("sodium_inside").value, temperature_celsius)
    potassium = flow_pa(potential, ions.potassium_mmol_per_l, ion_figure("potassium_inside").value, temperature_celsius)
    share = ion_figure("potassium_share_of_sodium_channel").value
    return np.asarray((1 - share) * sodium + share * potassium)


def steady_gates(table: GateTable, potential_mv: float) -> dict[str, float]:
    """Return every gate's steady state at a potential, by name."""
    return {
        name: float(np.interp(potential_mv, table.potential_mv, table.values[:, 2 * place]))
        for place, name in enumerate(GATE_NAMES)
    }


def persistent_and_transient(gate: Mapping[str, float], persistent_share: float) -> float:
    """Return the open part of the sodium channels, slow inactivation included."""
    transient = (1 - persistent_share) * gate["m"] ** 3 * gate["h"]
    return (transient + persistent_share * gate["p"] ** 3) * gate["u"]
