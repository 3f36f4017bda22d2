"""DetectionSettings: every choice of a detector in one frozen value."""

from __future__ import annotations

import os
from dataclasses import dataclass

from myotwitch.errors import RequestError

MAINS_AUTO = "auto"
"""Look for mains at 50 and 60 Hz and remove what is there."""
SMALLEST_BLOCK_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class DetectionSettings:
    """What a detector is asked to do.

    Parameters
    ----------
    detector
        Name of the detector, a key of `DETECTORS`.
    low_hz, high_hz
        Pass band **[Hz]**; None chooses by channel: 20 to 450 Hz for surface, 20 Hz to 5 kHz for needle recordings,
        never above 0.45 of the sampling rate.
    mains_hz
        ``auto`` looks for mains at 50 and 60 Hz and removes what it finds; 50.0 or 60.0 looks there only; None leaves
        mains in.
    false_alarms_per_min
        Rate of false events at rest, over all channels of a sampling rate together **[1/min]**, from which the
        threshold follows: 5.0 noise SDs for one surface channel and 1 a minute. Greater than 0, up to 1000. How it was
        found: Rice's formula for Gaussian noise, raised by 1.15, with which real rest of the benchmark's tuning set
        keeps to it.
    threshold_factor
        Threshold in robust standard deviations of the noise **[1]**, at least 2; None takes it from
        `false_alarms_per_min`.
    block_s
        Length of the pieces in which a recording is read **[s]**, at least 10. Changes memory, not results.
    doublet_s
        Discharges at least this far apart are rows of their own **[s]**.
    workers
        Threads at work at a time; None takes one for each processor, at most 4.

    Raises
    ------
    RequestError
        If a value is outside its range.

    Examples
    --------
    >>> DetectionSettings(false_alarms_per_min=0.5).threshold_factor is None
    True
    """

    detector: str = "shapes"
    low_hz: float | None = None
    high_hz: float | None = None
    mains_hz: float | str | None = MAINS_AUTO
    false_alarms_per_min: float = 1.0
    threshold_factor: float | None = None
    block_s: float = 120.0
    doublet_s: float = 0.008
    workers: int | None = None

    def __post_init__(self) -> None:
        low = 0.0 if self.low_hz is None else self.low_hz
        _need(low >= 0 and (self.low_hz is None or low >= 1), f"low_hz is {self.low_hz}; give at least 1 Hz.")
        _need(
            self.high_hz is None or self.high_hz > max(low, 20.0),
            f"high_hz is {self.high_hz}; it must lie above low_hz and above 20 Hz.",
        )
        _need(
            self.mains_hz in (MAINS_AUTO, None, 50.0, 60.0),
            f"mains_hz is {self.mains_hz!r}; give 50, 60, 'auto' or None.",
        )
        _need(
            0 < self.false_alarms_per_min <= 1000,
            f"false_alarms_per_min is {self.false_alarms_per_min}; give a rate above 0 and up to 1000.",
        )
        _need(
            self.threshold_factor is None or 2 <= self.threshold_factor <= 100,
            f"threshold_factor is {self.threshold_factor}; give 2 to 100 standard deviations.",
        )
        _need(
            SMALLEST_BLOCK_S <= self.block_s <= 3600, f"block_s is {self.block_s}; give {SMALLEST_BLOCK_S:g} to 3600 s."
        )
        _need(0.003 <= self.doublet_s <= 0.1, f"doublet_s is {self.doublet_s}; give 0.003 to 0.1 s.")
        _need(self.workers is None or 1 <= self.workers <= 64, f"workers is {self.workers}; give 1 to 64.")

    @property
    def worker_count(self) -> int:
        """Threads that work at a time."""
        return self.workers or max(1, min(4, os.cpu_count() or 1))


def _need(is_right: bool, message: str) -> None:  # noqa: FBT001  (a claim is what it is given)
    if not is_right:
        raise RequestError(f"Detection setting {message}")
