"""What the documents show is what happens: their examples run, their links lead somewhere."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
COMMAND = re.compile(r"^\$ (myotwitch .*)$", re.M)


def shell_examples() -> list[tuple[Path, str]]:
    """Every ``$ myotwitch …`` line of the documents; those that change no store once, wherever else they stand."""
    found = [(path, command) for path in DOCUMENTS for command in COMMAND.findall(path.read_text(encoding="utf-8"))]
    first = {command: path for path, command in reversed(found)}
    return [(path, command) for path, command in found if "--store" in command or first.pop(command, None)]


@pytest.fixture(scope="module")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example files under the names that the documents use."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(ROOT / "src" / "myotwitch" / "demonstration", folder, dirs_exist_ok=True)
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


@pytest.mark.parametrize(("path", "command"), shell_examples(), ids=lambda value: str(value)[-50:])
def test_every_command_shown_in_the_documents_runs(path: Path, command: str, example_folder: Path) -> None:
    if command.startswith("myotwitch sample"):
        pytest.skip("this command fetches from the internet; tests/recordings tests it against a local server")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    result = subprocess.run(
        shlex.split(command), cwd=example_folder, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"{path.name}: {command}\n{result.stderr}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_python_example_of_the_documents_gives_what_is_shown(path: Path, example_folder: Path) -> None:
    before = Path.cwd()
    os.chdir(example_folder)
    try:
        outcome = doctest.testfile(str(path), module_relative=False, optionflags=doctest.ELLIPSIS)
    finally:
        os.chdir(before)
    assert outcome.failed == 0


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_command_and_option_is_shown_in_the_command_reference() -> None:
    reference = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    program = Path(sys.executable).parent / "myotwitch"
    commands = ["detect", "simulate", "assess", "questions", "convert", "explain", "causes", "sample", "demo"]
    commands += [f"diary {name}" for name in ("add", "list", "edit", "remove", "undo", "redo", "history", "import")]
    commands += [f"diary {name}" for name in ("export", "backup", "restore", "erase", "person")]
    commands += ["course", "course plan", "course outcome", "serve"]
    for command in commands:
        help_text = subprocess.run(
            [program, *command.split(), "--help"], capture_output=True, text=True, check=True
        ).stdout
        for option in re.findall(r"^\s+(--[a-z-]+)", help_text, re.M):
            assert option in reference, f"{command} {option}"
        assert f"myotwitch {command}" in reference
