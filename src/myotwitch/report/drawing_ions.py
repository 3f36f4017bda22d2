"""The picture of an ion: how much current a simulated motor axon needs, and whether it fires by itself."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from myotwitch.case import ANALYTES
from myotwitch.errors import UnknownNameError
from myotwitch.report.drawing import INK, QUIET, TWITCH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from myotwitch.simulation.ion_curves import IonCurves

CURVE, HEALTHY = "#1d4ed8", "#bbf7d0"
TEXT_COLUMNS = 108
HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "measured": "Measured in people, and taken up by the model",
        "partly measured": "Measured in people in part",
        "untested": "Not measured in people",
    }
)
SHOWN_AS: Mapping[str, str] = MappingProxyType(
    {
        "measured": "direction known from people, size predicted",
        "partly measured": "direction known from people, size predicted",
        "untested": "predicted only, untested in people",
    }
)
RANGE_OF: Mapping[str, str] = MappingProxyType(
    {"potassium": "potassium", "sodium": "sodium", "calcium": "ionised_calcium"}
)
"""The laboratory value whose usual range is drawn; that of ionised magnesium stands in a table of its own."""


def draw_ion(name: str) -> Figure:
    """Return a figure of what one ion does to a simulated motor axon, with what is measured in people and what is not.

    Parameters
    ----------
    name
        Name of a laboratory value.

    Raises
    ------
    UnknownNameError
        If it is no ion that the axon knows.
    """
    from matplotlib.figure import Figure  # slow to load, as is the axon, and most commands draw nothing

    from myotwitch.simulation.ion_curves import ION_OF_ANALYTE, ion_curves

    if name not in ION_OF_ANALYTE:
        raise UnknownNameError(
            f"There is no picture of {name}: one is drawn of what an ion does to a nerve fibre, for "
            f"{', '.join(sorted(ION_OF_ANALYTE))}. Leave --plot away, or name one of these."
        )
    curves = ion_curves(ION_OF_ANALYTE[name])
    told = _told(curves)
    figure = Figure(figsize=(8.4, 5.9 + 0.165 * told.count("\n")), layout="constrained")
    rows = figure.add_gridspec(3, 1, height_ratios=[3.3, 1.6, 0.2 + 0.165 * told.count("\n")])
    above = figure.add_subplot(rows[0])
    below = figure.add_subplot(rows[1], sharex=above)
    _draw_threshold(above, curves)
    _draw_firing(below, curves)
    words = figure.add_subplot(rows[2])
    words.axis("off")
    words.text(-0.06, 1.0, told, va="top", fontsize=8.5, color=INK, linespacing=1.35)
    figure.suptitle(
        f"What {curves.effect.ion} does to a motor nerve fibre, by simulation",
        x=0.01,
        ha="left",
        fontsize=13,
        color=INK,
    )
    return figure


def _draw_threshold(axes: Axes, curves: IonCurves) -> None:
    """Draw the change of the current that makes an impulse; where the axon fires by itself no current is needed."""
    effect = curves.effect
    x, y = effect.concentration_mmol_per_l, effect.threshold_percent
    is_silent = y > -100.0
    _draw_usual(axes, curves, is_labelled=True)
    axes.axhline(0.0, color=QUIET, linewidth=0.8)
    line = "--" if effect.status == "untested" else "-"
    axes.plot(x[is_silent], y[is_silent], line, marker="o", color=CURVE, markersize=4, label=SHOWN_AS[effect.status])
    if not np.all(is_silent):
        fires = ~is_silent & np.isfinite(y)
        axes.plot(x[fires], y[fires], "X", color=TWITCH, markersize=8, label="fires by itself", clip_on=False)
    axes.set_ylabel("current needed to fire,\nchange from usual [%]")
    axes.set_ylim(min(-60.0, float(np.nanmin(y)) - 8.0), max(60.0, float(np.nanmax(y)) * 1.08))
    for share, words in ((0.75, "less excitable"), (0.25, "more excitable")):
        axes.text(
            1.01, share, words, transform=axes.transAxes, rotation=90, va="center", fontsize=9, color=QUIET,
            style="italic",
        )  # fmt: skip
    axes.tick_params(labelbottom=False)
    axes.legend(loc="best", fontsize=8.5, framealpha=0.9, edgecolor="none")
    axes.spines[["top", "right"]].set_visible(False)


def _draw_firing(axes: Axes, curves: IonCurves) -> None:
    """Draw how often the axon fires by itself."""
    effect = curves.effect
    _draw_usual(axes, curves, is_labelled=False)
    axes.plot(
        effect.concentration_mmol_per_l, curves.rate_hz, "-", marker="o", color=TWITCH, markersize=4, clip_on=False
    )
    if not np.any(curves.rate_hz > 0):
        axes.text(0.5, 0.55, "silent over the whole range", transform=axes.transAxes, ha="center", color=TWITCH)
    axes.set_ylim(0.0, max(10.0, 1.1 * float(curves.rate_hz.max())))
    axes.set_ylabel("fires by itself\n[impulses a second]")
    axes.set_xlabel(f"{_quantity(effect.ion)} around the fibre [mmol/L]")
    axes.spines[["top", "right"]].set_visible(False)


def _draw_usual(axes: Axes, curves: IonCurves, *, is_labelled: bool) -> None:
    """Shade the usual range of healthy adults, and mark the concentration to which all is compared."""
    low, high = usual_range(curves.effect.ion)
    label = f"usual in healthy adults, {low:g} to {high:g} mmol/L" if is_labelled else None
    axes.axvspan(low, high, color=HEALTHY, alpha=0.7, linewidth=0, label=label)
    axes.axvline(curves.effect.usual_mmol_per_l, color=QUIET, linewidth=0.8)


def usual_range(ion: str) -> tuple[float, float]:
    """Return the usual range of an ion in healthy adults **[mmol/l]**; calcium and magnesium are ionised.

    Examples
    --------
    >>> usual_range("magnesium")
    (0.4, 0.68)
    """
    if ion in RANGE_OF:
        reference = ANALYTES[RANGE_OF[ion]].reference_range()
        return reference.low, reference.high
    from myotwitch.simulation.ion_curves import ionised_magnesium_range

    figure = ionised_magnesium_range()
    return figure.low, figure.high


def _quantity(ion: str) -> str:
    return f"ionised {ion}" if ion in ("calcium", "magnesium") else ion


def _told(curves: IonCurves) -> str:
    effect = curves.effect
    texts = [
        f"{HEADINGS[effect.status]}. {effect.known}",
        f"In the model. {effect.shown} One typical fibre at 35 °C, all other ions as usual; "
        "the most excitable fibres of a nerve, and their endings, fire sooner.",
        _on_laboratories(effect.ion),
        "The curves are predictions of a model. They measure nobody, and are no advice to take or leave anything.",
    ]
    return "\n\n".join(textwrap.fill(text, TEXT_COLUMNS) for text in texts if text)


def _on_laboratories(ion: str) -> str:
    """Return how the ionised part relates to what laboratories report; empty where they report the ion itself."""
    if ion not in ("calcium", "magnesium"):
        return ""
    reference = ANALYTES[ion].reference_range()
    return (
        f"Laboratories mostly report total {ion}, usually {reference.low:g} to {reference.high:g} mmol/L; only its "
        "ionised part acts on the fibre, and that is drawn."
    )
