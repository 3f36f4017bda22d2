"""The figures of ``recording_noise.toml``: the form of what disturbs a recording."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from myotwitch.sources import Figure, figure_from_row, read_table

ROOM = "myotwitch.simulation"


@cache
def disturbance_figures() -> Mapping[str, Figure]:
    """Return every figure by name, such as ``heart.r.width``.

    Raises
    ------
    TableError
        If a figure is incomplete.
    """
    figures: dict[str, Figure] = {}
    for part, groups in read_table(ROOM, "recording_noise.toml").items():
        for group, rows in groups.items():
            for name, row in rows.items():
                key = f"{part}.{group}.{name}"
                bare = {entry: value for entry, value in row.items() if entry != "unit"}
                figures[key] = figure_from_row(bare, row["unit"], f"recording_noise.toml, {key}")
    return MappingProxyType(figures)


def figure_value(name: str) -> float:
    """Return the value of one figure, in its unit."""
    return disturbance_figures()[name].value
