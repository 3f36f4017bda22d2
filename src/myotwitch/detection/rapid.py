"""Rapid runs: one potential that comes so fast that the next begins before it has ended.

Peaks that are compared one by one would each have the neighbours in its shape; here the signal is compared with itself
a little later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Floats

WINDOW_S = 0.100
STEP_S = 0.050
PERIODS_S = (1 / 400, 1 / 60)
"""Periods that are looked for; the slower end is there so that slow rhythms are not taken for a fast one."""
FASTEST_SLOW_S = 1 / 100
"""Longest period of a rapid run."""
LEAST_LIKENESS = 0.6
LEAST_ENERGY = 2.5
"""Mean square of a window **[noise SDs²]** in which a run is seen."""
FADING_LIKENESS = 0.4
FADING_ENERGY = 1.4
"""The same where a run that was seen goes on."""
SAME_PERIOD = 0.3
NEARLY_BEST = 0.9
LEAST_DIP = 0.4
"""By which likeness must have fallen before it rises again: a slow wave is like itself a little later as well."""
NEXT_PEAK = (0.65, 1.4)
"""Where the next peak is sought, in periods from the one before."""
LEAST_TO_LAST = 0.3
LEAST_HEIGHT = 2.5
"""Median height of the peaks of a run **[noise SDs]**; lower ones are noise."""
WINDOWS_AT_ONCE = 2000
MISSING_WINDOWS = 2
FEWEST_WINDOWS = 2
FEWEST_DISCHARGES = 8


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RapidRun:
    """A run of like potentials.

    Parameters
    ----------
    place
        Of each discharge's peak, in samples.
    height
        Of each **[noise SDs]**.
    likeness
        Correlation of the run with itself one period later, noise allowed for; median over the run.
    """

    place: NDArray[np.int64]
    height: Floats
    likeness: float


def rapid_runs(trace: NDArray[np.float32], rate_hz: float, sign: int) -> list[RapidRun]:
    """Return the runs of 100 to 400 discharges a second in a trace of noise SDs.

    Method
    ------
    Windows of 0.1 s are correlated with themselves; the shortest lag at which the correlation is nearly the best is the
    period. Windows next to each other with like periods make a run, in which peaks are followed from one to the next.
    """
    size, step = round(WINDOW_S * rate_hz), max(1, round(STEP_S * rate_hz))
    if trace.size < 2 * size:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(trace, size)[::step]
    period, likeness, energy = np.zeros(len(windows)), np.zeros(len(windows)), np.zeros(len(windows))
    for first in range(0, len(windows), WINDOWS_AT_ONCE):
        part = slice(first, first + WINDOWS_AT_ONCE)
        period[part], likeness[part], energy[part] = _periods(windows[part].astype(np.float64), rate_hz)
    is_fast = (period > 0) & (period <= FASTEST_SLOW_S * rate_hz)
    is_seen = is_fast & (likeness >= LEAST_LIKENESS) & (energy >= LEAST_ENERGY)
    goes_on = is_fast & (likeness >= FADING_LIKENESS) & (energy >= FADING_ENERGY)
    runs = []
    for first, last in _runs(is_seen, goes_on, period):
        upright = sign * trace[first * step : last * step + size]
        course = np.interp(
            np.arange(upright.size), np.arange(last - first + 1) * step + size / 2, period[first : last + 1]
        )
        for places in _all_followed(upright, course, size):
            whole = places + first * step
            runs.append(
                RapidRun(
                    place=whole,
                    height=sign * trace[whole].astype(np.float64),
                    likeness=float(np.median(likeness[first : last + 1])),
                )
            )
    return runs


def _periods(windows: Floats, rate_hz: float) -> tuple[Floats, Floats, Floats]:
    """Return the period of each window in samples (0 for none), its likeness to itself then, and its mean square."""
    size = windows.shape[1]
    shortest, longest = max(2, int(PERIODS_S[0] * rate_hz)), min(int(PERIODS_S[1] * rate_hz) + 1, size - 2)
    energy = np.concatenate((np.zeros((len(windows), 1)), np.cumsum(windows**2, axis=1)), axis=1)
    mean = energy[:, -1] / size
    lags = np.arange(1, longest + 2)
    spectrum = np.abs(np.fft.rfft(windows, 2 * size, axis=1)) ** 2
    product = np.fft.irfft(spectrum, 2 * size, axis=1)[:, lags]
    own = np.sqrt(np.maximum(energy[:, size - lags] * (energy[:, -1:] - energy[:, lags]), 1e-12))
    signal_share = np.maximum(1 - 1 / np.maximum(mean, 1e-9), 0.05)
    like = product / own / signal_share[:, np.newaxis]
    dip = np.minimum.accumulate(like, axis=1)[:, shortest - 2 : -2]
    before, inner, after = like[:, shortest - 2 : -2], like[:, shortest - 1 : -1], like[:, shortest:]
    is_top = (inner >= before) & (inner >= after) & (inner - dip >= LEAST_DIP)
    tops = np.where(is_top, inner, -1.0)
    best = tops.max(axis=1)
    chosen = np.argmax((tops >= NEARLY_BEST * best[:, np.newaxis]) & is_top, axis=1)
    return np.where(best > 0, chosen + shortest, 0.0), np.clip(best, 0.0, 1.0), mean


def _runs(is_seen: NDArray[np.bool_], goes_on: NDArray[np.bool_], period: Floats) -> list[tuple[int, int]]:
    """Return the first and last window of each run of windows with like periods of which at least two are seen."""
    runs: list[list[int]] = []
    for row in np.flatnonzero(is_seen | goes_on):
        near = bool(runs) and row - runs[-1][-1] <= MISSING_WINDOWS
        if near and abs(period[row] / period[runs[-1][-1]] - 1) <= SAME_PERIOD:
            runs[-1].append(int(row))
        else:
            runs.append([int(row)])
    return [(run[0], run[-1]) for run in runs if is_seen[run].sum() >= FEWEST_WINDOWS]


def _all_followed(upright: NDArray[np.float32], period: Floats, shortest: int) -> list[NDArray[np.int64]]:
    """Return the peaks of a run; where they are lost, those before and after are followed by themselves."""
    waiting, found = [(0, upright.size)], []
    while waiting:
        first, last = waiting.pop()
        if last - first < shortest:
            continue
        places = first + _followed(upright[first:last], period[first:last])
        if places.size >= FEWEST_DISCHARGES and np.median(upright[places]) >= LEAST_HEIGHT:
            found.append(places)
        waiting += [(first, int(places[0]) - 1), (int(places[-1]) + 1, last)]
    return sorted(found, key=lambda places: int(places[0]))


def _followed(upright: NDArray[np.float32], period: Floats) -> NDArray[np.int64]:
    """Return the peaks of a stretch, each sought about a period after the one before, from the highest both ways."""
    middle = int(np.argmax(upright))

    def walk(direction: int) -> list[int]:
        places: list[int] = []
        here = middle
        while True:
            near, far = (max(1, round(share * float(period[here]))) for share in NEXT_PEAK)
            ends = (here + near, here + far + 1) if direction > 0 else (here - far, here - near + 1)
            if ends[0] < 0 or ends[1] > upright.size:
                return places
            there = ends[0] + int(np.argmax(upright[ends[0] : ends[1]]))
            if upright[there] < LEAST_TO_LAST * upright[here]:
                return places
            places.append(there)
            here = there

    return np.array([*reversed(walk(-1)), middle, *walk(1)], dtype=np.int64)
