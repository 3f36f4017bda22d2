"""The threshold-tracking protocol of the clinic on a simulated axon: what a nerve excitability test measures.

Thresholds are those of an impulse at the node; the clinic tracks a fixed response of a muscle, so currents differ in
unit (picoamperes here, milliamperes at the skin) and only ratios are compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from myotwitch.errors import RequestError
from myotwitch.simulation.axon.axon import STEPS, Axon, AxonState, constants_of, resting_state
from myotwitch.simulation.axon.impulses import FIRED_MV, threshold_pa
from myotwitch.simulation.axon.ions import Floats
from myotwitch.simulation.axon.kernels import Constants, Steps, advance, compiled

INTERVALS_MS = (2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 7.9, 10.0, 13.0, 18.0, 24.0, 32.0, 42.0, 56.0, 75.0, 100.0, 140.0, 200.0)
"""Intervals of the recovery cycle, from the start of the conditioning pulse to that of the test pulse."""
ELECTROTONUS_MS = (
    10.0,
    15.0,
    20.0,
    30.0,
    40.0,
    50.0,
    60.0,
    90.0,
    95.0,
    100.0,
    105.0,
    110.0,
    120.0,
    140.0,
    160.0,
    200.0,
)
"""Delays of threshold electrotonus; the polarising current ends at 100 ms."""
POLARISED_MS = 100.0
CURRENTS_PERCENT = (-100.0, -80.0, -50.0, -30.0, -20.0, -10.0, 10.0, 20.0, 30.0, 50.0)
"""Polarising currents of the current-threshold relation, in percent of threshold; each lasts 200 ms."""
WIDTHS_MS = (1.0, 0.8, 0.6, 0.4, 0.2)
CONDITIONING = 1.6
"""The conditioning pulse against threshold: supramaximal, as in the clinic."""
PRECISION = 1e-3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Excitability:
    """What the protocol found. A value is NaN where the axon fired by itself or could not be excited.

    Parameters
    ----------
    rest_mv
        Potential of the node before the first pulse [mV].
    threshold_pa
        Threshold of a pulse of 1 ms [pA].
    strength_duration_ms
        Strength-duration time constant (Weiss) [ms].
    rheobase_pa
        Rheobase (Weiss) [pA].
    recovery_percent
        Threshold change at `INTERVALS_MS` after an impulse [%].
    depolarised_percent, hyperpolarised_percent
        Threshold reduction at `ELECTROTONUS_MS` during and after 100 ms of 40 % current [%].
    polarised_percent
        Threshold reduction after 200 ms of `CURRENTS_PERCENT` [%].
    """

    rest_mv: float
    threshold_pa: float
    strength_duration_ms: float
    rheobase_pa: float
    recovery_percent: Floats
    depolarised_percent: Floats
    hyperpolarised_percent: Floats
    polarised_percent: Floats

    def at_interval(self, interval_ms: float) -> float:
        """Return the threshold change at an interval after an impulse [%], between two by a straight line."""
        return float(np.interp(interval_ms, INTERVALS_MS, self.recovery_percent))

    def electrotonus(self, first_ms: float, last_ms: float, *, depolarising: bool) -> float:
        """Return the mean threshold reduction between two delays [%]."""
        values = self.depolarised_percent if depolarising else self.hyperpolarised_percent
        chosen = [first_ms <= delay <= last_ms for delay in ELECTROTONUS_MS]
        return float(np.mean(values[np.array(chosen)]))


def excitability(axon: Axon, *, steps: Steps = STEPS, precision: float = PRECISION) -> Excitability:
    """Return what a nerve excitability test finds on this axon at rest.

    Raises
    ------
    RequestError
        If the axon does not rest: it fires without a pulse, or has no resting potential.
    """
    return excitability_from(axon, resting_state(axon), steps=steps, precision=precision)


def excitability_from(
    axon: Axon, state: AxonState, *, steps: Steps = STEPS, precision: float = PRECISION
) -> Excitability:
    """Return what a nerve excitability test finds on an axon in some state, such as after activity.

    Limits: every part starts from that same state, as if the test took no time.
    """
    constants, table, start = constants_of(axon), axon.table, state.values.copy()
    waiting = start.copy()
    if advance(waiting, constants, table, 0.0, 30.0, steps, FIRED_MV) > FIRED_MV:
        raise RequestError(
            "The axon fires without a pulse, so no threshold can be tracked; move the ions nearer to normal."
        )
    widths = np.array([threshold_pa(start, constants, table, WIDTHS_MS[0], 0.0, 300.0, steps, precision)])
    for width in WIDTHS_MS[1:]:
        found = threshold_pa(start, constants, table, width, 0.0, widths[-1] * 1.2, steps, precision)
        widths = np.append(widths, found)
    threshold = float(widths[0])
    slope, intercept = np.polyfit(WIDTHS_MS, widths * np.array(WIDTHS_MS), 1)
    tracked = (constants, table, threshold, steps, precision)
    return Excitability(
        rest_mv=float(start[0]),
        threshold_pa=threshold,
        strength_duration_ms=float(intercept / slope),
        rheobase_pa=float(slope),
        recovery_percent=recovery_cycle(start, *tracked, np.array(INTERVALS_MS), CONDITIONING),
        depolarised_percent=electrotonus(start, *tracked, np.array(ELECTROTONUS_MS), 0.4),
        hyperpolarised_percent=electrotonus(start, *tracked, np.array(ELECTROTONUS_MS), -0.4),
        polarised_percent=current_threshold(start, *tracked, np.array(CURRENTS_PERCENT)),
    )


@compiled
def recovery_cycle(
    start: Floats,
    constants: Constants,
    table: Floats,
    threshold: float,
    steps: Steps,
    precision: float,
    intervals_ms: Floats,
    conditioning: float,
) -> Floats:
    """Return the threshold change at intervals after a conditioning pulse [%]."""
    state, now, guess = start.copy(), 1.0, 2.0 * threshold
    advance(state, constants, table, threshold * conditioning, 1.0, Steps(steps.short_ms, steps.short_ms), np.inf)
    found = np.empty(intervals_ms.shape[0])
    for place in range(intervals_ms.shape[0]):
        advance(state, constants, table, 0.0, intervals_ms[place] - now, steps, np.inf)
        now = intervals_ms[place]
        tested = threshold_pa(state, constants, table, 1.0, 0.0, guess, steps, precision)
        guess = tested if 0.0 < tested < 20.0 * threshold else threshold
        found[place] = 100.0 * (tested / threshold - 1.0)
    return found


@compiled
def electrotonus(
    start: Floats,
    constants: Constants,
    table: Floats,
    threshold: float,
    steps: Steps,
    precision: float,
    delays_ms: Floats,
    polarising: float,
) -> Floats:
    """Return the threshold reduction at delays from the start of 100 ms of polarising current [%].

    A test at the very end of the current is one of its last moment: the pulse itself falls after it.
    """
    state, now, guess = start.copy(), 0.0, threshold * (1.0 - 1.5 * polarising)
    found = np.full(delays_ms.shape[0], np.nan)
    steady = threshold * polarising
    for place in range(delays_ms.shape[0]):
        if now < POLARISED_MS:
            on = min(delays_ms[place], POLARISED_MS) - now
            if advance(state, constants, table, steady, on, steps, FIRED_MV) > FIRED_MV:
                return found
        off = delays_ms[place] - max(now, POLARISED_MS)
        if off > 0.0:
            advance(state, constants, table, 0.0, off, steps, np.inf)
        now = delays_ms[place]
        background = steady if now <= POLARISED_MS else 0.0
        tested = threshold_pa(state, constants, table, 1.0, background, guess, steps, precision)
        guess = tested if 0.0 < tested < 20.0 * threshold else threshold
        found[place] = 100.0 * (1.0 - tested / threshold)
    return found


@compiled
def current_threshold(
    start: Floats,
    constants: Constants,
    table: Floats,
    threshold: float,
    steps: Steps,
    precision: float,
    currents_percent: Floats,
) -> Floats:
    """Return the threshold reduction after 200 ms of each polarising current [%]."""
    found = np.full(currents_percent.shape[0], np.nan)
    for place in range(currents_percent.shape[0]):
        state, steady = start.copy(), threshold * currents_percent[place] / 100.0
        if advance(state, constants, table, steady, 200.0, steps, FIRED_MV) > FIRED_MV:
            continue
        guess = threshold * max(0.3, 1.0 - currents_percent[place] / 60.0)
        tested = threshold_pa(state, constants, table, 1.0, steady, guess, steps, precision)
        found[place] = 100.0 * (1.0 - tested / threshold)
    return found
