"""How far the uncertainty of the catalogue's numbers carries into each probability."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from myotwitch.causes.enumeration import LARGEST_CHANCE, Positions, joint_posterior, most_relevant, state_posterior
from myotwitch.causes.evidence import Uncertain
from myotwitch.causes.network import LARGEST_LINK, Floats, Network, log_odds
from myotwitch.causes.quickscore import quickscore

DRAWS = 200
"""Sets of parameters that are drawn."""

DRAWS_TOGETHER = 8
"""Draws computed at once: their arrays then fit the processor's cache."""

TOLERATED_ERROR_OF_A_DRAW = 1e-3
"""Largest relative rounding error of quickscore in a draw; intervals need no more."""

MOST_EVENTS_OF_A_DRAW = 7
"""With more positive events a draw counts the states of the most relevant causes instead."""

CAUSES_OF_A_DRAW = 9
"""How many causes those are."""

DRAWS_AS_ONE = 2000.0
"""A logit-normal draw is kept within odds of this factor around its value, so that no tail turns a rare cause
common.
"""


def posterior_draws(
    uncertain: Uncertain, probabilities: Floats, generator: np.random.Generator, draws: int = DRAWS
) -> Floats:
    """Return the probability of each cause under drawn parameters, shape (draws, causes).

    Parameters
    ----------
    probabilities
        Shape (causes,): the posterior at the values of the parameters.
    generator
        Source of chance.

    Method
    ------
    Priors, links, leaks and denials are drawn independently, log-normal in their odds, with the spread of their
    figures; in pairs, all parameters of the second on the other side of their values, which halves the scatter of the
    mean (measured on written cases: sd 0.002 instead of 0.004, the largest 0.010 instead of 0.022). Each draw is solved
    by quickscore; where rounding would spoil it, or there are many events, by the states of the most relevant causes.
    """
    network = uncertain.network
    drawn = _drawn(uncertain, generator, draws)
    if network.event_count > MOST_EVENTS_OF_A_DRAW or _is_spoilt(network):
        return _by_states(drawn, network, probabilities)
    # A cause without any link keeps its odds; leaving it out of the subsets saves most of the work.
    linked = np.flatnonzero(network.link.any(axis=0))
    link = drawn.links_of(linked)
    result = drawn.odds / (1 + drawn.odds)
    error = np.empty(draws)
    # Fresh memory for every part would take longer to get than to fill.
    room = np.empty((2, DRAWS_TOGETHER, 2**network.event_count, linked.size))
    for begin in range(0, draws, DRAWS_TOGETHER):
        part = slice(begin, min(begin + DRAWS_TOGETHER, draws))
        result[part, linked], error[part] = quickscore(
            Network(
                prior=drawn.prior[part][:, linked],
                link=link[part],
                leak=drawn.leak[part],
                denied=drawn.denied[part][:, linked],
            ),
            room[:, : part.stop - begin],
        )
    spoilt = np.flatnonzero(error > TOLERATED_ERROR_OF_A_DRAW)
    if spoilt.size:
        result[spoilt] = _by_states(drawn.part(spoilt), network, probabilities)
    return result


def central_interval(draws: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the ends, for each cause, between which the share `level` of the draws lies."""
    tail = (1 - level) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    return low, high


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Drawn:
    """Drawn parameters. Most links are zero and stay so; only the others are kept.

    Parameters
    ----------
    prior, leak, denied
        As those of a network, the draws first.
    event, cause
        Shape (links,): of which event and of which cause each link is.
    link
        Shape (draws, links).
    """

    prior: Floats
    leak: Floats
    denied: Floats
    event: Positions
    cause: Positions
    link: Floats

    @property
    def odds(self) -> Floats:
        """Odds of each cause after the negative answers, before the positive events, shape (draws, causes)."""
        return np.asarray(self.prior / (1 - self.prior) * self.denied, dtype=np.float64)

    def part(self, draws: Positions) -> _Drawn:
        """Return some of the draws."""
        return replace(
            self, prior=self.prior[draws], leak=self.leak[draws], denied=self.denied[draws], link=self.link[draws]
        )

    def links_of(self, causes: Positions) -> Floats:
        """Return the links of some causes with their zeros, shape (draws, events, these causes)."""
        column = np.full(self.prior.shape[1], -1)
        column[causes] = np.arange(causes.size)
        wanted = np.flatnonzero(column[self.cause] >= 0)
        links = np.zeros((*self.leak.shape, causes.size))
        links[:, self.event[wanted], column[self.cause[wanted]]] = self.link[:, wanted]
        return links


def _drawn(uncertain: Uncertain, generator: np.random.Generator, draws: int) -> _Drawn:
    network = uncertain.network
    event, cause = np.nonzero(network.link)
    return _Drawn(
        prior=_logit_normal(network.prior, uncertain.prior_sd, generator, draws),
        event=event,
        cause=cause,
        link=_logit_normal(network.link[event, cause], uncertain.link_sd[event, cause], generator, draws),
        leak=_logit_normal(network.leak, uncertain.leak_sd, generator, draws),
        denied=np.minimum(
            network.denied * np.exp(uncertain.denied_sd * _mirrored(generator, draws, network.denied.size)),
            1.0,
        ),
    )


def _logit_normal(value: Floats, sd: Floats, generator: np.random.Generator, draws: int) -> Floats:
    """Return draws that are log-normal in their odds around each value, shape (draws, values)."""
    limit, middle = np.log(DRAWS_AS_ONE), log_odds(value)
    drawn = _mirrored(generator, draws, value.size)
    for begin in range(0, draws, DRAWS_TOGETHER):
        part = drawn[begin : begin + DRAWS_TOGETHER]
        odds = np.exp(middle + np.clip(sd * part, -limit, limit))
        np.minimum(odds / (1 + odds), LARGEST_LINK, out=part)
    return drawn


def _mirrored(generator: np.random.Generator, draws: int, values: int) -> Floats:
    """Return standard normal numbers, shape (draws, values), of which the second half is the first with other signs."""
    first = generator.standard_normal(((draws + 1) // 2, values))
    return np.concatenate([first, -first[: draws // 2]])


def _is_spoilt(network: Network) -> bool:
    """Return True if quickscore loses its digits at the values of the parameters already: then it does in the draws."""
    _, error = quickscore(network)
    return float(error) > TOLERATED_ERROR_OF_A_DRAW


def _by_states(drawn: _Drawn, network: Network, probabilities: Floats) -> Floats:
    """Return the draws by counting states of the most relevant causes.

    Only the shift of the log odds from the values of the parameters to the draw is taken from the states, so that what
    they neglect cancels. The other causes shift as their own odds do.
    """
    kept = most_relevant(network, probabilities, CAUSES_OF_A_DRAW)
    odds, link = drawn.odds, drawn.links_of(kept)
    shift = np.log(odds) - np.log(network.odds)
    middle = log_odds(state_posterior(network, kept).marginals())
    # The other causes enter with their odds, as in `state_posterior`.
    other = np.flatnonzero(~np.isin(drawn.cause, kept))
    belongs = (drawn.event[other, None] == np.arange(network.event_count)).astype(np.float64)
    # Fresh memory for every part would take longer to get than to fill.
    room = np.empty((DRAWS_TOGETHER, network.event_count, 2**kept.size))
    for begin in range(0, odds.shape[0], DRAWS_TOGETHER):
        part = slice(begin, min(begin + DRAWS_TOGETHER, odds.shape[0]))
        share = (odds[part] / (1 + odds[part]))[:, drawn.cause[other]]
        log_missing = np.log1p(-share * drawn.link[part][:, other]) @ belongs
        log_missing += np.log1p(-drawn.leak[part].clip(max=LARGEST_CHANCE))
        states = joint_posterior(
            kept, odds[part][:, kept], link[part], -np.expm1(log_missing), room[: part.stop - begin]
        )
        shift[part, kept] = log_odds(states.marginals()) - middle
    return _probability(log_odds(probabilities) + shift)


def _probability(log_odds_of_it: Floats) -> Floats:
    """Return the probability of log odds, without overflow; SciPy's would be a quarter of the time to load the app."""
    small = np.exp(-np.abs(log_odds_of_it))
    return np.asarray(np.where(log_odds_of_it >= 0, 1.0, small) / (1.0 + small), dtype=np.float64)
