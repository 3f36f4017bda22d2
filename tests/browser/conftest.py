"""The real server, and a real browser on it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

CHROMIUM = os.environ.get("MYOTWITCH_CHROMIUM") or shutil.which("chromium")
LINK = re.compile(r"open at (http://\S+)")
BROWSER_OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass(kw_only=True)
class Server:
    """A running ``myotwitch serve``."""

    process: subprocess.Popen[str]
    link: str

    @property
    def address(self) -> str:
        return self.link.split("/enter/")[0]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def start_server(store: Path, *options: str, environment: dict[str, str] | None = None) -> Server:
    """Start the app on a store and wait for its link."""
    process = subprocess.Popen(
        [sys.executable, "-m", "myotwitch.web", "--store", str(store), "--no-browser", *options],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    assert process.stderr is not None
    return Server(process=process, link=_link(process.stderr))


def _link(stream: IO[str]) -> str:
    said = []
    for line in stream:
        said.append(line)
        if found := LINK.search(line):
            return found.group(1)
    raise AssertionError(f"The server did not start: {''.join(said)}")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = start_server(tmp_path / "diary.db")
    yield started
    started.process.send_signal(signal.SIGINT)
    started.process.wait(timeout=20)
    if started.process.stderr is not None:
        started.process.stderr.close()
