"""BIDS sidecars beside an EDF file: what they give, where they are found, and what they may not contradict."""

from __future__ import annotations

import json
from pathlib import Path

import edfio
import numpy as np
import pytest

from myotwitch.errors import RecordingError
from myotwitch.recordings.bids import apply_bids_sidecars
from myotwitch.recordings.bids_files import find_sidecars
from myotwitch.recordings.readers.edf import read_edf
from myotwitch.recordings.recording import ChannelKind, Recording

NAME = "sub-01_task-rest_run-1_emg.edf"


def make_dataset(root: Path, *, units: tuple[str, ...] = ("uV", "uV", "uV"), name: str = NAME) -> Path:
    """Write a dataset of one recording with the channels a, b and c at 1000, 1000 and 500 Hz."""
    folder = root / "sub-01" / "emg"
    folder.mkdir(parents=True)
    (root / "dataset_description.json").write_text('{"Name": "test", "BIDSVersion": "1.11.0"}')
    rng = np.random.default_rng(4)
    signals = [
        edfio.EdfSignal(
            rng.normal(0, 1, 2 * rate), rate, label=label, physical_dimension=unit, physical_range=(-10, 10)
        )
        for label, rate, unit in zip("abc", (1000, 1000, 500), units, strict=True)
    ]
    edfio.Edf(signals, data_record_duration=1).write(folder / name)
    return folder / name


def put_table(path: Path, *rows: str) -> None:
    """Write a table whose cells are divided by blanks here and by tabs in the file; `~` stands for a blank."""
    path.write_text("".join("\t".join(row.split()).replace("~", " ") + "\n" for row in rows), encoding="utf-8")


def beside(path: Path, kind: str) -> Path:
    return path.with_name(path.name.replace("emg.edf", kind))


def apply(path: Path) -> Recording:
    return apply_bids_sidecars(read_edf(path), path)


# --- what sidecars give -------------------------------------------------------------------------------------------


def test_channels_take_kind_muscle_and_side_from_the_table(tmp_path: Path) -> None:
    path = make_dataset(tmp_path)
    put_table(
        beside(path, "channels.tsv"),
        "name type units target_muscle",
        "a EMG uV left~tibialis~anterior",
        "b ECG uV n/a",
        "c TRIG uV n/a",
    )
    channels = apply(path).channels
    assert [channel.kind for channel in channels] == [ChannelKind.EMG, ChannelKind.ECG, ChannelKind.OTHER]
    assert [channel.muscle for channel in channels] == ["tibialis anterior", None, None]
    assert [channel.side for channel in channels] == ["left", None, None]


@pytest.mark.parametrize(
    ("text", "muscle", "side"),
    [
        ("tibialis~anterior~(right)", "tibialis anterior", "right"),
        ("Right~soleus", "soleus", "right"),
        ("masseter,~left", "masseter", "left"),
        ("platysma", "platysma", None),
        ("left~and~right~platysma", "left and right platysma", None),
    ],
)
def test_a_side_is_read_from_the_words_of_the_muscle(tmp_path: Path, text: str, muscle: str, side: str | None) -> None:
    path = make_dataset(tmp_path)
    put_table(beside(path, "channels.tsv"), "name type units target_muscle", f"a EMG uV {text}")
    channel = apply(path).channels[0]
    assert (channel.muscle, channel.side) == (muscle, side)


def test_the_type_of_electrode_tells_a_needle(tmp_path: Path) -> None:
    path = make_dataset(tmp_path)
    put_table(beside(path, "channels.tsv"), "name type units", "a EMG uV", "b EMG uV", "c MISC uV")
    beside(path, "emg.json").write_text('{"ElectrodeType": "concentric needle", "PowerLineFrequency": 50}')
    recording = apply(path)
    assert [channel.kind for channel in recording.channels] == [
        ChannelKind.NEEDLE_EMG,
        ChannelKind.NEEDLE_EMG,
        ChannelKind.OTHER,
    ]
    assert any("mains at 50 Hz" in note for note in recording.notes)


def test_a_unit_in_the_table_gives_a_scale_to_a_file_that_has_none(tmp_path: Path) -> None:
    path = make_dataset(tmp_path, units=("", "", "uV"))
    put_table(beside(path, "channels.tsv"), "name type units", "a EMG mV", "b EMG n/a", "c EMG uV")
    plain, recording = read_edf(path), apply(path)
    assert [channel.unit for channel in recording.channels] == ["uV", None, "uV"]
    np.testing.assert_allclose(
        recording.read([1, 0], 100, 900), plain.read([1, 0], 100, 900) * [[1], [1000]], rtol=1e-6
    )
    assert recording.channels[0].clipping_high == pytest.approx(10_000)
    assert any("gives mV" in note for note in recording.notes)


def test_volts_in_the_table_of_a_file_in_microvolts_are_a_known_slip_and_the_file_holds(tmp_path: Path) -> None:
    path = make_dataset(tmp_path)
    put_table(beside(path, "channels.tsv"), "name type units", "a EMG V", "b EMG µV", "c EMG n/a")
    recording = apply(path)
    np.testing.assert_array_equal(recording.read([0], 0, 100), read_edf(path).read([0], 0, 100))
    assert len([note for note in recording.notes if "the file's unit holds" in note]) == 1


def test_bad_and_undescribed_channels_are_kept_and_noted(tmp_path: Path) -> None:
    path = make_dataset(tmp_path)
    put_table(
        beside(path, "channels.tsv"),
        "name type units status status_description",
        "a EMG uV bad loose~wire",
        "b EMG uV good n/a",
    )
    recording = apply(path)
    assert len(recording.channels) == 3
    assert "channels.tsv marks as bad: 'a' (loose wire)." in recording.notes
    assert "channels.tsv does not describe: 'c'." in recording.notes


def test_names_longer_than_edf_allows_are_matched_by_what_fits(tmp_path: Path) -> None:
    path = make_dataset(tmp_path)
    signal = edfio.EdfSignal(np.zeros(100), 100, label="tibialis anterio", physical_dimension="uV")
    edfio.Edf([signal]).write(path)
    put_table(
        beside(path, "channels.tsv"), "name type units", "tibialis~anterior~left ECG uV", "EDF~Annotations MISC n/a"
    )
    assert apply(path).channels[0].kind is ChannelKind.ECG


# --- positions ----------------------------------------------------------------------------------------------------


def put_electrodes(path: Path, unit: str = "cm", entry: str = "EMGCoordinateUnits") -> None:
    put_table(
        beside(path, "channels.tsv"), "name type units signal_electrode", "a EMG uV E1", "b EMG uV E2", "c EMG uV n/a"
    )
    put_table(
        beside(path, "electrodes.tsv"),
        "name x y coordinate_system",
        "E1 0 0 grid",
        "E2 0.8 -1.6 grid",
        "E9 n/a n/a grid",
    )
    (path.parent / "sub-01_space-grid_coordsystem.json").write_text(json.dumps({entry: unit}))


@pytest.mark.parametrize("entry", ["EMGCoordinateUnits", "EMGCoordinateSystemUnits"])
def test_channels_lie_where_their_electrodes_lie(tmp_path: Path, entry: str) -> None:
    path = make_dataset(tmp_path)
    put_electrodes(path, entry=entry)
    places = [channel.position_mm for channel in apply(path).channels]
    assert places == [(0, 0), (pytest.approx(8), pytest.approx(-16)), None]


def test_coordinates_in_percent_are_no_position(tmp_path: Path) -> None:
    path = make_dataset(tmp_path)
    put_electrodes(path, unit="percent")
    recording = apply(path)
    assert {channel.position_mm for channel in recording.channels} == {None}
    assert any("no stated length" in note for note in recording.notes)


def test_two_grids_have_no_common_measure(tmp_path: Path) -> None:
    path = make_dataset(tmp_path)
    put_electrodes(path)
    put_table(beside(path, "electrodes.tsv"), "name x y coordinate_system", "E1 0 0 grid", "E2 0 0 other")
    recording = apply(path)
    assert {channel.position_mm for channel in recording.channels} == {None}
    assert any("without a common measure" in note for note in recording.notes)


def test_electrodes_of_one_name_are_told_apart_by_their_group(tmp_path: Path) -> None:
    path = make_dataset(tmp_path)
    put_electrodes(path, unit="mm")
    put_table(beside(path, "channels.tsv"), "name type units signal_electrode group", "a EMG uV E1 2", "b EMG uV E2 2")
    put_table(
        beside(path, "electrodes.tsv"),
        "name x y coordinate_system group",
        "E1 1 1 grid 1",
        "E1 2 3 grid 2",
        "E2 5 6 grid 2",
    )
    assert [channel.position_mm for channel in apply(path).channels] == [(2, 3), (5, 6), None]


# --- where sidecars are found -------------------------------------------------------------------------------------


def test_a_sidecar_of_the_dataset_holds_and_a_nearer_one_overrides_it(tmp_path: Path) -> None:
    path = make_dataset(tmp_path)
    put_table(tmp_path / "task-rest_channels.tsv", "name type units", "a ECG uV")
    (tmp_path / "task-rest_emg.json").write_text('{"PowerLineFrequency": 60, "SamplingFrequency": 1000}')
    beside(path, "emg.json").write_text('{"PowerLineFrequency": 50}')
    recording = apply(path)
    assert recording.channels[0].kind is ChannelKind.ECG
    assert any("50 Hz" in note for note in recording.notes)

    put_table(beside(path, "channels.tsv"), "name type units", "a MISC uV")
    assert apply(path).channels[0].kind is ChannelKind.OTHER


def test_sidecars_of_other_recordings_and_outside_the_dataset_do_not_hold(tmp_path: Path) -> None:
    path = make_dataset(tmp_path / "set")
    put_table(tmp_path / "task-rest_channels.tsv", "name type units", "a ECG uV")
    put_table(path.parent / "sub-01_task-walk_channels.tsv", "name type units", "a ECG uV")
    put_table(path.parent / "sub-01_task-rest_run-2_channels.tsv", "name type units", "a ECG uV")
    assert find_sidecars(path, "channels", ".tsv") == []
    assert apply(path).channels == read_edf(path).channels


def test_two_sidecars_that_hold_equally_are_refused(tmp_path: Path) -> None:
    path = make_dataset(tmp_path)
    for name in ("task-rest_channels.tsv", "run-1_channels.tsv"):
        put_table(path.parent / name, "name type units", "a EMG uV")
    with pytest.raises(RecordingError, match="equally well"):
        apply(path)


@pytest.mark.parametrize("name", ["calf.edf", "calf_emg.edf", "emg.edf"])
def test_a_file_without_a_bids_name_is_left_alone(tmp_path: Path, name: str) -> None:
    path = make_dataset(tmp_path, name=name)
    put_table(path.parent / "channels.tsv", "name type units", "a ECG uV")
    recording = read_edf(path)
    assert apply_bids_sidecars(recording, path) is recording


# --- faults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("name type", "a EMG"), "line 1: the table lacks the column 'units'"),
        (("name type units name", "a EMG uV a"), "line 1: the table names a column twice"),
        (("name type units", "a EMG uV", "b EMG"), "line 3: 2 cells stand under 3 columns"),
        (("name type units", "q EMG uV"), "line 2: channel 'q' is not in"),
        (("name type units", "a EMG uV", "a EMG uV"), "line 3: channel 'a' stands in line 2 already"),
        (("name type units", "n/a EMG uV"), "line 2: the channel has no name"),
        (("name type units", "a EGM uV"), "line 2: type 'EGM' is not one of BIDS: EMG, ECG"),
        (("name type units", "a EMG mV"), "line 2: channel 'a' is in mV here and in uV"),
        (("name type units", "a EMG m/s^2"), "line 2: channel 'a' is in m/s\\^2 here"),
        (("name type units sampling_frequency", "a EMG uV 2000"), "line 2: .* 2000 Hz here and of 1000 Hz"),
        (("name type units sampling_frequency", "a EMG uV fast"), "line 2: column sampling_frequency holds 'fast'"),
        (("name type units status", "a EMG uV ugly"), "line 2: status 'ugly'"),
        (("name type units signal_electrode", "a EMG uV E7"), "line 2: signal_electrode 'E7' is not in"),
    ],
)
def test_a_fault_in_the_table_is_named_with_its_line(tmp_path: Path, rows: tuple[str, ...], words: str) -> None:
    path = make_dataset(tmp_path)
    put_electrodes(path)
    put_table(beside(path, "channels.tsv"), *rows)
    with pytest.raises(RecordingError, match=words):
        apply(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"SamplingFrequency": 1000,\n "a": }', "line 2: this is not JSON"),
        ("[]", "line 1: a BIDS sidecar is an object"),
        ("[" * 100_000, "not JSON that can be read"),
        ('{"SamplingFrequency": 2048}', "states a SamplingFrequency of 2048 Hz, the recording has 500, 1000 Hz"),
        ('{"SamplingFrequency": "fast"}', "gives 'fast' as SamplingFrequency"),
        ('{"SamplingFrequency": 1' + "0" * 400 + "}", "as SamplingFrequency"),
        ('{"PowerLineFrequency": NaN}', "as PowerLineFrequency"),
    ],
)
def test_a_fault_in_the_json_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = make_dataset(tmp_path)
    beside(path, "emg.json").write_text(text)
    with pytest.raises(RecordingError, match=words):
        apply(path)


def test_a_table_that_is_no_text_or_is_huge_is_refused(tmp_path: Path) -> None:
    path = make_dataset(tmp_path)
    table = beside(path, "channels.tsv")
    table.write_bytes(b"name\ttype\tunits\na\tEMG\t\xb5V\n")
    with pytest.raises(RecordingError, match="not text in UTF-8"):
        apply(path)
    with table.open("wb") as stream:
        stream.truncate(4 << 30)
    with pytest.raises(RecordingError, match="a sidecar has at most"):
        apply(path)
