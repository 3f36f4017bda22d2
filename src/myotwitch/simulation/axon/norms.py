"""Human norms of nerve excitability, and how far a simulated axon lies from them."""

from __future__ import annotations

from functools import cache

import numpy as np

from myotwitch.simulation.axon.ions import Floats
from myotwitch.simulation.axon.protocol import CURRENTS_PERCENT, INTERVALS_MS, Excitability
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


@cache
def norm(name: str) -> tuple[Floats, Floats]:
    """Return means and standard deviations of one row of ``norms.toml``."""
    row = read_table("myotwitch.simulation.axon", "norms.toml")[name]
    means, sds = row.get("means", [row.get("mean")]), row.get("sds", [row.get("sd")])
    return np.array(means, dtype=np.float64), np.array(sds, dtype=np.float64)


def index_names() -> tuple[str, ...]:
    """Return the names of the 35 fitted indices, in the order of `deviations`."""
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
