"""Why a file cannot be read, and what there is to say of one that can, is told in the language in use."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.german import english_in

from myotwitch.detection import detect
from myotwitch.errors import RecordingError
from myotwitch.language import in_language, retold
from myotwitch.recordings import open_recording
from myotwitch.recordings.content import Content

HEADER = "time_s,emg\n"
ROWS = "".join(f"{index / 1000:.3f},{(-1) ** index * 3}\n" for index in range(3000))

UNREADABLE = {
    "empty.edf": b"",
    "folder.txt/x": b"",
    "unknown.xyz": b"hello",
    "text.edf": b"time_s,emg\n0,1\n",
    "binary.csv": bytes(range(256)) * 20,
    "short.edf": b"0       " + b" " * 100,
    "one.csv": b"time_s,emg\n0,1\n",
    "words.csv": b"time_s,emg\n0,1\n0.001,two\n0.002,3\n",
    "backwards.csv": b"time_s,emg\n2,1\n1,2\n0,3\n0,3\n",
    "uneven.csv": b"time_s,emg\n0,1\n0.001,2\n0.5,3\n0.501,4\n0.502,4\n0.503,4\n",
    "no_rate.csv": b"emg\n1\n2\n3\n",
    "no_names.csv": b"0,1\n0.001,2\n",
    "twice.csv": b"emg,emg\n1,2\n",
    "comment.csv": b"# a comment\n1,2\n",
    "no_data.hea": b"record 1 1000 3000\nmissing.dat 16 200 16 0 0 0 0 emg\n",
    "broken.hea": b"record x\n",
    "broken.mat": b"MATLAB 5.0 MAT-file" + b" " * 105 + b"\x00\x01IM" + b"\x0e\x00\x00\x00\xff\x00\x00\x00",
    "broken.h5": b"\x89HDF\r\n\x1a\n" + b"\x00" * 200,
    "broken.parquet": b"PAR1" + b"\x00" * 50,
    "zipped.csv": b"PK\x03\x04" + b"\x00" * 50,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_why_a_file_cannot_be_read_is_german(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(UNREADABLE[name])
    asked = path.parent if name.endswith("/x") else path
    with in_language("de"), pytest.raises(RecordingError) as told:
        open_recording(asked)
    with pytest.raises(RecordingError) as plain:
        open_recording(asked)
    # What a library says of a damaged file is its own; it stands in parentheses.
    assert not english_in([str(told.value).split("(")[0]])
    assert str(told.value) != str(plain.value)


def test_a_missing_file_is_told_in_german(tmp_path: Path) -> None:
    with in_language("de"), pytest.raises(RecordingError, match="Es gibt keine Datei"):
        open_recording(tmp_path / "calf.edf")


SIDECARS = (
    "{", '{"unit": 3}', '{"sampling_rate_hz": -1}', '{"rate": 3, "unit": "uV"}', '{"place": "calv"}', '{"side": "top"}',
    '{"scale": 0, "unit": "uV"}', '{"scale": 2}', '{"unit": "kg"}', '{"sampling_rate_hz": 5}',
    '{"channels": [{"name": "other"}]}', '{"channels": [{"name": "emg"}, {"name": "emg"}]}',
)  # fmt: skip


@pytest.mark.parametrize("sidecar", SIDECARS)
def test_what_is_wrong_with_a_sidecar_is_german(sidecar: str, tmp_path: Path) -> None:
    path = tmp_path / "calf.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    path.with_suffix(".json").write_text(sidecar, encoding="utf-8")
    with in_language("de"), pytest.raises(RecordingError) as told:
        open_recording(path)
    with pytest.raises(RecordingError) as plain:
        open_recording(path)
    assert str(told.value) != str(plain.value)
    assert not english_in(line.split("; angegeben")[0] for line in str(told.value).splitlines() if "Input" not in line)


def test_what_was_kept_of_a_recording_in_english_is_retold_in_german(tmp_path: Path) -> None:
    path = tmp_path / "calf.csv"
    path.write_text(HEADER + "".join(f"{index / 250:.3f},{index % 7}\n" for index in range(3000)), encoding="utf-8")
    observation = detect(open_recording(path)).observation
    kept = [*observation.notes, *(channel.problem or "" for channel in observation.channels)]
    assert len(kept) > 1
    with in_language("de"):
        told = [retold(text) for text in kept]
        assert not english_in(told)
    assert "250 Hz" in told[-1]


def test_why_a_search_failed_is_retold_whatever_stands_before_it() -> None:
    with in_language("de"):
        told = retold("calf.edf: Channel 'emg' states a sampling rate of -2.5 Hz; it must be above 0. "
                      "Re-export the recording, or state the rate in a sidecar file.")  # fmt: skip
    assert told.startswith("calf.edf: Der Kanal 'emg' nennt eine Abtastrate von -2,5 Hz;")
    assert not english_in([told])


def test_every_kind_of_content_has_a_german_name_or_is_one() -> None:
    with in_language("de"):
        told = [retold(content.value) for content in Content]
    assert not english_in(told)
    assert "ein ZIP-Archiv" in told
