"""Twitches rise and fall as said, and trains of them add up and fuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotwitch.errors import RequestError
from myotwitch.simulation.muscle import Twitch, train_force
from myotwitch.simulation.muscle.twitch import discharge_gains

TIMES = st.floats(0.015, 0.2)


@given(rise_s=TIMES, relaxation_s=TIMES, force_mn=st.floats(0.1, 1e4))
@settings(max_examples=40, deadline=None)
def test_a_twitch_peaks_at_its_rise_time_and_is_half_after_its_relaxation_time(
    rise_s: float, relaxation_s: float, force_mn: float
) -> None:
    twitch = Twitch(force_mN=force_mn, rise_s=rise_s, relaxation_s=relaxation_s)
    times_s = np.linspace(0.0, 5 * (rise_s + relaxation_s), 5001)
    assert times_s[twitch.force(times_s).argmax()] == pytest.approx(rise_s, abs=times_s[1])
    assert twitch.force([rise_s, rise_s + relaxation_s]) == pytest.approx([force_mn, force_mn / 2])
    assert twitch.force([-1.0, 0.0]) == pytest.approx([0.0, 0.0])


def test_a_critically_damped_twitch_falls_to_half_after_1_68_rise_times() -> None:
    assert Twitch(force_mN=1.0, rise_s=0.05, relaxation_s=1.678347 * 0.05).steepness == pytest.approx(1.0, abs=1e-5)


def test_slow_discharges_add_up_as_plain_twitches() -> None:
    twitch = Twitch(force_mN=10.0, rise_s=0.05, relaxation_s=0.05)
    both = train_force([0.1, 0.6], twitch, 1.5, 1000.0)
    alone = train_force([0.1], twitch, 1.5, 1000.0) + train_force([0.6], twitch, 1.5, 1000.0)
    assert np.abs(both - alone).max() < 1e-9


def test_a_train_moved_in_time_gives_the_same_force_later() -> None:
    twitch = Twitch(force_mN=10.0, rise_s=0.05, relaxation_s=0.05)
    onsets = np.array([0.1, 0.15, 0.3])
    early, late = (train_force(onsets + shift, twitch, 2.0, 1000.0) for shift in (0.0, 0.25))
    assert np.abs(late[250:] - early[:-250]).max() < 1e-9


def test_faster_trains_give_more_force_until_they_are_fused() -> None:
    twitch = Twitch(force_mN=10.0, rise_s=0.06, relaxation_s=0.06)
    rates_hz = np.array([2.0, 5.0, 8.0, 12.0, 20.0, 35.0, 60.0, 100.0])
    means, ripples = [], []
    for rate_hz in rates_hz:
        force = train_force(np.arange(0.0, 4.0, 1.0 / rate_hz), twitch, 4.0, 1000.0)[3000:]
        means.append(force.mean())
        ripples.append(np.ptp(force))
    assert np.all(np.diff(means[:6]) > 0)
    assert means[-1] / means[-2] == pytest.approx(1.0, abs=0.05)
    assert ripples[-1] < 0.01 * means[-1]
    assert 3.0 < means[-1] / twitch.force_mN < 12.0


def test_gain_is_one_for_slow_discharges_and_continuous() -> None:
    assert discharge_gains([0.0, 1.0, 2.0], 0.09).tolist() == [1.0, 1.0, 1.0]
    at_limit = discharge_gains([0.0, 0.09 / 0.4, 0.09 / 0.4 + 0.09 / 0.40001], 0.09)
    assert at_limit == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("wrong", [{"force_mN": -1.0}, {"rise_s": 0.0}, {"relaxation_s": float("nan")}])
def test_a_twitch_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(RequestError, match="must be above 0"):
        Twitch(**({"force_mN": 1.0, "rise_s": 0.05, "relaxation_s": 0.05} | wrong))


def test_onsets_out_of_order_or_outside_are_refused() -> None:
    twitch = Twitch(force_mN=1.0, rise_s=0.05, relaxation_s=0.05)
    for onsets in ([0.2, 0.1], [-0.1], [1.1]):
        with pytest.raises(RequestError, match="must ascend"):
            train_force(onsets, twitch, 1.0, 1000.0)
