"""SPiQE's published idea, written here: an amplitude threshold that follows the noise of each channel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.answer import Answer, Peer, onsets_only
from benchmarks.detection.materials import Samples
from benchmarks.detection.scene import Scene
from benchmarks.detection.simple import MERGE_S, filtered, onsets_before

WINDOW_S = 1.0
"""Noise is measured anew in every window of this length."""
MOST_NOISE_UV = 100.0
"""Amplitude exclusion threshold: louder windows are left out **[uV]**."""
FACTOR = 4.5
"""Inclusion threshold in noise SDs: of `FACTORS`, best F1 over the undisturbed scenes of the set ``tune``."""
FACTORS = (3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 7.0)
"""What was tried."""


def spiqe_idea(factor: float = FACTOR, most_noise_uv: float = MOST_NOISE_UV) -> Peer:
    """Return a detector with a threshold that follows the noise of each channel.

    Method
    ------
    SPiQE counts a potential where its amplitude passes an inclusion threshold that responds to the noise of the
    moment, and leaves out data whose noise passes an exclusion threshold of 100 uV. That is all that could be read.
    Ours, not theirs: noise is the robust SD of a second, interpolated between seconds; the inclusion threshold is a
    multiple of it, chosen on the set ``tune`` as theirs was fitted to their recordings; crossings within 10 ms on
    whatever channels are one event; its onset is where the largest channel passes a third of its peak.

    Limits
    ------
    This is not SPiQE, and its figures are not SPiQE's. AVID, the exclusion of voluntary activity by the same authors,
    is not in it: its rules could not be read. Scenes of rest at hand have a nominal scale; none comes near 100 uV.

    Sources
    -------
    Bashford J et al. (2019) Clinical Neurophysiology 130:1083-1090, doi 10.1016/j.clinph.2019.03.032 (abstract and
    highlights); sensitivity 83.6 %, specificity 91.6 % on its own recordings.
    """

    def find(scene: Scene) -> Answer:
        signal = filtered(scene)
        noise, is_loud = _noise(signal, scene.rate_hz, most_noise_uv)
        height = np.where(is_loud, 0.0, np.abs(signal)) / np.maximum(noise, 1e-9)
        beyond = np.flatnonzero((height > factor).any(axis=0))
        return onsets_only(onsets_before(height, beyond, scene.rate_hz, MERGE_S))

    return find


def _noise(signal: Samples, rate_hz: float, most_uv: float) -> tuple[Samples, NDArray[np.bool_]]:
    """The noise SD at every sample of every channel, and where it is too loud to look."""
    window = round(WINDOW_S * rate_hz)
    count = max(1, signal.shape[1] // window)
    starts = np.linspace(0, max(signal.shape[1] - window, 0), count).astype(np.int64)
    sd = np.array([np.median(np.abs(signal[:, start : start + window]), axis=1) / 0.6745 for start in starts]).T
    place = np.arange(signal.shape[1])
    noise = np.array([np.interp(place, starts + window / 2, row) for row in sd])
    return noise, noise > most_uv
