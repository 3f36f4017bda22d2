"""The watched time of a diary in hours of the clock: for how long each was watched, and how many bouts it had."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.diary import Diary, bout_times, watched_stretches, within

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WatchedHours:
    """Pieces of watched time, none longer than an hour and none across a full hour, in the order of time.

    Parameters
    ----------
    begin, end
        Ends of each piece **[h since 1970, UTC]**.
    bouts
        Bouts logged in each.
    """

    begin: FloatArray
    end: FloatArray
    bouts: FloatArray

    @property
    def watched_h(self) -> FloatArray:
        """Length of each piece **[h]**."""
        return self.end - self.begin

    @property
    def middle(self) -> FloatArray:
        """Middle of each piece **[h since 1970, UTC]**."""
        return (self.begin + self.end) / 2

    def __len__(self) -> int:
        return len(self.begin)


def watched_hours_of(diary: Diary) -> WatchedHours:
    """Return the watched time of a diary; bouts outside it are not counted."""
    stretches = watched_stretches(diary)
    times, counts = bout_times(diary)
    inside = within(stretches, times)
    return cut_into_hours(stretches, times[inside], counts[inside])


def cut_into_hours(stretches: FloatArray, times: FloatArray, counts: FloatArray) -> WatchedHours:
    """Return merged stretches cut at full hours, with the bouts in each piece.

    Examples
    --------
    >>> cut = cut_into_hours(np.array([[0.5, 2.0]]), np.array([0.7, 2.0]), np.array([1.0, 2.0]))
    >>> cut.begin.tolist(), cut.bouts.tolist()
    ([0.5, 1.0], [1.0, 2.0])
    """
    begin_of, end_of = stretches[:, 0], stretches[:, 1]
    # A check-in that ends a rounding error after a full hour is no piece of its own.
    first, last = np.floor(begin_of + 1e-6), np.ceil(end_of - 1e-6)
    pieces = np.maximum(last - first, 1).astype(np.int64)
    stretch = np.repeat(np.arange(len(stretches)), pieces)
    place = np.arange(len(stretch)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    begin = np.where(place == 0, begin_of[stretch], first[stretch] + place)
    end = np.where(place == pieces[stretch] - 1, end_of[stretch], first[stretch] + place + 1)
    bouts = np.zeros(len(begin))
    if len(begin):
        at = np.clip(np.searchsorted(begin, times + 1e-6, side="right") - 1, 0, len(begin) - 1)
        np.add.at(bouts, at, counts)
    return WatchedHours(begin=begin, end=end, bouts=bouts)
