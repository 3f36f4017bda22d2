"""Days and times as people write them, in the language in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from babel.dates import format_date, format_interval, format_skeleton

from myotwitch.language import language_in_use

LOCALES: Mapping[str, str] = MappingProxyType({"en": "en_GB", "de": "de_DE"})
"""Whose way of writing goes with a language; every clock has 24 hours."""


def day_words(day: date) -> str:
    """Return a day with its name and its year.

    Examples
    --------
    >>> day_words(date(2026, 3, 4))
    'Wednesday, 4 March 2026'
    """
    return format_date(day, "full", locale=_locale())


def days_words(first: date, last: date) -> str:
    """Return a stretch of days, saying once what both ends share.

    Examples
    --------
    >>> days_words(date(2026, 3, 2), date(2026, 3, 8))
    '2–8 Mar 2026'
    """
    if first == last:
        return day_words(first)
    return format_interval(first, last, "yMMMd", locale=_locale()).replace("\u2009", "")


def month_words(month: str) -> str:
    """Return a month that is given as ``2026-03``.

    Examples
    --------
    >>> month_words("2026-03")
    'March 2026'
    """
    return format_skeleton("yMMMM", date.fromisoformat(f"{month}-01"), locale=_locale())


def short_day_words(day: date) -> str:
    """Return a day with its year, in figures where the language writes it so.

    Examples
    --------
    >>> short_day_words(date(2026, 3, 4))
    '4 Mar 2026'
    """
    return format_skeleton("yMMMd", day, locale=_locale())


def weekday_word(day: date) -> str:
    """Return the short name of a day of the week.

    Examples
    --------
    >>> weekday_word(date(2026, 3, 2))
    'Mon'
    """
    return format_date(day, "ccc", locale=_locale())


def month_word(day: date) -> str:
    """Return the short name of a month.

    Examples
    --------
    >>> month_word(date(2026, 3, 2))
    'Mar'
    """
    return format_date(day, "LLL", locale=_locale())


def time_words(time: datetime) -> str:
    """Return a day and the time by the clock there.

    Examples
    --------
    >>> time_words(datetime(2026, 3, 4, 21, 30))
    '4 Mar 2026, 21:30'
    """
    return f"{format_skeleton('yMMMd', time, locale=_locale())}, {time:%H:%M}"


def _locale() -> str:
    return LOCALES[language_in_use()]


FILTERS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        "day_words": day_words,
        "short_day_words": short_day_words,
        "days_words": days_words,
        "month_words": month_words,
        "time_words": time_words,
    }
)
"""What templates call them."""
