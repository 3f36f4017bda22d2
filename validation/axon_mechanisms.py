"""Varies what might mend the targets that the axon misses: ``python -m validation.axon_mechanisms [--write-docs]``.

Prints what each change does; with ``--write-docs`` the tables go between the marks of ``docs/physiology.md``. Nothing
here changes the axon. Takes two minutes.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from myotwitch.simulation.axon import kernels
from myotwitch.simulation.axon.axon import LONG_STEPS, STEPS, Axon, Pools, changed_axon, constants_of, resting_state
from myotwitch.simulation.axon.conditions import ACTIVE_POOLS
from myotwitch.simulation.axon.impulses import discharges, threshold_pa
from myotwitch.simulation.axon.ions import Floats, Ions, ion_figure, nernst_mv
from myotwitch.simulation.axon.kernels import Constants, advance
from myotwitch.simulation.axon.membrane import healthy_membrane, settled_balance
from myotwitch.simulation.axon.protocol import CONDITIONING, excitability, recovery_cycle

PAGE = Path(__file__).parents[1] / "docs" / "physiology.md"
ISCHAEMIA_S, RELEASE_S = 600, 240
FALLS_S = 840.0
"""In which potassium outside falls after release [s]: on the rabbit's calf, after three hours without blood, from 16.1
to 7.8 mmol/l in 15 minutes (Jennische, Pflugers Arch 1982;392:335-339)."""
NOISE_PA = 2.7
"""Size of the random current while ischaemia is played, as in ``discharges.py`` [pA]."""


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return rows as a table in Markdown."""
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def thresholds(state: Floats, constants: Constants) -> Floats:
    """Return the thresholds of 0.1 and 1 ms [pA]."""
    values = Axon().table
    return np.array([threshold_pa(state, constants, values, ms, 0.0, 400.0, STEPS, 1e-3) for ms in (0.1, 1.0)])


def after_train(constants: Constants, rate_hz: float, duration_s: int, *, inactivates: bool = True) -> Floats:
    """Return the change of both thresholds five seconds after a train [%]."""
    rest = resting_state(Axon()).values
    state, current = rest.copy(), np.zeros(duration_s * 1000)
    current[(np.arange(duration_s * rate_hz) / rate_hz * 1e3).astype(np.int64)] = 700.0
    for drive in (current, np.zeros(5000)):
        discharges(state, constants, Axon().table, drive, 1.0, LONG_STEPS, 1.0)
    if not inactivates:
        state[[kernels.U, kernels.INNER_U]] = rest[[kernels.U, kernels.INNER_U]]
    return np.asarray(100.0 * (thresholds(state, constants) / thresholds(rest, constants) - 1.0))


def train_table() -> str:
    """Return what trains leave behind when the pump, the spaces and slow inactivation are varied."""
    constants = constants_of(replace(Axon(), pools=ACTIVE_POOLS))
    inside, exchange = constants.sodium_pc_per_mmol_per_l, constants.pool_exchange_ms
    varied = {
        "as it is": constants,
        "axoplasm a third": constants._replace(sodium_pc_per_mmol_per_l=inside / 3),
        "axoplasm a tenth": constants._replace(sodium_pc_per_mmol_per_l=inside / 10),
        "pump's sodium sites half filled at 20 mmol/l": constants._replace(pump_sodium_half=20.0),
        "potassium seeps out in 20 s, not 2": constants._replace(pool_exchange_ms=10 * exchange),
        "slow inactivation held as at rest": constants,
    }
    rows = []
    for name, changed in varied.items():
        long, short = (
            after_train(changed, rate, seconds, inactivates="held" not in name)
            for rate, seconds in ((8.0, 600), (30.0, 60))
        )
        rows.append((name, f"{long[0]:+.1f} and {long[1]:+.1f} %", f"{short[1]:+.1f} %"))
    rows.append(("people", "+9.9 and +16.4 %", "+15 to +24 %"))
    return table(("varied", "8 Hz, 10 min: 0.1 and 1 ms", "30 Hz, 1 min: 1 ms"), rows)


def sodium_budget() -> str:
    """Return, in a sentence, the sodium of an impulse against what the measured rise of threshold would take."""
    axon = replace(Axon(), pools=Pools(inside=True))
    constants, state = constants_of(axon), resting_state(Axon()).values.copy()
    usual = float(thresholds(state, constants)[1])
    advance(state, constants, axon.table, CONDITIONING * usual, 1.0, STEPS, np.inf)
    advance(state, constants, axon.table, 0.0, 60.0, STEPS, np.inf)
    charge = (state[kernels.SODIUM_INSIDE] - ion_figure("sodium_inside").value) * constants.sodium_pc_per_mmol_per_l
    balance, added, rises = settled_balance(healthy_membrane()), (0.0, 10.0, 20.0, 30.0, 40.0, 50.0), []
    for more in added:
        factor = 1.0 + more / (balance.pump_pa + balance.internodal_pump_pa)
        driven = replace(
            balance, pump_pa=balance.pump_pa * factor, internodal_pump_pa=balance.internodal_pump_pa * factor
        )
        pumped = Axon(balance=driven)
        rises.append(100.0 * (thresholds(resting_state(pumped).values, constants_of(pumped))[1] / usual - 1.0))
    needed = float(np.interp(16.4, rises, added))
    return (
        f"An impulse lets in {charge:.1f} pC of sodium. Whatever drives the pump, in a steady train it throws out what "
        f"comes in, and keeps a third of it as current: {8 * charge / 3:.0f} pA at 8 Hz. A rise of 16.4 % takes "
        f"{needed:.0f} pA, so an impulse would have to let in {3 * needed / 8:.0f} pC."
    )


def steady_table() -> str:
    """Return where the axon settles from below and from above, by potassium outside and strength of the pump."""
    balance = settled_balance(healthy_membrane())
    strengths, rows = (1.0, 2.0, 3.0, 4.0, 6.0), []
    for potassium in (4.2, 8.0, 12.0, 15.0, 20.0):
        told = []
        for strength in strengths:
            driven = replace(
                balance, pump_pa=balance.pump_pa * strength, internodal_pump_pa=balance.internodal_pump_pa * strength
            )
            axon = Axon(balance=driven, ions=Ions(potassium_mmol_per_l=potassium))
            ends = sorted({round(settled_mv(axon, start)) for start in (-115.0, -60.0)})
            told.append(" or ".join(str(end) for end in ends if end - ends[0] != 1))
        rows.append((f"{potassium:g} mmol/l", *told))
    return table(("potassium", *(f"pump × {strength:g}" for strength in strengths)), rows)


def settled_mv(axon: Axon, start_mv: float) -> float:
    """Return where the node settles within two seconds from a potential [mV]."""
    values = resting_state(Axon()).values.copy()
    values[kernels.NODE] = values[kernels.INTERNODE] = start_mv
    advance(values, constants_of(axon), axon.table, 0.0, 2000.0, LONG_STEPS, np.inf)
    return float(values[kernels.NODE])


def release_table() -> str:
    """Return what ten minutes of ischaemia do and what follows in four minutes, with potassium outside prescribed."""
    varied = [(4.2, 0.2, 2.0), (8.0, 0.2, 2.0), (12.0, 0.2, 2.0), (12.0, 0.2, 0.2), (12.0, 0.4, 2.0), (15.0, 0.4, 2.0)]
    rows = [
        (
            f"{potassium:g} mmol/l",
            f"{pump_left:.0%}",
            f"{seeping_s:g} s",
            *played_ischaemia(potassium, pump_left, seeping_s),
        )
        for potassium, pump_left, seeping_s in varied
    ]
    told = ("threshold at the end", "superexcitability 5 ms", "discharges during", "on release")
    return table(("potassium outside at the end", "pump left", "seeps out in", *told), rows)


def played_ischaemia(potassium: float, pump_left: float, seeping_s: float) -> tuple[str, ...]:
    """Return threshold and superexcitability at the end of ischaemia, and discharges during and after it.

    Potassium outside rises evenly to a value and falls by a time constant; the axon's own sodium drives the pump.
    """
    axon, random = Axon(), np.random.default_rng(1)
    state, counts, told = resting_state(axon).values.copy(), [0, 0], ("", "")
    usual, inside = axon.ions.potassium_mmol_per_l, ion_figure("potassium_inside").value
    healthy = float(thresholds(state, constants_of(axon))[1])
    for second in range(ISCHAEMIA_S + RELEASE_S):
        back = second >= ISCHAEMIA_S
        part = np.exp(-(second - ISCHAEMIA_S) / FALLS_S) if back else second / ISCHAEMIA_S
        outside = usual + (potassium - usual) * part
        pools = replace(ACTIVE_POOLS, pump_works=1.0 if back else pump_left)
        constants = with_bath(constants_of(replace(axon, pools=pools)), outside, usual)._replace(
            potassium_mv=nernst_mv(outside, inside, axon.temperature_celsius), pool_exchange_ms=1e3 * seeping_s
        )
        noise = NOISE_PA * random.standard_normal(1000)
        counts[back] += len(discharges(state, constants, axon.table, noise, 1.0, LONG_STEPS, 1.0))
        if second == ISCHAEMIA_S - 1:
            told = excitability_told(state, constants, healthy)
    return (*told, str(counts[0]), str(counts[1]))


def excitability_told(state: Floats, constants: Constants, healthy_pa: float) -> tuple[str, str]:
    """Return the change of threshold against health and the superexcitability, in words."""
    found = float(thresholds(state, constants)[1])
    recovery = recovery_cycle(state, constants, Axon().table, found, STEPS, 1e-3, np.array([5.0]), CONDITIONING)
    return f"{100.0 * (found / healthy_pa - 1.0):+.0f} %", f"{recovery[0]:+.0f} %"


def with_bath(constants: Constants, outside: float, usual: float) -> Constants:
    """Return constants whose potassium under the myelin seeps towards `outside`; the pump's own rest stays as usual."""
    half = constants.pump_potassium_half
    rest = ((1.0 + half / usual) / (1.0 + half / outside)) ** 2
    return constants._replace(potassium_outside=outside, pump_works=constants.pump_works * rest)


def channel_table() -> str:
    """Return what lost potassium channels and more persistent sodium do to the indices that ALS changes."""
    changes = {
        "health": {},
        "persistent sodium × 1.6": {"persistent_sodium": 1.6},
        "fast potassium × 0.8": {"fast_potassium": 0.8},
        "both": {"persistent_sodium": 1.6, "fast_potassium": 0.8},
        "slow potassium × 0.8": {"slow_potassium": 0.8},
        "fast potassium × 0.9": {"fast_potassium": 0.9},
        "fast potassium × 0.5": {"fast_potassium": 0.5},
    }
    rows = []
    for name, channels in changes.items():
        found = excitability(changed_axon(channels=channels))
        early, late = (found.electrotonus(*window, depolarising=True) for window in ((10, 20), (90, 100)))
        below = found.electrotonus(90, 100, depolarising=False)
        told = (f"{found.strength_duration_ms:.3f}", f"{found.at_interval(5):.1f}", f"{early:.1f}", f"{late:.1f}")
        rows.append((name, *told, f"{below:.0f}"))
    rows.append(("ALS", "up", "more", "up", "up", "more"))
    rows.append(("neuromyotonia, at the wrist", "as health", "no change told", "as health", "as health", "as health"))
    return table(("varied", "SDTC [ms]", "superexcitability", "TEd(10-20)", "TEd(90-100)", "TEh(90-100)"), rows)


def text() -> str:
    """Return all tables, each under what it is about."""
    parts = (
        ("Trains (A6, A7)", train_table() + "\n\n" + sodium_budget()),
        ("Where the axon settles, started at -115 and at -60 mV [mV] (A10)", steady_table()),
        ("Ten minutes of ischaemia and four of release, potassium outside prescribed (A10)", release_table()),
        ("Channels (A4, A8)", channel_table()),
    )
    return "\n\n".join(f"**{title}**\n\n{body}" for title, body in parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write-docs", action="store_true", help="write the tables into docs/physiology.md")
    found = text()
    if parser.parse_args().write_docs:
        from docs.benchmarks_page import replaced

        PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), "mechanisms", found), encoding="utf-8")
    sys.stdout.write(found + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
