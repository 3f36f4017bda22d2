"""What an ion does to a motor axon, in numbers and words, with what was measured in people and what was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from myotwitch.errors import RequestError, UnknownNameError, nearest_name
from myotwitch.language import _, digits, later, translated
from myotwitch.simulation.axon.axon import STEPS, Axon, constants_of, resting_state
from myotwitch.simulation.axon.impulses import FIRED_MV, threshold_pa
from myotwitch.simulation.axon.ions import Floats, Ions
from myotwitch.simulation.axon.kernels import advance
from myotwitch.sources import read_table

CONCENTRATIONS_MMOL_PER_L: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        later("potassium"): (2.5, 3.0, 3.5, 4.2, 5.0, 5.5, 6.0, 6.5, 7.0),
        later("sodium"): (110.0, 120.0, 130.0, 135.0, 144.2, 150.0, 160.0),
        later("calcium"): (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.4, 1.8, 2.4),
        later("magnesium"): (0.1, 0.2, 0.3, 0.45, 0.55, 0.65, 1.0, 2.0, 4.0),
    }
)
"""Concentrations at which each ion's effect is worked out."""
TOLD_MMOL_PER_L: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"potassium": (3.0, 6.0), "calcium": (1.0, 1.4), "magnesium": (0.3, 1.0)}
)
"""A lack and an excess of each ion as people have them, a little outside the usual range: these are told in words."""
QUANTITY: Mapping[str, str] = MappingProxyType(
    {"calcium": later("ionised calcium"), "magnesium": later("ionised magnesium")}
)
"""What is meant by ions of which only a part is free."""
UNSAFE = ("sodium",)
"""Ions of which not even the direction of the effect is safe (``evidence.toml``)."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class IonEffect:
    """What an ion does to the axon.

    Parameters
    ----------
    ion
        Its name.
    concentration_mmol_per_l
        Concentrations outside the axon; ionised ones for calcium and magnesium [mmol/L].
    usual_mmol_per_l
        The one to which all is compared [mmol/L].
    threshold_percent
        Change of the current that makes an impulse [%]; -100 where the axon fires by itself, NaN where it cannot fire.
    rest_mv
        Resting potential [mV]; NaN where there is none.
    is_measured
        The direction was measured in people.
    status
        ``measured``, ``partly measured`` or ``untested``.
    known
        What is known from people, in words.
    shown
        What the model shows, in words.
    sources
        Keys of the sources of `known`.
    """

    ion: str
    concentration_mmol_per_l: Floats
    usual_mmol_per_l: float
    threshold_percent: Floats
    rest_mv: Floats
    is_measured: bool
    status: str
    known: str
    shown: str
    sources: tuple[str, ...]


def describe_ion(ion: str, axon: Axon | None = None) -> IonEffect:
    """Return what one ion does to an axon, all others as usual.

    Parameters
    ----------
    ion
        ``potassium``, ``sodium``, ``calcium`` or ``magnesium``.
    axon
        The axon; None: the healthy one.

    Raises
    ------
    UnknownNameError
        If the ion is none of the four.

    Examples
    --------
    >>> describe_ion("magnesium").status
    'untested'
    """
    if ion not in CONCENTRATIONS_MMOL_PER_L:
        hint = nearest_name(ion, list(CONCENTRATIONS_MMOL_PER_L))
        raise UnknownNameError(
            f"The axon knows no ion {ion!r}; known are {', '.join(CONCENTRATIONS_MMOL_PER_L)}.{hint}"
        )
    usual_axon = axon or Axon()
    name = f"{ion}_mmol_per_l"
    usual = float(getattr(usual_axon.ions, name))
    concentrations = np.array(CONCENTRATIONS_MMOL_PER_L[ion])
    reference, _ = _threshold_and_rest(usual_axon)
    found = [_threshold_and_rest(_with(usual_axon, name, value)) for value in concentrations]
    threshold = np.array([100.0 * (one / reference - 1.0) for one, _ in found])
    rest = np.array([potential for _, potential in found])
    row = read_table("myotwitch.simulation.axon", "evidence.toml")[ion]
    return IonEffect(
        ion=ion,
        concentration_mmol_per_l=concentrations,
        usual_mmol_per_l=usual,
        threshold_percent=threshold,
        rest_mv=rest,
        is_measured=row["status"] == "measured",
        status=row["status"],
        known=row["text"],
        shown=_shown(ion, concentrations, threshold, usual),
        sources=tuple(row["sources"]),
    )


def _with(axon: Axon, name: str, value: float) -> Axon:
    ions = {field: getattr(axon.ions, field) for field in Ions.__dataclass_fields__} | {name: value}
    return replace(axon, ions=Ions(**ions))


def _threshold_and_rest(axon: Axon) -> tuple[float, float]:
    """Return threshold of 1 ms [pA] and rest [mV]; threshold nought where the axon fires by itself."""
    try:
        state = resting_state(axon).values.copy()
    except RequestError:
        return np.nan, np.nan
    constants, table, rest = constants_of(axon), axon.table, float(state[0])
    waiting = state.copy()
    waiting[0] += 0.1
    if advance(waiting, constants, table, 0.0, 200.0, STEPS, FIRED_MV) > FIRED_MV:
        return 0.0, rest
    found = threshold_pa(state, constants, table, 1.0, 0.0, 250.0, STEPS, 1e-3)
    return (found if np.isfinite(found) else np.nan), rest


def _shown(ion: str, concentrations: Floats, threshold: Floats, usual: float) -> str:
    """Return in words what the model shows: the change at a lack and an excess, and where the axon fires by itself."""
    if ion in UNSAFE:
        text = _(
            "What more or less {ion} does to the fibre is not told: two effects oppose each other, and not even the "
            "direction of their sum is safe."
        )
        return f"{text.format(ion=translated(ion))} {_firing(concentrations, threshold)}"
    told = []
    for value in TOLD_MMOL_PER_L[ion]:
        change = float(threshold[int(np.flatnonzero(concentrations == value)[0])])
        words = {"ion": translated(QUANTITY.get(ion, ion)), "usual": digits(usual), "value": digits(value)}
        told.append(_told_of_change(change).format(percent=digits(abs(change), ".0f"), **words))
    return " ".join((*told, _firing(concentrations, threshold)))


def _told_of_change(change: float) -> str:
    """Return the pattern of the sentence that tells a change of the threshold [%]."""
    if np.isnan(change):
        return _("With {value} instead of {usual} mmol/L of {ion} the fibre cannot fire.")
    if change <= -100.0:
        return _("With {value} instead of {usual} mmol/L of {ion} the fibre fires by itself.")
    if change > 0:
        return _("With {value} instead of {usual} mmol/L of {ion} the fibre needs {percent} % more current to fire.")
    return _("With {value} instead of {usual} mmol/L of {ion} the fibre needs {percent} % less current to fire.")


def _firing(concentrations: Floats, threshold: Floats) -> str:
    """Return at which of the concentrations the axon fires by itself, in words."""
    fires = threshold <= -100.0
    low, high = digits(concentrations[0]), digits(concentrations[-1])
    if not fires.any():
        return _("By itself it is silent everywhere from {low} to {high} mmol/L.").format(low=low, high=high)
    at, silent = concentrations[fires], concentrations[~fires]
    if silent.size and at.max() < silent.min():
        pattern = _("By itself it is silent at {silent} mmol/L and above, and fires at {firing} mmol/L and below.")
        return pattern.format(firing=digits(at.max()), silent=digits(silent.min()))
    if silent.size and at.min() > silent.max():
        pattern = _("By itself it is silent at {silent} mmol/L and below, and fires at {firing} mmol/L and above.")
        return pattern.format(firing=digits(at.min()), silent=digits(silent.max()))
    pattern = _("By itself it fires at some concentrations from {low} to {high} mmol/L.")
    return pattern.format(low=digits(at.min()), high=digits(at.max()))
