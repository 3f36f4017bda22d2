"""How far the uncertainty of the catalogue's numbers carries into each probability."""

from __future__ import annotations

import numpy as np

from myotwitch.causes.enumeration import Positions, most_relevant, state_posterior
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
    figures. Each draw is solved by quickscore; where rounding would spoil it, or there are many events, by the
    states of the most relevant causes.
    """
    drawn = _drawn(uncertain, generator, draws)
    if uncertain.network.event_count > MOST_EVENTS_OF_A_DRAW or _is_spoilt(uncertain.network):
        return _by_states(drawn, uncertain.network, probabilities)
    # A cause without any link keeps its odds; leaving it out of the subsets saves most of the work.
    linked = np.flatnonzero(uncertain.network.link.any(axis=0))
    result = drawn.odds / (1 + drawn.odds)
    error = np.empty(draws)
    for begin in range(0, draws, DRAWS_TOGETHER):
        part = slice(begin, begin + DRAWS_TOGETHER)
        result[part, linked], error[part] = quickscore(_part(drawn, part, linked))
    spoilt = np.flatnonzero(error > TOLERATED_ERROR_OF_A_DRAW)
    if spoilt.size:
        result[spoilt] = _by_states(_part(drawn, spoilt), uncertain.network, probabilities)
    return result


def central_interval(draws: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the ends, for each cause, between which the share `level` of the draws lies."""
    tail = (1 - level) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    return low, high


def _drawn(uncertain: Uncertain, generator: np.random.Generator, draws: int) -> Network:
    network = uncertain.network
    return Network(
        prior=_logit_normal(network.prior, uncertain.prior_sd, generator, draws),
        link=_logit_normal(network.link, uncertain.link_sd, generator, draws),
        leak=_logit_normal(network.leak, uncertain.leak_sd, generator, draws),
        denied=np.minimum(
            network.denied * np.exp(uncertain.denied_sd * generator.standard_normal((draws, *network.denied.shape))),
            1.0,
        ),
    )


def _logit_normal(value: Floats, sd: Floats, generator: np.random.Generator, draws: int) -> Floats:
    # A link of zero stays zero: the cause has no influence at all. Most are, and need no draw.
    places = np.flatnonzero(value)
    noise = sd.ravel()[places] * generator.standard_normal((draws, places.size))
    limit = np.log(DRAWS_AS_ONE)
    odds = np.exp(log_odds(value.ravel()[places]) + np.clip(noise, -limit, limit))
    drawn = np.zeros((draws, value.size))
    drawn[:, places] = np.minimum(odds / (1 + odds), LARGEST_LINK)
    return drawn.reshape(draws, *value.shape)


def _part(network: Network, part: slice | Positions, causes: Positions | None = None) -> Network:
    """Return some of the draws, and of the causes where they are named."""
    columns = slice(None) if causes is None else causes
    return Network(
        prior=network.prior[part][:, columns],
        link=network.link[part][:, :, columns],
        leak=network.leak[part],
        denied=network.denied[part][:, columns],
    )


def _is_spoilt(network: Network) -> bool:
    """Return True if quickscore loses its digits at the values of the parameters already: then it does in the draws."""
    _, error = quickscore(network)
    return float(error) > TOLERATED_ERROR_OF_A_DRAW


def _by_states(drawn: Network, network: Network, probabilities: Floats) -> Floats:
    """Return the draws by counting states of the most relevant causes.

    Only the shift of the log odds from the values of the parameters to the draw is taken from the states, so that what
    they neglect cancels. The other causes shift as their own odds do.
    """
    kept = most_relevant(network, probabilities, CAUSES_OF_A_DRAW)
    shift = np.log(drawn.odds) - np.log(network.odds)
    middle = log_odds(state_posterior(network, kept).marginals())
    for begin in range(0, drawn.prior.shape[0], DRAWS_TOGETHER):
        part = slice(begin, begin + DRAWS_TOGETHER)
        shift[part, kept] = log_odds(state_posterior(_part(drawn, part), kept).marginals()) - middle
    return np.asarray(1 / (1 + np.exp(-(log_odds(probabilities) + shift))), dtype=np.float64)
