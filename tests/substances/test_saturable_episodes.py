"""Alcohol stepped for all episodes of drinking at once, against the same steps one after the other."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from myotwitch.substances.kinetics import SaturableLaw, amounts_over_time
from myotwitch.substances.saturable_episodes import amounts_of_episodes
from myotwitch.substances.saturable_steps import saturable_amounts

FloatArray = NDArray[np.float64]
LAWS = tuple(
    np.array(values)
    for values in ([3000.0, 7600.0, 19_000.0, 3000.0], [1205.0, 1205.0, 1205.0, 700.0], [1.2, 4.0, 10.0, 1.2])
)


def evenings(seed: int, days: int, share: float) -> tuple[FloatArray, FloatArray]:
    """Return times and amounts of one to four drinks on a share of the evenings."""
    random = np.random.default_rng(seed)
    taken = [
        day * 24.0 + 18.0 + np.sort(random.uniform(0.0, 6.0, random.integers(1, 5)))
        for day in range(days)
        if random.random() < share
    ]
    taken_h = np.concatenate(taken)
    return taken_h, random.choice([0.0, 6000.0, 12_000.0, 24_000.0], len(taken_h))


@pytest.mark.parametrize(("seed", "share"), [(1, 0.3), (2, 0.6), (3, 0.9)])
def test_episodes_side_by_side_are_stepped_as_one_after_the_other(seed: int, share: float) -> None:
    taken, doses = evenings(seed, 40, share)
    at = np.sort(np.random.default_rng(seed).uniform(-30.0, 41 * 24.0, 900))
    found = amounts_of_episodes(*LAWS, taken, doses, at)
    assert found is not None
    np.testing.assert_allclose(found, saturable_amounts(*LAWS, taken, doses, at), rtol=1e-9, atol=1e-6)


def test_what_an_evening_leaves_is_there_the_next_day() -> None:
    """A hundred grams are not gone after twenty hours in the slowest: the next drink comes on top."""
    taken, doses = np.array([20.0, 21.0, 41.0]), np.array([60_000.0, 40_000.0, 12_000.0])
    at = np.array([40.9, 42.0, 50.0, 90.0])
    found = amounts_of_episodes(*LAWS, taken, doses, at)
    assert found is not None
    assert found[0, 0] > 30_000
    np.testing.assert_allclose(found, saturable_amounts(*LAWS, taken, doses, at), rtol=1e-9, atol=1e-6)


def test_times_may_come_in_any_order_twice_and_at_a_dose() -> None:
    taken, doses = evenings(4, 10, 0.7)
    at = np.concatenate((taken, taken[:3], [5.0, -3.0, 300.0]))
    order = np.argsort(at, kind="stable")
    found = amounts_of_episodes(*LAWS, taken, doses, at)
    assert found is not None
    np.testing.assert_allclose(found[:, order], saturable_amounts(*LAWS, taken, doses, at[order]), rtol=1e-9, atol=1e-6)


def test_one_who_is_never_without_and_a_hundred_years_are_left_to_the_compiled_steps() -> None:
    law = SaturableLaw(largest_mg_per_h=LAWS[0], constant_mg=LAWS[1], absorption_per_h=LAWS[2])
    taken = np.arange(0.0, 24.0 * 60, 4.0)
    doses, at = np.full(len(taken), 14_000.0), np.arange(0.0, 24.0 * 60, 7.3)
    assert amounts_of_episodes(*LAWS, taken, doses, at) is None
    np.testing.assert_allclose(
        amounts_over_time(law, taken, doses, at[::-1])[:, ::-1], saturable_amounts(*LAWS, taken, doses, at)
    )
    far = np.array([0.0, 876_000.0])
    assert amounts_of_episodes(*LAWS, far, doses[:2], far + 1.0) is None
    np.testing.assert_allclose(*np.hsplit(amounts_over_time(law, far, doses[:2], far + 1.0), 2), rtol=1e-6)


def test_a_few_drinks_do_not_load_the_compiler() -> None:
    code = (
        "import sys, numpy as np; from myotwitch.substances import amount_in_body, find_substance;"
        "print(amount_in_body(find_substance('alcohol'), np.zeros(1), np.array([4e4]), np.array([1.0]))[0] > 2e4,"
        "'numba' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "False"]
