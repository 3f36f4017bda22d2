from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotwitch.errors import RequestError
from myotwitch.scoring import match_events

TIMES = st.lists(st.integers(0, 60).map(lambda millis: millis / 1000), max_size=5)


def slow_twin(found, true, tolerance):
    """Every way to pair them: most pairs, then least distance."""
    few, many = sorted((found, true), key=len)
    best = (0, 0.0)
    for chosen in permutations(range(len(many)), len(few)):
        distances = [abs(one - many[place]) for one, place in zip(few, chosen, strict=True)]
        near = [distance for distance in distances if distance <= tolerance]
        best = max(best, (len(near), -sum(near)))
    return best[0], -best[1]


@given(TIMES, TIMES)
def test_matching_agrees_with_trying_every_pairing(found, true):
    matches = match_events(np.array(found), np.array(true), 0.010)
    count, distance = slow_twin(found, true, 0.010)
    assert len(matches) == count
    assert np.abs(matches.error_s).sum() == pytest.approx(distance, abs=1e-12)


@given(TIMES, TIMES)
def test_no_event_is_used_twice_and_every_pair_is_near(found, true):
    matches = match_events(np.array(found), np.array(true), 0.010)
    assert np.unique(matches.found_index).size == np.unique(matches.true_index).size == len(matches)
    assert np.all(np.abs(matches.error_s) <= 0.010)


def test_a_pair_is_not_given_up_for_a_nearer_one():
    matches = match_events(np.array([0.000, 0.010]), np.array([0.009, 0.019]))
    assert matches.found_index.tolist() == [0, 1]
    assert matches.true_index.tolist() == [0, 1]


def test_nothing_found_matches_nothing():
    matches = match_events(np.zeros(0), np.array([1.0]))
    assert len(matches) == 0
    assert (matches.found_count, matches.true_count) == (0, 1)


def test_the_error_is_found_minus_true():
    assert match_events(np.array([1.004]), np.array([1.0])).error_s[0] == pytest.approx(0.004)


@pytest.mark.parametrize(("times", "tolerance"), [([np.nan], 0.01), ([1.0], -0.01)])
def test_times_that_are_not_finite_and_negative_tolerances_are_refused(times, tolerance):
    with pytest.raises(RequestError, match="finite times"):
        match_events(np.array(times), np.array([1.0]), tolerance)
