import numpy as np
import pytest

from myotwitch.detection import DETECTORS, DetectionSettings, detect
from myotwitch.errors import RequestError, UnknownNameError
from myotwitch.recordings import ChannelKind
from myotwitch.twitches import Extent, Kind, summarise


def test_ecg_and_other_channels_are_said_to_be_unusable(make_recording, chance):
    for kind, word in ((ChannelKind.ECG, "heart"), (ChannelKind.OTHER, "not an EMG")):
        found = detect(make_recording(chance.normal(0, 5, 10_000), kind=kind))
        (channel,) = found.observation.channels
        assert not channel.usable
        assert word in channel.problem
        assert (len(found), found.observation.analysed_s) == (0, 0.0)
        assert summarise(found).rate_per_min is None


def test_a_slow_recording_is_said_to_need_another_export(make_recording, chance):
    found = detect(make_recording(chance.normal(0, 5, 3600), rate_hz=360.0))
    assert found.observation.channels[0].problem == (
        "Sampling rate is 360 Hz; detection needs at least 500 Hz. Re-export the file at its original rate."
    )


@pytest.mark.parametrize(
    "samples",
    [np.zeros(1), np.full(10_000, 4.0), np.full(10_000, np.nan), np.full(10_000, np.inf), np.zeros(2000)],
    ids=["one sample", "constant", "lost", "infinite", "two seconds of nothing"],
)
def test_empty_recordings_give_no_twitch_no_error_and_a_reason(make_recording, samples):
    found = detect(make_recording(samples))
    assert len(found) == 0
    assert found.observation.analysed_s == 0.0
    assert found.observation.channels[0].problem


@pytest.mark.parametrize("length", [2000, 2001, 2051, 10_001, 60_001, 61_234])
def test_every_length_is_searched_to_its_end(make_recording, chance, add_potentials, length):
    samples = chance.normal(0, 5, length)
    add_potentials(samples, [length / 1000 - 0.3], 100.0)
    found = detect(make_recording(samples), DetectionSettings(threshold_factor=8.0))
    assert found.onset_s == pytest.approx([length / 1000 - 0.305], abs=0.006)


def test_an_event_is_measured(make_recording, chance, add_potentials):
    samples = chance.normal(0, 2, 20_000)
    found = detect(make_recording(add_potentials(samples, [10.0], 100.0)))
    assert found.kind == (Kind.FASCICULATION,)
    assert found.extent == (Extent.BUNDLE,)
    assert found.isolated.tolist() == [True]
    assert found.source.tolist() == found.burst.tolist() == [-1]
    assert found.confidence[0] > 0.99
    assert 100 < found.peak_to_peak_uv[0] < 180
    assert 0.004 < found.duration_s[0] < 0.03


def test_a_burst_of_many_units_is_myoclonus_if_short_and_unknown_if_long(make_recording, chance):
    samples = chance.normal(0, 2, 30_000)
    samples[10_000:10_100] += chance.normal(0, 60, 100)
    samples[20_000:20_230] += chance.normal(0, 60, 230)
    found = detect(make_recording(samples))
    assert found.kind == (Kind.MYOCLONUS, Kind.UNKNOWN)
    assert found.extent == (Extent.BELLY, Extent.BELLY)


def test_surface_recordings_never_yield_single_fibre_kinds(make_recording, chance):
    samples = chance.normal(0, 2, 30_000)
    samples[1000::700] += 60
    assert not {Kind.FIBRILLATION, Kind.POSITIVE_SHARP_WAVE} & set(detect(make_recording(samples)).kind)


def test_unknown_scales_give_no_microvolts(make_recording, chance, add_potentials):
    samples = add_potentials(chance.normal(0, 5, 20_000), [10.0], 100.0)
    found = detect(make_recording(samples, unit=None))
    assert np.isnan(found.peak_to_peak_uv).all()
    assert found.peak_to_noise[0] > 10
    assert any("scale" in note for note in found.observation.notes)


def test_the_observation_says_what_could_be_seen(make_recording, chance):
    found = detect(make_recording(chance.normal(0, 5, 20_000)))
    (channel,) = found.observation.channels
    assert channel.usable
    assert 3 < channel.noise < 5
    assert found.observation.smallest_detectable == pytest.approx(2 * 4.956 * channel.noise, rel=0.01)
    assert found.observation.detector.startswith("shapes: 4.96 noise SD in 20 to 300 Hz")


def test_progress_is_told_up_to_the_end(make_recording, chance):
    told = []
    detect(make_recording(chance.normal(0, 5, 130_000)), progress=lambda done, whole: told.append((done, whole)))
    assert [whole for _, whole in told] == [130.0] * len(told)
    assert told[-1][0] == 130.0
    assert sorted(told) == told


def test_a_lower_false_alarm_rate_finds_no_more(make_recording, chance):
    recording = make_recording(chance.normal(0, 5, 120_000))
    strict = detect(recording, DetectionSettings(false_alarms_per_min=0.1))
    loose = detect(recording, DetectionSettings(false_alarms_per_min=30.0))
    assert len(strict) <= len(loose)


def test_an_unknown_detector_is_refused_with_the_nearest_name(make_recording):
    with pytest.raises(UnknownNameError, match="Did you mean 'threshold'"):
        detect(make_recording(np.zeros(3000)), DetectionSettings(detector="treshold"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"mains_hz": 55.0},
        {"false_alarms_per_min": 0.0},
        {"threshold_factor": 1.0},
        {"block_s": 1.0},
        {"low_hz": -3.0},
        {"low_hz": 100.0, "high_hz": 50.0},
        {"workers": 0},
        {"doublet_s": 1.0},
    ],
    ids=" ".join,
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(RequestError, match="Detection setting"):
        DetectionSettings(**wrong)


def test_a_band_that_the_rate_does_not_hold_is_refused(make_recording, chance):
    with pytest.raises(RequestError, match="pass band"):
        detect(make_recording(chance.normal(0, 5, 5000), rate_hz=500.0), DetectionSettings(low_hz=300.0, high_hz=400.0))


def test_every_detector_answers_in_the_same_form(make_recording, chance):
    recording = make_recording(chance.normal(0, 5, 5000))
    for name in DETECTORS:
        found = detect(recording, DetectionSettings(detector=name))
        assert found.observation.detector.startswith(name)
