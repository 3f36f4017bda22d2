"""Runs whole commands and measures them from outside."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MEASURE = Path(__file__).with_name("measured_process.py")
LONGEST_S = 1800.0


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a process took: seconds by the clock, seconds of all its threads, and the most memory it held at a time."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def run_measured(*command: str | Path) -> Cost:
    """Return what a command took; its output is thrown away.

    Raises
    ------
    RuntimeError
        If it ends with anything but exit code 0, or not within half an hour.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        outcome = Path(folder) / "outcome.json"
        measured = [sys.executable, "-I", "-S", MEASURE, outcome, LONGEST_S, *command]
        ran = subprocess.run(
            list(map(str, measured)), check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        told = json.loads(outcome.read_text()) if outcome.exists() else {"code": None}
    if told.pop("code") != 0:
        raise RuntimeError(f"{' '.join(map(str, command))} failed: {ran.stderr[-500:]}")
    return Cost(**told)


def median_of(values: Sequence[float]) -> float:
    """Return the middle value, the mean of the two middle ones where their number is even."""
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
