"""What a discharge is called, how much muscle took part, and why it is called so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What kind of activity a discharge belongs to, in the words of clinical neurophysiology."""

    FASCICULATION = "fasciculation"
    FIBRILLATION = "fibrillation"
    POSITIVE_SHARP_WAVE = "positive_sharp_wave"
    MYOKYMIA = "myokymia"
    NEUROMYOTONIA = "neuromyotonia"
    MYOTONIA = "myotonia"
    COMPLEX_REPETITIVE = "complex_repetitive"
    CRAMP = "cramp"
    MYOCLONUS = "myoclonus"
    VOLUNTARY = "voluntary"
    UNKNOWN = "unknown"


NEEDLE_ONLY_KINDS = frozenset({Kind.FIBRILLATION, Kind.POSITIVE_SHARP_WAVE})
"""Single-fibre activity, which an electrode on the skin cannot show."""


class Extent(StrEnum):
    """How much muscle took part."""

    FIBRE = "fibre"
    BUNDLE = "bundle"
    BELLY = "belly"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Naming:
    """A name with the rule that gave it.

    Parameters
    ----------
    kind
        The name.
    rule
        What had to be true, in words.
    figures
        What was measured, by name; units are in the names.
    sources
        Texts that the rule rests on; empty where it is the project's own judgement.
    """

    kind: Kind
    rule: str
    figures: Mapping[str, float]
    sources: tuple[str, ...] = ()
