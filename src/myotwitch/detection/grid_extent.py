"""Where a source lies under a grid of electrodes, how far it reaches, and how fast its potential travels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from myotwitch.detection.background import Floats
from myotwitch.recordings.recording import Channel

HALF = 0.5
FEWEST_ALONG = 4
FINE = 16
"""Parts of a sample to which a delay is known."""
LEAST_LIKENESS = 0.8
"""Correlation of neighbouring signals from which one is the other, later."""
LEAST_LINEARITY = 0.95
VELOCITY_M_PER_S = (2.0, 7.0)
"""Conduction velocities that muscle fibres have; what lies outside is not a travelling potential."""
LONGEST_DELAY_S = 0.010


def extent_figures(waveform: Floats, channels: Sequence[Channel], sampling_rate_hz: float) -> Mapping[str, float]:
    """Return centre, spread and conduction velocity of a source, those that can be known.

    Parameters
    ----------
    waveform
        Mean potential, shape (channels, samples).
    channels
        With their positions.
    sampling_rate_hz
        **[Hz]**

    Method
    ------
    Centre: mean position of the channels with at least half of the largest peak to peak, weighted by it. Spread: their
    greatest distance from one another. Conduction velocity: differences of neighbours along a row of electrodes, each
    compared with the next; where at least three delays in a row have one sign and lie on a line, its slope.

    Sources
    -------
    Velocity from delays of differential signals along the fibres: the field's textbooks, such as Merletti and Parker
    2004, Electromyography. The bounds of 2 to 7 m/s are a judgement around the 3 to 5 m/s of healthy muscle.
    """
    size = np.ptp(waveform, axis=1)
    placed = [row for row, channel in enumerate(channels) if channel.position_mm is not None and size[row] > 0]
    if len(placed) < 2:
        return {}
    position_mm = np.array([channels[row].position_mm for row in placed], dtype=np.float64)
    large = size[placed] >= HALF * size[placed].max()
    weight = size[placed][large] / size[placed][large].sum()
    centre = weight @ position_mm[large]
    apart = position_mm[large][:, np.newaxis] - position_mm[large][np.newaxis]
    figures = {
        "centre_along_mm": float(centre[0]),
        "centre_across_mm": float(centre[1]),
        "spread_mm": float(np.linalg.norm(apart, axis=2).max()),
        "channels_at_half": float(large.sum()),
    }
    velocity = _velocity(waveform[placed], position_mm, sampling_rate_hz)
    return figures if velocity is None else {**figures, "conduction_velocity_m_per_s": velocity}


def _velocity(waveform: Floats, position_mm: Floats, rate_hz: float) -> float | None:
    """Return the conduction velocity along the row of electrodes in which the potential is largest, or None."""
    best: tuple[float, float] | None = None
    for across in np.unique(position_mm[:, 1]):
        rows = np.flatnonzero(position_mm[:, 1] == across)
        rows = rows[np.argsort(position_mm[rows, 0])]
        if rows.size < FEWEST_ALONG:
            continue
        along_mm = position_mm[rows, 0]
        differences = np.diff(waveform[rows], axis=0)
        delays = [_delay_s(first, second, rate_hz) for first, second in pairwise(differences)]
        middle_mm = (along_mm[:-1] + along_mm[1:]) / 2
        found = _slope(delays, middle_mm)
        strength = float(np.ptp(differences, axis=1).max())
        if found is not None and (best is None or strength > best[0]):
            best = (strength, found)
    return None if best is None else best[1]


def _delay_s(first: Floats, second: Floats, rate_hz: float) -> float | None:
    """Return by how much the second signal is later than the first; None where they are not alike."""
    norm = float(np.linalg.norm(first) * np.linalg.norm(second))
    if norm == 0:
        return None
    size = 2 * first.size
    spectrum = np.conj(np.fft.rfft(first, size)) * np.fft.rfft(second, size)
    likeness = np.fft.irfft(spectrum, size * FINE) * FINE / norm
    longest = round(LONGEST_DELAY_S * rate_hz * FINE)
    lags = np.concatenate((np.arange(longest + 1), np.arange(-longest, 0)))
    best = int(np.argmax(likeness[lags]))
    return float(lags[best] / FINE / rate_hz) if likeness[lags[best]] >= LEAST_LIKENESS else None


def _slope(delays: Sequence[float | None], middle_mm: Floats) -> float | None:
    """Return the speed **[m/s]** over the longest stretch of delays of one sign that lie on a line."""
    found: tuple[int, float] | None = None
    for first in range(len(delays)):
        for last in range(first + 3, len(delays) + 1):
            part = delays[first:last]
            if any(delay is None for delay in part):
                break
            own = np.array(part, dtype=np.float64)
            if not (np.all(own > 0) or np.all(own < 0)):
                break
            arrival = np.concatenate(([0.0], np.cumsum(own)))
            along = middle_mm[first : last + 1]
            slope = np.polyfit(along, arrival, 1)[0]
            if np.corrcoef(along, arrival)[0, 1] ** 2 < LEAST_LINEARITY or slope == 0:
                continue
            velocity = abs(1e-3 / slope)
            if VELOCITY_M_PER_S[0] <= velocity <= VELOCITY_M_PER_S[1] and (found is None or last - first > found[0]):
                found = (last - first, velocity)
    return None if found is None else found[1]
