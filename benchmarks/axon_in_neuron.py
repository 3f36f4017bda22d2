"""Runs the MRG axon in NEURON and writes the membrane potentials of its nodes: ``axon_in_neuron.py OUT.npy``.

An oracle for tests and a peer for the benchmark. The nodal mechanism is written and compiled on the spot, in the
folder from which the program is started. With ``--repeats`` it prints the wall time of each run instead.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from itertools import pairwise
from math import pi
from pathlib import Path

import numpy as np

from myotwitch.sources import read_table

MECHANISM = """
NEURON {
    SUFFIX mrgnode
    NONSPECIFIC_CURRENT i
    RANGE fast, persistent, slow, leak
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER {
    fast = 3 (S/cm2) persistent = 0.01 (S/cm2) slow = 0.08 (S/cm2) leak = 0.007 (S/cm2)
}
ASSIGNED { v (mV) i (mA/cm2) minf hinf pinf sinf mtau (ms) htau (ms) ptau (ms) stau (ms) }
STATE { m h p s }
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = fast*m*m*m*h*(v - 50) + persistent*p*p*p*(v - 50) + slow*s*(v + 90) + leak*(v + 90)
}
DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
    p' = (pinf - p)/ptau
    s' = (sinf - s)/stau
}
INITIAL { rates(v) m = minf h = hinf p = pinf s = sinf }
FUNCTION linear(x, y) {
    if (fabs(x) < 1e-6) { linear = y + x/2 } else { linear = x/(1 - exp(-x/y)) }
}
PROCEDURE rates(v(mV)) { LOCAL a, b, qa, qh, qs
    qa = 2.2^1.7  qh = 2.9^1.7  qs = 3^0.1
    a = qa*1.86*linear(v + 21.4, 10.3)    b = qa*0.086*linear(-(v + 25.7), 9.16)
    minf = a/(a + b)   mtau = 1/(a + b)
    a = qh*0.062*linear(-(v + 114), 11)   b = qh*2.3/(1 + exp(-(v + 31.8)/13.4))
    hinf = a/(a + b)   htau = 1/(a + b)
    a = qa*0.01*linear(v + 27, 10.2)      b = qa*0.00025*linear(-(v + 34), 10)
    pinf = a/(a + b)   ptau = 1/(a + b)
    a = qs*0.3/(1 + exp(-(v + 53)/5))     b = qs*0.03/(1 + exp(-(v + 90)))
    sinf = a/(a + b)   stau = 1/(a + b)
}
"""


def compile_mechanism(folder: Path) -> None:
    """Write and compile the nodal mechanism in a folder."""
    (folder / "mrgnode.mod").write_text(MECHANISM, encoding="utf-8")
    program = Path(sys.executable).with_name("nrnivmodl")
    subprocess.run([str(program)], cwd=folder, check=True, capture_output=True)


class Cable:
    """The sections of an MRG axon in NEURON, with a stimulus of 2 nA for 0.1 ms at the node in the middle."""

    def __init__(self, h: object, nodes: int = 21, diameter_um: float = 10.0) -> None:
        table = read_table("myotwitch.simulation.axon", "cable.toml")
        row = next(row for row in table["geometry"]["rows"] if row[0] == diameter_um)
        self.h, self.fibre = h, dict(zip(table["geometry"]["columns"], row, strict=True))
        self.passive = table["passive"]
        self.nodes, chain = [], []
        for number in range(nodes):
            self.nodes.append(self.node())
            chain.append(self.nodes[-1])
            if number < nodes - 1:
                chain += self.between()
        for before, after in pairwise(chain):
            after.connect(before(1), 0)
        self.chain = chain
        self.stimulus = h.IClamp(self.nodes[nodes // 2](0.5))
        self.stimulus.delay, self.stimulus.dur, self.stimulus.amp = 0, 0.1, 2.0

    def section(self, length_um: float, axon_um: float, gap_um: float):
        """Return a section with the true axial resistances inside and outside the axon."""
        section = self.h.Section()
        section.L, section.nseg, section.diam = length_um, 1, axon_um
        section.Ra, section.cm = self.passive["axoplasm_ohm_cm"], self.passive["membrane_uf_per_cm2"]
        section.insert("extracellular")
        gap_um2 = pi * ((axon_um / 2 + gap_um) ** 2 - (axon_um / 2) ** 2)
        section(0.5).xraxial[0] = self.passive["axoplasm_ohm_cm"] / (gap_um2 * 1e-8) * 1e-6
        return section

    def node(self):
        """Return a node with channels, open to the outside."""
        section = self.section(
            self.passive["node_um"], self.fibre["node_diameter_um"], self.passive["gap_near_node_um"]
        )
        section.insert("mrgnode")
        section(0.5).xg[0], section(0.5).xc[0] = 1e10, 0.0
        return section

    def between(self) -> list:
        """Return the ten passive sections between two nodes."""
        fibre, passive = self.fibre, self.passive
        mysa, weak = passive["mysa_um"], passive["internode_s_per_cm2"]
        flut = fibre["flut_um"]
        stin = (fibre["internode_um"] - passive["node_um"] - 2 * mysa - 2 * flut) / 6
        lengths = [mysa, flut, *[stin] * 6, flut, mysa]
        sections = []
        for length in lengths:
            near = length == mysa
            axon_um = fibre["node_diameter_um"] if near else fibre["axon_diameter_um"]
            gap = passive["gap_near_node_um"] if near else passive["gap_under_myelin_um"]
            section = self.section(length, axon_um, gap)
            section.insert("pas")
            section(0.5).pas.g, section(0.5).pas.e = passive["mysa_s_per_cm2"] if near else weak, passive["rest_mv"]
            per_area = fibre["fibre_diameter_um"] / axon_um / (2 * fibre["lamellae"])
            section(0.5).xg[0] = passive["lamella_s_per_cm2"] * per_area
            section(0.5).xc[0] = passive["lamella_uf_per_cm2"] * per_area
            sections.append(section)
        return sections

    def run(self, steps: int, step_ms: float = 0.005) -> np.ndarray:
        """Return the membrane potentials of the nodes after every step [mV]."""
        h = self.h
        h.celsius, h.dt, h.steps_per_ms = 37, step_ms, round(1 / step_ms)
        vectors = [h.Vector().record(node(0.5)._ref_v) for node in self.nodes]
        h.finitialize(self.passive["rest_mv"])
        h.continuerun(steps * step_ms)
        return np.array([np.array(vector)[1 : steps + 1] for vector in vectors]).T


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--repeats", type=int, default=0)
    wanted = parser.parse_args()
    compile_mechanism(Path.cwd())
    os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
    from neuron import h  # loads what was compiled in the folder it is started from

    h.load_file("stdrun.hoc")
    cable = Cable(h)
    for _ in range(wanted.repeats):
        begin = time.perf_counter()
        cable.run(wanted.steps)
        print(time.perf_counter() - begin)
    if not wanted.repeats:
        np.save(wanted.out, cable.run(wanted.steps))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
