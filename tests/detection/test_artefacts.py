"""What no muscle makes is mended or left out, in as few samples as that takes."""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from myotwitch.detection import DetectionSettings, detect
from myotwitch.detection.artefacts import mend_artefacts
from myotwitch.detection.filtering import apply_filter, design_filter
from myotwitch.detection.lost import lost_stretches
from myotwitch.detection.repeats import fingerprints_of, repeated_stretches
from myotwitch.recordings import open_recording, recording_from_array
from myotwitch.twitches import ExclusionReason

HIGH_HZ = 300.0
THRESHOLD = DetectionSettings(detector="threshold", workers=1)


@pytest.fixture(params=[1000.0, 2048.0, 4000.0])
def rate_hz(request):
    return request.param


def muscle_rest(rate_hz, chance, seconds=20):
    """Noise as an amplifier for muscle passes it, its SD 1."""
    sections = butter(2, [15, min(450.0, 0.45 * rate_hz)], "bandpass", fs=rate_hz, output="sos")
    samples = sosfiltfilt(sections, chance.normal(size=round(seconds * rate_hz)))
    return samples / samples.std()


def mended(samples, rate_hz):
    return mend_artefacts(samples[np.newaxis].astype(np.float32), rate_hz, HIGH_HZ)


def largest_in_band(block, rate_hz):
    """Largest deflection in the pass band outside of what is left out, in SDs."""
    filtered = apply_filter(block.samples, design_filter(rate_hz, 20.0, HIGH_HZ))[0]
    deflection = np.abs(filtered) / (np.median(np.abs(filtered)) / 0.6745)
    for stretch in block.left_out:
        deflection[stretch.start : stretch.stop] = 0.0
    return deflection.max()


def seconds_left_out(block, rate_hz):
    return sum(stretch.stop - stretch.start for stretch in block.left_out) / rate_hz


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("size", [100, 1000])
def test_single_samples_far_out_are_replaced(rate_hz, chance, width, size):
    samples = muscle_rest(rate_hz, chance)
    places = (np.arange(1, 19) * rate_hz).astype(int)
    for place in places:
        samples[place : place + width] += size * chance.choice([-1, 1])
    block = mended(samples, rate_hz)
    assert {stretch.reason for stretch in block.left_out} == {ExclusionReason.NOISE}
    assert [stretch.start for stretch in block.left_out] == places.tolist()
    assert seconds_left_out(block, rate_hz) == pytest.approx(18 * width / rate_hz)
    assert largest_in_band(block, rate_hz) < 5.5


@pytest.mark.parametrize("decay_s", [None, 0.3, 0.05, 0.016])
@pytest.mark.parametrize("size", [50, 1000])
def test_steps_of_a_cable_are_taken_off_and_cost_milliseconds(rate_hz, chance, decay_s, size):
    samples = muscle_rest(rate_hz, chance)
    times = np.arange(samples.size) / rate_hz
    for at in (3.0, 7.0, 11.0, 15.0):
        since = np.clip(times - at, 0, None)
        samples += size * chance.choice([-1, 1]) * (times >= at) * (1 if decay_s is None else np.exp(-since / decay_s))
    block = mended(samples, rate_hz)
    assert {stretch.reason for stretch in block.left_out} == {ExclusionReason.MOVEMENT}
    assert len(block.left_out) == 4
    assert seconds_left_out(block, rate_hz) < 0.04
    assert largest_in_band(block, rate_hz) < 5.5


def test_a_rattling_plug_is_left_out_while_it_rattles(rate_hz, chance):
    samples = muscle_rest(rate_hz, chance)
    place = round(10 * rate_hz)
    while place < 10.3 * rate_hz:
        stop = place + 1 + round(chance.exponential(0.008) * rate_hz)
        samples[place:stop] += 300 * chance.normal()
        place = stop
    block = mended(samples, rate_hz)
    assert {stretch.reason for stretch in block.left_out} == {ExclusionReason.MOVEMENT}
    assert 0.2 < seconds_left_out(block, rate_hz) < 0.5
    assert largest_in_band(block, rate_hz) < 8


@pytest.mark.parametrize("start_s", [10.0, 19.75])
def test_random_values_over_the_whole_range_are_garbage(rate_hz, chance, start_s):
    samples = muscle_rest(rate_hz, chance)
    span = slice(round(start_s * rate_hz), round((start_s + 0.25) * rate_hz))
    samples[span] = chance.uniform(-3000, 3000, samples[span].size)
    block = mended(samples, rate_hz)
    assert [stretch.reason for stretch in block.left_out] == [ExclusionReason.NOISE]
    assert seconds_left_out(block, rate_hz) < 0.28
    assert largest_in_band(block, rate_hz) < 5.5


@pytest.mark.parametrize("size", [8, 30, 200])
@pytest.mark.parametrize("length_s", [0.004, 0.006, 0.010])
def test_sharp_potentials_are_no_artefacts(rate_hz, chance, size, length_s):
    samples = muscle_rest(rate_hz, chance)
    times = np.arange(samples.size) / rate_hz
    for at in np.arange(0.5, 19.5, 0.25) + chance.uniform(0, 0.002, 76):
        since = (times - at) / length_s
        samples += size * np.sin(2 * np.pi * since) * np.exp(-4 * since**2) * (np.abs(since) < 1.5)
    assert len(mended(samples, rate_hz).left_out) <= 2  # of 76


@pytest.mark.parametrize(
    "name",
    ["surface_plux/emg_1000_hz_16_bits_solo.h5", "surface_plux/emg_fatigue.h5", "surface_plux/ecg_5_min.h5"],
)
def test_real_muscle_and_heart_hold_nearly_no_artefacts(shared_data, name):
    recording = open_recording(shared_data / name)
    samples = recording.read([0], 0, recording.sample_count(0))[0]
    assert seconds_left_out(mended(samples, 1000.0), 1000.0) < 0.02


def test_a_needle_at_4_khz_is_left_as_it_is(shared_data):
    recording = open_recording(shared_data / "needle_physionet_emgdb/emg_healthy.hea")
    samples = recording.read([0], 0, recording.sample_count(0))
    assert mend_artefacts(samples, 4000.0, 1800.0).samples is samples


def test_twitches_right_beside_artefacts_are_found(make_recording, chance, add_potentials):
    samples = chance.normal(0, 5, 60_000)
    spikes, steps = np.arange(2.0, 20.0, 2.0), np.arange(22.0, 40.0, 2.0)
    samples[(spikes * 1000).astype(int)] += 800
    for at in steps:
        samples[round(at * 1000) :] += 400
    times = np.concatenate((spikes + 0.015, steps - 0.015, steps[:-1] + 1.0))
    add_potentials(samples, times, 60.0)
    found = detect(make_recording(samples), THRESHOLD)
    assert np.sort(found.onset_s) == pytest.approx(np.sort(times) - 0.005, abs=0.006)
    assert found.observation.analysed_s > 59.9


def test_lost_stretches_are_left_out_by_the_sample(make_recording, chance, add_potentials):
    samples = chance.normal(0, 5, 30_000)
    add_potentials(samples, [9.985, 10.065, 20.0], 60.0)
    samples[10_000:10_050] = np.nan
    samples[15_000:15_020] = 0.0
    samples[17_000:17_300] = samples[17_000]
    found = detect(make_recording(samples), THRESHOLD)
    rows = [(row.start_s, row.stop_s, row.reason) for row in found.observation.excluded]
    assert (9.996, 10.054, ExclusionReason.MISSING) in rows
    assert (14.996, 15.024, ExclusionReason.MISSING) in rows
    assert any(row[2] is ExclusionReason.FLAT and row[0] <= 17.0 and row[1] >= 17.3 for row in rows)
    assert len(found) == 3


@pytest.mark.parametrize("step", [0.1, 0.5, 1.0, 2.0])
def test_a_coarse_converter_loses_no_samples(chance, step):
    samples = np.round(chance.normal(size=(2, 60_000)) / step) * step
    marked, found = lost_stretches(samples.astype(np.float32), 1000.0)
    assert found == []
    assert not np.isnan(marked).any()


@pytest.mark.parametrize("step", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("seconds", [0.4, 3.0, 20.0])
def test_a_stretch_written_twice_is_found_to_the_sample(chance, step, seconds):
    samples = chance.normal(size=120_000)
    samples = np.round(samples / step) * step if step else samples
    length = round(seconds * 1000)
    samples[90_123 : 90_123 + length] = samples[5_007 : 5_007 + length]
    recording = recording_from_array(samples, 1000.0)
    read = recording.read([0], 0, 120_000)
    found = repeated_stretches(recording, (0,), fingerprints_of(read, 0, 0, 120_000))
    assert found[0] == pytest.approx(np.array([[90.123, 90.123 + seconds]]), abs=0.003)


@pytest.mark.parametrize("name", ["zeros", "sine", "coarse", "short tiles"])
def test_what_repeats_itself_by_nature_is_no_copy(chance, name):
    samples = {
        "zeros": np.zeros(60_000),
        "sine": 100 * np.sin(2 * np.pi * 50 * np.arange(60_000) / 1000),
        "coarse": np.round(chance.normal(0, 0.4, 60_000)),
        "short tiles": np.tile(chance.normal(size=2000), 30),
    }[name]
    recording = recording_from_array(samples, 1000.0)
    found = repeated_stretches(recording, (0,), fingerprints_of(recording.read([0], 0, 60_000), 0, 0, 60_000))
    assert len(found[0]) == 0


def test_twitches_of_a_copied_stretch_count_once(make_recording, chance, add_potentials):
    samples = chance.normal(0, 5, 60_000)
    add_potentials(samples, [10.0, 11.5, 30.0], 60.0)
    samples[40_000:44_000] = samples[9_000:13_000]
    found = detect(make_recording(samples), THRESHOLD)
    assert found.onset_s == pytest.approx([9.995, 11.495, 29.995], abs=0.006)
    assert [row.reason for row in found.observation.excluded] == [ExclusionReason.NOISE]
    assert found.observation.excluded[0].start_s == pytest.approx(40.0, abs=0.01)


def test_a_copied_stretch_of_rest_stays(make_recording, chance):
    samples = chance.normal(0, 5, 60_000)
    samples[40_000:44_000] = samples[9_000:13_000]
    assert detect(make_recording(samples), THRESHOLD).observation.analysed_s == 60.0
