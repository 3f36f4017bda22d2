"""Discharges: who fires when, in episodes that a class of activity yields one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge

import numpy as np
from numpy.typing import ArrayLike, NDArray

from myotwitch.errors import RequestError

ALONE = -1
"""Number of the burst, or of the movement, of a discharge that belongs to none."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Discharges:
    """One episode of activity: a single discharge, a burst, a run, a jerk or a contraction. Arrays are read-only.

    Parameters
    ----------
    onset_s
        float64[n]: when each discharge begins **[s]**, ascending, finite.
    unit
        int64[n]: which generator fires, counted from 0 within its activity.
    size
        float64[n]: by what the generator's usual potential is multiplied **[1]**.
    burst
        int64[n]: equal for discharges of one burst, counted from 0 within the episode; `ALONE` for the others.
    is_movement
        True if all discharges together are one event (a jerk, a tic, a contraction); else each is an event of its own.
    silent_until_s
        Without discharges: nothing begins before this time **[s]**; None: it is not said.

    Raises
    ------
    RequestError
        If onsets do not ascend or are not finite, or arrays differ in length.
    """

    onset_s: NDArray[np.float64]
    unit: NDArray[np.int64]
    size: NDArray[np.float64]
    burst: NDArray[np.int64]
    is_movement: bool = False
    silent_until_s: float | None = None

    def __post_init__(self) -> None:
        count = self.onset_s.size
        if any(array.shape != (count,) for array in (self.onset_s, self.unit, self.size, self.burst)):
            raise RequestError("Discharges need as many units, sizes and bursts as onsets.")
        if count and not (np.isfinite(self.onset_s).all() and np.all(np.diff(self.onset_s) >= 0)):
            raise RequestError("Onsets of discharges must be finite and ascend.")
        for name in ("onset_s", "unit", "size", "burst"):
            own = getattr(self, name).copy()
            own.flags.writeable = False
            object.__setattr__(self, name, own)

    def __len__(self) -> int:
        return int(self.onset_s.size)

    @property
    def first_s(self) -> float:
        """Onset of the first discharge, or up to when nothing begins **[s]**."""
        return float(self.onset_s[0]) if len(self) else float(self.silent_until_s or 0.0)

    def shifted(self, shift_s: float) -> Discharges:
        """Return the same discharges, later by `shift_s` **[s]**."""
        if not len(self):
            return silence(self.first_s + shift_s)
        return self._with(self.onset_s + shift_s, np.ones(len(self), dtype=np.bool_))

    def kept(self, is_kept: NDArray[np.bool_]) -> Discharges:
        """Return those discharges for which `is_kept` is true."""
        return self._with(self.onset_s, is_kept)

    def _with(self, onset_s: NDArray[np.float64], is_kept: NDArray[np.bool_]) -> Discharges:
        return Discharges(
            onset_s=onset_s[is_kept],
            unit=self.unit[is_kept],
            size=self.size[is_kept],
            burst=self.burst[is_kept],
            is_movement=self.is_movement,
        )


def episode(
    onset_s: ArrayLike,
    unit: ArrayLike = 0,
    *,
    size: ArrayLike = 1.0,
    is_burst: bool = False,
    is_movement: bool = False,
) -> Discharges:
    """Return discharges in order of time; one `unit` or `size` may stand for all.

    Examples
    --------
    >>> episode([0.3, 0.1], [4, 5]).unit.tolist()
    [5, 4]
    """
    onsets = np.atleast_1d(np.asarray(onset_s, dtype=np.float64))
    order = np.argsort(onsets, kind="stable")
    units = np.broadcast_to(np.asarray(unit, dtype=np.int64), onsets.shape)
    sizes = np.broadcast_to(np.asarray(size, dtype=np.float64), onsets.shape)
    return Discharges(
        onset_s=onsets[order],
        unit=units[order],
        size=sizes[order],
        burst=np.full(onsets.shape, 0 if is_burst else ALONE, dtype=np.int64),
        is_movement=is_movement,
    )


def silence(until_s: float) -> Discharges:
    """Return an episode without discharges: whoever asks knows that nothing begins before `until_s` **[s]**."""
    nothing = np.empty(0)
    numbers = np.empty(0, dtype=np.int64)
    return Discharges(onset_s=nothing, unit=numbers, size=nothing, burst=numbers, silent_until_s=until_s)


def together(trains: Sequence[Iterator[Discharges]]) -> Iterator[Discharges]:
    """Yield the episodes of several trains in order of their first discharge."""
    return merge(*trains, key=lambda item: item.first_s)


def within(episodes: Iterator[Discharges], start_s: float, stop_s: float) -> Iterator[Discharges]:
    """Yield episodes, later by `start_s`, up to `stop_s` **[s]**; one that is under way then is cut off."""
    for item in episodes:
        moved = item.shifted(start_s)
        if moved.first_s >= stop_s:
            return
        yield moved if not len(moved) or moved.onset_s[-1] < stop_s else moved.kept(moved.onset_s < stop_s)


def in_bouts(
    episodes: Iterator[Discharges], bout_s: float, pause_s: float, rng: np.random.Generator
) -> Iterator[Discharges]:
    """Yield what of the episodes falls into bouts; bouts and the pauses between them last exponential times **[s]**."""
    begin, end = 0.0, float(rng.exponential(bout_s))
    for item in episodes:
        while end <= item.first_s:
            begin = end + float(rng.exponential(pause_s))
            end = begin + float(rng.exponential(bout_s))
        inside = (item.onset_s >= begin) & (item.onset_s < end)
        yield item.kept(inside) if inside.any() else silence(item.first_s)


class Stream:
    """Gives out the episodes of one activity as time goes on.

    Parameters
    ----------
    episodes
        In order of their first discharge; may never end.
    """

    def __init__(self, episodes: Iterator[Discharges]) -> None:
        self._episodes = episodes
        self._waiting: Discharges | None = None

    def until(self, stop_s: float) -> list[Discharges]:
        """Return the episodes that begin before `stop_s` **[s]** and have not been given out yet."""
        given: list[Discharges] = []
        while True:
            item = self._waiting if self._waiting is not None else next(self._episodes, None)
            self._waiting = item
            if item is None or item.first_s >= stop_s:
                return given
            if len(item):
                given.append(item)
            self._waiting = None
