"""Numbers, dates and names as the page for the doctor writes them, in the language in use."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from myotwitch.anatomy import MUSCLES, PLACE_LABELS
from myotwitch.case import FINDINGS
from myotwitch.language import _, digits, ngettext, translated
from myotwitch.substances import SUBSTANCES
from myotwitch.units import HOURS_PER_DAY

UNBROKEN = "\u00a0"
"""A blank at which no line ends."""
BIDI_CONTROLS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")
"""Signs that turn the direction of what follows them: a text of the person must not turn the page's own."""
DAYS_PER_MONTH, DAYS_PER_YEAR = 30.4375, 365.25
LEAST_UNITS = 1.95
"""From so many months or years on a length is told in them."""
DAYS_WITH_CLOCK = 3.0
"""Beyond so many days the day alone is told **[d]**."""


def cleaned(text: str) -> str:
    """Return a text of the person on one line, without signs that control how other text is shown.

    Examples
    --------
    >>> cleaned("left\\u202e calf\\n\\n hurts\\x07")
    'left calf hurts'
    """
    kept = (
        " " if sign.isspace() else sign
        for sign in text
        if sign not in BIDI_CONTROLS and (sign.isspace() or unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn"))
    )
    return " ".join("".join(kept).split())


def number_text(value: float, figures: int = 2) -> str:
    """Return a number with so many figures that mean something, and the decimal sign of the language.

    Examples
    --------
    >>> number_text(0.04567), number_text(1234.6), number_text(12.0), number_text(0.0)
    ('0.046', '1235', '12', '0')
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    decimals = max(0, figures - 1 - math.floor(math.log10(abs(value))))
    text = digits(value, f".{decimals}f")
    return text.rstrip("0").rstrip(".,") if decimals else text


def value_text(value: float) -> str:
    """Return a number as it was written, with the decimal sign of the language."""
    return digits(value, ".10g")


def month_text(month: int) -> str:
    """Return the short name of a month, 1 to 12."""
    return (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"), _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"),
        _("Dec"),
    )[month - 1]  # fmt: skip


def day_text(day: date) -> str:
    """Return a day as it is written in the language."""
    told = _("{day} {month} {year}").format(day=day.day, month=month_text(day.month), year=day.year)
    return told.replace(" ", UNBROKEN)


def near_text(time: datetime, now: datetime) -> str:
    """Return a time as short as it stays clear: with the clock within some days, else the day alone."""
    if abs(time - now) > timedelta(days=DAYS_WITH_CLOCK):
        return day_text(time.date())
    day = _("{day} {month}").format(day=time.day, month=month_text(time.month))
    return _("{day}, {clock}").format(day=day, clock=f"{time:%H:%M}")


def time_text(time: datetime) -> str:
    """Return a day and the clock."""
    return _("{day}, {clock}").format(day=day_text(time.date()), clock=f"{time:%H:%M}")


def length_text(days: float) -> str:
    r"""Return a length of time in the unit in which people tell it; in German in the dative, as it stands after "seit".

    Examples
    --------
    >>> length_text(0.2), length_text(20), length_text(95), length_text(1100)
    ('5\xa0hours', '20\xa0days', '3\xa0months', '3\xa0years')
    """
    if days < 2:
        hours = max(1, round(days * HOURS_PER_DAY))
        return ngettext("{count}\u00a0hour", "{count}\u00a0hours", hours).format(count=hours)
    if days >= LEAST_UNITS * DAYS_PER_YEAR:
        count = round(days / DAYS_PER_YEAR)
        return ngettext("{count}\u00a0year", "{count}\u00a0years", count).format(count=count)
    if days >= LEAST_UNITS * DAYS_PER_MONTH:
        count = round(days / DAYS_PER_MONTH)
        return ngettext("{count}\u00a0month", "{count}\u00a0months", count).format(count=count)
    count = round(days)
    return ngettext("{count}\u00a0day", "{count}\u00a0days", count).format(count=count)


def where_text(place: str | None, muscle: str | None) -> str:
    """Return a muscle or place as it stands in a sentence."""
    if place is None and muscle is None:
        return _("place not told")
    known = None if muscle is None else MUSCLES.get(muscle)
    return translated(PLACE_LABELS[str(place)] if known is None else known.name)


def place_text(place: str | None, muscle: str | None, side: str | None) -> str:
    """Return where it twitches, beginning with a capital letter."""
    sided = {
        "left": _("{place}, left"),
        "right": _("{place}, right"),
        "both": _("{place}, both sides"),
    }.get(side or "", "{place}")
    return capital(sided.format(place=where_text(place, muscle)))


def finding_text(finding: str) -> str:
    """Return a finding in a few words."""
    return translated(FINDINGS[finding].label)


def substance_text(substance: str) -> str:
    """Return a substance by its name."""
    return translated(SUBSTANCES[substance].name)


def capital(text: str) -> str:
    """Return the text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence."""
    return ", ".join(words)
