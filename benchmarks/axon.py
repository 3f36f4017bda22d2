"""Times the simulated axons: the MRG cable beside NEURON in the same run, and the two-compartment axon.

``python -m benchmarks.axon [--repeats 3]``. NEURON (``pip install neuron``; it needs a C++ compiler) is a peer and an
oracle here, never a dependency of the package. Runs alternate, and the best of each is told, because a busy machine
only ever adds time.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.results import markdown_table, setting, told_setting, usable_cores, write_result
from myotwitch.simulation.axon.axon import Axon, constants_of, resting_state
from myotwitch.simulation.axon.cable import CableSettings, run_mrg
from myotwitch.simulation.axon.discharges import discharges_of_many, spontaneous_discharges
from myotwitch.simulation.axon.kernels import Steps, advance
from myotwitch.simulation.axon.norms import deviations
from myotwitch.simulation.axon.protocol import excitability

NEURON_PROGRAM = Path(__file__).with_name("axon_in_neuron.py")
CABLE_STEPS = 20_000
"""100 ms at 5 µs."""


def why_no_neuron() -> str | None:
    """Return why NEURON cannot be run here, or None if it can."""
    if find_spec("neuron") is None:
        return "NEURON is not installed (pip install neuron)"
    if shutil.which("g++") is None:
        return "NEURON's mechanisms need a C++ compiler, and there is none"
    if not Path(sys.executable).with_name("nrnivmodl").exists():
        return "NEURON's compiler of mechanisms, nrnivmodl, is not beside the Python that runs"
    return None


def time_neuron() -> float:
    """Return how long NEURON takes for 100 ms of the cable [s], building left out."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(NEURON_PROGRAM), "unused.npy", "--steps", str(CABLE_STEPS), "--repeats", "1"]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return float(run.stdout.split()[-1])


def time_cable() -> float:
    """Return how long the own cable takes for the same [s]."""
    stimulus = np.zeros(CABLE_STEPS)
    stimulus[:20] = 2000.0
    return timed(lambda: run_mrg(CableSettings(), stimulus))


def timed(function: Callable[[], object]) -> float:
    """Return how long one call takes [s]."""
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def compare_cables(repeats: int) -> dict[str, Any]:
    """Return the best times of both cables, run in turn."""
    time_cable()
    ours, theirs = [], []
    reason = why_no_neuron()
    for _ in range(repeats):
        if reason is None:
            theirs.append(time_neuron())
        ours.append(min(time_cable() for _ in range(3)))
    best = min(theirs) if theirs else None
    return {
        "cable_s": min(ours),
        "neuron_s": best,
        "ratio": None if best is None else best / min(ours),
        "worst_ratio": None if best is None else min(a / b for a, b in zip(theirs, ours, strict=True)),
        "without_neuron": reason,
    }


def time_axons(repeats: int) -> dict[str, Any]:
    """Return the speeds of the two-compartment axon against real time, and the time of a whole protocol."""
    axon = Axon()
    constants, table, rest = constants_of(axon), axon.table, resting_state(axon).values

    def seconds(steps: Steps) -> Callable[[], object]:
        return lambda: advance(rest.copy(), constants, table, 0.0, 1000.0, steps, np.inf)

    many = [Axon() for _ in range(4 * usable_cores())]
    found = excitability(axon)
    spontaneous_discharges(axon, duration_s=0.1, seed=1)
    runs = {
        "shortest_steps_s": seconds(Steps(0.01, 0.01)),
        "protocol_s": lambda: excitability(axon),
        "noise_10_s": lambda: spontaneous_discharges(axon, duration_s=10.0, seed=1),
        "many_s": lambda: discharges_of_many(many, 5.0, 1),
    }
    times = {name: min(timed(run) for _ in range(repeats + 2)) for name, run in runs.items()}
    return {
        "real_time_at_10_us": 1.0 / times["shortest_steps_s"],
        "real_time_with_noise": 10.0 / times["noise_10_s"],
        "many": len(many),
        "many_real_time": 5.0 * len(many) / times["many_s"],
        "protocol_ms": 1e3 * times["protocol_s"],
        "rms_z": float(np.sqrt(np.mean(deviations(found) ** 2))),
    }


def measure(repeats: int = 3) -> dict[str, Any]:
    """Return everything, with when and on what it was measured."""
    return {
        **setting(("myotwitch", "numpy", "numba", "neuron")),
        "cable": compare_cables(repeats),
        "axon": time_axons(repeats),
    }


def render(result: dict[str, Any]) -> str:
    """Return the result as a table in Markdown."""
    cable, axon = result["cable"], result["axon"]
    theirs = cable["without_neuron"] or f"{cable['neuron_s']:.2f} s"
    ratio = (
        ""
        if cable["ratio"] is None
        else f"{cable['ratio']:.0f} times faster ({cable['worst_ratio']:.0f} in the worst pair)"
    )
    rows = [
        ("MRG cable, 221 compartments, 100 ms at 5 µs", f"{1e3 * cable['cable_s']:.0f} ms", theirs, ratio),
        ("two-compartment axon, 10 µs steps, one core", f"{axon['real_time_at_10_us']:.0f} × real time", "", "goal 20"),
        ("the same with random current, steps as needed", f"{axon['real_time_with_noise']:.0f} × real time", "", ""),
        (f"{axon['many']} such axons, all cores", f"{axon['many_real_time']:.0f} axon-seconds a second", "", ""),
        ("whole threshold-tracking protocol", f"{axon['protocol_ms']:.0f} ms", "", "goal 100 ms"),
    ]
    head = ("what", "myotwitch", "NEURON", "")
    return f"{markdown_table(head, rows)}\n\n{told_setting(result)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    result = measure(parser.parse_args().repeats)
    write_result("axon", result)
    sys.stdout.write(render(result) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
