"""Detectors that the benchmark compares: samples (channels, samples) and rate in, onsets in seconds out."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib.metadata import version
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.materials import Samples, band_passed
from benchmarks.detection.scenes import Scene
from myotwitch.detection import DetectionSettings, detect
from myotwitch.recordings import Channel, recording_from_array

MERGE_S = 0.010
TUNED_MAD_FACTOR = 4.0
"""Best F1 over the single-channel scenes of the set ``tune``, of 3, 3.5, 4, 4.5, 5 and 6."""
MOST_CHANNELS = 2
"""Tools made for one channel are asked about so many at most; 64 would take them minutes a scene."""
Peer = Callable[[Scene], NDArray[np.float64] | None]
"""Returns onsets, or None where the scene is not for it."""


def myotwitch_threshold(scene: Scene) -> NDArray[np.float64]:
    return detected(scene, DetectionSettings())


def detected(scene: Scene, settings: DetectionSettings) -> NDArray[np.float64]:
    """Onsets that this project's detector finds under given settings."""
    channels = [
        Channel(name=f"channel {row + 1}", sampling_rate_hz=scene.rate_hz, kind=scene.kind, unit="uV")
        for row in range(scene.samples.shape[0])
    ]
    recording = recording_from_array(scene.samples, scene.rate_hz, channels=channels)
    return detect(recording, settings).onset_s


def mad(factor: float) -> Peer:
    """Samples beyond so many robust SDs of the whole channel, channels merged."""

    def find(scene: Scene) -> NDArray[np.float64]:
        signal = np.abs(_filtered(scene))
        sd = np.median(signal, axis=1, keepdims=True) / 0.6745
        return _merged(np.flatnonzero((signal > factor * sd).any(axis=0)), scene.rate_hz)

    return find


def tkeo(scene: Scene) -> NDArray[np.float64]:
    """Teager-Kaiser energy beyond 12 robust SDs of itself."""
    signal = _filtered(scene)
    energy = signal[:, 1:-1] ** 2 - signal[:, :-2] * signal[:, 2:]
    middle = np.median(energy, axis=1, keepdims=True)
    sd = np.median(np.abs(energy - middle), axis=1, keepdims=True) / 0.6745
    return _merged(np.flatnonzero((energy - middle > 12 * sd).any(axis=0)) + 1, scene.rate_hz)


def neurokit(method: str, threshold: Callable[[Samples], float]) -> Peer:
    """NeuroKit2's `emg_activation`, put together from the public functions that it calls.

    `emg_activation` itself goes through its answer sample by sample in a table, which takes 4 s for a minute of one
    channel; the onsets are the same.
    """

    def find(scene: Scene) -> NDArray[np.float64]:
        import neurokit2

        onsets = [np.zeros(0, dtype=np.int64)]
        for row in scene.samples:
            amplitude = neurokit2.emg_amplitude(neurokit2.emg_clean(row, sampling_rate=int(scene.rate_hz)))
            active = neurokit2.signal_binarize(amplitude, method=method, threshold=threshold(amplitude))
            events = neurokit2.events_find(active, threshold=0.5, threshold_keep="above", duration_min=1)
            onsets.append(np.asarray(events["onset"], dtype=np.int64))
        return _merged(np.unique(np.concatenate(onsets)), scene.rate_hz)

    return find


def biosppy(scene: Scene) -> NDArray[np.float64]:
    """BioSPPy's `find_onsets` on its own filter, with its default threshold and a window of 10 ms.

    Its default window of 50 ms moves onsets by more than the tolerance. It gives beginnings and ends in turn.
    """
    from biosppy.signals import emg, tools

    onsets = [np.zeros(0, dtype=np.int64)]
    for row in scene.samples:
        clean, _, _ = tools.filter_signal(
            signal=row, ftype="butter", band="highpass", order=4, frequency=20.0, sampling_rate=scene.rate_hz
        )
        (found,) = emg.find_onsets(signal=clean, sampling_rate=scene.rate_hz, size=0.010)
        onsets.append(np.asarray(found, dtype=np.int64)[::2])
    return _merged(np.unique(np.concatenate(onsets)), scene.rate_hz)


def _filtered(scene: Scene) -> Samples:
    return band_passed(scene.samples, scene.rate_hz, 20.0, 450.0 if scene.rate_hz < 4000 else 1900.0)


def _merged(index: NDArray[np.int64], rate_hz: float) -> NDArray[np.float64]:
    """First of each run of samples that are closer than the merging time."""
    if not index.size:
        return np.zeros(0)
    is_first = np.concatenate(([True], np.diff(index) > MERGE_S * rate_hz))
    return np.asarray(index[is_first] / rate_hz)


def quietly(peer: Peer) -> Peer:
    """The peer without its warnings, on few channels; one that fails finds nothing."""

    def find(scene: Scene) -> NDArray[np.float64] | None:
        if scene.samples.shape[0] > MOST_CHANNELS:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return peer(scene)
            except (ValueError, IndexError):
                return np.zeros(0)

    return find


def versions() -> dict[str, str]:
    """Versions of everything that takes part."""
    return {name: version(name) for name in ("myotwitch", "neurokit2", "biosppy", "scipy", "numpy")}


PEERS: Mapping[str, Peer] = MappingProxyType(
    {
        "myotwitch threshold": myotwitch_threshold,
        "5×MAD": mad(5.0),
        f"{TUNED_MAD_FACTOR:g}×MAD, tuned": mad(TUNED_MAD_FACTOR),
        "TKEO, 12×MAD": tkeo,
        "NeuroKit2 threshold": quietly(neurokit("threshold", lambda amplitude: float(np.std(amplitude)) / 10)),
        "NeuroKit2 mixture": quietly(neurokit("mixture", lambda amplitude: 0.33)),
        "BioSPPy": quietly(biosppy),
    }
)
"""Every detector by the name in the table; a new one is one function and one entry."""
