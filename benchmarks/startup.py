"""Time until ``myotwitch --help`` has answered, beside the time Python itself needs to start.

python -m benchmarks.startup [--repeats 11]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks.processes import median_of, run_measured
from benchmarks.results import markdown_table, setting, told_setting, write_result

PROGRAM = Path(sys.executable).with_name("myotwitch")
COMMANDS: dict[str, tuple[str | Path, ...]] = {
    "myotwitch --help": (PROGRAM, "--help"),
    "myotwitch --version": (PROGRAM, "--version"),
    "python -c pass": (sys.executable, "-c", "pass"),
}


def measure(repeats: int = 11) -> dict[str, Any]:
    """Return the time of every command, run in turn; a first run warms the disk and counts for nothing."""
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(repeats + 1):
        for name, command in COMMANDS.items():
            cost = run_measured(*command)
            if number:
                seconds[name].append(cost.wall_s)
    return {
        **setting(("myotwitch", "typer")),
        "repeats": repeats,
        "commands": {name: {"median_s": median_of(taken), "longest_s": max(taken)} for name, taken in seconds.items()},
    }


def render(result: dict[str, Any]) -> str:
    """Return the result as a table in Markdown."""
    rows = [
        (f"`{name}`", f"{taken['median_s']:.3f}", f"{taken['longest_s']:.3f}")
        for name, taken in result["commands"].items()
    ]
    table = markdown_table(("command", "median, s", "longest, s"), rows)
    return f"{table}\n\n{result['repeats']} runs each, in turn, as whole processes. {told_setting(result)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=11)
    result = measure(parser.parse_args().repeats)
    write_result("startup", result)
    print(render(result))


if __name__ == "__main__":
    main()
