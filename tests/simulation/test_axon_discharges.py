"""When axons fire by themselves, and what activity and loss of blood flow leave behind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from myotwitch.errors import RequestError
from myotwitch.simulation.axon.axon import Axon, changed_axon
from myotwitch.simulation.axon.conditions import (
    ACTIVE_POOLS,
    after_train,
    ischaemia_and_release,
    pulse_times_s,
    rested,
)
from myotwitch.simulation.axon.discharges import answer_to_pulse, discharges_of_many, spontaneous_discharges
from myotwitch.simulation.axon.ions import Ions
from myotwitch.simulation.axon.protocol import Excitability, excitability_from


def test_a_healthy_axon_at_rest_is_silent() -> None:
    assert len(spontaneous_discharges(Axon(), duration_s=20.0, seed=1)) == 0


def test_the_axon_fires_by_itself_once_calcium_has_fallen_to_two_fifths_and_not_at_half() -> None:
    """The level was asked for by the fit, as textbooks have it."""
    counts = [
        len(spontaneous_discharges(Axon(), Ions(calcium_mmol_per_l=1.2 * share), duration_s=10.0, seed=1))
        for share in (0.75, 0.5, 0.39, 0.3)
    ]
    assert counts[0] == counts[1] == 0 < counts[2] < counts[3]


def test_the_same_seed_gives_the_same_discharges_and_another_seed_others() -> None:
    low = changed_axon(Ions(calcium_mmol_per_l=0.45))
    first, again, other = (spontaneous_discharges(low, duration_s=5.0, seed=seed) for seed in (7, 7, 8))
    assert len(first) > 0
    assert first.tobytes() == again.tobytes() != other.tobytes()
    assert np.all(np.diff(first) > 0.0)
    assert first[-1] <= 5.0


def test_many_axons_give_what_each_gives_alone_whatever_the_number_of_threads() -> None:
    low = changed_axon(Ions(calcium_mmol_per_l=0.45))
    together = discharges_of_many([low, low, Axon()], 3.0, 5)
    sources = np.random.default_rng(5).spawn(3)
    alone = [spontaneous_discharges(low, duration_s=3.0, generator=source) for source in sources[:2]]
    assert [one.tobytes() for one in together[:2]] == [one.tobytes() for one in alone]
    assert len(together[2]) == 0


def test_without_fast_potassium_under_the_myelin_a_pulse_makes_a_burst_at_the_last_node_and_not_in_the_trunk() -> None:
    lost = {"fast_potassium_under_myelin": 0.1}
    burst = answer_to_pulse(changed_axon(channels=lost, at_last_node=True), 600.0, 300.0)
    usual = (changed_axon(at_last_node=True), changed_axon(channels=lost), Axon())
    assert [len(answer_to_pulse(axon, 600.0, 300.0)) for axon in usual] == [1, 1, 1]
    assert len(burst) >= 3
    assert 30.0 < 1e3 / np.median(np.diff(burst)) < 300.0


def test_left_alone_that_last_node_fires_in_bursts_as_fast_as_in_neuromyotonia_and_a_healthy_one_is_silent() -> None:
    lost, healthy = (
        changed_axon(channels={"fast_potassium_under_myelin": share}, at_last_node=True) for share in (0.1, 1.0)
    )
    apart = np.diff(spontaneous_discharges(lost, duration_s=10.0, seed=1))
    assert 30.0 < np.median(1 / apart[apart < 1 / 30]) < 300.0
    assert len(spontaneous_discharges(healthy, duration_s=20.0, seed=1)) == 0


def test_a_contraction_leaves_the_axon_less_excitable_and_rest_brings_it_back(healthy: Excitability) -> None:
    """The direction is that of people; the size is far too small, as docs/physiology.md says."""
    axon = replace(Axon(), pools=ACTIVE_POOLS)
    course = rested(axon, after_train(axon, 30.0, 30.0), 5.0)
    soon = excitability_from(axon, course.state)
    late = excitability_from(axon, rested(axon, course, 300.0).state)
    assert course.state.sodium_inside_mmol_per_l > 9.0
    assert healthy.threshold_pa < late.threshold_pa < soon.threshold_pa
    assert soon.strength_duration_ms < healthy.strength_duration_ms


def test_every_pulse_of_a_train_makes_an_impulse() -> None:
    assert len(after_train(Axon(), 20.0, 2.0).onset_s) == 40


def test_the_pulses_of_a_train_follow_its_rate_from_first_to_last() -> None:
    times = pulse_times_s(27.0, 15.0, 60.0)
    assert len(times) == 21 * 60, "the mean rate times the length"
    assert times[0] == 0.0
    assert times[-1] < 60.0
    rates, middles = 1 / np.diff(times), 0.5 * (times[1:] + times[:-1])
    assert rates == pytest.approx(27.0 - 12.0 * middles / 60.0, abs=1e-6)
    assert pulse_times_s(8.0, 8.0, 2.0) == pytest.approx(np.arange(16) / 8.0)


def test_a_contraction_that_slows_leaves_less_behind_than_one_that_does_not() -> None:
    slowing = after_train(Axon(), 27.0, 20.0, last_rate_hz=15.0)
    steady = after_train(Axon(), 27.0, 20.0)
    assert len(slowing.onset_s) == 420
    assert 9.0 < slowing.state.sodium_inside_mmol_per_l < steady.state.sodium_inside_mmol_per_l


@pytest.mark.parametrize("rates", [(0.0, 8.0), (8.0, 0.0), (8.0, 300.0)])
def test_a_train_that_no_axon_follows_is_refused(rates: tuple[float, float]) -> None:
    with pytest.raises(RequestError, match="0 to 200 Hz"):
        after_train(Axon(), rates[0], 1.0, last_rate_hz=rates[1])


def test_ischaemia_depolarises_and_its_end_hyperpolarises() -> None:
    without, back = ischaemia_and_release(Axon(), ischaemia_s=120.0, release_s=5.0)
    rest = Axon().membrane.rest_mv
    assert without.state.node_mv > rest > back.state.node_mv
    assert without.state.potassium_under_myelin_mmol_per_l > 4.2


def test_potassium_gathers_under_the_myelin_only_where_that_space_is_modelled() -> None:
    with_pool, _ = ischaemia_and_release(Axon(), ischaemia_s=60.0, release_s=1.0)
    without_pool, _ = ischaemia_and_release(Axon(), ischaemia_s=60.0, release_s=1.0, under_myelin=False)
    assert without_pool.state.potassium_under_myelin_mmol_per_l == 4.2
    assert with_pool.state.node_mv > without_pool.state.node_mv


@pytest.mark.parametrize("duration_s", [0.0, -1.0, 1e9])
def test_a_duration_that_cannot_be_is_refused(duration_s: float) -> None:
    with pytest.raises(RequestError, match="up to 86400 s"):
        spontaneous_discharges(Axon(), duration_s=duration_s, seed=1)


def test_chance_has_to_come_from_somewhere() -> None:
    with pytest.raises(RequestError, match="either a seed or a generator"):
        spontaneous_discharges(Axon(), duration_s=1.0)
