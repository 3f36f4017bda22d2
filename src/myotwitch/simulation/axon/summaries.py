"""The numbers that the clinic's program makes of the curves of a nerve excitability test, made in the same way.

Method: two open sample records of the project whose norms are used (``norms.toml``) hold both the curves and what the
program made of them; the rules below give its numbers within 0.01 of all of them. Only S2 accommodation was found
defined in a text (als_single_axons_2018).
"""

from __future__ import annotations

import numpy as np

from myotwitch.simulation.axon.ions import Floats

SMOOTHED_MS = 21
"""Number of values, 1 ms apart, over which peaks of threshold electrotonus are means."""
LATEST_MIDDLE_MS = 180
"""No peak lies later than this, so that what is smoothed ends by 190 ms."""


def relative_refractory_period_ms(intervals_ms: Floats, change_percent: Floats) -> float:
    """Return the interval at which a recovery cycle first crosses nought [ms], NaN where it does not.

    Method: a straight line over the logarithm of the interval.

    Examples
    --------
    >>> round(relative_refractory_period_ms(np.array([2.0, 4.0]), np.array([20.0, -20.0])), 3)
    2.828
    """
    below = np.flatnonzero((change_percent[:-1] > 0.0) & (change_percent[1:] <= 0.0))
    if not below.size:
        return float("nan")
    place = slice(int(below[0]), int(below[0]) + 2)
    return float(np.exp(np.interp(0.0, change_percent[place][::-1], np.log(intervals_ms[place])[::-1])))


def extremes_of_recovery(intervals_ms: Floats, change_percent: Floats) -> tuple[float, float]:
    """Return superexcitability and late subexcitability [%].

    They are the least mean of three neighbouring intervals, and the greatest later.

    Examples
    --------
    >>> extremes_of_recovery(np.arange(6.0), np.array([90.0, -9.0, -6.0, -3.0, 3.0, 6.0]))
    (-6.0, 2.0)
    """
    threes = np.convolve(change_percent, np.ones(3) / 3.0, mode="valid")
    least = int(np.argmin(threes))
    return float(threes[least]), float(threes[least:].max())


def smoothed_peak(delays_ms: Floats, reduction_percent: Floats, first_ms: int, last_ms: int) -> float:
    """Return the greatest mean over `SMOOTHED_MS` values of a curve of threshold electrotonus between two delays [%].

    Between delays the curve is a straight line. Turn the sign for a trough.
    """
    times = np.arange(first_ms, last_ms + 1)
    values = np.interp(times, delays_ms, reduction_percent)
    means = np.convolve(values, np.ones(SMOOTHED_MS) / SMOOTHED_MS, mode="valid")
    middles = times[SMOOTHED_MS // 2 : -(SMOOTHED_MS // 2)]
    return float(means[middles <= LATEST_MIDDLE_MS].max())


def half_time_ms(delays_ms: Floats, reduction_percent: Floats, peak_percent: float, late_percent: float) -> float:
    """Return the delay at which a curve has fallen half of the way from its peak to its late value [ms].

    Examples
    --------
    >>> half_time_ms(np.array([10.0, 30.0, 50.0]), np.array([60.0, 50.0, 40.0]), 60.0, 40.0)
    30.0
    """
    half = 0.5 * (peak_percent + late_percent)
    later = slice(int(np.argmax(reduction_percent)), None)
    falling = np.minimum.accumulate(reduction_percent[later])
    return float(np.interp(-half, -falling, delays_ms[later]))


def slopes(currents_percent: Floats, reduction_percent: Floats) -> tuple[float, float, float]:
    """Return the slope of current over threshold reduction at rest, the least one, and that at the strongest currents.

    Each is that of a straight line through three neighbouring currents, of threshold reduction on current.

    Parameters
    ----------
    currents_percent
        Rising, 10 % of threshold apart, with nought among them.
    reduction_percent
        Threshold reduction at each [%].

    Examples
    --------
    >>> slopes(np.array([-20.0, -10.0, 0.0, 10.0]), np.array([-50.0, -20.0, 0.0, 20.0]))
    (0.5, 0.4, 0.4)
    """
    fitted = 10.0 * 2.0 / (reduction_percent[2:] - reduction_percent[:-2])
    rest = int(np.flatnonzero(currents_percent == 0.0)[0]) - 1
    return float(fitted[rest]), float(fitted.min()), float(fitted[0])
