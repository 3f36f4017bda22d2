"""The heart as an electrode far from it sees it: five waves a beat, at intervals that breathing sways."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from myotwitch.simulation.disturbance_figures import figure_value

WAVES = ("p", "q", "r", "s", "t")
REACH_S = 0.6
"""No wave reaches further than this from the R wave."""


class Heart:
    """A beating heart, rendered block by block.

    Parameters
    ----------
    rate_per_min
        Beats a minute **[1/min]**.
    rng
        Draws the intervals.
    """

    def __init__(self, rate_per_min: float, rng: np.random.Generator) -> None:
        self._mean_s = 60.0 / rate_per_min
        self._rng = rng
        self._beats_s = [float(rng.uniform(0, self._mean_s))]

    def waves(self, start_s: float, count: int, rate_hz: float) -> NDArray[np.float32]:
        """Return float32[waves, count]: P, Q, R, S and T apart, for a block; blocks are asked for in order.

        Method: each wave is a bell; R has the height 1. The distance of later waves does not change with the rate.
        """
        stop_s = start_s + count / rate_hz
        while self._beats_s[-1] < stop_s + REACH_S:
            self._beats_s.append(self._beats_s[-1] + self._interval_s(self._beats_s[-1]))
        self._beats_s = [beat for beat in self._beats_s if beat > start_s - REACH_S]
        out = np.zeros((len(WAVES), count), dtype=np.float32)
        for row, wave in enumerate(WAVES):
            size, place, width = (figure_value(f"heart.{wave}.{name}") for name in ("size", "place", "width"))
            for beat in self._beats_s:
                middle = beat + place - start_s
                first = max(math.ceil((middle - 5 * width) * rate_hz), 0)
                last = min(math.floor((middle + 5 * width) * rate_hz), count - 1)
                if first <= last:
                    time_s = np.arange(first, last + 1) / rate_hz - middle
                    out[row, first : last + 1] += size * np.exp(-0.5 * (time_s / width) ** 2)
        return out

    def _interval_s(self, at_s: float) -> float:
        breath = math.sin(2 * math.pi * figure_value("heart.rhythm.breaths") * at_s)
        sway = figure_value("heart.rhythm.breathing") * breath
        scatter = figure_value("heart.rhythm.scatter") * float(np.clip(self._rng.standard_normal(), -3, 3))
        return self._mean_s * (1 + sway + scatter)
