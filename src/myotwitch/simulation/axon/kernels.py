"""Steps one axon of two compartments through time: the hot loop and nothing else.

Time in milliseconds, potential in millivolts, current in picoamperes, conductance in nanosiemens, capacitance in
picofarads, concentration in mmol/l. ``plain.py`` does the same without tables or compilation.

Method: gates and potentials are staggered by half a step. A gate relaxes with the second-order rational form of the
exponential; both potentials follow from one linearised trapezoidal step. Steps are short while the node's potential
moves fast and just after a change of current, else long.
"""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from myotwitch.simulation.axon.gates import LOWEST_MV, ROWS, STEP_MV

Floats = npt.NDArray[np.float64]

compiled = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc", "arcp", "nsz", "afn"})
"""How the hot loops are compiled: sums may be regrouped, but NaN and infinity keep their meaning."""

NODE, INTERNODE, M, H, P, N, S, U = 0, 1, 2, 3, 4, 5, 6, 7
INNER_N, INNER_S, INNER_Q, INNER_M, INNER_H, INNER_P, INNER_U = 8, 9, 10, 11, 12, 13, 14
UNDER_MYELIN_POTASSIUM, SODIUM_INSIDE = 15, 16
STATES = 17
"""Places of a state: both potentials, the gates of node and internode, potassium under the myelin, sodium inside."""

QUIET_MV_PER_MS = 1.0
FRESH_MS = 0.2


class Constants(NamedTuple):
    """What does not change while an axon runs; units as above, permeability in 1e-9 cm3/s.

    `pool_pc_per_mmol_per_l` and `sodium_pc_per_mmol_per_l` are the charges that change the concentrations under the
    myelin and inside by 1 mmol/l; nought holds a concentration fixed.
    """

    permeability: float
    inner_permeability: float
    persistent_share: float
    fast_potassium: float
    slow_potassium: float
    leak_potassium: float
    leak_sodium: float
    inner_fast_potassium: float
    inner_slow_potassium: float
    inner_leak_potassium: float
    inner_leak_sodium: float
    rectifier: float
    rectifier_sodium_share: float
    under_myelin: float
    node_pf: float
    internode_pf: float
    myelin_pf: float
    pump: float
    inner_pump: float
    potassium_mv: float
    sodium_mv: float
    thermal_mv: float
    potassium_outside: float
    potassium_inside: float
    sodium_inside: float
    pump_sodium_half: float
    pump_potassium_half: float
    pump_works: float
    pool_pc_per_mmol_per_l: float
    pool_exchange_ms: float
    sodium_pc_per_mmol_per_l: float


class Steps(NamedTuple):
    """Lengths of a time step: while something happens, and while all is quiet [ms]."""

    short_ms: float
    long_ms: float


@compiled
def relaxed(value: float, steady: float, rate: float, step_ms: float) -> float:
    """Return a gate after a step: exact to second order, and never past its steady state."""
    x = step_ms * rate
    return steady + (value - steady) / (1.0 + x + 0.5 * x * x)


@compiled
def fourth_power(value: float) -> float:
    """Return a value's fourth power."""
    square = value * value
    return square * square


@compiled
def between(row: Floats, following: Floats, part: float, column: int) -> float:
    """Return a table's value between two rows."""
    return float(row[column] + part * (following[column] - row[column]))


@compiled
def place_in_table(potential_mv: float) -> float:
    """Return where a potential lies in the gate table, kept inside it."""
    return min(max((potential_mv - LOWEST_MV) / STEP_MV, 0.0), ROWS - 1.001)


@compiled
def advance_gates(state: Floats, constants: Constants, table: Floats, step_ms: float) -> None:
    """Move every gate by one step at the present potentials."""
    place = place_in_table(state[NODE])
    index = int(place)
    part, a, b = place - index, table[index], table[index + 1]
    state[M] = relaxed(state[M], between(a, b, part, 0), between(a, b, part, 1), step_ms)
    state[H] = relaxed(state[H], between(a, b, part, 2), between(a, b, part, 3), step_ms)
    state[P] = relaxed(state[P], between(a, b, part, 4), between(a, b, part, 5), step_ms)
    state[N] = relaxed(state[N], between(a, b, part, 6), between(a, b, part, 7), step_ms)
    state[S] = relaxed(state[S], between(a, b, part, 8), between(a, b, part, 9), step_ms)
    state[U] = relaxed(state[U], between(a, b, part, 12), between(a, b, part, 13), step_ms)
    place = place_in_table(state[INTERNODE])
    index = int(place)
    part, a, b = place - index, table[index], table[index + 1]
    state[INNER_N] = relaxed(state[INNER_N], between(a, b, part, 6), between(a, b, part, 7), step_ms)
    state[INNER_S] = relaxed(state[INNER_S], between(a, b, part, 8), between(a, b, part, 9), step_ms)
    state[INNER_Q] = relaxed(state[INNER_Q], between(a, b, part, 10), between(a, b, part, 11), step_ms)
    if constants.inner_permeability > 0.0:
        state[INNER_M] = relaxed(state[INNER_M], between(a, b, part, 0), between(a, b, part, 1), step_ms)
        state[INNER_H] = relaxed(state[INNER_H], between(a, b, part, 2), between(a, b, part, 3), step_ms)
        state[INNER_P] = relaxed(state[INNER_P], between(a, b, part, 4), between(a, b, part, 5), step_ms)
        state[INNER_U] = relaxed(state[INNER_U], between(a, b, part, 12), between(a, b, part, 13), step_ms)


@compiled
def sodium_channels(
    m: float, h: float, p: float, u: float, share: float, potential_mv: float, table: Floats
) -> tuple[float, float]:
    """Return current [pA] and slope [nS] of a permeability of 1e-9 cm3/s with these gates."""
    place = place_in_table(potential_mv)
    index = int(place)
    low, high = table[index, 14], table[index + 1, 14]
    opened = ((1.0 - share) * m * m * m * h + share * p * p * p) * u
    return opened * (low + (place - index) * (high - low)), opened * (high - low) / STEP_MV


@compiled
def pump_strength(constants: Constants, sodium_inside: float, potassium_outside: float) -> float:
    """Return how fast the pump turns against its rest: three sodium and two potassium sites that fill up."""
    half, other = constants.pump_sodium_half, constants.pump_potassium_half
    now = (1.0 + half / sodium_inside) ** 3 * (1.0 + other / potassium_outside) ** 2
    rest = (1.0 + half / constants.sodium_inside) ** 3 * (1.0 + other / constants.potassium_outside) ** 2
    return constants.pump_works * rest / now


@compiled
def membrane_currents(state: Floats, constants: Constants, table: Floats) -> tuple[float, float, float, float]:
    """Return current [pA] and slope [nS] of node and internode; concentrations are moved by `move_pools` alone."""
    c = constants
    node, inner = state[NODE], state[INTERNODE]
    potassium_mv = c.potassium_mv
    strength = c.pump_works
    if c.pool_pc_per_mmol_per_l > 0.0 or c.sodium_pc_per_mmol_per_l > 0.0:
        potassium_mv = c.thermal_mv * log(state[UNDER_MYELIN_POTASSIUM] / c.potassium_inside)
        strength = pump_strength(c, state[SODIUM_INSIDE], state[UNDER_MYELIN_POTASSIUM])
    current, slope = sodium_channels(state[M], state[H], state[P], state[U], c.persistent_share, node, table)
    opened = c.fast_potassium * fourth_power(state[N]) + c.slow_potassium * state[S] + c.leak_potassium
    node_current = c.permeability * current + opened * (node - c.potassium_mv)
    node_current += c.leak_sodium * (node - c.sodium_mv) + c.pump * strength
    node_slope = c.permeability * slope + opened + c.leak_sodium
    rectifier = c.rectifier * state[INNER_Q]
    opened = c.inner_fast_potassium * fourth_power(state[INNER_N]) + c.inner_slow_potassium * state[INNER_S]
    opened += c.inner_leak_potassium + rectifier * (1.0 - c.rectifier_sodium_share)
    sodium = c.inner_leak_sodium + rectifier * c.rectifier_sodium_share
    inner_current = opened * (inner - potassium_mv) + sodium * (inner - c.sodium_mv) + c.inner_pump * strength
    inner_slope = opened + sodium
    if c.inner_permeability > 0.0:
        current, slope = sodium_channels(
            state[INNER_M], state[INNER_H], state[INNER_P], state[INNER_U], c.persistent_share, inner, table
        )
        inner_current += c.inner_permeability * current
        inner_slope += c.inner_permeability * slope
    return node_current, node_slope, inner_current, inner_slope


@compiled
def move_pools(state: Floats, constants: Constants, table: Floats, step_ms: float) -> None:
    """Move potassium under the myelin and sodium inside by one step.

    Sodium channels count as sodium alone. Potassium that leaves the internode stays under the myelin until it is
    pumped back or seeps out; that of the node is lost in the fluid outside.
    """
    c = constants
    strength = pump_strength(c, state[SODIUM_INSIDE], state[UNDER_MYELIN_POTASSIUM])
    if c.pool_pc_per_mmol_per_l > 0.0:
        potassium_mv = c.thermal_mv * log(state[UNDER_MYELIN_POTASSIUM] / c.potassium_inside)
        opened = c.inner_fast_potassium * fourth_power(state[INNER_N]) + c.inner_slow_potassium * state[INNER_S]
        opened += c.inner_leak_potassium + c.rectifier * state[INNER_Q] * (1.0 - c.rectifier_sodium_share)
        outward = opened * (state[INTERNODE] - potassium_mv) - 2.0 * c.inner_pump * strength
        seeping = (c.potassium_outside - state[UNDER_MYELIN_POTASSIUM]) / c.pool_exchange_ms
        moved = state[UNDER_MYELIN_POTASSIUM] + step_ms * (outward * 1e-3 / c.pool_pc_per_mmol_per_l + seeping)
        state[UNDER_MYELIN_POTASSIUM] = max(moved, 0.05)
    if c.sodium_pc_per_mmol_per_l > 0.0:
        current, _ = sodium_channels(state[M], state[H], state[P], state[U], c.persistent_share, state[NODE], table)
        inward = c.permeability * current + c.leak_sodium * (state[NODE] - c.sodium_mv)
        inner = c.inner_leak_sodium + c.rectifier * state[INNER_Q] * c.rectifier_sodium_share
        inward += inner * (state[INTERNODE] - c.sodium_mv)
        if c.inner_permeability > 0.0:
            current, _ = sodium_channels(
                state[INNER_M],
                state[INNER_H],
                state[INNER_P],
                state[INNER_U],
                c.persistent_share,
                state[INTERNODE],
                table,
            )
            inward += c.inner_permeability * current
        outward = inward + 3.0 * (c.pump + c.inner_pump) * strength
        state[SODIUM_INSIDE] = max(state[SODIUM_INSIDE] - step_ms * outward * 1e-3 / c.sodium_pc_per_mmol_per_l, 0.5)


@compiled
def move_potentials(state: Floats, constants: Constants, table: Floats, stimulus_pa: float, step_ms: float) -> float:
    """Move both potentials by one step; return how fast the node's moved [mV/ms]."""
    c = constants
    node_current, node_slope, inner_current, inner_slope = membrane_currents(state, c, table)
    through = c.under_myelin * (state[NODE] - state[INTERNODE])
    both = (c.node_pf + c.myelin_pf) / step_ms + 0.5 * (node_slope + c.under_myelin)
    cross = -c.myelin_pf / step_ms - 0.5 * c.under_myelin
    inner = (c.internode_pf + c.myelin_pf) / step_ms + 0.5 * (inner_slope + c.under_myelin)
    into_node, into_inner = stimulus_pa - node_current - through, through - inner_current
    over = 1.0 / (both * inner - cross * cross)
    change = (into_node * inner - cross * into_inner) * over
    state[NODE] += change
    state[INTERNODE] += (both * into_inner - cross * into_node) * over
    return float(change / step_ms)


@compiled
def advance(
    state: Floats,
    constants: Constants,
    table: Floats,
    stimulus_pa: float,
    duration_ms: float,
    steps: Steps,
    stop_mv: float,
) -> float:
    """Move a state through a time of constant current, or until the node passes `stop_mv`; return its highest [mV]."""
    pools = constants.pool_pc_per_mmol_per_l > 0.0 or constants.sodium_pc_per_mmol_per_l > 0.0
    done, highest, speed = 0.0, -1e9, 1e9
    while done < duration_ms - 1e-9:
        step = steps.short_ms if abs(speed) > QUIET_MV_PER_MS or done < FRESH_MS else steps.long_ms
        step = min(step, duration_ms - done)
        advance_gates(state, constants, table, step)
        if pools:
            move_pools(state, constants, table, step)
        speed = move_potentials(state, constants, table, stimulus_pa, step)
        done += step
        highest = max(highest, state[NODE])
        if highest > stop_mv or not abs(state[NODE]) < 1e3:
            break
    return highest
