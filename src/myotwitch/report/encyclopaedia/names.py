"""Finds what a name means, in all catalogues at once: keys, names for doctors and persons, synonyms and codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from myotwitch.anatomy import MUSCLES
from myotwitch.anatomy.names import names_of, plain_words
from myotwitch.case import ANALYTES, FINDINGS
from myotwitch.causes import load_catalogue
from myotwitch.causes.rare import load_rare_diseases
from myotwitch.errors import UnknownNameError
from myotwitch.report.encyclopaedia.page import PageKind, Topic
from myotwitch.substances import CLASS_KEYS, SUBSTANCES, substances_of_class

LONGEST_NAME = 100
"""Characters; no catalogue has a longer name, and comparing long texts is slow."""
MOST_HINTS = 5
LONGEST_PAIR = 6
"""A title of so many words can hold two names joined by 'or'."""
SHORTEST_PART = 2
"""Signs that a part of a title needs to be a name of its own."""

_KIND_ORDER = (PageKind.CAUSE, PageKind.SUBSTANCE, PageKind.ANALYTE, PageKind.FINDING, PageKind.MUSCLE, PageKind.RARE)
"""Which kind is meant where several have a name in the same way: what explains most comes first."""


class _Name(NamedTuple):
    """One name of a topic; `rank` says how directly it names it: key 0, name 1, synonym 2, code 3, shared name 4."""

    topic: Topic
    text: str
    rank: int


def find_topics(name: str) -> tuple[Topic, ...]:
    """Return everything that `name` can mean, the most meaningful first.

    Parameters
    ----------
    name
        A key, a doctor's or plain name, a synonym, an HPO identifier or an ICD-10 code; case, accents and signs do not
        matter. The kind may stand before it: ``finding dry_eye``.

    Raises
    ------
    UnknownNameError
        If nothing is called so; the message gives the nearest names.

    Examples
    --------
    >>> [str(topic) for topic in find_topics("magnesium")]
    ['analyte magnesium', 'substance magnesium_supplement']
    >>> str(find_topics("HP:0003394")[0])
    'finding muscle_cramps'
    """
    words = _spelt(name[: LONGEST_NAME + 1])
    if not words or len(name) > LONGEST_NAME:
        shown = name if len(name) <= LONGEST_NAME else f"{name[:57]}..."
        raise UnknownNameError(f"{shown!r} is no name; give a cause, finding, substance, laboratory value or muscle.")
    known = _topics_of_names()
    kind, _, rest = words.partition(" ")
    if kind in set(PageKind) and rest in known:
        of_kind = tuple(topic for topic in known[rest] if topic.kind == kind)
        # Kind and key together mean one thing, whatever else is called so.
        if exact := tuple(topic for topic in of_kind if _spelt(topic.key) == rest):
            return exact
        if of_kind:
            return of_kind
    if words in known:
        return known[words]
    raise UnknownNameError(_unknown(name, words))


@cache
def _topics_of_names() -> Mapping[str, tuple[Topic, ...]]:
    """Return what each name in plain words can mean, the most meaningful first."""
    ranks: dict[str, dict[Topic, int]] = {}
    for topic, text, rank in _every_name():
        if words := _spelt(text):
            meant = ranks.setdefault(words, {})
            meant[topic] = min(rank, meant.get(topic, rank))
    return {
        words: tuple(sorted(meant, key=lambda topic: (meant[topic], _KIND_ORDER.index(topic.kind), topic.key)))
        for words, meant in ranks.items()
    }


def _every_name() -> Iterator[_Name]:
    for cause in load_catalogue().causes.values():
        topic = Topic(PageKind.CAUSE, cause.name)
        yield _Name(topic, cause.name, 0)
        yield from (_Name(topic, text, 1) for text in (cause.title, cause.plain_title))
        yield from (_Name(topic, text, 2) for title in (cause.title, cause.plain_title) for text in _parts(title))
        # Behind the causes of which it is the main code come those of which it is one among several. A code of the HPO
        # means a finding first.
        yield from (_Name(topic, code, 3 if place == 0 else 4) for place, code in enumerate(cause.icd10))
        yield from (_Name(topic, code, 3) for code in (*cause.mondo, *cause.mesh))
        yield from (_Name(topic, code, 4) for code in cause.hpo)
    for substance in SUBSTANCES.values():
        topic = Topic(PageKind.SUBSTANCE, substance.key)
        yield _Name(topic, substance.key, 0)
        yield _Name(topic, substance.name, 1)
        yield from (_Name(topic, text, 2) for text in (*substance.synonyms, *_parts(substance.name)))
    for analyte in ANALYTES.values():
        topic = Topic(PageKind.ANALYTE, analyte.name)
        yield _Name(topic, analyte.name, 0)
        yield _Name(topic, analyte.label, 1)
        yield from (_Name(topic, text, 2) for text in _parts(analyte.label))
    for finding in FINDINGS.values():
        topic = Topic(PageKind.FINDING, finding.name)
        yield _Name(topic, finding.name, 0)
        yield _Name(topic, finding.label, 1)
        yield from (_Name(topic, text, 3) for text in (finding.hpo_id, finding.hpo_name) if text)
    for muscle in MUSCLES.values():
        topic = Topic(PageKind.MUSCLE, muscle.key)
        yield _Name(topic, muscle.key, 0)
        yield from (_Name(topic, text, 1) for text in names_of(muscle))
        # People leave the word muscle away: 'biceps brachii' for 'Musculus biceps brachii'.
        yield from (_Name(topic, re.sub(r"(?i)\bmuscul[ui]s?\b|\bmuscle\b", " ", text), 2) for text in names_of(muscle))
        yield from (_Name(topic, text, 4) for text in muscle.loose_names)
    for disease in load_rare_diseases().diseases:
        topic = Topic(PageKind.RARE, disease.key)
        yield _Name(topic, disease.key, 0)
        yield _Name(topic, disease.name, 1)


def _spelt(name: str) -> str:
    """Return a name in plain words, in one spelling for both sides of the Atlantic.

    Examples
    --------
    >>> _spelt("Hypomagnesaemia") == _spelt("hypomagnesemia"), _spelt("Motor neurone")
    (True, 'motor neuron')
    """
    words = plain_words(name)
    for british, american in (("ae", "e"), ("oe", "e"), ("our", "or"), ("neurone", "neuron")):
        words = words.replace(british, american)
    return words


def _parts(title: str) -> tuple[str, ...]:
    """Return the names that a title joins: before a bracket, inside it unless that lists several things, around 'or'.

    Examples
    --------
    >>> _parts("Motor neurone disease (ALS)")
    ('Motor neurone disease', 'ALS')
    """
    match = re.fullmatch(r"([^()]+)\(([^(),;]+)\)", title.strip())
    parts = [part.strip() for part in match.groups()] if match else []
    # Both names of 'Stroke or TIA'; in a longer title 'or' joins other things.
    for name in parts or [title]:
        sides = re.split(r" or |/", name)
        parts += sides if len(sides) == 2 and len(name.split()) <= LONGEST_PAIR else []
    return tuple(part.strip() for part in parts if len(part.strip()) >= SHORTEST_PART)


def _unknown(name: str, words: str) -> str:
    for label in (name, name.strip().lower(), name.strip().upper()):
        if label in CLASS_KEYS:
            keys = ", ".join(substance.key for substance in substances_of_class(label))
            return f"{name!r} is a class of substances; name one of them: {keys}."
    known = _topics_of_names()
    holding = [text for text in known if words in text]
    close = get_close_matches(words, list(known), n=3 * MOST_HINTS, cutoff=0.6)
    ordered = (*close[:1], *sorted(holding, key=len), *close)
    nearest = dict.fromkeys(str(topic) for text in ordered for topic in known[text])
    hint = f" Did you mean: {', '.join(list(nearest)[:MOST_HINTS])}?" if nearest else ""
    return (
        f"Nothing is called {name!r}.{hint} Give a cause, finding, substance, laboratory value or muscle, or an ICD-10 "
        "or HPO code. 'myotwitch causes' lists the causes."
    )
