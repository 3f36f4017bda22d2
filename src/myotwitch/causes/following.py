"""What a person's own diary shows to drive the twitching, as evidence for the causes that it fits.

A cause either makes twitching follow a substance or habit, or it does not: each with a probability, of the catalogue.
Where it does, the log of the rate ratio lies around a usual one; where not, around nought, as far off as whatever else
goes along makes it. What the diary gives, with its interval, is weighed between the two. So no diary can change the
odds of a cause by more than the ratio of these probabilities, however sure it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from myotwitch.case.case import OwnEffect
from myotwitch.case.vocabulary import KnownBy
from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.network import Floats
from myotwitch.causes.settings import Counting

INTERVAL = 0.95
LARGEST_LOG = 50.0
"""As good as certain."""


def following_log_factors(effects: Sequence[OwnEffect], arrays: CatalogueArrays, counting: Counting) -> Floats:
    """Return the log factor on the odds of each cause."""
    total = np.zeros(len(arrays.causes))
    for effect in effects:
        follows, background = _shares(arrays, effect.factor)
        ratio = math.exp(min(log_likelihood_ratio(effect, counting), LARGEST_LOG))
        total += np.log((follows * ratio + 1 - follows) / (background * ratio + 1 - background))
    return total


def log_likelihood_ratio(effect: OwnEffect, counting: Counting) -> float:
    """Return how much more probable the figures of a diary are if the twitching does follow this than if not.

    The more it raises the rate, the more; what lowers it speaks against, the surer the more.
    """
    value = math.log(effect.rate_ratio)
    error = (math.log(effect.high) - math.log(effect.low)) / (2 * float(ndtri(0.5 + INTERVAL / 2)))
    by_chance = {
        KnownBy.EXPERIMENT: counting.chance_spread_experiment,
        KnownBy.BEFORE_AFTER: counting.chance_spread_before_after,
        KnownBy.FACTORS: counting.chance_spread_factors,
    }[effect.known_by]
    usual = math.log(counting.follows_ratio)
    follows, otherwise = counting.follows_spread**2 + error**2, by_chance**2 + error**2
    if follows > otherwise:
        # Of two bells the wider one wins far out on either side; but what lowers a rate is no sign of raising it.
        value = max(value, -usual * otherwise / (follows - otherwise))
    return 0.5 * (math.log(otherwise / follows) + value**2 / otherwise - (value - usual) ** 2 / follows)


@lru_cache(maxsize=256)
def _shares(arrays: CatalogueArrays, factor: str) -> tuple[Floats, float]:
    """Return the probability that twitching follows something, for each cause, and where none is at work."""
    background = arrays.catalogue.background.follows.value
    rows = (cause.follows.get(factor) for cause in arrays.causes)
    return np.array([background if figure is None else figure.value for figure in rows]), background
