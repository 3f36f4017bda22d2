"""How discharges follow one another, of trains whose figures are known beforehand."""

import numpy as np
import pytest

from myotwitch.detection.firing import burst_of_each, firing_of, is_locked


def after_one_another(intervals):
    return 1 + np.cumsum(intervals)


def figures(onset_s, size=None):
    return firing_of(onset_s, np.ones(onset_s.size) if size is None else size)


def groups(chance, count=40, size=5, within_s=0.03, every_s=1.0, spread_s=0.02):
    """Groups of discharges that come again at nearly even times."""
    starts = 1 + np.arange(count) * every_s + chance.normal(0, spread_s, count)
    return (starts[:, np.newaxis] + np.arange(size) * within_s).ravel()


@pytest.mark.parametrize("rate_hz", [0.5, 5.0, 30.0, 120.0])
def test_a_clock_has_its_rate_and_no_unevenness(rate_hz):
    firing = figures(np.arange(60) / rate_hz)
    assert firing.rate_hz == pytest.approx(rate_hz)
    assert firing.unevenness == pytest.approx(0.0, abs=1e-6)
    assert (firing.rate_change, firing.size_change) == (pytest.approx(1.0), 1.0)
    assert firing.lasting_s == pytest.approx(59 / rate_hz)
    assert firing.count == 60


def test_chance_alone_is_uneven(chance):
    # The share of one of two exponential intervals in both is uniform: the median difference is their mean.
    firing = figures(after_one_another(chance.exponential(0.2, 4000)))
    assert firing.unevenness == pytest.approx(1.0, abs=0.05)
    assert firing.rate_hz == pytest.approx(5.0 / np.log(2), rel=0.1)


def test_the_more_intervals_vary_the_more_uneven_they_are(chance):
    told = [
        figures(after_one_another(0.1 * (1 + share * chance.uniform(-1, 1, 500)))).unevenness
        for share in (0.05, 0.2, 0.5, 0.9)
    ]
    assert told == sorted(told)
    assert told[0] < 0.05


@pytest.mark.parametrize(("first_hz", "last_hz"), [(60.0, 20.0), (20.0, 60.0)], ids=["falling", "rising"])
def test_slow_change_of_rate_is_told_and_is_not_unevenness(first_hz, last_hz):
    firing = figures(after_one_another(1 / np.geomspace(first_hz, last_hz, 150)))
    assert firing.unevenness < 0.02
    assert 2.0 < firing.rate_change <= 3.0


def test_change_of_size_is_told_whatever_the_rhythm_and_single_ones_do_not_count(chance):
    onsets = after_one_another(chance.exponential(0.1, 100))
    assert 2.0 < figures(onsets, np.linspace(10, 30, 100)).size_change <= 3.0
    odd = np.full(100, 10.0)
    odd[[20, 60]] = 200.0
    assert figures(onsets, odd).size_change == 1.0


def test_bursts_are_found_with_their_size_and_rates(chance):
    bursts = figures(groups(chance)).bursts
    assert (bursts.count, bursts.size, bursts.single_share) == (40, 5.0, 0.0)
    assert bursts.rate_within_hz == pytest.approx(1 / 0.03, rel=0.02)
    assert bursts.rate_hz == pytest.approx(1.0, rel=0.02)
    assert bursts.variation < 0.1
    assert bursts.pause_ratio > 10
    assert 0.03 < bursts.pause_s < 0.8


def test_single_discharges_among_bursts_are_counted(chance):
    single = 1.5 + np.arange(20)
    bursts = figures(np.sort(np.concatenate((groups(chance, count=20), single)))).bursts
    assert bursts.single_share == pytest.approx(0.5)


def test_bursts_at_random_times_vary_more_than_bursts_that_keep_coming(chance):
    starts = after_one_another(0.3 + chance.exponential(1.0, 60))
    random = (starts[:, np.newaxis] + np.arange(4) * 0.03).ravel()
    assert figures(random).bursts.variation > 3 * figures(groups(chance)).bursts.variation


def test_an_even_train_does_not_fall_apart_into_bursts(chance):
    bursts = figures(after_one_another(0.1 * (1 + chance.normal(0, 0.1, 200)))).bursts
    assert bursts.pause_ratio < 1.25


def test_each_discharge_has_the_number_of_its_group():
    assert burst_of_each(np.array([0.0, 0.02, 1.0, 1.02, 1.04, 3.0]), 0.5).tolist() == [0, 0, 1, 1, 1, 2]


def test_doublets_and_lone_discharges_are_counted():
    lone = 1.0 + np.arange(30)
    firing = figures(np.sort(np.concatenate((lone, lone[:10] + 0.012))))
    assert firing.doublet_share == pytest.approx(10 / 40)
    assert firing.isolated_share == pytest.approx(20 / 40)
    assert (figures(lone).doublet_share, figures(lone).isolated_share) == (0.0, 1.0)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_discharges_tell_nothing(count):
    assert figures(np.arange(count) * 0.1) is None


def test_few_discharges_tell_no_bursts():
    assert figures(np.arange(6) * 0.1).bursts is None


def test_figures_of_discharges_at_one_time_are_finite():
    firing = figures(np.full(30, 2.0))
    assert np.isfinite([firing.rate_hz, firing.unevenness, firing.bursts.pause_ratio]).all()


def test_what_always_follows_another_is_locked_to_it_and_what_comes_by_itself_is_not(chance):
    other = after_one_another(0.05 + chance.exponential(0.3, 80))
    later, earlier = (other + delay + chance.normal(0, 0.0002, 80) for delay in (0.009, -0.009))
    assert is_locked(later, other, 0.020, 0.0012)
    assert is_locked(earlier, other, 0.020, 0.0012)
    assert is_locked(later[::3], other, 0.020, 0.0012)
    assert not is_locked(np.sort(other + chance.uniform(-0.019, 0.019, 80)), other, 0.020, 0.0012)
    assert not is_locked(after_one_another(chance.exponential(0.3, 80)), other, 0.020, 0.0012)
    assert not is_locked(other, later[::3], 0.020, 0.0012)


def test_figures_do_not_depend_on_when_a_train_begins_and_scale_with_its_time(chance):
    onsets = after_one_another(chance.uniform(0.05, 0.4, 200))
    plain, later, slower = figures(onsets), figures(onsets + 1000.0), figures(2 * onsets)
    assert later.rate_hz == pytest.approx(plain.rate_hz)
    assert slower.rate_hz == pytest.approx(plain.rate_hz / 2)
    assert slower.unevenness == pytest.approx(plain.unevenness) == pytest.approx(later.unevenness)
    assert slower.bursts.pause_s == pytest.approx(2 * plain.bursts.pause_s)
