"""Samples are thinned out as `scipy.signal` does it, and the table of depths is that of each depth alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import resample_poly

from myotwitch.simulation.muscle import muscle_shape
from myotwitch.simulation.muscle.conductor import ACROSS_KEPT, ALONG_KEPT, surface_kernel, surface_potential_map
from myotwitch.simulation.muscle.thinning import thinned


@pytest.mark.parametrize("factor", [1, 2, 3, 4, 17])
@pytest.mark.parametrize("count", [41, 1237])
def test_thinning_is_that_of_scipy(factor: int, count: int) -> None:
    samples = np.random.default_rng(0).standard_normal((3, count))
    np.testing.assert_allclose(thinned(samples, factor), resample_poly(samples, 1, factor, axis=1), atol=1e-12)


def test_the_table_of_all_depths_holds_the_map_of_the_deepest() -> None:
    tissue = muscle_shape("tibialis_anterior").tissue()
    kernel = surface_kernel(tissue, 2.0)
    alone = surface_potential_map(tissue, tissue.muscle_mm, 2.0)
    alone = (alone - alone[ACROSS_KEPT - 1, ALONG_KEPT - 1])[:ACROSS_KEPT, :ALONG_KEPT]
    np.testing.assert_allclose(kernel.table[-1], alone, atol=1e-6 * np.abs(alone).max())
