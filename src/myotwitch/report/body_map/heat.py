"""How often each part twitched in the last weeks."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from myotwitch.anatomy import MUSCLES
from myotwitch.diary import Bout
from myotwitch.report.body_map.parts import Part

HEAT_DAYS = 30
LEVELS = (1, 4, 13, 40)
"""Bouts from which on a part is a shade stronger: each about three times the one before."""
BOTH = ("left", "right")


@dataclass(frozen=True, kw_only=True, slots=True)
class Heat:
    """Bouts of a stretch of time by muscle or place, and side.

    Parameters
    ----------
    told
        Bouts of which the muscle, or the place alone, was told.
    in_muscles
        Bouts of the muscles of each place.
    """

    told: Counter[tuple[str, str]]
    in_muscles: Counter[tuple[str, str]]

    def count(self, part: Part) -> int:
        """Return the bouts of a part; where no side is given, of the side with more.

        Method
        ------
        A place counts all bouts noticed there. A muscle counts its own, those of its parts and of the muscle of which
        it is a part, and those of which only its place was told: any of the muscles there may have been it.
        """
        sides = BOTH if part.side in (None, "both") else (part.side or "",)
        return max(self._count(part, side) for side in sides)

    def _count(self, part: Part, side: str) -> int:
        if not part.is_muscle:
            return self.told.get((part.key, side), 0) + self.in_muscles.get((part.key, side), 0)
        own = sum(self.told.get((key, side), 0) for key in _kin(part.key))
        return own + self.told.get((part.place, side), 0)

    def level(self, part: Part) -> int:
        """Return the shade of a part, 0 to 4."""
        count = self.count(part)
        return sum(count >= least for least in LEVELS)


def heat_of(bouts: Sequence[Bout], until: datetime, days: int = HEAT_DAYS) -> Heat:
    """Return how often each part twitched in the days before a time.

    Parameters
    ----------
    bouts
        In the order of time. Those without a side count on both sides.
    """
    told: Counter[tuple[str, str]] = Counter()
    in_muscles: Counter[tuple[str, str]] = Counter()
    for bout in recent(bouts, until, days):
        sides = (bout.side,) if bout.side in BOTH else BOTH
        for side in sides:
            if bout.muscle is not None:
                told[bout.muscle, side] += bout.count
                in_muscles[MUSCLES[bout.muscle].place, side] += bout.count
            elif bout.place is not None:
                told[bout.place, side] += bout.count
    return Heat(told=told, in_muscles=in_muscles)


def recent(bouts: Sequence[Bout], until: datetime, days: int) -> Iterable[Bout]:
    """Return the bouts of the days before a time."""
    first = bisect_left(bouts, until - timedelta(days=days), key=lambda bout: bout.time)
    return bouts[first:]


@cache
def _kin(key: str) -> tuple[str, ...]:
    """Return a muscle, its parts, and the muscle of which it is a part."""
    kin = (other for other in MUSCLES if other == key or other.startswith(f"{key}_") or key.startswith(f"{other}_"))
    return tuple(kin)
