"""WFDB records: real ones from PhysioNet, and made ones whose every sample is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from myotwitch.errors import RecordingError
from myotwitch.recordings import ChannelKind, open_recording


def write_record(folder: Path, stored: np.ndarray, signal_lines: list[str], record_line: str) -> Path:
    """Lay a record called ``made`` into `folder`; `stored` has the shape (samples, signals)."""
    (folder / "made.dat").write_bytes(np.ascontiguousarray(stored, dtype="<i2").tobytes())
    header = folder / "made.hea"
    header.write_text("\n".join([record_line, *signal_lines]) + "\n")
    return header


@pytest.mark.parametrize(
    ("name", "sample_count"), [("emg_healthy", 50860), ("emg_myopathy", 110337), ("emg_neuropathy", 147858)]
)
@pytest.mark.parametrize("ending", [".hea", ".dat"])
def test_a_physionet_record_is_read_in_microvolts_whichever_file_is_named(
    shared_data: Path, name: str, sample_count: int, ending: str
) -> None:
    path = shared_data / "needle_physionet_emgdb" / f"{name}{ending}"
    recording = open_recording(path)
    channel = recording.channels[0]
    # The header gives 10 000 stored units a millivolt, in one record worded 'mv'.
    stored = np.fromfile(path.with_suffix(".dat"), dtype="<i2")
    assert recording.sample_count(0) == sample_count == stored.size
    assert (channel.unit, channel.sampling_rate_hz, channel.kind) == ("uV", 4000.0, ChannelKind.NEEDLE_EMG)
    np.testing.assert_allclose(recording.read([0], 0, sample_count)[0], stored / 10.0, rtol=1e-6)


def test_the_clipped_record_states_the_value_at_which_it_clips(shared_data: Path) -> None:
    recording = open_recording(shared_data / "needle_physionet_emgdb" / "emg_neuropathy.hea")
    samples = recording.read([0], 0, recording.sample_count(0))
    assert recording.channels[0].clipping_low == pytest.approx(-3276.7)
    assert samples.min() == pytest.approx(recording.channels[0].clipping_low)


def test_the_ecg_record_is_known_as_ecg_and_reads_alike_in_pieces(shared_data: Path) -> None:
    recording = open_recording(shared_data / "ecg_wfdb" / "100.hea")
    assert [channel.kind for channel in recording.channels] == [ChannelKind.ECG, ChannelKind.ECG]
    assert recording.duration_s == pytest.approx(650_000 / 360)
    whole = recording.read([0, 1], 0, 20_001)
    pieces = [block.samples for block in recording.blocks([0, 1], block_s=7.003)]
    np.testing.assert_array_equal(np.concatenate(pieces, axis=1)[:, :20_001], whole)
    # First stored samples of record 100 are 995 and 1011 (its header); gain 200, zero 1024, in mV.
    np.testing.assert_allclose(whole[:, 0], [-145.0, -65.0], rtol=1e-6)


def test_channels_come_in_the_order_that_is_asked_for(tmp_path: Path) -> None:
    stored = np.column_stack([np.arange(100), np.arange(100) + 1000, np.arange(100) + 2000])
    lines = [f"made.dat 16 1000/mV 16 0 0 0 0 emg {index}" for index in range(3)]
    recording = open_recording(write_record(tmp_path, stored, lines, "made 3 1000 100"))
    assert recording.read([2, 0, 2], 10, 12).tolist() == [[2010, 2011], [10, 11], [2010, 2011]]


def test_a_signal_without_gain_has_no_unit_and_comes_as_stored(tmp_path: Path) -> None:
    lines = ["made.dat 16 0 16 0 0 0 0 one", "made.dat 16 200 16 0 0 0 0 two", "made.dat 16"]
    stored = np.tile(np.array([[400, 400, 400]]), (10, 1))
    recording = open_recording(write_record(tmp_path, stored, lines, "made 3 1000 10"))
    assert [channel.unit for channel in recording.channels] == [None, "uV", None]
    assert recording.read([0, 1, 2], 0, 1)[:, 0].tolist() == [400.0, 2000.0, 400.0]
    assert "scale is unknown" in recording.notes[0]
    assert not recording.scale_is_known


def test_a_missing_sample_comes_as_nan(tmp_path: Path) -> None:
    stored = np.array([[5], [-32768], [7]])
    recording = open_recording(write_record(tmp_path, stored, ["made.dat 16 1000/mV"], "made 1 1000 3"))
    np.testing.assert_array_equal(recording.read([0], 0, 3), [[5.0, np.nan, 7.0]])


def test_signals_with_several_samples_a_frame_have_their_own_rates(tmp_path: Path) -> None:
    frames = np.arange(30).reshape(10, 3)
    lines = ["made.dat 16x2 1000/mV 16 0 0 0 0 fast", "made.dat 16 1000/mV 16 0 0 0 0 slow"]
    recording = open_recording(write_record(tmp_path, frames, lines, "made 2 100 10"))
    assert [channel.sampling_rate_hz for channel in recording.channels] == [200.0, 100.0]
    assert recording.read([0], 1, 5).tolist() == [[1.0, 3.0, 4.0, 6.0]]
    assert recording.read([1], 8, 10).tolist() == [[26.0, 29.0]]


def test_a_record_of_segments_is_read_through_its_gap(tmp_path: Path) -> None:
    for number, first in ((1, 0), (2, 500)):
        np.arange(first, first + 50, dtype="<i2").tofile(tmp_path / f"part_{number}.dat")
        header = f"part_{number} 1 1000 50\npart_{number}.dat 16 1000/mV 16 0 0 0 0 EMG\n"
        (tmp_path / f"part_{number}.hea").write_text(header)
    (tmp_path / "made.hea").write_text("made/3 1 1000 120\npart_1 50\n~ 20\npart_2 50\n")
    recording = open_recording(tmp_path / "made.hea")
    expected = [*range(50), *[np.nan] * 20, *range(500, 550)]
    np.testing.assert_array_equal(recording.read([0], 0, 120)[0], expected)
    np.testing.assert_array_equal(recording.read([0], 52, 60)[0], [np.nan] * 8)
    np.testing.assert_array_equal(recording.read([0], 65, 75)[0], expected[65:75])


def test_segments_of_variable_layout_lack_some_signals_and_differ_in_gain(tmp_path: Path) -> None:
    np.arange(50, dtype="<i2").tofile(tmp_path / "part_1.dat")
    (tmp_path / "part_1.hea").write_text("part_1 1 1000 50\npart_1.dat 16 1000/mV 16 0 0 0 0 one\n")
    np.arange(100, dtype="<i2").tofile(tmp_path / "part_2.dat")
    lines = "part_2.dat 16 1000/mV 16 0 0 0 0 two\npart_2.dat 16 500/mV 16 0 0 0 0 one\n"
    (tmp_path / "part_2.hea").write_text(f"part_2 2 1000 50\n{lines}")
    layout = "~ 0 1000/mV 16 0 0 0 0 one\n~ 0 1000/mV 16 0 0 0 0 two\n"
    (tmp_path / "layout.hea").write_text(f"layout 2 1000 0\n{layout}")
    (tmp_path / "made.hea").write_text("made/3 2 1000 100\nlayout 0\npart_1 50\npart_2 50\n")
    recording = open_recording(tmp_path / "made.hea")
    assert [channel.name for channel in recording.channels] == ["one", "two"]
    expected = [[48, 49, 2, 6], [np.nan, np.nan, 0, 2]]
    np.testing.assert_array_equal(recording.read([0, 1], 48, 52), expected)


def test_signals_of_the_same_name_are_told_apart_by_number(tmp_path: Path) -> None:
    lines = ["made.dat 16 1000/mV 16 0 0 0 0 EMG"] * 2
    recording = open_recording(write_record(tmp_path, np.zeros((10, 2)), lines, "made 2 1000 10"))
    assert [channel.name for channel in recording.channels] == ["EMG 1", "EMG 2"]


def test_a_folder_with_odd_signs_in_its_name_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / "odd [x] #%20 ü"
    folder.mkdir()
    path = write_record(folder, np.full((10, 1), 3), ["made.dat 16 1000/mV"], "made 1 1000 10")
    assert open_recording(path).read([0], 9, 10).tolist() == [[3.0]]


@pytest.mark.parametrize(
    ("record_line", "signal_line", "complaint"),
    [
        ("made 1 1000 11", "made.dat 16 1000/mV", "promises 11 samples, but made.dat holds 10"),
        ("made 1 1000 99999999999999", "made.dat 16 1000/mV", "promises 99999999999999 samples"),
        ("made 1 1000", "made.dat 16 1000/mV", "write it 10, as made.dat holds, as the fourth entry"),
        ("made 2 1000 10", "made.dat 16 1000/mV", "announces 2 signals and describes 1"),
        ("made 0 1000 10", "", "no signal"),
        ("made 1 0 10", "made.dat 16 1000/mV", "sampling rate of 0"),
        ("made 1 1000 10", "../../etc/passwd 16 1000/mV", "path outside"),
        ("made 1 1000 10", "/etc/passwd 16 1000/mV", "path outside"),
        ("made 1 1000 10", "..\\secret.dat 16 1000/mV", "path outside"),
        ("made 1 1000 10", "other.dat 16 1000/mV", "needs its signal file other.dat"),
        ("made 1 1000 10", "made.dat 8 1000/mV", "Format 8 stores differences"),
        ("made 1 1000 10", "made.dat 17 1000/mV", "signal format 17 cannot be read"),
        ("made 1 1000 10", "made.dat 16:999999999 1000/mV", "skew"),
        ("made 1 1000 10", "made.dat 16x999999999 1000/mV", "promises 10 samples"),
        ("made 1 1000 10", "made.dat 16+999999999 1000/mV", "promises 10 samples"),
        ("made/2 1 1000 10", "made 10", "announces 2 segments and lists 1"),
        ("made/1 1 1000 10", "made 10", "segment made of segments"),
        ("made/1 1 1000 10", "../x 10", "path outside"),
        ("made/1 1 1000 10", "gone 10", "needs the segment gone.hea"),
        ("../made 1 1000 10", "made.dat 16 1000/mV", "path outside"),
        ("made two", "", "cannot be opened"),
    ],
)
def test_a_header_that_contradicts_its_files_is_refused(
    tmp_path: Path, record_line: str, signal_line: str, complaint: str
) -> None:
    path = write_record(tmp_path, np.zeros((10, 1)), [signal_line], record_line)
    with pytest.raises(RecordingError, match=complaint.replace("(", r"\(")):
        open_recording(path)


def test_a_signal_file_without_header_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "lone.dat").write_bytes(b"1234")
    with pytest.raises(RecordingError, match=r"needs its header lone\.hea"):
        open_recording(tmp_path / "lone.dat")
