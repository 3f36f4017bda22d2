"""Detectors that the benchmark compares, by name: a scene in, an `Answer` out."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType

import numpy as np

from benchmarks.detection.answer import Answer, Peer
from benchmarks.detection.ceiling import ceiling
from benchmarks.detection.scene import Scene
from benchmarks.detection.simple import mad, tkeo
from benchmarks.detection.sorters import spikeinterface_sorter, spikeinterface_threshold
from benchmarks.detection.spiqe import spiqe_idea
from benchmarks.detection.tools import biosppy, neurokit, quietly
from myotwitch.detection import DetectionSettings, detect
from myotwitch.recordings import Channel, Recording, recording_from_array
from myotwitch.twitches import ExclusionReason

TUNED_MAD_FACTOR = 4.0
"""Best F1 over the single-channel scenes of the set ``tune``, of 3, 3.5, 4, 4.5, 5 and 6."""
PACKAGES = ("myotwitch", "neurokit2", "biosppy", "spikeinterface", "scipy", "numpy")


def myotwitch(scene: Scene) -> Answer:
    """What this project's detector finds with its settings as they are."""
    return detected(scene, DetectionSettings())


def detected(scene: Scene, settings: DetectionSettings) -> Answer:
    """What this project's detector finds under given settings.

    Every row counts as a twitch, whatever its kind: what is refused has to be left out.
    """
    found = detect(as_recording(scene), settings)
    voluntary = tuple(
        (stretch.start_s, stretch.stop_s)
        for stretch in found.observation.excluded
        if stretch.reason is ExclusionReason.VOLUNTARY
    )
    return Answer(
        onset_s=found.onset_s,
        source=found.source,
        kinds=found.kind,
        confidence=found.confidence,
        voluntary_s=voluntary,
        analysed_share=found.observation.analysed_s / found.observation.recorded_s,
    )


def as_recording(scene: Scene) -> Recording:
    """Return the scene as a recording; channels are named by number only."""
    channels = [
        Channel(name=f"channel {row + 1}", sampling_rate_hz=scene.rate_hz, kind=scene.channel_kind, unit="uV")
        for row in range(scene.samples.shape[0])
    ]
    return recording_from_array(scene.samples, scene.rate_hz, channels=channels)


def versions() -> dict[str, str]:
    """Versions of everything that takes part."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


PEERS: Mapping[str, Peer] = MappingProxyType(
    {
        "myotwitch": myotwitch,
        "SPiQE's idea (ours)": spiqe_idea(),
        "5×MAD": mad(5.0),
        f"{TUNED_MAD_FACTOR:g}×MAD, tuned": mad(TUNED_MAD_FACTOR),
        "TKEO, 12×MAD": tkeo,
        "NeuroKit2 threshold": quietly(neurokit("threshold", lambda amplitude: float(np.std(amplitude)) / 10)),
        "NeuroKit2 mixture": quietly(neurokit("mixture", lambda amplitude: 0.33)),
        "BioSPPy": quietly(biosppy),
        "SpikeInterface threshold": spikeinterface_threshold,
        "SpikeInterface Tridesclous 2": spikeinterface_sorter,
        "ceiling": ceiling,
    }
)
"""Every detector by the name in the table; a new one is one function and one entry."""
NAMING = frozenset({"myotwitch"})
"""Those that say what kind an event is; only they are asked about scenes that show a kind."""
