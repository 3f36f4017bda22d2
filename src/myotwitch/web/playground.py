"""The electrolyte playground: what the model of the motor axon does between given concentrations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from myotwitch.case import ANALYTES
from myotwitch.errors import RequestError
from myotwitch.language import _, digits, later
from myotwitch.simulation.axon.axon import STEPS, Axon, constants_of, resting_state, run
from myotwitch.simulation.axon.discharges import healthy_threshold_pa
from myotwitch.simulation.axon.explain import CONCENTRATIONS_MMOL_PER_L
from myotwitch.simulation.axon.impulses import FIRED_MV, threshold_pa
from myotwitch.simulation.axon.ions import Ions
from myotwitch.sources import read_table
from myotwitch.web.playground_answers import Played, Slider

WATCHED_MS, STEP_MS, SHOWN_EVERY = 60.0, 0.02, 10
PULSE_FROM_MS, PULSE_MS = 5.0, 1.0
PULSE_SHARE = 1.1
"""The pulse is a tenth above what makes the axon of a healthy person fire."""


def sliders() -> tuple[Slider, ...]:
    """Return the four ions with their ranges; magnesium's healthy range is of the total, so none is shown for it."""
    evidence = read_table("myotwitch.simulation.axon", "evidence.toml")
    usual = Ions()
    return tuple(
        Slider(
            ion=ion,
            name=_NAMES[ion],
            low=values[0],
            high=values[-1],
            step=_STEPS[ion],
            usual=float(getattr(usual, f"{ion}_mmol_per_l")),
            healthy=_healthy(ion),
            status=evidence[ion]["status"],
            known=evidence[ion]["text"],
        )
        for ion, values in CONCENTRATIONS_MMOL_PER_L.items()
    )


_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "potassium": later("Potassium"),
        "sodium": later("Sodium"),
        "calcium": later("Calcium (ionised)"),
        "magnesium": later("Magnesium (ionised)"),
    }
)
SODIUM_STEP = 1.0
_STEPS: Mapping[str, float] = MappingProxyType(
    {"potassium": 0.1, "sodium": SODIUM_STEP, "calcium": 0.05, "magnesium": 0.05}
)


def _healthy(ion: str) -> tuple[float, float] | None:
    if ion == "magnesium":
        return None
    analyte = ANALYTES["ionised_calcium" if ion == "calcium" else ion]
    found = analyte.reference_range()
    return (found.low, found.high) if analyte.unit == "mmol/L" else None


SLIDERS = sliders()


def play(*, potassium: float, sodium: float, calcium: float, magnesium: float) -> Played:
    """Return what the axon does between these concentrations **[mmol/l]**.

    Method
    ------
    From its rest (that of a healthy one, where it finds none) the axon is watched for 60 ms; after 5 ms comes a pulse a
    tenth stronger than what makes a healthy one fire. It fires by itself if it does without the pulse.
    """
    axon = Axon(
        ions=Ions(
            sodium_mmol_per_l=sodium,
            potassium_mmol_per_l=potassium,
            calcium_mmol_per_l=calcium,
            magnesium_mmol_per_l=magnesium,
        )
    )
    usual = healthy_threshold_pa()
    try:
        rest, has_rest = resting_state(axon), True
    except RequestError:
        rest, has_rest = resting_state(Axon()), False
    steps = round(WATCHED_MS / STEP_MS)
    nudged = np.zeros(steps)
    nudged[: round(0.1 / STEP_MS)] = 0.05 * usual
    alone, _ = run(axon, rest, nudged, STEP_MS)
    fires_alone = bool(alone.max() > FIRED_MV)
    pulse = np.zeros(steps)
    first = round(PULSE_FROM_MS / STEP_MS)
    pulse[first : first + round(PULSE_MS / STEP_MS)] = PULSE_SHARE * usual
    trace = alone if fires_alone else run(axon, rest, pulse, STEP_MS)[0]
    found = threshold_pa(rest.values.copy(), constants_of(axon), axon.table, PULSE_MS, 0.0, 250.0, STEPS, 1e-3)
    change = (
        None
        if fires_alone or not has_rest or not np.isfinite(found)
        else round(100.0 * (float(found) / usual - 1.0), 1)
    )
    impulses = int(np.sum((trace[1:] > FIRED_MV) & (trace[:-1] <= FIRED_MV)))
    return Played(
        threshold_percent=change,
        rest_mv=round(float(rest.values[0]), 1) if has_rest else None,
        fires_alone=fires_alone,
        impulses=impulses,
        trace_mv=[round(float(value), 1) for value in trace[::SHOWN_EVERY]],
        trace_step_ms=STEP_MS * SHOWN_EVERY,
        sentence=_sentence(change, impulses, fires_alone=fires_alone) + _caution(sodium),
    )


def _caution(sodium: float) -> str:
    """Return what is to be said of another sodium than the usual one; nothing of the usual one."""
    usual = next(slider.usual for slider in SLIDERS if slider.ion == "sodium")
    if abs(sodium - usual) < SODIUM_STEP:
        return ""
    return " " + _("Of sodium not even the direction is safe: nobody measured it in people.")


def _sentence(change: float | None, impulses: int, *, fires_alone: bool) -> str:
    if fires_alone:
        return _("The axon fires by itself: a muscle that hangs on it twitches.")
    if change is None:
        return _("The axon can no longer fire: the muscle that hangs on it is weak.")
    if abs(change) < 2:
        told = _("The axon needs as much current to fire as in health.")
    elif change > 0:
        told = _("The axon needs {percent} % more current to fire than in health.")
    else:
        told = _("The axon needs {percent} % less current to fire than in health.")
    told = told.format(percent=digits(abs(change), ".0f"))
    answer = _("The pulse makes it fire {count} times.").format(count=impulses)
    return told if impulses == 1 else f"{told} {answer}"
