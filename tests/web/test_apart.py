"""What is uploaded is parsed in a process that may crash, hang or take too much; the app says so and lives."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from myotwitch.web import apart_run
from myotwitch.web.apart_run import GIGABYTE, ApartError, Limits, run_apart
from myotwitch.web.workplace import PASSPHRASE_VARIABLE


def test_no_more_than_a_few_run_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def run(*_: object) -> dict[str, str]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return {}

    monkeypatch.setattr(apart_run, "_start", lambda _: None)
    monkeypatch.setattr(apart_run, "_run", run)
    with ThreadPoolExecutor(20) as askers:
        list(askers.map(lambda _: run_apart("open", tmp_path, {}), range(20)))
    assert most == 4


def test_a_crash_is_told_as_a_damaged_file(tmp_path: Path) -> None:
    with pytest.raises(ApartError, match="made its reader fail"):
        run_apart("crash", tmp_path, {})


def test_a_hang_is_ended_and_told(tmp_path: Path) -> None:
    began_s = time.monotonic()
    with pytest.raises(ApartError, match="came to a halt"):
        run_apart("hang", tmp_path, {}, limits=Limits(silence_s=1.0))
    assert time.monotonic() - began_s < 30.0


def test_a_hunger_for_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ApartError, match="more memory"):
        run_apart("hoard", tmp_path, {}, limits=Limits(memory_bytes=2 * GIGABYTE))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no limit of computing time")
def test_endless_computing_is_ended_and_told(tmp_path: Path) -> None:
    with pytest.raises(ApartError, match="computing time"):
        run_apart("spin", tmp_path, {}, limits=Limits(cpu_s=2))


def test_a_program_that_lies_in_the_folder_is_never_run(tmp_path: Path) -> None:
    for name in ("json.py", "sitecustomize.py", "numpy.py"):
        (tmp_path / name).write_text("open('was_run', 'w')\nraise SystemExit\n")
    with pytest.raises(ApartError, match="There is no file"):
        run_apart("open", tmp_path, {"main": "recording.edf"})
    assert not (tmp_path / "was_run").exists()


def test_the_passphrase_of_the_store_does_not_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {}

    class Noted(subprocess.Popen[str]):
        def __init__(self, *options: object, **named: object) -> None:
            given.update(named)
            super().__init__(*options, **named)  # type: ignore[call-overload]

    monkeypatch.setenv(PASSPHRASE_VARIABLE, "a secret of the person")
    monkeypatch.setattr("myotwitch.web.apart_run.subprocess.Popen", Noted)
    with pytest.raises(ApartError):
        run_apart("crash", tmp_path, {})
    assert "PATH" in given["env"]
    assert PASSPHRASE_VARIABLE not in given["env"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_it_ends_when_the_app_is_killed(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys\nfrom myotwitch.web import apart_run\n"
        "start = apart_run._start\n"
        "def told(folder):\n    process = start(folder)\n    print(process.pid, flush=True)\n    return process\n"
        "apart_run._start = told\napart_run.run_apart('hang', pathlib.Path(sys.argv[1]), {})\n"
    )
    app = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    apart = int(app.stdout.readline())
    time.sleep(0.5)
    app.kill()
    app.wait()
    app.stdout.close()
    until = time.monotonic() + 20
    while time.monotonic() < until and _is_running(apart):
        time.sleep(0.1)
    assert not _is_running(apart)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # One that ended and that nobody waits for any more is no running one.
    return "Z" not in Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
