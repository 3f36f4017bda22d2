"""What is measured in frames the fast way is what the slow and obvious way gives."""

import numpy as np
import pytest

from myotwitch.detection.edges import foretelling_errors, large_errors, usual_error
from myotwitch.detection.frames import grid_for, measure_frames
from myotwitch.detection.lost import has_run
from myotwitch.detection.noise import GAUSSIAN_MEDIAN, low_quantile, middle_of, moving_median, quantile_of

NO_LIMITS = np.array([[-np.inf, np.inf]], dtype=np.float32)


@pytest.fixture
def chance():
    return np.random.default_rng(9)


@pytest.mark.parametrize("width", [5, 21])
def test_a_moving_median_is_the_median_of_what_is_around(chance, width):
    values = chance.normal(0, 1, (3, 400)).astype(np.float32)
    values[0, 50:60] = values[1, ::3] = np.nan
    values[2, 100:200] = np.nan
    padded = np.pad(values, ((0, 0), (width // 2, width // 2)), constant_values=np.nan)
    plain = low_quantile(np.lib.stride_tricks.sliding_window_view(padded, width, axis=1), 0.5)
    np.testing.assert_allclose(moving_median(values, width), plain, rtol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_the_middle_is_the_median(chance, count):
    values = chance.normal(0, 1, (4, count)).astype(np.float32)
    np.testing.assert_allclose(middle_of(values), np.median(values, axis=1), rtol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 7, 100])
@pytest.mark.parametrize("quantile", [0.0, 0.1, 0.3, 0.5, 0.77, 1.0])
def test_a_quantile_is_the_one_that_numpy_gives(chance, count, quantile):
    values = chance.normal(0, 1, (4, count))
    np.testing.assert_array_equal(quantile_of(values, quantile), np.quantile(values, quantile, axis=1))


@pytest.mark.parametrize("rate_hz", [1000.0, 2048.0])
def test_frames_hold_what_plain_arithmetic_finds(chance, rate_hz):
    grid = grid_for(rate_hz)
    samples = np.round(chance.normal(3, 2, (1, 40 * grid.frame_length)), 1).astype(np.float32)
    framed = samples.reshape(-1, grid.frame_length)
    framed[3, grid.frame_length // 2 :] = 1.5
    framed[5, 7] = np.nan
    framed[8] = np.where(np.arange(grid.frame_length) % 2, 0.0, -0.0)
    complete = np.nan_to_num(samples)
    found = measure_frames(samples, complete, complete, grid, NO_LIMITS)
    assert np.flatnonzero(found.is_missing[0]).tolist() == [5]
    assert np.flatnonzero(found.is_flat[0]).tolist() == [3, 8]
    thinned = np.abs(complete.reshape(framed.shape)[:, :: max(1, round(rate_hz / 600))])
    middle = (thinned.shape[1] - 1) // 2
    plain = np.median(thinned[:, : 2 * middle + 1], axis=1) / GAUSSIAN_MEDIAN
    np.testing.assert_allclose(found.spread[0], plain, rtol=1e-6)
    mean = np.pad(complete.reshape(framed.shape).mean(axis=1), 1, mode="edge")
    np.testing.assert_allclose(found.slow[0], np.abs(mean[1:-1] - (mean[:-2] + mean[2:]) / 2), atol=1e-5)


def test_large_errors_are_those_of_the_plain_formula(chance):
    row = chance.normal(0, 1, 5000).astype(np.float32)
    row[[0, 2, 700, 4997, 4999]] = 50.0
    plain = np.abs(foretelling_errors(row))
    places, sizes = large_errors(row, 6.0)
    np.testing.assert_array_equal(places, np.flatnonzero(plain > 6.0))
    np.testing.assert_allclose(sizes, plain[places], rtol=1e-4)
    assert usual_error(row) == pytest.approx(1.4826 * np.median(plain), rel=1e-3)


@pytest.mark.parametrize("length", [4, 7, 8, 9, 15])
@pytest.mark.parametrize("start", [0, 1, 6, 13, 84])
def test_a_run_is_seen_wherever_it_lies(length, start):
    row = np.arange(100, dtype=np.float32)
    row[start : start + length] = -1.0
    found = min(length, row.size - start)
    assert has_run(row, found)
    assert not has_run(row, found + 1)
