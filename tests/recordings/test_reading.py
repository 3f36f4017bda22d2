"""The one way in: what is checked before a reader is asked, and what becomes of a reader's surprises."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from myotwitch.errors import RecordingError
from myotwitch.recordings import READERS, Recording, open_recording, reading, recording_from_array


def test_every_real_recording_opens_and_gives_its_first_and_last_second(shared_data: Path) -> None:
    opened = 0
    for folder in ("needle_physionet_emgdb", "surface_plux", "hdemg_openhdemg", "ecg_wfdb"):
        for path in sorted((shared_data / folder).iterdir()):
            if path.suffix not in READERS:
                continue
            recording = open_recording(path)
            for rate_hz, indexes in recording.channel_groups():
                available = recording.sample_count(indexes[0])
                second = round(rate_hz)
                assert np.isfinite(recording.read(indexes, 0, second)).all()
                assert recording.read(indexes, available - second, available).shape == (len(indexes), second)
            opened += 1
    assert opened == 16


def test_a_path_may_be_given_as_text(shared_data: Path) -> None:
    path = shared_data / "ecg_wfdb" / "100.hea"
    assert open_recording(str(path)).file == str(path)


def test_the_ending_may_be_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "MADE.CSV").write_text("t,emg\n0,1\n0.001,2\n")
    assert open_recording(tmp_path / "MADE.CSV").duration_s == pytest.approx(0.002)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("made.edf", b"PAR1", r"ends in \.edf, which means EDF, but it holds Parquet.*rename it to made\.parquet"),
        ("made.bdf", b"0       ", r"means BDF, but it holds EDF.*rename it to made\.edf"),
        ("made.h5", b"a,b\n1,2\n", "means HDF5, but it holds text"),
        ("made.csv", b"\x89HDF\r\n\x1a\n", r"means text, but it holds HDF5.*rename it to made\.h5"),
        ("made.csv", b"\x1f\x8b\x08", "gzip-compressed data. Unpack it first"),
        ("made.mat", b"PK\x03\x04", "holds a ZIP archive. Unpack it first"),
        ("made.parquet", b"\xff\xfeP\x00", "UTF-16 text. Save it as UTF-8"),
        ("made.hea", b"made 1\x00\x00", "binary data of no known format"),
        ("made.docx", b"text", r"the ending '\.docx', which tells no known format.*\.edf.*\.parquet"),
        ("made", b"text", "no ending, which tells no known format"),
        ("made.edf", b"", r"is empty \(0 bytes\)"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, content: bytes, complaint: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RecordingError, match=complaint):
        open_recording(tmp_path / name)


def test_a_missing_file_is_answered_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "calf_left.edf").write_bytes(b"x")
    with pytest.raises(RecordingError, match=r"There is no file .*Did you mean 'calf_left.edf'"):
        open_recording(tmp_path / "calf_lef.edf")


def test_a_folder_is_answered_with_an_example_from_it(tmp_path: Path) -> None:
    folder = tmp_path / "made.edf"
    folder.mkdir()
    (folder / "inside.csv").write_text("a\n1\n")
    with pytest.raises(RecordingError, match=r"is a folder; name one recording, such as .*inside\.csv"):
        open_recording(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_at_once_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "made.edf")
    with pytest.raises(RecordingError, match=r"no ordinary file"):
        open_recording(tmp_path / "made.edf")


@pytest.mark.parametrize("name", ["a\x00b.edf", "x" * 5000 + ".edf", "gone/made.edf"])
def test_an_impossible_path_is_refused_with_a_short_message(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordingError) as caught:
        open_recording(tmp_path / name)
    assert len(str(caught.value)) < 6000


def test_a_link_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "made.edf").symlink_to(tmp_path / "made.edf")
    with pytest.raises(RecordingError, match=r"cannot be opened"):
        open_recording(tmp_path / "made.edf")


@pytest.mark.parametrize(
    ("surprise", "complaint"),
    [
        (OverflowError("too big"), r"cannot be opened; it is damaged.*\(too big\)"),
        (AssertionError(), r"\(AssertionError\)"),
        (MemoryError(), "asks for more memory than there is"),
        (PermissionError(13, "Permission denied", "part.dat"), "part.dat may not be read by you"),
        (RecursionError("deep"), "deep"),
    ],
)
def test_whatever_a_format_library_raises_becomes_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surprise: Exception, complaint: str
) -> None:
    def read(path: Path) -> Recording:
        raise surprise

    monkeypatch.setattr(reading, "READERS", {".csv": read})
    (tmp_path / "made.csv").write_text("a\n1\n")
    with pytest.raises(RecordingError, match=complaint):
        open_recording(tmp_path / "made.csv")


def test_damage_found_while_reading_becomes_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = recording_from_array(np.zeros((1, 100)), 1000.0)

    def read_samples(channel_indexes: object, start_index: int, stop_index: int) -> np.ndarray:
        if start_index < 50:
            raise KeyError("block 3")
        return made.read_samples([0], start_index, stop_index)

    def read(path: Path) -> Recording:
        return Recording(
            file=str(path), format_name="made", duration_s=0.1, channels=made.channels, read_samples=read_samples
        )

    monkeypatch.setattr(reading, "READERS", {".csv": read})
    (tmp_path / "made.csv").write_text("a\n1\n")
    recording = open_recording(tmp_path / "made.csv")
    with pytest.raises(RecordingError, match=r"cannot be read; it is damaged.*block 3"):
        recording.read([0], 0, 10)


def test_a_file_that_is_cut_short_while_it_is_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "made.dat").write_bytes(bytes(2000))
    (tmp_path / "made.hea").write_text("made 1 1000 1000\nmade.dat 16 1000/mV\n")
    recording = open_recording(tmp_path / "made.hea")
    (tmp_path / "made.dat").write_bytes(bytes(200))
    with pytest.raises(RecordingError):
        recording.read([0], 0, 1000)
