"""How often it twitches over time: bouts an hour watched, and below it on which days anybody watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from myotwitch.course.changes_days import clock_offset_h
from myotwitch.course.hours import watched_hours_of
from myotwitch.diary import Bout, Diary
from myotwitch.diary.times import EPOCH
from myotwitch.language import _
from myotwitch.report.letter.content import Figure
from myotwitch.report.letter.words import month_text, number_text
from myotwitch.units import HOURS_PER_DAY

WIDTH, TOP, BASE, STRIP, HEIGHT, LEFT = 560.0, 7.0, 66.0, 8.0, 94.0, 26.0
LITTLE_WATCHED_H = 2.0
"""A bar that rests on less is drawn hollow **[h]**."""
DAYS_BY_DAY, DAYS_BY_WEEK = 45, 400
"""Up to so many days a bar is a day, and a week; beyond, a month **[days]**."""
BAR, PALE, LINE, SOFT = "#0b6470", "#9cc5ca", "#c9c4b8", "#55606e"
FONT = "Libertinus Serif, Georgia, serif"


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """Bouts in watched time, bouts noted at any time, and hours watched of a calendar day."""

    watched_bouts: float
    noted: int
    watched_h: float


def days_of_diary(diary: Diary) -> dict[date, Day]:
    """Return every day from the first to the last with a bout or a check-in."""
    hours, offset_h = watched_hours_of(diary), clock_offset_h(diary)
    found: dict[date, Day] = {}
    noted: dict[date, int] = {}
    for bout in diary.of(Bout):
        noted[bout.time.date()] = noted.get(bout.time.date(), 0) + bout.count
    if len(hours):
        index = np.floor((hours.middle + offset_h) / HOURS_PER_DAY).astype(np.int64)
        first = int(index.min())
        watched, bouts = np.bincount(index - first, weights=hours.watched_h), np.bincount(index - first, hours.bouts)
        for place, (length, count) in enumerate(zip(watched, bouts, strict=True)):
            day = EPOCH.date() + timedelta(days=first + place)
            found[day] = Day(watched_bouts=float(count), noted=noted.get(day, 0), watched_h=float(length))
    for day, count in noted.items():
        found.setdefault(day, Day(watched_bouts=0.0, noted=count, watched_h=0.0))
    if not found:
        return {}
    begin, end = min(found), max(found)
    nothing = Day(watched_bouts=0.0, noted=0, watched_h=0.0)
    every = (begin + timedelta(days=place) for place in range((end - begin).days + 1))
    return {day: found.get(day, nothing) for day in every}


def course_figure(diary: Diary) -> Figure | None:
    """Return the course as a drawing; None where neither a bout nor a check-in was written."""
    days = days_of_diary(diary)
    if not days:
        return None
    is_watched = any(day.watched_h > 0 for day in days.values())
    edges = _edges(min(days), max(days) + timedelta(days=1))
    bars = [_bar(days, begin, end, is_watched=is_watched) for begin, end in pairwise(edges)]
    highest = _round_up(max((height for height, _hollow in bars), default=0.0))
    span = (edges[-1] - edges[0]).days

    def x(day: date) -> float:
        return LEFT + (day - edges[0]).days / span * (WIDTH - LEFT)

    parts = [_axis(highest)]
    for (height, is_hollow), begin, end in zip(bars, edges, edges[1:], strict=False):
        tall = (BASE - TOP) * height / highest
        gap = min(1.2, (x(end) - x(begin)) * 0.15)
        fill = f'fill="#fff" stroke="{BAR}" stroke-width=".7"' if is_hollow else f'fill="{BAR}"'
        if tall > 0:
            wide = x(end) - x(begin) - gap
            parts.append(
                f'<rect x="{x(begin):.1f}" y="{BASE - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}" {fill}/>'
            )
    parts += [_strip(days, x, is_watched=is_watched), *_months(edges[0], edges[-1], x)]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" '
        f'height="{HEIGHT:g}" role="img">{"".join(parts)}</svg>'
    )
    return Figure(svg=svg, alt=_alt(days, is_watched=is_watched), caption=_caption(len(days), is_watched=is_watched))


def _edges(first: date, end: date) -> list[date]:
    """Return where bars begin and end."""
    length = (end - first).days
    if length <= DAYS_BY_WEEK:
        step = 1 if length <= DAYS_BY_DAY else 7
        begin = first if step == 1 else first - timedelta(days=first.weekday())
        return [begin + timedelta(days=step * place) for place in range(-(-(end - begin).days // step) + 1)]
    edges = [first.replace(day=1)]
    while edges[-1] < end:
        edges.append((edges[-1] + timedelta(days=32)).replace(day=1))
    return edges


def _bar(days: dict[date, Day], begin: date, end: date, *, is_watched: bool) -> tuple[float, bool]:
    """Return the height of a bar, and whether it rests on little."""
    within = [days[day] for place in range((end - begin).days) if (day := begin + timedelta(days=place)) in days]
    if not is_watched:
        return float(sum(day.noted for day in within)), False
    watched_h = sum(day.watched_h for day in within)
    if watched_h <= 0:
        return 0.0, True
    return sum(day.watched_bouts for day in within) / watched_h, watched_h < LITTLE_WATCHED_H


def _round_up(value: float) -> float:
    """Return the next number with one figure, or 1.5 or 2.5 of it."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if value <= step * power * 1.0001))


def _axis(highest: float) -> str:
    rows = []
    for share in (0.0, 0.5, 1.0):
        y = BASE - (BASE - TOP) * share
        rows.append(f'<path d="M{LEFT:g} {y:.1f}H{WIDTH:g}" stroke="{LINE}" stroke-width=".6"/>')
        rows.append(_text(LEFT - 4, y + 3, number_text(highest * share), anchor="end"))
    return "".join(rows)


def _strip(days: dict[date, Day], x: Callable[[date], float], *, is_watched: bool) -> str:
    """Return the row of days below the bars: full where somebody watched, empty where not."""
    top = BASE + 3
    first, end = min(days), max(days) + timedelta(days=1)
    frame = (
        f'<rect x="{x(first):.1f}" y="{top:g}" width="{x(end) - x(first):.1f}" height="{STRIP:g}" fill="#fff" '
        f'stroke="{LINE}" stroke-width=".6"/>'
    )
    runs: list[tuple[date, date]] = []
    for day, told in days.items():
        if told.watched_h > 0 or (not is_watched and told.noted):
            after = day + timedelta(days=1)
            if runs and runs[-1][1] == day:
                runs[-1] = (runs[-1][0], after)
            else:
                runs.append((day, after))
    path = "".join(f"M{x(a):.2f} {top + 1:g}h{x(b) - x(a):.2f}v{STRIP - 2:g}h-{x(b) - x(a):.2f}z" for a, b in runs)
    return frame + (f'<path fill="{PALE}" d="{path}"/>' if path else "")


def _months(first: date, end: date, x: Callable[[date], float]) -> Sequence[str]:
    signs = []
    month, last_x = first.replace(day=1), -100.0
    months = (end.year - first.year) * 12 + end.month - first.month
    step = 1 if months <= 14 else 3
    while month < end:
        is_shown = month >= first and (month.month - 1) % step == 0
        if is_shown and x(month) - last_x > 24 and x(month) < WIDTH - 20:
            words = (
                f"{month_text(month.month)} {month.year}" if month.month == 1 or last_x < 0 else month_text(month.month)
            )
            signs.append(f'<path d="M{x(month):.1f} {BASE + 2:g}v{STRIP + 4:g}" stroke="{SOFT}" stroke-width=".5"/>')
            signs.append(_text(x(month), HEIGHT - 3, words))
            last_x = x(month)
        month = (month + timedelta(days=32)).replace(day=1)
    if not signs:
        signs.append(_text(x(first), HEIGHT - 3, f"{first.day} {month_text(first.month)} {first.year}"))
    return signs


def _text(x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="9" fill="{SOFT}" text-anchor="{anchor}">'
        f"{words}</text>"
    )


def _caption(length: int, *, is_watched: bool) -> str:
    if not is_watched:
        return _("Bouts noted; nobody said when it was watched, so that empty days mean that nothing was written.")
    if length <= DAYS_BY_DAY:
        return _(
            "Bouts in an hour watched, by day. Strip: days on which it was watched; white days are unknown, not zero."
        )
    if length <= DAYS_BY_WEEK:
        return _(
            "Bouts in an hour watched, by week. Strip: days on which it was watched; white days are unknown, not zero."
        )
    return _(
        "Bouts in an hour watched, by month. Strip: days on which it was watched; white days are unknown, not zero."
    )


def _alt(days: dict[date, Day], *, is_watched: bool) -> str:
    watched = sum(day.watched_h > 0 for day in days.values())
    if not is_watched:
        return _("Chart of the bouts noted over {days} days").format(days=len(days))
    return _("Chart of bouts in an hour watched over {days} days, {watched} of them watched").format(
        days=len(days), watched=watched
    )
