"""The numbers that muscle, units and electrodes rest on, each with its spread, grade and source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from myotwitch.sources import Figure, check_sources_known, figure_from_row, load_sources, read_table

ROOM = "myotwitch.simulation.muscle"

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "muscle_along": "S/m",
        "muscle_across": "S/m",
        "fat": "S/m",
        "skin": "S/m",
        "skin_thickness": "mm",
        "myoplasm": "S/m",
        "action_potential": "mV",
        "sharpness": "1/mm",
        "afterpotential": "mV",
        "afterpotential_length": "mm",
        "velocity_per_diameter": "m/s/um",
        "velocity_at_nought": "m/s",
        "diameter_spread": "1",
        "end_plate_spread": "mm",
        "terminal_delay": "ms",
        "end_spread": "mm",
        "needle_diameter": "mm",
        "needle_core": "mm",
        "needle_bevel": "deg",
        "needle_gap": "mm",
        "threshold_range": "1",
        "force_range": "1",
        "fibre_range": "1",
        "rise_range": "1",
        "relaxation_ratio": "1",
        "diameter_range": "1",
        "least_rate": "Hz",
        "peak_rate_first": "Hz",
        "peak_rate_fall": "Hz",
        "rate_gain": "Hz",
        "interval_variation": "1",
        "twitch_stress": "N/cm2",
    }
)
"""The unit of every number of ``figures.toml``."""


@cache
def figures() -> Mapping[str, Figure]:
    """Return the numbers that hold for every muscle, by name.

    Raises
    ------
    TableError
        If a number is missing from the table, unknown or without its source.
    """
    table = read_table(ROOM, "figures.toml")
    sources = load_sources(ROOM)
    found = {name: figure_from_row(row, UNITS.get(name, ""), f"figures.toml, {name}") for name, row in table.items()}
    for name, figure in found.items():
        check_sources_known(figure.sources, sources, f"figures.toml, {name}")
    return MappingProxyType(found)


def value_of(name: str) -> float:
    """Return the value of one number of ``figures.toml``, in the unit that `UNITS` gives."""
    return figures()[name].value
