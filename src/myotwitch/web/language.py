"""The languages of the app: gettext catalogues, read once."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO
from types import MappingProxyType

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "de": "Deutsch"})
"""Every language, by its code, in its own words. English stands in the sources."""

DOMAIN = "myotwitch"


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; that of English translates nothing.

    Method
    ------
    The ``.po`` file itself is read and compiled in memory, so that no compiled file can be out of date.
    """
    path = files("myotwitch.web").joinpath("locale", language, f"{DOMAIN}.po")
    if language not in LANGUAGES or language == "en" or not path.is_file():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as stream:
        write_mo(compiled, read_po(stream, locale=language, domain=DOMAIN))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def chosen_language(kept: str | None, accepted: str) -> str:
    """Return the language that was chosen, else the first that a browser accepts and the app has, else English.

    Examples
    --------
    >>> chosen_language(None, "fr-CH, de;q=0.9, en;q=0.5"), chosen_language("en", "de")
    ('de', 'en')
    """
    if kept is not None and kept in LANGUAGES:
        return kept
    codes = (part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))
    return next((code for code in codes if code in LANGUAGES), "en")
