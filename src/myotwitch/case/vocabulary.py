"""The fixed words of a case: sex, character, circumstance and trend of a twitching."""

from __future__ import annotations

from enum import StrEnum


class Sex(StrEnum):
    """Sex of the person, as far as laboratory ranges and frequencies of diseases depend on it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class Character(StrEnum):
    """How the movement looks or feels."""

    FLICKER = "flicker"
    """Brief, small and local."""
    RIPPLE = "ripple"
    """Continuous worm-like movement under the skin."""
    JERK = "jerk"
    """Sudden movement of a whole muscle, a limb or the body."""
    SHAKING = "shaking"
    """Rhythmic tremor."""
    CRAMP = "cramp"
    """Painful hard contraction."""
    SUSTAINED = "sustained"
    """A held posture or pull."""
    TIC = "tic"
    """A patterned movement with an urge before it."""
    FLUTTER = "flutter"
    """Fast fine quiver."""
    PULSATION = "pulsation"
    """Beats, perhaps with the pulse."""


class When(StrEnum):
    """In which circumstances it twitches."""

    REST = "rest"
    FALLING_ASLEEP = "falling_asleep"
    ASLEEP = "asleep"
    ON_WAKING = "on_waking"
    AFTER_EXERCISE = "after_exercise"
    DURING_MOVEMENT = "during_movement"
    ALWAYS = "always"


class Trend(StrEnum):
    """How the twitching has changed since it began."""

    IMPROVING = "improving"
    STABLE = "stable"
    WORSENING = "worsening"
    COMES_AND_GOES = "comes_and_goes"


class KnownBy(StrEnum):
    """How it came to be known what something does to this person's twitching."""

    EXPERIMENT = "experiment"
    """Chance decided when it was taken."""
    BEFORE_AFTER = "before_after"
    """It was begun or stopped."""
    FACTORS = "factors"
    """The diary as it was kept."""


HABITS = ("stress", "sleep", "exercise", "screen", "illness", "vaccination", "cycle")
"""What may drive twitching and is no substance; of sleep: two hours less of it."""
