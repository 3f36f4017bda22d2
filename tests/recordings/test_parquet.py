"""Parquet files: read as any table of columns, with columns that hold no numbers refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from myotwitch.errors import RecordingError
from myotwitch.recordings import open_recording


def write(folder: Path, columns: dict[str, object], **options: object) -> Path:
    path = folder / "made.parquet"
    pyarrow.parquet.write_table(pa.table(columns), path, **options)
    return path


def test_numbers_of_every_type_and_nulls_are_read_from_all_row_groups(tmp_path: Path) -> None:
    columns = {
        "time_s": np.arange(1000) / 500,
        "emg": pa.array([None, *range(1, 1000)], pa.int16()),
        "emg two": np.arange(1000, dtype=np.float32) * 2,
    }
    recording = open_recording(write(tmp_path, columns, row_group_size=130))
    assert [channel.name for channel in recording.channels] == ["emg", "emg two"]
    assert recording.channels[0].sampling_rate_hz == 500.0
    assert recording.duration_s == 2.0
    np.testing.assert_array_equal(recording.read([0, 1], 0, 3), [[np.nan, 1, 2], [0, 2, 4]])
    np.testing.assert_array_equal(recording.read([1], 500, 510)[0], np.arange(500, 510) * 2)


def test_a_sidecar_gives_rate_unit_and_muscle(tmp_path: Path) -> None:
    path = write(tmp_path, {"one": np.arange(10.0)})
    facts = {"sampling_rate_hz": 2000, "unit": "uV", "muscle": "tibialis anterior", "side": "left"}
    (tmp_path / "made.json").write_text(json.dumps(facts))
    (channel,) = open_recording(path).channels
    assert (channel.unit, channel.muscle, channel.side) == ("uV", "tibialis_anterior", "left")
    assert channel.place == "shin"


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        ({"one": ["a", "b"]}, "'one' holds string"),
        ({"one": [True, False]}, "'one' holds bool"),
        ({"one": [[1.0], [2.0]]}, "'one' holds list"),
        ({"one": [datetime(2026, 1, 1, tzinfo=UTC)]}, "'one' holds timestamp"),
        ({"one": [np.inf]}, "infinite"),
        ({"one": pa.array([], pa.float32())}, "no samples"),
        ({}, "no columns"),
    ],
)
def test_a_column_without_numbers_is_refused(tmp_path: Path, columns: dict[str, object], complaint: str) -> None:
    path = write(tmp_path, columns)
    (tmp_path / "made.json").write_text('{"sampling_rate_hz": 1000}')
    with pytest.raises(RecordingError, match=complaint):
        open_recording(path)
