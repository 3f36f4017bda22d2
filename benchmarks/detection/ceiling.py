"""The ceiling: a matched filter that knows the true shapes, the noise and the best threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz
from scipy.signal import fftconvolve, lfilter

from benchmarks.detection.answer import Answer
from benchmarks.detection.figures import TOLERANCE_S
from benchmarks.detection.materials import Samples
from benchmarks.detection.scene import Scene
from benchmarks.detection.twitching import later
from myotwitch.scoring import match_events
from myotwitch.twitches import Kind

ORDER_S = 0.020
"""Memory of the model of the noise."""
LEAST_GAIN = 3.0
"""Log likelihood ratio from which an event is looked at **[nat]**."""
MOST_PASSES = 12
SAME_UNIT_S = 0.003
"""A unit does not fire twice within this time."""
THRESHOLDS = 40


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Template:
    """A whitened potential: shape (components, samples), of which unit, and how far its onset lies within it."""

    samples: Samples
    unit: int
    onset: float


def ceiling(scene: Scene) -> Answer | None:
    """Return what a detector finds that knows the shapes of all units and the noise, and hears no disturbance.

    Method
    ------
    Noise without twitches gives the filter that whitens it: an autoregression over 20 ms, the same for all channels,
    then the inverse root of what is left between channels. Where an event would raise the log likelihood most, its
    unit's potential is taken off, at whole and half samples; what is left is searched again. Of all thresholds on the
    rise of log likelihood that one is taken which gives the best F1 against the truth.

    Limits
    ------
    Sizes that vary from discharge to discharge are taken as their mean. Scenes that show a kind of activity other
    than fasciculation are left out: their trains overlap too closely for this search.
    """
    if any(kind is not Kind.FASCICULATION for kind in scene.kinds):
        return None
    if not scene.shapes:
        return Answer(onset_s=np.zeros(0), source=np.zeros(0, dtype=np.int64))
    signal, templates = _whitened(scene)
    start, unit, gain = _peeled(signal, templates, round(SAME_UNIT_S * scene.rate_hz))
    onset_s = start / scene.rate_hz
    is_best = gain >= _best_threshold(onset_s, gain, np.concatenate((scene.onset_s, scene.uncounted_s)))
    return Answer(onset_s=onset_s[is_best], source=unit[is_best])


def _whitened(scene: Scene) -> tuple[Samples, list[Template]]:
    """The recording and the templates in a few components in which noise is white and of unit SD."""
    noise = scene.background - scene.background.mean(axis=1, keepdims=True)
    scale = noise.std(axis=1, keepdims=True)
    memory = round(ORDER_S * scene.rate_hz)
    taps = _prediction_error_filter(noise / scale, memory)
    left = lfilter(taps, 1.0, noise / scale, axis=1)[:, memory:]
    values, vectors = np.linalg.eigh(np.cov(left).reshape(len(left), -1))
    mix = vectors / np.sqrt(np.maximum(values, 1e-3 * values.max())) @ vectors.T
    rows = []
    for number, (unit, shape) in enumerate([*enumerate(scene.shapes), *scene.variants]):
        if number < len(scene.shapes) and any(unit == other for other, _ in scene.variants):
            continue
        for fraction in (0.0, 0.5):
            moved = later(shape.samples, fraction) if fraction else shape.samples
            padded = np.pad(moved / scale, ((0, 0), (0, memory)))
            rows.append((unit, shape.onset + fraction, mix @ lfilter(taps, 1.0, padded, axis=1)))
    span = np.linalg.svd(np.hstack([samples for _, _, samples in rows]), full_matrices=False)
    basis = span[0][:, span[1] > 1e-6 * span[1][0]].T
    signal = lfilter(taps, 1.0, scene.plain / scale, axis=1)
    templates = [Template(samples=basis @ samples, unit=unit, onset=onset) for unit, onset, samples in rows]
    return (basis @ mix) @ signal, templates


def _prediction_error_filter(noise: Samples, order: int) -> Samples:
    """What makes the noise white: its samples less what the ones before foretell."""
    spectrum = np.mean(np.abs(np.fft.rfft(noise, 2 * noise.shape[1], axis=1)) ** 2, axis=0)
    covariance = np.fft.irfft(spectrum)[: order + 1]
    covariance[0] *= 1 + 1e-6
    return np.concatenate(([1.0], -solve_toeplitz(covariance[:-1], covariance[1:])))


def _peeled(
    signal: Samples, templates: list[Template], same: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Onset place, unit and gain of every event, in order of their finding."""
    signal = signal.copy()
    half = [0.5 * float(np.sum(template.samples**2)) for template in templates]
    reach = max(template.samples.shape[1] for template in templates)
    taken = np.zeros((max(template.unit for template in templates) + 1, signal.shape[1]), dtype=bool)
    found: list[tuple[float, int, float]] = []
    for _ in range(MOST_PASSES):
        gain = np.array([_gain(signal, template) - half[row] for row, template in enumerate(templates)])
        for row, template in enumerate(templates):
            gain[row][taken[template.unit][: gain.shape[1]]] = -np.inf
        places = _separate_peaks(gain.max(axis=0), reach)
        if not places.size:
            break
        for place in places.tolist():
            row = int(gain[:, place].argmax())
            template = templates[row]
            stop = min(place + template.samples.shape[1], signal.shape[1])
            signal[:, place:stop] -= template.samples[:, : stop - place]
            taken[template.unit, max(0, place - same) : place + same + 1] = True
            found.append((place + template.onset, template.unit, float(gain[row, place])))
    columns = np.array(found, dtype=np.float64).reshape(-1, 3)
    return columns[:, 0], columns[:, 1].astype(np.int64), columns[:, 2]


def _gain(signal: Samples, template: Template) -> Samples:
    """Correlation of the signal with the template at every place at which it may begin."""
    padded = np.pad(signal, ((0, 0), (0, template.samples.shape[1] - 1)))
    return np.asarray(fftconvolve(padded, template.samples[:, ::-1], "valid", axes=1).sum(axis=0))


def _separate_peaks(best: Samples, reach: int) -> NDArray[np.int64]:
    """Places of gains that are the largest within the reach of a template."""
    places = np.flatnonzero(best >= LEAST_GAIN)
    order = places[np.argsort(-best[places], kind="stable")]
    blocked = np.zeros(best.size, dtype=bool)
    kept = []
    for place in order.tolist():
        if not blocked[place]:
            kept.append(place)
        blocked[max(0, place - reach) : place + reach + 1] = True
    return np.array(kept, dtype=np.int64)


def _best_threshold(onset_s: NDArray[np.float64], gain: NDArray[np.float64], true_s: NDArray[np.float64]) -> float:
    """The threshold with the best F1."""
    best, best_f1 = np.inf, -1.0
    for threshold in np.quantile(gain, np.linspace(0, 1, THRESHOLDS)) if gain.size else []:
        kept = onset_s[gain >= threshold]
        score = 2 * len(match_events(kept, true_s, TOLERANCE_S)) / max(kept.size + true_s.size, 1)
        if score > best_f1:
            best, best_f1 = float(threshold), score
    return best
