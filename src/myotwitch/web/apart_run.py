"""The app's side of the separate process: gives it a task, listens, and ends it where it takes too much."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from myotwitch.errors import MyotwitchError
from myotwitch.language import _, digits, language_in_use
from myotwitch.web.workplace import PASSPHRASE_VARIABLE

GIGABYTE = 1_000_000_000
LONGEST_LINE = 4_000_000
"""Signs of an answer; what is larger comes in a file."""
AT_ONCE = threading.BoundedSemaphore(4)
"""So many separate processes run at the same time; further ones wait."""
KILLED_CODES = (-9, -24)
"""How a process ends that took more computing time than it may: SIGKILL, SIGXCPU."""


class ApartError(MyotwitchError):
    """Raised when a file cannot be read, or reading it took too much; the app itself goes on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a separate process may take.

    Parameters
    ----------
    memory_bytes, cpu_s
        Address space, and computing time **[s]**.
    silence_s
        For how long it may say nothing **[s]**; then it is ended.
    """

    memory_bytes: int = 6 * GIGABYTE
    cpu_s: int = 60
    silence_s: float = 60.0


SHORT = Limits()
LONG = Limits(memory_bytes=12 * GIGABYTE, cpu_s=4 * 3600, silence_s=600.0)
"""For searching recordings of a day and more."""


def run_apart(
    task: str,
    folder: Path,
    given: Mapping[str, Any],
    *,
    limits: Limits = SHORT,
    progress: Callable[[Mapping[str, Any]], None] | None = None,
) -> Mapping[str, Any]:
    """Return the answer of a separate process that does a task in a folder.

    Parameters
    ----------
    task, given
        A key of `apart.TASKS`, and what it is told; it answers in the language in use.
    progress
        Called with each line that is not yet the answer.

    Raises
    ------
    ApartError
        If it finds the file at fault, crashes, hangs, or takes more than its limits.
    """
    with AT_ONCE:
        return _run(_start(folder), task, given, limits, progress)


def _run(
    process: subprocess.Popen[str],
    task: str,
    given: Mapping[str, Any],
    limits: Limits,
    progress: Callable[[Mapping[str, Any]], None] | None,
) -> Mapping[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    order = {"task": task, "given": given, "language": language_in_use(),
             "memory_bytes": limits.memory_bytes, "cpu_s": limits.cpu_s}  # fmt: skip
    lines: queue.Queue[str] = queue.Queue()
    try:
        threading.Thread(target=_listen, args=(process.stdout, lines), daemon=True).start()
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        return _answer(process, lines, limits, progress)
    except BrokenPipeError:
        raise _ended(process) from None
    finally:
        process.kill()
        process.wait()
        process.stdin.close()


def _start(folder: Path) -> subprocess.Popen[str]:
    # Isolated (-I): nothing in the folder of the upload, nor in the environment, is ever imported.
    environment = {name: value for name, value in os.environ.items() if name != PASSPHRASE_VARIABLE}
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "myotwitch.web.apart"],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
    )


def _listen(stream: IO[str], lines: queue.Queue[str]) -> None:
    with stream:
        while line := stream.readline(LONGEST_LINE):
            lines.put(line)
    lines.put("")


def _answer(
    process: subprocess.Popen[str],
    lines: queue.Queue[str],
    limits: Limits,
    progress: Callable[[Mapping[str, Any]], None] | None,
) -> Mapping[str, Any]:
    while True:
        try:
            line = lines.get(timeout=limits.silence_s)
        except queue.Empty:
            raise ApartError(
                _(
                    "Reading the file came to a halt and was ended after {silence_s} s. It is damaged, or "
                    "far larger than it says; export it again."
                ).format(silence_s=digits(limits.silence_s))
            ) from None
        if not line:
            raise _ended(process)
        try:
            said: Mapping[str, Any] = json.loads(line)
        except ValueError:
            raise ApartError(_("The reader of the file answered nonsense; the file is damaged.")) from None
        if "fault" in said:
            raise ApartError(str(said["fault"]))
        if "answer" in said:
            answer: Mapping[str, Any] = said["answer"]
            return answer
        if progress is not None:
            progress(said)


def _ended(process: subprocess.Popen[str]) -> ApartError:
    code = process.wait()
    if code in KILLED_CODES:
        return ApartError(
            _(
                "Reading the file took more memory or computing time than it may, and was ended. Divide "
                "the file, or export it again."
            )
        )
    return ApartError(_("The file made its reader fail; it is damaged. Export or copy it again."))
