"""The fast inference against its slow obvious twin."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from myotwitch.causes.enumeration import bounded_posterior, enumerate_posterior
from myotwitch.causes.network import Floats, Network
from myotwitch.causes.quickscore import (
    TOLERATED_ERROR,
    assumed_density_posterior,
    explained_posterior,
    posterior,
    quickscore,
)


def random_network(generator: np.random.Generator, causes: int, events: int, density: float = 0.4) -> Network:
    linked = generator.random((events, causes)) < density
    return Network(
        prior=10 ** generator.uniform(-5, -0.5, causes),
        link=np.where(linked, generator.uniform(0.02, 0.98, (events, causes)), 0.0),
        leak=10 ** generator.uniform(-4, -0.5, events),
        denied=generator.uniform(0.01, 1.0, causes),
    )


def posterior_by_the_definition(network: Network) -> Floats:
    """Sum over all states in plain Python, straight from the definition of a noisy-OR."""
    total, on = 0.0, np.zeros(network.cause_count)
    for state in itertools.product((0, 1), repeat=network.cause_count):
        chance = 1.0
        for is_on, prior, denied in zip(state, network.prior, network.denied, strict=True):
            chance *= prior * denied if is_on else 1 - prior
        for event in range(network.event_count):
            missing = 1 - network.leak[event]
            for cause, is_on in enumerate(state):
                missing *= 1 - network.link[event, cause] if is_on else 1.0
            chance *= 1 - missing
        total += chance
        on += chance * np.array(state)
    return on / total


@pytest.mark.parametrize("events", range(7))
def test_the_enumeration_follows_the_definition(events: int) -> None:
    network = random_network(np.random.default_rng(events), 6, events)
    np.testing.assert_allclose(
        enumerate_posterior(network), posterior_by_the_definition(network), rtol=1e-9, atol=1e-14
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_posterior_equals_the_enumeration_to_nine_digits(seed: int) -> None:
    generator = np.random.default_rng(seed)
    network = random_network(generator, 12, seed % 11)
    np.testing.assert_allclose(posterior(network), enumerate_posterior(network), atol=1e-9, rtol=1e-8)


@pytest.mark.parametrize("seed", range(12))
def test_the_method_without_subtraction_equals_the_enumeration_even_where_the_evidence_is_very_improbable(
    seed: int,
) -> None:
    generator = np.random.default_rng(100 + seed)
    usual = random_network(generator, 10, 8, density=0.2)
    network = Network(prior=usual.prior * 1e-4, link=usual.link, leak=usual.leak * 1e-3, denied=usual.denied)
    np.testing.assert_allclose(explained_posterior(network), enumerate_posterior(network), rtol=1e-9, atol=1e-15)


def test_quickscore_says_itself_where_its_digits_are_lost() -> None:
    told_all = 0
    for seed in range(40):
        network = random_network(np.random.default_rng(200 + seed), 10, seed % 9, density=0.2)
        fast, error = quickscore(network)
        off = float(np.max(np.abs(fast - enumerate_posterior(network))))
        assert off <= 2 * float(error) + 1e-13
        told_all += float(error) > TOLERATED_ERROR
    assert 0 < told_all < 40  # both sides of the guard were tried


def test_many_draws_at_once_give_what_each_gives_alone() -> None:
    generator = np.random.default_rng(5)
    each = [random_network(generator, 9, 4) for _ in range(6)]
    together = Network(
        prior=np.stack([one.prior for one in each]),
        link=np.stack([one.link for one in each]),
        leak=np.stack([one.leak for one in each]),
        denied=np.stack([one.denied for one in each]),
    )
    probabilities, _ = quickscore(together)
    for row, one in enumerate(each):
        np.testing.assert_allclose(probabilities[row], quickscore(one)[0], rtol=1e-12)


def test_the_bounded_answer_is_exact_where_all_causes_are_kept() -> None:
    network = random_network(np.random.default_rng(7), 12, 14)
    rough = assumed_density_posterior(network)
    np.testing.assert_allclose(bounded_posterior(network, rough), enumerate_posterior(network), atol=1e-10)


def test_the_bounded_answer_is_near_the_exact_one_where_few_causes_matter() -> None:
    generator = np.random.default_rng(11)
    worst = []
    for _ in range(10):
        network = few_causes_explain(generator, events=12)
        rough = assumed_density_posterior(network)
        worst.append(float(np.max(np.abs(bounded_posterior(network, rough) - explained_posterior(network)))))
    assert np.median(worst) < 0.01


def few_causes_explain(generator: np.random.Generator, events: int) -> Network:
    """Return a network of 60 causes in which two causes explain the events well, as a disease does its signs."""
    usual = random_network(generator, 60, events, density=0.08)
    link = usual.link * 0.5
    link[:, :2] = generator.uniform(0.3, 0.9, (events, 2))
    prior = usual.prior * 0.1
    prior[:2] = 0.01
    return Network(prior=prior, link=link, leak=usual.leak, denied=usual.denied)
