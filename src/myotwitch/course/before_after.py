"""The rate before and after something was begun or stopped, with regression to the mean allowed for.

People begin a supplement when it is bad, and what is bad gets better by itself. The days before the beginning are
therefore not compared as a mean: the drift is estimated day by day, it is known how high it stood at the beginning and
how fast this person's drift comes back, and only what is left is the change. Whoever decides by what was logged decides
by what is in the model, so that the choice of the moment does no harm; see ``docs/changes.md`` for how well that works.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_regression import Interval, effects_under_drift
from myotwitch.course.changes_transition import transition_days
from myotwitch.diary import Diary

EFFECT_SD = 1.0
"""Standard deviation of the effect before the diary is seen, on the log rate."""
BEFORE_DAYS, AFTER_DAYS = 365, 180
"""Days before and after that are compared, at most **[days]**."""
FEWEST_DAYS = 14
"""Watched days on each side below which nothing is told."""
NOT_TAKEN_DAYS = 28
"""A substance not taken for so long was not taken **[days]**."""
REGULAR = 0.5
"""Share of days on which something regularly taken is taken at least."""
NO_EFFECT = (0.8, 1.25)
"""Where the interval lies within, no effect is seen (as for the factors of the contract)."""
LONGEST_TRANSITION_DAYS = 28
"""A transition is left out for no longer than this **[days]**."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A day on which something regularly taken was begun, or taken for the last time.

    Parameters
    ----------
    substance
        What.
    is_begun
        True: begun; False: stopped.
    day
        The first day with it, or the first without it.
    until
        The first day on which that was no longer so; None while it lasts.
    """

    substance: str
    is_begun: bool
    day: date
    until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BeforeAfter:
    """What came after a turn.

    Parameters
    ----------
    turn
        What was begun or stopped.
    transition_days
        Days after it that are left out, until the body has taken it up or cleared it **[days]**.
    ratio
        Rate after over rate before, beyond what comes back by itself, with its 95 % interval; None with too few days.
    plain_ratio
        The same by comparing counts, which is what seems to have happened.
    verdict
        ``raises``, ``lowers``, ``no_effect_seen`` or ``cannot_tell``.
    also
        Other substances begun or stopped within two weeks of it; the diary cannot tell them apart.
    """

    turn: Turn
    transition_days: int
    ratio: Interval | None
    plain_ratio: float | None
    verdict: str
    also: tuple[str, ...]


ALSO_WITHIN_DAYS = 14


def turns_of(diary: Diary, days: WatchedDays) -> tuple[Turn, ...]:
    """Return when substances were begun or stopped, in the order of time.

    A substance is begun on a day before which it was not taken for four weeks of the diary, and after which it was
    taken on half of the days for two weeks; stopped likewise.
    """
    taken: dict[str, set[int]] = {}
    for intake in diary.intakes():
        taken.setdefault(intake.substance, set()).add(days.index_of(intake.time.date()))
    turns = [turn for name, indices in taken.items() for turn in _turns(name, indices, days)]
    return tuple(sorted(turns, key=lambda turn: (turn.day, turn.substance)))


def _turns(name: str, indices: set[int], days: WatchedDays) -> list[Turn]:
    inside = np.array(sorted(index for index in indices if 0 <= index < len(days)), dtype=np.int64)
    if not len(inside):
        return []
    gap = np.diff(inside) > NOT_TAKEN_DAYS
    begins, ends = inside[np.append(True, gap)], inside[np.append(gap, True)]
    turns = []
    for place, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        next_begin = int(begins[place + 1]) if place + 1 < len(begins) else len(days)
        has_ended = next_begin - end > NOT_TAKEN_DAYS
        stop = days.day(end + 1) if has_ended else None
        before = begin - (int(ends[place - 1]) if place else -1)
        if before > FEWEST_DAYS and _is_regular(inside, begin, begin + FEWEST_DAYS - 1):
            turns.append(Turn(substance=name, is_begun=True, day=days.day(begin), until=stop))
        if has_ended and _is_regular(inside, end - FEWEST_DAYS + 1, end):
            until = days.day(next_begin) if next_begin < len(days) else None
            turns.append(Turn(substance=name, is_begun=False, day=days.day(end + 1), until=until))
    return turns


def _is_regular(indices: NDArray[np.int64], first: int, last: int) -> bool:
    inside = np.count_nonzero((indices >= first) & (indices <= last))
    return bool(inside >= REGULAR * (last - first + 1))


def before_and_after(days: WatchedDays, turn: Turn, others: Sequence[Turn] = ()) -> BeforeAfter:
    """Return what came after a turn; `others` are the turns of the diary, by which it may be confounded."""
    begin = days.index_of(turn.day)
    end = len(days) if turn.until is None else days.index_of(turn.until)
    transition = min(LONGEST_TRANSITION_DAYS, transition_days(turn.substance))
    first = max(0, begin - BEFORE_DAYS)
    last = min(len(days), end, begin + AFTER_DAYS)
    exposure = days.exposure_h[first:last].copy()
    exposure[max(begin - first, 0) : begin - first + transition] = 0.0
    is_after = np.arange(first, last) >= begin
    ratio, plain = _ratios(days.bouts[first:last], exposure, is_after)
    also = tuple(
        other.substance
        for other in others
        if other.substance != turn.substance and abs((other.day - turn.day).days) <= ALSO_WITHIN_DAYS
    )
    return BeforeAfter(
        turn=turn,
        transition_days=transition,
        ratio=ratio,
        plain_ratio=plain,
        verdict=verdict_of(ratio),
        also=tuple(dict.fromkeys(also)),
    )


def _ratios(bouts: np.ndarray, exposure: np.ndarray, is_after: np.ndarray) -> tuple[Interval | None, float | None]:
    seen = exposure > 0
    if min(np.count_nonzero(seen & is_after), np.count_nonzero(seen & ~is_after)) < FEWEST_DAYS:
        return None, None
    ratio = effects_under_drift(bouts, exposure, is_after[:, np.newaxis].astype(float), np.array([EFFECT_SD]))[
        0
    ].ratio()
    after, before = seen & is_after, seen & ~is_after
    if bouts[before].sum() == 0:
        return ratio, None
    plain = (bouts[after].sum() / exposure[after].sum()) / (bouts[before].sum() / exposure[before].sum())
    return ratio, float(plain)


def verdict_of(ratio: Interval | None) -> str:
    """Return what an interval says, in the words of the contract."""
    if ratio is None:
        return "cannot_tell"
    if ratio.low > 1:
        return "raises"
    if ratio.high < 1:
        return "lowers"
    return "no_effect_seen" if NO_EFFECT[0] <= ratio.low and ratio.high <= NO_EFFECT[1] else "cannot_tell"
