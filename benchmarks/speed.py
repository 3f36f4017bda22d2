"""Time and memory of ``myotwitch detect`` on large recordings, beside reading and band-passing the same file.

    python -m benchmarks.speed [--repeats 3]

The recordings are made once by ``make_large_edf.py`` and kept in ``benchmarks/output`` (1.2 GB). Both programs run as
whole processes, in turn, so that a machine that slows down slows both. What Numba compiles when it is first used, and
keeps on disk, is compiled before the first run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.processes import Cost, median_of, run_measured
from benchmarks.results import OUTPUT, markdown_table, setting, told_setting, write_result

HERE = Path(__file__).parent
PROGRAM = Path(sys.executable).with_name("myotwitch")
RECORDINGS = {"hd": "30 minutes, 64 channels, 2048 Hz", "day": "24 hours, 4 channels, 1000 Hz"}
MINUTES = {"hd": (5, 15, 30), "day": (120, 480, 1440)}
"""Lengths of the parts on which memory is measured."""
RECORD_COUNT_OFFSET = 236


def large_recording(kind: str) -> Path:
    """Return a large recording, made if it is not there."""
    path = OUTPUT / f"{kind}.edf"
    if not path.exists():
        OUTPUT.mkdir(exist_ok=True)
        unfinished = path.with_suffix(".part")
        subprocess.run([sys.executable, HERE / "make_large_edf.py", "--kind", kind, unfinished], check=True)
        unfinished.rename(path)
    return path


def first_minutes(recording: Path, minutes: int) -> Path:
    """Return a recording of the first minutes of one whose data records last a second each."""
    path = OUTPUT / f"{recording.stem}_{minutes}_minutes.edf"
    with recording.open("rb") as source, path.open("wb") as target:
        header = bytearray(source.read(256))
        records, header_bytes = int(header[RECORD_COUNT_OFFSET:][:8]), int(header[184:192])
        record_bytes = (recording.stat().st_size - header_bytes) // records
        header[RECORD_COUNT_OFFSET : RECORD_COUNT_OFFSET + 8] = f"{minutes * 60:<8}".encode()
        target.write(header)
        target.write(source.read(header_bytes - 256))
        for _ in range(minutes * 60):
            target.write(source.read(record_bytes))
    return path


def detect(recording: Path) -> Cost:
    """Return what a whole ``myotwitch detect`` took."""
    return run_measured(PROGRAM, "detect", recording, "--json")


def read_and_filter(recording: Path) -> Cost:
    """Return what reading and band-passing alone took."""
    return run_measured(sys.executable, HERE / "read_and_filter.py", recording)


def warm(path: Path) -> None:
    """Read a file once, so that no run pays for the disk."""
    with path.open("rb", buffering=0) as stream:
        while stream.read(1 << 24):
            pass


def compile_for(recording: Path) -> None:
    """Search the first minutes of a recording, so that no run pays for compiling."""
    part = first_minutes(recording, 2)
    try:
        detect(part)
    finally:
        part.unlink()


def compare(kind: str, repeats: int) -> dict[str, Any]:
    """Return both programs' costs on one recording, run in turn."""
    recording = large_recording(kind)
    compile_for(recording)
    warm(recording)
    runs: dict[str, list[Cost]] = {"detect": [], "read_and_filter": []}
    for number in range(repeats):
        for name, program in (("detect", detect), ("read_and_filter", read_and_filter)):
            cost = program(recording)
            runs[name].append(cost)
            print(
                f"  {kind} {number + 1}/{repeats} {name}: {cost.wall_s:.1f} s, {cost.peak_mb:.0f} MB", file=sys.stderr
            )
    return {
        "recording": RECORDINGS[kind],
        "megabytes": round(recording.stat().st_size / 1e6),
        "programs": {name: _summary(costs) for name, costs in runs.items()},
    }


def _summary(costs: list[Cost]) -> dict[str, Any]:
    medians = {name: median_of([asdict(cost)[name] for cost in costs]) for name in ("wall_s", "cpu_s", "peak_mb")}
    return {**medians, "runs": [asdict(cost) for cost in costs]}


def memory_against_length() -> list[dict[str, Any]]:
    """Return the peak memory of ``detect`` on growing parts of each recording."""
    rows = []
    for kind, lengths in MINUTES.items():
        whole = large_recording(kind)
        for minutes in lengths:
            part = first_minutes(whole, minutes)
            try:
                cost = detect(part)
            finally:
                part.unlink()
            rows.append({"kind": kind, "minutes": minutes, "wall_s": cost.wall_s, "peak_mb": cost.peak_mb})
            print(f"  {kind} {minutes} minutes: {cost.wall_s:.1f} s, {cost.peak_mb:.0f} MB", file=sys.stderr)
    return rows


def render(result: dict[str, Any]) -> str:
    """Return the result as tables in Markdown."""
    rows = []
    for recording in result["recordings"]:
        found, limit = recording["programs"]["detect"], recording["programs"]["read_and_filter"]
        for name, cost in (("`myotwitch detect`", found), ("read and band-pass only", limit)):
            figures = (f"{cost['wall_s']:.1f}", f"{cost['cpu_s']:.1f}", f"{cost['peak_mb']:.0f}")
            rows.append((f"{recording['recording']} ({recording['megabytes']} MB)", name, *figures))
        ratios = (f"× {found[name] / limit[name]:.2f}" for name in ("wall_s", "cpu_s", "peak_mb"))
        rows.append(("", "*ratio*", *ratios))
    lengths = [
        (_layout(row["kind"]), str(row["minutes"]), f"{row['wall_s']:.1f}", f"{row['peak_mb']:.0f}")
        for row in result["lengths"]
    ]
    repeats = len(result["recordings"][0]["programs"]["detect"]["runs"])
    return "\n\n".join(
        [
            markdown_table(("recording", "program", "seconds", "seconds of processor", "peak memory, MB"), rows),
            f"Medians of {repeats} runs, in turn. {told_setting(result)}",
            "Peak memory against length:",
            markdown_table(("recording", "minutes", "seconds", "peak memory, MB"), lengths),
        ]
    )


def _layout(kind: str) -> str:
    return RECORDINGS[kind].partition(", ")[2]


def measure(repeats: int = 3) -> dict[str, Any]:
    """Return the costs on all recordings."""
    return {
        **setting(),
        "recordings": [compare(kind, repeats) for kind in RECORDINGS],
        "lengths": memory_against_length(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    result = measure(parser.parse_args().repeats)
    write_result("speed", result)
    print(render(result))


if __name__ == "__main__":
    main()
