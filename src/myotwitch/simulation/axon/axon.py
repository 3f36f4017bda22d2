"""One human motor axon at one place: make it, let it rest, drive it, and see what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import numpy as np

from myotwitch.errors import RequestError
from myotwitch.simulation.axon import kernels
from myotwitch.simulation.axon.gates import gate_table, steady_gates
from myotwitch.simulation.axon.ions import FARADAY_C_PER_MOL, Floats, Ions, ion_figure, nernst_mv, thermal_mv
from myotwitch.simulation.axon.kernels import Constants, Steps
from myotwitch.simulation.axon.membrane import (
    Balance,
    Membrane,
    healthy_membrane,
    last_node,
    rectifier_sodium_share,
    settled_balance,
    with_channels,
)
from myotwitch.sources import figure_from_row, read_table

STEPS = Steps(short_ms=0.01, long_ms=0.04)
"""Time steps with which thresholds are right to a thousandth."""
LONG_STEPS = Steps(short_ms=0.0125, long_ms=0.1)
"""Time steps for seconds and minutes."""
NO_CHANGES: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Pools:
    """Which concentrations move with the axon's activity.

    Parameters
    ----------
    under_myelin
        Potassium under the myelin gathers and is cleared.
    inside
        Sodium inside gathers, and the pump follows it.
    pump_works
        Share of the pump that has energy: 1 at rest, less in ischaemia.
    """

    under_myelin: bool = False
    inside: bool = False
    pump_works: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.pump_works <= 2.0:
            raise RequestError(f"The pump works at {self.pump_works}; it must be 0 (no energy) to 2.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Axon:
    """A motor axon: its membrane, the ions around it, its temperature, and what changes with activity.

    Parameters
    ----------
    membrane
        Channels and capacitances.
    ions
        What surrounds it.
    temperature_celsius
        Its temperature [°C], 15 to 42.
    pools
        Concentrations that move with activity; held fixed if not asked for.
    balance
        Leak and pump; None: those that settle this membrane at its rest with the reference ions.

    Examples
    --------
    >>> round(resting_state(Axon()).node_mv, 2) == round(Axon().membrane.rest_mv, 2)
    True
    """

    membrane: Membrane = field(default_factory=healthy_membrane)
    ions: Ions = field(default_factory=Ions)
    temperature_celsius: float = 35.0
    pools: Pools = field(default_factory=Pools)
    balance: Balance | None = None

    def __post_init__(self) -> None:
        if not 15.0 <= self.temperature_celsius <= 42.0:
            raise RequestError(f"An axon at {self.temperature_celsius} °C was asked for; 15 to 42 °C are allowed.")

    @property
    def table(self) -> Floats:
        """Its gate table."""
        return gate_table(self.membrane, self.ions, self.temperature_celsius).values


def changed_axon(
    ions: Ions | None = None, channels: Mapping[str, float] = NO_CHANGES, *, at_last_node: bool = False
) -> Axon:
    """Return the healthy axon with other ions and with channels multiplied; leak and pump stay those of health.

    At its last node it has an internode on one side only.

    Examples
    --------
    >>> changed_axon(Ions(potassium_mmol_per_l=5.5)).ions.potassium_mmol_per_l
    5.5
    """
    healthy = last_node(healthy_membrane()) if at_last_node else healthy_membrane()
    membrane = with_channels(healthy, channels)
    return Axon(ions=ions or Ions(), membrane=membrane, balance=settled_balance(healthy))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AxonState:
    """Where an axon stands: potentials, gates, and concentrations that move.

    Parameters
    ----------
    values
        Read-only, in the order that ``kernels.py`` names.
    """

    values: Floats

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    @property
    def node_mv(self) -> float:
        """Potential of the node [mV]."""
        return float(self.values[kernels.NODE])

    @property
    def internode_mv(self) -> float:
        """Potential across the internodal axolemma [mV]."""
        return float(self.values[kernels.INTERNODE])

    @property
    def potassium_under_myelin_mmol_per_l(self) -> float:
        """Potassium under the myelin [mmol/l]."""
        return float(self.values[kernels.UNDER_MYELIN_POTASSIUM])

    @property
    def sodium_inside_mmol_per_l(self) -> float:
        """Sodium inside [mmol/l]."""
        return float(self.values[kernels.SODIUM_INSIDE])


@cache
def pool_value(name: str) -> float:
    """Return one number of ``pools.toml``."""
    row = read_table("myotwitch.simulation.axon", "pools.toml")[name]
    return figure_from_row(row, "", f"pools.toml {name}").value


def constants_of(axon: Axon) -> Constants:
    """Return what the hot loop needs to know of an axon."""
    membrane, ions, celsius = axon.membrane, axon.ions, axon.temperature_celsius
    balance = axon.balance or settled_balance(membrane)
    per_um3 = FARADAY_C_PER_MOL * 1e-18 * 1e12
    potassium, sodium = ion_figure("potassium_inside").value, ion_figure("sodium_inside").value
    return Constants(
        permeability=membrane.sodium_permeability,
        inner_permeability=membrane.internodal_sodium_permeability,
        persistent_share=membrane.persistent_share,
        fast_potassium=membrane.fast_potassium_ns,
        slow_potassium=membrane.slow_potassium_ns,
        leak_potassium=balance.leak_potassium_ns,
        leak_sodium=balance.leak_sodium_ns,
        inner_fast_potassium=membrane.internodal_fast_potassium_ns,
        inner_slow_potassium=membrane.internodal_slow_potassium_ns,
        inner_leak_potassium=balance.internodal_leak_potassium_ns,
        inner_leak_sodium=balance.internodal_leak_sodium_ns,
        rectifier=membrane.rectifier_ns,
        rectifier_sodium_share=rectifier_sodium_share(ions, celsius),
        under_myelin=membrane.under_myelin_ns,
        node_pf=membrane.node_pf,
        internode_pf=membrane.internode_pf,
        myelin_pf=membrane.myelin_pf,
        pump=balance.pump_pa,
        inner_pump=balance.internodal_pump_pa,
        potassium_mv=nernst_mv(ions.potassium_mmol_per_l, potassium, celsius),
        sodium_mv=nernst_mv(ions.sodium_mmol_per_l, sodium, celsius),
        thermal_mv=thermal_mv(celsius),
        potassium_outside=ions.potassium_mmol_per_l,
        potassium_inside=potassium,
        sodium_inside=sodium,
        pump_sodium_half=pool_value("pump_sodium_half"),
        pump_potassium_half=pool_value("pump_potassium_half"),
        pump_works=axon.pools.pump_works,
        pool_pc_per_mmol_per_l=pool_value("periaxonal_um3") * per_um3 if axon.pools.under_myelin else 0.0,
        pool_exchange_ms=pool_value("exchange_ms"),
        sodium_pc_per_mmol_per_l=pool_value("axoplasm_um3") * per_um3 if axon.pools.inside else 0.0,
    )


def state_at(axon: Axon, node_mv: float, internode_mv: float) -> AxonState:
    """Return the state with these potentials, every gate where it settles, and concentrations as at rest."""
    table = gate_table(axon.membrane, axon.ions, axon.temperature_celsius)
    node, inner = steady_gates(table, node_mv), steady_gates(table, internode_mv)
    values = np.zeros(kernels.STATES)
    values[kernels.NODE], values[kernels.INTERNODE] = node_mv, internode_mv
    for place, name in zip((kernels.M, kernels.H, kernels.P, kernels.N, kernels.S, kernels.U), "mhpnsu", strict=True):
        values[place] = node[name]
    inner_places = (kernels.INNER_N, kernels.INNER_S, kernels.INNER_Q, kernels.INNER_M, kernels.INNER_H)
    for place, name in zip((*inner_places, kernels.INNER_P, kernels.INNER_U), "nsqmhpu", strict=True):
        values[place] = inner[name]
    values[kernels.UNDER_MYELIN_POTASSIUM] = axon.ions.potassium_mmol_per_l
    values[kernels.SODIUM_INSIDE] = ion_figure("sodium_inside").value
    return AxonState(values=values)


def resting_state(axon: Axon) -> AxonState:
    """Return the state in which nothing changes, found by Newton's method on both potentials; concentrations are fixed.

    Limits: it need not be stable. An axon that fires by itself has such a state too, and leaves it at any disturbance.

    Raises
    ------
    RequestError
        If there is none between -120 and -30 mV.
    """
    constants, table = constants_of(axon), axon.table

    def imbalance(node_mv: float, internode_mv: float) -> Floats:
        values = state_at(axon, node_mv, internode_mv).values
        node, _, inner, _ = kernels.membrane_currents(values, constants, table)
        through = constants.under_myelin * (node_mv - internode_mv)
        return np.array([-node - through, through - inner])

    at = np.array([axon.membrane.rest_mv, axon.membrane.rest_mv])
    for _ in range(100):
        here = imbalance(*at)
        slopes = np.stack([(imbalance(*(at + step)) - here) / 1e-3 for step in 1e-3 * np.eye(2)], axis=1)
        move = -np.linalg.solve(slopes, here)
        at = at + move * min(1.0, 1.5 / np.abs(move).max())
        if not -120.0 < at[0] < -30.0:
            break
        if np.abs(move).max() < 1e-9:
            return state_at(axon, *at)
    raise RequestError(f"The axon has no resting potential in {axon.ions}; move the ions nearer to normal.")


def run(axon: Axon, state: AxonState, current_pa: Floats, step_ms: float) -> tuple[Floats, AxonState]:
    """Return the node's potential after every step of a given current [mV], and the state at the end.

    Parameters
    ----------
    axon, state
        The axon and where it stands.
    current_pa
        Current into the node, one value a step [pA].
    step_ms
        Length of a step [ms], at most 0.1; it is taken in one piece, so impulses need 0.02 or less.
    """
    if not 0.0 < step_ms <= 0.1:
        raise RequestError(f"The step is {step_ms} ms; it must lie between 0 and 0.1 ms.")
    constants, table, values = constants_of(axon), axon.table, state.values.copy()
    potential = np.empty(len(current_pa))
    steps = Steps(step_ms, step_ms)
    for place, current in enumerate(np.asarray(current_pa, dtype=np.float64)):
        kernels.advance(values, constants, table, current, step_ms, steps, np.inf)
        potential[place] = values[kernels.NODE]
    return potential, AxonState(values=values)
