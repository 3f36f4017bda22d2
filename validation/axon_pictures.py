"""Draws the pictures of ``docs/physiology.md``: the axon against the norms of people, and what each ion does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib import pyplot as plt

from myotwitch.simulation.axon.axon import Axon, changed_axon
from myotwitch.simulation.axon.explain import CONCENTRATIONS_MMOL_PER_L, describe_ion
from myotwitch.simulation.axon.ions import Ions
from myotwitch.simulation.axon.norms import ELECTROTONUS_WINDOWS, norm
from myotwitch.simulation.axon.protocol import (
    CURRENTS_PERCENT,
    ELECTROTONUS_MS,
    INTERVALS_MS,
    Excitability,
    excitability,
)

TOLD = {
    "potassium": "potassium: direction measured",
    "sodium": "sodium: untested",
    "calcium": "ionised calcium: partly measured",
    "magnesium": "ionised magnesium: untested",
}
"""Heads of the pictures of ions: none of these curves was measured itself."""
BAND, LINE, RAISED = "#c9d6df", "#1b4965", "#c8553d"
DPI = 110


def draw_norms(path: Path) -> None:
    """Draw recovery cycle, threshold electrotonus and current-threshold relation over the spread of 280 people."""
    healthy = excitability(Axon())
    raised = excitability(changed_axon(Ions(potassium_mmol_per_l=5.5)))
    figure, axes = plt.subplots(1, 3, figsize=(13, 4.2), layout="constrained")
    _recovery(axes[0], healthy, raised)
    _electrotonus(axes[1], healthy, raised)
    _polarised(axes[2], healthy, raised)
    axes[0].legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=DPI)
    plt.close(figure)


def _recovery(axis: Any, healthy: Excitability, raised: Excitability) -> None:
    means, sds = norm("recovery_percent")
    axis.fill_between(INTERVALS_MS, means - sds, means + sds, color=BAND, label="280 people, mean ± SD")
    axis.plot(INTERVALS_MS, healthy.recovery_percent, "o-", ms=3, color=LINE, label="axon, K 4.2 mmol/l")
    axis.plot(INTERVALS_MS, raised.recovery_percent, "--", color=RAISED, label="axon, K 5.5 mmol/l")
    axis.axhline(0, color="grey", lw=0.6)
    axis.set(xscale="log", ylim=(-40, 100), xlabel="interval after an impulse [ms]", ylabel="threshold change [%]")
    axis.set_xticks([2, 5, 10, 20, 50, 100, 200], ["2", "5", "10", "20", "50", "100", "200"])
    axis.set_title("Recovery cycle")


def _electrotonus(axis: Any, healthy: Excitability, raised: Excitability) -> None:
    means, sds = norm("electrotonus_percent")
    for (first, last, _), mean, sd in zip(ELECTROTONUS_WINDOWS, means, sds, strict=True):
        axis.fill_between([first, last], [mean - sd] * 2, [mean + sd] * 2, color=BAND)
    for found, style, colour in ((healthy, "o-", LINE), (raised, "--", RAISED)):
        for values in (found.depolarised_percent, found.hyperpolarised_percent):
            axis.plot(ELECTROTONUS_MS, values, style, ms=3, color=colour)
    axis.axhline(0, color="grey", lw=0.6)
    axis.set(xlabel="delay [ms]", ylabel="threshold reduction [%]", title="Threshold electrotonus, ±40 %")


def _polarised(axis: Any, healthy: Excitability, raised: Excitability) -> None:
    means, sds = norm("polarised_percent")
    axis.fill_betweenx(CURRENTS_PERCENT, means - sds, means + sds, color=BAND)
    axis.plot(healthy.polarised_percent, CURRENTS_PERCENT, "o-", ms=3, color=LINE)
    axis.plot(raised.polarised_percent, CURRENTS_PERCENT, "--", color=RAISED)
    axis.axhline(0, color="grey", lw=0.6)
    axis.set(xlabel="threshold reduction [%]", ylabel="current [% of threshold]", title="Current and threshold")


def draw_ions(path: Path) -> None:
    """Draw, for every ion, how the current that makes an impulse changes with its concentration."""
    figure, axes = plt.subplots(1, 4, figsize=(13, 3.6), layout="constrained", sharey=True)
    for axis, ion in zip(axes, CONCENTRATIONS_MMOL_PER_L, strict=True):
        effect = describe_ion(ion)
        fires = effect.threshold_percent <= -100.0
        shown = np.where(fires, np.nan, effect.threshold_percent)
        style = "-" if effect.status != "untested" else ":"
        axis.plot(effect.concentration_mmol_per_l, shown, style, marker="o", ms=4, color=LINE)
        if fires.any():
            axis.plot(effect.concentration_mmol_per_l[fires], np.full(fires.sum(), -100.0), "x", color=RAISED)
        axis.axvline(effect.usual_mmol_per_l, color="grey", lw=0.6)
        axis.axhline(0, color="grey", lw=0.6)
        axis.set(title=TOLD[ion], xlabel=f"{TOLD[ion].split(':')[0]} [mmol/l]")
    axes[0].set_ylabel("current to fire, change [%]")
    figure.savefig(path, dpi=DPI)
    plt.close(figure)
