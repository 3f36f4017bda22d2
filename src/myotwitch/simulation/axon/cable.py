"""The double-cable motor axon of McIntyre, Richardson and Grill (MRG): conduction along a myelinated fibre.

It has 21 nodes with transient and persistent sodium, slow potassium and leak, and between them 10 passive compartments
under myelin: 221 in all. Ions and drugs are the business of the two-compartment axon; this one gives conduction
velocity and the shape of the travelling impulse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from myotwitch.errors import RequestError
from myotwitch.simulation.axon.cable_kernel import (
    LOWEST_MV,
    ROWS,
    STEP_MV,
    Floats,
    NodeMembrane,
    PassiveStretch,
    run_cable,
)
from myotwitch.simulation.axon.gates import rate_of_law
from myotwitch.sources import read_table

PACKAGE = "myotwitch.simulation.axon"
NODE_TO_GROUND_S_PER_CM2 = 1e10
"""The node lies open to the outside: its conductance to ground is that of the published file, practically infinite."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CableSettings:
    """How a cable is built and run.

    Parameters
    ----------
    fibre_diameter_um
        One of the tabulated diameters with myelin [µm], 5.7 to 16.
    nodes
        Number of nodes of Ranvier, at least 3.
    step_ms
        Time step [ms].

    Raises
    ------
    RequestError
        If the diameter is not tabulated, there are fewer than three nodes or the step is not within 0 to 0.05 ms.
    """

    fibre_diameter_um: float = 10.0
    nodes: int = 21
    step_ms: float = 0.005

    def __post_init__(self) -> None:
        known = [row[0] for row in _table()["geometry"]["rows"]]
        if self.fibre_diameter_um not in known:
            told = ", ".join(f"{value:g}" for value in known)
            raise RequestError(f"The fibre diameter {self.fibre_diameter_um} µm is not tabulated; use one of {told}.")
        if self.nodes < 3:
            raise RequestError(f"A cable of {self.nodes} nodes was asked for; it needs at least 3.")
        if not 0 < self.step_ms <= 0.05:
            raise RequestError(f"The time step {self.step_ms} ms is outside 0 to 0.05 ms.")


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return read_table(PACKAGE, "cable.toml")


def run_mrg(settings: CableSettings, stimulus_pa: Floats, *, stimulated_node: int = 10, kept_every: int = 1) -> Floats:
    """Return the nodes' membrane potentials while current flows into one of them.

    Parameters
    ----------
    settings
        Geometry and time step.
    stimulus_pa
        Current into the stimulated node at every time step [pA].
    stimulated_node
        Number of that node, counted from 0.
    kept_every
        Every how many steps the potentials are kept.

    Returns
    -------
    Potentials [mV], shape (steps // kept_every, nodes).

    Method
    ------
    Backward Euler for the potentials and exact exponentials for the gates, in turn, as NEURON does by default, so that
    both can be compared to the last digit. Gates come from tables of 0.02 mV.
    """
    if not 0 <= stimulated_node < settings.nodes:
        raise RequestError(f"Node {stimulated_node} cannot be stimulated; nodes go from 0 to {settings.nodes - 1}.")
    stretch, node = _built(settings.fibre_diameter_um, settings.step_ms)
    current = np.ascontiguousarray(stimulus_pa, dtype=np.float64)
    rest_mv = float(_table()["passive"]["rest_mv"])
    table = gate_table(settings.step_ms)
    return run_cable(stretch, node, table, rest_mv, current, stimulated_node, settings.nodes, kept_every)


def conduction_velocity_m_per_s(settings: CableSettings) -> float:
    """Return how fast an impulse travels between the nodes at a fifth and two fifths of the cable [m/s].

    Limits: the impulse starts at node 0; near the ends of a cable it travels faster or slower than in the middle.
    """
    stimulus = np.zeros(round(4.0 / settings.step_ms))
    stimulus[: round(0.1 / settings.step_ms)] = 2000.0
    potential = run_mrg(settings, stimulus, stimulated_node=0)
    first, last = settings.nodes // 4, 3 * settings.nodes // 4
    times = [_crossing(potential[:, number], settings.step_ms) for number in (first, last)]
    return (last - first) * _row(settings.fibre_diameter_um)["internode_um"] * 1e-3 / (times[1] - times[0])


def _crossing(potential: Floats, step_ms: float) -> float:
    """Return when the potential first rises through 0 mV [ms], between samples by a straight line."""
    index = int(np.argmax(potential > 0.0))
    if index == 0:
        raise RequestError("No impulse passed along the cable; the stimulus was too weak for this diameter.")
    low, high = potential[index - 1], potential[index]
    return float((index - high / (high - low)) * step_ms)


def _row(fibre_diameter_um: float) -> dict[str, float]:
    geometry = _table()["geometry"]
    row = next(row for row in geometry["rows"] if row[0] == fibre_diameter_um)
    return dict(zip(geometry["columns"], row, strict=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Compartment:
    """Electrical size of a passive compartment: axial resistances of a half [GΩ], membrane and myelin [nS, pF]."""

    inner_half: float
    outer_half: float
    leak: float
    capacitance: float
    myelin: float
    myelin_capacitance: float


def _compartment(
    *, length_um: float, diameter_um: float, gap_um: float, leak: float, fibre: Mapping[str, float]
) -> Any:
    passive = _table()["passive"]
    area = np.pi * diameter_um * length_um * 1e-8
    sheath = np.pi * fibre["fibre_diameter_um"] * length_um * 1e-8
    section = np.pi * diameter_um**2 / 4
    gap = np.pi * ((diameter_um / 2 + gap_um) ** 2 - (diameter_um / 2) ** 2)
    ohm_um = passive["axoplasm_ohm_cm"] * 1e4
    layers = 2 * fibre["lamellae"]
    return _Compartment(
        inner_half=ohm_um * length_um / 2 / section * 1e-9,
        outer_half=ohm_um * length_um / 2 / gap * 1e-9,
        leak=leak * area * 1e9,
        capacitance=passive["membrane_uf_per_cm2"] * area * 1e6,
        myelin=passive["lamella_s_per_cm2"] / layers * sheath * 1e9,
        myelin_capacitance=passive["lamella_uf_per_cm2"] / layers * sheath * 1e6,
    )


@lru_cache(maxsize=32)
def _built(fibre_diameter_um: float, step_ms: float) -> tuple[PassiveStretch, NodeMembrane]:
    fibre, passive, channels = _row(fibre_diameter_um), _table()["passive"], _table()["node"]
    near, under = passive["gap_near_node_um"], passive["gap_under_myelin_um"]
    axon_um, node_um = fibre["axon_diameter_um"], fibre["node_diameter_um"]
    stin_um = (fibre["internode_um"] - passive["node_um"] - 2 * passive["mysa_um"] - 2 * fibre["flut_um"]) / 6
    node = _compartment(length_um=passive["node_um"], diameter_um=node_um, gap_um=near, leak=0.0, fibre=fibre)
    mysa = _compartment(
        length_um=passive["mysa_um"], diameter_um=node_um, gap_um=near, leak=passive["mysa_s_per_cm2"], fibre=fibre
    )
    weak = passive["internode_s_per_cm2"]
    flut = _compartment(length_um=fibre["flut_um"], diameter_um=axon_um, gap_um=under, leak=weak, fibre=fibre)
    stin = _compartment(length_um=stin_um, diameter_um=axon_um, gap_um=under, leak=weak, fibre=fibre)
    area = np.pi * node_um * passive["node_um"] * 1e-8
    membrane = NodeMembrane(
        fast_sodium=channels["fast_sodium_s_per_cm2"] * area * 1e9,
        persistent_sodium=channels["persistent_sodium_s_per_cm2"] * area * 1e9,
        slow_potassium=channels["slow_potassium_s_per_cm2"] * area * 1e9,
        leak=channels["leak_s_per_cm2"] * area * 1e9,
        sodium_mv=channels["sodium_mv"],
        potassium_mv=channels["potassium_mv"],
        leak_mv=channels["leak_mv"],
        capacitance=node.capacitance / step_ms,
        to_ground=NODE_TO_GROUND_S_PER_CM2 * area * 1e9,
    )
    return _stretch([mysa, flut, *[stin] * 6, flut, mysa], node, step_ms), membrane


def _stretch(parts: list[_Compartment], node: _Compartment, step_ms: float) -> PassiveStretch:
    """Return the eliminated matrix of one stretch, and its answer to its nodes."""
    count = len(parts)
    chain = [node, *parts, node]
    along = np.array(
        [[1 / (one.inner_half + two.inner_half), 1 / (one.outer_half + two.outer_half)] for one, two in pairwise(chain)]
    )
    capacitance = np.array([[part.capacitance, part.myelin_capacitance] for part in parts]) / step_ms
    leak = np.array([part.leak for part in parts])
    myelin = np.array([part.myelin for part in parts])
    matrix = np.zeros((2 * count, 2 * count))
    for k in range(count):
        across = capacitance[k, 0] + leak[k]
        block = np.array([[across, -across], [-across, across + capacitance[k, 1] + myelin[k]]])
        matrix[2 * k : 2 * k + 2, 2 * k : 2 * k + 2] = block + np.diag(along[k] + along[k + 1])
        if k:
            matrix[2 * k : 2 * k + 2, 2 * k - 2 : 2 * k] = matrix[2 * k - 2 : 2 * k, 2 * k : 2 * k + 2] = -np.diag(
                along[k]
            )
    inverse, lower = np.zeros((count, 2, 2)), np.zeros((count, 2, 2))
    for k in range(count):
        own = matrix[2 * k : 2 * k + 2, 2 * k : 2 * k + 2].copy()
        if k:
            lower[k] = -np.diag(along[k]) @ inverse[k - 1]
            own += lower[k] @ np.diag(along[k])
        inverse[k] = np.linalg.inv(own)
    ends = np.zeros((2 * count, 4))
    ends[:2, :2], ends[-2:, 2:] = np.diag(along[0]), np.diag(along[-1])
    answers = np.linalg.solve(matrix, ends).reshape(count, 2, 4)
    return PassiveStretch(
        diagonal=inverse.reshape(count, 4),
        lower=lower.reshape(count, 4),
        upper=along[1:].copy(),
        left=np.ascontiguousarray(answers[:, :, :2]),
        right=np.ascontiguousarray(answers[:, :, 2:]),
        capacitance=capacitance,
        leak=leak,
        end=along[0].copy(),
    )


@lru_cache(maxsize=8)
def gate_table(step_ms: float) -> Floats:
    """Return, for every 0.02 mV from -150 mV, each gate's steady state and the part kept after one time step.

    Columns: steady and kept part of m, h (transient sodium), p (persistent sodium), s (slow potassium).
    """
    gates = _table()["gates"]
    degrees = gates["temperature_celsius"]
    warmer = (degrees - gates["q10_from_celsius"]) / 10
    activation, inactivation = gates["activation_q10"] ** warmer, gates["inactivation_q10"] ** warmer
    slow = gates["slow_potassium_q10"] ** ((degrees - gates["slow_potassium_q10_from_celsius"]) / 10)
    potential: Floats = LOWEST_MV + STEP_MV * np.arange(ROWS, dtype=np.float64)
    columns = []
    for name, warmth in (
        ("fast_sodium_opening", activation),
        ("fast_sodium_inactivation", inactivation),
        ("persistent_sodium_opening", activation),
        ("slow_potassium_opening", slow),
    ):
        opening, closing = (rate_of_law(law, potential) * warmth for law in gates[name])
        total = opening + closing
        columns += [opening / total, np.exp(-step_ms * total)]
    return np.ascontiguousarray(np.stack(columns, axis=1))
