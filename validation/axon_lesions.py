"""What lost channels do to the axon: tables of `validation.axon_mechanisms` on ALS and neuromyotonia (A4, A8).

``python -m validation.axon_lesions FIT.json ...`` holds other fits against the used one (`validation.fit_axon` writes
them).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from validation.channel_targets import BURST_S, LEFT
from validation.fit_axon import train_percent
from validation.norm_targets import rms
from validation.target import AFTER, late_electrotonus, table, with_fast_potassium, with_fewer_of_all

from myotwitch.simulation.axon.axon import Axon, changed_axon
from myotwitch.simulation.axon.discharges import answer_to_pulse, spontaneous_discharges
from myotwitch.simulation.axon.membrane import Membrane, healthy_membrane, last_node, settled_balance, with_channels
from myotwitch.simulation.axon.norms import FURTHER, deviations, further_deviations
from myotwitch.simulation.axon.protocol import Excitability, excitability

SHARES = (1.0, 0.5, 0.3, 0.2, 0.1, 0.05)
SKIN_CELSIUS = 32.8
"""Mean skin temperature of the people of the norms."""
MUSCLE_RESTS_MS = (2.5, 2.75, 3.0)
"""Absolute refractory period of most muscle fibres and distal branches of motor nerve (distal_refractory_1978)."""


def channel_table() -> str:
    """Return what lost channels and more persistent sodium do to the indices that ALS and neuromyotonia change."""
    axons = {
        "health": Axon(),
        "persistent sodium × 1.6": changed_axon(channels={"persistent_sodium": 1.6}),
        "fast potassium × 0.8": changed_axon(channels={"fast_potassium": 0.8}),
        "both": changed_axon(channels={"persistent_sodium": 1.6, "fast_potassium": 0.8}),
        "slow potassium × 0.8": changed_axon(channels={"slow_potassium": 0.8}),
        "all channels and the pump × 0.9": with_fewer_of_all(0.9),
        "all channels and the pump × 0.8": with_fewer_of_all(0.8),
        "all channels and the pump × 0.6": with_fewer_of_all(0.6),
        "fast potassium × 0.9": changed_axon(channels={"fast_potassium": 0.9}),
        "fast potassium × 0.5": changed_axon(channels={"fast_potassium": 0.5}),
        "fast potassium of the node × 0.5": with_fast_potassium(node=0.5),
        "fast potassium under the myelin × 0.5": with_fast_potassium(under_myelin=0.5),
        "fast potassium under the myelin × 0.1": with_fast_potassium(under_myelin=0.1),
    }
    rows = []
    for name, axon in axons.items():
        found = excitability(axon)
        late, below = late_electrotonus(found)
        early = found.electrotonus(10, 20, depolarising=True)
        told = (f"{found.threshold_pa:.0f}", f"{found.strength_duration_ms:.3f}", f"{found.at_interval(5):.1f}")
        after = -found.depolarised_percent[AFTER].min()
        later = (f"{found.at_interval(42):.1f}", f"{early:.1f}", f"{late:.1f}", f"{below:.0f}", f"{after:.1f}")
        rows.append((name, *told, *later))
    rows.append(("ALS, whole nerve", "", "up", "more", "", "up", "up", "more", ""))
    rows.append(("ALS, single axons", "up", "", "more", "", "", "up", "more", ""))
    same = "as health"
    rows.append(("neuromyotonia, at the wrist", "", same, same, "more", same, same, same, "more"))
    recovery = ("SDTC [ms]", "superexcitability", "late subexcitability")
    indices = (*recovery, "TEd(10-20)", "TEd(90-100)", "TEh(90-100)", "overshoot after TEd")
    return table(("varied", "threshold [pA]", *indices), rows)


def burst_table() -> str:
    """Return how fast impulses follow each other within bursts of the last node by what is left of fast potassium."""
    ending = last_node(healthy_membrane())
    rows = []
    for node in SHARES:
        rates = [rate_within_hz(with_fast_potassium(ending, node=node, under_myelin=share)) for share in SHARES]
        rows.append((f"{node:g} of the node's", *(f"{rate:.0f} Hz" if rate else "silent" for rate in rates)))
    return table(("left", *(f"{share:g} under the myelin" for share in SHARES)), rows)


def burst_limits() -> str:
    """Return, in words, what cold and the muscle's own rest make of the bursts of a tenth of fast potassium."""
    axon = with_fast_potassium(last_node(healthy_membrane()), under_myelin=LEFT)
    cold = rate_within_hz(replace(axon, temperature_celsius=SKIN_CELSIUS))
    onsets = spontaneous_discharges(axon, duration_s=8.0, seed=1)
    followed = [median_within_hz(followed_by_muscle(onsets, rest_ms * 1e-3)) for rest_ms in MUSCLE_RESTS_MS]
    told = ", ".join(f"{rate:.0f} Hz ({rest:g} ms)" for rate, rest in zip(followed, MUSCLE_RESTS_MS, strict=True))
    return (
        f"With {LEFT:g} under the myelin left: {rate_within_hz(axon):.0f} Hz at 35 °C and {cold:.0f} Hz at "
        f"{SKIN_CELSIUS} °C. A muscle fibre that cannot answer again within its refractory period would show {told}."
    )


def rate_within_hz(axon: Axon) -> float:
    """Return the median rate within bursts of an axon left to itself for eight seconds, nought where there is none."""
    return median_within_hz(spontaneous_discharges(axon, duration_s=8.0, seed=1))


def median_within_hz(onsets_s: np.ndarray) -> float:
    """Return the median rate within bursts, nought where there is none."""
    gaps = np.diff(onsets_s)
    within = gaps[gaps < BURST_S]
    return float(np.median(1 / within)) if within.size else 0.0


def followed_by_muscle(onsets_s: np.ndarray, rest_s: float) -> np.ndarray:
    """Return the impulses that a muscle fibre answers: none comes sooner than `rest_s` after the last answered one."""
    kept: list[float] = []
    for onset in onsets_s:
        if not kept or onset - kept[-1] >= rest_s:
            kept.append(float(onset))
    return np.array(kept)


def bursts_told(membrane: Membrane, share: float) -> str:
    """Return how fast the last node fires after a pulse and left alone, with a share of what is under the myelin."""
    axon = with_fast_potassium(last_node(membrane), under_myelin=share)
    after = median_within_hz(answer_to_pulse(axon, 150.0, 300.0) * 1e-3)
    alone = rate_within_hz(axon)
    return " and ".join(f"{rate:.0f} Hz" if rate else "no burst" for rate in (after, alone))


def fit_told(membrane: Membrane) -> dict[str, str]:
    """Return what a membrane makes of the norms and of what no fit was asked for."""
    balance = settled_balance(membrane)
    healthy = excitability(Axon(membrane=membrane))

    def with_changes(**changes: float) -> Excitability:
        return excitability(Axon(membrane=with_channels(membrane, changes), balance=balance))

    z, further = deviations(healthy), further_deviations(Axon(membrane=membrane), healthy)
    every, accommodation = np.append(z, further), further[list(FURTHER).index("accommodation_percent")]
    blocked = with_changes(sodium=0.93)
    mixed, fewer = with_changes(persistent_sodium=1.6, fast_potassium=0.8), with_fewer_of_all(0.8, membrane)
    late = [late_electrotonus(one) for one in (healthy, mixed, excitability(fewer))]
    lost = excitability(with_fast_potassium(membrane, under_myelin=0.5))
    middle = [one.electrotonus(40, 60, depolarising=True) for one in (healthy, blocked)]
    durations = [one.strength_duration_ms for one in (healthy, lost)]
    both = f"{membrane.fast_potassium_ns:.0f} and {membrane.internodal_fast_potassium_ns:.0f} nS"
    rows = {
        "fast potassium of the node and under the myelin": both,
        "norms, the 35 first fitted: rms z, greatest": f"{rms(z):.2f}, {np.abs(z).max():.2f}",
        "norms, all 47: rms z, greatest": f"{rms(every):.2f}, {np.abs(every).max():.2f}",
        "norms: S2 accommodation, z": f"{accommodation:+.2f}",
        "A5, 7 % of sodium channels blocked: TEd(40-60)": f"{middle[1] - middle[0]:+.2f}",
        "A4, persistent Na x 1.6 and fast K x 0.8: TEd, TEh": _change(late[0], late[1]),
        "A4, a fifth of all channels lost: TEd, TEh": _change(late[0], late[2]),
        "A7, all sodium of 8 Hz thrown out: threshold": f"{train_percent(membrane):+.1f} %",
        "A8, half under the myelin lost: SDTC": "{:.3f} to {:.3f} ms".format(*durations),
    }
    for share in (1.0, 0.5, 0.3, 0.1):
        rows[f"last node, {share:g} left under the myelin: after a pulse and left alone"] = bursts_told(membrane, share)
    return rows


def _change(before: np.ndarray, after: np.ndarray) -> str:
    return ", ".join(f"{one:.1f} to {other:.1f} %" for one, other in zip(before, after, strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("fits", nargs="*", type=Path, help="membranes that validation.fit_axon wrote (JSON)")
    paths = parser.parse_args().fits
    told: Mapping[str, dict[str, str]] = {"used": fit_told(healthy_membrane())} | {
        path.stem: fit_told(Membrane(**json.loads(path.read_text(encoding="utf-8")))) for path in paths
    }
    rows = [(name, *(one[name] for one in told.values())) for name in told["used"]]
    sys.stdout.write(table(("", *told), rows) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
