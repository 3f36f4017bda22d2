"""What one piece of evidence does to the ranked causes: their joint posterior with it and without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.enumeration import LARGEST_CHANCE, LEAST_ODDS, Positions, all_states, event_chances
from myotwitch.causes.events import Event
from myotwitch.causes.evidence import Parts, parts_of
from myotwitch.causes.network import LARGEST_LINK, Floats, log_odds
from myotwitch.causes.pieces import Piece
from myotwitch.causes.settings import Settings

LOG_ODDS_ENDS = tuple(float(end) for end in log_odds(np.array([0.0, 1.0])))
"""What stands for impossible and for certain."""


def contributions(
    parts: Parts, pieces: Sequence[Piece], arrays: CatalogueArrays, settings: Settings, kept: Positions
) -> Mapping[str, Floats]:
    """Return for every piece of evidence by how much it changed the log odds of the causes at the positions `kept`.

    Parameters
    ----------
    parts
        What the network of the person is made of, with all pieces.

    Method
    ------
    The joint posterior of these causes with and without the piece. The other causes enter the leak of each event with
    their odds in the whole case, so that leaving out a piece changes nothing but what it says of these causes.
    """
    states = _JointStates(parts, kept)
    whole = states.log_odds(parts)
    return {piece.key: whole - states.log_odds(parts_of(piece.rest, arrays, settings)) for piece in pieces}


class _JointStates:
    """The joint states of some causes; what each event makes of them is computed once, however often it is asked."""

    def __init__(self, whole: Parts, kept: Positions) -> None:
        odds = whole.odds
        self.kept = kept
        self.others = np.setdiff1d(np.arange(odds.size), kept)
        self.share_of_others = (odds / (1 + odds))[self.others]
        self.is_on = all_states(kept.size)
        self.is_off = 1 - self.is_on
        # The event is kept beside its column, so that no other one can get its identity.
        self.columns: dict[int, tuple[Event, Floats]] = {}
        self.of_whole = {id(event): event for event in whole.events}
        self.together = np.sum([self._column(event) for event in whole.events], axis=0)

    def log_odds(self, parts: Parts) -> Floats:
        """Return the log odds of the kept causes, shape (kept,)."""
        log_weight = self.is_on @ np.log(parts.odds[self.kept].clip(min=LEAST_ODDS)) + self.together
        here = {id(event): event for event in parts.events}
        for event in (here[key] for key in here.keys() - self.of_whole.keys()):
            log_weight += self._column(event)
        for event in (self.of_whole[key] for key in self.of_whole.keys() - here.keys()):
            log_weight -= self._column(event)
        weight = np.exp(log_weight - log_weight.max())
        # Not from the probability: near certainty it has lost the digits in which the pieces of evidence differ.
        on, off = weight @ self.is_on, weight @ self.is_off
        return np.asarray(np.log(on.clip(min=LEAST_ODDS) / off.clip(min=LEAST_ODDS)).clip(*LOG_ODDS_ENDS))

    def _column(self, event: Event) -> Floats:
        """Return the logarithm of the probability of the event in each state, shape (states,)."""
        if id(event) not in self.columns:
            log_missing = np.log1p(-self.share_of_others * event.link[self.others]).sum()
            otherwise = -np.expm1(log_missing + np.log1p(-min(event.leak, LARGEST_CHANCE)))
            chance = event_chances(event.link[self.kept].clip(max=LARGEST_LINK), np.asarray(otherwise))
            self.columns[id(event)] = (event, np.log(chance))
        return self.columns[id(event)][1]
