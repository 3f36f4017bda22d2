"""The twitch: force after one discharge, and the force of a train of discharges."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from myotwitch.errors import RequestError

LINEAR_UP_TO = 0.4
"""Rise time over interval up to which each discharge adds one plain twitch (Fuglevand 1993)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Twitch:
    """Force after one discharge, with rise and relaxation apart.

    Parameters
    ----------
    force_mN
        Largest force **[mN]**.
    rise_s
        From onset to the largest force **[s]**.
    relaxation_s
        From the largest force to half of it **[s]**.

    Raises
    ------
    RequestError
        If a value is not finite and above 0.

    Notes
    -----
    Method: f(t) = F (t/rise)^m exp(m (1 - t/rise)), the form of Milner-Brown and of Raikova; m follows from the
    half-relaxation time, since ln 2 = m (r - ln(1 + r)) with r = relaxation / rise.

    Examples
    --------
    >>> twitch = Twitch(force_mN=100.0, rise_s=0.06, relaxation_s=0.05)
    >>> [round(float(value), 6) for value in twitch.force([0.0, 0.06, 0.11])]
    [0.0, 100.0, 50.0]
    """

    force_mN: float  # noqa: N815 - the unit's own sign
    rise_s: float
    relaxation_s: float

    def __post_init__(self) -> None:
        for name in ("force_mN", "rise_s", "relaxation_s"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise RequestError(f"The twitch has {name} = {value}; it must be above 0.")

    @property
    def steepness(self) -> float:
        """The exponent m of the form: 1 for a critically damped twitch, more for one that falls faster."""
        ratio = self.relaxation_s / self.rise_s
        return math.log(2.0) / (ratio - math.log1p(ratio))

    def force(self, time_s: ArrayLike) -> NDArray[np.float64]:
        """Return the force **[mN]** at times since the onset **[s]**; 0 before it."""
        phase = np.maximum(np.asarray(time_s, dtype=np.float64), 0.0) / self.rise_s
        power = self.steepness
        with np.errstate(divide="ignore"):
            return self.force_mN * np.exp(power * (np.log(phase) + 1.0 - phase))

    def lasting_s(self, share: float = 1e-4) -> float:
        """Return after how long **[s]** the force has fallen for good below `share` of the largest."""
        times_s = np.linspace(self.rise_s, 60.0 * (self.rise_s + self.relaxation_s), 20_000)
        return float(times_s[np.argmax(self.force(times_s) < share * self.force_mN)])


def discharge_gains(onset_s: ArrayLike, rise_s: float) -> NDArray[np.float64]:
    """Return by what each discharge multiplies the plain twitch, given the interval before it.

    Method: with x = rise / interval, gain 1 up to x = 0.4, then [S(x)/x] / [S(0.4)/0.4], S(x) = 1 - exp(-2 x^3)
    (Fuglevand 1993). The first discharge, and one at the same moment as another, counts as plain.

    Examples
    --------
    >>> discharge_gains([0.0, 1.0, 1.1], 0.09).round(2).tolist()
    [1.0, 1.0, 2.84]
    """
    onsets_s = np.asarray(onset_s, dtype=np.float64)
    gains = np.ones(onsets_s.shape)
    intervals_s = np.diff(onsets_s)
    ratio = np.divide(rise_s, intervals_s, out=np.zeros_like(intervals_s), where=intervals_s > 0)
    gains[1:] = np.where(ratio <= LINEAR_UP_TO, 1.0, _fused(np.maximum(ratio, LINEAR_UP_TO)) / _fused(LINEAR_UP_TO))
    return gains


def _fused(ratio: ArrayLike) -> NDArray[np.float64]:
    ratios = np.asarray(ratio, dtype=np.float64)
    return np.asarray(-np.expm1(-2.0 * ratios**3) / ratios, dtype=np.float64)


def train_force(onset_s: ArrayLike, twitch: Twitch, duration_s: float, sampling_rate_hz: float) -> NDArray[np.float64]:
    """Return the force of a train of discharges, sampled from time 0.

    Parameters
    ----------
    onset_s
        Onsets **[s]**, ascending; those outside 0 to `duration_s` are refused.
    twitch
        The unit's twitch.
    duration_s, sampling_rate_hz
        Length **[s]** and rate **[Hz]** of the answer.

    Returns
    -------
    float64[samples]
        Force **[mN]**.

    Raises
    ------
    RequestError
        If onsets are not ascending or lie outside, or length or rate is not above 0.

    Notes
    -----
    Method: twitches at their exact onsets, each scaled by `discharge_gains`, added up. Limits: no fatigue and no
    potentiation.
    """
    onsets_s = np.asarray(onset_s, dtype=np.float64)
    if not (duration_s > 0 and sampling_rate_hz > 0):
        raise RequestError(f"Force over {duration_s} s at {sampling_rate_hz} Hz was asked; both must be above 0.")
    if onsets_s.size and (np.any(np.diff(onsets_s) < 0) or onsets_s[0] < 0 or onsets_s[-1] > duration_s):
        raise RequestError(f"Onsets must ascend and lie in 0 to {duration_s:g} s; sort them and cut off the rest.")
    force = np.zeros(round(duration_s * sampling_rate_hz))
    reach = math.ceil(twitch.lasting_s() * sampling_rate_hz) + 1
    steps = np.arange(reach)
    first = np.ceil(onsets_s * sampling_rate_hz).astype(np.int64)
    for start, onset, gain in zip(first, onsets_s, discharge_gains(onsets_s, twitch.rise_s), strict=True):
        part = force[start : start + reach]
        part += gain * twitch.force((start + steps[: part.size]) / sampling_rate_hz - onset)
    return force
