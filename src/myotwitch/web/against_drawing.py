"""Twitches against what is in the body: a fortnight of bouts an hour, with the course of what was taken below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from myotwitch.course.hours import WatchedHours, watched_hours_of
from myotwitch.diary import BodyCurve, Diary, curve_in_body, hours_of
from myotwitch.language import _, digits, translated
from myotwitch.substances import SUBSTANCES
from myotwitch.web.dates import short_day_words

DAYS = 14
BIN_H = 6.0
"""Bouts are counted over so long: shorter, and most bars would be of one bout."""
MOST_LANES = 4
WIDTH, BARS, LANE, HEAD = 400.0, 76.0, 44.0, 16.0
"""Of the drawing, of the bars, of a substance, and of the words above each."""


def fortnight_of(
    diary: Diary, substances: Sequence[str]
) -> tuple[WatchedHours, tuple[BodyCurve, ...], datetime] | None:
    """Return the watched time, the courses of what was taken, and the end of the last fortnight of a diary.

    None where nothing was taken, or nothing watched in it.
    """
    if diary.last is None or not substances:
        return None
    end = diary.last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    hours = watched_hours_of(diary)
    first_h = hours_of(end) - 24 * DAYS
    inside = hours.begin >= first_h
    if not inside.any():
        return None
    at_h = first_h + np.arange(0.0, 24.0 * DAYS + 0.5)
    curves = tuple(curve_in_body(diary, name, at_h) for name in substances[:MOST_LANES])
    own = WatchedHours(begin=hours.begin[inside], end=hours.end[inside], bouts=hours.bouts[inside])
    return own, tuple(curve for curve in curves if curve.middle.max() > 0), end


def against_drawing(hours: WatchedHours, curves: Sequence[BodyCurve], end: datetime) -> Markup:
    """Return the drawing of a fortnight, in the language in use."""
    first_h = hours_of(end) - 24 * DAYS
    rate, is_watched = _rates(hours, first_h)
    highest = max(float(rate.max()), 1e-9)
    title = _("Bouts an hour, up to {rate}").format(rate=digits(highest, ".2g"))
    parts = [f'<text class="lane" x="0" y="{HEAD - 5:g}">{escape(title)}</text>', *_bars(rate / highest, is_watched)]
    top = HEAD + BARS
    for curve in curves:
        name = translated(SUBSTANCES[curve.substance].name)
        parts.append(f'<text class="lane" x="0" y="{top + HEAD - 3:g}">{escape(name[:1].upper() + name[1:])}</text>')
        parts.append(_lane(curve, first_h, top + HEAD, top + LANE))
        top += LANE
    parts += _days(end, top)
    label = escape(_("A fortnight of twitching, and what was in the body meanwhile"))
    head = f'<svg class="against" viewBox="0 0 {WIDTH:g} {top + 18:g}" role="img" aria-label="{label}">'
    return Markup(f"{head}{''.join(parts)}</svg>")


def _rates(hours: WatchedHours, first_h: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the bouts an hour of each bin, and whether any of it was watched."""
    count = round(24 * DAYS / BIN_H)
    place = np.clip(((hours.middle - first_h) // BIN_H).astype(np.int64), 0, count - 1)
    watched = np.bincount(place, hours.watched_h, count)
    bouts = np.bincount(place, hours.bouts, count)
    return bouts / np.maximum(watched, BIN_H / 12), watched > 0


def _bars(share: NDArray[np.float64], is_watched: NDArray[np.bool_]) -> list[str]:
    step, base = WIDTH / len(share), HEAD + BARS
    parts = []
    for index, height in enumerate(share):
        left = f'x="{index * step + 0.5:.1f}" width="{step - 1:.1f}"'
        if not is_watched[index]:
            parts.append(f'<rect class="unknown" {left} y="{base - 4:g}" height="4"/>')
        elif height > 0:
            parts.append(f'<rect class="bouts" {left} y="{base - BARS * height:.1f}" height="{BARS * height:.1f}"/>')
    return [*parts, f'<path class="base" d="M0 {base:g}H{WIDTH:g}"/>']


def _lane(curve: BodyCurve, first_h: float, top: float, base: float) -> str:
    highest = float(curve.middle.max())
    points = [
        f"{(hour - first_h) / (24 * DAYS) * WIDTH:.1f} {base - (base - top) * amount / highest:.1f}"
        for hour, amount in zip(curve.at_h, curve.middle, strict=True)
    ]
    filled = f'<path class="amount" d="M0 {base:g}L{"L".join(points)}L{WIDTH:g} {base:g}Z"/>'
    return f'{filled}<path class="base" d="M0 {base:g}H{WIDTH:g}"/>'


def _days(end: datetime, top: float) -> list[str]:
    step, parts = WIDTH / DAYS, []
    for day in range(DAYS + 1):
        parts.append(f'<path class="day" d="M{day * step:.1f} {HEAD:g}V{top:g}"/>')
    for day, anchor in ((0, "start"), (DAYS // 2, "middle"), (DAYS, "end")):
        words = escape(short_day_words((end - timedelta(days=DAYS - day)).date()))
        parts.append(f'<text class="tick" x="{day * step:.1f}" y="{top + 14:g}" text-anchor="{anchor}">{words}</text>')
    return parts
