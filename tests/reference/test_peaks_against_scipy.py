"""Peaks are those that SciPy finds."""

import numpy as np
import pytest
from scipy import signal

from myotwitch.detection.peaks import find_peaks


@pytest.mark.parametrize("decimals", [0, 1, 7])
@pytest.mark.parametrize("apart", [1, 2, 5, 40])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_peaks_are_those_of_scipy(decimals, apart, kind):
    values = np.random.default_rng(3).normal(0, 1, 3000).round(decimals).astype(kind)
    # Of equal peaks too near each other either one may stay.
    values += 1e-5 * np.arange(values.size).astype(kind) if apart > 1 else 0
    expected, _ = signal.find_peaks(values, height=(0.55, 2.35), distance=apart)
    np.testing.assert_array_equal(find_peaks(values, least=0.55, most=2.35, apart=apart), expected)


@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_next_to_no_values_have_next_to_no_peaks(length):
    assert find_peaks(np.arange(length) % 2.0, least=0.5, apart=1).tolist() == ([1] if length == 3 else [])
