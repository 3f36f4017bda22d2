"""Mains is taken out while its frequency drifts and its size changes; where some stays is told."""

import numpy as np
import pytest

from myotwitch.detection import DetectionSettings, detect
from myotwitch.detection.filtering import apply_filter, design_filter
from myotwitch.detection.hum import remove_hum
from myotwitch.detection.learning import keeps_time_with_mains
from myotwitch.detection.mains import find_mains
from myotwitch.recordings import recording_from_array
from myotwitch.twitches import ExclusionReason

BAND = design_filter(1000.0, 20.0, 300.0)
HARMONICS = (1, 3, 5, 7)
THRESHOLD = DetectionSettings(detector="threshold", workers=1)


def hum(mains_hz, drift_hz, size, seconds=60, envelope=1.0):
    times = np.arange(seconds * 1000) / 1000
    frequency = mains_hz + drift_hz * np.sin(2 * np.pi * times / 40 + 1)
    phase = 2 * np.pi * np.cumsum(frequency) / 1000
    return size * envelope * sum(np.sin(order * phase + order) / order**1.2 for order in HARMONICS)


def filtered(samples):
    return apply_filter(samples[np.newaxis].astype(np.float32), BAND)


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
@pytest.mark.parametrize("drift_hz", [0.0, 0.05, 0.5])
@pytest.mark.parametrize("size", [3.0, 20.0])
def test_a_drifting_hum_leaves_the_noise_behind(chance, mains_hz, drift_hz, size):
    noise = chance.normal(0, 1, 60_000)
    block = filtered(noise + hum(mains_hz, drift_hz, size))
    remove_hum(block, mains_hz, HARMONICS, 1000.0)
    inside = slice(1000, -1000)
    left = (block - filtered(noise))[0, inside]
    assert left.std() < 0.3 * filtered(noise)[0, inside].std()
    assert np.abs(block[0, inside]).max() < 6 * np.median(np.abs(block[0, inside])) / 0.6745


@pytest.mark.parametrize("drift_hz", [0.0, 0.5])
def test_the_cost_to_a_short_event_is_small(potential, drift_hz):
    event = np.zeros(60_000)
    event[30_000 - 8 : 30_009] = 20 * potential
    block = filtered(event + hum(50.0, drift_hz, 20.0))
    remove_hum(block, 50.0, HARMONICS, 1000.0)
    around = slice(29_980, 30_021)
    alone = filtered(event)
    assert np.ptp(block[0, around]) == pytest.approx(np.ptp(alone[0, around]), rel=0.1)
    assert np.abs(block[0, 29_000:29_900]).max() < 0.05 * np.abs(alone).max()


def test_contraction_beside_does_not_leak_into_rest(chance):
    noise = chance.normal(0, 1, 60_000)
    noise[30_000:40_000] *= 100
    block = filtered(noise + hum(50.0, 0.2, 10.0))
    remove_hum(block, 50.0, HARMONICS, 1000.0)
    left = (block - filtered(noise))[0]
    assert np.abs(left[28_000:29_500]).max() < 3.0


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
@pytest.mark.parametrize("drift_hz", [0.0, 0.5])
def test_lines_are_found_however_they_drift(chance, mains_hz, drift_hz):
    recording = recording_from_array(chance.normal(0, 1, 60_000) + hum(mains_hz, drift_hz, 8.0), 1000.0)
    expected = tuple(mains_hz * order for order in HARMONICS if mains_hz * order < 450)
    assert find_mains(recording, (0,), "auto") == (expected,)


def test_rest_and_a_regular_unit_hold_no_mains(chance, add_potentials):
    rows = chance.normal(0, 1, (2, 60_000))
    add_potentials(rows[1], np.arange(0.5, 59.5, 0.1) + chance.normal(0, 0.008, 590), 20.0)
    assert find_mains(recording_from_array(rows, 1000.0), (0, 1), "auto") == ((), ())


@pytest.mark.parametrize("drift_hz", [0.05, 0.5])
def test_twitches_in_a_strong_drifting_hum_are_found(make_recording, chance, add_potentials, drift_hz):
    samples = chance.normal(0, 5, 60_000) + hum(50.0, drift_hz, 100.0)
    times = np.arange(2.0, 58.0, 1.3)
    add_potentials(samples, times, 50.0)
    found = detect(make_recording(samples), THRESHOLD)
    assert found.onset_s == pytest.approx(times - 0.005, abs=0.008)


def test_where_its_size_jumps_the_rest_of_it_is_left_out_as_mains(make_recording, chance):
    times = np.arange(60_000) / 1000
    samples = chance.normal(0, 5, 60_000) + hum(50.0, 0.1, 100.0, envelope=np.where(times < 30, 1.0, 0.2))
    found = detect(make_recording(samples), THRESHOLD)
    rows = [row for row in found.observation.excluded if row.reason is ExclusionReason.MAINS]
    assert any(row.start_s < 30 < row.stop_s for row in rows)
    assert found.observation.analysed_s > 58
    assert len(found) <= 1


@pytest.mark.parametrize("mains_hz", [49.9, 50.0, 50.05, 59.95, 60.1])
def test_what_discharges_by_the_clock_of_the_mains_is_hum(chance, mains_hz):
    periods = np.cumsum(chance.integers(1, 8, 40))
    assert keeps_time_with_mains(periods / mains_hz + chance.normal(0, 0.0003, 40))
    # What the noise has moved by a thirtieth of a period, with a discharge at random in every eighth place.
    moved = periods / mains_hz + chance.normal(0, 0.0007, 40)
    assert keeps_time_with_mains(np.sort(np.concatenate((moved, chance.uniform(moved[0], moved[-1], 5)))))


@pytest.mark.parametrize("rate_hz", [8.0, 12.0, 20.0, 31.0, 45.0, 52.0, 55.0, 57.0, 64.0, 100.7, 150.3])
def test_regular_and_irregular_discharges_of_muscle_are_no_hum(chance, rate_hz):
    even = np.cumsum(chance.normal(1 / rate_hz, 0.02 / rate_hz, 200))
    uneven = np.cumsum(chance.normal(1 / rate_hz, 0.1 / rate_hz, 200))
    missing = even[chance.random(200) < 0.7]
    at_random = np.cumsum(chance.exponential(1 / rate_hz, 200))
    assert not any(keeps_time_with_mains(times) for times in (even, uneven, missing, at_random))
