"""Detectors by a threshold, written here with usual settings: robust SDs, and Teager-Kaiser energy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.answer import Answer, Peer, onsets_only
from benchmarks.detection.materials import Samples, band_passed
from benchmarks.detection.scene import Scene

MERGE_S = 0.010
PAUSE_S = 0.0025


def mad(factor: float) -> Peer:
    """Samples beyond so many robust SDs of the whole channel, channels merged."""

    def find(scene: Scene) -> Answer:
        signal = np.abs(filtered(scene))
        sd = np.median(signal, axis=1, keepdims=True) / 0.6745
        return onsets_only(merged(np.flatnonzero((signal > factor * sd).any(axis=0)), scene.rate_hz))

    return find


def tkeo(scene: Scene) -> Answer:
    """Teager-Kaiser energy beyond 12 robust SDs of itself."""
    signal = filtered(scene)
    energy = signal[:, 1:-1] ** 2 - signal[:, :-2] * signal[:, 2:]
    middle = np.median(energy, axis=1, keepdims=True)
    sd = np.median(np.abs(energy - middle), axis=1, keepdims=True) / 0.6745
    return onsets_only(merged(np.flatnonzero((energy - middle > 12 * sd).any(axis=0)) + 1, scene.rate_hz))


def filtered(scene: Scene) -> Samples:
    """Return the scene in the usual band: 20 to 450 Hz, of a needle to 1900 Hz; lost samples as zeros."""
    high_hz = 450.0 if scene.rate_hz < 4000 else 1900.0
    return band_passed(without_losses(scene), scene.rate_hz, 20.0, high_hz)


def without_losses(scene: Scene) -> Samples:
    """Return the samples with zeros where they are lost: no detector but ours knows what NaN is."""
    return np.nan_to_num(scene.samples)


def merged(index: NDArray[np.int64], rate_hz: float) -> NDArray[np.float64]:
    """Return the first of each run of samples that are closer than the merging time, in seconds."""
    if not index.size:
        return np.zeros(0)
    is_first = np.concatenate(([True], np.diff(index) > MERGE_S * rate_hz))
    return np.asarray(index[is_first] / rate_hz)


def onsets_before(
    height: Samples, beyond: NDArray[np.int64], rate_hz: float, merge_s: float = MERGE_S
) -> NDArray[np.float64]:
    """Return an onset **[s]** for each run of places that are closer than the merging time.

    It is where the channel that is largest in the run first passes a third of its peak, up to 12 ms before it and
    without a pause of more than 2.5 ms: nearly the benchmark's rule for onsets, so that detectors of peaks are not
    judged by where in a potential they look.
    """
    if not beyond.size:
        return np.zeros(0)
    back = round(0.012 * rate_hz)
    onsets = []
    for run in np.split(beyond, np.flatnonzero(np.diff(beyond) > merge_s * rate_hz) + 1):
        here = height[:, run[0] : run[-1] + 1]
        channel, offset = np.unravel_index(here.argmax(), here.shape)
        peak = int(run[0] + offset)
        first = max(0, min(peak, int(run[0])) - back)
        rising = np.flatnonzero(height[channel, first : peak + 1] >= here[channel, offset] / 3)
        pauses = np.flatnonzero(np.diff(rising) > PAUSE_S * rate_hz)
        onsets.append((first + rising[pauses[-1] + 1 if pauses.size else 0]) / rate_hz)
    return np.array(onsets)
