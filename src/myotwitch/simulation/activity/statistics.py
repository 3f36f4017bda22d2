"""The published figures of each class of activity, and how values are drawn from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from myotwitch.errors import TableError, nearest_name
from myotwitch.sources import Figure, check_sources_known, figure_from_row, load_sources, read_table

ROOM = "myotwitch.simulation.activity"
WITHIN_SDS = 1.96
"""A figure's spread holds 95 % of cases: so many standard deviations to both sides."""
SKEWED = 4.0
"""From this ratio of the spread's ends a figure is drawn on a logarithmic scale."""


@cache
def statistics() -> Mapping[str, Figure]:
    """Return every figure of ``statistics.toml`` by name, such as ``fasciculation.als_rate``.

    Raises
    ------
    TableError
        If a figure is incomplete or cites an unknown source.
    """
    sources = load_sources(ROOM)
    figures: dict[str, Figure] = {}
    for activity, rows in read_table(ROOM, "statistics.toml").items():
        for name, row in rows.items():
            key = f"{activity}.{name}"
            figures[key] = _figure(row, f"statistics.toml, {key}")
            check_sources_known(figures[key].sources, sources, f"statistics.toml, {key}")
    return MappingProxyType(figures)


def _figure(row: Mapping[str, Any], where: str) -> Figure:
    if "unit" not in row:
        raise TableError(f"{where} states no unit.")
    return figure_from_row({name: value for name, value in row.items() if name != "unit"}, row["unit"], where)


def statistic(name: str) -> Figure:
    """Return one figure.

    Raises
    ------
    TableError
        If there is none of this name.
    """
    figures = statistics()
    if name not in figures:
        raise TableError(f"There is no figure {name!r} of activity.{nearest_name(name, list(figures))}")
    return figures[name]


def usual(name: str) -> float:
    """Return the usual value of a figure, in its unit."""
    return statistic(name).value


def draw(name: str, rng: np.random.Generator) -> float:
    """Return the value of one case, drawn from a figure's spread and never outside it.

    Method: normal with the spread's ends as 2.5 and 97.5 per cent; on a logarithmic scale where the ends differ more
    than fourfold. Each side has its own width.
    """
    figure = statistic(name)
    if figure.low == figure.high:
        return figure.value
    is_skewed = figure.low > 0 and figure.high / figure.low > SKEWED
    low, middle, high = (math.log(value) if is_skewed else value for value in (figure.low, figure.value, figure.high))
    score = float(np.clip(rng.standard_normal(), -WITHIN_SDS, WITHIN_SDS)) / WITHIN_SDS
    drawn = middle + score * (high - middle if score > 0 else middle - low)
    return math.exp(drawn) if is_skewed else drawn
