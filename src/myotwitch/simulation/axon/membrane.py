"""The fitted human motor axon: its channels, capacitances and gates, and the leak and pump that keep it at rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from myotwitch.errors import RequestError, nearest_name
from myotwitch.simulation.axon.gates import GateTable, gate_table, persistent_and_transient, steady_gates
from myotwitch.simulation.axon.ions import Ions, ion_figure, nernst_mv
from myotwitch.sources import read_table

PACKAGE = "myotwitch.simulation.axon"
PUMP_SODIUM, PUMP_POTASSIUM = 3.0, 2.0
"""Ions that one turn of the pump carries out and in: one charge net."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Membrane:
    """What an axon is made of: one node and the internode beside it.

    Parameters
    ----------
    sodium_permeability, internodal_sodium_permeability
        Of all sodium channels open, slow inactivation taken off [1e-9 cm3/s].
    persistent_share
        Part of it that does not inactivate fast, 0 to 1.
    fast_potassium_ns, slow_potassium_ns, leak_ns
        Largest conductances of the node [nS]; the leak lets potassium and sodium through.
    internodal_fast_potassium_ns, internodal_slow_potassium_ns, internodal_leak_ns, rectifier_ns
        The same of the internode, and its inward rectifier (HCN) [nS].
    under_myelin_ns
        The way from under the myelin to the outside (Barrett and Barrett) [nS].
    node_pf, internode_pf, myelin_pf
        Capacitances [pF].
    rectifier_middle_mv, rectifier_rate_per_ms, slow_potassium_middle_mv, slow_potassium_rate, fast_potassium_shift_mv,
    fast_potassium_rate, inactivation_shift_mv, slow_inactivation_middle_mv, slow_inactivation_width_mv
        Place [mV] and rate of gates; rates without a unit multiply those of the gate table.
    rest_mv
        Resting potential with the reference ions [mV].
    temperature_celsius
        Temperature at which the rest was settled [°C].
    """

    sodium_permeability: float
    persistent_share: float
    internodal_sodium_permeability: float
    fast_potassium_ns: float
    slow_potassium_ns: float
    leak_ns: float
    internodal_fast_potassium_ns: float
    internodal_slow_potassium_ns: float
    internodal_leak_ns: float
    rectifier_ns: float
    under_myelin_ns: float
    node_pf: float
    internode_pf: float
    myelin_pf: float
    rectifier_middle_mv: float
    rectifier_rate_per_ms: float
    slow_potassium_middle_mv: float
    slow_potassium_rate: float
    fast_potassium_shift_mv: float
    fast_potassium_rate: float
    inactivation_shift_mv: float
    slow_inactivation_middle_mv: float
    slow_inactivation_width_mv: float
    rest_mv: float
    temperature_celsius: float = 35.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """Leak and pump that hold a membrane at its rest, sodium and potassium each in balance.

    Parameters
    ----------
    leak_potassium_ns, leak_sodium_ns, internodal_leak_potassium_ns, internodal_leak_sodium_ns
        The parts of the leak [nS].
    pump_pa, internodal_pump_pa
        Outward current of the pump: three sodium out for two potassium in [pA].
    """

    leak_potassium_ns: float
    leak_sodium_ns: float
    internodal_leak_potassium_ns: float
    internodal_leak_sodium_ns: float
    pump_pa: float
    internodal_pump_pa: float


@cache
def healthy_membrane() -> Membrane:
    """Return the reference membrane, fitted to the norms of 280 people (``membrane.toml``)."""
    return Membrane(**membrane_values())


def membrane_values() -> dict[str, float]:
    """Return the numbers of ``membrane.toml`` by name."""
    table: Mapping[str, Any] = read_table(PACKAGE, "membrane.toml")
    return {name: float(row["value"]) for name, row in table.items()}


CHANGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sodium": ("sodium_permeability", "internodal_sodium_permeability"),
        "persistent_sodium": ("persistent_share",),
        "fast_potassium": ("fast_potassium_ns", "internodal_fast_potassium_ns"),
        "fast_potassium_under_myelin": ("internodal_fast_potassium_ns",),
        "slow_potassium": ("slow_potassium_ns", "internodal_slow_potassium_ns"),
        "rectifier": ("rectifier_ns",),
    }
)
"""Channels that a disease or a medicine changes, and the numbers of the membrane that stand for them."""
BESIDE_THE_NODE = (
    "internodal_sodium_permeability",
    "internodal_fast_potassium_ns",
    "internodal_slow_potassium_ns",
    "internodal_leak_ns",
    "rectifier_ns",
    "under_myelin_ns",
    "internode_pf",
    "myelin_pf",
)
"""The numbers of a membrane that stand for the internodes beside a node."""


def last_node(membrane: Membrane) -> Membrane:
    """Return the membrane of an axon's last node, with an internode on one side only: half of all under the myelin.

    Limits: the bare ending beyond it is left out.
    """
    return replace(membrane, **{name: 0.5 * getattr(membrane, name) for name in BESIDE_THE_NODE})


def with_channels(membrane: Membrane, factors: Mapping[str, float]) -> Membrane:
    """Return the membrane with channels multiplied, by the names of `CHANGES`.

    Raises
    ------
    RequestError
        If a channel is unknown or a factor is below nought or above ten.

    Examples
    --------
    >>> blocked = with_channels(healthy_membrane(), {"sodium": 0.8})
    >>> round(blocked.sodium_permeability / healthy_membrane().sodium_permeability, 2)
    0.8
    """
    changed: dict[str, float] = {}
    for channel, factor in factors.items():
        if channel not in CHANGES:
            hint = nearest_name(channel, list(CHANGES))
            raise RequestError(f"The channel {channel!r} is unknown; known are {', '.join(CHANGES)}.{hint}")
        if not 0.0 <= factor <= 10.0:
            raise RequestError(f"The factor of {channel} is {factor}; it must lie between 0 and 10.")
        for name in CHANGES[channel]:
            changed[name] = changed.get(name, getattr(membrane, name)) * factor
    return replace(membrane, **changed)


@lru_cache(maxsize=256)
def settled_balance(membrane: Membrane) -> Balance:
    """Return the leak and the pump with which this membrane rests at its `rest_mv` with the reference ions.

    Method
    ------
    In each compartment the pump turns as fast as sodium leaks in and potassium out: I_Na = -3 J and I_K = 2 J, with J
    the pump's net current. Together with the size of the leak this gives its potassium and sodium parts and J.

    Raises
    ------
    RequestError
        If no leak of that size can do it: one part would be negative.
    """
    table = gate_table(membrane, Ions(), membrane.temperature_celsius)
    sodium, potassium = _currents_without_leak(membrane, table)
    temperature = membrane.temperature_celsius
    from_potassium = membrane.rest_mv - nernst_mv(Ions().potassium_mmol_per_l, _inside("potassium"), temperature)
    from_sodium = membrane.rest_mv - nernst_mv(Ions().sodium_mmol_per_l, _inside("sodium"), temperature)
    parts, pumps = [], []
    for place, size in enumerate((membrane.leak_ns, membrane.internodal_leak_ns)):
        both = PUMP_POTASSIUM * sodium[place] + PUMP_SODIUM * (potassium[place] + size * from_potassium)
        leak_sodium = -both / (PUMP_POTASSIUM * from_sodium - PUMP_SODIUM * from_potassium)
        if not 0.0 <= leak_sodium <= size:
            where = ("node", "internode")[place]
            raise RequestError(f"The leak of the {where}, {size:.3g} nS, cannot hold {membrane.rest_mv:.1f} mV.")
        parts += [size - leak_sodium, leak_sodium]
        pumps.append(-(sodium[place] + leak_sodium * from_sodium) / PUMP_SODIUM)
    return Balance(
        leak_potassium_ns=parts[0],
        leak_sodium_ns=parts[1],
        internodal_leak_potassium_ns=parts[2],
        internodal_leak_sodium_ns=parts[3],
        pump_pa=pumps[0],
        internodal_pump_pa=pumps[1],
    )


def _inside(ion: str) -> float:
    return ion_figure(f"{ion}_inside").value


def _currents_without_leak(membrane: Membrane, table: GateTable) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return sodium and potassium currents at rest, of node and internode [pA]."""
    temperature, rest = membrane.temperature_celsius, membrane.rest_mv
    gate = steady_gates(table, rest)
    open_share = persistent_and_transient(gate, membrane.persistent_share)
    channel = open_share * float(np.interp(rest, table.potential_mv, table.channel_pa))
    potassium_mv = nernst_mv(Ions().potassium_mmol_per_l, _inside("potassium"), temperature)
    sodium_mv = nernst_mv(Ions().sodium_mmol_per_l, _inside("sodium"), temperature)
    rectifier = membrane.rectifier_ns * gate["q"]
    share = rectifier_sodium_share(Ions(), temperature)
    node = membrane.fast_potassium_ns * gate["n"] ** 4 + membrane.slow_potassium_ns * gate["s"]
    inter = membrane.internodal_fast_potassium_ns * gate["n"] ** 4 + membrane.internodal_slow_potassium_ns * gate["s"]
    sodium = (
        membrane.sodium_permeability * channel,
        membrane.internodal_sodium_permeability * channel + rectifier * share * (rest - sodium_mv),
    )
    return sodium, (node * (rest - potassium_mv), (inter + rectifier * (1 - share)) * (rest - potassium_mv))


def rectifier_sodium_share(ions: Ions, temperature_celsius: float) -> float:
    """Return the part of the inward rectifier's conductance that carries sodium.

    The parts are such that its current vanishes where Goldman's equation says, for its small permeability to sodium.
    """
    selectivity = ion_figure("rectifier_selectivity").value
    outside = ions.potassium_mmol_per_l + selectivity * ions.sodium_mmol_per_l
    inside = _inside("potassium") + selectivity * _inside("sodium")
    reversal = nernst_mv(outside, inside, temperature_celsius)
    potassium = nernst_mv(ions.potassium_mmol_per_l, _inside("potassium"), temperature_celsius)
    sodium = nernst_mv(ions.sodium_mmol_per_l, _inside("sodium"), temperature_celsius)
    return (reversal - potassium) / (sodium - potassium)
