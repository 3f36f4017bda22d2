"""The posterior by counting states: the slow obvious twin of quickscore, and the bounded answer for much evidence.

A state says of each cause whether it is on. All sums have positive terms, so nothing is lost to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from myotwitch.causes.network import Floats, Network

HEAVIEST_STATES = 1024
"""States of these in which the other causes are tried as well."""

Positions = NDArray[np.int64]

LEAST_ODDS = 1e-300
"""Stands for odds of zero, so that its logarithm is finite."""

LEAST_CHANCE = 1e-30
"""Stands for the probability zero of an event that nothing else explains, likewise."""

LARGEST_CHANCE = 1 - 1e-15
"""Stands for certainty, so that what is missing to it has a logarithm."""

CAUSES_AT_ONCE = 3
"""Causes that are added one after the other; more are split into halves."""

EVENTS_TOGETHER = 8
"""Events whose probabilities are multiplied before a logarithm is taken: as many as cannot underflow."""

MOST_RELEVANT_CAUSES = 14
"""Causes whose states are counted one by one in the bounded answer: 16,384 states."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StatePosterior:
    """The joint posterior of some causes.

    Parameters
    ----------
    causes
        Shape (kept,): which causes of the network, by position.
    is_on
        Shape (states, kept): 1 where the cause is on.
    weight
        Shape (..., states): probability of the state; sums to 1.
    """

    causes: Positions
    is_on: Floats
    weight: Floats

    def marginals(self) -> Floats:
        """Return the probability of each of these causes, shape (..., kept)."""
        return np.asarray(self.weight @ self.is_on, dtype=np.float64)

    def heaviest(self, count: int) -> StatePosterior:
        """Return only the `count` most probable states, with their weights summing to 1 again; without leading axes."""
        order = np.argsort(-self.weight, kind="stable")[:count]
        weight = self.weight[order]
        return StatePosterior(causes=self.causes, is_on=self.is_on[order], weight=weight / weight.sum())


def enumerate_posterior(network: Network) -> Floats:
    """Return the probability of each cause by summing over all 2^causes states; for 16 causes at most."""
    return state_posterior(network, np.arange(network.cause_count)).marginals()


def bounded_posterior(network: Network, rough: Floats, most: int = MOST_RELEVANT_CAUSES) -> Floats:
    """Return the probability of each cause, shape (causes,), in a time that does not grow as 2^events.

    Parameters
    ----------
    rough
        Shape (causes,): a first guess of the posterior; it chooses the causes whose states are counted.
    most
        How many of them.

    Method
    ------
    The joint states of the most relevant causes are counted. Given a state, the other causes are on with their prior,
    and at most one of them helps to explain the events: with helper j the weight is multiplied by its gain, by how much
    better the events are explained if it is added alone.

    Limits
    ------
    Exact where only the relevant causes matter. Where two of the others together explain what neither the relevant ones
    nor one of them alone explains, it is off; measured in ``tests/reference``.
    """
    kept = most_relevant(network, rough, most)
    alone = np.setdiff1d(np.arange(network.cause_count), kept)
    counted = state_posterior(network, kept, others_count=False)
    if alone.size == 0:
        return counted.marginals()
    states = counted.heaviest(HEAVIEST_STATES)
    prior = network.odds[alone] / (1 + network.odds[alone])
    helped = prior * (_gain_of_adding(network, states, alone) - 1)
    factor = 1 + helped.sum(axis=1)
    weight = states.weight * factor
    weight /= weight.sum()
    probabilities = np.empty(network.cause_count)
    probabilities[kept] = weight @ states.is_on
    probabilities[alone] = prior + (weight / factor) @ (helped * (1 - prior))
    return probabilities.clip(0.0, 1.0)


def most_relevant(network: Network, probabilities: Floats, most: int) -> Positions:
    """Return the positions of the causes whose states are worth counting, ascending.

    Parameters
    ----------
    probabilities
        Shape (causes,): what each cause's posterior is, at least roughly.
    most
        How many at most.

    Method
    ------
    By turns: the most probable causes, and for each event those that most probably brought it about.
    """
    brought_about = network.link * probabilities
    # With seven digits, what differs by rounding alone is alike and goes by its position.
    ranked = -np.vstack([probabilities, brought_about]).astype(np.float32)
    by_turns = np.argsort(ranked, axis=1, kind="stable").T.ravel()
    first_seen = by_turns[np.sort(np.unique(by_turns, return_index=True)[1])]
    return np.sort(first_seen[:most])


def state_posterior(network: Network, kept: Positions, *, others_count: bool = True) -> StatePosterior:
    """Return the joint posterior of the causes at the positions `kept`.

    Parameters
    ----------
    others_count
        Whether the other causes enter the leak with their prior, as if each event were met by its own copy of them
        (mean field); else they are off.
    """
    odds = network.odds
    log_missing = np.log1p(-network.leak.clip(max=LARGEST_CHANCE))
    if others_count:
        others = np.setdiff1d(np.arange(network.cause_count), kept)
        share = (odds / (1 + odds))[..., None, others]
        log_missing = log_missing + np.log1p(-(share * network.link[..., others])).sum(axis=-1)
    return joint_posterior(kept, odds[..., kept], network.link[..., kept], -np.expm1(log_missing))


def joint_posterior(
    kept: Positions, odds: Floats, link: Floats, otherwise: Floats, room: Floats | None = None
) -> StatePosterior:
    """Return the joint posterior of some causes.

    Parameters
    ----------
    kept
        Shape (kept,): which causes of a network they are.
    odds
        Shape (..., kept): odds of each before the events.
    link
        Shape (..., events, kept): probability that the cause, if on, brings the event about.
    otherwise
        Shape (..., events): probability that something else does.
    room
        As in `event_chances`.

    Method
    ------
    The probability of every event in every state grows by one cause at a time, so that no logarithm is needed for it
    and nothing is subtracted: with the cause it is p + (1 - p) link.
    """
    is_on = all_states(kept.size)
    chance = event_chances(link, otherwise.clip(min=LEAST_CHANCE), room)
    log_weight = np.log(odds.clip(min=LEAST_ODDS)) @ is_on.T
    for begin in range(0, chance.shape[-2], EVENTS_TOGETHER):
        log_weight += np.log(chance[..., begin : begin + EVENTS_TOGETHER, :].prod(axis=-2))
    weight = np.exp(log_weight - log_weight.max(axis=-1, keepdims=True))
    return StatePosterior(causes=kept, is_on=is_on, weight=weight / weight.sum(axis=-1, keepdims=True))


def event_chances(link: Floats, otherwise: Floats, room: Floats | None = None) -> Floats:
    """Return the probability of each event in every state of the causes, shape (..., events, 2^causes).

    Parameters
    ----------
    link, otherwise
        As in `joint_posterior`.
    room
        Memory of the shape of the answer to write it into; None: memory of its own.
    """
    causes = link.shape[-1]
    chance = np.empty((*otherwise.shape, 2**causes)) if room is None else room
    if causes > CAUSES_AT_ONCE:
        # Two halves meet as two causes do; that takes fewer and longer loops than one cause after the other.
        half = (causes + 1) // 2
        first = event_chances(link[..., :half], otherwise)[..., None, :]
        second = event_chances(link[..., half:], np.zeros_like(otherwise))[..., None]
        both = chance.reshape(*otherwise.shape, second.shape[-2], first.shape[-1])
        np.multiply(1.0 - first, second, out=both)
        both += first
        return chance
    chance[..., 0] = otherwise
    for cause in range(causes):
        size = 2**cause
        without, added = chance[..., :size], chance[..., size : 2 * size]
        np.subtract(1.0, without, out=added)
        added *= link[..., cause, None]
        added += without
    return chance


@cache
def all_states(count: int) -> Floats:
    """Return every state of so many causes, shape (2^count, count): 1 where a cause is on."""
    numbers = np.arange(2**count, dtype=np.int64)
    states = ((numbers[:, None] >> np.arange(count)) & 1).astype(np.float64)
    states.setflags(write=False)
    return states


def _gain_of_adding(network: Network, states: StatePosterior, causes: Positions) -> Floats:
    """Return by which factor each of the causes, if added alone, explains the events better; shape (states, causes)."""
    log_missing = np.log1p(-network.link[:, states.causes].clip(max=1 - 1e-15))
    left_out = np.exp(states.is_on @ log_missing.T) * (1 - network.leak)
    better = left_out / (1 - left_out)
    gain = np.ones((causes.size, states.weight.size))
    for event in range(network.event_count):
        # Where the cause has no influence on the event its factor is 1.
        helping = np.flatnonzero(network.link[event, causes])
        gain[helping] *= 1 + np.outer(network.link[event, causes[helping]], better[:, event])
    return gain.T
