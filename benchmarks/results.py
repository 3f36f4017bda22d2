"""Keeps what benchmarks measure as JSON in ``benchmarks/output``, with when, on what and with which versions."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).with_name("output")
PACKAGES = ("myotwitch", "numpy", "scipy", "numba", "edfio")


def setting(packages: Iterable[str] = PACKAGES) -> dict[str, Any]:
    """Return the date, the usable processor cores, how busy they are, and the versions of Python and of packages."""
    versions = {"Python": platform.python_version()}
    for name in packages:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": usable_cores(),
        "load_before": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "versions": versions,
    }


def usable_cores() -> int:
    """Return on how many processors this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def write_result(name: str, result: dict[str, Any]) -> Path:
    """Write a result as JSON, and return the file."""
    OUTPUT.mkdir(exist_ok=True)
    path = OUTPUT / f"{name}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read_result(name: str) -> dict[str, Any] | None:
    """Return a result that was measured before, or None."""
    path = OUTPUT / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *rows))


def told_setting(result: dict[str, Any]) -> str:
    """Return the setting of a result in one sentence."""
    versions = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
    load = "" if result["load_before"] is None else f" (load average before the run: {result['load_before']})"
    return f"Measured on {result['date']} with {result['cores']} processor cores{load}; {versions}."
