"""Units near the noise: the best guess of their shape, what is no evidence of one, and that they are found."""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from myotwitch.detection import detect
from myotwitch.detection.background import Background
from myotwitch.detection.excerpts import Excerpts
from myotwitch.detection.learning import learn_units
from myotwitch.detection.likely_shape import hermite_functions, likely_shape
from myotwitch.detection.snippets import copied_stretches, earlier_copies
from myotwitch.recordings import recording_from_array

RATE_HZ = 1000.0
LAGS = 27
STRENGTH = 4.5


@pytest.fixture
def white():
    temporal = np.zeros(LAGS)
    temporal[0] = 1.0
    return Background(temporal=temporal, whitening=np.eye(1), colouring=np.eye(1))


def potential():
    times_ms = (np.arange(LAGS) - LAGS // 2) / RATE_HZ * 1e3
    return STRENGTH * hermite_functions(times_ms / 2.2)[2][np.newaxis]


def excerpts_of(samples):
    return Excerpts(
        samples=samples[np.newaxis].astype(np.float32),
        first_index=np.array([0]),
        first_place=np.array([0]),
        length=np.array([samples.size]),
        sampling_rate_hz=RATE_HZ,
    )


def with_discharges(chance, seconds, places):
    samples = chance.normal(0, 1, round(seconds * RATE_HZ))
    for place in places:
        samples[place - LAGS // 2 : place + LAGS // 2 + 1] += potential()[0]
    return samples


def irregular_places(chance, seconds, interval_s):
    return np.cumsum(chance.uniform(0.5, 1.5, round(0.9 * seconds / interval_s)) * interval_s * RATE_HZ).astype(int)


def likeness(one, other):
    return float(np.sum(one * other) / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.parametrize("count", [5, 20, 100])
def test_the_best_guess_is_nearer_to_the_potential_than_the_mean_it_comes_from(chance, white, count):
    likely = likely_shape(white, RATE_HZ, LAGS)
    for _ in range(20):
        mean = potential() + chance.normal(0, 1, (1, LAGS)) / np.sqrt(count)
        guess = likely.best_guess(mean, count)
        assert np.linalg.norm(guess - potential()) < np.linalg.norm(mean - potential())


def test_of_very_many_discharges_the_best_guess_is_their_mean(white):
    np.testing.assert_allclose(likely_shape(white, RATE_HZ, LAGS).best_guess(potential(), 1e9), potential(), atol=0.02)


def test_each_channel_is_guessed_by_itself(chance, white):
    mean = chance.normal(0, 1, (3, LAGS))
    likely = likely_shape(white, RATE_HZ, LAGS)
    together = likely.best_guess(mean, 10.0)
    for channel in range(3):
        np.testing.assert_allclose(likely.best_guess(mean[channel : channel + 1], 10.0)[0], together[channel])


def test_copies_are_told_from_likes(chance):
    samples = with_discharges(chance, 10, [1000, 3000, 5000])
    samples[6990:7020] = samples[2990:3020]
    place, excerpts = np.array([1000, 3000, 5000, 7000]), excerpts_of(samples)
    samples[7013:7020] += 0.05
    assert earlier_copies(excerpts, place, potential()).tolist() == [False, False, False, False]
    excerpts.samples[0, 6980:7020] = excerpts.samples[0, 2980:3020]
    assert earlier_copies(excerpts, place, potential()).tolist() == [False, False, False, True]
    assert copied_stretches(excerpts, place, potential()).tolist() == [False, True, False, True]


def test_a_unit_near_the_noise_is_learned(chance, white):
    places = irregular_places(chance, 60, 1.0)
    units = learn_units(excerpts_of(with_discharges(chance, 60, places)), white)
    assert len(units) == 1
    assert likeness(units[0].template, potential()) > 0.9
    assert 0.5 * places.size / 60 < units[0].mixture.signal_hz < 1.5 * places.size / 60


def test_what_comes_only_where_heartbeats_left_something_is_no_unit(chance, white):
    places = irregular_places(chance, 60, 1.0)
    excerpts = excerpts_of(with_discharges(chance, 60, places))
    beside = np.column_stack((places - 30, places + 30)) / RATE_HZ
    elsewhere = beside[places + 200 < np.append(places[1:], 10**9)] + 0.1
    assert len(learn_units(excerpts, white, heart_traces=beside)) == 0
    assert len(learn_units(excerpts, white, heart_traces=elsewhere)) == 1


def test_noise_that_a_file_repeats_does_not_hide_a_unit(chance):
    band = butter(2, [20, 300], "bandpass", fs=RATE_HZ, output="sos")
    shape = sosfiltfilt(band, np.pad(potential()[0], 200))
    rest = sosfiltfilt(band, chance.normal(0, 1, 1600))
    samples = np.tile(rest, 40)
    spread = np.median(np.abs(samples)) / 0.6745
    places = irregular_places(chance, 60, 1.0)
    for place in places:
        start = place - shape.size // 2
        samples[start : start + shape.size] += (4.0 * spread / np.abs(shape).max() * shape)[: samples.size - start]
    found = detect(recording_from_array(samples[np.newaxis], RATE_HZ))
    near = [np.abs(found.onset_s - place / RATE_HZ).min() < 0.010 for place in places]
    assert np.mean(near) > 0.5
