"""OpenSignals HDF5 files: real ones from biosignalsplux, and made ones that reach out or lie."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from myotwitch.errors import RecordingError
from myotwitch.recordings import ChannelKind, open_recording
from myotwitch.recordings.readers import hdf5_probe, hdf5_safety


def write_device(file: h5py.File, counts: np.ndarray, *, rate: int = 1000, address: str = "00:01", **stated: object):
    """Add a device with one channel to `file` and return its group."""
    device = file.create_group(address)
    device.attrs["sampling rate"] = np.int32(rate)
    device.attrs["channels"] = np.array([1], dtype=np.int32)
    device.attrs["resolution"] = np.array([stated.get("bits", 16)], dtype=np.int32)
    device.attrs["nsamples"] = np.int32(stated.get("nsamples", len(counts)))
    dataset = device.create_dataset("raw/channel_1", data=counts.astype(np.uint16).reshape(-1, 1))
    dataset.attrs["label"] = stated.get("label", "CH1")
    dataset.attrs["sensor"] = stated.get("sensor", "EMG")
    return device


@pytest.mark.parametrize(
    ("name", "kind", "rate_hz", "sample_count", "largest"),
    [
        ("ecg_4000_Hz.h5", ChannelKind.ECG, 4000.0, 41_400, 65_535.0),
        ("ecg_5_min.h5", ChannelKind.ECG, 1000.0, 300_000, 65_535.0),
        ("emg_1000_hz_16_bits_solo.h5", ChannelKind.EMG, 1000.0, 87_600, 65_535.0),
        ("emg_bursts.h5", ChannelKind.EMG, 1000.0, 28_519, 65_535.0),
        ("emg_fatigue.h5", ChannelKind.EMG, 1000.0, 126_900, 4095.0),
    ],
)
def test_a_real_file_is_read_as_stored_and_claims_no_microvolts(
    shared_data: Path, name: str, kind: ChannelKind, rate_hz: float, sample_count: int, largest: float
) -> None:
    path = shared_data / "surface_plux" / name
    recording = open_recording(path)
    (channel,) = recording.channels
    assert (channel.kind, channel.sampling_rate_hz, channel.unit) == (kind, rate_hz, None)
    assert (channel.clipping_low, channel.clipping_high) == (0.0, largest)
    assert recording.sample_count(0) == sample_count
    assert "scale is unknown" in recording.notes[0]
    assert f"{path.stem}.json" in recording.notes[0]
    with h5py.File(path) as file:
        stored = next(iter(next(iter(file.values()))["raw"].values()))[()].reshape(-1)
    np.testing.assert_array_equal(recording.read([0], 100, 900)[0], stored[100:900])


def test_two_devices_of_different_length_and_rate_are_two_channels_with_what_is_missing_marked(
    shared_data: Path,
) -> None:
    recording = open_recording(shared_data / "surface_plux" / "emg_1000_hz_16_bits.h5")
    assert [channel.sampling_rate_hz for channel in recording.channels] == [1000.0, 10.0]
    assert recording.duration_s == 54.0
    end = recording.read([0], 40_490, 40_510)[0]
    assert np.isfinite(end[:10]).all()
    assert np.isnan(end[10:]).all()
    assert np.isfinite(recording.read([1], 0, 540)).all()


def test_two_devices_with_different_resolution_state_their_own_ranges(shared_data: Path) -> None:
    recording = open_recording(shared_data / "surface_plux" / "emg_1000_hz_8_16_bits.h5")
    assert [channel.clipping_high for channel in recording.channels] == [65_535.0, 255.0]


def test_equal_labels_of_two_devices_are_told_apart(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "two.h5", "w") as file:
        write_device(file, np.arange(10), address="00:01")
        write_device(file, np.arange(10), address="00:02")
    names = [channel.name for channel in open_recording(tmp_path / "two.h5").channels]
    assert names == ["00:01 CH1", "00:02 CH1"]


@pytest.mark.parametrize(
    ("sensor", "kind"), [("ecg", ChannelKind.ECG), ("RAW", ChannelKind.EMG), ("ACC", ChannelKind.OTHER)]
)
def test_the_sensor_tells_the_kind_and_an_untold_one_is_noted(tmp_path: Path, sensor: str, kind: ChannelKind) -> None:
    with h5py.File(tmp_path / "made.h5", "w") as file:
        write_device(file, np.arange(10), sensor=sensor)
    recording = open_recording(tmp_path / "made.h5")
    assert recording.channels[0].kind is kind
    assert any("does not say what" in note for note in recording.notes) == (sensor == "RAW")


def test_a_length_that_differs_from_the_stated_one_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "made.h5", "w") as file:
        write_device(file, np.arange(10), nsamples=1000)
    with pytest.raises(RecordingError, match=r"states 1000 samples, but channel_1 holds 10"):
        open_recording(tmp_path / "made.h5")


def test_a_link_out_of_the_file_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "target.h5", "w") as file:
        write_device(file, np.arange(10))
    with h5py.File(tmp_path / "made.h5", "w") as file:
        device = write_device(file, np.arange(10))
        del device["raw/channel_1"]
        device["raw/channel_1"] = h5py.ExternalLink(str(tmp_path / "target.h5"), "/00:01/raw/channel_1")
    with pytest.raises(RecordingError, match=r"path outside"):
        open_recording(tmp_path / "made.h5")


def test_samples_kept_in_another_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(100))
    with h5py.File(tmp_path / "made.h5", "w") as file:
        device = write_device(file, np.arange(10))
        del device["raw/channel_1"]
        outside = [(str(tmp_path / "secret.bin"), 0, 20)]
        device["raw"].create_dataset("channel_1", (10, 1), np.uint16, external=outside)
    with pytest.raises(RecordingError, match=r"path outside"):
        open_recording(tmp_path / "made.h5")


def test_a_dataset_that_claims_far_more_than_is_stored_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "made.h5", "w") as file:
        device = write_device(file, np.arange(10), nsamples=2_000_000_000)
        del device["raw/channel_1"]
        device["raw"].create_dataset("channel_1", (2_000_000_000, 1), np.uint16, chunks=(1024, 1))
    with pytest.raises(RecordingError, match=r"claims 4000000000 bytes"):
        open_recording(tmp_path / "made.h5")


def test_chunks_too_large_for_memory_are_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "made.h5", "w") as file:
        device = write_device(file, np.arange(10), nsamples=100_000_000)
        del device["raw/channel_1"]
        device["raw"].create_dataset("channel_1", (100_000_000, 1), np.uint16, chunks=(100_000_000, 1))
    with pytest.raises(RecordingError, match=r"pieces of 200000000 bytes"):
        open_recording(tmp_path / "made.h5")


def test_another_hdf5_file_says_what_was_looked_for(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "made.h5", "w") as file:
        file["something"] = np.arange(3)
    with pytest.raises(RecordingError, match=r"not as OpenSignals writes it.*'something'"):
        open_recording(tmp_path / "made.h5")


def test_a_file_over_which_the_hdf5_library_never_ends_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with h5py.File(tmp_path / "made.h5", "w") as file:
        write_device(file, np.arange(10))
    content = bytearray((tmp_path / "made.h5").read_bytes())
    # The heap of texts: after its head of 16 bytes come the two texts of 24 bytes each, then the free space. With a
    # free space of no length HDF5 2.0 does not find the end.
    free_space = content.index(b"GCOL") + 16 + 2 * 24
    content[free_space : free_space + 16] = bytes(16)
    (tmp_path / "made.h5").write_bytes(content)
    monkeypatch.setattr(hdf5_safety, "_LONGEST_PROBE_S", 3.0)
    with pytest.raises(RecordingError, match=r"could not be read within 3 s"):
        open_recording(tmp_path / "made.h5")


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "breaks down over it"),
        (f"raise SystemExit({hdf5_safety.SWELLED})", "asks for more memory than it can need"),
    ],
)
def test_a_file_over_which_the_probe_crashes_or_swells_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, complaint: str
) -> None:
    with h5py.File(tmp_path / "made.h5", "w") as file:
        write_device(file, np.arange(10))
    (tmp_path / "hdf5_probe.py").write_text(script)
    monkeypatch.setattr(hdf5_safety, "__file__", str(tmp_path / "hdf5_safety.py"))
    with pytest.raises(RecordingError, match=complaint):
        open_recording(tmp_path / "made.h5")


def test_the_probe_and_its_caller_mean_the_same_by_an_exit_status() -> None:
    assert hdf5_probe.SWELLED == hdf5_safety.SWELLED
