"""Intervals from drawn parameters."""

from __future__ import annotations

import numpy as np
import pytest

from myotwitch.causes.evidence import Uncertain
from myotwitch.causes.network import Network
from myotwitch.causes.quickscore import posterior
from myotwitch.causes.spread import central_interval, posterior_draws


def uncertain(events: int, sd: float, causes: int = 12, leak: float = 0.05) -> Uncertain:
    generator = np.random.default_rng(events)
    network = Network(
        prior=10 ** generator.uniform(-3, -1, causes),
        link=np.where(generator.random((events, causes)) < 0.5, generator.uniform(0.05, 0.9, (events, causes)), 0.0),
        leak=np.full(events, leak),
        denied=generator.uniform(0.2, 1.0, causes),
    )
    return Uncertain(
        network=network,
        prior_sd=np.full(causes, sd),
        link_sd=np.full((events, causes), sd),
        leak_sd=np.full(events, sd),
        denied_sd=np.full(causes, sd),
    )


@pytest.mark.parametrize(("events", "leak"), [(0, 0.05), (3, 0.05), (8, 0.0001), (12, 0.05)])
def test_without_spread_every_draw_is_the_posterior_itself(events: int, leak: float) -> None:
    certain = uncertain(events, 0.0, leak=leak)
    probabilities = posterior(certain.network)
    draws = posterior_draws(certain, probabilities, np.random.default_rng(1), draws=16)
    np.testing.assert_allclose(draws, np.tile(probabilities, (16, 1)), atol=1e-6)


@pytest.mark.parametrize("events", [3, 12])
def test_the_wider_the_spread_of_the_numbers_the_wider_the_intervals(events: int) -> None:
    def width(sd: float) -> float:
        one = uncertain(events, sd)
        low, high = central_interval(posterior_draws(one, posterior(one.network), np.random.default_rng(1)))
        return float(np.sum(high - low))

    assert 0 < width(0.1) < width(0.4) < width(0.8)


def test_the_same_generator_gives_the_same_draws() -> None:
    one = uncertain(4, 0.5)
    probabilities = posterior(one.network)
    first, second = (posterior_draws(one, probabilities, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_draws_come_in_pairs_on_both_sides_of_the_values() -> None:
    one = uncertain(0, 0.5)
    drawn = posterior_draws(one, posterior(one.network), np.random.default_rng(3))
    odds = drawn / (1 - drawn)
    # Without events the product of a pair of odds is the square of the odds at the values, unless a denial was bounded.
    free = one.network.denied < 0.3
    np.testing.assert_allclose(
        np.sqrt(odds[:100] * odds[100:])[:, free].mean(axis=0), one.network.odds[free], rtol=0.02
    )


def test_an_odd_number_of_draws_is_kept() -> None:
    one = uncertain(4, 0.5)
    assert posterior_draws(one, posterior(one.network), np.random.default_rng(3), draws=7).shape == (7, 12)
