"""Potentials of the units of one site, ready to be added to samples at any fraction of a sample."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.simulation.cast import Player, Stage
from myotwitch.simulation.muscle.pool import MotorUnit
from myotwitch.simulation.muscle.unit_potential import onset_index, unit_potential

PHASES = 8
"""A potential is kept shifted by so many fractions of a sample."""
RAMP_SAMPLES = 4
FALL_SHARE = 4.0
"""A torn fibre's positive wave falls so many times as fast as its end repolarises."""
TAILS = 6
"""A slow return is followed for so many of its time constants."""
"""Both ends of a potential are led to nought over so many samples."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shape:
    """The potential of one generator at the channels of its site.

    Parameters
    ----------
    samples
        float32[phases, channels, samples] **[uV]**: the potential, later by a growing fraction of a sample.
    lead_samples
        Sample of the onset in the first phase.
    peak_to_peak_uv
        float32[channels]: size on each channel **[uV]**.
    """

    samples: NDArray[np.float32]
    lead_samples: int
    peak_to_peak_uv: NDArray[np.float32]

    @property
    def peak_channel(self) -> int:
        """Channel on which it is largest."""
        return int(self.peak_to_peak_uv.argmax())


class Shapes:
    """Potentials of the generators of one site, computed when first asked for.

    Parameters
    ----------
    stage
        The site.
    rate_hz
        Sampling rate **[Hz]**.
    """

    def __init__(self, stage: Stage, rate_hz: int) -> None:
        self._stage, self._rate_hz = stage, rate_hz
        self._known: dict[MotorUnit, Shape] = {}

    def of(self, player: Player, generator: int) -> Shape:
        """Return the potential of one of a player's generators."""
        unit = player.units[generator]
        if unit not in self._known:
            potential = unit_potential(unit, self._stage.electrodes, self._stage.tissue, float(self._rate_hz))
            if player.return_s > 0:
                potential = _with_slow_return(potential, player.return_s * self._rate_hz)
            self._known[unit] = _prepared(potential, onset_index(float(self._rate_hz)))
        return self._known[unit]


def _with_slow_return(potential: NDArray[np.float32], return_samples: float) -> NDArray[np.float32]:
    """Return the potential of a fibre whose torn end repolarises slowly.

    Method: the excitation comes up to the torn end as in any fibre. From the positive peak on the potential falls
    exponentially, four times as fast as the membrane at the end repolarises; the same area flows back below nought as a
    long, low wave (t / T^2) exp(-t / T).
    """
    longer = np.pad(potential, ((0, 0), (0, math.ceil(TAILS * return_samples)))).astype(np.float64)
    for row in longer:
        peak = int(row.argmax())
        after = np.arange(row.size - peak)
        row[peak:] = row[peak] * np.exp(-FALL_SHARE * after / return_samples)
        row[peak:] -= max(float(row.sum()), 0.0) * after / return_samples**2 * np.exp(-after / return_samples)
    return longer.astype(np.float32)


def _prepared(potential: NDArray[np.float32], lead_samples: int) -> Shape:
    """Return a potential at all phases.

    Method: padded, then shifted by turning the phases of its spectrum, which is exact for what is band-limited.
    """
    ramp = np.ones(potential.shape[1])
    rise = np.linspace(0, 1, RAMP_SAMPLES + 1)[1:]
    ramp[:RAMP_SAMPLES] = rise
    ramp[-RAMP_SAMPLES:] = rise[::-1]
    padded = np.pad(potential * ramp, ((0, 0), (RAMP_SAMPLES, RAMP_SAMPLES)))
    length = padded.shape[1]
    spectrum = np.fft.rfft(padded, axis=1)
    turn = -2j * np.pi * np.fft.rfftfreq(length)
    shifted = np.stack(
        [np.fft.irfft(spectrum * np.exp(turn * phase / PHASES), length, axis=1) for phase in range(PHASES)]
    )
    return Shape(
        samples=np.ascontiguousarray(shifted, dtype=np.float32),
        lead_samples=lead_samples + RAMP_SAMPLES,
        peak_to_peak_uv=np.ptp(potential, axis=1),
    )
