"""MATLAB exports: the real grid recording, version 7.3, and files that ask for too much."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io

from myotwitch.errors import RecordingError
from myotwitch.recordings import ChannelKind, open_recording
from myotwitch.recordings.readers.matlab_5 import LARGEST_VARIABLE_BYTES


def write_version_5(path: Path, samples: np.ndarray, descriptions: list[str], rate: object = 2048, **others: object):
    names = np.empty((len(descriptions), 1), dtype=object)
    names[:, 0] = descriptions
    content = {"Data": samples, "SamplingFrequency": rate, "Description": names} | others
    kept = {name: value for name, value in content.items() if value is not None}
    scipy.io.savemat(path, kept, do_compression=True)
    return path


def write_version_73(path: Path, samples: np.ndarray, descriptions: list[str]) -> Path:
    """Write what MATLAB would: every array turned around, texts as numbers behind references."""
    with h5py.File(path, "w", userblock_size=512) as file:
        matrix = file.create_dataset("#refs#/data", data=samples.T, chunks=(1, 100), compression="gzip")
        cell = np.empty((1, 1), dtype=h5py.ref_dtype)
        cell[0, 0] = matrix.ref
        file.create_dataset("Data", data=cell)
        file.create_dataset("SamplingFrequency", data=np.array([[2048.0]]))
        names = np.empty((1, len(descriptions)), dtype=h5py.ref_dtype)
        for index, text in enumerate(descriptions):
            codes = np.array([[ord(sign)] for sign in text], dtype=np.uint16)
            names[0, index] = file.create_dataset(f"#refs#/{index}", data=codes).ref
        file.create_dataset("Description", data=names)
    with path.open("r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file, Platform: made by a test".ljust(124) + b"\x00\x02IM")
    return path


@pytest.fixture(scope="module")
def grid_recording(shared_data: Path):
    return open_recording(shared_data / "hdemg_openhdemg" / "otb_testfile.mat")


def test_the_real_grid_has_64_electrodes_in_microvolts_and_its_muscle(grid_recording) -> None:
    grid = [channel for channel in grid_recording.channels if channel.kind is ChannelKind.SURFACE_EMG]
    assert len(grid) == 64
    assert {(channel.unit, channel.muscle, channel.place) for channel in grid} == {("uV", "vastus_lateralis", "thigh")}
    assert grid_recording.duration_s == 32.5
    assert {channel.sampling_rate_hz for channel in grid_recording.channels} == {2048.0}


def test_force_and_decomposition_beside_the_grid_are_searched_for_nothing(grid_recording) -> None:
    others = [channel for channel in grid_recording.channels if channel.kind is ChannelKind.OTHER]
    assert len(others) == 11
    assert {channel.stated_unit for channel in others} == {"a.u", "%(MVC)"}
    assert {channel.unit for channel in others} == {None}


def test_neighbouring_electrodes_of_the_grid_lie_eight_millimetres_apart(grid_recording) -> None:
    places = np.array([channel.position_mm for channel in grid_recording.channels[:64]])
    assert len({tuple(place) for place in places}) == 64
    # Electrodes follow each other along the columns, so each is next to the one before it.
    steps = np.abs(np.diff(places, axis=0)).sum(axis=1)
    assert set(steps) == {8.0}
    assert places.max(axis=0).tolist() == [96.0, 32.0]


def test_neighbours_on_the_grid_are_more_alike_than_distant_electrodes(grid_recording) -> None:
    # The positions come from a table; that the signals agree with it is the independent check.
    start = 10 * 2048
    samples = grid_recording.read(range(64), start, start + 5 * 2048).astype(float)
    alike = np.corrcoef(samples - samples.mean(axis=1, keepdims=True))
    places = np.array([channel.position_mm for channel in grid_recording.channels[:64]])
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    # Across the columns neighbours are far apart in number: only the right layout makes them alike.
    across = (np.abs(places[:, None, 1] - places[None, :, 1]) == 8) & (places[:, None, 0] == places[None, :, 0])
    assert np.median(alike[across]) > np.median(alike[apart > 40]) + 0.2


def test_the_samples_are_those_that_scipy_loads(shared_data: Path, grid_recording) -> None:
    loaded = scipy.io.loadmat(shared_data / "hdemg_openhdemg" / "otb_testfile.mat")["Data"][0, 0]
    np.testing.assert_array_equal(grid_recording.read([0, 63, 74], 1000, 3000), loaded[1000:3000, [0, 63, 74]].T)


@pytest.mark.parametrize("write", [write_version_5, write_version_73])
def test_both_versions_of_the_format_give_the_same_recording(tmp_path: Path, write) -> None:
    samples = np.arange(600.0).reshape(200, 3)
    descriptions = ["Soleus - left GR08MM1305 (3)[mV]", "Force[N]", "unlabelled"]
    recording = open_recording(write(tmp_path / "made.mat", samples, descriptions))
    assert [channel.unit for channel in recording.channels] == ["uV", None, None]
    assert [channel.kind.value for channel in recording.channels] == ["surface_emg", "other", "emg"]
    assert recording.channels[0].position_mm == (24.0, 0.0)
    # Millivolts become microvolts; a force and an untold unit stay as stored.
    expected = samples.T[:, 10:20] * [[1000], [1], [1]]
    np.testing.assert_allclose(recording.read([0, 1, 2], 10, 20), expected)
    np.testing.assert_allclose(recording.read([2, 0], 10, 20), expected[[2, 0]])
    assert any("unlabelled" in note and "scale is unknown" in note for note in recording.notes)


@pytest.mark.parametrize(
    ("rate", "complaint"),
    [(0, "0.0 Hz"), (np.nan, "nan Hz"), ([1, 2], "2 values"), ("fast", "no number of samples a second")],
)
def test_a_rate_that_is_none_is_refused(tmp_path: Path, rate: object, complaint: str) -> None:
    path = write_version_5(tmp_path / "made.mat", np.zeros((10, 1)), ["EMG[uV]"], rate)
    with pytest.raises(RecordingError, match=complaint):
        open_recording(path)


def test_numbers_of_every_type_are_those_that_scipy_loads(tmp_path: Path) -> None:
    for code in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"):
        samples = np.arange(24).reshape(12, 2).astype(code)
        path = write_version_5(tmp_path / "made.mat", samples, ["one[uV]", "zweite Spur, µ[mV]"])
        recording = open_recording(path)
        loaded = scipy.io.loadmat(path)["Data"]
        np.testing.assert_array_equal(recording.read([0, 1], 0, 12), loaded.T * np.array([[1.0], [1000.0]]))
        assert recording.channels[1].name == "zweite Spur, µ"


def test_descriptions_may_be_one_text_of_several_lines(tmp_path: Path) -> None:
    content = {"Data": np.zeros((5, 2)), "SamplingFrequency": 100, "Description": np.array(["one[uV]", "two[mV]"])}
    scipy.io.savemat(tmp_path / "made.mat", content)
    assert [channel.name for channel in open_recording(tmp_path / "made.mat").channels] == ["one", "two"]


def test_other_variables_in_the_file_are_passed_over_whatever_they_are(tmp_path: Path) -> None:
    others = {"note": {"author": "x"}, "mask": np.array([True]), "complex": np.array([1j]), "Time": np.arange(5.0)}
    path = write_version_5(tmp_path / "made.mat", np.ones((5, 1)), ["one[uV]"], **others)
    assert open_recording(path).read([0], 0, 5).tolist() == [[1.0] * 5]


@pytest.mark.parametrize("code", [0, 8, 10, 11, 14, 19, 20, 200, 70_000])
def test_a_type_of_numbers_that_does_not_exist_is_refused(tmp_path: Path, code: int) -> None:
    # SciPy 1.17 ends the whole process over some of these.
    scipy.io.savemat(
        tmp_path / "made.mat",
        {"Data": np.arange(24.0).reshape(12, 2), "SamplingFrequency": 100.0, "Description": np.array(["a", "b"])},
    )
    content = (tmp_path / "made.mat").read_bytes()
    tag = struct.pack("<II", 9, 24 * 8)
    assert content.count(tag) == 1
    (tmp_path / "made.mat").write_bytes(content.replace(tag, struct.pack("<II", code, 24 * 8)))
    with pytest.raises(RecordingError, match="does not fit into its array"):
        open_recording(tmp_path / "made.mat")


def test_a_file_without_the_needed_variables_lists_what_it_has(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "made.mat", {"emg": np.zeros((10, 1)), "SamplingFrequency": 1000})
    with pytest.raises(RecordingError, match=r"no Data and no Description.*it has emg, SamplingFrequency"):
        open_recording(tmp_path / "made.mat")


def test_more_descriptions_than_channels_are_refused(tmp_path: Path) -> None:
    path = write_version_5(tmp_path / "made.mat", np.zeros((10, 1)), ["one[uV]", "two[uV]"])
    with pytest.raises(RecordingError, match=r"describes 2 channels, but its data has 1"):
        open_recording(path)


def test_a_few_bytes_that_unpack_to_gigabytes_are_refused_unread(tmp_path: Path) -> None:
    rows = LARGEST_VARIABLE_BYTES // 8 + 1_000_000
    order = "<"
    head = struct.pack(order + "IIII", 6, 8, 6, 0) + struct.pack(order + "IIii", 5, 8, rows, 1)
    head += struct.pack(order + "II", 1, 4) + b"Data\x00\x00\x00\x00" + struct.pack(order + "II", 9, rows * 8)
    packer = zlib.compressobj(9)
    packed = packer.compress(struct.pack(order + "II", 14, len(head) + rows * 8) + head)
    zeros = bytes(1_000_000)
    for _ in range(rows * 8 // len(zeros) + 1):
        packed += packer.compress(zeros)
    packed += packer.flush()
    content = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + struct.pack(order + "II", 15, len(packed)) + packed
    (tmp_path / "bomb.mat").write_bytes(content)
    assert len(content) < 1_000_000
    with pytest.raises(RecordingError, match=r"takes 520 MB unpacked.*v7\.3"):
        open_recording(tmp_path / "bomb.mat")


def test_claimed_cells_that_cannot_be_there_are_refused(tmp_path: Path) -> None:
    head = struct.pack("<IIII", 6, 8, 1, 0) + struct.pack("<IIii", 5, 8, 100_000, 10_000)
    head += struct.pack("<II", 1, 4) + b"Data\x00\x00\x00\x00"
    content = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + struct.pack("<II", 14, len(head)) + head
    (tmp_path / "made.mat").write_bytes(content)
    with pytest.raises(RecordingError, match=r"1000000000 cells are claimed"):
        open_recording(tmp_path / "made.mat")
