"""`myotwitch demo` shows the main job, opens the app on the example, and ends by itself where nobody is there."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

PROGRAM = str(Path(sys.executable).parent / "myotwitch")
LINK = re.compile(rb"http://127\.0\.0\.1:\d+/enter/[\w-]+")
PATIENCE_S = 120


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """A demo that was run twice where nobody is."""
    folder = tmp_path_factory.mktemp("demo")
    command = [PROGRAM, "demo", "--out", "out"]
    for _ in range(2):
        result = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE_S,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
    result.args = folder
    return result


def test_it_goes_from_a_recording_to_a_report_with_a_picture(ended: subprocess.CompletedProcess[str]) -> None:
    out = Path(str(ended.args)) / "out"
    assert "simulated" in ended.stdout
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "not a medical device" in page
    assert (out / "recording.png").stat().st_size > 20_000


def test_it_ends_by_itself_with_the_address_and_how_to_open_it_again(
    ended: subprocess.CompletedProcess[str],
) -> None:
    lines = ended.stdout.splitlines()
    assert "three months are simulated and marked as such" in ended.stdout
    assert re.search(r"^ +http://127\.0\.0\.1:\d+$", ended.stdout, re.M)
    assert "Its first page came in" in ended.stdout
    assert lines[-1] == f"Open it again with: myotwitch serve --example {Path('out') / 'example'}"


def test_it_writes_inside_its_folder_alone(ended: subprocess.CompletedProcess[str]) -> None:
    folder = Path(str(ended.args))
    assert [path.name for path in folder.iterdir()] == ["out"]
    names = {path.name for path in (folder / "out").iterdir()}
    assert names == {"report.html", "recording.png", "example"}


def test_the_app_is_gone_afterwards(ended: subprocess.CompletedProcess[str]) -> None:
    found = re.search(r"http://127\.0\.0\.1:(\d+)", ended.stdout)
    assert found is not None
    with pytest.raises(OSError):
        build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{found.group(1)}/health", timeout=5)


def test_in_a_terminal_the_app_stays_until_enter_is_pressed(tmp_path: Path) -> None:
    outer, inner = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    process = subprocess.Popen(
        [PROGRAM, "demo", "--out", "out", "--quiet"], cwd=tmp_path, stdin=inner, stdout=inner, stderr=inner,
        env=environment,
    )  # fmt: skip
    os.close(inner)
    try:
        told = _told_until(outer, b"Press Enter")
        link = LINK.search(told)
        assert link is not None
        page = build_opener(ProxyHandler({})).open(link.group().decode().split("/enter/")[0] + "/health", timeout=10)
        assert page.read() == b"well"
        assert process.poll() is None
        os.write(outer, b"\n")
        assert process.wait(timeout=PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()
        os.close(outer)


def _told_until(terminal: int, words: bytes) -> bytes:
    told, until_s = b"", time.monotonic() + PATIENCE_S
    while words not in told and time.monotonic() < until_s:
        told += os.read(terminal, 4096)
    return told
