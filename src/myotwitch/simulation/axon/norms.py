"""Human norms of nerve excitability, and how far a simulated axon lies from them."""

from __future__ import annotations

from functools import cache

import numpy as np

from myotwitch.simulation.axon.axon import STEPS, Axon, constants_of, resting_state
from myotwitch.simulation.axon.ions import Floats
from myotwitch.simulation.axon.kernels import Steps
from myotwitch.simulation.axon.protocol import (
    CURRENTS_PERCENT,
    INTERVALS_MS,
    POLARISED_MS,
    PRECISION,
    Excitability,
    current_threshold,
    electrotonus,
)
from myotwitch.simulation.axon.summaries import (
    extremes_of_recovery,
    half_time_ms,
    relative_refractory_period_ms,
    slopes,
    smoothed_peak,
)
from myotwitch.sources import read_table

ELECTROTONUS_WINDOWS = (
    (10.0, 20.0, True),
    (40.0, 60.0, True),
    (90.0, 100.0, True),
    (10.0, 20.0, False),
    (20.0, 40.0, False),
    (90.0, 100.0, False),
)
"""Windows of threshold electrotonus: first and last delay [ms], and whether the current depolarises."""

CLINIC_DELAYS_MS = (
    *(1.0, 5.0, 10.0, 16.0, 23.0, 31.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 99.0),
    *(101.0, 110.0, 120.0, 130.0, 140.0, 150.0, 160.0, 170.0, 180.0, 190.0, 200.0),
)
"""Delays of threshold electrotonus in the clinic, counted from the start of the current."""
CLINIC_CURRENTS_PERCENT = tuple(float(current) for current in range(-100, 60, 10) if current)
"""Polarising currents of the current-threshold relation in the clinic, without nought."""
FURTHER = {
    "relative_refractory_period_ms": "relative refractory period [ms]",
    "superexcitability_percent": "superexcitability [%]",
    "superexcitability_7_ms_percent": "superexcitability 7 ms [%]",
    "subexcitability_percent": "subexcitability [%]",
    "depolarised_peak_percent": "TEd(peak) [%]",
    "accommodation_percent": "S2 accommodation [%]",
    "accommodation_half_time_ms": "accommodation half-time [ms]",
    "undershoot_percent": "TEd(undershoot) [%]",
    "overshoot_percent": "TEh(overshoot) [%]",
    "resting_slope": "resting I/V slope",
    "minimum_slope": "minimum I/V slope",
    "hyperpolarised_slope": "hyperpolarised I/V slope",
}
"""Rows of ``norms.toml`` that the clinic's program makes of the curves, and what the clinic calls them."""


@cache
def norm(name: str) -> tuple[Floats, Floats]:
    """Return means and standard deviations of one row of ``norms.toml``."""
    row = read_table("myotwitch.simulation.axon", "norms.toml")[name]
    means, sds = row.get("means", [row.get("mean")]), row.get("sds", [row.get("sd")])
    return np.array(means, dtype=np.float64), np.array(sds, dtype=np.float64)


def index_names() -> tuple[str, ...]:
    """Return the names of the 35 indices that are points of the curves, in the order of `deviations`."""
    electrotonus = [f"TE{'d' if way else 'h'}({first:g}-{last:g})" for first, last, way in ELECTROTONUS_WINDOWS]
    recovery = [f"recovery {interval:g} ms" for interval in INTERVALS_MS]
    return ("SDTC", *recovery, *electrotonus, *(f"I/V {current:+g} %" for current in CURRENTS_PERCENT))


def indices(found: Excitability) -> Floats:
    """Return the 35 indices of an axon, in the order of `index_names`."""
    windows = [found.electrotonus(first, last, depolarising=way) for first, last, way in ELECTROTONUS_WINDOWS]
    return np.concatenate(([found.strength_duration_ms], found.recovery_percent, windows, found.polarised_percent))


def norm_indices() -> tuple[Floats, Floats]:
    """Return means and standard deviations of the 35 indices in people."""
    rows = [
        norm(name) for name in ("strength_duration_ms", "recovery_percent", "electrotonus_percent", "polarised_percent")
    ]
    return np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])


def deviations(found: Excitability) -> Floats:
    """Return how many standard deviations each index lies from the mean of healthy people."""
    means, sds = norm_indices()
    return np.asarray((indices(found) - means) / sds)


def further_indices(axon: Axon, found: Excitability, *, steps: Steps = STEPS) -> Floats:
    """Return the indices of an axon that the clinic's program makes of the curves, in the order of `FURTHER`.

    Parameters
    ----------
    axon
        The axon, which rests.
    found
        What the test found on it; electrotonus and current-threshold relation are measured again as often as in the
        clinic, on which peaks and slopes hang.
    """
    start, tracked = resting_state(axon).values, (constants_of(axon), axon.table, found.threshold_pa, steps, PRECISION)
    delays, currents = np.array(CLINIC_DELAYS_MS), np.array(CLINIC_CURRENTS_PERCENT)
    depolarised, hyperpolarised = (electrotonus(start, *tracked, delays, way) for way in (0.4, -0.4))
    reduction = current_threshold(start, *tracked, currents)
    end, first, last = int(POLARISED_MS), int(delays[0]), int(delays[-1])
    peak, late = smoothed_peak(delays, depolarised, first, end - 1), found.electrotonus(90, 100, depolarising=True)
    rest = int(np.searchsorted(currents, 0.0))
    recovery = (np.array(INTERVALS_MS), found.recovery_percent)
    return np.array(
        [
            relative_refractory_period_ms(*recovery),
            extremes_of_recovery(*recovery)[0],
            0.5 * (found.at_interval(6.3) + found.at_interval(7.9)),
            extremes_of_recovery(*recovery)[1],
            peak,
            peak - late,
            half_time_ms(delays, depolarised, peak, late),
            -smoothed_peak(delays, -depolarised, end + 1, last),
            smoothed_peak(delays, hyperpolarised, end + 1, last),
            *slopes(np.insert(currents, rest, 0.0), np.insert(reduction, rest, 0.0)),
        ]
    )


def further_deviations(axon: Axon, found: Excitability, *, steps: Steps = STEPS) -> Floats:
    """Return how many standard deviations each index of `FURTHER` lies from the mean of healthy people."""
    means, sds = (np.array([norm(name)[part][0] for name in FURTHER]) for part in (0, 1))
    return np.asarray((further_indices(axon, found, steps=steps) - means) / sds)
