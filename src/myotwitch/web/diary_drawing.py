"""Drawings of the diary: a week by the hour, a year by the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from markupsafe import Markup, escape

from myotwitch.diary import Bout, CheckIn, Diary, Intake, Sleep
from myotwitch.language import _
from myotwitch.web.dates import month_word, weekday_word

WIDTH, LEFT, ROW, TOP = 360.0, 34.0, 24.0, 16.0
CELL = 5.6
LEVELS = (0, 1, 3, 6, 10)
"""Bouts of a day from which on its square is a shade darker."""


def week_drawing(diary: Diary, first: date) -> Markup:
    """Return a week: what was watched, slept and taken, and what twitched, by the hour."""
    hour = (WIDTH - LEFT - 4) / 24
    parts = [
        f'<text class="tick" x="{LEFT + hour * at:.1f}" y="10" text-anchor="middle">{at}</text>'
        for at in (0, 6, 12, 18, 24)
    ]
    for row in range(7):
        day = first + timedelta(days=row)
        top = TOP + row * ROW
        parts.append(f'<text class="tick" x="0" y="{top + 15:.1f}">{escape(weekday_word(day))}</text>')
        parts.append(f'<rect class="unknown" x="{LEFT}" y="{top + 2:.1f}" width="{24 * hour:.1f}" height="{ROW - 4}"/>')
        parts += [
            f'<rect class="{name}" x="{LEFT + start * hour:.1f}" y="{top + 2:.1f}" width="{(stop - start) * hour:.1f}" '
            f'height="{ROW - 4}"/>'
            for name, start, stop in _stretches(diary, day)
        ]
        parts += _signs(diary, day, top, hour)
    height = TOP + 7 * ROW + 4
    return _drawing("week", height, _("The week by the hour"), parts)


def _stretches(diary: Diary, day: date) -> list[tuple[str, float, float]]:
    found = []
    for entry in diary.entries:
        if isinstance(entry, CheckIn):
            start, stop = entry.time - timedelta(minutes=entry.duration_min), entry.time
            found.append(("watched", start, stop))
        elif isinstance(entry, Sleep):
            found.append(("asleep", entry.time, entry.awake))
    cut = [(name, _hour(start, day), _hour(stop, day)) for name, start, stop in found]
    return [(name, max(0.0, start), min(24.0, stop)) for name, start, stop in cut if start < 24 and stop > 0]


def _signs(diary: Diary, day: date, top: float, hour: float) -> list[str]:
    signs = []
    middle = top + ROW / 2
    for entry in diary.entries:
        at = _hour(entry.time, day)
        if not 0 <= at < 24:
            continue
        x = LEFT + at * hour
        if isinstance(entry, Bout):
            radius = min(2.5 + entry.count**0.5, 8.0)
            signs.append(f'<circle class="bout" cx="{x:.1f}" cy="{middle:.1f}" r="{radius:.1f}"/>')
        elif isinstance(entry, Intake):
            signs.append(f'<path class="taken" d="M{x - 3:.1f} {top + ROW - 3:.1f}h6l-3 -5z"/>')
    return signs


def _hour(time: datetime, day: date) -> float:
    """Return the hours by the clock on the wall from the beginning of a day to a time."""
    return (time.replace(tzinfo=None) - datetime.combine(day, datetime.min.time())) / timedelta(hours=1)


def year_drawing(counts: Mapping[date, int], watched: Mapping[date, float], last: date) -> Markup:
    """Return the 53 weeks up to a day: a square a day, darker the more twitched; hollow where nobody watched."""
    first = last - timedelta(days=last.weekday() + 52 * 7)
    parts = []
    for week in range(53):
        monday = first + timedelta(days=7 * week)
        if monday.day <= 7:
            name = escape(month_word(monday))
            parts.append(f'<text class="tick" x="{26 + week * (CELL + 0.6):.1f}" y="9">{name}</text>')
        for weekday in range(7):
            day = monday + timedelta(days=weekday)
            if day > last:
                continue
            count, is_watched = counts.get(day, 0), watched.get(day, 0.0) > 0 or day in counts
            level = sum(count >= least for least in LEVELS[1:])
            x, y = 26 + week * (CELL + 0.6), 14 + weekday * (CELL + 0.6)
            shade = f"level-{level}" if is_watched else "unknown"
            parts.append(
                f'<rect class="{shade}" x="{x:.1f}" y="{y:.1f}" width="{CELL}" height="{CELL}" rx="1">'
                f"<title>{day}: {count}</title></rect>"
            )
    for weekday in (0, 2, 4):
        name = escape(weekday_word(first + timedelta(days=weekday)))
        parts.append(f'<text class="tick" x="0" y="{19 + weekday * (CELL + 0.6):.1f}">{name}</text>')
    return _drawing("year", 60.0, _("The year by the day"), parts)


def _drawing(name: str, height: float, title: str, parts: Sequence[str]) -> Markup:
    head = f'<svg class="drawing {name}" viewBox="0 0 {WIDTH:g} {height:g}" role="img" aria-label="{escape(title)}">'
    return Markup(f"{head}{''.join(parts)}</svg>")
