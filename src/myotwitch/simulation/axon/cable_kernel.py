"""Steps a myelinated double cable: nodes with channels, passive stretches between them that are all alike.

The stretches are linear and the same at every step, so what they do to their two nodes is worked out once
(`PassiveStretch`). A step then solves only the nodes, and the stretches side by side.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from myotwitch.simulation.axon.kernels import compiled

Floats = npt.NDArray[np.float64]

LOWEST_MV = -150.0
STEP_MV = 0.02
ROWS = 12_500
GATES = 4


class PassiveStretch(NamedTuple):
    """What one stretch between nodes does, for one time step.

    Parameters
    ----------
    diagonal
        Inverse of each eliminated 2 by 2 block, in the order of the compartments, shape (compartments, 4).
    lower
        Elimination factor from the compartment before: periaxonal and inner part, shape (compartments, 4).
    upper
        Coupling to the next compartment [nS]: inner, periaxonal; shape (compartments, 2).
    left, right
        Answer of the compartments to one millivolt at the node before and after, shape (compartments, 2, 2).
    capacitance
        Capacitance over time step of membrane and myelin [nS], shape (compartments, 2).
    leak
        Membrane leak [nS], shape (compartments,).
    end
        Coupling of the outermost compartments to their nodes [nS]: inner, periaxonal.
    """

    diagonal: Floats
    lower: Floats
    upper: Floats
    left: Floats
    right: Floats
    capacitance: Floats
    leak: Floats
    end: Floats


class NodeMembrane(NamedTuple):
    """Channels and passive parts of a node [nS, nS per time step, mV].

    Parameters
    ----------
    fast_sodium, persistent_sodium, slow_potassium, leak
        Largest conductances [nS].
    sodium_mv, potassium_mv, leak_mv
        Reversal potentials [mV].
    capacitance
        Capacitance over time step [nS].
    to_ground
        Conductance from the periaxonal space of a node to the outside [nS].
    """

    fast_sodium: float
    persistent_sodium: float
    slow_potassium: float
    leak: float
    sodium_mv: float
    potassium_mv: float
    leak_mv: float
    capacitance: float
    to_ground: float


@compiled
def solve_stretches(stretch: PassiveStretch, right_hand: Floats) -> None:
    """Overwrite `right_hand` (compartments, 2, stretches) with the answer of the stretches between grounded nodes."""
    compartments, _, count = right_hand.shape
    for k in range(1, compartments):
        a, b, c, d = stretch.lower[k]
        for j in range(count):
            inner, outer = right_hand[k - 1, 0, j], right_hand[k - 1, 1, j]
            right_hand[k, 0, j] -= a * inner + b * outer
            right_hand[k, 1, j] -= c * inner + d * outer
    for k in range(compartments - 1, -1, -1):
        a, b, c, d = stretch.diagonal[k]
        along_inner, along_outer = stretch.upper[k]
        for j in range(count):
            inner, outer = right_hand[k, 0, j], right_hand[k, 1, j]
            if k < compartments - 1:
                inner += along_inner * right_hand[k + 1, 0, j]
                outer += along_outer * right_hand[k + 1, 1, j]
            right_hand[k, 0, j] = a * inner + b * outer
            right_hand[k, 1, j] = c * inner + d * outer


@compiled
def stretch_sources(stretch: PassiveStretch, potential: Floats, rest_mv: float, right_hand: Floats) -> None:
    """Write into `right_hand` the currents that membrane charge, leak and myelin charge of the last step give."""
    compartments, _, count = potential.shape
    for k in range(compartments):
        membrane, myelin = stretch.capacitance[k]
        leak = stretch.leak[k] * rest_mv
        for j in range(count):
            across = membrane * (potential[k, 0, j] - potential[k, 1, j]) + leak
            right_hand[k, 0, j] = across
            right_hand[k, 1, j] = myelin * potential[k, 1, j] - across


@compiled
def advance_gates(gates: Floats, across_mv: Floats, table: Floats) -> None:
    """Move the gates (nodes, 4) by one time step at these membrane potentials."""
    for i in range(gates.shape[0]):
        place = min(max((across_mv[i] - LOWEST_MV) / STEP_MV, 0.0), ROWS - 2.0)
        row = int(place)
        part = place - row
        for g in range(GATES):
            steady = table[row, 2 * g] + part * (table[row + 1, 2 * g] - table[row, 2 * g])
            kept = table[row, 2 * g + 1] + part * (table[row + 1, 2 * g + 1] - table[row, 2 * g + 1])
            gates[i, g] = steady + (gates[i, g] - steady) * kept


@compiled
def node_currents(node: NodeMembrane, gates: Floats, conductance: Floats, drive: Floats) -> None:
    """Write each node's conductance [nS] and the current that it drives at zero potential [pA]."""
    for i in range(gates.shape[0]):
        m, h, p, s = gates[i]
        sodium = node.fast_sodium * m * m * m * h + node.persistent_sodium * p * p * p
        potassium = node.slow_potassium * s
        conductance[i] = sodium + potassium + node.leak
        drive[i] = sodium * node.sodium_mv + potassium * node.potassium_mv + node.leak * node.leak_mv


@compiled
def solve_nodes(
    node: NodeMembrane,
    stretch: PassiveStretch,
    conductance: Floats,
    drive: Floats,
    injected: Floats,
    potential: Floats,
    answer: Floats,
    work: Floats,
) -> None:
    """Overwrite the nodes' `potential` (nodes, 2) with that of the next step, the stretches taken into account.

    Method: block Gauss elimination along the nodes. `answer` is what the stretches gave between grounded nodes.
    """
    nodes = potential.shape[0]
    last = stretch.leak.shape[0] - 1
    end_inner, end_outer = stretch.end
    for i in range(nodes):
        across = node.capacitance + conductance[i]
        a, b, d = across, -across, across + node.to_ground
        c = b
        charge = node.capacitance * (potential[i, 0] - potential[i, 1]) + drive[i]
        inner, outer = charge + injected[i], -charge
        if i < nodes - 1:
            a += end_inner * (1 - stretch.left[0, 0, 0])
            b -= end_inner * stretch.left[0, 0, 1]
            c -= end_outer * stretch.left[0, 1, 0]
            d += end_outer * (1 - stretch.left[0, 1, 1])
            inner += end_inner * answer[0, 0, i]
            outer += end_outer * answer[0, 1, i]
        if i > 0:
            a += end_inner * (1 - stretch.right[last, 0, 0])
            b -= end_inner * stretch.right[last, 0, 1]
            c -= end_outer * stretch.right[last, 1, 0]
            d += end_outer * (1 - stretch.right[last, 1, 1])
            inner += end_inner * answer[last, 0, i - 1]
            outer += end_outer * answer[last, 1, i - 1]
            # the node before was eliminated: work holds its scaled coupling and right-hand side
            for row in range(2):
                end = end_inner if row == 0 else end_outer
                left_inner, left_outer = -end * stretch.left[last, row, 0], -end * stretch.left[last, row, 1]
                w = work[i - 1]
                if row == 0:
                    a -= left_inner * w[0] + left_outer * w[2]
                    b -= left_inner * w[1] + left_outer * w[3]
                    inner -= left_inner * w[4] + left_outer * w[5]
                else:
                    c -= left_inner * w[0] + left_outer * w[2]
                    d -= left_inner * w[1] + left_outer * w[3]
                    outer -= left_inner * w[4] + left_outer * w[5]
        over = 1 / (a * d - b * c)
        right00, right01 = -end_inner * stretch.right[0, 0, 0], -end_inner * stretch.right[0, 0, 1]
        right10, right11 = -end_outer * stretch.right[0, 1, 0], -end_outer * stretch.right[0, 1, 1]
        work[i, 0] = (d * right00 - b * right10) * over
        work[i, 1] = (d * right01 - b * right11) * over
        work[i, 2] = (a * right10 - c * right00) * over
        work[i, 3] = (a * right11 - c * right01) * over
        work[i, 4] = (d * inner - b * outer) * over
        work[i, 5] = (a * outer - c * inner) * over
    potential[nodes - 1, 0], potential[nodes - 1, 1] = work[nodes - 1, 4], work[nodes - 1, 5]
    for i in range(nodes - 2, -1, -1):
        after_inner, after_outer = potential[i + 1]
        potential[i, 0] = work[i, 4] - work[i, 0] * after_inner - work[i, 1] * after_outer
        potential[i, 1] = work[i, 5] - work[i, 2] * after_inner - work[i, 3] * after_outer


@compiled
def add_nodes_to_stretches(stretch: PassiveStretch, nodes: Floats, answer: Floats, potential: Floats) -> None:
    """Write the stretches' `potential` (compartments, 2, stretches), now that their nodes are known."""
    compartments, _, count = answer.shape
    for k in range(compartments):
        for row in range(2):
            a, b = stretch.left[k, row]
            c, d = stretch.right[k, row]
            for j in range(count):
                before = a * nodes[j, 0] + b * nodes[j, 1]
                after = c * nodes[j + 1, 0] + d * nodes[j + 1, 1]
                potential[k, row, j] = answer[k, row, j] + before + after


@compiled
def run_cable(
    stretch: PassiveStretch,
    node: NodeMembrane,
    table: Floats,
    rest_mv: float,
    stimulus_pa: Floats,
    stimulated_node: int,
    nodes: int,
    kept_every: int,
) -> Floats:
    """Return the membrane potential of every node at every `kept_every`-th step [mV], shape (kept, nodes)."""
    steps = stimulus_pa.shape[0]
    compartments = stretch.leak.shape[0]
    potential = np.zeros((nodes, 2))
    potential[:, 0] = rest_mv
    between = np.zeros((compartments, 2, nodes - 1))
    between[:, 0, :] = rest_mv
    answer = np.empty((compartments, 2, nodes - 1))
    gates = np.zeros((nodes, GATES))
    across = np.full(nodes, rest_mv)
    row = int((rest_mv - LOWEST_MV) / STEP_MV + 0.5)
    for g in range(GATES):
        gates[:, g] = table[row, 2 * g]
    conductance, drive, injected = np.zeros(nodes), np.zeros(nodes), np.zeros(nodes)
    work = np.zeros((nodes, 6))
    kept = np.empty((steps // kept_every, nodes))
    for t in range(steps):
        injected[stimulated_node] = stimulus_pa[t]
        node_currents(node, gates, conductance, drive)
        stretch_sources(stretch, between, rest_mv, answer)
        solve_stretches(stretch, answer)
        solve_nodes(node, stretch, conductance, drive, injected, potential, answer, work)
        add_nodes_to_stretches(stretch, potential, answer, between)
        for i in range(nodes):
            across[i] = potential[i, 0] - potential[i, 1]
        advance_gates(gates, across, table)
        if (t + 1) % kept_every == 0:
            kept[(t + 1) // kept_every - 1] = across
    return kept
