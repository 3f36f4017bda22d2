"""The MRG cable conducts as published."""

from __future__ import annotations

import numpy as np
import pytest

from myotwitch.errors import RequestError
from myotwitch.simulation.axon.cable import CableSettings, conduction_velocity_m_per_s, run_mrg


def stimulus(current_pa: float, steps: int = 1600) -> np.ndarray:
    """A pulse of 0.1 ms."""
    current = np.zeros(steps)
    current[:20] = current_pa
    return current


def test_an_impulse_travels_at_the_published_speed() -> None:
    assert conduction_velocity_m_per_s(CableSettings()) == pytest.approx(51.35, abs=0.1)


def test_thicker_fibres_conduct_faster() -> None:
    speeds = [conduction_velocity_m_per_s(CableSettings(fibre_diameter_um=size)) for size in (5.7, 8.7, 12.8, 16.0)]
    assert np.all(np.diff(speeds) > 5.0)


def test_an_impulse_from_the_middle_reaches_both_ends_alike() -> None:
    potential = run_mrg(CableSettings(), stimulus(2000.0))
    assert potential.max(axis=0).min() > 20.0
    assert np.abs(potential - potential[:, ::-1]).max() < 1e-6


def test_a_weak_pulse_makes_no_impulse() -> None:
    assert run_mrg(CableSettings(), stimulus(100.0)).max() < -60.0


def test_the_cable_rests_without_a_pulse() -> None:
    potential = run_mrg(CableSettings(), np.zeros(4000))
    assert np.abs(potential + 80.0).max() < 0.2


def test_potentials_kept_now_and_then_are_those_of_every_step() -> None:
    all_steps = run_mrg(CableSettings(), stimulus(2000.0))
    some = run_mrg(CableSettings(), stimulus(2000.0), kept_every=8)
    assert some.tobytes() == np.ascontiguousarray(all_steps[7::8]).tobytes()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"fibre_diameter_um": 10.5}, "not tabulated"),
        ({"nodes": 2}, "at least 3"),
        ({"step_ms": 1.0}, r"0 to 0\.05 ms"),
    ],
)
def test_a_cable_that_cannot_be_built_is_refused(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        CableSettings(**wrong)


def test_a_node_that_is_not_there_cannot_be_stimulated() -> None:
    with pytest.raises(RequestError, match="from 0 to 20"):
        run_mrg(CableSettings(), stimulus(1.0), stimulated_node=21)
