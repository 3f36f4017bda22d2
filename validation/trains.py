"""What trains of impulses leave behind on the threshold: asked by the targets A6 and A7 and by their mechanisms."""

from __future__ import annotations

import numpy as np

from myotwitch.simulation.axon import kernels
from myotwitch.simulation.axon.axon import LONG_STEPS, STEPS, Axon, resting_state
from myotwitch.simulation.axon.conditions import pulse_times_s
from myotwitch.simulation.axon.impulses import discharges, threshold_pa
from myotwitch.simulation.axon.ions import Floats
from myotwitch.simulation.axon.kernels import Constants

PULSE_PA = 700.0
PRECISION = 1e-4


def thresholds(state: Floats, constants: Constants) -> Floats:
    """Return the thresholds of 0.1 and 1 ms [pA]."""
    values = Axon().table
    found = [threshold_pa(state, constants, values, ms, 0.0, 400.0, STEPS, PRECISION) for ms in (0.1, 1.0)]
    return np.array(found)


def after_train(
    constants: Constants, rates_hz: tuple[float, float], duration_s: int, rests_s: tuple[int, ...] = (5,)
) -> tuple[list[Floats], list[Floats]]:
    """Return both thresholds' change [%], and the state, at times after a train that goes from one rate to another.

    Parameters
    ----------
    constants
        Of the axon, with pools.
    rates_hz
        Impulses a second at the start and at the end.
    duration_s
        Length of the train [s].
    rests_s
        When to look, rising, from its end [s].
    """
    rest = resting_state(Axon()).values
    state, current = rest.copy(), np.zeros(duration_s * 1000)
    current[(pulse_times_s(*rates_hz, duration_s) * 1e3).astype(np.int64)] = PULSE_PA
    discharges(state, constants, Axon().table, current, 1.0, LONG_STEPS, 1.0)
    changes, states, now = [], [], 0
    for until in rests_s:
        discharges(state, constants, Axon().table, np.zeros((until - now) * 1000), 1.0, LONG_STEPS, 1.0)
        now = until
        states.append(state.copy())
        changes.append(change_percent(state, constants))
    return changes, states


def change_percent(state: Floats, constants: Constants, *, inactivates: bool = True) -> Floats:
    """Return how both thresholds differ from those at rest [%], slow inactivation held as at rest if asked for."""
    rest, held = resting_state(Axon()).values, state.copy()
    if not inactivates:
        held[[kernels.U, kernels.INNER_U]] = rest[[kernels.U, kernels.INNER_U]]
    return np.asarray(100.0 * (thresholds(held, constants) / thresholds(rest, constants) - 1.0))
