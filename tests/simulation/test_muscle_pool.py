"""Pools follow the size principle, have the muscle's own numbers, and fire as they are driven."""

from __future__ import annotations

import numpy as np
import pytest

from myotwitch.errors import RequestError, UnknownNameError
from myotwitch.simulation.muscle import (
    build_pool,
    discharge_rates,
    muscle_shapes,
    single_fibre,
    voluntary_onsets,
    whole_belly,
)
from myotwitch.twitches import Extent

MUSCLES = sorted(muscle_shapes())


@pytest.mark.parametrize("muscle", MUSCLES)
def test_later_units_are_larger_faster_and_stronger(muscle: str) -> None:
    pool = build_pool(muscle, np.random.default_rng(1))
    for name, sign in (("fibre_count", 1), ("velocity_m_per_s", 1), ("force_mN", 1), ("rise_s", -1)):
        assert np.all(sign * np.diff([getattr(unit, name) for unit in pool.units]) >= 0), name
    mean_fibres = np.mean([unit.fibre_count for unit in pool.units])
    assert mean_fibres == pytest.approx(pool.shape.fibres_per_unit.value, rel=0.05)
    assert np.all(np.diff(pool.threshold) > 0)


@pytest.mark.parametrize("muscle", MUSCLES)
def test_rise_times_are_those_of_the_table(muscle: str) -> None:
    pool = build_pool(muscle, np.random.default_rng(1))
    rise_ms = 1e3 * np.array([unit.rise_s for unit in pool.units])
    shape = pool.shape
    if shape.rise_is_of_units:
        assert rise_ms[[-1, 0]] == pytest.approx([shape.rise.low, shape.rise.high])
        assert np.median(rise_ms) == pytest.approx(shape.rise.value, rel=0.15)
    else:
        belly = whole_belly(pool, np.random.default_rng(2))
        assert 1e3 * belly.rise_s == pytest.approx(shape.rise.value, rel=0.01)


def test_tibialis_anterior_relaxes_as_measured() -> None:
    pool = build_pool("tibialis_anterior", np.random.default_rng(1))
    assert 1e3 * np.median([unit.relaxation_s for unit in pool.units]) == pytest.approx(60.0, rel=0.05)
    velocities = [unit.velocity_m_per_s for unit in pool.units]
    assert np.mean(velocities) == pytest.approx(3.7, abs=0.1)
    assert min(velocities) > 2.6
    assert max(velocities) < 5.3


def test_units_lie_inside_their_muscle() -> None:
    for muscle in MUSCLES:
        pool = build_pool(muscle, np.random.default_rng(3))
        for unit in pool.units:
            assert unit.depth_mm - 0.5 * unit.territory_deep_mm >= -1e-9
            assert unit.depth_mm + 0.5 * unit.territory_deep_mm <= pool.shape.thickness.value + 1e-9


def test_the_same_seed_gives_the_same_pool_and_another_seed_another() -> None:
    first, again, other = (build_pool("soleus", np.random.default_rng(seed)).units for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_extents_are_fibre_bundle_and_belly() -> None:
    pool = build_pool("biceps_brachii", np.random.default_rng(1), unit_count=20)
    fibre, belly = single_fibre(pool.units[3], np.random.default_rng(1)), whole_belly(pool, np.random.default_rng(1))
    assert (fibre.extent, pool.units[3].extent, belly.extent) == (Extent.FIBRE, Extent.BUNDLE, Extent.BELLY)
    assert fibre.force_mN * pool.units[3].fibre_count == pytest.approx(pool.units[3].force_mN)
    assert belly.fibre_count == sum(unit.fibre_count for unit in pool.units)
    assert belly.force_mN <= sum(unit.force_mN for unit in pool.units)


def test_drive_recruits_in_order_and_raises_rates() -> None:
    pool = build_pool("interosseus_dorsalis_manus_1", np.random.default_rng(1))
    rates = discharge_rates(pool, np.linspace(0.0, 1.0, 101))
    assert not rates[:, 0].any()
    assert np.all(rates[:, -1] == pytest.approx(pool.peak_rate_hz))
    assert np.all(np.diff(rates, axis=1) >= 0)
    recruited = (rates > 0).argmax(axis=1)
    assert np.all(np.diff(recruited) >= 0)
    assert rates[rates > 0].min() >= 8.0


def test_intervals_have_the_rate_and_the_variation_that_were_asked() -> None:
    pool = build_pool("interosseus_dorsalis_manus_1", np.random.default_rng(1), unit_count=5)
    drive = np.full(30_000, 0.5)
    onsets = voluntary_onsets(pool, drive, 100.0, np.random.default_rng(2))
    rates = discharge_rates(pool, 0.5)
    assert rates[0] > 0
    intervals_s = np.diff(onsets[0])
    assert 1.0 / intervals_s.mean() == pytest.approx(rates[0], rel=0.02)
    assert intervals_s.std() / intervals_s.mean() == pytest.approx(0.2, abs=0.01)
    assert np.all(intervals_s > 0)
    assert all(train.size == 0 for train, rate in zip(onsets, rates, strict=True) if rate == 0)


def test_units_are_silent_while_the_drive_is_off() -> None:
    pool = build_pool("soleus", np.random.default_rng(1), unit_count=10)
    drive = np.concatenate([np.zeros(200), np.full(300, 0.8), np.zeros(200), np.full(300, 0.8)])
    for train in voluntary_onsets(pool, drive, 100.0, np.random.default_rng(3)):
        assert not np.any((train < 2.0) | ((train > 5.0) & (train < 7.0)))
        assert np.all(np.diff(train) > 0)


def test_a_drive_that_cannot_be_is_refused() -> None:
    pool = build_pool("soleus", np.random.default_rng(1), unit_count=5)
    with pytest.raises(RequestError, match="0 \\(rest\\) to 1"):
        discharge_rates(pool, 1.2)
    with pytest.raises(RequestError, match="rate above 0"):
        voluntary_onsets(pool, [0.5], 0.0, np.random.default_rng(1))


def test_an_unknown_muscle_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'soleus'"):
        build_pool("solus", np.random.default_rng(1))
    with pytest.raises(RequestError, match="2 to 5000"):
        build_pool("soleus", np.random.default_rng(1), unit_count=1)
