"""The command line as a person and a program use it, start to finish, in its own process."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from edfio import Edf, EdfSignal
from tests.ready_program import run_program

PROGRAM = str(Path(sys.executable).parent / "myotwitch")
ROOT = Path(__file__).resolve().parents[2]
DEMONSTRATION = ROOT / "src" / "myotwitch" / "demonstration"


def run(*arguments: str | Path, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run myotwitch and return what it printed."""
    return run_program(*arguments, folder=folder, variables=variables)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example case and its recording."""
    place = tmp_path_factory.mktemp("journey")
    shutil.copytree(DEMONSTRATION, place, dirs_exist_ok=True)
    return place


def schema(name: str) -> dict[str, object]:
    return json.loads((ROOT / "docs" / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_detect_prints_the_contract_s_json_and_nothing_else(folder: Path) -> None:
    result = run("detect", "calf.edf", "--json", folder=folder)
    document = json.loads(result.stdout)
    assert result.stderr == ""
    jsonschema.validate(document, schema("detection"))
    assert document["schema"] == "myotwitch.detection/1"
    assert document["recording"]["duration_s"] == 180.0
    assert {stretch["reason"] for stretch in document["excluded"]} >= {"voluntary"}
    assert document["summary"]["count"] == len(document["twitches"]) > 10


def test_assess_prints_the_contract_s_json_and_nothing_else(folder: Path) -> None:
    result = run("assess", "case.yaml", "--json", folder=folder)
    assert result.stderr == ""
    document = json.loads(result.stdout)
    jsonschema.validate(document, schema("assessment"))
    assert document["urgency"] in ("harmless", "watch")
    ranked = [cause["probability"] for cause in document["causes"]]
    assert ranked == sorted(ranked, reverse=True)
    assert document["measured"]


def test_the_table_and_the_json_tell_the_same_twitches(folder: Path) -> None:
    document = json.loads(run("detect", "calf.edf", "--json", folder=folder).stdout)
    rows = [{name: value for name, value in row.items() if name != "naming"} for row in document["twitches"]]
    for ending in ("csv", "parquet"):
        assert run("detect", "calf.edf", "--table", f"twitches.{ending}", folder=folder).returncode == 0
        from myotwitch.twitches import read_twitch_table

        assert read_twitch_table(folder / f"twitches.{ending}") == rows


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_picture_is_drawn_in_the_format_that_its_ending_names(folder: Path, ending: str) -> None:
    assert run("detect", "calf.edf", "--plot", f"picture.{ending}", folder=folder).returncode == 0
    head = (folder / f"picture.{ending}").read_bytes()[:200]
    assert {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending] in head


def test_the_report_of_a_case_never_gives_a_bare_percentage_of_a_feared_disease(folder: Path) -> None:
    assert run("assess", "case.yaml", "--report", "answer.html", folder=folder).returncode == 0
    page = (folder / "answer.html").read_text(encoding="utf-8")
    before_the_doctor_s_part = page[page.index("<main>") : page.index("<details>")]
    text = before_the_doctor_s_part.replace("stroke-", "").lower()
    for name in ("amyotrophic lateral sclerosis", "brain tumour", "creutzfeldt"):
        assert name not in text


def test_the_catalogue_lists_every_cause_with_its_sources() -> None:
    document = json.loads(run("causes", "--json").stdout)
    assert len(document) >= 40
    for row in document:
        assert set(row) >= {"cause", "name", "icd10", "group", "sources"}
    assert "eyelid_myokymia" in run("causes").stdout


def test_of_several_recordings_one_broken_one_is_named_and_the_code_is_1(folder: Path) -> None:
    (folder / "broken.edf").write_bytes(b"not an EDF file at all")
    result = run("detect", "calf.edf", "broken.edf", "--json", folder=folder)
    assert result.returncode == 1
    assert "broken.edf" in result.stderr
    documents = json.loads(result.stdout)
    assert [("error" in document) for document in documents] == [False, True]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("detect", "absent.edf"), "absent.edf"),
        (("detect", "."), "folder"),
        (("detect", "calf.edf", "--table", "twitches.xlsx"), ".csv"),
        (("detect", "calf.edf", "--plot", "picture.bmp"), ".png"),
        (("detect", "calf.edf", "--detector", "thresold"), "threshold"),
        (("assess", "absent.yaml"), "absent.yaml"),
        (("assess", "calf.edf"), ".yaml"),
        (("sample", "emgbd"), "emgdb"),
        (("detekt", "calf.edf"), "detect"),
        (("detect",), "RECORDING"),
        (("detect", "calf.edf", "case.yaml", "--table", "all.csv"), "one recording"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_a_wrong_request_ends_with_code_2_and_a_message_that_helps(
    folder: Path, arguments: tuple[str, ...], told: str
) -> None:
    result = run(*arguments, folder=folder)
    assert result.returncode == 2
    assert result.stdout == ""
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_progress_shows_on_a_terminal_only(folder: Path) -> None:
    assert run("detect", "calf.edf", folder=folder).stderr == ""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "detect", "calf.edf"], cwd=folder, stdout=subprocess.DEVNULL, stderr=follower,
        env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    process.wait(timeout=60)
    os.close(follower)
    seen = os.read(leader, 100_000).decode(errors="ignore")
    os.close(leader)
    assert "Searching calf.edf" in seen


def test_no_color_is_honoured_on_a_terminal(folder: Path) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "detect", "calf.edf"], cwd=folder, stdout=subprocess.DEVNULL, stderr=follower,
        env={**os.environ, "TERM": "xterm-256color", "NO_COLOR": "1"},
    )  # fmt: skip
    process.wait(timeout=60)
    os.close(follower)
    seen = os.read(leader, 100_000).decode(errors="ignore")
    os.close(leader)
    assert "\x1b[3" not in seen  # no foreground colour


def test_an_interrupted_run_ends_with_code_130(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    long = [
        EdfSignal(generator.normal(0, 5, 2_000_000), 1000, label=f"EMG {n}", physical_dimension="uV") for n in range(8)
    ]
    Edf(long).write(tmp_path / "long.edf")
    process = subprocess.Popen(
        [PROGRAM, "detect", "long.edf"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told


def test_help_shows_examples_and_the_version_is_told() -> None:
    assert "myotwitch detect calf.edf" in run("detect", "--help").stdout
    assert run("--version").stdout.startswith("myotwitch ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_shown_for_common_shells(shell: str) -> None:
    result = run("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert result.returncode == 0
    assert "myotwitch" in result.stdout
