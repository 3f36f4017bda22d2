"""Loops that are compiled give what plain arithmetic over whole arrays gives."""

import numpy as np
import pytest

from myotwitch.detection.background import Background
from myotwitch.detection.crossings import deepest_dip
from myotwitch.detection.kept import White
from myotwitch.detection.matched import matched_filter, output_of, output_where, plain_output_of
from myotwitch.detection.repeats import DOUBLINGS, FACTORS, FEWEST_VALUES, ONE_IN, WINDOW, fingerprints_of
from myotwitch.detection.snippets import snippets_at

RATE_HZ = 1000.0


@pytest.fixture
def chance():
    return np.random.default_rng(5)


def white_background(channels, lags):
    temporal = np.zeros(lags)
    temporal[0] = 1.0
    return Background(temporal=temporal, whitening=np.eye(channels), colouring=np.eye(channels))


@pytest.mark.parametrize("channels", [1, 2, 12])
@pytest.mark.parametrize("lags", [13, 27, 53])
def test_a_filter_gives_what_its_slow_twin_gives(chance, channels, lags):
    samples = chance.normal(0, 1, (channels, 3000)).astype(np.float32)
    chosen = matched_filter(chance.normal(0, 1, (channels, lags)), white_background(channels, lags))
    plain = plain_output_of(samples, chosen)
    np.testing.assert_allclose(output_of(samples, chosen), plain, atol=1e-4)
    where = chance.random(3000) < 0.1
    np.testing.assert_allclose(output_where(samples, chosen, where), np.where(where, plain, 0.0), atol=1e-4)


def test_snippets_hold_the_samples_around(chance):
    samples = chance.normal(0, 1, (3, 100)).astype(np.float32)
    place = np.array([0, 50, 99])
    around = np.clip(place[:, np.newaxis] + np.arange(9) - 4, 0, 99)
    np.testing.assert_array_equal(snippets_at(samples, place, 9), samples[:, around].transpose(1, 0, 2))


@pytest.mark.parametrize("span", [(0, 1000), (130, 470), (999, 1000)])
def test_white_samples_are_those_over_the_noise(chance, span):
    filtered = chance.normal(0, 1, (2, 1000)).astype(np.float32)
    noise = chance.uniform(1, 3, (2, 10)).astype(np.float32)
    noise[1, 4] = np.inf
    white = White(filtered=filtered, noise=noise, window_length=100, background=white_background(2, 27))
    plain = filtered / np.repeat(noise, 100, axis=1)
    np.testing.assert_allclose(white.part(*span), plain[:, slice(*span)], rtol=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
def test_fingerprints_are_those_of_the_formula(chance, channels):
    samples = chance.normal(0, 1, (channels, 5000)).astype(np.float32)
    mixed = np.zeros(5000, dtype=np.uint32)
    for row in samples:
        mixed = mixed * FACTORS[-1] + row.view(np.uint32)
    values = mixed
    for doubling, factor in enumerate(FACTORS[:DOUBLINGS]):
        values = values[: -(2**doubling)] * factor + values[2**doubling :]
        values = values ^ (values >> np.uint32(15))
    index = np.flatnonzero(values % np.uint32(ONE_IN) == 0)
    index = index[[np.unique(mixed[place : place + WINDOW]).size >= FEWEST_VALUES for place in index]]
    found = fingerprints_of(samples, 100, 100, 5100)
    np.testing.assert_array_equal(found.index, index + 100)
    np.testing.assert_array_equal(found.value, values[index])


@pytest.mark.parametrize("width", [1, 3, 12])
def test_a_dip_is_where_the_envelope_is_lowest(chance, width):
    for size in (1, 2, 11, 12, 13, 60):
        values = np.abs(chance.normal(0, 1, size)).astype(np.float32)
        windows = [values[first : first + width] for first in range(max(1, size - width + 1))]
        envelope = [window.max() for window in windows]
        assert deepest_dip(values, width) == (int(np.argmin(envelope)), min(envelope))
