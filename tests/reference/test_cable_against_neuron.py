"""The MRG cable gives what NEURON gives, compartment by compartment and step by step."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks.axon import NEURON_PROGRAM, why_no_neuron

from myotwitch.simulation.axon.cable import CableSettings, run_mrg

STEPS = 1600


@pytest.fixture(scope="module")
def by_neuron(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """Membrane potentials of all nodes as NEURON gives them, for 8 ms at 10 µm."""
    if reason := why_no_neuron():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("neuron")
    result = folder / "potential.npy"
    command = [sys.executable, str(NEURON_PROGRAM), str(result), "--steps", str(STEPS)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return np.load(result)


def test_the_cable_agrees_with_neuron_within_a_thousandth_of_a_millivolt(by_neuron: np.ndarray) -> None:
    stimulus = np.zeros(STEPS)
    stimulus[:20] = 2000.0
    ours = run_mrg(CableSettings(), stimulus)
    assert by_neuron.shape == ours.shape
    assert by_neuron.max() > 20.0
    assert np.abs(ours - by_neuron).max() < 1e-3


def test_the_compiler_that_neuron_needs_is_looked_for() -> None:
    assert (why_no_neuron() is None) <= (shutil.which("gcc") is not None)
    assert isinstance(NEURON_PROGRAM, Path)
