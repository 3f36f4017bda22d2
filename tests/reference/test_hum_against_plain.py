"""The fast way to take out mains does what the slow and obvious one does."""

import numpy as np
import pytest

from myotwitch.detection.hum_amounts import take_out_waves
from myotwitch.detection.hum_plain import plain_take_out_waves
from myotwitch.detection.hum_track import hum_waves, plain_power_on_grid, plain_waves, power_on_grid, waves_along


@pytest.fixture
def chance():
    return np.random.default_rng(4)


def block_with_hum(chance, harmonics, channels=3, seconds=21.3):
    times = np.arange(int(seconds * 1000)) / 1000
    phase = 2 * np.pi * np.cumsum(50 + 0.3 * np.sin(times)) / 1000
    hum = sum(np.sin(order * phase + order) for order in harmonics)
    samples = chance.normal(0, 1, (channels, times.size)) + np.linspace(1, 30, channels)[:, np.newaxis] * hum
    samples[:, 9000:12_000] *= 8
    return samples.astype(np.float32)


@pytest.mark.parametrize("harmonics", [(1,), (1, 3, 5)])
@pytest.mark.parametrize("length", [125, 256])
def test_mains_is_taken_out_as_by_the_slow_twin(chance, harmonics, length):
    fast = block_with_hum(chance, harmonics)
    waves = hum_waves(fast, 50.0, harmonics, 1000.0)
    slow = fast.copy()
    left, plainly_left = take_out_waves(fast, waves, length), plain_take_out_waves(slow, waves, length)
    np.testing.assert_allclose(fast, slow, atol=2e-3)
    np.testing.assert_allclose(left.level, plainly_left.level, atol=2e-3)
    np.testing.assert_allclose(left.energy, plainly_left.energy, rtol=1e-2)
    np.testing.assert_allclose(left.hum, plainly_left.hum, rtol=1e-2, atol=1e-3)


@pytest.mark.parametrize("rate_hz", [1000.0, 2048.0])
@pytest.mark.parametrize("harmonics", [(1, 2), (1, 2, 3, 5, 7)])
def test_the_power_near_the_harmonics_is_that_of_the_whole_spectrum(chance, rate_hz, harmonics):
    windows = (round(rate_hz), round(rate_hz / 4))
    signals = list(chance.normal(0, 1, (2, round(3 * rate_hz))).astype(np.float32))
    fast, slow = (power(signals, windows, 50.0, harmonics, rate_hz) for power in (power_on_grid, plain_power_on_grid))
    np.testing.assert_allclose(fast, slow, rtol=1e-3, atol=1e-3 * slow.max())


@pytest.mark.parametrize(("first", "hop", "length"), [(500.0, 250, 21_300), (512.5, 256, 9000), (500.0, 250, 300)])
def test_waves_follow_a_drifting_frequency_as_the_running_sum_does(chance, first, hop, length):
    per_sample = 0.05 + 3e-4 * np.cumsum(chance.normal(0, 0.1, max(1, (length - 1000) // hop)))
    fast = waves_along(per_sample, first, hop, (1, 2, 9), length)
    np.testing.assert_allclose(fast, plain_waves(per_sample, first, hop, (1, 2, 9), length), atol=2e-6)
