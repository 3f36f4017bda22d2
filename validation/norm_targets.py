"""The targets of the cable (A1), of healthy people's norms (A2) and of potassium (A3)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from validation.target import CONDITION, FITTED, NO_SIZE, ORACLE, PARTLY, PREDICTED, Target, find, table, told

from myotwitch.simulation.axon.axon import Axon
from myotwitch.simulation.axon.cable import CableSettings, conduction_velocity_m_per_s, run_mrg
from myotwitch.simulation.axon.norms import (
    FURTHER,
    deviations,
    further_deviations,
    further_indices,
    index_names,
    norm,
)
from myotwitch.simulation.axon.protocol import Excitability

MOST_RMS, MOST_SD = 0.6, 1.5
"""What the project asks of the norms: rms of all deviations, and the greatest of them, in standard deviations."""


def cable_targets() -> Iterator[Target]:
    """Yield the targets of the MRG cable."""
    settings = CableSettings()
    velocity = conduction_velocity_m_per_s(settings)
    stimulus = np.zeros(1600)
    stimulus[:20] = 2000.0
    peak = float(run_mrg(settings, stimulus, stimulated_node=0)[:, 12].max())
    yield Target(
        name="A1 conduction velocity, 10 µm", measured="51.35 m/s (not in people: in NEURON)", source="mrg_2002",
        passes_if="51.25 to 51.45 m/s", model=f"{velocity:.2f} m/s", passes=abs(velocity - 51.35) < 0.1, kind=ORACLE,
    )  # fmt: skip
    yield Target(
        name="A1 peak of the impulse midway", measured="28.42 mV (not in people: in NEURON)", source="mrg_2002",
        passes_if="28.37 to 28.47 mV", model=f"{peak:.2f} mV", passes=abs(peak - 28.42) < 0.05, kind=ORACLE,
    )  # fmt: skip


def norm_targets(healthy: Excitability) -> Iterator[Target]:
    """Yield the targets of the healthy norms: all indices together, and the one that was long missed."""
    further = further_deviations(Axon(), healthy)
    z = np.append(deviations(healthy), further)
    every = (*index_names(), *(told.split(" [")[0] for told in FURTHER.values()))
    beyond = [f"{one} {value:+.2f}" for one, value in zip(every, z, strict=True) if abs(value) >= MOST_SD]
    worst = f"greatest {np.abs(z).max():.2f} ({every[int(np.argmax(np.abs(z)))]})"
    yield Target(
        name=f"A2 all {z.size} indices of 280 people", measured="the norms", source="nerve_norms",
        passes_if=f"rms z below {MOST_RMS:g}, none beyond {MOST_SD:g}",
        model=f"rms z {rms(z):.2f}, {'beyond: ' + ', '.join(beyond) if beyond else worst}",
        passes=bool(rms(z) < MOST_RMS and not beyond), kind=FITTED,
    )  # fmt: skip
    place = list(FURTHER).index("accommodation_percent")
    mean, sd = (part[0] for part in norm("accommodation_percent"))
    yield Target(
        name="A2 S2 accommodation: TEd(peak) less TEd(90-100)", measured=f"{mean:g} ± {sd:g} %",
        source="nerve_norms, als_single_axons_2018",
        passes_if=f"{mean - MOST_SD * sd:.1f} to {mean + MOST_SD * sd:.1f} % ({MOST_SD:g} SD)",
        model=f"{further_indices(Axon(), healthy)[place]:.1f} % ({further[place]:+.2f} SD)",
        passes=bool(abs(further[place]) < MOST_SD), kind=FITTED,
    )  # fmt: skip


def rms(values: np.ndarray) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(np.mean(values**2)))


def further_table(healthy: Excitability) -> str:
    """Return the indices that the clinic's program makes of the curves, people beside the axon, as a table."""
    values, z = further_indices(Axon(), healthy), further_deviations(Axon(), healthy)
    rows = []
    for (row, name), value, deviation in zip(FURTHER.items(), values, z, strict=True):
        mean, sd = (part[0] for part in norm(row))
        digits = 3 if row.endswith("slope") else 2 if row.endswith("period_ms") else 1
        people = f"{mean:.{digits}f} ± {sd:.{digits}f}"
        verdict = "" if abs(deviation) < MOST_SD else f"beyond {MOST_SD:g} SD"
        rows.append((name, people, f"{value:.{digits}f}", f"{deviation:+.2f}", verdict))
    return table(("index", "people, mean ± SD", "the axon", "z", ""), rows)


def potassium_targets() -> Iterator[Target]:
    """Yield the targets of potassium, A3: what moves from 3.5 to 5.5 mmol/l, and what hardly moves within the usual."""
    low, high = find(potassium=3.5), find(potassium=5.5)
    late = [one.electrotonus(90, 100, depolarising=True) for one in (low, high)]
    for name, measured, before, after, up, source, kind in (
        ("refractoriness 2.5 ms", "up", low.at_interval(2.5), high.at_interval(2.5), 1, "krishnan_2005", CONDITION),
        ("superexcitability 5 ms", "less", low.at_interval(5), high.at_interval(5), 1, "krishnan_2005", CONDITION),
        ("TEd(90-100)", "down", *late, -1, "krishnan_2005", CONDITION),
        ("late subexcitability 42 ms", "down (renal failure)", low.at_interval(42), high.at_interval(42), -1,
         "zgraggen_2006", PREDICTED),
    ):  # fmt: skip
        yield Target(
            name=f"A3 K 3.5 to 5.5: {name}", measured=measured, source=source,
            passes_if=f"{'higher' if up > 0 else 'lower'} {NO_SIZE}", model=told(before, after),
            passes=up * (after - before) > 0, kind=kind,
        )  # fmt: skip
    yield from usual_potassium_targets()
    levels = np.arange(4.2, 9.1, 0.2)
    seventh = [find(potassium=float(value)).at_interval(7) for value in levels]
    at = float(np.interp(-7.6, seventh, levels))
    yield Target(
        name="A3 K at which superexcitability 7 ms is -7.6 %", measured="-7.6 ± 3.1 % (SE), critical illness",
        source="zgraggen_2006", passes_if="5.5 to 7.5 mmol/l (a judgement of what is plausible)",
        model=f"{at:.1f} mmol/l", passes=5.5 <= at <= 7.5, kind=PARTLY,
    )  # fmt: skip


def usual_potassium_targets() -> Iterator[Target]:
    """Yield what potassium was seen not to move within its usual range, in 36 tests of 12 people."""
    low, high = find(potassium=3.8), find(potassium=4.8)
    sd = norm("strength_duration_ms")[1][0]
    duration = (low.strength_duration_ms, high.strength_duration_ms)
    yield Target(
        name="A3 K 3.8 to 4.8: SDTC", measured="no significant change (36 tests)", source="kuwabara_2007",
        passes_if=f"moves less than {sd:g} ms, the SD of people {NO_SIZE}",
        model=f"{duration[0]:.3f} to {duration[1]:.3f} ms", passes=bool(abs(duration[1] - duration[0]) < sd),
        kind=CONDITION,
    )  # fmt: skip
    recovery, electrotonus = norm("recovery_percent")[1], norm("electrotonus_percent")[1]
    for name, limit, values in (
        ("refractoriness 2.5 ms", recovery[1], [one.at_interval(2.5) for one in (low, high)]),
        ("late subexcitability 42 ms", recovery[12], [one.at_interval(42) for one in (low, high)]),
        ("TEh(90-100)", electrotonus[5], [one.electrotonus(90, 100, depolarising=False) for one in (low, high)]),
    ):
        yield Target(
            name=f"A3 K 3.8 to 4.8: {name}", measured="no significant change (36 tests)", source="kuwabara_2007",
            passes_if=f"moves less than {limit:g} %, the SD of people {NO_SIZE}", model=told(*values),
            passes=bool(abs(values[1] - values[0]) < limit), kind=PREDICTED,
        )  # fmt: skip
