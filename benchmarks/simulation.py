"""How fast and in how much memory a recording is simulated: 64 channels at 2048 Hz, and a day of four.

    python -m benchmarks.simulation [--day]

Two scenes of 64 channels: one with eight units that twitch, and one with contractions and a tremor besides, in which
many units take part, each with a potential of its own. Whole processes of ``myotwitch simulate``, from a scene to the
files, imports included; and the speed after the first ten seconds, when most of the potentials are known.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.processes import run_measured
from benchmarks.results import markdown_table, setting, told_setting, write_result
from myotwitch.simulation.render import render
from myotwitch.simulation.scene_file import scene_from

TWITCHING, MOVING = "64 channels, 2048 Hz: twitches", "64 channels, 2048 Hz: twitches, contractions, tremor"
PROGRAM = Path(sys.executable).with_name("myotwitch")
GRID = """schema = "myotwitch.scene/1"
title = "Sixty-four electrodes over a twitching calf"
sampling_rate_hz = 2048
[[site]]
muscle = "gastrocnemius"
electrodes = {kind = "grid", along_mm = [20.0]}
[[fasciculation]]
rate_per_min = 40.0
units = 8
[noise.mains]
[noise.heartbeat]
"""
BUSY = """schema = "myotwitch.scene/1"
title = "Sixty-four electrodes over a shin that twitches, contracts and trembles"
sampling_rate_hz = 2048
seed = 1
[[site]]
muscle = "tibialis anterior"
electrodes = {kind = "grid", along_mm = [20.0], rows = 8, columns = 8}
[[fasciculation]]
[[voluntary]]
[[tremor]]
start_s = 10.0
bout_s = 5.0
pause_s = 10.0
[noise]
electrode_uv = 2.5
[noise.mains]
[noise.heartbeat]
"""
DAY = """schema = "myotwitch.scene/1"
title = "A day of four electrodes"
sampling_rate_hz = 1000
[[site]]
muscle = "gastrocnemius"
electrodes = {along_mm = [10.0, 25.0, 40.0, 55.0]}
[[fasciculation]]
rate_per_min = 10.0
units = 8
[[voluntary]]
hold_s = 10.0
rest_s = 120.0
[noise.mains]
"""


def measured(text: str, duration_s: int) -> dict[str, Any]:
    """Return what a whole process took for a scene of a length."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "scene.toml").write_text(text, encoding="utf-8")
        names = ("--out", place / "a.edf", "--truth", place / "a.csv")
        cost = run_measured(PROGRAM, "simulate", place / "scene.toml", *names, "--duration", str(duration_s), "--quiet")
    return {
        "recording_s": duration_s,
        "wall_s": round(cost.wall_s, 2),
        "times_real_time": round(duration_s / cost.wall_s, 1),
        "peak_mb": round(cost.peak_mb),
    }


def steady_speed(text: str, duration_s: int) -> float:
    """Return seconds of recording a second, files left out and the first block not counted."""
    import tomllib

    blocks = render(scene_from(tomllib.loads(text) | {"duration_s": duration_s}))
    first = next(blocks)
    begun = time.perf_counter()
    for _ in blocks:
        pass
    return (duration_s - first.seconds) / (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--day", action="store_true", help="simulate a whole day of four channels too")
    wanted = parser.parse_args()
    rows = [(TWITCHING, measured(GRID, seconds)) for seconds in (60, 240, 1800)]
    rows += [(MOVING, measured(BUSY, seconds)) for seconds in (60, 240, 1800)]
    rows += [("4 channels, 1000 Hz", measured(DAY, seconds)) for seconds in ((3600, 86_400) if wanted.day else (3600,))]
    steady = {name: round(steady_speed(text, 300), 1) for name, text in ((TWITCHING, GRID), (MOVING, BUSY))}
    result: dict[str, Any] = {
        "setting": setting(),
        "runs": [{"scene": name, **row} for name, row in rows],
        "steady": steady,
    }
    write_result("simulation", result)
    print(told_setting(result["setting"]), "\n")
    lines = [(name, *(str(value) for value in row.values())) for name, row in rows]
    print(markdown_table(("scene", "length [s]", "wall [s]", "times real time", "peak [MB]"), lines))
    for name, speed in steady.items():
        print(f"\nOnce under way, without files, {name}: {speed} times real time.")


if __name__ == "__main__":
    main()
