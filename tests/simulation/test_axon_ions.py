"""Ions act as physics says: balance, flow, surface charge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotwitch.errors import RequestError
from myotwitch.simulation.axon.ions import Ions, flow_pa, gate_shift_mv, nernst_mv, surface_potential_mv, thermal_mv

concentrations = st.floats(0.5, 200.0)


@given(outside=concentrations, inside=concentrations, celsius=st.floats(15.0, 42.0))
def test_no_current_flows_at_the_nernst_potential(outside: float, inside: float, celsius: float) -> None:
    balance = nernst_mv(outside, inside, celsius)
    scale = abs(flow_pa(np.array([balance + 10.0]), outside, inside, celsius)[0])
    assert abs(flow_pa(np.array([balance]), outside, inside, celsius)[0]) < 1e-6 * max(scale, 1.0)


@given(concentration=concentrations, potential=st.floats(-120.0, 60.0))
def test_the_flow_between_equal_concentrations_is_a_straight_line(concentration: float, potential: float) -> None:
    flow = flow_pa(np.array([potential]), concentration, concentration, 37.0)[0]
    assert flow == pytest.approx(96.48533 * concentration * potential / thermal_mv(37.0), rel=1e-5, abs=0.01)


def test_the_flow_grows_with_the_potential_and_is_smooth_through_nought() -> None:
    potential = np.linspace(-100.0, 60.0, 3201)
    flow = flow_pa(potential, 144.0, 9.0, 37.0)
    assert np.all(np.diff(flow) > 0.0)
    assert np.abs(np.diff(flow, 2)).max() < 0.01 * np.abs(np.diff(flow)).max()


def test_a_decade_is_61_millivolts_at_body_temperature() -> None:
    assert nernst_mv(10.0, 1.0, 37.0) == pytest.approx(61.5, abs=0.1)


def test_the_surface_charge_gives_the_shifts_that_were_measured_at_the_frogs_node() -> None:
    """Twenty to twenty-five millivolts for 2 to 20 mM calcium, and -18 mV for 2 mM to none (Hille 1975)."""
    frog = {"sodium_mmol_per_l": 112.0, "potassium_mmol_per_l": 2.5, "magnesium_mmol_per_l": 0.0}
    low, usual, high = (
        surface_potential_mv(Ions(calcium_mmol_per_l=calcium, **frog), 15.0) for calcium in (0.05, 2.0, 10.0)
    )
    assert 20.0 < (high - usual) / np.log10(5.0) < 26.0
    assert -19.0 < low - usual < -14.0


def test_reference_ions_shift_nothing() -> None:
    assert gate_shift_mv(Ions(), 35.0) == 0.0


@given(calcium=st.floats(0.1, 4.0), more=st.floats(0.05, 4.0))
def test_more_calcium_moves_gates_to_more_positive_potentials(calcium: float, more: float) -> None:
    few, many = (gate_shift_mv(Ions(calcium_mmol_per_l=value), 35.0) for value in (calcium, calcium + more))
    assert few < many


@given(more=st.floats(0.05, 3.0))
def test_magnesium_shifts_less_than_as_much_calcium(more: float) -> None:
    by_magnesium = gate_shift_mv(Ions(magnesium_mmol_per_l=0.55 + more), 35.0)
    by_calcium = gate_shift_mv(Ions(calcium_mmol_per_l=1.2 + more), 35.0)
    assert 0.0 < by_magnesium < 0.5 * by_calcium


@pytest.mark.parametrize("ion", ["sodium", "potassium", "calcium", "magnesium"])
def test_a_negative_concentration_is_refused_with_what_is_allowed(ion: str) -> None:
    with pytest.raises(RequestError, match=rf"The {ion} is -1\.0 mmol/l; the axon takes"):
        Ions(**{f"{ion}_mmol_per_l": -1.0})
