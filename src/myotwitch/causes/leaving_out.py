"""What one piece of evidence does to the ranked causes: their joint posterior with it and without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.enumeration import Positions, all_states
from myotwitch.causes.events import Event
from myotwitch.causes.evidence import Parts, parts_of
from myotwitch.causes.facts import Facts
from myotwitch.causes.network import LARGEST_LINK, Floats, log_odds
from myotwitch.causes.pieces import Piece
from myotwitch.causes.settings import Settings

LEAST_MISSING = 1e-15
"""Links and leaks are kept this far from certainty."""


def contributions(
    facts: Facts, pieces: Sequence[Piece], arrays: CatalogueArrays, settings: Settings, kept: Positions
) -> Mapping[str, Floats]:
    """Return for every piece of evidence by how much it changed the log odds of the causes at the positions `kept`.

    Method
    ------
    The joint posterior of these causes with and without the piece. The other causes enter the leak of each event with
    their odds in the whole case, so that leaving out a piece changes nothing but what it says of these causes.
    """
    parts = parts_of(facts, arrays, settings)
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
        # The event is kept beside its column, so that no other one can get its identity.
        self.columns: dict[int, tuple[Event, Floats]] = {}

    def log_odds(self, parts: Parts) -> Floats:
        """Return the log odds of the kept causes, shape (kept,)."""
        log_weight = self.is_on @ np.log(parts.odds[self.kept].clip(min=1e-300))
        for event in parts.events:
            log_weight = log_weight + self._column(event)
        weight = np.exp(log_weight - log_weight.max())
        return log_odds(np.asarray(weight @ self.is_on / weight.sum()))

    def _column(self, event: Event) -> Floats:
        """Return the logarithm of the probability of the event in each state, shape (states,)."""
        if id(event) not in self.columns:
            log_missing = np.log1p(-event.link.clip(max=LARGEST_LINK)[self.kept])
            others = float(np.log1p(-self.share_of_others * event.link[self.others]).sum())
            left_out = self.is_on @ log_missing + others + np.log1p(-min(event.leak, 1 - LEAST_MISSING))
            self.columns[id(event)] = (event, np.log(-np.expm1(left_out)))
        return self.columns[id(event)][1]
