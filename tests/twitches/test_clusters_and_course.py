"""The interval of a rate where twitches come in clusters, and the course over a recording."""

from itertools import pairwise

import numpy as np
import pytest

from myotwitch.twitches import Excluded, ExclusionReason, poisson_rate_interval, summarise
from myotwitch.twitches.summary import course_of, unsearched_stretches

RECORDED_S = 900.0


def clustered(chance, per_hour=120.0, size=6.0, spread_s=1.0):
    """Clusters that come by chance, each of about `size` twitches over some seconds, in a long time already."""
    starts = chance.uniform(-20, RECORDED_S, chance.poisson(per_hour / 3600 * (RECORDED_S + 20)))
    onsets = [start + chance.exponential(spread_s, chance.poisson(size)) for start in starts]
    joined = np.sort(np.concatenate([np.zeros(0), *onsets]))
    return joined[(joined >= 0) & (joined < RECORDED_S)]


@pytest.fixture
def summary_of(make_twitches, make_observation_of):
    return lambda onsets: summarise(make_twitches(onsets, observation=make_observation_of(RECORDED_S)))


@pytest.mark.parametrize("count", [0, 1, 19, 20, 100, 800])
def test_even_twitches_have_the_interval_of_a_count(summary_of, count):
    summary = summary_of((np.arange(count) + 0.5) * RECORDED_S / max(count, 1))
    assert summary.dispersion == 1.0
    assert summary.rate_per_min_interval == pytest.approx(poisson_rate_interval(count, RECORDED_S / 60))


def test_chance_alone_widens_the_interval_little(summary_of):
    dispersion = [
        summary_of(np.sort(np.random.default_rng(seed).uniform(0, RECORDED_S, 200))).dispersion for seed in range(40)
    ]
    assert np.mean(dispersion) < 1.4
    assert min(dispersion) >= 1.0


def test_clusters_widen_the_interval_and_leave_the_rate(summary_of):
    onsets = clustered(np.random.default_rng(1))
    summary = summary_of(onsets)
    low, high = summary.rate_per_min_interval
    narrow_low, narrow_high = poisson_rate_interval(onsets.size, RECORDED_S / 60)
    assert summary.dispersion > 3
    assert summary.rate_per_min == pytest.approx(onsets.size / RECORDED_S * 60)
    assert high - low > 1.5 * (narrow_high - narrow_low)
    assert low < summary.rate_per_min < high


@pytest.mark.parametrize(("size", "spread_s"), [(6.0, 0.3), (6.0, 3.0), (15.0, 1.0), (10.0, 6.0)])
def test_the_interval_covers_the_true_rate_of_a_clustered_process(summary_of, size, spread_s):
    true_per_min = 120.0 * size / 60
    intervals = [
        summary_of(clustered(np.random.default_rng(seed), size=size, spread_s=spread_s)).rate_per_min_interval
        for seed in range(200)
    ]
    assert np.mean([low <= true_per_min <= high for low, high in intervals]) >= 0.9


@pytest.mark.parametrize("recorded_s", [0.5, 60.0, 61.0, 900.0, 40_000.0])
def test_the_windows_of_the_course_add_up_to_the_recording(make_twitches, make_observation_of, recorded_s):
    onsets = np.sort(np.random.default_rng(2).uniform(0, recorded_s, 50))
    course = course_of(make_twitches(onsets, observation=make_observation_of(recorded_s)))
    assert 1 <= len(course) <= 60
    assert sum(window.count for window in course) == 50
    assert sum(window.analysed_s for window in course) == pytest.approx(recorded_s)
    assert (course[0].start_s, course[-1].stop_s) == (0.0, recorded_s)
    assert all(one.stop_s == other.start_s for one, other in pairwise(course))


def excluded(*stretches):
    return tuple(
        Excluded(start_s=start, stop_s=stop, channels=names, reason=ExclusionReason.MOVEMENT)
        for start, stop, names in stretches
    )


def test_time_in_which_no_channel_was_searched_is_not_in_the_course(make_twitches, make_observation_of):
    stretches = excluded(
        (0.0, 30.0, ("a",)),  # b was searched
        (50.0, 80.0, ("a", "b")),
        (60.0, 90.0, ("a",)),
        (70.0, 100.0, ("b",)),  # so that from 50 to 90 none was
        (890.0, 900.0, ("a", "b")),
    )
    observation = make_observation_of(RECORDED_S, analysed_s=850.0, channels=("a", "b"), excluded=stretches)
    assert unsearched_stretches(observation) == [(50.0, 90.0), (890.0, 900.0)]
    course = course_of(make_twitches((), observation=observation))
    assert sum(window.analysed_s for window in course) == pytest.approx(observation.analysed_s)
    assert [window.analysed_s for window in course[:3]] == pytest.approx([50.0, 30.0, 60.0])
    assert course[-1].analysed_s == pytest.approx(50.0)


def test_without_a_usable_channel_nothing_was_searched(make_twitches, make_observation_of):
    observation = make_observation_of(120.0, analysed_s=0.0, channels=())
    assert unsearched_stretches(observation) == [(0.0, 120.0)]
    assert [window.analysed_s for window in course_of(make_twitches((), observation=observation))] == [0.0, 0.0]
