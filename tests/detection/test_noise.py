import numpy as np
import pytest

from myotwitch.detection.frames import FRAMES_PER_WINDOW, grid_for, measure_frames
from myotwitch.detection.noise import moving_noise

NO_LIMITS = np.array([[-np.inf, np.inf]], dtype=np.float32)


def noise_of(row):
    samples = np.atleast_2d(row).astype(np.float32)
    frames = measure_frames(samples, samples, samples, grid_for(1000.0), np.repeat(NO_LIMITS, len(samples), axis=0))
    return moving_noise(frames.spread, frames.is_unreadable, FRAMES_PER_WINDOW)[0]


def test_the_noise_of_gaussian_noise_is_its_standard_deviation(chance):
    assert noise_of(chance.normal(0, 5, 30_000)) == pytest.approx(5.0, rel=0.06)


def test_dense_twitching_does_not_raise_the_noise(chance, add_potentials):
    row = chance.normal(0, 5, 30_000)
    add_potentials(row, np.arange(0.5, 29.5, 0.2), 300.0)
    assert noise_of(row) == pytest.approx(5.0, rel=0.2)


def test_contraction_beside_rest_does_not_raise_the_noise(chance):
    row = chance.normal(0, 5, 30_000)
    for start in range(1000, 30_000, 5000):
        row[start : start + 3500] *= 40
    assert noise_of(row) == pytest.approx(5.0, rel=0.1)


def test_the_noise_follows_a_slow_change(chance):
    noise = noise_of(chance.normal(0, 1, 60_000) * np.linspace(2, 8, 60_000))
    assert noise[2] == pytest.approx(2.2, rel=0.2)
    assert noise[-3] == pytest.approx(7.8, rel=0.2)


def test_what_cannot_be_read_does_not_count(chance):
    row = chance.normal(0, 5, 30_000)
    row[5000:9000] = 77.0
    assert noise_of(row) == pytest.approx(5.0, rel=0.1)
    assert np.isnan(noise_of(np.full(30_000, 3.0))).all()
