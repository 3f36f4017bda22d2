"""Varies what might mend the targets that the axon misses: ``python -m validation.axon_mechanisms [--write-docs]``.

Prints what each change does; with ``--write-docs`` the tables go between the marks of ``docs/physiology.md``. Nothing
here changes the axon. Takes two minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from validation.axon_lesions import burst_limits, burst_table, channel_table
from validation.target import MAXIMAL_HZ, table
from validation.trains import after_train, change_percent, thresholds

from myotwitch.simulation.axon import kernels
from myotwitch.simulation.axon.axon import LONG_STEPS, STEPS, Axon, Pools, constants_of, resting_state
from myotwitch.simulation.axon.conditions import ACTIVE_POOLS
from myotwitch.simulation.axon.impulses import discharges
from myotwitch.simulation.axon.ions import Floats, Ions, ion_figure, nernst_mv
from myotwitch.simulation.axon.kernels import Constants, advance
from myotwitch.simulation.axon.membrane import healthy_membrane, settled_balance
from myotwitch.simulation.axon.norms import norm
from myotwitch.simulation.axon.protocol import CONDITIONING, recovery_cycle

PAGE = Path(__file__).parents[1] / "docs" / "physiology.md"
ISCHAEMIA_S, RELEASE_S = 600, 240
NOTHING: Mapping[str, float] = MappingProxyType({})
FALLS_S = 840.0
"""In which potassium outside falls after release [s]: on the rabbit's calf, after three hours without blood, from 16.1
to 7.8 mmol/l in 15 minutes (Jennische, Pflugers Arch 1982;392:335-339)."""
PUBLISHED_PUMP = {"pump_sodium_half": 0.1 + 0.01 * 155.0, "pump_potassium_half": 4.5 + 0.001 * 144.2}
"""Half filled sites of a pump by a published file of parameters (patch_parameters): a constant and a part of the
concentration on the other side [mmol/l]."""
KIERNAN_PERCENT = 16.4
NOISE_PA = 2.7
"""Size of the random current while ischaemia is played, as in ``discharges.py`` [pA]."""


def train_table() -> str:
    """Return what trains leave behind when the pump, the spaces and slow inactivation are varied."""
    constants = constants_of(replace(Axon(), pools=ACTIVE_POOLS))
    inside, exchange = constants.sodium_pc_per_mmol_per_l, constants.pool_exchange_ms
    varied = {
        "as it is": constants,
        "axoplasm a third": constants._replace(sodium_pc_per_mmol_per_l=inside / 3),
        "axoplasm a tenth": constants._replace(sodium_pc_per_mmol_per_l=inside / 10),
        "pump's sodium sites half filled at 20 mmol/l": constants._replace(pump_sodium_half=20.0),
        "pump of the published file": constants._replace(**PUBLISHED_PUMP),
        "potassium seeps out in 20 s, not 2": constants._replace(pool_exchange_ms=10 * exchange),
        "slow inactivation held as at rest": constants,
    }
    rows = []
    for name, changed in varied.items():
        states = [
            after_train(changed, rates, seconds)[1][0]
            for rates, seconds in (((8.0, 8.0), 600), ((30.0, 30.0), 60), (MAXIMAL_HZ, 60))
        ]
        long, *short = (change_percent(state, changed, inactivates="held" not in name) for state in states)
        rows.append((name, f"{long[0]:+.1f} and {long[1]:+.1f} %", *(f"{one[1]:+.1f} %" for one in short)))
    rows.append(("people", "+9.9 and +16.4 %", "", "+15 to +24 %"))
    return table(("varied", "8 Hz, 10 min: 0.1 and 1 ms", "30 Hz, 1 min: 1 ms", "27 to 15 Hz, 1 min: 1 ms"), rows)


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


def budget_of_norms() -> str:
    """Return, in words, what the norms alone say of the sodium of an impulse: no membrane is asked.

    A polarising current that raises the threshold as the train does must be a third of the sodium times the rate. What
    an impulse leaves on the internode is at most what lowers the threshold as much in depolarising electrotonus.
    """
    raised, steady = -norm("polarised_percent")[0][[5, 4]], np.array([10.0, 20.0])
    pump = float(np.interp(KIERNAN_PERCENT, [0.0, *raised], [0.0, *steady])) / 100.0
    needed = 3.0 * pump / 8.0 * 1e3
    slow = float(norm("electrotonus_percent")[0][0]) - 40.0
    left = -float(norm("recovery_percent")[0][4]) / slow * 0.4 * 15.0
    return (
        f"The norms say the same without any membrane, with charge counted in threshold current of 1 ms times "
        f"milliseconds. A rise of {KIERNAN_PERCENT:g} % takes a steady current of {100 * pump:.1f} % of threshold, so "
        f"at 8 Hz an impulse would have to let in {needed:.0f}. In electrotonus 40 % of threshold lowers it by another "
        f"{slow:.0f} % in 15 ms, by a charge of 6; so the superexcitability at 5 ms stands for at most {left:.1f} left "
        f"on the internode. The rest, more than four fifths, would have to go out again as potassium within those "
        f"5 ms: not at the node, whose potassium currents are very small in intact human fibres (Schwarz, Reid and "
        f"Bostock 1995), but under the myelin, where it would first have to arrive."
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
        (f"{potassium:g} mmol/l", f"{left:.0%}", f"{seeping_s:g} s", *played_ischaemia(potassium, left, seeping_s))
        for potassium, left, seeping_s in varied
    ]
    published = played_ischaemia(8.0, 0.2, 2.0, PUBLISHED_PUMP)
    rows.append(("8 mmol/l, pump of the published file", "20%", "2 s", *published))
    told = ("threshold at the end", "superexcitability 5 ms", "K under the myelin, at the end and 5 s after")
    head = ("potassium outside at the end", "pump left", "seeps out in", *told, "discharges during", "on release")
    return table(head, rows)


def played_ischaemia(
    potassium: float, pump_left: float, seeping_s: float, pump: Mapping[str, float] = NOTHING
) -> tuple[str, ...]:
    """Return what ischaemia does: threshold and superexcitability at its end, potassium under the myelin, discharges.

    Potassium outside rises evenly to a value and falls by a time constant; the axon's own sodium drives the pump.
    """
    axon, random = Axon(), np.random.default_rng(1)
    state, counts, told, under = resting_state(axon).values.copy(), [0, 0], ("", ""), []
    usual, inside = axon.ions.potassium_mmol_per_l, ion_figure("potassium_inside").value
    healthy = float(thresholds(state, constants_of(axon))[1])
    for second in range(ISCHAEMIA_S + RELEASE_S):
        back = second >= ISCHAEMIA_S
        part = np.exp(-(second - ISCHAEMIA_S) / FALLS_S) if back else second / ISCHAEMIA_S
        outside = usual + (potassium - usual) * part
        pools = replace(ACTIVE_POOLS, pump_works=1.0 if back else pump_left)
        constants = with_bath(constants_of(replace(axon, pools=pools))._replace(**pump), outside, usual)._replace(
            potassium_mv=nernst_mv(outside, inside, axon.temperature_celsius), pool_exchange_ms=1e3 * seeping_s
        )
        noise = NOISE_PA * random.standard_normal(1000)
        counts[back] += len(discharges(state, constants, axon.table, noise, 1.0, LONG_STEPS, 1.0))
        if second in (ISCHAEMIA_S - 1, ISCHAEMIA_S + 4):
            under.append(f"{state[kernels.UNDER_MYELIN_POTASSIUM]:.1f}")
        if second == ISCHAEMIA_S - 1:
            told = excitability_told(state, constants, healthy)
    return (*told, " and ".join(under), str(counts[0]), str(counts[1]))


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


def text() -> str:
    """Return all tables, each under what it is about."""
    parts = (
        ("Trains (A6, A7)", "\n\n".join((train_table(), sodium_budget(), budget_of_norms()))),
        ("Where the axon settles, started at -115 and at -60 mV [mV] (A10)", steady_table()),
        ("Ten minutes of ischaemia and four of release, potassium outside prescribed (A10)", release_table()),
        ("Channels (A4, A8)", channel_table()),
        ("Bursts without fast potassium (A8)", burst_table() + "\n\n" + burst_limits()),
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
