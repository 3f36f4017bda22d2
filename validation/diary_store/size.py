"""Measures what a diary of three years costs: to import, to open, to list, to back up; time and memory.

    python -m validation.diary_store.size              in a file
    python -m validation.diary_store.size --passphrase x     in an encrypted file
    python -m validation.diary_store.size --store postgresql://USER@HOST/DATABASE

Each figure is of a process of its own, from its start to its end, so that importing Python's modules is part of it.
The time of the processor is what the work costs; the other one also counts what else ran on the machine.
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", help="a PostgreSQL database; without it, a file is made")
    parser.add_argument("--passphrase", default="", help="for an encrypted file; a made-up one")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table, backup = Path(folder) / "diary.csv", Path(folder) / "diary.backup"
        table.write_text(diary_table(ENTRIES, asked.seed), encoding="utf-8")
        store = asked.store or str(Path(folder) / "diary.db")
        run = [PROGRAM, "diary"]
        print(f"{ENTRIES:,} entries")
        print("| what | time | processor | memory |\n|---|---|---|---|")
        measured("add one entry to a new store", [*run, "add", "stress", "3", "--store", store], asked.passphrase)
        opened = [sys.executable, "-c", OPEN, store, asked.passphrase]
        measured("open that diary", opened, asked.passphrase)
        measured("import", [*run, "import", str(table), "--store", store], asked.passphrase)
        count, inside_s, busy_s = measured("open as a Diary", opened, asked.passphrase).split()
        measured("add one entry", [*run, "add", "stress", "4", "--store", store], asked.passphrase)
        measured("import the same again", [*run, "import", str(table), "--store", store], asked.passphrase)
        measured("undo the import", [*run, "undo", "2", "--store", store], asked.passphrase)
        measured("backup, plain", [*run, "backup", str(backup), "--plain", "--store", store], asked.passphrase)
        print(
            f"Opening and reading {count} entries, without starting Python: {float(inside_s):.2f} s, "
            f"{float(busy_s):.2f} s of the processor"
        )
        if asked.store is None:
            print(f"Size of the file: {Path(store).stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
