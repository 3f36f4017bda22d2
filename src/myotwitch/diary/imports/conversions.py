"""Turns words and counts of other programs into the diary's own, by one table with sources."""

from __future__ import annotations

import re
from functools import cache

from myotwitch.anatomy import PLACES
from myotwitch.case.findings import FINDINGS, findings_with_hpo_id
from myotwitch.errors import RequestError, UnknownNameError, nearest_name
from myotwitch.language import _
from myotwitch.sources import Figure, check_sources_known, figure_from_row, load_sources, read_table
from myotwitch.substances import find_substance

ROOM = "myotwitch.diary.imports"
_TABLE = "conversions.toml"
LONGEST_WORDS = 100


@cache
def conversion(name: str, key: str, unit: str) -> Figure:
    """Return a figure of the table; `key` is empty for one without variants.

    Raises
    ------
    TableError
        If the table has none, or it cites a source that is not declared.
    """
    rows = read_table(ROOM, _TABLE)[name]
    figure = figure_from_row(rows[key] if key else rows, unit, f"The conversion {name} {key}".strip())
    check_sources_known(figure.sources, load_sources(ROOM), f"The conversion {name} {key}")
    return figure


def severity_of_word(word: str) -> float | None:
    """Return the place of a word such as ``moderate`` on the scale from 0 to 10; None where it is not known.

    Examples
    --------
    >>> severity_of_word("Mild"), severity_of_word("green")
    (2.5, None)
    """
    key = word.strip().lower()
    return conversion("severity", key, "1").value if key in read_table(ROOM, _TABLE)["severity"] else None


def drink_g(country: str) -> float:
    """Return the pure alcohol in the standard drink of a country **[g]**.

    Raises
    ------
    RequestError
        If the table does not know the country.
    """
    known = read_table(ROOM, _TABLE)["drink"]
    key = country.strip().lower()
    if key not in known:
        raise RequestError(
            _(
                "The standard drink of {country} is not known.{hint} Known are {known}; leave it out to "
                "keep the number of drinks."
            ).format(country=repr(country[:20]), hint=nearest_name(key, list(known)), known=", ".join(known))
        )
    return conversion("drink", key, "g").value


def finding_of_words(words: str) -> str | None:
    """Return the finding that a person's words mean; None where they mean none of the catalogue, or several.

    Examples
    --------
    >>> finding_of_words("Brain fog"), finding_of_words("HP:0003394"), finding_of_words("nausea")
    ('poor_concentration', 'muscle_cramps', None)
    """
    if len(words) > LONGEST_WORDS:
        return None
    matches = findings_with_hpo_id(words.strip())
    if len(matches) == 1:
        return matches[0].name
    return _findings_by_words().get(plain_words(words))


@cache
def _findings_by_words() -> dict[str, str]:
    table: dict[str, str] = {
        plain_words(words): name for words, name in read_table(ROOM, "words.toml")["finding"].items()
    }
    for finding in FINDINGS.values():
        for words in (finding.name, finding.label, finding.hpo_name or ""):
            table.setdefault(plain_words(words), finding.name)
    table.pop("", None)
    return table


def substance_of_words(words: str) -> str | None:
    """Return the substance that words mean, such as ``Sertraline (mg)`` or ``coffee``; None where there is none."""
    try:
        return find_substance(words.strip()[:LONGEST_WORDS]).key
    except UnknownNameError:
        return None


def twitching_of_words(words: str) -> tuple[bool, str | None]:
    """Return whether words mean twitching, and the place that they name.

    Examples
    --------
    >>> twitching_of_words("Eyelid twitching"), twitching_of_words("twitch_calf"), twitching_of_words("anxiety")
    ((True, 'eyelid'), (True, 'calf'), (False, None))
    """
    plain = plain_words(words)
    for word in sorted(read_table(ROOM, "words.toml")["twitching"]["words"], key=len, reverse=True):
        if plain == word:
            return True, None
        if plain.startswith(f"{word} ") or plain.endswith(f" {word}"):
            place = plain.removeprefix(word).removesuffix(word).strip().replace(" ", "_")
            if place in PLACES:
                return True, place
    return False, None


def plain_words(words: str) -> str:
    """Return words in lower case, with blanks for underscores and no double blanks."""
    return re.sub(r"[\s_]+", " ", words[: LONGEST_WORDS * 2].lower()).strip()
