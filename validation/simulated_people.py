"""People who differ from the catalogue: causes, findings, movements and exposures drawn from parameters of their own.

Every person's priors, links, leaks and distributions of words are drawn from the spread of the catalogue's figures.
Findings of one group are correlated. Most things are not asked, some regions are not told, and some answers are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from myotwitch.anatomy.places import PLACES, REGION_OF_PLACE, Region
from myotwitch.case.case import Exposure
from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.facts import Facts
from myotwitch.causes.movements import Movement
from myotwitch.causes.network import Floats, log_odds
from myotwitch.causes.priors import prior_log_odds
from myotwitch.causes.settings import Settings
from myotwitch.substances import SUBSTANCES

REGIONS = tuple(Region)
PLACE_OF_REGION = {region: next(place for place in PLACES if REGION_OF_PLACE[place] is region) for region in Region}


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """How people tell what they have.

    Parameters
    ----------
    asked
        Ends between which the share of the findings that is asked lies.
    mistaken
        Probability that an answer, or a word of a description, is wrong.
    told_region
        Probability that a region that moves is told.
    told_word
        Probability that a descriptor of a movement is told.
    spread
        Factor on the standard deviations from which a person's own parameters are drawn; 0: all are as the catalogue.
    """

    asked: tuple[float, float] = (0.1, 0.7)
    mistaken: float = 0.03
    told_region: float = 0.5
    told_word: float = 0.6
    spread: float = 1.0


class People:
    """Draws people, with the causes that are truly active in them."""

    def __init__(
        self, arrays: CatalogueArrays, settings: Settings, telling: Telling, generator: np.random.Generator
    ) -> None:
        self.arrays, self.settings, self.telling, self.generator = arrays, settings, telling, generator
        exponent = np.append(arrays.group_exponent, 1.0)
        # Findings that count little beside another of their group are those that mostly come together with it.
        self.correlation = 1 - exponent[arrays.group]

    def twitching_person(self) -> tuple[Facts, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        """Return the first person drawn who tells of a movement, and which causes are active."""
        while True:
            person = self._person()
            if person[0].movements:
                return person

    def _person(self) -> tuple[Facts, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        arrays, generator = self.arrays, self.generator
        facts = Facts(
            age_years=float(generator.integers(15, 91)),
            sex=str(generator.choice(["female", "male"])),
            pregnant=False,
            findings={},
            exposures=self._exposures(),
        )
        prior, prior_sd = prior_log_odds(facts, arrays, self.settings.counting)
        odds = np.exp(prior + self._noise(prior_sd))
        active = generator.random(odds.size) < odds / (1 + odds)
        movements = self._movements(np.flatnonzero(active))
        if not movements:
            return facts, active
        return (
            Facts(
                age_years=facts.age_years,
                sex=facts.sex,
                pregnant=False,
                findings=self._answers(np.flatnonzero(active)),
                exposures=facts.exposures,
                movements=tuple(sorted(movements, key=lambda movement: movement.sort_key)),
            ),
            active,
        )

    def _noise(self, sd: Floats) -> Floats:
        return np.asarray(self.telling.spread * sd * self.generator.standard_normal(sd.shape))

    def _own(self, value: Floats, sd: Floats) -> Floats:
        """Return a person's own probabilities: log-normal in the odds around those of the catalogue."""
        odds = np.exp(log_odds(value) + self._noise(sd))
        return np.where(value > 0, odds / (1 + odds), 0.0)

    def _exposures(self) -> tuple[Exposure, ...]:
        names = self.generator.choice(list(SUBSTANCES), int(self.generator.integers(0, 4)), replace=False)
        told = [
            {},
            {"taken": False},
            {"last_hours_ago": float(self.generator.uniform(0, 48))},
            {"stopped_days_ago": float(self.generator.uniform(0, 30))},
        ]
        drawn = [
            Exposure.model_construct(substance=str(name), **told[int(self.generator.integers(4))]) for name in names
        ]
        return tuple(sorted(drawn, key=lambda exposure: exposure.substance))

    def _answers(self, active: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[str, bool]:
        arrays, generator, telling = self.arrays, self.generator, self.telling
        link = self._own(arrays.link[:, active], arrays.link_sd[:, active])
        leak = self._own(arrays.leak, arrays.leak_sd)
        yes = 1 - (1 - leak) * np.prod(1 - link, axis=1)
        yes *= np.exp(np.minimum(arrays.against[:, active], 0.0).sum(axis=1))
        common = generator.standard_normal(arrays.group_exponent.size + 1)[arrays.group]
        own = generator.standard_normal(leak.size)
        present = ndtr(np.sqrt(self.correlation) * common + np.sqrt(1 - self.correlation) * own) < yes
        asked = generator.random(leak.size) < generator.uniform(*telling.asked)
        said = present ^ (generator.random(leak.size) < telling.mistaken)
        return {name: bool(said[row]) for row, name in enumerate(arrays.findings) if asked[row]}

    def _movements(self, active: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[Movement]:
        """Return the movements that are told; each is brought about by one cause, or by none of them."""
        arrays, generator, telling = self.arrays, self.generator, self.telling
        link = self._own(arrays.place[:, active], np.broadcast_to(arrays.place_sd[active], (len(REGIONS), active.size)))
        moved = generator.random(link.shape) < link
        by_itself = generator.random(len(REGIONS)) < arrays.place_leak
        movements: list[Movement] = []
        for row in np.flatnonzero(
            (moved.any(axis=1) | by_itself) & (generator.random(len(REGIONS)) < telling.told_region)
        ):
            movers = [int(cause) for cause in active[moved[row]]] + ([-1] if by_itself[row] else [])
            words = self._words(int(generator.choice(movers)), movements)
            region = REGIONS[int(row)]
            movements.append(Movement(region=region, place=PLACE_OF_REGION[region], words=words))
        return movements

    def _words(self, mover: int, before: list[Movement]) -> dict[str, tuple[str, ...]]:
        words = {}
        for name, table in sorted(self.arrays.words.items()):
            if self.generator.random() >= self.telling.told_word:
                continue
            repeated = next((other.words[name] for other in before if name in other.words), None)
            if repeated is not None and self.generator.random() >= self.settings.counting.repeated_descriptor:
                words[name] = repeated  # one description colours the others
                continue
            weights = table.background if mover < 0 else table.by_cause[:, mover]
            sd = 0.0 if mover < 0 else float(table.sd[mover])
            own = weights * np.exp(self._noise(np.full(weights.shape, sd)))
            if self.generator.random() < self.telling.mistaken:
                own = np.ones_like(own)
            words[name] = (str(self.generator.choice(table.words, p=own / own.sum())),)
        return words
