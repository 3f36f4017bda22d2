"""By what a series of large deflections is known to be a heart: its pace, its slowness, and the waves around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from myotwitch.detection.between_samples import Floats

Indexes = NDArray[np.int64]
FEWEST_BEATS = 5
NEAREST_S = 0.33
"""Least interval of heartbeats: 180 a minute."""
FURTHEST_S = 2.2
"""Largest interval of beats of one shape, when every second beat has another."""
SHARE_IN_RANGE = 0.8
SHARE_IN_PACE = 0.7
NEXT_TO_LAST = (0.65, 1.5)
"""An interval over the one before. Where intervals vary by a quarter, as in atrial fibrillation, three in four keep to
it (computed for normal intervals); of events by chance one in five."""
NEXT_TO_LAST_ALONE = (0.77, 1.3)
"""… where beats show without the waves before and after them."""
SHARE_COVERED = 0.6
"""Share of the quiet time that lies between two beats of a heart."""
OTHERS_TO_BEATS = 1.2
"""Large deflections that are no such beats, over beats: every second beat of a heart may come from elsewhere."""
APART_S = 0.25
"""Distance from a beat at which another large deflection may be a beat of another shape."""
SLOW_S = 0.012
SLOW_SHARE = 0.35
"""Energy of a mean beat that a moving mean over 12 ms leaves. Measured on two leads of MIT-BIH record 100, as recorded
and filtered above 10 to 30 Hz: 0.50 to 0.87; on motor units of a surface grid, bipolar: 0.09 to 0.19."""
SLOW_SHARE_ALONE = 0.45
"""… where beats show without the waves before and after them."""
ASIDE_S, MIDDLE_S = 0.10, 0.06
WAVES_S = (0.10, 0.45)
"""Distance from the peak at which P and T waves lie, within half of the interval."""
WAVE_SMOOTHING_S = 0.04
WAVES_STAND_OUT = 3.5
"""Standard errors that the mean beat exceeds for a twentieth of the time at that distance."""
WAVE_SHARE = 0.04
"""… and of the size of the beat. Measured as above: hearts 0.05 to 0.4, simulated units 0.02 by chance."""
ERROR_OF_MEDIAN = 1.2533
"""Standard error of a median over that of a mean."""
MAD_TO_SD = 1.4826


def is_heart(
    beats: Indexes, binned: NDArray[np.float32], large: Indexes, is_quiet: NDArray[np.bool_], bin_s: float
) -> bool:
    """Return whether deflections follow one another as beats of a heart do, and little else is as large.

    Parameters
    ----------
    beats, large
        Bins of the deflections that are alike; and of all that are as large.
    binned
        The signal in bins.
    is_quiet
        Which bins are not beneath a contraction.
    bin_s
        Length of a bin **[s]**.
    """
    others = large[is_quiet[large] & is_away(large, beats, round(APART_S / bin_s))]
    intervals, in_range = _quiet_intervals(beats, is_quiet, bin_s)
    if intervals.size < FEWEST_BEATS - 1 or others.size > OTHERS_TO_BEATS * beats.size:
        return False
    pace = NEXT_TO_LAST if has_waves(binned, beats[is_quiet[beats]], bin_s) else NEXT_TO_LAST_ALONE
    # Beats of another shape belong to the rhythm, where there are any; where there are none they may be noise.
    together, together_in_range = _quiet_intervals(np.sort(np.concatenate((beats, others))), is_quiet, bin_s)
    in_pace = max(_share_in(pace, intervals, in_range), _share_in(pace, together, together_in_range))
    return bool(
        in_range.sum() >= SHARE_IN_RANGE * intervals.size
        and in_pace >= SHARE_IN_PACE
        and intervals[in_range].sum() >= SHARE_COVERED * np.count_nonzero(is_quiet) * bin_s
    )


def _quiet_intervals(beats: Indexes, is_quiet: NDArray[np.bool_], bin_s: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the intervals **[s]** with no contraction in them, and which of them a heart may have."""
    loud_before = np.concatenate(([0], np.cumsum(~is_quiet)))
    in_quiet = loud_before[beats[1:]] == loud_before[beats[:-1]]
    intervals = np.diff(beats)[in_quiet] * bin_s
    return intervals, np.asarray((intervals >= NEAREST_S) & (intervals <= FURTHEST_S))


def _share_in(pace: tuple[float, float], intervals: Floats, in_range: NDArray[np.bool_]) -> float:
    """Return the share of successive intervals in range whose ratio is within the pace; 0 where there are none."""
    both = in_range[1:] & in_range[:-1]
    ratio = intervals[1:][both] / intervals[:-1][both]
    return float(np.mean((ratio >= pace[0]) & (ratio <= pace[1]))) if ratio.size else 0.0


def is_slow_enough(samples: NDArray[np.float32], beats: Indexes, *, with_waves: bool, sampling_rate_hz: float) -> bool:
    """Return whether the mean deflection is as slow as a heartbeat, and slower than a potential of a motor unit."""
    return slow_share(samples, beats, sampling_rate_hz) >= (SLOW_SHARE if with_waves else SLOW_SHARE_ALONE)


def has_waves(binned: NDArray[np.float32], beats: Indexes, bin_s: float) -> bool:
    """Return whether slow waves before and after belong to the deflections, as P and T waves do to a heartbeat."""
    if beats.size < FEWEST_BEATS:
        return False
    furthest = min(WAVES_S[1], 0.5 * float(np.median(np.diff(beats))) * bin_s)
    nearest, aside = round(WAVES_S[0] / bin_s), round(furthest / bin_s)
    inside = beats[(beats >= aside) & (beats + aside < binned.size)]
    if inside.size < FEWEST_BEATS or aside < 1.2 * nearest:
        return False
    around = inside[:, np.newaxis] + np.arange(-aside, aside + 1)
    snippets = uniform_filter1d(binned[around].astype(np.float64), max(1, round(WAVE_SMOOTHING_S / bin_s)), axis=1)
    snippets -= np.median(snippets, axis=1, keepdims=True)
    mean = np.median(snippets, axis=0)
    error = ERROR_OF_MEDIAN * MAD_TO_SD * np.median(np.abs(snippets - mean), axis=0) / np.sqrt(inside.size)
    is_outside = np.abs(np.arange(-aside, aside + 1)) >= nearest
    stands_out = np.quantile(np.abs(mean[is_outside]) / np.maximum(error[is_outside], 1e-30), 0.95)
    share = np.abs(mean[is_outside]).max() / max(float(np.abs(mean[~is_outside]).max()), 1e-30)
    return bool(stands_out >= WAVES_STAND_OUT and share >= WAVE_SHARE)


def slow_share(samples: NDArray[np.float32], beats: Indexes, sampling_rate_hz: float) -> float:
    """Return the share of a median deflection's energy that a moving mean over 12 ms leaves; 0 where none is whole."""
    aside, middle = round(ASIDE_S * sampling_rate_hz), round(MIDDLE_S * sampling_rate_hz)
    inside = beats[(beats >= aside) & (beats + aside < samples.size)]
    if not inside.size:
        return 0.0
    mean = np.median(samples[inside[:, np.newaxis] + np.arange(-aside, aside + 1)], axis=0).astype(np.float64)
    level = np.linspace(mean[: aside - middle].mean(), mean[aside + middle + 1 :].mean(), mean.size)
    centred = (mean - level)[aside - middle : aside + middle + 1]
    smooth = uniform_filter1d(centred, max(1, round(SLOW_S * sampling_rate_hz)))
    return float((smooth**2).sum() / max(float((centred**2).sum()), 1e-30))


def is_away(places: Floats | Indexes, others: Indexes, distance: int) -> NDArray[np.bool_]:
    """Return which places lie further than `distance` from all others, which ascend.

    Examples
    --------
    >>> is_away(np.array([1, 5, 9]), np.array([4]), 2).tolist()
    [True, False, True]
    """
    if not others.size:
        return np.ones(places.size, dtype=np.bool_)
    following = np.minimum(np.searchsorted(others, places), others.size - 1)
    before = np.maximum(following - 1, 0)
    nearest = np.minimum(np.abs(places - others[following]), np.abs(places - others[before]))
    return np.asarray(nearest > distance)
