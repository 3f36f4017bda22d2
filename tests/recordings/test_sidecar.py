"""The sidecar: what it changes, what it may not change, and all of its faults at once."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from myotwitch.errors import RecordingError
from myotwitch.recordings import ChannelKind, Recording, open_recording


def open_with(folder: Path, sidecar: object, header: str = "one,two") -> Recording:
    (folder / "made.csv").write_text(f"{header}\n10,20\n30,40\n")
    text = sidecar if isinstance(sidecar, str) else json.dumps(sidecar)
    (folder / "made.json").write_text(text)
    return open_recording(folder / "made.csv")


def test_the_top_holds_for_all_channels_and_an_entry_for_its_own(tmp_path: Path) -> None:
    recording = open_with(
        tmp_path,
        {
            "schema": "myotwitch.sidecar/1",
            "sampling_rate_hz": 1000,
            "unit": "mV",
            "place": "calf",
            "side": "left",
            "channels": [
                {"name": "two", "muscle": "Soleus", "side": "right", "position_mm": [0, 8.5], "kind": "needle_emg"}
            ],
        },
    )
    one, two = recording.channels
    assert (one.place, one.side, one.muscle, one.kind) == ("calf", "left", None, ChannelKind.EMG)
    assert (two.place, two.side, two.muscle, two.kind) == ("calf", "right", "soleus", ChannelKind.NEEDLE_EMG)
    assert two.position_mm == (0.0, 8.5)
    assert {channel.unit for channel in recording.channels} == {"uV"}


def test_a_stored_number_means_itself_less_zero_times_scale(tmp_path: Path) -> None:
    recording = open_with(tmp_path, {"sampling_rate_hz": 1000, "unit": "mV", "scale": -0.5, "zero": 10})
    np.testing.assert_allclose(recording.read([0, 1], 0, 2), [[0, -10_000], [-5_000, -15_000]])


def test_the_scale_of_a_real_opensignals_file_can_be_stated(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "surface_plux" / "emg_bursts.h5"
    path = tmp_path / source.name
    path.write_bytes(source.read_bytes())
    path.with_suffix(".json").write_text('{"unit": "uV", "scale": 0.0457, "zero": 32768, "place": "upper_arm"}')
    plain, stated = open_recording(source), open_recording(path)
    (channel,) = stated.channels
    assert (channel.unit, channel.place, stated.scale_is_known) == ("uV", "upper_arm", True)
    assert (channel.clipping_low, channel.clipping_high) == pytest.approx((-32768 * 0.0457, 32767 * 0.0457))
    expected = (plain.read([0], 0, 500) - 32768) * 0.0457
    np.testing.assert_allclose(stated.read([0], 0, 500), expected, rtol=1e-5)
    assert stated.notes == ()


def test_a_kind_can_be_stated_for_any_format(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "made.h5", "w") as file:
        device = file.create_group("00:01")
        device.attrs.update({"sampling rate": 1000, "channels": [1]})
        device["raw/channel_1"] = np.arange(5, dtype=np.uint16)
    (tmp_path / "made.json").write_text('{"kind": "ecg"}')
    assert open_recording(tmp_path / "made.h5").channels[0].kind is ChannelKind.ECG


def test_all_faults_are_listed_at_once_with_the_nearest_names(tmp_path: Path) -> None:
    with pytest.raises(RecordingError) as caught:
        open_with(
            tmp_path,
            {
                "sampling_rate_hz": -5,
                "unit": 3,
                "plase": "calf",
                "place": "calv",
                "side": "middle",
                "channels": [{"name": "one", "muscle": "soleuss"}, {"kind": "emgg"}, {"name": "two", "scale": 0}],
            },
        )
    message = str(caught.value)
    assert "has 9 faults" in message
    for expected in [
        "sampling_rate_hz: ",
        "unit: ",
        "plase: there is no such entry. Did you mean 'place'?",
        "place: 'calv' is no known place. Did you mean 'calf'?",
        "side: 'middle' is no side; allowed are left, right, both",
        "channels[0].muscle: ",
        "channels[1].name: ",
        "channels[1].kind: 'emgg' is no kind of channel",
        "channels[2]: scale is 0",
    ]:
        assert expected in message


@pytest.mark.parametrize(
    ("sidecar", "complaint"),
    [
        ({"sampling_rate_hz": 1000, "channels": [{"name": "on"}]}, "'on' is no channel of .* Did you mean 'one'"),
        ({"sampling_rate_hz": 1000, "channels": [{"name": "one"}, {"name": "one"}]}, "described a second time"),
        ({"sampling_rate_hz": 1000, "scale": 2}, "a scale needs its unit"),
        ({"sampling_rate_hz": 1000, "unit": "furlong"}, "'furlong' is no voltage; allowed are V, mV, uV"),
        ({"schema": "myotwitch.sidecar/2", "sampling_rate_hz": 1000}, "schema"),
        ({"unit": "uV"}, "states no sampling rate"),
        ({"SamplingFrequency": 1000}, "SamplingFrequency: there is no such entry"),
        ([1, 2], "dictionary|object"),
        ('{"sampling_rate_hz": 1000', "is not JSON"),
        ('{"sampling_rate_hz": NaN}', "sampling_rate_hz"),
        ('{"sampling_rate_hz": "1000"}', "sampling_rate_hz"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_sidecar_at_fault_is_refused(tmp_path: Path, sidecar: object, complaint: str) -> None:
    with pytest.raises(RecordingError, match=complaint):
        open_with(tmp_path, sidecar)


def test_a_scale_for_a_file_that_states_its_own_is_refused(shared_data: Path, tmp_path: Path) -> None:
    for ending in (".hea", ".dat"):
        source = shared_data / "needle_physionet_emgdb" / f"emg_healthy{ending}"
        (tmp_path / source.name).write_bytes(source.read_bytes())
    sidecar = tmp_path / "emg_healthy.json"
    sidecar.write_text('{"unit": "uV", "scale": 2}')
    with pytest.raises(RecordingError, match="the file itself states mV; remove unit, scale and zero"):
        open_recording(tmp_path / "emg_healthy.hea")
    sidecar.write_text('{"sampling_rate_hz": 2000}')
    with pytest.raises(RecordingError, match=r"2000\.0 Hz is stated, but the file itself has 4000\.0 Hz"):
        open_recording(tmp_path / "emg_healthy.hea")
    sidecar.write_text('{"muscle": "tibialis anterior", "side": "right"}')
    (channel,) = open_recording(tmp_path / "emg_healthy.hea").channels
    assert (channel.muscle, channel.side, channel.unit) == ("tibialis_anterior", "right", "uV")


@pytest.mark.parametrize("other", ['{"schema": "myotwitch.detection/1", "unit": 5}', '{"TaskName": "rest"}', "[1]"])
def test_another_json_file_beside_a_recording_is_left_alone(tmp_path: Path, other: str) -> None:
    (tmp_path / "made.csv").write_text("time_s,emg\n0,1\n0.001,2\n")
    (tmp_path / "made.json").write_text(other)
    assert open_recording(tmp_path / "made.csv").channels[0].unit is None
