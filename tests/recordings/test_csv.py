"""Tables of numbers in text: how they are read, and the line that a complaint names."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from myotwitch.errors import RecordingError
from myotwitch.recordings import ChannelKind, Recording, open_recording


def open_text(folder: Path, text: str | bytes, sidecar: dict | None = None, ending: str = ".csv") -> Recording:
    path = folder / f"made{ending}"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if sidecar is not None:
        (folder / "made.json").write_text(json.dumps(sidecar))
    return open_recording(path)


def test_a_column_of_times_gives_the_rate(tmp_path: Path) -> None:
    rows = "".join(f"{index / 2048:.6f},{index}\n" for index in range(2048))
    recording = open_text(tmp_path, "time_s,emg\n" + rows)
    assert [channel.name for channel in recording.channels] == ["emg"]
    assert recording.channels[0].sampling_rate_hz == 2048.0
    assert recording.read([0], 100, 103).tolist() == [[100.0, 101.0, 102.0]]
    assert "scale is unknown" in recording.notes[0]


def test_times_rounded_to_milliseconds_give_the_whole_rate(tmp_path: Path) -> None:
    rows = "".join(f"{round(index / 2000, 3)},{index}\n" for index in range(40_001))
    assert open_text(tmp_path, "t,emg\n" + rows).channels[0].sampling_rate_hz == 2000.0


def test_a_sidecar_gives_rate_and_unit(tmp_path: Path) -> None:
    recording = open_text(tmp_path, "emg,force\n1,5\n2,6\n", {"sampling_rate_hz": 1000, "unit": "mV"})
    assert recording.duration_s == pytest.approx(0.002)
    assert [channel.kind for channel in recording.channels] == [ChannelKind.EMG, ChannelKind.OTHER]
    assert recording.read([0], 0, 2).tolist() == [[1000.0, 2000.0]]
    assert recording.notes == ()


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("a,b\n1.5,2\n-3e1,4\n", ".csv"),
        ("a;b\n1,5;2\n-30;4\n", ".csv"),
        ("a;b\n1.5;2\n-30;4\n", ".txt"),
        ("a\tb\n1.5\t2\n-30\t4\n", ".tsv"),
        ("a\tb\n1,5\t2\n-30\t4\n", ".txt"),
        ("\ufeffa,b\r\n1.5,2\r\n-30,4\r\n", ".csv"),
        ('"a","b"\n"1.5","2"\n-30,4', ".csv"),
        ("a,b\r1.5,2\r-30,4\r", ".csv"),
        ("a,b\n1.5,2\n-30,4\n\n\n\n", ".csv"),
    ],
)
def test_delimiters_decimal_signs_and_line_ends_are_understood(tmp_path: Path, text: str, ending: str) -> None:
    recording = open_text(tmp_path, text, {"sampling_rate_hz": 1000, "unit": "uV"}, ending)
    assert [channel.name for channel in recording.channels] == ["a", "b"]
    assert recording.read([0, 1], 0, recording.sample_count(0)).tolist() == [[1.5, -30.0], [2.0, 4.0]]


def test_empty_cells_empty_lines_and_nan_are_missing_samples_in_their_place(tmp_path: Path) -> None:
    recording = open_text(tmp_path, "a,b\n1,\n\nNaN,4\n5,6\n", {"sampling_rate_hz": 1000})
    expected = [[1, np.nan, np.nan, 5], [np.nan, np.nan, 4, 6]]
    np.testing.assert_array_equal(recording.read([0, 1], 0, 4), expected)


def test_a_long_table_is_the_same_in_pieces_as_numpy_reads_it(tmp_path: Path) -> None:
    table = np.random.default_rng(5).normal(size=(300_000, 2)).round(4)
    text = "one,two\n" + "".join(f"{one},{two}\n" for one, two in table)
    recording = open_text(tmp_path, text, {"sampling_rate_hz": 1000})
    blocks = [block.samples for block in recording.blocks([0, 1], block_s=7.7)]
    np.testing.assert_allclose(np.concatenate(blocks, axis=1), table.T, rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a,b\n1,2\n3,left\n", "line 3, column 'b': 'left' is no number"),
        ("a,b\n1,2\n3\n", "line 3: 1 cells where the first line names 2"),
        ("a,b\n1,2\n3,4,5\n", "line 3: 3 cells where the first line names 2"),
        ("1,2\n3,4\n", "numbers in its first line"),
        ("a,a\n1,2\n", "two columns named 'a'"),
        ("a,,c\n1,2,3\n", "no name for column 2"),
        ("a,b\n", "no samples below its column names"),
        ("\n1,2\n", "empty first line"),
        ("# OpenSignals Text File Format\n1\t2\n", "begins with a comment"),
        ("a,b\n1,inf\n", "infinite or far too large number in column 'b', sample 0"),
        ("a,b\n1,1e300\n", "infinite or far too large number"),
        (b"a,b\n1,2\n\xff\xfe,4\n", "line 3, column 'a'"),
        (b"Me\xdfwert,b\n1,2\n", "not UTF-8 text: line 1, byte 2"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16 text. Save it as UTF-8"),
        ("a," * 5000 + "b\n", "5001 columns|no name for column"),
    ],
)
def test_a_table_at_fault_is_refused_with_its_place(tmp_path: Path, text: str | bytes, complaint: str) -> None:
    with pytest.raises(RecordingError, match=complaint):
        open_text(tmp_path, text, {"sampling_rate_hz": 1000})


def test_the_line_of_a_fault_far_into_a_file_is_right(tmp_path: Path) -> None:
    rows = [f"{index},{index}" for index in range(700_000)]
    rows[654_320] = "1,oops"
    with pytest.raises(RecordingError, match=r"line 654322, column 'b': 'oops'"):
        open_text(tmp_path, "a,b\n" + "\n".join(rows), {"sampling_rate_hz": 1000})


@pytest.mark.parametrize(
    ("times", "complaint"),
    [
        ([0.0, 0.001, 0.002, 0.020, 0.021], "not evenly spaced: line 5 has 0.02 s"),
        ([0.0, 0.001, 0.002, 0.002, 0.001, 0.0], "do not increase"),
        ([0.0, 0.001, np.nan, 0.003, 0.004], "not evenly spaced: line 4 has nan"),
        ([*np.arange(50) / 1000, *np.arange(60, 100) / 1000], "not evenly spaced: line"),
        ([0.5], "1 sample"),
    ],
)
def test_times_that_give_no_rate_are_refused(tmp_path: Path, times: list[float], complaint: str) -> None:
    rows = "".join(f"{time},1\n" for time in times)
    with pytest.raises(RecordingError, match=complaint):
        open_text(tmp_path, "time,emg\n" + rows)


def test_times_that_contradict_the_sidecar_are_refused(tmp_path: Path) -> None:
    rows = "".join(f"{index / 1000},1\n" for index in range(100))
    with pytest.raises(RecordingError, match=r"states 2000.0 Hz, but its column of times gives 1000"):
        open_text(tmp_path, "time_s,emg\n" + rows, {"sampling_rate_hz": 2000.0})


def test_a_table_without_times_and_sidecar_says_how_to_state_the_rate(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"states no sampling rate.*made\.json"):
        open_text(tmp_path, "emg\n1\n2\n")


def test_a_table_of_times_alone_holds_no_channel(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"its only column 'time_s' holds times"):
        open_text(tmp_path, "time_s\n0\n1\n")
