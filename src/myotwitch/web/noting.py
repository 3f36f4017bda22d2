"""What the page Now shows besides its drawings: places used of late, the list of parts, shared nerves, check-ins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from myotwitch.anatomy import MUSCLES, SharedSupply, shared_supply
from myotwitch.diary import Bout, CheckIn, Diary, Sleep
from myotwitch.language import later, translated
from myotwitch.report.body_map import GROUPS, WITHOUT_SIDE, Heat, Part, keys_of_place, nerves_in_words, recent

MOST_AGAIN = 5
AGAIN_DAYS = 60
SHARED_DAYS = 28
LONGEST_WATCH_H = 16.0
SIDE_WORDS = {
    "left": later("%(what)s, your left"),
    "right": later("%(what)s, your right"),
    "both": later("%(what)s, both sides"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of the list of parts.

    Parameters
    ----------
    key, label
        Key of the muscle or place; what a person calls it.
    latin
        Its Latin name; empty for a place.
    nerves, roots
        What drives it, in words; empty for a place.
    left, right
        How often it twitched of late.
    has_sides
        False for what has no left and right.
    """

    key: str
    label: str
    latin: str
    nerves: str
    roots: str
    left: int
    right: int
    has_sides: bool

    @property
    def is_muscle(self) -> bool:
        """True for a muscle, False for a place."""
        return bool(self.latin)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """Muscles of one side that twitched of late, and the nerve or root that drives most of them.

    Parameters
    ----------
    side
        ``left`` or ``right``.
    muscles
        Their keys, at least two.
    supply
        What drives most of them and, of several such, fewest others; None where nothing drives half of them.
    driven
        How many of them it drives.
    """

    side: str
    muscles: tuple[str, ...]
    supply: SharedSupply | None
    driven: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """A stretch of which a person can say that nothing else twitched in it.

    Parameters
    ----------
    key
        ``bout`` or ``waking``.
    time
        When it began.
    hours, minutes
        How long it is.
    """

    key: str
    time: datetime
    hours: int
    minutes: int


def in_words(part: Part) -> str:
    """Return a part with its side, in the words of a page."""
    label = translated(part.label)
    label = label[:1].upper() + label[1:]
    return label if part.side is None else translated(SIDE_WORDS[part.side]) % {"what": label}


def rows_by_group(heat: Heat) -> list[tuple[str, list[Row]]]:
    """Return every place with its muscles, from head to foot."""
    return [
        (heading, [_row(key, heat) for place in places for key in keys_of_place(place)])
        for heading, places in GROUPS.items()
    ]


def _row(key: str, heat: Heat) -> Row:
    muscle = MUSCLES.get(key)
    label = in_words(Part(key=key, side=None))
    return Row(
        key=key,
        label=label,
        latin="" if muscle is None else muscle.latin,
        nerves="; ".join(translated(name) for name in nerves_in_words(key)),
        roots="" if muscle is None else ", ".join(muscle.roots),
        left=heat.count(Part(key=key, side="left")),
        right=heat.count(Part(key=key, side="right")),
        has_sides=key not in WITHOUT_SIDE,
    )


def used_of_late(bouts: Sequence[Bout], now: datetime) -> tuple[Part, ...]:
    """Return the places where it twitched last, the latest first, each once."""
    found: dict[Part, None] = {}
    for bout in reversed(tuple(recent(bouts, now, AGAIN_DAYS))):
        key = bout.muscle or bout.place
        if key is not None:
            found.setdefault(Part(key=key, side=bout.side))
        if len(found) == MOST_AGAIN:
            break
    return tuple(found)


def shared_of_late(bouts: Sequence[Bout], now: datetime) -> tuple[Shared, ...]:
    """Return, for each side on which several muscles twitched of late, what drives most of them.

    Limits
    ------
    Only bouts of which the muscle was told count: a place alone names no nerve.
    """
    told: dict[str, dict[str, None]] = {"left": {}, "right": {}}
    for bout in recent(bouts, now, SHARED_DAYS):
        if bout.muscle is not None:
            for side in told if bout.side in (None, "both") else (bout.side or "",):
                told[side].setdefault(bout.muscle)
    return tuple(_shared(side, tuple(muscles)) for side, muscles in told.items() if len(muscles) > 1)


def _shared(side: str, muscles: tuple[str, ...]) -> Shared:
    """Return what drives most of some muscles."""
    driven: dict[str, list[str]] = {}
    for key in muscles:
        for supply in shared_supply([key]):
            driven.setdefault(supply.key, []).append(key)
    most = max(driven.values(), key=len)
    if len(most) < max(2, len(muscles) / 2):
        return Shared(side=side, muscles=muscles, supply=None, driven=0)
    candidates = [
        supply
        for keys in driven.values()
        if len(keys) == len(most)
        for supply in shared_supply(keys)
        if len(driven[supply.key]) == len(most)
    ]
    supply = min(candidates, key=lambda candidate: (candidate.muscle_count, candidate.kind, candidate.key))
    return Shared(side=side, muscles=muscles, supply=supply, driven=len(most))


def stretches_to_check(diary: Diary, now: datetime) -> tuple[Since, ...]:
    """Return the stretches up to now that a person may know to have been still."""
    begun = {"bout": _last_note(diary), "waking": diary.of(Sleep)[-1].awake if diary.of(Sleep) else None}
    found = []
    for key, time in begun.items():
        if time is not None and timedelta(minutes=5) <= now - time <= timedelta(hours=LONGEST_WATCH_H):
            minutes = round((now - time) / timedelta(minutes=1))
            found.append(Since(key=key, time=time.astimezone(now.tzinfo), hours=minutes // 60, minutes=minutes % 60))
    return tuple(found)


def _last_note(diary: Diary) -> datetime | None:
    """Return when the person last noted a bout or that there was none."""
    times = [entries[-1].time for kind in (Bout, CheckIn) if (entries := diary.of(kind))]
    return max(times, default=None)
