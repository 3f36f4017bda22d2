"""Real motor-unit potentials put into noise at known times, and the rate that comes out of it."""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from myotwitch.detection import detect
from myotwitch.recordings import open_recording, recording_from_array
from myotwitch.scoring import f1, false_per_min, match_events, score_recording, sensitivity
from myotwitch.twitches import summarise

RATE_HZ = 2048.0


@pytest.fixture(scope="module")
def unit_shapes(shared_data):
    """Mean potentials of the five decomposed units of the grid, between two electrodes; peak 1, 25 ms long."""
    recording = open_recording(shared_data / "hdemg_openhdemg/otb_testfile.mat")
    samples = recording.read(range(69), 0, recording.sample_count(0)).astype(np.float64)
    band = butter(2, [20, 500], "bandpass", fs=RATE_HZ, output="sos")
    pairs = np.diff(sosfiltfilt(band, samples[:64], axis=1), axis=0)
    shapes = []
    for unit in range(5):
        discharges = np.flatnonzero(samples[64 + unit] > 0)
        inside = discharges[(discharges > 200) & (discharges < samples.shape[1] - 200)]
        mean = np.mean([pairs[:, index - 60 : index + 60] for index in inside], axis=0)
        row = mean[np.abs(mean).max(axis=1).argmax()]
        peak = np.abs(row).argmax()
        cut = np.pad(row, 40)[peak + 40 - 26 : peak + 40 + 26] * np.hanning(52)
        shapes.append(cut / np.abs(cut).max())
    return shapes


def scene(shape, snr, chance, minutes=1, mean_interval_s=1.0):
    """Noise of SD 4 in the surface band with twitches of a peak of `snr` SDs; returns samples and onsets."""
    length = round(60 * minutes * RATE_HZ)
    band = butter(2, [20, 450], "bandpass", fs=RATE_HZ, output="sos")
    samples = sosfiltfilt(band, chance.normal(size=length))
    samples *= 4 / samples.std()
    times = 1 + np.cumsum(0.06 + chance.exponential(mean_interval_s, 300 * minutes))
    starts = (times[times < 60 * minutes - 1] * RATE_HZ).astype(int)
    for start in starts:
        samples[start : start + shape.size] += 4 * snr * shape
    onset = np.flatnonzero(np.abs(shape) >= 1 / 3)[0]
    return samples, (starts + onset) / RATE_HZ


def test_twitches_of_eight_times_the_noise_are_found_by_their_thousands(unit_shapes):
    chance = np.random.default_rng(1)
    scores = []
    for shape in unit_shapes:
        samples, true = scene(shape, 8.0, chance, minutes=2)
        found = detect(recording_from_array(samples, RATE_HZ))
        scores.append(score_recording(match_events(found.onset_s, true), 120.0))
    assert f1(scores) > 0.97
    assert false_per_min(scores) < 1.5


def test_of_weaker_twitches_fewer_are_found(unit_shapes):
    chance = np.random.default_rng(2)
    found_share = []
    for snr in (3.0, 5.0, 8.0):
        samples, true = scene(unit_shapes[0], snr, chance, minutes=2)
        found = detect(recording_from_array(samples, RATE_HZ))
        found_share.append(sensitivity([score_recording(match_events(found.onset_s, true), 120.0)]))
    assert found_share == sorted(found_share)
    assert 0.3 < found_share[0] < 0.75 < found_share[1]


def test_onsets_are_right_to_two_milliseconds(unit_shapes):
    samples, true = scene(unit_shapes[3], 15.0, np.random.default_rng(3))
    found = detect(recording_from_array(samples, RATE_HZ))
    matches = match_events(found.onset_s, true)
    assert np.median(np.abs(matches.error_s)) < 0.002


def test_the_rate_interval_covers_the_true_rate(unit_shapes):
    chance = np.random.default_rng(4)
    covered = []
    for record in range(20):
        shape = unit_shapes[record % 5]
        samples, _ = scene(shape, 12.0, chance, mean_interval_s=1.94)
        low, high = summarise(detect(recording_from_array(samples, RATE_HZ))).rate_per_min_interval
        covered.append(low <= 60 / 2.0 * 58 / 60 <= high)
    assert np.mean(covered) >= 0.9


def test_pure_noise_holds_at_most_what_was_asked_for():
    chance = np.random.default_rng(5)
    samples, _ = scene(np.ones(1), 0.0, chance, minutes=10)
    assert len(detect(recording_from_array(samples, RATE_HZ))) <= 10
