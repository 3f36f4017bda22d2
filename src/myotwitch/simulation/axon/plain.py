"""The slow twin of `kernels`: the same axon by NumPy alone, from the formulas, without tables or compilation.

Concentrations are held fixed. Gates relax exactly, at rates worked out anew for every potential, and both potentials
follow from the two circuit equations solved as a matrix: it is read to check the kernels, and run by tests only.
"""

from __future__ import annotations

import numpy as np

from myotwitch.simulation.axon.axon import Axon, AxonState, constants_of
from myotwitch.simulation.axon.gates import (
    GATE_NAMES,
    TABLE_NAMES,
    channel_flow_pa,
    gate_rates,
    read_gates,
    share_of_shift,
)
from myotwitch.simulation.axon.ions import Floats, gate_shift_mv

NODE_GATES, INNER_GATES = "mhpnsu", "nsqmhpu"


def plain_run(axon: Axon, state: AxonState, current_pa: Floats, step_ms: float) -> Floats:
    """Return the node's potential after every step of a given current [mV]; see `run` in ``axon.py``."""
    node_mv, inner_mv = state.node_mv, state.internode_mv
    node = dict(zip(NODE_GATES, state.values[2:8], strict=True))
    inner = dict(zip(INNER_GATES, state.values[8:15], strict=True))
    potential = np.empty(len(current_pa))
    for place, stimulus in enumerate(current_pa):
        node = relaxed_gates(axon, node, node_mv, step_ms)
        inner = relaxed_gates(axon, inner, inner_mv, step_ms)
        node_mv, inner_mv = moved_potentials(axon, node, inner, (node_mv, inner_mv), float(stimulus), step_ms)
        potential[place] = node_mv
    return potential


def relaxed_gates(axon: Axon, gates: dict[str, float], potential_mv: float, step_ms: float) -> dict[str, float]:
    """Return the gates after a step at one potential: y = steady + (y - steady) exp(-rate step)."""
    moved = {}
    shift = gate_shift_mv(axon.ions, axon.temperature_celsius)
    for name, value in gates.items():
        row = read_gates()[TABLE_NAMES[GATE_NAMES.index(name)]]
        at = np.array([potential_mv - shift * share_of_shift(name)])
        opening, closing, factor = gate_rates(name, row, at, axon.membrane)
        warmth = row["q10"] ** ((axon.temperature_celsius - row["celsius"]) / 10)
        total = float(opening[0] + closing[0])
        steady = float(opening[0]) / total
        moved[name] = steady + (value - steady) * float(np.exp(-step_ms * total * warmth * factor))
    return moved


def currents(
    axon: Axon, node: dict[str, float], inner: dict[str, float], node_mv: float, inner_mv: float
) -> tuple[float, float]:
    """Return the ionic and pump currents of node and internode [pA]."""
    c = constants_of(axon)

    def sodium(gates: dict[str, float], permeability: float, potential_mv: float) -> float:
        transient = (1 - c.persistent_share) * gates["m"] ** 3 * gates["h"]
        opened = (transient + c.persistent_share * gates["p"] ** 3) * gates["u"]
        flow = channel_flow_pa(np.array([potential_mv]), axon.ions, axon.temperature_celsius)
        return permeability * opened * float(flow[0])

    node_potassium = c.fast_potassium * node["n"] ** 4 + c.slow_potassium * node["s"] + c.leak_potassium
    at_node = sodium(node, c.permeability, node_mv) + node_potassium * (node_mv - c.potassium_mv)
    at_node += c.leak_sodium * (node_mv - c.sodium_mv) + c.pump * c.pump_works
    rectifier = c.rectifier * inner["q"]
    inner_potassium = c.inner_fast_potassium * inner["n"] ** 4 + c.inner_slow_potassium * inner["s"]
    inner_potassium += c.inner_leak_potassium + rectifier * (1 - c.rectifier_sodium_share)
    inner_sodium = c.inner_leak_sodium + rectifier * c.rectifier_sodium_share
    at_inner = sodium(inner, c.inner_permeability, inner_mv) + inner_potassium * (inner_mv - c.potassium_mv)
    return at_node, at_inner + inner_sodium * (inner_mv - c.sodium_mv) + c.inner_pump * c.pump_works


def moved_potentials(
    axon: Axon,
    node: dict[str, float],
    inner: dict[str, float],
    before: tuple[float, float],
    stimulus_pa: float,
    step_ms: float,
) -> tuple[float, float]:
    """Return both potentials after a trapezoidal step of the circuit, its currents linearised by differences."""
    c = constants_of(axon)
    capacitance = np.array([[c.node_pf + c.myelin_pf, -c.myelin_pf], [-c.myelin_pf, c.internode_pf + c.myelin_pf]])
    coupling = c.under_myelin * np.array([[1.0, -1.0], [-1.0, 1.0]])
    here = np.array(currents(axon, node, inner, *before))
    nudge = 1e-4
    slopes = [
        (currents(axon, node, inner, before[0] + nudge, before[1])[0] - here[0]) / nudge,
        (currents(axon, node, inner, before[0], before[1] + nudge)[1] - here[1]) / nudge,
    ]
    at = np.array(before)
    drive = np.array([stimulus_pa, 0.0]) - here - coupling @ at
    change = np.linalg.solve(capacitance / step_ms + 0.5 * (np.diag(slopes) + coupling), drive)
    return float(at[0] + change[0]), float(at[1] + change[1])
