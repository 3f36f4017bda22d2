"""What is found in the real recordings; looked at in pictures when these tests were written."""

import numpy as np
import pytest

from myotwitch.detection import detect
from myotwitch.recordings import open_recording, recording_from_array
from myotwitch.twitches import ExclusionReason, Kind


def seconds(twitches, reason):
    return sum(
        (stretch.stop_s - stretch.start_s) * len(stretch.channels) / len(twitches.observation.channels)
        for stretch in twitches.observation.excluded
        if stretch.reason is reason
    )


@pytest.mark.parametrize("name", ["surface_plux/ecg_5_min.h5", "surface_plux/ecg_4000_Hz.h5", "ecg_wfdb/100.hea"])
def test_heart_recordings_give_no_twitch(shared_data, name):
    found = detect(open_recording(shared_data / name))
    assert len(found) == 0
    assert found.observation.analysed_s == 0.0


def test_a_heart_recording_passed_off_as_emg_gives_almost_no_twitch(shared_data):
    heart = open_recording(shared_data / "surface_plux/ecg_5_min.h5")
    samples = heart.read([0], 0, heart.sample_count(0))
    found = detect(recording_from_array(samples, 1000.0, unit=None))
    assert len(found) <= 5
    assert found.observation.analysed_s > 290


@pytest.mark.parametrize(
    ("name", "start_s", "stop_s"),
    [
        ("emg_1000_hz_16_bits_solo.h5", 16.2, 18.6),
        ("emg_1000_hz_16_bits_solo.h5", 20.2, 22.4),
        ("emg_1000_hz_16_bits_solo.h5", 50.6, 53.2),
        ("emg_1000_hz_16_bits_solo.h5", 54.0, 57.0),
        ("emg_1000_hz_16_bits_solo.h5", 73.0, 77.4),
        ("emg_1000_hz_16_bits.h5", 0.0, 1.6),
    ],
)
def test_rest_between_contractions_holds_no_twitch(shared_data, name, start_s, stop_s):
    found = detect(open_recording(shared_data / "surface_plux" / name))
    assert not np.any((found.onset_s > start_s) & (found.onset_s < stop_s))


def test_strong_cyclic_contractions_are_voluntary(shared_data):
    found = detect(open_recording(shared_data / "surface_plux/emg_fatigue.h5"))
    assert seconds(found, ExclusionReason.VOLUNTARY) > 100
    assert len(found) < 20


def test_the_tonic_unit_of_the_neuropathy_record_is_no_fasciculation(shared_data):
    found = detect(open_recording(shared_data / "needle_physionet_emgdb/emg_neuropathy.hea"))
    assert Kind.FASCICULATION not in found.kind
    assert seconds(found, ExclusionReason.VOLUNTARY) > 30


def test_the_contraction_of_the_grid_is_voluntary(shared_data):
    found = detect(open_recording(shared_data / "hdemg_openhdemg/otb_testfile.mat"))
    during = (found.onset_s > 3) & (found.onset_s < 29)
    assert not during.any()
    assert len(found) <= 8
