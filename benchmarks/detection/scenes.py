"""Scenes by name: recordings with twitches at known times, made from the materials of one set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from benchmarks.detection.artefacts import EQUIPMENT
from benchmarks.detection.backgrounds import (
    column_of_sd,
    fresh_background,
    real_rest,
    same_spectrum,
    surface_background,
)
from benchmarks.detection.classes import CLASSES
from benchmarks.detection.disturbances import BODY, Disturbance
from benchmarks.detection.losses import LOSSES
from benchmarks.detection.materials import GRID_RATE_HZ, NEEDLE_RATE_HZ, SURFACE_RATE_HZ, Materials
from benchmarks.detection.scene import Scene, rest
from benchmarks.detection.sorting import (
    changing_scene,
    grid_scene,
    pairs_scene,
    several_needle_units_scene,
    several_units_scene,
)
from benchmarks.detection.twitching import add_twitches
from benchmarks.detection.views import one_view, scaled
from myotwitch.recordings import ChannelKind

Maker = Callable[[Materials, np.random.Generator], Scene]
LONG_S = 300.0


def surface_scene(materials: Materials, chance: np.random.Generator, snr: float, channels: int = 1) -> Scene:
    """Return a minute of one or more bipolar channels in real rest, with one motor unit's twitches."""
    background = surface_background(materials, chance, channels=channels)
    shape = one_view(materials, chance, channels)
    scaled_shape = scaled(shape, snr * column_of_sd(background, SURFACE_RATE_HZ))
    return add_twitches(background, SURFACE_RATE_HZ, [scaled_shape], ChannelKind.SURFACE_EMG, chance)


def needle_scene(materials: Materials, chance: np.random.Generator, snr: float) -> Scene:
    """Return a minute of needle EMG: noise with the spectrum of a real pause, a real unit's twitches."""
    background = same_spectrum(materials.needle_quiet, NEEDLE_RATE_HZ, chance)
    shape = scaled(materials.needle_shapes[0], snr * column_of_sd(background, NEEDLE_RATE_HZ))
    return add_twitches(background, NEEDLE_RATE_HZ, [shape], ChannelKind.NEEDLE_EMG, chance)


def rest_scene(materials: Materials, chance: np.random.Generator, duration_s: float = 60.0, channels: int = 1) -> Scene:
    """Return real rest."""
    background = surface_background(materials, chance, duration_s, channels)
    return rest(background, SURFACE_RATE_HZ, ChannelKind.SURFACE_EMG)


def fresh_rest_scene(materials: Materials, chance: np.random.Generator) -> Scene:
    """Return five minutes of noise with the spectrum of real rest, none of which comes twice."""
    return rest(fresh_background(materials, chance, LONG_S), SURFACE_RATE_HZ, ChannelKind.SURFACE_EMG)


def needle_rest_scene(materials: Materials, chance: np.random.Generator) -> Scene:
    """Return a minute of noise with the spectrum of a pause in a needle recording."""
    return rest(same_spectrum(materials.needle_quiet, NEEDLE_RATE_HZ, chance), NEEDLE_RATE_HZ, ChannelKind.NEEDLE_EMG)


def grid_rest_scene(materials: Materials, chance: np.random.Generator) -> Scene:
    """Return a minute of noise with the spectra of a grid at rest."""
    return rest(same_spectrum(materials.grid_rest, GRID_RATE_HZ, chance), GRID_RATE_HZ, ChannelKind.SURFACE_EMG)


DISTURBANCES: Mapping[str, Disturbance] = MappingProxyType({**BODY, **EQUIPMENT, **LOSSES})
TOGETHER = ("heartbeat", "mains 50 Hz", "movement", "voluntary")
"""Disturbances of the scenes that have several."""


def several(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Return the scene with heartbeat, mains, movement and contractions in one recording."""
    for name in TOGETHER:
        scene = DISTURBANCES[name](scene, materials, chance)
    return scene


def _disturbed(change: Disturbance, make: Maker) -> Maker:
    return lambda materials, chance: change(make(materials, chance), materials, chance)


def _surface(snr: float, channels: int = 1) -> Maker:
    return lambda materials, chance: surface_scene(materials, chance, snr, channels)


def _needle(snr: float) -> Maker:
    return lambda materials, chance: needle_scene(materials, chance, snr)


def _pairs(units: int) -> Maker:
    return lambda materials, chance: pairs_scene(materials, chance, units)


def _rest(duration_s: float, channels: int) -> Maker:
    return lambda materials, chance: rest_scene(materials, chance, duration_s, channels)


_CHANGES: Mapping[str, Disturbance] = MappingProxyType({**DISTURBANCES, "several": several})
SCENES: Mapping[str, Maker] = MappingProxyType(
    {
        **{f"single channel, SNR {snr}": _surface(float(snr)) for snr in (3, 5, 8, 15)},
        **{f"two channels, SNR {snr}": _surface(float(snr), 2) for snr in (5, 8)},
        **{f"needle, SNR {snr}": _needle(float(snr)) for snr in (5, 8, 15)},
        "pairs, one unit": _pairs(1),
        "pairs, two units": _pairs(2),
        "several units": several_units_scene,
        "several units, needle": several_needle_units_scene,
        "change of shape": changing_scene,
        "grid of 64": grid_scene,
        **{f"SNR 8 with {name}": _disturbed(change, _surface(8.0)) for name, change in _CHANGES.items()},
        "pairs with loud heartbeat": _disturbed(DISTURBANCES["loud heartbeat"], _pairs(2)),
        "needle with mains 50 Hz": _disturbed(DISTURBANCES["mains 50 Hz"], _needle(8.0)),
        "grid of 64 with mains 60 Hz": _disturbed(DISTURBANCES["mains 60 Hz"], grid_scene),
        "grid of 64 with cable": _disturbed(DISTURBANCES["cable"], grid_scene),
        **CLASSES,
        "rest": rest_scene,
        "rest, pairs": _rest(60.0, 2),
        "rest, needle": needle_rest_scene,
        "rest, grid of 64": grid_rest_scene,
        "rest, 5 minutes": _rest(LONG_S, 1),
        "rest, 5 minutes, nothing twice": fresh_rest_scene,
        **{f"rest with {name}": _disturbed(change, rest_scene) for name, change in _CHANGES.items()},
        "rest, pairs, with loud heartbeat": _disturbed(DISTURBANCES["loud heartbeat"], _rest(60.0, 2)),
        "rest, grid of 64, with cable": _disturbed(DISTURBANCES["cable"], grid_rest_scene),
    }
)
"""Every scene by name; those that begin with ``rest`` hold no twitch, with ``kind:`` show one kind."""

__all__ = ["DISTURBANCES", "SCENES", "Maker", "Scene", "real_rest", "rest_scene", "surface_scene"]
