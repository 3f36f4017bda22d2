import numpy as np
import pytest

from myotwitch.detection.crossings import REAL_REST, NoiseOverTime, find_candidates, threshold_for
from myotwitch.detection.filtering import apply_filter, design_filter


def candidates_of(row, factor=5.0):
    samples = np.atleast_2d(row).astype(np.float32)
    windows = np.ones((samples.shape[0], samples.shape[1] // 1000), dtype=np.float32)
    return find_candidates(samples, NoiseOverTime(windows=windows, window_length=1000), 1000.0, factor, 0.008)


@pytest.mark.parametrize("apart_s", [0.012, 0.020, 0.024])
def test_a_doublet_is_two_rows_of_one_burst(add_potentials, apart_s):
    found = candidates_of(add_potentials(np.zeros(2000), [1.0, 1.0 + apart_s], 30.0))
    assert found.peak_s.tolist() == pytest.approx([1.0, 1.0 + apart_s])
    assert found.burst[0] == found.burst[1]


def test_two_discharges_far_apart_are_no_burst(add_potentials):
    found = candidates_of(add_potentials(np.zeros(2000), [1.0, 1.1], 30.0))
    assert found.burst[0] != found.burst[1]


def test_one_potential_is_one_row(add_potentials):
    for size in (10.0, 30.0, 300.0):
        assert len(candidates_of(add_potentials(np.zeros(2000), [1.0], size))) == 1


def test_one_event_on_many_channels_is_one_row(add_potentials):
    rows = [add_potentials(np.zeros(2000), [1.0 + delay / 1000], 30.0) for delay in range(6)]
    found = candidates_of(rows)
    assert len(found) == 1
    assert (found.deflection[0] > 25).all()


def test_a_long_burst_of_many_units_is_one_row(chance):
    row = np.zeros(3000)
    row[1000:1200] = chance.normal(0, 30, 200)
    found = candidates_of(row)
    assert len(found) == 1
    assert found.is_mass_burst[0]
    assert found.stop_s[0] - found.onset_s[0] == pytest.approx(0.2, abs=0.02)


def test_onset_and_end_lie_around_the_peak_and_amplitude_is_measured(add_potentials, potential):
    found = candidates_of(add_potentials(np.zeros(2000), [1.0], 100.0))
    assert found.onset_s[0] < found.peak_s[0] < found.stop_s[0]
    assert 0.004 <= found.stop_s[0] - found.onset_s[0] <= 0.017
    assert found.peak_to_peak[0, 0] == pytest.approx(100 * np.ptp(potential), rel=0.01)


def test_the_threshold_follows_the_false_alarms_asked_for():
    few, many = threshold_for(0.1, 20.0, 300.0, 1), threshold_for(10.0, 20.0, 300.0, 1)
    assert few > threshold_for(1.0, 20.0, 300.0, 1) > many
    assert threshold_for(1.0, 20.0, 300.0, 64) > threshold_for(1.0, 20.0, 300.0, 1)


def test_gaussian_noise_gives_about_as_many_false_events_as_the_formula_says(chance):
    filtered = apply_filter(chance.normal(size=(1, 40 * 60_000)).astype(np.float32), design_filter(1000.0, 20.0, 300.0))
    level = threshold_for(2.0, 20.0, 300.0, 1) / REAL_REST
    assert 0.5 < len(candidates_of(filtered / filtered.std(), level)) / 40 < 4.0
