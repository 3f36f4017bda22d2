"""What factors, and the steps for which their rate ratios are told, are called."""

from __future__ import annotations

from collections.abc import Mapping

from myotwitch.language import SOURCE_LANGUAGE, language_in_use, later, translated
from myotwitch.substances import SUBSTANCES

FACTOR_WORDS: Mapping[str, str] = {
    "stress": later("stress"),
    "sleep": later("short sleep"),
    "exercise": later("exercise"),
    "screen": later("screen time"),
    "illness": later("illness"),
    "vaccination": later("a recent vaccination"),
    "cycle": later("the week before a period"),
}
"""Factors that are no substance, as they stand within a sentence; translated where they are shown."""

_STEPS: Mapping[str, str] = {
    "points": later("{number} points"),
    "h less": later("{number} h less"),
    "session": later("{number} session"),
    "h a day": later("{number} h a day"),
    "illness": later("being ill"),
    "days after": later("the {number} days after it"),
    "days before": later("the {number} days before it"),
    "unit": later("{number} units"),
}


def factor_words(factor: str) -> str:
    """Return the name of a factor as it stands within a sentence, in the language in use.

    Examples
    --------
    >>> factor_words("cycle"), factor_words("magnesium_supplement")
    ('the week before a period', 'magnesium supplement')
    """
    if factor in FACTOR_WORDS:
        return translated(FACTOR_WORDS[factor])
    # The names of substances begin with a capital letter, which only German wants within a sentence.
    if factor in SUBSTANCES and language_in_use() != SOURCE_LANGUAGE:
        return translated(SUBSTANCES[factor].name)
    return factor.replace("_", " ")


def factor_title(factor: str) -> str:
    """Return the name of a factor as it stands by itself, in the language in use."""
    return translated(SUBSTANCES[factor].name) if factor in SUBSTANCES else factor_words(factor)


def step_words(number: str, unit: str | None) -> str:
    """Return in words for what a rate ratio is told, in the language in use; `number` is the usual dose as written.

    Examples
    --------
    >>> step_words("95", "mg"), step_words("3", "points"), step_words("1", "illness"), step_words("1", None)
    ('95 mg', '3 points', 'being ill', '1')
    """
    known = _STEPS.get(unit or "")
    return f"{number} {unit or ''}".strip() if known is None else translated(known).format(number=number)
