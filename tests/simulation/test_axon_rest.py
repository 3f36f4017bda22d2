"""The axon rests where it should, and its rest is one of balance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from myotwitch.errors import RequestError
from myotwitch.simulation.axon import kernels
from myotwitch.simulation.axon.axon import (
    LONG_STEPS,
    STEPS,
    Axon,
    Pools,
    changed_axon,
    constants_of,
    resting_state,
    run,
)
from myotwitch.simulation.axon.ions import Ions
from myotwitch.simulation.axon.membrane import healthy_membrane, settled_balance, with_channels
from myotwitch.simulation.axon.plain import plain_run

ALL_POOLS = Pools(under_myelin=True, inside=True)


@pytest.mark.parametrize("pools", [Pools(), ALL_POOLS])
def test_the_rest_is_steady_for_a_minute_with_and_without_moving_concentrations(pools: Pools) -> None:
    axon = Axon(pools=pools)
    before = resting_state(axon).values
    values = before.copy()
    kernels.advance(values, constants_of(axon), axon.table, 0.0, 60_000.0, LONG_STEPS, np.inf)
    assert np.abs(values - before).max() < 1e-3


def test_leak_and_pump_turn_three_sodium_against_two_potassium() -> None:
    balance = settled_balance(healthy_membrane())
    assert min(balance.pump_pa, balance.internodal_pump_pa) > 0.0
    parts = (balance.leak_potassium_ns, balance.leak_sodium_ns, balance.internodal_leak_potassium_ns)
    assert min(*parts, balance.internodal_leak_sodium_ns) >= 0.0


def test_the_axon_returns_to_its_rest_after_an_impulse() -> None:
    axon = Axon()
    values = resting_state(axon).values.copy()
    assert kernels.advance(values, constants_of(axon), axon.table, 600.0, 1.0, STEPS, np.inf) > 0.0
    kernels.advance(values, constants_of(axon), axon.table, 0.0, 5_000.0, STEPS, np.inf)
    assert values[kernels.NODE] == pytest.approx(axon.membrane.rest_mv, abs=0.1)


def test_more_potassium_depolarises_step_by_step() -> None:
    rests = [
        resting_state(changed_axon(Ions(potassium_mmol_per_l=value))).node_mv for value in (2.5, 3.5, 4.5, 5.5, 6.5)
    ]
    assert np.all(np.diff(rests) > 1.0)


def test_with_much_potassium_outside_and_a_strong_pump_the_axon_has_two_resting_states() -> None:
    """Held to make axons fire when blood returns; docs/physiology.md says why that is not claimed of this axon."""
    balance = settled_balance(healthy_membrane())
    strong = replace(balance, pump_pa=4.0 * balance.pump_pa, internodal_pump_pa=4.0 * balance.internodal_pump_pa)
    ends = {}
    for potassium in (4.2, 15.0):
        axon = Axon(balance=strong, ions=Ions(potassium_mmol_per_l=potassium))
        for start_mv in (-115.0, -60.0):
            values = resting_state(Axon()).values.copy()
            values[[kernels.NODE, kernels.INTERNODE]] = start_mv
            kernels.advance(values, constants_of(axon), axon.table, 0.0, 2_000.0, LONG_STEPS, np.inf)
            ends[potassium, start_mv] = values[kernels.NODE]
    assert ends[4.2, -115.0] == pytest.approx(ends[4.2, -60.0], abs=0.5)
    assert ends[15.0, -115.0] < ends[15.0, -60.0] - 10.0


def test_a_pump_without_energy_depolarises_and_lets_sodium_in() -> None:
    axon = Axon(pools=replace(ALL_POOLS, pump_works=0.0))
    values = resting_state(Axon()).values.copy()
    kernels.advance(values, constants_of(axon), axon.table, 0.0, 30_000.0, LONG_STEPS, np.inf)
    assert values[kernels.NODE] > Axon().membrane.rest_mv + 1.0
    assert values[kernels.SODIUM_INSIDE] > 9.0
    assert values[kernels.UNDER_MYELIN_POTASSIUM] > 4.2


def test_kernels_and_plain_twin_give_the_same_impulse() -> None:
    axon = Axon(ions=Ions(potassium_mmol_per_l=5.0, calcium_mmol_per_l=1.0), temperature_celsius=34.0)
    state = resting_state(axon)
    worst = []
    for step_ms in (0.01, 0.005):
        current = np.zeros(round(2.5 / step_ms))
        current[: round(1.0 / step_ms)] = 500.0
        fast, _ = run(axon, state, current, step_ms)
        slow = plain_run(axon, state, current, step_ms)
        assert fast.max() > 0.0
        worst.append(np.abs(fast - slow).max())
    assert worst[1] < 1.0
    assert worst[1] < 0.4 * worst[0], "both are of second order, so halving the step brings them closer by four"


def test_kernels_and_plain_twin_agree_closely_below_threshold() -> None:
    axon = Axon()
    current = np.full(1000, 60.0)
    fast, _ = run(axon, resting_state(axon), current, 0.01)
    slow = plain_run(axon, resting_state(axon), current, 0.01)
    assert np.abs(fast - slow).max() < 0.01


def test_the_same_run_gives_the_same_bytes() -> None:
    axon = Axon()
    current = np.where(np.arange(2000) < 100, 500.0, 0.0)
    first, second = (run(axon, resting_state(axon), current, 0.01)[0].tobytes() for _ in range(2))
    assert first == second


def test_an_unknown_channel_is_refused_with_the_nearest_known() -> None:
    with pytest.raises(RequestError, match="Did you mean 'sodium'"):
        with_channels(healthy_membrane(), {"sodum": 0.5})


@pytest.mark.parametrize("celsius", [4.0, 60.0])
def test_a_temperature_that_no_nerve_has_is_refused(celsius: float) -> None:
    with pytest.raises(RequestError, match="15 to 42"):
        Axon(temperature_celsius=celsius)


def test_a_step_too_long_is_refused() -> None:
    with pytest.raises(RequestError, match=r"between 0 and 0\.1 ms"):
        run(Axon(), resting_state(Axon()), np.zeros(3), 0.5)
