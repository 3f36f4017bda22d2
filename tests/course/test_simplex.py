"""The search for the lowest point against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from myotwitch.course.simplex import lowest_point

FloatArray = NDArray[np.float64]


@pytest.mark.parametrize("seed", range(40))
def test_the_search_takes_the_steps_of_scipys(seed: int) -> None:
    random = np.random.default_rng(seed)
    variables = int(random.integers(1, 5))
    root, slope, waves = random.normal(size=(variables, variables)), random.normal(size=variables), random.uniform(0, 3)

    def cost(at: FloatArray) -> float:
        return float(((root @ at) ** 2).sum() + slope @ at + waves * np.cos(3 * at).sum() + np.abs(at).sum())

    simplex = random.normal(size=variables) + np.vstack((np.zeros(variables), 0.8 * np.eye(variables)))
    options = {"maxfev": 10_000, "xatol": 0.05, "fatol": 0.02, "initial_simplex": simplex}
    theirs = minimize(cost, simplex[0], method="Nelder-Mead", options=options)
    at, lowest = lowest_point(cost, simplex, most_calls=10_000, near=0.05, alike=0.02)
    assert at.tolist() == theirs.x.tolist()
    assert lowest == theirs.fun


def test_the_search_ends_after_so_many_calls() -> None:
    calls = 0

    def slope(at: FloatArray) -> float:
        nonlocal calls
        calls += 1
        return float(at.sum())

    lowest_point(slope, np.vstack((np.zeros(2), np.eye(2))), most_calls=30, near=0.0, alike=0.0)
    assert 30 <= calls <= 34
