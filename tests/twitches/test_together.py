"""Sources that fire together are told; sources that meet by chance, or because both come in bouts, are not."""

import numpy as np
import pytest

from myotwitch.twitches.together import sources_together

RECORDED_S = 600.0


@pytest.fixture
def sorted_to(make_twitches, make_observation_of):
    """Twitches of several sources, whose onsets are given one source after the other."""

    def make(*sources):
        onset = np.concatenate(sources)
        source = np.repeat(np.arange(len(sources)), [len(own) for own in sources])
        order = np.argsort(onset, kind="stable")
        return make_twitches(onset[order], observation=make_observation_of(RECORDED_S), source=source[order])

    return make


def by_chance(chance, rate_hz):
    return np.sort(chance.uniform(0, RECORDED_S - 1, chance.poisson(rate_hz * RECORDED_S)))


def in_bouts(chance, starts):
    """Eight discharges after each start, over some seconds."""
    onsets = np.concatenate([start + chance.exponential(4.0, 8) for start in starts])
    return np.sort(onsets[onsets < RECORDED_S])


@pytest.mark.parametrize("seed", range(5))
def test_two_coupled_sources_are_told_with_how_often_they_meet(sorted_to, seed):
    chance = np.random.default_rng(seed)
    first, other = by_chance(chance, 0.5), by_chance(chance, 0.5)
    second = np.sort(
        np.concatenate((first[::2] + chance.normal(0.005, 0.003, first[::2].size), by_chance(chance, 0.2)))
    )
    (pair,) = sources_together(sorted_to(first, np.clip(second, 0, None), other))
    assert (pair.first, pair.second) == (0, 1)
    assert pair.observed == pytest.approx(first[::2].size, rel=0.15)
    assert pair.expected < 0.2 * pair.observed


def test_independent_sources_are_hardly_ever_told(sorted_to):
    told = 0
    for seed in range(60):
        chance = np.random.default_rng(100 + seed)
        told += len(sources_together(sorted_to(*(by_chance(chance, rate_hz) for rate_hz in (0.1, 0.3, 1.0, 3.0)))))
    assert told <= 2


def test_sources_that_only_share_their_bouts_are_hardly_ever_told(sorted_to):
    told = 0
    for seed in range(40):
        chance = np.random.default_rng(200 + seed)
        starts = chance.uniform(0, RECORDED_S - 60, 20)
        told += len(sources_together(sorted_to(in_bouts(chance, starts), in_bouts(chance, starts))))
    assert told <= 2


def test_what_is_not_sorted_or_too_rare_is_in_no_pair(sorted_to, make_twitches):
    few = np.arange(1.0, 9.0)
    assert sources_together(sorted_to(few, few + 0.001)) == ()
    assert sources_together(make_twitches(())) == ()
    assert sources_together(make_twitches(np.arange(1.0, 50.0))) == ()
