"""A scene for each kind of activity by name, with a needle and, where the skin can show it, on the skin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from benchmarks.detection.materials import Materials
from benchmarks.detection.muscle_classes import complex_repetitive, fibrillation, myotonia, positive_sharp_wave
from benchmarks.detection.myoclonus import myoclonus_scene
from benchmarks.detection.nerve_classes import cramp, fasciculation, myokymia, neuromyotonia, voluntary
from benchmarks.detection.places import Place, needle, scene_of, surface
from benchmarks.detection.scene import Scene
from benchmarks.detection.twitching import Train

NERVE = {
    "fasciculation": fasciculation,
    "myokymia": myokymia,
    "neuromyotonia": neuromyotonia,
    "cramp": cramp,
    "voluntary": voluntary,
}
MUSCLE = {
    "fibrillation": fibrillation,
    "positive sharp wave": positive_sharp_wave,
    "myotonia": myotonia,
    "complex repetitive": complex_repetitive,
}
"""What single fibres do; electrodes on the skin do not see it."""
ClassMaker = Callable[[Place, np.random.Generator], list[Train]]
PlaceMaker = Callable[[Materials, np.random.Generator], Place]


def _scene(make: ClassMaker, at: PlaceMaker) -> Callable[[Materials, np.random.Generator], Scene]:
    def of(materials: Materials, chance: np.random.Generator) -> Scene:
        place = at(materials, chance)
        return scene_of(place, make(place, chance))

    return of


def _myoclonus(at: PlaceMaker) -> Callable[[Materials, np.random.Generator], Scene]:
    return lambda materials, chance: myoclonus_scene(at(materials, chance), chance)


CLASSES: Mapping[str, Callable[[Materials, np.random.Generator], Scene]] = MappingProxyType(
    {
        **{f"kind: {name}, needle": _scene(make, needle) for name, make in {**NERVE, **MUSCLE}.items()},
        "kind: myoclonus, needle": _myoclonus(needle),
        **{f"kind: {name}, surface": _scene(make, surface) for name, make in NERVE.items()},
        "kind: myoclonus, surface": _myoclonus(surface),
    }
)
"""Every scene of a kind by name; the true kind of each discharge is in `Scene.kinds`."""
