"""Every class of activity by name: what a scene may say of it, and what makes its discharges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.complex_repetitive import ComplexRepetitive, complex_repetitive_runs
from myotwitch.simulation.activity.cramp import Cramp, cramps
from myotwitch.simulation.activity.denervation import Fibrillation, PositiveSharpWave, denervation_discharges
from myotwitch.simulation.activity.discharges import Discharges, in_bouts, within
from myotwitch.simulation.activity.ectopic import Ectopic, ectopic_discharges
from myotwitch.simulation.activity.fasciculation import Fasciculation, fasciculations
from myotwitch.simulation.activity.jerks import HypnicJerk, Myoclonus, Tic, hypnic_jerks, myoclonic_jerks, tics
from myotwitch.simulation.activity.myokymia import Myokymia, myokymic_bursts
from myotwitch.simulation.activity.myotonia import Myotonia, myotonic_runs
from myotwitch.simulation.activity.neuromyotonia import Neuromyotonia, neuromyotonic_bursts
from myotwitch.simulation.activity.settings import Activity
from myotwitch.simulation.activity.tremor import Tremor, tremor_bursts
from myotwitch.simulation.activity.voluntary import Voluntary, contractions


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivityClass:
    """A class of activity.

    Parameters
    ----------
    settings
        What a scene may say of it.
    episodes
        Yields its episodes for ever, from time 0.
    """

    settings: type[Activity]
    episodes: Callable[[Any, Body, np.random.Generator], Iterator[Discharges]]


CLASSES: Mapping[str, ActivityClass] = MappingProxyType(
    {
        "fasciculation": ActivityClass(settings=Fasciculation, episodes=fasciculations),
        "fibrillation": ActivityClass(settings=Fibrillation, episodes=denervation_discharges),
        "positive_sharp_wave": ActivityClass(settings=PositiveSharpWave, episodes=denervation_discharges),
        "myokymia": ActivityClass(settings=Myokymia, episodes=myokymic_bursts),
        "neuromyotonia": ActivityClass(settings=Neuromyotonia, episodes=neuromyotonic_bursts),
        "myotonia": ActivityClass(settings=Myotonia, episodes=myotonic_runs),
        "complex_repetitive": ActivityClass(settings=ComplexRepetitive, episodes=complex_repetitive_runs),
        "cramp": ActivityClass(settings=Cramp, episodes=cramps),
        "myoclonus": ActivityClass(settings=Myoclonus, episodes=myoclonic_jerks),
        "hypnic_jerk": ActivityClass(settings=HypnicJerk, episodes=hypnic_jerks),
        "tic": ActivityClass(settings=Tic, episodes=tics),
        "tremor": ActivityClass(settings=Tremor, episodes=tremor_bursts),
        "voluntary": ActivityClass(settings=Voluntary, episodes=contractions),
        "ectopic": ActivityClass(settings=Ectopic, episodes=ectopic_discharges),
    }
)
"""The classes by the names that a scene has for them."""


def episodes_of(
    name: str, settings: Activity, body: Body, stop_s: float, rng: np.random.Generator
) -> Iterator[Discharges]:
    """Yield the episodes of one activity in a scene that ends at `stop_s` **[s]**, in order of their beginning."""
    source, gate = rng.spawn(2)
    episodes = CLASSES[name].episodes(settings, body, source)
    if settings.bout_s is not None and settings.pause_s is not None:
        episodes = in_bouts(episodes, settings.bout_s, settings.pause_s, gate)
    end_s = stop_s if settings.stop_s is None else min(settings.stop_s, stop_s)
    return within(episodes, settings.start_s, end_s)
