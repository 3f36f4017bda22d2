"""The figures by which clinics describe a potential: amplitude, area, duration, phases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from myotwitch.errors import RequestError

BASELINE_UV = 10.0
"""A potential begins and ends where it leaves and reaches this distance from the baseline for good."""
PHASE_UV = 20.0
"""A phase is counted where the potential goes at least so far to one side."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PotentialMeasures:
    """What one potential measures.

    Parameters
    ----------
    peak_to_peak_uv
        From its lowest to its highest point **[µV]**.
    duration_s
        From where it leaves the baseline for good to where it is back **[s]**; 0 where it never leaves it.
    area_uv_s
        Area between potential and baseline within the duration, both sides counted positive **[µV s]**.
    phases
        Stretches above or below the baseline, small ones not counted.
    rise_s
        From the positive peak to the negative peak that follows it **[s]**: short where fibres are near.
    """

    peak_to_peak_uv: float
    duration_s: float
    area_uv_s: float
    phases: int
    rise_s: float


def measure_potential(
    potential_uv: ArrayLike, sampling_rate_hz: float, baseline_uv: float = BASELINE_UV, phase_uv: float = PHASE_UV
) -> PotentialMeasures:
    """Return the clinical figures of one potential.

    Parameters
    ----------
    potential_uv
        float[samples]: the potential **[µV]**, baseline at 0.
    sampling_rate_hz
        Its rate **[Hz]**.
    baseline_uv, phase_uv
        What counts as leaving the baseline, and as a phase **[µV]**.

    Examples
    --------
    >>> measure_potential([0, 0, 100, 50, -100, -100, 0, 0], 1000.0).phases
    2
    """
    wave = np.asarray(potential_uv, dtype=np.float64)
    if wave.ndim != 1 or wave.size < 3 or not np.all(np.isfinite(wave)):
        raise RequestError("A potential must be at least three finite samples of one channel.")
    away = np.flatnonzero(np.abs(wave) > baseline_uv)
    if away.size == 0:
        return PotentialMeasures(
            peak_to_peak_uv=float(np.ptp(wave)), duration_s=0.0, area_uv_s=0.0, phases=0, rise_s=0.0
        )
    inside = wave[away[0] : away[-1] + 1]
    sides = np.sign(inside[np.abs(inside) > phase_uv])
    lowest = int(wave.argmin())
    before = int(wave[: lowest + 1].argmax())
    return PotentialMeasures(
        peak_to_peak_uv=float(np.ptp(wave)),
        duration_s=float(inside.size / sampling_rate_hz),
        area_uv_s=float(np.abs(inside).sum() / sampling_rate_hz),
        phases=int(np.count_nonzero(np.diff(sides)) + (sides.size > 0)),
        rise_s=float((lowest - before) / sampling_rate_hz),
    )
