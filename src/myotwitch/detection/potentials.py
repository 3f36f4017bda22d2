"""Potentials of one channel, one by one, sorted into trains of like potentials.

For activity that goes on and on: there are many potentials, most stand far out, and their shape may drift. The second
pass (`second_pass`) is for the few that stand out little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.detection.background import Floats
from myotwitch.detection.firing import is_locked
from myotwitch.detection.peaks import find_peaks

APART_S = 0.0025
AROUND_S = 0.5
LEAST_SHARE = 0.25
"""Peaks smaller than this share of the high ones within half a second are left to the noise and to what lies far."""
HIGH_QUANTILE = 0.9
NEEDLE_SPAN_S = (0.0025, 0.0035)
SURFACE_SPAN_S = (0.005, 0.008)
"""What is compared of a potential, before and after its peak; potentials on the skin are longer."""
EDGE = 4
"""Samples kept on both sides while a potential is moved by a part of a sample."""
LIKE = 0.2
"""Share of its amplitude by which a potential may differ from its train, beside the noise."""
LARGEST_GAIN = 1.25
LEARNING_SHARE = 0.25
"""Share of each new potential in the shape of its train, which so follows slow change."""
MOST_TRAINS = 64
LOCKED_S = 0.020
LOCKED_WITHIN_S = 0.0012
FEWEST_LOCKED = 5
SURE_COUNT = 4.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Potentials:
    """Potentials of a channel in order of time.

    Parameters
    ----------
    place
        Of the peak, in parts of a sample.
    height
        Of the peak **[noise SDs]**, positive.
    train
        Number of the train of like potentials; -1 where it is like too few.
    sign
        1 where the peaks of this channel are positive, else -1.
    """

    place: Floats
    height: Floats
    train: NDArray[np.int64]
    sign: int

    def __len__(self) -> int:
        return int(self.place.size)

    def where(self, chosen: NDArray[np.bool_]) -> Potentials:
        """Return the chosen ones."""
        return Potentials(
            place=self.place[chosen], height=self.height[chosen], train=self.train[chosen], sign=self.sign
        )


def sorted_potentials(
    trace: NDArray[np.float32], rate_hz: float, factor: float, *, is_needle: bool, sign: int = 0
) -> Potentials:
    """Return the potentials of a trace in noise SDs that stand out by `factor`, sorted into trains.

    Peaks are those of one `sign`, 1 or -1; 0 takes that of the largest deflections.

    Method
    ------
    Peaks at least 2.5 ms apart and a quarter of the high ones around. Each is
    moved to the middle between samples, compared with the trains before, and joins the one whose shape it has but for
    noise and a fifth of its amplitude, or begins a new one. A train that always follows or precedes a larger one by the
    same time is a part of that one's potential, and dropped.
    """
    sign = sign or (1 if _mean_of_largest(trace) >= _mean_of_largest(-trace) else -1)
    upright = trace if sign > 0 else -trace
    peaks, snippets, shift = _snippets(upright, _high_peaks(upright, rate_hz, factor), rate_hz, is_needle=is_needle)
    train = _trains(snippets, LIKE, LARGEST_GAIN, LEARNING_SHARE, MOST_TRAINS)
    height = upright[peaks].astype(np.float64)
    place = peaks + shift
    is_part = np.isin(train, list(_parts(train, place / rate_hz, height)))
    return Potentials(place=place[~is_part], height=height[~is_part], train=train[~is_part], sign=sign)


def _mean_of_largest(trace: NDArray[np.float32], count: int = 50) -> float:
    count = min(count, trace.size)
    return float(np.partition(trace, trace.size - count)[trace.size - count :].mean()) if count else 0.0


def _high_peaks(upright: NDArray[np.float32], rate_hz: float, factor: float) -> NDArray[np.int64]:
    peaks = find_peaks(upright, least=factor, apart=max(1, int(APART_S * rate_hz)))
    reach = AROUND_S * rate_hz
    height = upright[peaks]
    first, last = np.searchsorted(peaks, peaks - reach), np.searchsorted(peaks, peaks + reach)
    high = np.array([np.quantile(height[a:b], HIGH_QUANTILE) for a, b in zip(first, last, strict=True)])
    return np.asarray(peaks[height >= LEAST_SHARE * high] if peaks.size else peaks, dtype=np.int64)


def _snippets(
    upright: NDArray[np.float32], peaks: NDArray[np.int64], rate_hz: float, *, is_needle: bool
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return the peaks with enough signal around, that signal with the peak in its middle, and by how much it moved."""
    span_s = NEEDLE_SPAN_S if is_needle else SURFACE_SPAN_S
    before, after = (int(np.ceil(seconds * rate_hz)) for seconds in span_s)
    peaks = peaks[(peaks >= before + EDGE) & (peaks < upright.size - after - EDGE)]
    if not peaks.size:
        return peaks, np.zeros((0, before + after + 1)), np.zeros(0)
    around = np.arange(-before - EDGE, after + EDGE + 1)
    wide = upright[peaks[:, np.newaxis] + around].astype(np.float64)
    middle = before + EDGE
    left, top, right = wide[:, middle - 1], wide[:, middle], wide[:, middle + 1]
    curvature = left - 2 * top + right
    shift = np.clip(np.where(curvature < 0, 0.5 * (left - right) / np.minimum(curvature, -1e-9), 0.0), -0.5, 0.5)
    turned = np.fft.rfft(wide, axis=1) * np.exp(2j * np.pi * np.fft.rfftfreq(around.size) * shift[:, np.newaxis])
    return peaks, np.fft.irfft(turned, around.size, axis=1)[:, EDGE:-EDGE].copy(), shift


@njit(cache=True, nogil=True)
def _trains(snippets: Floats, like: float, gain: float, learning: float, most: int) -> NDArray[np.int64]:
    """Return the train of each potential; those that are like none when there are as many as may be get -1."""
    count, length = snippets.shape
    shapes, energies, members = np.zeros((most, length)), np.zeros(most), np.zeros(most)
    train = np.full(count, -1, dtype=np.int64)
    noise = 0.8 * length * (1 + 3 * np.sqrt(2 / max(length, 1)))
    trains = 0
    for row in range(count):
        own = snippets[row]
        energy = np.dot(own, own)
        best, least = -1, 1.0
        for known in range(trains):
            product = np.dot(shapes[known], own)
            size = min(max(product / max(energies[known], 1e-12), 1 / gain), gain)
            left = energy - 2 * size * product + size * size * energies[known]
            limit = noise * (1 + 1 / min(members[known], 4.0)) + like * like * max(energies[known], energy)
            if left < least * limit:
                best, least = known, left / limit
        if best < 0 and trains < most:
            best = trains
            trains += 1
            shapes[best] = own
        elif best >= 0:
            shapes[best] = (1 - learning) * shapes[best] + learning * own
        if best >= 0:
            members[best] += 1
            energies[best] = np.dot(shapes[best], shapes[best])
            train[row] = best
    return train


def _parts(train: NDArray[np.int64], time_s: Floats, height: Floats) -> set[int]:
    """Return the trains that are a part of the potentials of a larger one."""
    numbers, counts = np.unique(train[train >= 0], return_counts=True)
    numbers = numbers[counts >= FEWEST_LOCKED]
    size = {int(number): float(height[train == number].mean()) for number in numbers}
    ascending = sorted(size, key=lambda number: size[number])
    parts: set[int] = set()
    for place, small in enumerate(ascending):
        own = time_s[train == small]
        for large in ascending[place + 1 :]:
            if large not in parts and is_locked(own, time_s[train == large], LOCKED_S, LOCKED_WITHIN_S):
                parts.add(small)
                break
    return parts
