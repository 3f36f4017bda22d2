"""What a target of the simulated axon is, and the axons that targets are asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

import numpy as np

from myotwitch.simulation.axon.axon import Axon, changed_axon
from myotwitch.simulation.axon.ions import Ions
from myotwitch.simulation.axon.membrane import Balance, Membrane, healthy_membrane, settled_balance
from myotwitch.simulation.axon.protocol import ELECTROTONUS_MS, POLARISED_MS, Excitability, excitability

FITTED, CONDITION, PREDICTED, UNTESTED = "fitted", "condition of the fit", "prediction", "untested prediction"
CHOSEN_MIX, CHOSEN_SHARE = "prediction, the mixture chosen by us", "prediction, the share chosen by us"
PARTLY, ORACLE = "follows in part from a condition", "agreement with another program"
NO_SIZE = "(no size could be read)"
T_95: Mapping[int, float] = MappingProxyType({8: 2.365, 11: 2.228})
"""Student's t that a mean of so many people exceeds once in twenty times."""
AFTER = np.array(ELECTROTONUS_MS) > POLARISED_MS
"""Delays of threshold electrotonus after its current has ended."""
MAXIMAL_HZ = (27.0, 15.0)
"""Mean rate of motor units at the start and after a minute of maximal contraction (bigland_ritchie_1983)."""
CHANNELS = (
    "sodium_permeability",
    "internodal_sodium_permeability",
    "fast_potassium_ns",
    "slow_potassium_ns",
    "leak_ns",
    "internodal_fast_potassium_ns",
    "internodal_slow_potassium_ns",
    "internodal_leak_ns",
    "rectifier_ns",
)
"""The numbers of a membrane that stand for channels."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One line of the table: what was measured, what passes, what the model gives, and how it came about.

    `passes_if` tells the reader the very window by which `passes` was found; it is empty where nothing is judged.
    """

    name: str
    measured: str
    source: str
    passes_if: str = ""
    model: str
    passes: bool | None
    kind: str


def find(potassium: float = 4.2, calcium: float = 1.2, magnesium: float = 0.55, **channels: float) -> Excitability:
    """Return the protocol on the healthy axon with other ions or channels."""
    ions = Ions(potassium_mmol_per_l=potassium, calcium_mmol_per_l=calcium, magnesium_mmol_per_l=magnesium)
    return excitability(changed_axon(ions, channels))


def with_fast_potassium(membrane: Membrane | None = None, *, node: float = 1.0, under_myelin: float = 1.0) -> Axon:
    """Return an axon with shares of its fast potassium channels; leak and pump stay those of health.

    The membrane is the reference one if none is given.
    """
    healthy = membrane or healthy_membrane()
    fewer = replace(
        healthy,
        fast_potassium_ns=healthy.fast_potassium_ns * node,
        internodal_fast_potassium_ns=healthy.internodal_fast_potassium_ns * under_myelin,
    )
    return Axon(membrane=fewer, balance=settled_balance(healthy))


def with_fewer_of_all(share: float, membrane: Membrane | None = None) -> Axon:
    """Return an axon with a share of all its channels and of its pump; its rest stays where it was."""
    healthy = membrane or healthy_membrane()
    balance = settled_balance(healthy)
    return Axon(
        membrane=replace(healthy, **{name: getattr(healthy, name) * share for name in CHANNELS}),
        balance=Balance(**{field.name: getattr(balance, field.name) * share for field in fields(Balance)}),
    )


def late_electrotonus(found: Excitability) -> np.ndarray:
    """Return TEd(90-100) and TEh(90-100) [%]."""
    return np.array([found.electrotonus(90, 100, depolarising=way) for way in (True, False)])


def unseen(sd: float | np.ndarray, people: int) -> np.ndarray:
    """Return the change that a test of so many people would not tell from none, by the spread of healthy people."""
    return np.asarray(T_95[people] * np.asarray(sd) / np.sqrt(people))


def told(before: float, after: float, digits: int = 1) -> str:
    """Return a change in percent as a row tells it."""
    return f"{before:.{digits}f} to {after:.{digits}f} %"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return rows as a table in Markdown."""
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])
