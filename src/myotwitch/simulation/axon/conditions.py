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


def after_train(axon: Axon, rate_hz: float, duration_s: float, *, pulse_pa: float = 700.0) -> Course:
    """Return an axon after a train of impulses, each made by a pulse of 1 ms.

    Parameters
    ----------
    axon
        The axon; its pools are switched on.
    rate_hz
        Impulses a second, up to 200.
    duration_s
        Length of the train [s].
    pulse_pa
        Strength of each pulse [pA].

    Limits: the train is regular. In a contraction rates differ between units and fall with fatigue.
    """
    if not 0.0 < rate_hz <= 200.0:
        raise RequestError(f"A train of {rate_hz} Hz was asked for; 0 to 200 Hz are possible.")
    current = np.zeros(round(duration_s * 1e3 / PIECE_MS))
    current[(np.arange(0.0, duration_s * rate_hz) / rate_hz * 1e3 / PIECE_MS).astype(np.int64)] = pulse_pa
    return _through(replace(axon, pools=ACTIVE_POOLS), current, None)


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
