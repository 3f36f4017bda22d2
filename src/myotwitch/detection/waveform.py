"""Waveform: the measures of a mean potential, as a clinical neurophysiologist takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from myotwitch.detection.background import Floats

LEAST_SHARE = 0.07
"""Of the peak: what is lower is no phase and no part of the duration."""
MEAN_NOISE_SDS = 3.0
PAUSE_S = 0.002
ONSET_TO_PEAK = 0.3
LONGEST_COMPLEX_S = 0.060
"""Before its peak no complex begins earlier."""
TURN_SHARE = 0.1
BEFORE_S = 0.015
AFTER_S = 0.035
MEDIAN_TO_MEAN = 1.25
"""The median of normal values varies so much more than their mean."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waveform:
    """Measures of one potential.

    Parameters
    ----------
    duration_s
        From where it leaves the baseline to where it returns **[s]**.
    onset_s
        From its peak back to where it first passes a third of it **[s]**, at most 0.
    end_s
        From its peak to its end **[s]**, at least 0.
    rise_share
        Share of the duration before the peak.
    phases
        Parts above and below the baseline.
    turns
        Changes of direction of at least a tenth of the peak.
    trough
        Deepest deflection after the peak over the peak **[1]**, at most 0.
    peak_to_peak
        From its lowest to its highest, the baseline included **[unit of the samples]**.
    area
        Sum of the rectified potential **[unit of the samples × s]**.
    """

    duration_s: float
    onset_s: float
    end_s: float
    rise_share: float
    phases: int
    turns: int
    trough: float
    peak_to_peak: float
    area: float


def mean_potential(upright: Floats, peaks: Floats, rate_hz: float) -> tuple[Floats, int]:
    """Return the median signal around the peaks, from 15 ms before to 35 ms after, and of how many it is taken."""
    before, after = round(BEFORE_S * rate_hz), round(AFTER_S * rate_hz)
    rows = np.round(peaks).astype(np.int64)
    rows = rows[(rows >= before) & (rows < upright.size - after)]
    if not rows.size:
        return np.zeros(before + after + 1), 0
    return np.median(upright[rows[:, np.newaxis] + np.arange(-before, after + 1)], axis=0), int(rows.size)


def complex_onset_s(upright: Floats, peaks: Floats, rate_hz: float, cycle_s: float) -> float:
    """Return where a complex that repeats itself begins, from its largest peak **[s]**, at most 0.

    Parameters
    ----------
    upright
        Signal whose largest peak is positive **[noise SDs]**.
    peaks
        Of each complex, in samples.
    rate_hz
        **[Hz]**
    cycle_s
        From one complex to the next **[s]**.

    Method
    ------
    The mean of the cycle that ends with the peak is the end of one complex and the beginning of the next; between them
    lies its longest pause.
    """
    before = max(1, round(min(cycle_s, LONGEST_COMPLEX_S) * rate_hz))
    rows = np.round(peaks).astype(np.int64)
    rows = rows[(rows >= before) & (rows < upright.size)]
    if not rows.size:
        return 0.0
    mean = np.median(upright[rows[:, np.newaxis] + np.arange(-before, 1)], axis=0)
    least = max(ONSET_TO_PEAK * float(mean[-1]), MEAN_NOISE_SDS * MEDIAN_TO_MEAN / np.sqrt(rows.size))
    active = np.flatnonzero(np.abs(mean) > least)
    if not active.size:
        return 0.0
    pauses = np.diff(active, prepend=-1)
    return (int(active[int(np.argmax(pauses))]) - before) / rate_hz


def measured_waveform(potential: Floats, rate_hz: float, noise: float, peak: int | None = None) -> Waveform:
    """Return the measures of a potential whose peak is positive.

    Parameters
    ----------
    potential
        Samples.
    rate_hz
        **[Hz]**
    noise
        SD of what noise is left in it **[unit of the samples]**.
    peak
        Sample of the peak; None if it lies 15 ms from the beginning.

    Method
    ------
    The potential lasts from its peak, both ways, over every sample above the larger of 7 % of the peak and three times
    the noise, pauses of up to 2 ms included.
    """
    if peak is None:
        peak = round(BEFORE_S * rate_hz)
        peak += int(np.argmax(potential[peak - 2 : peak + 3])) - 2
    top = max(float(potential[peak]), 1e-9)
    least = max(LEAST_SHARE * top, MEAN_NOISE_SDS * noise)
    is_up = np.abs(potential) > least
    pause = max(1, round(PAUSE_S * rate_hz))
    start, stop = peak, peak
    while start > 0 and is_up[max(0, start - pause) : start].any():
        start -= 1
    while stop < potential.size - 1 and is_up[stop + 1 : stop + 1 + pause].any():
        stop += 1
    own = potential[start : stop + 1]
    signs = np.sign(own)[np.abs(own) > least]
    rising = np.flatnonzero(potential[start : peak + 1] >= min(ONSET_TO_PEAK * top, potential[peak]))
    return Waveform(
        duration_s=(stop - start + 1) / rate_hz,
        onset_s=(start + int(rising[0]) - peak) / rate_hz,
        end_s=(stop - peak) / rate_hz,
        rise_share=(peak - start) / (stop - start + 1),
        phases=int(1 + np.count_nonzero(np.diff(signs))),
        turns=_turns(own, max(TURN_SHARE * top, MEAN_NOISE_SDS * noise)),
        trough=float(min(potential[peak : stop + 1].min(), 0.0) / top),
        peak_to_peak=float(max(own.max(), 0.0) - min(own.min(), 0.0)),
        area=float(np.abs(own).sum() / rate_hz),
    )


def _turns(samples: Floats, least: float) -> int:
    """Count the changes of direction between which the signal moves by at least `least`."""
    turns, direction, extreme = 0, 0, float(samples[0])
    for value in samples[1:]:
        if (direction >= 0 and value > extreme) or (direction <= 0 and value < extreme):
            if direction == 0 and abs(value - extreme) < least:
                continue
            direction = direction or (1 if value > extreme else -1)
            extreme = float(value)
        elif abs(value - extreme) >= least:
            turns, direction, extreme = turns + 1, -direction, float(value)
    return turns
