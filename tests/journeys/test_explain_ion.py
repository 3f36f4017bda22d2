"""`myotwitch explain` of an ion: what it does to a nerve fibre as text and as a picture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.ready_program import run_program

PROGRAM = str(Path(sys.executable).parent / "myotwitch")


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return run_program(*arguments, folder=folder)


@pytest.mark.parametrize(
    ("ion", "told"), [("magnesium", "was not measured in people"), ("potassium", "was measured in people")]
)
def test_an_ion_is_told_and_drawn_with_what_was_measured_and_what_not(tmp_path: Path, ion: str, told: str) -> None:
    done = run("explain", ion, "--plot", "ion.svg", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "In a motor nerve fibre, by simulation" in done.stdout
    assert told in " ".join(done.stdout.split())
    drawing = (tmp_path / "ion.svg").read_text(encoding="utf-8")
    assert drawing.startswith("<?xml")
    assert len(drawing) > 10_000


def test_a_picture_of_what_is_no_ion_is_refused_with_help(tmp_path: Path) -> None:
    done = run("explain", "caffeine", "--plot", "caffeine.png", folder=tmp_path)
    assert done.returncode == 2
    assert "calcium, ionised_calcium, magnesium, potassium, sodium" in done.stderr
    assert not (tmp_path / "caffeine.png").exists()
