from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotwitch.errors import RequestError
from myotwitch.scoring import adjusted_mutual_information

LABELS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=6)


def mutual_information(first, second):
    total = len(first)
    information = 0.0
    for one in set(first):
        for other in set(second):
            both = sum(a == one and b == other for a, b in zip(first, second, strict=True)) / total
            if both:
                shares = (first.count(one) / total) * (second.count(other) / total)
                information += both * np.log(both / shares)
    return information


def slow_twin(first, second):
    """The definition: the chance expectation is the mean over every permutation of one labelling."""
    every = [mutual_information(first, list(order)) for order in permutations(second)]
    expected = sum(every) / len(every)
    entropy = (mutual_information(first, first) + mutual_information(second, second)) / 2
    return (mutual_information(first, second) - expected) / (entropy - expected)


@given(LABELS)
def test_agreement_is_what_trying_every_permutation_gives(pairs):
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    every_own = len(set(first)) == len(set(second)) == len(pairs)
    both_one = len(set(first)) == len(set(second)) == 1
    found = adjusted_mutual_information(np.array(first), np.array(second))
    if every_own or both_one:
        assert found == 1.0
    elif len(set(first)) in (1, len(pairs)) or len(set(second)) in (1, len(pairs)):
        assert found == pytest.approx(0.0, abs=1e-9)
    else:
        assert found == pytest.approx(slow_twin(first, second), abs=1e-9)


def test_names_of_labels_do_not_matter():
    first = np.array([0, 0, 1, 1, 2, 2])
    assert adjusted_mutual_information(first, np.array([9, 9, 4, 4, 7, 7])) == 1.0


def test_random_labels_agree_by_chance_only():
    chance = np.random.default_rng(3)
    values = [adjusted_mutual_information(chance.integers(0, 5, 200), chance.integers(0, 5, 200)) for _ in range(20)]
    assert abs(np.mean(values)) < 0.02


def test_labels_of_different_events_are_refused():
    with pytest.raises(RequestError, match="same events"):
        adjusted_mutual_information(np.array([1, 2]), np.array([1]))
