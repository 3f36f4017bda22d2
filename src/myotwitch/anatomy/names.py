"""Finds a muscle by any of its names, whatever their case, accents and hyphens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from myotwitch.anatomy.muscles import MUSCLES, Muscle
from myotwitch.errors import TableError, UnknownNameError, nearest_name
from myotwitch.language import _

_FILLER_WORDS = frozenset({"musculus", "musculi", "m", "mm", "muscle", "muscles", "the"})


def plain_words(name: str) -> str:
    """Return `name` in lower case, without accents, signs and double spaces.

    Examples
    --------
    >>> plain_words("M. Tibialis-anterior ")
    'm tibialis anterior'
    """
    without_accents = "".join(
        sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign)
    )
    return " ".join(re.sub(r"[^a-z0-9]+", " ", without_accents.replace("'", "")).split())


def _without_fillers(words: str) -> str:
    """Return `words` without 'musculus', 'muscle' and the like."""
    return " ".join(word for word in words.split() if word not in _FILLER_WORDS)


def names_of(muscle: Muscle) -> tuple[str, ...]:
    """Return every name that means this muscle alone: key, Latin, plain and other names."""
    return (muscle.key, muscle.latin, muscle.name, *muscle.synonyms)


@cache
def _muscle_of_name() -> Mapping[str, Muscle]:
    """Return the muscle of each name in plain words; shared names are left out."""
    index: dict[str, Muscle] = {}
    for muscle in MUSCLES.values():
        for name in names_of(muscle):
            words = plain_words(name)
            if index.setdefault(words, muscle) is not muscle:
                raise TableError(f"The name {name!r} means both {index[words].key} and {muscle.key}.")
    # 'biceps brachii' for 'Musculus biceps brachii' – but only where the shorter name is free and means one muscle.
    shorter: dict[str, set[str]] = {}
    for words, muscle in index.items():
        shorter.setdefault(_without_fillers(words), set()).add(muscle.key)
    for words, keys in shorter.items():
        if words and len(keys) == 1 and words not in _muscles_of_shared_name():
            index.setdefault(words, MUSCLES[next(iter(keys))])
    return index


@cache
def _muscles_of_shared_name() -> Mapping[str, tuple[Muscle, ...]]:
    """Return the muscles that share each everyday name, in plain words."""
    index: dict[str, list[Muscle]] = {}
    for muscle in MUSCLES.values():
        for name in muscle.loose_names:
            index.setdefault(plain_words(name), []).append(muscle)
    return {words: tuple(muscles) for words, muscles in index.items()}


def find_muscle(name: str) -> Muscle:
    """Return the one muscle that `name` means.

    Parameters
    ----------
    name
        Key, Latin name, plain name or synonym; case, accents, hyphens, 'musculus' and 'muscle' do not matter.

    Raises
    ------
    UnknownNameError
        If no muscle is called so (the message gives the nearest name), or several are (the message lists them).

    Examples
    --------
    >>> find_muscle("FDI").key
    'interosseus_dorsalis_manus_1'
    >>> find_muscle("Musculus tibialis anterior").name
    'shin muscle'
    """
    words = plain_words(name)
    known, shared = _muscle_of_name(), _muscles_of_shared_name()
    for candidate in (words, _without_fillers(words)):
        if candidate in known:
            return known[candidate]
        if candidate in shared:
            keys = ", ".join(muscle.key for muscle in shared[candidate])
            raise UnknownNameError(
                _("The name {name} means several muscles; name one of them: {keys}.").format(name=repr(name), keys=keys)
            )
    raise UnknownNameError(
        _(
            "No muscle is called {name}; give its Latin or English name, such as 'gastrocnemius' or "
            "'biceps', or name a place instead.{hint}"
        ).format(name=repr(name), hint=nearest_name(words, [*known, *shared]))
    )
