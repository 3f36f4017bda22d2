"""The force of a muscle while its units fire: twitches, fused where they follow each other fast."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from myotwitch.simulation.activity import Discharges
from myotwitch.simulation.cast import Player
from myotwitch.simulation.muscle.twitch import discharge_gains

KEPT_SHARE = 1e-3
"""A twitch is followed until its force has fallen to this share of the largest."""


@dataclass(slots=True, eq=False)
class ForceMaker:
    """Adds up the twitches of one activity, block by block.

    Parameters
    ----------
    player
        The activity.
    rate_hz
        Samples a second **[Hz]**.

    Method: each discharge adds its unit's twitch, times what fusion with the one before it gives (see
    `discharge_gains`). Limits: no fatigue, and activities do not fuse with each other.
    """

    player: Player
    rate_hz: int
    _waiting: list[tuple[int, int, float]] = field(default_factory=list)
    _last_s: dict[int, float] = field(default_factory=dict)
    _twitches: dict[int, NDArray[np.float32]] = field(default_factory=dict)

    def take(self, episodes: list[Discharges]) -> None:
        """Note the discharges of some episodes."""
        for item in episodes:
            for unit in np.unique(item.unit):
                onsets = item.onset_s[item.unit == unit]
                before = self._last_s.get(int(unit), -np.inf)
                with_before = onsets if before == -np.inf or before > onsets[0] else np.concatenate(([before], onsets))
                gains = discharge_gains(with_before, self.player.units[unit].rise_s)[-onsets.size :]
                # Units that stand for several in a jerk are larger by the square root of their number.
                strength = float(item.size[0]) ** 2 if item.is_movement else 1.0
                self._last_s[int(unit)] = float(onsets[-1])
                starts = np.rint(onsets * self.rate_hz).astype(np.int64)
                self._waiting += [
                    (int(start), int(unit), float(gain) * strength) for start, gain in zip(starts, gains, strict=True)
                ]

    def add_to(self, force_mn: NDArray[np.float32], first: int) -> None:
        """Add what falls into a block whose first sample is `first`; forget what is over."""
        stop, kept = first + force_mn.size, []
        for start, unit, gain in self._waiting:
            twitch = self._twitch(unit)
            begin, end = max(start, first), min(start + twitch.size, stop)
            if begin < end:
                force_mn[begin - first : end - first] += np.float32(gain) * twitch[begin - start : end - start]
            if start + twitch.size > stop:
                kept.append((start, unit, gain))
        self._waiting = kept

    def _twitch(self, unit: int) -> NDArray[np.float32]:
        if unit not in self._twitches:
            twitch = self.player.units[unit].twitch
            times_s = np.arange(0.0, twitch.lasting_s(KEPT_SHARE), 1 / self.rate_hz)
            self._twitches[unit] = twitch.force(times_s).astype(np.float32)
        return self._twitches[unit]
