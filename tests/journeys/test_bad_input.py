"""Bad input through the command line: one message that helps, exit code 2, no traceback, no hang, little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tests.journeys.bad_recordings import (
    LARGEST_UV,
    RATE_HZ,
    SAMPLES,
    WRITERS,
    body_of,
    noise,
    write_csv,
    write_cut_off,
    write_edf,
    write_lying_length,
    write_no_channel,
    write_wfdb,
    write_zero_rate,
)

PROGRAM = str(Path(sys.executable).parent / "myotwitch")
MEASURE = Path(__file__).resolve().parents[2] / "benchmarks" / "measured_process.py"
LONGEST_S = 120.0
"""By the clock, after which a run counts as hung; a busy machine may need much of it."""
LONGEST_WORK_S = 20.0
"""Of the processor."""
LARGEST_MB = 1000.0
FOUR_GIGABYTES = 4 << 30

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="privileges are dropped as Linux has them")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run of myotwitch printed and took."""

    code: int | None
    stdout: str
    stderr: str
    cpu_s: float
    peak_mb: float


def run(folder: Path, *arguments: str, unprivileged: bool = False) -> Outcome:
    """Run myotwitch in a folder; it may take neither long nor much."""
    outcome_file = folder / "outcome of the run"
    command = [sys.executable, "-I", "-S", str(MEASURE), str(outcome_file), str(LONGEST_S)]
    command += ["--unprivileged"] if unprivileged else []
    printed = subprocess.run(
        [*command, PROGRAM, *arguments], cwd=folder, capture_output=True, check=True, timeout=2 * LONGEST_S
    )
    measured = json.loads(outcome_file.read_text())
    outcome = Outcome(
        code=measured["code"],
        stdout=printed.stdout.decode(),
        stderr=printed.stderr.decode(),
        cpu_s=measured["cpu_s"],
        peak_mb=measured["peak_mb"],
    )
    assert outcome.code is not None, f"it was killed after {LONGEST_S} s"
    assert outcome.cpu_s < LONGEST_WORK_S
    assert outcome.peak_mb < LARGEST_MB
    assert "Traceback" not in outcome.stderr
    return outcome


def assert_refused(outcome: Outcome, file: str, *told: str) -> None:
    """Assert that there is one message, that it names the file, and that it tells what is expected of it."""
    assert outcome.code == 2, outcome.stdout[:300] + outcome.stderr
    assert outcome.stdout == ""
    assert outcome.stderr.startswith("myotwitch: ")
    assert outcome.stderr.count("myotwitch: ") == 1
    assert file in outcome.stderr
    for words in told:
        assert words in outcome.stderr


def detection(outcome: Outcome) -> dict[str, object]:
    assert outcome.code == 0, outcome.stderr
    assert outcome.stderr == ""
    return json.loads(outcome.stdout)


def write_with_four_gigabytes_more(path: Path) -> None:
    WRITERS[path.suffix[1:]](path, noise())
    os.truncate(path, FOUR_GIGABYTES)


@pytest.mark.parametrize("ending", ["edf", "hea", "parquet"])
def test_an_empty_file_is_refused(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"calf.{ending}").touch()
    assert_refused(run(tmp_path, "detect", f"calf.{ending}"), f"calf.{ending}", "empty")


@pytest.mark.parametrize("ending", ["edf", "bdf", "hea", "h5", "mat", "csv", "parquet"])
def test_a_file_that_was_cut_off_is_refused(ending: str, tmp_path: Path) -> None:
    write_cut_off(tmp_path / f"calf.{ending}")
    assert_refused(run(tmp_path, "detect", f"calf.{ending}"), "calf")


@pytest.mark.parametrize("kept", [100, 600, 1500])
def test_an_edf_file_cut_off_before_its_first_whole_record_is_refused(kept: int, tmp_path: Path) -> None:
    write_edf(tmp_path / "calf.edf", noise())
    os.truncate(tmp_path / "calf.edf", kept)
    assert_refused(run(tmp_path, "detect", "calf.edf"), "calf.edf")


@pytest.mark.parametrize("write", [write_lying_length, write_with_four_gigabytes_more])
def test_an_edf_header_that_lies_about_its_length_is_refused_with_both_lengths(
    write: Callable[[Path], None], tmp_path: Path
) -> None:
    write(tmp_path / "calf.bdf")
    assert_refused(run(tmp_path, "detect", "calf.bdf"), "calf.bdf", "header says", "data records")


@pytest.mark.parametrize("ending", ["hea", "h5", "mat", "parquet"])
def test_a_header_that_claims_more_than_there_is_is_refused(ending: str, tmp_path: Path) -> None:
    write_lying_length(tmp_path / f"calf.{ending}")
    assert_refused(run(tmp_path, "detect", f"calf.{ending}"), "calf")


@pytest.mark.parametrize(
    ("written", "named"),
    [("edf", "csv"), ("mat", "h5"), ("csv", "bdf")],
)
def test_a_wrong_ending_is_told_with_what_the_file_holds(written: str, named: str, tmp_path: Path) -> None:
    WRITERS[written](tmp_path / f"made.{written}", noise())
    (tmp_path / f"made.{written}").rename(tmp_path / f"calf.{named}")
    assert_refused(run(tmp_path, "detect", f"calf.{named}"), f"calf.{named}", "holds")


def test_an_unknown_ending_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "calf.docx").write_bytes(b"PK\x03\x04 a text")
    assert_refused(run(tmp_path, "detect", "calf.docx"), "calf.docx", ".edf", ".parquet")


@pytest.mark.parametrize("ending", ["edf", "hea", "h5", "csv"])
def test_a_recording_without_a_channel_is_refused(ending: str, tmp_path: Path) -> None:
    write_no_channel(tmp_path / f"calf.{ending}")
    assert_refused(run(tmp_path, "detect", f"calf.{ending}"), "calf")


@pytest.mark.parametrize("ending", ["bdf", "hea", "h5", "mat", "parquet"])
def test_a_recording_of_zero_samples_a_second_is_refused(ending: str, tmp_path: Path) -> None:
    write_zero_rate(tmp_path / f"calf.{ending}")
    assert_refused(run(tmp_path, "detect", f"calf.{ending}"), "calf")


@pytest.mark.parametrize("ending", ["hea", "csv"])
def test_a_recording_of_missing_samples_only_is_not_searched_and_says_so(ending: str, tmp_path: Path) -> None:
    WRITERS[ending](tmp_path / f"calf.{ending}", np.full((2, SAMPLES), np.nan))
    assert_nothing_searched(run(tmp_path, "detect", f"calf.{ending}", "--json"), "missing")


@pytest.mark.parametrize("ending", ["edf", "h5"])
def test_a_constant_recording_is_not_searched_and_says_so(ending: str, tmp_path: Path) -> None:
    WRITERS[ending](tmp_path / f"calf.{ending}", np.full((2, SAMPLES), 12.5))
    assert_nothing_searched(run(tmp_path, "detect", f"calf.{ending}", "--json"), "flat")


def assert_nothing_searched(outcome: Outcome, reason: str) -> None:
    document = detection(outcome)
    assert document["analysed_s"] == 0
    assert document["twitches"] == []
    assert document["summary"]["rate_per_min"] is None
    assert document["summary"]["rate_per_min_ruled_out"] is None
    stretches = document["excluded"]
    assert {stretch["reason"] for stretch in stretches} == {reason}
    assert max(stretch["stop_s"] for stretch in stretches) == pytest.approx(SAMPLES / RATE_HZ, abs=0.01)


@pytest.mark.parametrize("ending", ["bdf", "hea"])
def test_a_clipped_stretch_is_excluded(ending: str, tmp_path: Path) -> None:
    samples = noise()
    samples[:, 1000:1500] = LARGEST_UV
    WRITERS[ending](tmp_path / f"calf.{ending}", samples)
    document = detection(run(tmp_path, "detect", f"calf.{ending}", "--json"))
    clipped = [stretch for stretch in document["excluded"] if stretch["reason"] == "clipping"]
    assert min(stretch["start_s"] for stretch in clipped) <= 1.0
    assert max(stretch["stop_s"] for stretch in clipped) >= 1.5
    assert document["analysed_s"] <= 2.5
    assert [row for row in document["twitches"] if 1.0 <= row["onset_s"] < 1.5] == []


@pytest.mark.parametrize("ending", ["edf", "mat", "csv"])
def test_a_recording_of_one_sample_is_refused_or_not_searched(ending: str, tmp_path: Path) -> None:
    WRITERS[ending](tmp_path / f"calf.{ending}", noise(1))
    outcome = run(tmp_path, "detect", f"calf.{ending}", "--json")
    if outcome.code == 2:
        assert_refused(outcome, "calf", "sample")
    else:
        document = detection(outcome)
        assert (document["analysed_s"], document["twitches"]) == (0, [])
        assert not any(channel["usable"] for channel in document["recording"]["channels"])


@pytest.mark.parametrize("ending", ["edf", "h5", "csv"])
def test_a_sparse_file_of_four_gigabytes_is_refused(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"calf.{ending}"
    path.touch()
    os.truncate(path, FOUR_GIGABYTES)
    assert_refused(run(tmp_path, "detect", path.name), path.name)


@pytest.mark.parametrize("ending", ["csv", "mat", "parquet"])
def test_a_recording_that_goes_on_with_four_gigabytes_of_nothing_is_refused(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"calf.{ending}"
    write_with_four_gigabytes_more(path)
    assert_refused(run(tmp_path, "detect", path.name), path.name)


@pytest.mark.parametrize("name", [".", "calf.edf"])
def test_a_folder_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir(exist_ok=True)
    assert_refused(run(tmp_path, "detect", name), name, "folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "calf.edf")
    assert_refused(run(tmp_path, "detect", "calf.edf"), "calf.edf", "ordinary file")


@needs_linux
@pytest.mark.parametrize("ending", ["edf", "hea"])
def test_a_recording_that_may_not_be_read_is_refused(ending: str, tmp_path: Path) -> None:
    WRITERS[ending](tmp_path / f"calf.{ending}", noise())
    body_of(tmp_path / f"calf.{ending}").chmod(0)
    outcome = run(tmp_path, "detect", f"calf.{ending}", unprivileged=True)
    assert_refused(outcome, body_of(tmp_path / f"calf.{ending}").name, "may not be read")


@needs_linux
def test_a_case_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE)
    (tmp_path / "case.yaml").chmod(0)
    assert_refused(run(tmp_path, "assess", "case.yaml", unprivileged=True), "case.yaml", "permission")


def write_latin_csv(folder: Path) -> None:
    write_csv(folder / "calf.csv", noise())
    text = (folder / "calf.csv").read_text()
    (folder / "calf.csv").write_bytes(text.replace("emg 0", "Muskel für", 1).encode("latin-1"))


def write_latin_sidecar(folder: Path) -> None:
    write_csv(folder / "calf.csv", noise())
    (folder / "calf.json").write_bytes('{"unit": "µV"}'.encode("latin-1"))


def write_latin_header(folder: Path) -> None:
    write_wfdb(folder / "calf.hea", noise())
    text = (folder / "calf.hea").read_text()
    (folder / "calf.hea").write_bytes(text.replace("EMG 0", "für 0").encode("latin-1"))


def write_utf16_csv(folder: Path) -> None:
    (folder / "calf.csv").write_text("time_s,emg\n0,1\n0.001,2\n", encoding="utf-16")


@pytest.mark.parametrize("write", [write_latin_csv, write_latin_sidecar, write_latin_header, write_utf16_csv])
def test_text_that_is_not_utf_8_is_refused(write: Callable[[Path], None], tmp_path: Path) -> None:
    write(tmp_path)
    name = "calf.hea" if (tmp_path / "calf.hea").exists() else "calf.csv"
    assert_refused(run(tmp_path, "detect", name), "calf", "UTF-8")


def write_header_that_points_outside(folder: Path) -> None:
    write_wfdb(folder / "calf.hea", noise())
    secret = f"../{folder.name}_secret.dat"
    (folder / "calf.dat").rename(folder / secret)
    text = (folder / "calf.hea").read_text()
    (folder / "calf.hea").write_text(text.replace("calf.dat", secret))


def write_hdf5_link_that_points_outside(folder: Path) -> None:
    import h5py

    WRITERS["h5"](folder / "secret.h5", noise())
    WRITERS["h5"](folder / "calf.h5", noise())
    with h5py.File(folder / "calf.h5", "r+") as file:
        raw = file["00:07:80:00:00:01/raw"]
        del raw["channel_1"]
        raw["channel_1"] = h5py.ExternalLink("secret.h5", "/00:07:80:00:00:01/raw/channel_1")


@pytest.mark.parametrize(
    ("write", "name"),
    [(write_header_that_points_outside, "calf.hea"), (write_hdf5_link_that_points_outside, "calf.h5")],
)
def test_a_recording_that_points_outside_of_itself_is_refused(
    write: Callable[[Path], None], name: str, tmp_path: Path
) -> None:
    write(tmp_path)
    assert_refused(run(tmp_path, "detect", name), "calf")


CASE = "schema: myotwitch.case/1\nperson: {age_years: 34}\ntwitching:\n  - {place: eyelid}\n"


@pytest.mark.parametrize("outside", ["/etc/hostname", "below/../../calf.edf"])
def test_a_case_whose_recording_lies_outside_its_folder_is_refused(outside: str, tmp_path: Path) -> None:
    (tmp_path / "inside" / "below").mkdir(parents=True)
    WRITERS["edf"](tmp_path / "calf.edf", noise())
    (tmp_path / "inside" / "case.yaml").write_text(f"{CASE}recordings:\n  - {{file: {outside}, place: calf}}\n")
    assert_refused(run(tmp_path, "assess", "inside/case.yaml"), "inside/case.yaml", "line 6", "recordings[0].file")


def test_a_case_with_a_broken_recording_is_refused_naming_the_recording(tmp_path: Path) -> None:
    (tmp_path / "calf.edf").write_bytes(b"0       and nothing else")
    (tmp_path / "case.yaml").write_text(f"{CASE}recordings:\n  - {{file: calf.edf, place: calf}}\n")
    assert_refused(run(tmp_path, "assess", "case.yaml"), "calf.edf")


def test_thirty_faults_of_a_case_are_told_in_one_message_with_their_lines(tmp_path: Path) -> None:
    findings = "".join(f"  - {{finding: weaknes{number}, present: true}}\n" for number in range(30))
    (tmp_path / "case.yaml").write_text(f"{CASE}findings:\n{findings}")
    outcome = run(tmp_path, "assess", "case.yaml")
    assert_refused(outcome, "case.yaml", "30 faults")
    for number in range(30):
        assert f"line {6 + number} findings[{number}].finding" in outcome.stderr


LAUGHTER = "".join("a{0}: &a{0} [{1}]\n".format(n + 1, ", ".join([f"*a{n}"] * 10)) for n in range(12))
BAD_CASES: dict[str, tuple[str, bytes]] = {
    "empty": ("case.yaml", b""),
    "a bomb of aliases": ("case.yaml", b"a0: &a0 [ha, ha]\n" + LAUGHTER.encode()),
    "deeply nested YAML": ("case.yaml", b"findings: " + b"[" * 100_000),
    "deeply nested JSON": ("case.json", b'{"findings": ' + b"[" * 100_000),
    "not UTF-8": ("case.yaml", CASE.encode() + "# für\n".encode("latin-1")),
    "binary": ("case.yaml", bytes(range(256)) * 10),
    "cut off": ("case.json", b'{"schema": "myotwitch.case/1", "person": {"age_'),
    "a list": ("case.json", b"[1, 2, 3]"),
    "an object of Python": ("case.yaml", b"!!python/object/apply:os.system ['touch hacked']\n"),
    "a number of a million digits": ("case.json", b'{"person": {"age_years": ' + b"9" * 900_000 + b"}}"),
}


@pytest.mark.parametrize("name", list(BAD_CASES))
def test_a_hostile_case_is_refused(name: str, tmp_path: Path) -> None:
    file, content = BAD_CASES[name]
    (tmp_path / file).write_bytes(content)
    outcome = run(tmp_path, "assess", file)
    assert_refused(outcome, file)
    assert len(outcome.stderr) < 20_000
    assert not (tmp_path / "hacked").exists()


def test_a_case_of_four_sparse_gigabytes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").touch()
    os.truncate(tmp_path / "case.yaml", FOUR_GIGABYTES)
    assert_refused(run(tmp_path, "assess", "case.yaml"), "case.yaml")
