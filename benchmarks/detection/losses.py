"""Disturbances from the equipment that replace the signal: clipping, stillness, loss, garbage, repeats."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.backgrounds import column_of_sd
from benchmarks.detection.disturbances import Disturbance
from benchmarks.detection.materials import Materials
from benchmarks.detection.scene import Refusal, Scene, disturbed, within

LOUD_S = (20.0, 26.0)
"""Where the disturbance of a scene lies that does not last."""
Spans = list[tuple[int, int]]


def with_clipping(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Cut a loud stretch off at the range of the converter; twitches within it do not count."""
    del materials
    sd = column_of_sd(scene.samples, scene.rate_hz)
    first, last = round(LOUD_S[0] * scene.rate_hz), round((LOUD_S[0] + 2) * scene.rate_hz)
    samples = scene.samples.copy()
    samples[:, first:last] += 100 * sd * chance.standard_normal(samples[:, first:last].shape)
    return _replaced(scene, np.clip(samples, -80 * sd, 80 * sd), [(first, last)], "clipping", 0.2)


def with_flat(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Let the signal stand still for some seconds; twitches within them do not count."""
    del materials, chance
    samples = scene.samples.copy()
    first, last = (round(time * scene.rate_hz) for time in LOUD_S)
    samples[:, first:last] = samples[:, first : first + 1]
    return _replaced(scene, samples, [(first, last)], "flat", 0.1)


def lost_as(value: float) -> Disturbance:
    """Return what loses two to eight stretches of 5 ms to 4 s on all channels, as a radio link does."""

    def lose(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
        del materials
        samples = scene.samples.copy()
        spans = _spans(scene, chance, int(chance.integers(2, 9)), (0.005, 4.0))
        for first, last in spans:
            samples[:, first:last] = value
        return _replaced(scene, samples, spans, "missing", 0.03)

    return lose


def with_garbage(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Replace up to four stretches by random numbers over the whole range, one of them at the end.

    So end fifteen records of EMGLAB N2001: numbers of full scale for the last 0.2 to 0.3 s.
    """
    del materials
    samples = scene.samples.copy()
    scale = column_of_sd(scene.background, scene.rate_hz) * chance.uniform(100, 3000)
    spans = _spans(scene, chance, int(chance.integers(0, 4)), (0.05, 1.0))
    spans.append((samples.shape[1] - round(chance.uniform(0.2, 0.5) * scene.rate_hz), samples.shape[1]))
    for first, last in spans:
        samples[:, first:last] = scale * chance.uniform(-1, 1, (samples.shape[0], last - first))
    return _replaced(scene, samples, spans, "garbage", 0.03)


def with_repeats(scene: Scene, materials: Materials, chance: np.random.Generator) -> Scene:
    """Write a block over the time that follows it, once or several times, as a failed transfer does.

    Twitches of the first copy are real; what is found in later copies is false.
    """
    del materials
    samples, spans = scene.samples.copy(), []
    for first, last in _spans(scene, chance, int(chance.integers(1, 4)), (0.25, 2.5)):
        length = last - first
        copies = int(min(chance.integers(1, 6), (samples.shape[1] - last) // length))
        for copy in range(copies):
            samples[:, last + copy * length : last + (copy + 1) * length] = samples[:, first:last]
        spans.append((last, last + copies * length))
    gone = within(scene.onset_s, [(first / scene.rate_hz, last / scene.rate_hz) for first, last in spans], 0.0)
    without = disturbed(scene, samples, hidden=gone)
    return _replaced(without, samples, [span for span in spans if span[1] > span[0]], "repeated", 0.03)


def _spans(scene: Scene, chance: np.random.Generator, count: int, length_s: tuple[float, float]) -> Spans:
    """Separate stretches of random length (even on a logarithmic scale), not in the first or last second."""
    spans: Spans = []
    total = scene.samples.shape[1]
    slot = (total - 2 * scene.rate_hz) / max(count, 1)
    for number in range(count):
        length = min(np.exp(chance.uniform(*np.log(length_s))) * scene.rate_hz, 0.4 * slot)
        first = round(scene.rate_hz + slot * number + chance.uniform(0, slot - length))
        spans.append((first, first + max(1, round(length))))
    return spans


def _replaced(scene: Scene, samples: np.ndarray, spans: Spans, reason: str, margin_s: float) -> Scene:
    spans_s = [(first / scene.rate_hz, last / scene.rate_hz) for first, last in spans]
    refusals = tuple(Refusal(start_s=start_s, stop_s=stop_s, reason=reason) for start_s, stop_s in spans_s)
    return disturbed(scene, samples, refusals, within(scene.onset_s, spans_s, margin_s))


LOSSES = {
    "clipping": with_clipping,
    "flat": with_flat,
    "lost (NaN)": lost_as(float("nan")),
    "lost (zeros)": lost_as(0.0),
    "garbage": with_garbage,
    "repeats": with_repeats,
}
"""What equipment makes of the signal, by name."""
