"""Every format on its bad days: refused with one message, or read where nothing is wrong, always small and quick."""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import h5py
import numpy as np
import pytest

from myotwitch.errors import RecordingError
from myotwitch.recordings import ChannelKind, open_recording

FOUR_GIB = 4 * 2**30


def load_fuzzer() -> ModuleType:
    """Load the script that makes small valid files of every format."""
    path = Path(__file__).resolve().parents[2] / "validation" / "fuzz_readers.py"
    specification = importlib.util.spec_from_file_location("fuzz_readers", path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["fuzz_readers"] = module
    specification.loader.exec_module(module)
    return module


FUZZER = load_fuzzer()
FORMATS = {
    "edf": "made.edf",
    "bdf": "made.bdf",
    "wfdb": "made.dat",
    "opensignals": "made.h5",
    "mat5": "made.mat",
    "mat5_compressed": "made.mat",
    "mat73": "made.mat",
    "csv": "made.csv",
    "decimal_comma": "made.txt",
    "parquet": "made.parquet",
}
ENDINGS = (".edf", ".bdf", ".hea", ".dat", ".h5", ".hdf5", ".mat", ".csv", ".tsv", ".txt", ".parquet")
SAME_FORMAT: tuple[set[str], ...] = (
    {".csv", ".tsv", ".txt"},
    {".h5", ".hdf5"},
    {".mat"},
    {".edf"},
    {".bdf"},
    {".parquet"},
    {".dat"},
)
LACKS_ROOM_FOR_NAN = ("edf", "bdf", "opensignals")


def make(name: str, folder: Path, signals: np.ndarray | None = None) -> Path:
    FUZZER.TARGETS[name].make(folder, FUZZER.made_signals() if signals is None else signals)
    return folder / FORMATS[name]


def refusal(path: Path) -> str:
    """Return the message with which a recording is refused; it is one short text that names the file."""
    with pytest.raises(RecordingError) as caught:
        open_recording(path)
    message = str(caught.value)
    assert path.stem in message
    assert len(message) < 1000
    assert "Traceback" not in message
    return message


@pytest.mark.parametrize("name", FORMATS)
def test_a_valid_file_is_read(tmp_path: Path, name: str) -> None:
    recording = open_recording(make(name, tmp_path))
    signals = FUZZER.made_signals()
    samples = recording.read([0, 1], 0, 1500)
    if name == "opensignals":
        signals = np.floor(signals * 10 + 32768)
    np.testing.assert_allclose(samples, signals, atol=0.01)
    assert recording.duration_s == 3.0


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kept", [0.05, 0.5, 0.97])
def test_a_truncated_file_is_refused_or_ends_where_it_was_cut(tmp_path: Path, name: str, kept: float) -> None:
    path = make(name, tmp_path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    if name in ("csv", "decimal_comma"):
        # Text that ends early is a shorter table, unless it ends within a line.
        text = path.read_bytes()
        path.write_bytes(text[: text.rfind(b"\n") + 1])
        assert open_recording(path).duration_s < 3.0 * kept + 0.1
        path.write_bytes(text[: text.rfind(b"\n") + 3])
    assert refusal(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_file_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"made{ending}"
    path.write_bytes(b"")
    assert "is empty" in refusal(path)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        (name, ending)
        for name, file_name in FORMATS.items()
        for ending in ENDINGS
        if not any({Path(file_name).suffix, ending} <= same for same in SAME_FORMAT)
    ],
)
def test_a_file_under_another_ending_is_refused(tmp_path: Path, name: str, ending: str) -> None:
    wrong = tmp_path / f"wrong{ending}"
    make(name, tmp_path).rename(wrong)
    assert refusal(wrong)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("value", [0.0, 299.0])
def test_a_constant_or_clipped_signal_is_read(tmp_path: Path, name: str, value: float) -> None:
    signals = FUZZER.made_signals()
    signals[1] = value
    signals[0, 500:900] = 299.0
    recording = open_recording(make(name, tmp_path, signals))
    samples = recording.read([0, 1], 0, 1500)
    assert np.ptp(samples[1]) == 0
    assert np.ptp(samples[0, 500:900]) == 0
    assert np.ptp(samples[0]) > 100


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in LACKS_ROOM_FOR_NAN])
def test_missing_samples_are_read_as_missing(tmp_path: Path, name: str) -> None:
    signals = FUZZER.made_signals()
    signals[0, 100:200] = np.nan
    samples = open_recording(make(name, tmp_path, signals)).read([0, 1], 0, 1500)
    assert np.flatnonzero(np.isnan(samples[0])).tolist() == list(range(100, 200))
    assert np.isfinite(samples[1]).all()


@pytest.mark.parametrize("name", FORMATS)
def test_a_single_sample_is_read(tmp_path: Path, name: str) -> None:
    path = make(name, tmp_path, FUZZER.made_signals()[:, :1])
    if name in ("csv", "parquet"):
        # One time gives no rate; a sidecar does.
        assert "1 sample" in refusal(path)
        path.with_suffix(".json").write_text('{"sampling_rate_hz": 500}')
    recording = open_recording(path)
    assert recording.sample_count(0) == 1
    assert recording.read([0], 0, 1).shape == (1, 1)


def patch(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as stream:
        stream.seek(offset)
        stream.write(content)


def change_hdf5(path: Path, change: Callable[[h5py.File], None]) -> None:
    with h5py.File(path, "r+") as file:
        change(file)


def state_zero_rate(name: str, path: Path) -> None:
    match name:
        case "edf":
            patch(path, 256 + 3 * 216, b"0       ")
        case "bdf":
            patch(path, 256 + 2 * 216, b"0       ")
        case "wfdb":
            path.with_suffix(".hea").write_text("made 1 0 10\nmade.dat 16 1000/mV\n")
        case "opensignals":
            change_hdf5(path, lambda file: next(iter(file.values())).attrs.modify("sampling rate", 0))
        case "mat73":
            change_hdf5(path, lambda file: file["SamplingFrequency"].__setitem__((0, 0), 0.0))
        case "decimal_comma":
            path.with_suffix(".json").write_text('{"sampling_rate_hz": 0}')
        case _:
            pytest.fail(f"no way to state a rate of zero in {name}")


@pytest.mark.parametrize("name", ["edf", "bdf", "wfdb", "opensignals", "mat73", "decimal_comma"])
def test_a_rate_of_zero_is_refused(tmp_path: Path, name: str) -> None:
    path = make(name, tmp_path)
    state_zero_rate(name, path)
    assert "0" in refusal(path)


def state_no_channel(name: str, path: Path) -> None:
    match name:
        case "edf" | "bdf":
            patch(path, 252, b"0   ")
        case "wfdb":
            path.with_suffix(".hea").write_text("made 0 500 1500\n")
        case "opensignals":
            change_hdf5(path, lambda file: next(iter(file.values())).attrs.__setitem__("channels", h5py.Empty("i4")))
        case "mat73":
            change_hdf5(path, lambda file: file.__delitem__("Data"))
        case "csv":
            path.write_text("time_s\n0\n0.002\n")
        case _:
            pytest.fail(f"no way to state no channel in {name}")


@pytest.mark.parametrize("name", ["edf", "bdf", "wfdb", "opensignals", "mat73", "csv"])
def test_a_file_without_channels_is_refused(tmp_path: Path, name: str) -> None:
    path = make(name, tmp_path)
    state_no_channel(name, path)
    assert refusal(path)


def lie_about_length(name: str, path: Path) -> None:
    match name:
        case "edf" | "bdf":
            patch(path, 236, b"99999999")
        case "wfdb":
            header = path.with_suffix(".hea")
            header.write_text(header.read_text().replace("made 2 500 1500", "made 2 500 4000000000"))
        case "opensignals":
            change_hdf5(path, lambda file: next(iter(file.values())).attrs.modify("nsamples", 2_000_000_000))
        case _:
            pytest.fail(f"no length to lie about in {name}")


@pytest.mark.parametrize("name", ["edf", "bdf", "wfdb", "opensignals"])
def test_a_header_that_lies_about_its_length_is_refused(tmp_path: Path, name: str) -> None:
    path = make(name, tmp_path)
    lie_about_length(name, path)
    assert refusal(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_folder_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"made{ending}"
    path.mkdir()
    assert "is a folder" in refusal(path)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_without_permission_is_refused(tmp_path: Path, name: str, request: pytest.FixtureRequest) -> None:
    path = make(name, tmp_path)
    open_recording(path)  # imports what it needs while it still may
    path.chmod(0)
    if os.geteuid() == 0:
        # Nothing is forbidden to root, so another user asks.
        request.addfinalizer(lambda: os.seteuid(0))
        os.seteuid(65534)
    assert "may not be read by you" in refusal(path)


@pytest.mark.parametrize("name", FORMATS)
def test_bytes_that_are_no_utf8_in_names_do_no_harm(tmp_path: Path, name: str) -> None:
    path = make(name, tmp_path)
    content = path.read_bytes()
    for word in (b"EMG 0", b"emg one", b"Soleus", b"CH1"):
        content = content.replace(word, b"\xff" * len(word))
    path.write_bytes(content)
    try:
        recording = open_recording(path)
    except RecordingError as error:
        assert path.name in str(error)
    else:
        recording.channels[0].name.encode()
        assert recording.channels[0].kind in list(ChannelKind)


def test_files_of_four_gigabytes_are_read_or_refused_quickly_within_a_gigabyte_of_memory(tmp_path: Path) -> None:
    paths = []
    for ending in ENDINGS:
        path = tmp_path / f"zeros{ending}"
        path.touch()
        os.truncate(path, FOUR_GIB)
        paths.append(path)
    for name in FORMATS:
        folder = tmp_path / name
        folder.mkdir()
        path = make(name, folder)
        os.truncate(path, FOUR_GIB)
        paths.append(path)
    long_record = tmp_path / "long"
    long_record.mkdir()
    (long_record / "made.hea").write_text(f"made 2 2000 {FOUR_GIB // 4}\nmade.dat 16 1000/mV\nmade.dat 16 1000/mV\n")
    (long_record / "made.dat").touch()
    os.truncate(long_record / "made.dat", FOUR_GIB)
    paths.append(long_record / "made.dat")
    script = textwrap.dedent(
        """
        import json, resource, sys
        from myotwitch.errors import RecordingError
        from myotwitch.recordings import open_recording
        outcomes = {}
        for path in sys.argv[1:]:
            try:
                recording = open_recording(path)
                for rate_hz, indexes in recording.channel_groups():
                    recording.read(indexes, 0, 100)
                    count = recording.sample_count(indexes[0])
                    recording.read(indexes, count - 100, count)
                outcomes[path] = f"read {recording.duration_s}"
            except RecordingError as error:
                outcomes[path] = str(error)
        # What getrusage tells counts the process that started this one, too.
        status = open("/proc/self/status").read().split() if sys.platform == "linux" else []
        own = int(status[status.index("VmHWM:") + 1]) if "VmHWM:" in status else None
        peak_kib = own or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({"outcomes": outcomes, "peak_kib": peak_kib}))
        """
    )
    command = [sys.executable, "-c", script, *map(str, paths)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    result = json.loads(answer.stdout)
    assert answer.stderr == ""
    assert result["peak_kib"] < 1_000_000
    outcomes = result["outcomes"]
    assert outcomes[str(long_record / "made.dat")] == f"read {FOUR_GIB // 4 / 2000}"
    for path in paths[: len(ENDINGS)]:
        assert not outcomes[str(path)].startswith("read")


def test_tables_are_read_in_flat_memory(tmp_path: Path) -> None:
    # A million and a half rows of six columns: 72 MB as numbers, more as text.
    path = tmp_path / "made.csv"
    with path.open("w") as stream:
        stream.write("a,b,c,d,e,f\n")
        piece = "".join(f"{row},{row}.5,-{row},0.{row},1,2\n" for row in range(10_000))
        for _ in range(150):
            stream.write(piece)
    path.with_suffix(".json").write_text('{"sampling_rate_hz": 2000}')
    (tmp_path / "small.csv").write_text("a,b,c,d,e,f\n1,2,3,4,5,6\n")
    (tmp_path / "small.json").write_text('{"sampling_rate_hz": 2000}')
    script = textwrap.dedent(
        """
        import resource, sys
        from myotwitch.recordings import open_recording
        open_recording(sys.argv[1])
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        recording = open_recording(sys.argv[2])
        print(recording.sample_count(0), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
        """
    )
    command = [sys.executable, "-c", script, str(tmp_path / "small.csv"), str(path)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    rows, grown_kib = map(int, answer.stdout.split())
    assert rows == 1_500_000
    assert grown_kib < 30_000


@pytest.mark.parametrize("name", list(FUZZER.TARGETS))
def test_a_handful_of_damaged_files_of_each_format_neither_crash_nor_swell(tmp_path: Path, name: str) -> None:
    # The long run is `python validation/fuzz_readers.py`; this keeps it working.
    tally = FUZZER.Tally()
    target = FUZZER.TARGETS[name]
    target.make(tmp_path, FUZZER.made_signals())
    original = (tmp_path / target.damaged).read_bytes()
    for index in range(25):
        (tmp_path / target.damaged).write_bytes(original)
        (tmp_path / target.damaged).write_bytes(FUZZER.damaged_input(name, 7, index, tmp_path))
        try:
            FUZZER.open_and_read(tmp_path / target.opened)
            tally.read += 1
        except RecordingError:
            tally.refused += 1
    assert tally.read + tally.refused == 25
    assert tally.refused > 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 4_000_000
