"""The fixed words of the catalogue of causes: urgency, groups of causes, and the classes that describe a twitching."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from myotwitch.case.vocabulary import Character, Trend, When


class Urgency(StrEnum):
    """How soon a doctor should look, from the least to the most urgent; compared by that order.

    Examples
    --------
    >>> Urgency.WATCH < Urgency.URGENT
    True
    >>> max(Urgency.SEE_DOCTOR, Urgency.HARMLESS).value
    'see_doctor'
    """

    HARMLESS = "harmless"
    """No doctor needed; what to do oneself."""
    WATCH = "watch"
    """Keep a diary; see a doctor if it changes or lasts."""
    SEE_DOCTOR = "see_doctor"
    """Have it clarified, in weeks."""
    URGENT = "urgent"
    """Within a day or two."""
    EMERGENCY = "emergency"
    """Now."""

    @cached_property
    def level(self) -> int:
        """Its place in the order, 0 for the least urgent."""
        return _LEVELS[self.value]

    def __lt__(self, other: object) -> bool:
        return self.level < other.level if isinstance(other, Urgency) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.level <= other.level if isinstance(other, Urgency) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.level > other.level if isinstance(other, Urgency) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.level >= other.level if isinstance(other, Urgency) else NotImplemented


_LEVELS: Mapping[str, int] = MappingProxyType({urgency.value: level for level, urgency in enumerate(Urgency)})


class CauseGroup(StrEnum):
    """Which part of medicine a cause belongs to."""

    BENIGN = "benign"
    LIFESTYLE = "lifestyle"
    SUBSTANCE = "substance"
    WITHDRAWAL = "withdrawal"
    ELECTROLYTE = "electrolyte"
    NERVE = "nerve"
    MUSCLE = "muscle"
    SLEEP = "sleep"
    EPILEPSY = "epilepsy"
    MOVEMENT = "movement"
    MOTOR_NEURON = "motor_neuron"
    INFLAMMATORY = "inflammatory"
    INFECTION = "infection"
    METABOLIC = "metabolic"
    TOXIC = "toxic"
    VASCULAR = "vascular"
    PSYCHOLOGICAL = "psychological"
    MIMIC = "mimic"
    """Only feels like a twitch."""


DESCRIPTORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "characters": tuple(item.value for item in Character),
        "when": tuple(item.value for item in When),
        "since": ("hours", "days", "weeks", "months", "years"),
        "bout": ("instant", "seconds", "minutes", "continuous"),
        "trend": tuple(item.value for item in Trend),
        "side": ("one", "both"),
    }
)
"""The descriptors of a twitching and the words of each; every cause has a distribution over each."""

WORD_FLOOR = 0.01
"""Least probability of any word of a descriptor, under every cause: people describe things unexpectedly."""

_SINCE_ENDS = ((1, "hours"), (14, "days"), (84, "weeks"), (365, "months"))
_BOUT_ENDS = ((2, "instant"), (60, "seconds"), (3600, "minutes"))


def since_class(since_days: float) -> str:
    """Return the word of `DESCRIPTORS` for a twitching that began `since_days` ago.

    Examples
    --------
    >>> since_class(0), since_class(21), since_class(4000)
    ('hours', 'weeks', 'years')
    """
    return next((name for end, name in _SINCE_ENDS if since_days < end), "years")


def bout_class(bout_seconds: float) -> str:
    """Return the word of `DESCRIPTORS` for a bout that lasts `bout_seconds`.

    Examples
    --------
    >>> bout_class(0.5), bout_class(20), bout_class(math.inf)
    ('instant', 'seconds', 'continuous')
    """
    return next((name for end, name in _BOUT_ENDS if bout_seconds < end), "continuous")


def side_class(side: str) -> str:
    """Return ``both`` for both sides, else ``one``.

    Examples
    --------
    >>> side_class("left"), side_class("both")
    ('one', 'both')
    """
    return "both" if side == "both" else "one"


def normalise_words(weights: Mapping[str, float], words: tuple[str, ...]) -> tuple[float, ...]:
    """Return the distribution over `words` in proportion to `weights`, with `WORD_FLOOR` for every word.

    Examples
    --------
    >>> normalise_words({"one": 3.0, "both": 1.0}, ("one", "both"))
    (0.745, 0.255)
    """
    total = math.fsum(weights.values())
    share = 1 - WORD_FLOOR * len(words)
    return tuple(WORD_FLOOR + share * weights.get(word, 0.0) / total for word in words)
