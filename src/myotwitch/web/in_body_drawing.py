"""What is in the body now: each substance as a curve of a day back and a day ahead, with its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from myotwitch.diary import BodyCurve, Diary, InBody, Intake, Schedule, curve_in_body, hours_of, in_body
from myotwitch.diary.entries import Pregnancy, Symptom
from myotwitch.language import _

SPAN_H = 24.0
STEP_H = 0.5
LASTS_S = 1800.0
"""Curves reach this much further than they are drawn, so that they hold until they are made anew."""
MOST_SHOWN = 6
WIDTH, HEIGHT, BASE, TOP = 320.0, 92.0, 74.0, 6.0
COUNTED = (Intake, Schedule, Pregnancy, Symptom)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Present:
    """A substance that is in the body, with its course."""

    row: InBody
    curve: BodyCurve


def present(diary: Diary, at: datetime) -> tuple[Present, ...]:
    """Return what is in the body, most recently taken first, with its course around a time."""
    told = Diary(entries=tuple(entry for entry in diary.entries if isinstance(entry, COUNTED)), person=diary.person)
    times = hours_of(at) + np.arange(-SPAN_H, SPAN_H + LASTS_S / 3600 + STEP_H, STEP_H)
    return tuple(
        Present(row=row, curve=curve_in_body(told, row.substance, times)) for row in in_body(told, at)[:MOST_SHOWN]
    )


def now_of(curve: BodyCurve, at: datetime) -> tuple[float, float, float]:
    """Return what is there at a time in the middle person, and the ends for 95 % of people **[unit]**."""
    values = (float(np.interp(hours_of(at), curve.at_h, line)) for line in (curve.middle, curve.low, curve.high))
    middle, low, high = values
    return middle, low, high


def curve_drawing(curve: BodyCurve, at: datetime, label: str) -> Markup:
    """Return the course of a substance from a day before a time to a day after it."""
    first_h = hours_of(at) - SPAN_H
    highest = max(float(curve.high.max()), 1e-9)

    def x(hours: float) -> float:
        return float(np.clip((hours - first_h) / (2 * SPAN_H), 0.0, 1.0)) * WIDTH

    def y(amount: float) -> float:
        return BASE - (BASE - TOP) * min(amount / highest, 1.0)

    def points(line: NDArray[np.float64]) -> list[str]:
        return [f"{x(hour):.1f} {y(amount):.1f}" for hour, amount in zip(curve.at_h, line, strict=True)]

    band = "L".join([*points(curve.high), *reversed(points(curve.low))])
    middle = "L".join(points(curve.middle))
    parts = [
        f'<path class="base" d="M0 {BASE:g}H{WIDTH:g}"/>',
        f'<path class="band" d="M{band}Z"/>',
        f'<path class="middle" d="M{middle}"/>',
        f'<path class="now" d="M{WIDTH / 2:g} {TOP - 4:g}V{BASE + 3:g}"/>',
        *_clock(at),
    ]
    head = f'<svg class="in-body" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(label)}">'
    return Markup(f"{head}{''.join(parts)}</svg>")


def _clock(at: datetime) -> Sequence[str]:
    """Return the hours of the clock under a curve: noon and midnight, and now."""
    words, base = escape(_("now")), f'y="{HEIGHT - 5:g}" text-anchor="middle"'
    signs = [f'<text class="tick strong" x="{WIDTH / 2:g}" {base}>{words}</text>']
    first = at - timedelta(hours=SPAN_H)
    full_hour = first.replace(minute=0, second=0, microsecond=0)
    for later_h in range(1, int(2 * SPAN_H) + 2):
        hour = full_hour + timedelta(hours=later_h)
        place = (hour - first) / timedelta(hours=2 * SPAN_H) * WIDTH
        if hour.hour % 6 or not 12 < place < WIDTH - 12:
            continue
        signs.append(f'<path class="base" d="M{place:.1f} {BASE:g}v4"/>')
        if abs(place - WIDTH / 2) > 26:
            signs.append(f'<text class="tick" x="{place:.1f}" {base}>{hour:%H}</text>')
    return signs
