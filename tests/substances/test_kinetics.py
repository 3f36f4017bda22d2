"""How much is in the body at any time, by both laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotwitch.errors import RequestError
from myotwitch.substances.kinetics import (
    AT_ONCE_PER_H,
    FirstOrderLaw,
    SaturableLaw,
    absorption_for_peak_per_h,
    amounts_over_time,
    peaks_of_one_dose,
    times_to_peak_h,
)

rates = st.floats(0.01, 20.0)


def first_order(elimination: float, absorption: float) -> FirstOrderLaw:
    return FirstOrderLaw(elimination_per_h=np.array([elimination]), absorption_per_h=np.array([absorption]))


def saturable(largest: float = 7000.0, constant: float = 1200.0, absorption: float = 4.0) -> SaturableLaw:
    return SaturableLaw(
        largest_mg_per_h=np.array([largest]), constant_mg=np.array([constant]), absorption_per_h=np.array([absorption])
    )


def test_what_is_in_the_blood_at_once_halves_every_half_life() -> None:
    law = first_order(math.log(2.0) / 2.0, AT_ONCE_PER_H)
    amounts = amounts_over_time(law, np.array([10.0]), np.array([8.0]), np.array([9.9, 10.0, 12.0, 16.0]))
    assert amounts[0].tolist() == pytest.approx([0.0, 8.0, 4.0, 1.0])


def test_what_is_swallowed_is_not_in_the_blood_yet_when_it_is_swallowed() -> None:
    amounts = amounts_over_time(first_order(0.1, 2.0), np.array([0.0]), np.array([100.0]), np.array([0.0, 0.01]))
    assert amounts[0, 0] == 0.0
    assert amounts[0, 1] == pytest.approx(100 * 2.0 * 0.01, rel=0.02)


@given(elimination=rates, apart=st.sampled_from([0.0, 1e-12, 1e-9, 1e-6, 1e-4, 1e-3]), hours=st.floats(0.0, 200.0))
def test_absorption_as_fast_as_elimination_is_the_limit_of_its_neighbours(
    elimination: float, apart: float, hours: float
) -> None:
    exact = 100.0 * elimination * hours * math.exp(-elimination * hours)
    law = first_order(elimination, elimination * (1.0 + apart))
    amount = amounts_over_time(law, np.zeros(1), np.array([100.0]), np.array([hours]))[0, 0]
    assert amount == pytest.approx(exact, rel=2e-3 + apart * elimination * hours, abs=1e-9)


@given(elimination=rates, absorption=rates, data=st.data())
def test_doses_add_and_their_order_does_not_matter(elimination: float, absorption: float, data: st.DataObject) -> None:
    law = first_order(elimination, absorption)
    taken = np.array(data.draw(st.lists(st.floats(0.0, 100.0), min_size=1, max_size=8)))
    doses = np.linspace(1.0, 50.0, len(taken))
    at = np.array([0.0, 3.0, 50.0, 99.0, 120.0])
    together = amounts_over_time(law, taken, doses, at)
    alone = sum(amounts_over_time(law, taken[[one]], doses[[one]], at) for one in range(len(taken)))
    assert together == pytest.approx(alone, rel=1e-9, abs=1e-9)
    assert amounts_over_time(law, taken[::-1], doses[::-1], at[::-1])[:, ::-1] == pytest.approx(together)


def test_many_people_at_once_are_each_as_alone() -> None:
    random = np.random.default_rng(4)
    elimination, absorption = random.uniform(0.05, 3.0, 40), random.uniform(0.05, 3.0, 40)
    absorption[3] = AT_ONCE_PER_H
    taken, doses, at = random.uniform(0, 60, 25), random.uniform(0, 9, 25), np.arange(0.0, 80.0, 0.7)
    together = amounts_over_time(
        FirstOrderLaw(elimination_per_h=elimination, absorption_per_h=absorption), taken, doses, at
    )
    for row in range(40):
        alone = amounts_over_time(first_order(elimination[row], absorption[row]), taken, doses, at)
        assert together[row] == pytest.approx(alone[0], rel=1e-12, abs=1e-12)


@given(elimination=rates, absorption=rates)
def test_the_peak_of_one_dose_is_the_largest_amount_of_its_curve(elimination: float, absorption: float) -> None:
    law = first_order(elimination, absorption)
    peak_h = times_to_peak_h(law)[0]
    around = peak_h * np.array([0.9, 0.99, 1.0, 1.01, 1.1])
    amounts = amounts_over_time(law, np.zeros(1), np.array([30.0]), around)[0]
    assert amounts[2] == pytest.approx(peaks_of_one_dose(law, 30.0)[0], rel=1e-9)
    assert amounts.max() <= amounts[2] * (1.0 + 1e-12)


@given(elimination=rates, hours=st.floats(0.02, 50.0))
def test_a_time_to_the_peak_gives_the_rate_that_peaks_there(elimination: float, hours: float) -> None:
    law = first_order(elimination, absorption_for_peak_per_h(hours, elimination))
    if 1e-3 < hours * elimination < 10.0:  # beyond, no rate of the searched stretch peaks so late or so early
        assert times_to_peak_h(law)[0] == pytest.approx(hours, rel=1e-6)


def test_an_early_peak_needs_faster_absorption_than_elimination_and_a_late_one_slower() -> None:
    assert absorption_for_peak_per_h(1.0, 0.1) > 0.1
    assert absorption_for_peak_per_h(20.0, 0.1) < 0.1
    assert absorption_for_peak_per_h(10.0, 0.1) == pytest.approx(0.1, rel=1e-5)


def test_plenty_of_alcohol_falls_by_a_straight_line_and_the_rest_by_half_lives() -> None:
    law = saturable()
    amounts = amounts_over_time(law, np.zeros(1), np.array([60_000.0]), np.array([3.0, 4.0, 5.0, 10.0, 10.1]))[0]
    assert amounts[0] - amounts[1] == pytest.approx(7000.0, rel=0.06)
    assert amounts[0] - amounts[1] == pytest.approx(amounts[1] - amounts[2], rel=0.02)
    assert math.log(amounts[3] / amounts[4]) == pytest.approx(0.1 * 7000.0 / 1200.0, rel=0.02)


def test_two_drinks_at_once_stay_longer_than_two_drinks_apart() -> None:
    at = np.arange(0.0, 40.0, 0.1)
    doses = np.array([30_000.0, 30_000.0])
    together = amounts_over_time(saturable(), np.array([0.0, 0.0]), doses, at)[0]
    apart = amounts_over_time(saturable(), np.array([0.0, 20.0]), doses, at)[0]
    assert together.max() > 1.9 * apart.max()
    assert np.sum(together > 12_000) > np.sum(apart > 12_000)


def test_nothing_taken_is_nothing_there() -> None:
    none = np.zeros(0)
    at = np.array([1.0, 2.0])
    for law in (first_order(0.1, 1.0), saturable()):
        assert amounts_over_time(law, none, none, at).tolist() == [[0.0, 0.0]]
        assert amounts_over_time(law, np.zeros(1), np.zeros(1), at).tolist() == [[0.0, 0.0]]
        assert amounts_over_time(law, np.zeros(1), np.ones(1), none).shape == (1, 0)


def test_clocks_since_1970_lose_no_digits() -> None:
    law, doses, at = first_order(0.14, 4.3), np.array([95.0, 95.0]), np.array([1.0, 30.0])
    early = amounts_over_time(law, np.array([0.0, 20.0]), doses, at)
    late = amounts_over_time(law, np.array([0.0, 20.0]) + 493_000.0, doses, at + 493_000.0)
    assert late == pytest.approx(early, rel=1e-8)


@pytest.mark.parametrize(
    ("taken", "doses", "at", "words"),
    [
        ([0.0, 1.0], [1.0], [2.0], "as many amounts"),
        ([0.0], [-1.0], [2.0], "negative"),
        ([0.0], [math.nan], [2.0], "not finite"),
        ([math.inf], [1.0], [2.0], "not a finite number of hours"),
    ],
)
def test_impossible_doses_are_refused(taken: list[float], doses: list[float], at: list[float], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        amounts_over_time(first_order(0.1, 1.0), np.array(taken), np.array(doses), np.array(at))


def test_a_law_needs_constants_above_zero_for_the_same_people() -> None:
    with pytest.raises(RequestError, match="above 0"):
        first_order(0.0, 1.0)
    with pytest.raises(RequestError, match="finite absorption"):
        saturable(absorption=AT_ONCE_PER_H)
    with pytest.raises(RequestError, match="one number a person"):
        FirstOrderLaw(elimination_per_h=np.ones(2), absorption_per_h=np.ones(3))
