"""What axons go through in life and in the laboratory: trains of impulses, loss of blood flow and its return."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from myotwitch.errors import RequestError
from myotwitch.simulation.axon.axon import LONG_STEPS, Axon, AxonState, Pools, constants_of, resting_state
from myotwitch.simulation.axon.impulses import discharges
from myotwitch.simulation.axon.ions import Floats

PIECE_MS = 1.0
ACTIVE_POOLS = Pools(under_myelin=True, inside=True)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Course:
    """How an axon came through something.

    Parameters
    ----------
    state
        Where it stands at the end.
    onset_s
        When it fired [s].
    """

    state: AxonState
    onset_s: Floats


def after_train(
    axon: Axon, rate_hz: float, duration_s: float, *, last_rate_hz: float | None = None, pulse_pa: float = 700.0
) -> Course:
    """Return an axon after a train of impulses, each made by a pulse of 1 ms.

    Parameters
    ----------
    axon
        The axon; its pools are switched on.
    rate_hz
        Impulses a second at the start, up to 200.
    duration_s
        Length of the train [s].
    last_rate_hz
        Impulses a second at the end, up to 200; the rate changes evenly. None: it stays.
    pulse_pa
        Strength of each pulse [pA].

    Limits: in a contraction rates differ between units and vary from impulse to impulse.
    """
    last = rate_hz if last_rate_hz is None else last_rate_hz
    for rate in (rate_hz, last):
        if not 0.0 < rate <= 200.0:
            raise RequestError(f"A train of {rate} Hz was asked for; 0 to 200 Hz are possible.")
    current = np.zeros(round(duration_s * 1e3 / PIECE_MS))
    current[(pulse_times_s(rate_hz, last, duration_s) * 1e3 / PIECE_MS).astype(np.int64)] = pulse_pa
    return _through(replace(axon, pools=ACTIVE_POOLS), current, None)


def pulse_times_s(first_hz: float, last_hz: float, duration_s: float) -> Floats:
    """Return the times of the pulses of a train whose rate changes evenly [s]; the first is at nought.

    Method: pulse number k comes when the integral of the rate reaches k.

    Examples
    --------
    >>> pulse_times_s(10.0, 10.0, 0.3).round(3).tolist()
    [0.0, 0.1, 0.2]
    """
    number = np.arange(0.0, 0.5 * (first_hz + last_hz) * duration_s)
    slope = (last_hz - first_hz) / duration_s
    return np.asarray(2.0 * number / (first_hz + np.sqrt(first_hz**2 + 2.0 * slope * number)))


def rested(axon: Axon, course: Course, duration_s: float) -> Course:
    """Return the axon after a rest that follows a course."""
    current = np.zeros(round(duration_s * 1e3 / PIECE_MS))
    return _through(replace(axon, pools=ACTIVE_POOLS), current, course.state)


def ischaemia_and_release(
    axon: Axon, *, ischaemia_s: float, release_s: float, pump_left: float = 0.2, under_myelin: bool = True
) -> tuple[Course, Course]:
    """Return an axon at the end of a time without blood flow, and at the end of the time after its return.

    Parameters
    ----------
    axon
        The axon at rest.
    ischaemia_s, release_s
        Length of both [s].
    pump_left
        Share of the pump that goes on without blood flow.
    under_myelin
        Potassium gathers under the myelin; without, the same course shows what it is needed for.
    """
    pools = Pools(under_myelin=under_myelin, inside=True, pump_works=pump_left)
    without = _through(replace(axon, pools=pools), np.zeros(round(ischaemia_s * 1e3 / PIECE_MS)), None)
    back = replace(axon, pools=replace(pools, pump_works=1.0))
    return without, _through(back, np.zeros(round(release_s * 1e3 / PIECE_MS)), without.state)


def _through(axon: Axon, current: Floats, state: AxonState | None) -> Course:
    values = (state or resting_state(replace(axon, pools=Pools()))).values.copy()
    found = discharges(values, constants_of(axon), axon.table, current, PIECE_MS, LONG_STEPS, 1.0)
    return Course(state=AxonState(values=values), onset_s=found * 1e-3)
