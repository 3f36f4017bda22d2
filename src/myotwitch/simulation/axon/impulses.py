"""Finds impulses of an axon: whether a pulse makes one, the weakest that does, and when they come by themselves."""

from __future__ import annotations

import numpy as np

from myotwitch.simulation.axon.kernels import (
    NODE,
    QUIET_MV_PER_MS,
    Constants,
    Floats,
    Steps,
    advance,
    advance_gates,
    compiled,
    move_pools,
    move_potentials,
)

FIRED_MV = -25.0
"""An impulse is counted when the node rises above this."""
WATCH_MS = 3.0
GIVEN_UP_MV = 8.0


@compiled
def fires(
    before: Floats,
    constants: Constants,
    table: Floats,
    pulse_pa: float,
    pulse_ms: float,
    steady_pa: float,
    steps: Steps,
) -> bool:
    """Say whether a pulse on top of a steady current makes an impulse."""
    state = before.copy()
    fine = Steps(steps.short_ms, steps.short_ms)
    if advance(state, constants, table, steady_pa + pulse_pa, pulse_ms, fine, FIRED_MV) > FIRED_MV:
        return True
    top, watched = state[NODE], 0.0
    while watched < WATCH_MS:
        if advance(state, constants, table, steady_pa, 0.1, fine, FIRED_MV) > FIRED_MV:
            return True
        top = max(top, state[NODE])
        if state[NODE] < top - GIVEN_UP_MV:
            return False
        watched += 0.1
    return False


@compiled
def threshold_pa(
    before: Floats,
    constants: Constants,
    table: Floats,
    pulse_ms: float,
    steady_pa: float,
    guess_pa: float,
    steps: Steps,
    precision: float,
) -> float:
    """Return the weakest pulse that makes an impulse [pA]; nought where none is needed, infinite where none is enough.

    Method: the guess is widened until it brackets the threshold, then halved to `precision` of itself.
    """
    weak, strong, widening = 0.0, max(guess_pa, 1.0), 1.1
    if fires(before, constants, table, strong, pulse_ms, steady_pa, steps):
        while True:
            weak = strong / widening
            if weak < 1e-3 * max(guess_pa, 1.0):
                return 0.0
            if not fires(before, constants, table, weak, pulse_ms, steady_pa, steps):
                break
            strong, widening = weak, min(widening * widening, 4.0)
    else:
        weak = strong
        while True:
            strong = weak * widening
            if strong > 60.0 * max(guess_pa, 1.0):
                return np.inf
            if fires(before, constants, table, strong, pulse_ms, steady_pa, steps):
                break
            weak, widening = strong, min(widening * widening, 4.0)
    while strong - weak > precision * strong:
        middle = 0.5 * (strong + weak)
        if fires(before, constants, table, middle, pulse_ms, steady_pa, steps):
            strong = middle
        else:
            weak = middle
    return 0.5 * (strong + weak)


@compiled
def discharges(
    state: Floats,
    constants: Constants,
    table: Floats,
    drive_pa: Floats,
    piece_ms: float,
    steps: Steps,
    rest_ms: float,
) -> Floats:
    """Return when the node rises above `FIRED_MV` [ms], while current flows that is constant over pieces of time.

    A second rise within `rest_ms` counts as the same discharge. The state is moved to the end.
    """
    found = np.empty(drive_pa.shape[0])
    count, last = 0, -1e9
    below = state[NODE] < FIRED_MV
    speed = 1e9
    pools = constants.pool_pc_per_mmol_per_l > 0.0 or constants.sodium_pc_per_mmol_per_l > 0.0
    for piece in range(drive_pa.shape[0]):
        done = 0.0
        while done < piece_ms - 1e-9:
            step = min(steps.short_ms if abs(speed) > QUIET_MV_PER_MS else steps.long_ms, piece_ms - done)
            advance_gates(state, constants, table, step)
            if pools:
                move_pools(state, constants, table, step)
            speed = move_potentials(state, constants, table, drive_pa[piece], step)
            done += step
            now = piece * piece_ms + done
            if state[NODE] > FIRED_MV:
                if below and now - last > rest_ms and count < found.shape[0]:
                    found[count], last = now, now
                    count += 1
                below = False
            elif state[NODE] < FIRED_MV - 20.0:
                below = True
    return found[:count].copy()
