"""The mean potential of a source, drawn as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from myotwitch.language import _

WIDTH, HEIGHT, EDGE = 120.0, 64.0, 4.0
COLOURS = 8
"""Colours of sources; they come again after so many, so a number stands beside each."""


def shape_drawing(source: Mapping[str, Any]) -> Markup:
    """Return the mean potential of a source on its largest channel; its figures stand beside it."""
    wave = source["wave"]
    low, high = min(wave, default=0.0), max(wave, default=0.0)
    span = high - low or 1.0
    points = " ".join(
        f"{EDGE + (WIDTH - 2 * EDGE) * index / max(1, len(wave) - 1):.1f},"
        f"{EDGE + (HEIGHT - 2 * EDGE) * (high - value) / span:.1f}"
        for index, value in enumerate(wave)
    )
    label = _("Mean potential of source %(source)s") % {"source": source["source"]}
    return Markup(
        '<svg class="shape source-{colour}" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{label}">'
        '<polyline points="{points}"/></svg>'
    ).format(colour=source["source"] % COLOURS, width=WIDTH, height=HEIGHT, label=escape(label), points=Markup(points))
