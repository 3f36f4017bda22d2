"""What is in the body, in the words of a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from myotwitch.language import _, digits, translated
from myotwitch.substances import SUBSTANCES
from myotwitch.units import MILLIGRAMS_PER_GRAM
from myotwitch.web.dates import short_day_words
from myotwitch.web.in_body_drawing import Present, curve_drawing, now_of

ROUNDED_TO = timedelta(minutes=30)
"""Nobody's clearance is known to the minute."""


def in_body_rows(found: Sequence[Present], at: datetime) -> list[dict[str, Any]]:
    """Return each substance with its sentence and its drawing."""
    return [_row(one, at) for one in found]


def _row(one: Present, at: datetime) -> dict[str, Any]:
    row = one.row
    middle, low, high = now_of(one.curve, at)
    name = translated(SUBSTANCES[row.substance].name)
    amount = _("about %(amount)s now; in 95 of 100 people between %(low)s and %(high)s") % {
        name: amount_text(value, row.unit, like=high)
        for name, value in {"amount": middle, "low": low, "high": high}.items()
    }
    pattern = _("its effect is over by about %(time)s") if row.is_effect else _("gone by about %(time)s")
    early, late = row.gone_by_interval
    gone = pattern % {"time": time_text(row.gone_by, at)}
    between = _("in 95 of 100 people between %(early)s and %(late)s") % {
        "early": time_text(early, at),
        "late": time_text(late, at),
    }
    return {
        "substance": row.substance,
        "name": name,
        "amount": amount,
        "gone": gone,
        "between": between,
        "assumed_doses": row.assumed_doses,
        "drawing": curve_drawing(one.curve, at, f"{name}: {amount}; {gone}"),
    }


def amount_text(amount: float, unit: str, *, like: float) -> str:
    """Return an amount with two digits that mean something, in grams where one like it is a gram or more.

    Examples
    --------
    >>> amount_text(340.0, "mg", like=12_000.0), amount_text(87.4, "mg", like=90.0)
    ('0.34 g', '87 mg')
    """
    if unit == "mg" and like >= MILLIGRAMS_PER_GRAM:
        amount, unit = amount / MILLIGRAMS_PER_GRAM, "g"
    return f"{digits(float(f'{amount:.2g}'))} {unit}"


def time_text(time: datetime, at: datetime) -> str:
    """Return a time to the half hour, with its day where that is not today's."""
    local = time.astimezone(at.tzinfo)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    local = midnight + round((local - midnight) / ROUNDED_TO) * ROUNDED_TO
    days = (local.date() - at.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if days == 1:
        return _("%(clock)s tomorrow") % {"clock": f"{local:%H:%M}"}
    if days == -1:
        return _("%(clock)s yesterday") % {"clock": f"{local:%H:%M}"}
    return short_day_words(local)
