"""Tools that others made, called with their defaults."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from benchmarks.detection.answer import Answer, Peer, onsets_only
from benchmarks.detection.materials import Samples
from benchmarks.detection.scene import Scene
from benchmarks.detection.simple import merged, without_losses

MOST_CHANNELS = 2
"""Tools made for one channel are asked about so many at most; 64 would take them minutes a scene."""


def neurokit(method: str, threshold: Callable[[Samples], float]) -> Peer:
    """NeuroKit2's `emg_activation`, put together from the public functions that it calls.

    `emg_activation` itself goes through its answer sample by sample in a table, which takes 4 s for a minute of one
    channel; the onsets are the same.
    """

    def find(scene: Scene) -> Answer:
        import neurokit2

        onsets = [np.zeros(0, dtype=np.int64)]
        for row in without_losses(scene):
            amplitude = neurokit2.emg_amplitude(neurokit2.emg_clean(row, sampling_rate=int(scene.rate_hz)))
            active = neurokit2.signal_binarize(amplitude, method=method, threshold=threshold(amplitude))
            events = neurokit2.events_find(active, threshold=0.5, threshold_keep="above", duration_min=1)
            onsets.append(np.asarray(events["onset"], dtype=np.int64))
        return onsets_only(merged(np.unique(np.concatenate(onsets)), scene.rate_hz))

    return find


def biosppy(scene: Scene) -> Answer:
    """BioSPPy's `find_onsets` on its own filter, with its default threshold and a window of 10 ms.

    Its default window of 50 ms moves onsets by more than the tolerance. It gives beginnings and ends in turn.
    """
    from biosppy.signals import emg, tools

    onsets = [np.zeros(0, dtype=np.int64)]
    for row in without_losses(scene):
        clean, _, _ = tools.filter_signal(
            signal=row, ftype="butter", band="highpass", order=4, frequency=20.0, sampling_rate=scene.rate_hz
        )
        (found,) = emg.find_onsets(signal=clean, sampling_rate=scene.rate_hz, size=0.010)
        onsets.append(np.asarray(found, dtype=np.int64)[::2])
    return onsets_only(merged(np.unique(np.concatenate(onsets)), scene.rate_hz))


def quietly(peer: Peer) -> Peer:
    """The peer without its warnings, on few channels; one that fails finds nothing."""

    def find(scene: Scene) -> Answer | None:
        if scene.samples.shape[0] > MOST_CHANNELS:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return peer(scene)
            except (ValueError, IndexError):
                return onsets_only(np.zeros(0))

    return find
