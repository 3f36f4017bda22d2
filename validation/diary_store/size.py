"""Measures what a diary of three years costs: to import, to open, to back up, to answer from; time and memory.

    python -m validation.diary_store.size              in a file
    python -m validation.diary_store.size --passphrase "made-up words"   in an encrypted file
    python -m validation.diary_store.size --store postgresql://USER@HOST/DATABASE

Each figure is of a process of its own, from its start to its end, so that importing Python's modules is part of it.
The time of the processor is what the work costs; the other one also counts what else ran on the machine.

The answer is told from another diary: a simulated person of the validation of the course, with bouts, check-ins,
caffeine, nicotine, alcohol, magnesium, stress, sleep and exercise, whose course has something to find.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

ENTRIES = 30_000
DAYS = 3 * 365
PROGRAM = str(Path(sys.executable).parent / "myotwitch")
OPEN = """
import sys, time
from myotwitch.store import open_store, read_diary
begin, busy = time.perf_counter(), time.process_time()
with open_store(sys.argv[1], passphrase=sys.argv[2] or None) as store:
    diary = read_diary(store)
print(len(diary.entries), time.perf_counter() - begin, time.process_time() - busy)
"""
SIMULATE = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
import numpy as np
from validation.diaries import simulate
from validation.diaries.worlds import REPORTED
simulate.BEGIN = datetime(2023, 1, 2, tzinfo=UTC)
person = replace(REPORTED["drifting"], days=int(sys.argv[2]))
print(simulate.simulate(person, np.random.default_rng(int(sys.argv[3]))).csv(), end="", file=open(sys.argv[1], "w"))
"""
ANSWER = """
import sys, time
began, busy = time.perf_counter(), time.process_time()
import myotwitch.causes, myotwitch.course.course, myotwitch.course.evidence, myotwitch.diary.case_at
from myotwitch.pipeline import answer_from_diary
from myotwitch.store import open_store, read_diary
def passed(since):
    return time.perf_counter() - since[0], time.process_time() - since[1]
def now():
    return time.perf_counter(), time.process_time()
start = passed((began, busy))
begin = now()
with open_store(sys.argv[1], passphrase=sys.argv[2] or None) as store:
    diary = read_diary(store)
read = passed(begin)
begin = now()
answer_from_diary(diary, now=diary.last)
print(len(diary.entries), *start, *read, *passed(begin))
"""


def diary_table(entries: int, seed: int) -> str:
    """Return a table of made-up entries over three years: half of it bouts and check-ins."""
    rng = np.random.default_rng(seed)
    start = datetime(2023, 1, 1, tzinfo=UTC)
    times = start + np.sort(rng.uniform(0, DAYS * 86_400, entries)).astype("timedelta64[s]").astype(timedelta)
    rows = ["time,kind,place,side,count,duration_min,value,substance,amount,unit,finding"]
    templates = {
        "bout": "eyelid,left,{n},,{n},,,,",
        "check_in": ",,,60,,,,,",
        "intake": ",,,,,caffeine,95,mg,",
        "stress": ",,,,{n},,,,",
        "sleep": ",,,450,,,,,",
        "symptom": ",,,,{n},,,,headache",
    }
    kinds = rng.choice(list(templates), entries, p=[0.3, 0.25, 0.25, 0.08, 0.04, 0.08])
    for time_, kind, number in zip(times, kinds, rng.integers(1, 10, entries), strict=True):
        rows.append(f"{time_.isoformat()},{kind},{templates[str(kind)].format(n=number)}")
    return "\n".join(rows) + "\n"


def measured(title: str, command: list[str], passphrase: str) -> str:
    """Run a command; print how long it took and how much memory it had at most; return what it printed."""
    environment = {**os.environ, **({"MYOTWITCH_PASSPHRASE": passphrase} if passphrase else {})}
    begin = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - begin
    if status != 0:
        raise SystemExit(f"{title} failed")
    busy_s = usage.ru_utime + usage.ru_stime
    print(f"| {title} | {wall_s:.2f} s | {busy_s:.2f} s | {usage.ru_maxrss / 1024:.0f} MB |", flush=True)
    return printed


def measure_answer(folder: Path, passphrase: str, seed: int) -> None:
    """Print what the answer from a simulated diary of three years costs, part by part."""
    table, store = folder / "simulated.csv", str(folder / "simulated.db")
    # In a process of its own: the memory of this one would be counted as that of every one it starts.
    subprocess.run([sys.executable, "-c", SIMULATE, str(table), str(DAYS), str(seed)], check=True)
    for title, words in (
        ("import of a simulated person", ["import", str(table)]),
        ("say who it is", ["person", "birth_year=1985", "sex=female", "weight_kg=62"]),
    ):
        measured(title, [PROGRAM, "diary", *words, "--store", store], passphrase)
    measured("its course, as JSON", [PROGRAM, "course", "--json", "--store", store], passphrase)
    printed = measured("the answer from it", [sys.executable, "-c", ANSWER, store, passphrase], passphrase)
    count, *told = printed.split()
    seconds = np.array(told, dtype=np.float64).reshape(3, 2)
    print(f"The answer from {count} entries, on the wall and of the processor:")
    for title, (wall_s, busy_s) in zip(
        ("start of the program", "open and read", "case, course and assessment"), seconds.tolist(), strict=True
    ):
        print(f"  {title}: {wall_s:.2f} s, {busy_s:.2f} s")
    wall_s, busy_s = seconds[1:].sum(axis=0).tolist()
    print(f"  without the start: {wall_s:.2f} s, {busy_s:.2f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", help="a PostgreSQL database; without it, a file is made")
    parser.add_argument("--passphrase", default="", help="for an encrypted file; a made-up one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--answer", action="store_true", help="only the answer from a simulated diary, in a file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print("| what | time | processor | memory |\n|---|---|---|---|")
        if not asked.answer:
            measure_store(Path(folder), asked.store, asked.passphrase, asked.seed)
        if asked.store is None:
            measure_answer(Path(folder), asked.passphrase, asked.seed)
    return 0


def measure_store(folder: Path, given: str | None, passphrase: str, seed: int) -> None:
    """Print what it costs to import, open, add to, undo and back up a diary of three years."""
    table, backup = folder / "diary.csv", folder / "diary.backup"
    table.write_text(diary_table(ENTRIES, seed), encoding="utf-8")
    store = given or str(folder / "diary.db")
    run, opened = [PROGRAM, "diary"], [sys.executable, "-c", OPEN, store, passphrase]
    measured("add one entry to a new store", [*run, "add", "stress", "3", "--store", store], passphrase)
    measured("open that diary", opened, passphrase)
    measured("import", [*run, "import", str(table), "--store", store], passphrase)
    count, inside_s, busy_s = measured("open as a Diary", opened, passphrase).split()
    measured("add one entry", [*run, "add", "stress", "4", "--store", store], passphrase)
    measured("import the same again", [*run, "import", str(table), "--store", store], passphrase)
    measured("undo the import", [*run, "undo", "2", "--store", store], passphrase)
    measured("backup, plain", [*run, "backup", str(backup), "--plain", "--store", store], passphrase)
    print(
        f"Opening and reading {count} entries, without starting Python: {float(inside_s):.2f} s, "
        f"{float(busy_s):.2f} s of the processor"
    )
    if given is None:
        print(f"Size of the file: {Path(store).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    sys.exit(main())
