"""Heartbeats are subtracted: twitches between and beneath them are found, and nothing is made of the beats."""

import numpy as np
import pytest
import wfdb
from scipy.signal import resample_poly

from myotwitch.detection import DetectionSettings, detect
from myotwitch.detection.cleaning import clean_block
from myotwitch.detection.filtering import design_filter
from myotwitch.detection.frames import grid_for
from myotwitch.detection.heart_channels import told_beats
from myotwitch.detection.heart_rhythm import find_rhythm
from myotwitch.recordings import Channel, ChannelKind, open_recording
from myotwitch.recordings.recording import Recording
from myotwitch.twitches import ExclusionReason

RATE_HZ = 1000.0
LIMITS = np.array([[-np.inf, np.inf]], dtype=np.float32)
USUAL = {"P": (-0.17, 0.025, 0.12), "Q": (-0.028, 0.008, -0.12), "R": (0.0, 0.0105, 1.0), "S": (0.028, 0.009, -0.25)}
USUAL["T"] = (0.26, 0.045, 0.3)
FROM_THE_VENTRICLE = {"R": (0.0, 0.022, 1.2), "S": (0.05, 0.02, -0.7), "T": (0.3, 0.06, -0.4)}
THRESHOLD = DetectionSettings(detector="threshold", workers=1)


def heart(times_s, seconds, other=()):
    """An electrocardiogram made of bells, its largest value about 1; beats numbered in `other` come from elsewhere."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    made = np.zeros(times.size)
    for number, beat in enumerate(times_s):
        breath = np.sin(2 * np.pi * beat / 4.1)
        for name, (place, width, size) in (FROM_THE_VENTRICLE if number in other else USUAL).items():
            since = times - beat - place
            turned = 1 + 0.3 * np.cos(2 * np.pi * beat / 4.1) if name in "QS" else 1.0
            made += (1 + 0.12 * breath) * turned * size * np.exp(-((since / width) ** 2) / 2)
    return made


def pace(name, seconds, chance):
    """Times of heartbeats: steady, quickening from 60 to 120 a minute, irregular, slow, fast."""
    intervals = {
        "steady": lambda now: 0.85 + chance.normal(0, 0.02),
        "quickening": lambda now: 1.0 - 0.5 * np.clip((now - 15) / 20, 0, 1) + chance.normal(0, 0.015),
        "irregular": lambda now: max(0.36, chance.normal(0.75, 0.17)),
        "slow": lambda now: 1.35 + chance.normal(0, 0.04),
        "fast": lambda now: 0.38 + chance.normal(0, 0.006),
    }
    times = [0.3]
    while times[-1] < seconds:
        times.append(times[-1] + intervals[name](times[-1]))
    return np.array(times[:-1])


def real_heart(shared_data):
    """MIT-BIH record 100 at 1 kHz, its usual R wave 1, and the annotated times of its beats."""
    samples = wfdb.rdrecord(str(shared_data / "ecg_wfdb/100")).p_signal[:, 0]
    marks = wfdb.rdann(str(shared_data / "ecg_wfdb/100"), "atr")
    beats = marks.sample[np.isin(marks.symbol, ["N", "A", "V"])] / 360.0
    signal = resample_poly(samples[: 360 * 120] - np.median(samples), 25, 9)
    return signal / np.quantile(np.abs(signal), 0.999), beats[beats < 119]


def found_share(found_s, true_s):
    return np.mean([np.any(np.abs(found_s - time) < 0.008) for time in true_s]) if len(true_s) else 1.0


def false_per_min(found, true_s):
    is_false = [not np.any(np.abs(true_s - time) < 0.03) for time in found.onset_s]
    return 60 * sum(is_false) / found.observation.recorded_s


@pytest.mark.parametrize("size", [10, 40, 100])
def test_twitches_between_and_beneath_real_beats_are_found_in_one_channel(
    shared_data, make_recording, chance, add_potentials, size
):
    heartbeats, beats = real_heart(shared_data)
    samples = chance.normal(0, 5, 119_000) + size * 5 * heartbeats[:119_000]
    beneath = beats[5:-5:6] + chance.uniform(-0.04, 0.05, beats[5:-5:6].size)
    between = (beats[8:-5:6] + beats[9:-4:6]) / 2
    # The record has noise of its own, which grows with it.
    add_potentials(samples, np.concatenate((beneath, between)), 8 * 5 * np.hypot(1, 0.011 * size))
    found = detect(make_recording(samples), THRESHOLD)
    onset_s = found.onset_s + 0.005
    assert found_share(onset_s, between) > 0.95
    assert found_share(onset_s, beneath) > 0.8
    assert false_per_min(found, np.concatenate((beneath, between))) < 3
    assert found.observation.analysed_s > 115


@pytest.mark.parametrize("name", ["steady", "quickening", "irregular", "slow", "fast"])
def test_every_pace_of_the_heart_is_followed(make_recording, chance, add_potentials, name):
    beats = pace(name, 60, chance)
    samples = chance.normal(0, 5, 60_000) + 200 * heart(beats, 60)
    times = beats[6:-6:5] + chance.uniform(-0.06, 0.08, beats[6:-6:5].size)
    add_potentials(samples, times, 60.0)
    found = detect(make_recording(samples), THRESHOLD)
    assert found_share(found.onset_s + 0.005, times) >= 0.9
    assert false_per_min(found, times) <= 2


def test_beats_from_elsewhere_have_a_model_of_their_own(make_recording, chance, add_potentials):
    beats = pace("steady", 60, chance)
    samples = chance.normal(0, 5, 60_000) + 200 * heart(beats, 60, other=range(3, 70, 6))
    times = beats[6:-6:5] + chance.uniform(-0.1, 0.5, beats[6:-6:5].size)
    add_potentials(samples, times, 60.0)
    rhythm = find_rhythm(samples[np.newaxis].astype(np.float32), RATE_HZ)
    assert [group.size for group in rhythm.others] == [len(range(3, beats.size, 6))]
    found = detect(make_recording(samples), THRESHOLD)
    assert found_share(found.onset_s + 0.005, times) >= 0.9
    assert false_per_min(found, times) <= 2


def test_a_single_odd_beat_is_left_out_and_the_rest_is_not(make_recording, chance):
    beats = pace("steady", 60, chance)
    samples = chance.normal(0, 5, 60_000) + 400 * heart(beats, 60, other=(30,))
    found = detect(make_recording(samples), THRESHOLD)
    excluded = [row for row in found.observation.excluded if row.reason is ExclusionReason.HEARTBEAT]
    assert len(excluded) == 1
    assert excluded[0].start_s < beats[30] < excluded[0].stop_s
    assert found.observation.analysed_s > 59.5


def test_a_twitch_beneath_a_beat_keeps_its_shape(chance, potential):
    beats = pace("steady", 60, chance)
    noise, signal = chance.normal(0, 1, 60_000), np.zeros(60_000)
    places = beats[10:60:10] + chance.uniform(-0.04, 0.06, beats[10:60:10].size)
    for place in places:
        peak = round(place * RATE_HZ)
        signal[peak - 8 : peak + 9] += 15 * potential
    band = design_filter(RATE_HZ, 20.0, 300.0)
    cleaned = [
        clean_block(
            (noise + signal + loud * heart(beats, 60))[np.newaxis].astype(np.float32), (band,), grid_for(1000.0), LIMITS
        )
        for loud in (0, 40)
    ]
    for place in places:
        around = slice(round((place - 0.02) * RATE_HZ), round((place + 0.02) * RATE_HZ))
        alone, beneath = (block.filtered[0, around] for block in cleaned)
        assert np.corrcoef(alone, beneath)[0, 1] > 0.9
        assert 0.6 < np.ptp(beneath) / np.ptp(alone) < 1.15


def test_contraction_beside_does_not_hide_the_heart(make_recording, chance, add_potentials):
    beats = pace("steady", 60, chance)
    samples = chance.normal(0, 5, 60_000) + 200 * heart(beats, 60)
    samples[20_000:35_000] += np.convolve(chance.normal(0, 300, 15_000), np.ones(3) / 3, "same")
    chosen = np.concatenate((beats[3:18:4], beats[48:64:4]))
    times = chosen + chance.uniform(-0.04, 0.06, chosen.size)
    add_potentials(samples, times, 60.0)
    found = detect(make_recording(samples), THRESHOLD)
    assert found_share(found.onset_s + 0.005, times) == 1.0
    assert false_per_min(found, times) <= 3


def test_weak_beats_are_told_by_the_channel_of_the_heart(chance):
    beats = pace("steady", 60, chance)
    muscle = chance.normal(0, 5, 60_000) + 10 * heart(beats, 60)
    rows = [muscle.astype(np.float32), (1000 * heart(beats, 60)[::4] + chance.normal(0, 5, 15_000)).astype(np.float32)]
    channels = (
        Channel(name="belly", sampling_rate_hz=1000.0, kind=ChannelKind.SURFACE_EMG, unit="uV"),
        Channel(name="ECG", sampling_rate_hz=250.0, kind=ChannelKind.ECG, unit="uV"),
    )

    def read(indexes, start, stop):
        return np.stack([rows[index][start:stop] for index in indexes])

    recording = Recording(file="x", format_name="array", duration_s=60.0, channels=channels, read_samples=read)
    told = told_beats(recording)
    assert told == pytest.approx(beats, abs=0.004)
    block = clean_block(
        muscle[np.newaxis].astype(np.float32),
        (design_filter(1000.0, 20.0, 300.0),),
        grid_for(1000.0),
        LIMITS,
        told * 1000,
    )
    around = np.rint(beats[2:-2] * 1000).astype(int)[:, np.newaxis] + np.arange(-20, 20)
    assert np.abs(block.filtered[0][around].mean(axis=0)).max() < 1.5


@pytest.mark.parametrize("variation", [0.03, 0.1, 0.3])
def test_a_unit_that_fires_as_often_as_a_heart_is_no_heart(chance, add_potentials, variation):
    samples = chance.normal(0, 5, 60_000)
    times = 1 + np.cumsum(chance.normal(0.9, 0.9 * variation, 60).clip(0.2))
    add_potentials(samples, times[times < 59], 100.0)
    assert len(find_rhythm(samples[np.newaxis].astype(np.float32), RATE_HZ)) == 0


def test_positive_sharp_waves_under_a_needle_are_no_heart(chance):
    times = np.arange(60_000) / RATE_HZ
    waves = sum(np.exp(-np.clip(times - at, 0, None) / 0.008) * (times >= at) for at in np.arange(0.5, 59, 0.8))
    samples = (chance.normal(0, 1, 60_000) + 60 * waves)[np.newaxis].astype(np.float32)
    assert len(find_rhythm(samples, RATE_HZ, needs_waves=True)) == 0


@pytest.mark.parametrize(
    "name",
    [
        "surface_plux/emg_1000_hz_16_bits_solo.h5",
        "surface_plux/emg_fatigue.h5",
        "needle_physionet_emgdb/emg_healthy.hea",
    ],
)
def test_no_heart_is_seen_in_real_muscle(shared_data, name):
    recording = open_recording(shared_data / name)
    for index, channel in enumerate(recording.channels):
        samples = recording.read([index], 0, recording.sample_count(index))
        assert len(find_rhythm(np.nan_to_num(samples), channel.sampling_rate_hz)) == 0


def test_beats_of_a_real_heart_are_those_that_were_annotated(shared_data):
    heartbeats, beats = real_heart(shared_data)
    rhythm = find_rhythm(heartbeats[np.newaxis, :119_000].astype(np.float32), RATE_HZ)
    assert rhythm.peak / RATE_HZ == pytest.approx(beats, abs=0.02)


def test_without_a_heart_the_block_is_not_changed(chance):
    samples = chance.normal(0, 5, (1, 30_000)).astype(np.float32)
    band = design_filter(RATE_HZ, 20.0, 300.0)
    block = clean_block(samples, (band,), grid_for(RATE_HZ), LIMITS)
    assert block.left_out == []
    assert np.isfinite(block.filtered).all()
