"""``myotwitch simulate`` from outside: files, messages and exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).with_name("myotwitch")
SCENE = """schema = "myotwitch.scene/1"
title = "A calf"
duration_s = 600
sampling_rate_hz = 1000
[[site]]
muscle = "gastrocnemius"
[[fasciculation]]
rate_per_min = 60.0
"""


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *words], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scene.toml").write_text(SCENE, encoding="utf-8")
    return tmp_path


def test_a_scene_becomes_a_recording_that_detect_reads_and_a_truth(folder: Path) -> None:
    done = run(folder, "simulate", "scene.toml", "--out", "a.edf", "--truth", "a.csv", "--duration", "20", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["duration_s"], told["seed"], told["channels"]) == (20, 0, ["EMG calf"])
    rows = (folder / "a.csv").read_text(encoding="utf-8").count("\n") - 1
    assert told["events"] == {"fasciculation": rows}
    schema = json.loads((ROOT / "docs" / "schema" / "simulation.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(told)
    assert set(told) == set(schema["properties"])
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "a.edf", "a.json", "scene.toml"]
    found = json.loads(run(folder, "detect", "a.edf", "--json").stdout)
    assert found["recording"]["channels"][0]["place"] == "calf"
    assert found["summary"]["count"] > 0


def test_files_are_not_written_over_unless_asked(folder: Path) -> None:
    words = ("simulate", "scene.toml", "--out", "a.edf", "--duration", "2")
    assert run(folder, *words).returncode == 0
    first = (folder / "a.edf").read_bytes()
    again = run(folder, *words, "--seed", "9")
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert run(folder, *words, "--seed", "9", "--force").returncode == 0
    assert (folder / "a.edf").read_bytes() != first


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("scene.toml", "--out", "a.edf", "--duration", "1000000000"),
            "1000000000 s is not possible; allowed is 1 to 604800",
        ),
        (("scene.toml", "--out", "a.bdf"), "must end in .edf"),
        (("scene.toml", "--out", "a.edf", "--truth", "a.parquet"), "must end in .csv"),
        (("scene.toml", "--out", "none/a.edf"), "There is no folder none"),
        (("other.toml", "--out", "a.edf"), "There is no scene other.toml"),
        (("scene.toml", "--out", "a.edf", "--seed", "-1"), "seed: -1 is not possible; allowed is 0 to 4294967295"),
    ],
)
def test_a_wrong_request_ends_with_exit_code_2_and_what_to_do(folder: Path, words: tuple[str, ...], told: str) -> None:
    done = run(folder, "simulate", *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert [path.name for path in folder.iterdir()] == ["scene.toml"]
