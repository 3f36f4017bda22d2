"""What a diary of three years costs from opening it to the answer: time, and memory of the whole process.

    python -m benchmarks.diary

The diary is simulated by `validation.diaries` (about 30,000 entries, one of its drifting worlds) and imported into a
store in a file. Then one process opens it, reads it, makes its case, works out its course and assesses it. What Numba
compiles when it is first used, and keeps on disk, is compiled by a first run that is not counted.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from validation.diaries.simulate import simulate
from validation.diaries.worlds import REPORTED

from benchmarks.results import markdown_table, write_result

DAYS = 3 * 365
SEED = 5
MEASURED = """
import json, resource, sys, time
begin, busy = time.perf_counter(), time.process_time()
marks = []
def mark(name):
    marks.append((name, time.perf_counter() - begin, time.process_time() - busy))
from myotwitch.pipeline import answer_from_diary
from myotwitch.store import open_store, read_diary
import myotwitch.causes, myotwitch.course.course, myotwitch.diary.case_at
mark("load the program")
with open_store(sys.argv[1]) as store:
    diary = read_diary(store)
mark("open and read")
answered = answer_from_diary(diary)
mark("course, case and assessment")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"entries": len(diary.entries), "marks": marks, "peak_mb": peak}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.diary", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = three_years(Path(folder))
        runs = [_run(store) for _ in range(given.repeats + 1)][1:]
    print(f"{runs[0]['entries']} entries, medians of {given.repeats} runs, peak {_median(runs, 'peak_mb'):.0f} MB")
    rows = []
    for place, (name, _, _) in enumerate(runs[0]["marks"]):
        steps = [_step(run, place) for run in runs]
        wall, busy = (statistics.median(step[column] for step in steps) for column in (0, 1))
        rows.append([name, f"{wall:.2f}", f"{busy:.2f}"])
    print(markdown_table(["step", "seconds", "seconds of processor"], rows))
    write_result("diary", {"runs": runs})


def three_years(folder: Path) -> Path:
    """Return a store with a simulated diary of three years."""
    table, store = folder / "three_years.csv", folder / "three_years.db"
    world = replace(REPORTED["drifting"], days=DAYS)
    table.write_text(simulate(world, np.random.default_rng(SEED)).csv())
    program = [sys.executable, "-m", "myotwitch.cli", "diary"]
    subprocess.run([*program, "import", table, "--store", store, "--json"], check=True, capture_output=True)
    subprocess.run([*program, "person", "birth_year=1985", "--store", store], check=True, capture_output=True)
    return store


def _run(store: Path) -> dict[str, object]:
    done = subprocess.run([sys.executable, "-c", MEASURED, store], check=True, capture_output=True, text=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _step(run: dict[str, object], place: int) -> tuple[float, float]:
    marks = run["marks"]
    assert isinstance(marks, list)
    before = marks[place - 1][1:] if place else (0.0, 0.0)
    return marks[place][1] - before[0], marks[place][2] - before[1]


def _median(runs: list[dict[str, object]], name: str) -> float:
    return statistics.median(float(str(run[name])) for run in runs)


if __name__ == "__main__":
    main()
