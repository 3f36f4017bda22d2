"""The exact posterior of every cause, fast: quickscore, with a slower exact method where rounding would spoil it.

`posterior` is what the rest of the program calls; `enumerate_posterior` in `enumeration` is its slow obvious twin.
"""

from __future__ import annotations

import numpy as np

from myotwitch.causes.enumeration import bounded_posterior
from myotwitch.causes.network import Floats, Network

MOST_EXACT_EVENTS = 12
"""With more positive events than this the 2^events terms would take too long; then the answer is bounded instead."""

TOLERATED_ERROR = 1e-9
"""Largest relative rounding error of quickscore that is let pass; beyond it the slower method without differences
runs.
"""


NARROW = 16
"""Width from which on a product along an axis is formed by folding it."""


def posterior(network: Network) -> Floats:
    """Return the probability of each cause given all evidence, shape (causes,).

    Method
    ------
    Quickscore where its rounding error stays below `TOLERATED_ERROR`; else the sum over explained subsets, also
    exact; with more than `MOST_EXACT_EVENTS` positive events the enumeration of the most relevant causes.
    """
    if network.event_count > MOST_EXACT_EVENTS:
        return bounded_posterior(network, assumed_density_posterior(network))
    probabilities, error = quickscore(network)
    if float(np.max(error)) <= TOLERATED_ERROR:
        return probabilities
    return explained_posterior(network)


def quickscore(network: Network, room: Floats | None = None) -> tuple[Floats, Floats]:
    """Return the probability of each cause, shape (..., causes), and a bound on its relative rounding error, shape
    (...).

    Parameters
    ----------
    room
        Shape (2, ..., 2^events, causes): memory to work in, for whoever asks many times; None: memory of its own.

    Method
    ------
    P(all events) is summed over the subsets of events by inclusion and exclusion; within a subset the causes factorise.
    The time grows as 2^events times causes. The terms alternate in sign: where the evidence is improbable the sum
    is much smaller than its terms and digits are lost. The bound is the largest term times the number of terms
    times the machine's precision, over the sum.

    Sources
    -------
    Heckerman D (1989) A tractable inference algorithm for diagnosing multiple diseases. Proc. 5th UAI, 174-181.
    """
    odds = network.odds
    share = odds / (1 + odds)
    if room is None:
        room = np.empty((2, *network.leak.shape[:-1], 2**network.event_count, network.cause_count))
    missing = _subset_products(1 - network.link, room[0])
    factor = np.multiply(share[..., None, :], missing, out=room[1])
    factor += (1 - share)[..., None, :]
    leak = -(1 - network.leak)[..., None]
    sign_and_leak = _subset_products(leak, np.empty((*missing.shape[:-1], 1)))[..., 0]
    term = sign_and_leak * _product(factor)
    total = term.sum(axis=-1)
    missing /= factor
    on = share * np.matmul(term[..., None, :], missing)[..., 0, :]
    largest = np.abs(term).max(axis=-1)
    rounding = np.finfo(np.float64).eps * term.shape[-1] * largest
    with np.errstate(divide="ignore", invalid="ignore"):
        # A cause's own sum can be far smaller than the total; its error is absolute, so it is judged by the total.
        error = np.where(total > 0, rounding / np.abs(total), np.inf)
        probabilities = np.where(total[..., None] > 0, on / total[..., None], share)
    return np.clip(probabilities, 0.0, 1.0), np.asarray(error, dtype=np.float64)


def explained_posterior(network: Network) -> Floats:
    """Return the exact probability of each cause, shape (causes,), without any subtraction.

    Method
    ------
    A forward and a backward pass over the causes. The state is the subset of events that leak and the causes so far
    have brought about; a cause that is on adds each missing event with the probability of its link. All terms are
    positive, so nothing cancels however improbable the evidence. The events are split into two halves: the
    transition of a cause is then a product of two small matrices, one for each half.
    """
    half = network.event_count // 2
    share = network.odds / (1 + network.odds)
    matters = np.flatnonzero(network.link.any(axis=0))
    result = np.array(share)
    on = share[matters]
    first = _transitions(network.link[:half, matters].T)
    second = _transitions(network.link[half:, matters].T)
    forward, if_on, if_off = _passes(network, half, on, first, second)
    on_weight = on * np.einsum("cij,cij->c", forward, if_on)
    off_weight = (1 - on) * np.einsum("cij,cij->c", forward, if_off)
    result[matters] = on_weight / (on_weight + off_weight)
    return result


def _passes(network: Network, half: int, on: Floats, first: Floats, second: Floats) -> tuple[Floats, Floats, Floats]:
    """Return for each cause three tables over the two halves of the events, shape (causes, 2^half, 2^rest).

    Parameters
    ----------
    half
        Number of events in the first half.
    on
        Shape (causes,): prior probability of each cause.
    first, second
        Shapes (causes, 2^half, 2^half) and (causes, 2^rest, 2^rest): transitions of each cause.

    Returns
    -------
    How probable each subset is before the cause, and how probable it then is that all events come about in the end if
    the cause is on, and if it is off. The second pass runs from the last cause to the first; both go in one loop.
    """
    causes = on.size
    tables = (2, first.shape[1], second.shape[1])
    state = np.zeros(tables)
    state[0] = np.outer(
        _transitions(network.leak[None, :half])[0][0],
        _transitions(network.leak[None, half:])[0][0],
    )
    state[1, -1, -1] = 1.0
    left = np.stack([first.swapaxes(1, 2), first[::-1]], axis=1)
    right = np.stack([second, second[::-1].swapaxes(1, 2)], axis=1)
    share = np.stack([on, on[::-1]], axis=1)[..., None, None]
    before, after = np.empty((causes, *tables)), np.empty((causes, *tables))
    for place in range(causes):
        before[place] = state
        np.matmul(left[place] @ state, right[place], out=after[place])
        state = state + share[place] * (after[place] - state)
    return before[:, 0], after[::-1, 1], before[::-1, 1]


def assumed_density_posterior(network: Network, together: int = 8) -> Floats:
    """Return roughly the probability of each cause: the events are taken in portions, each exactly, one after the
    other.

    Method
    ------
    Assumed density: after each portion the causes are treated as independent again, with their own posterior as prior.
    """
    probabilities = network.odds / (1 + network.odds)
    for begin in range(0, network.event_count, together):
        portion = slice(begin, begin + together)
        probabilities = explained_posterior(
            Network(
                prior=probabilities,
                link=network.link[portion],
                leak=network.leak[portion],
                denied=np.ones_like(probabilities),
            )
        ).clip(0.0, 1.0)
    return probabilities


def _transitions(link: Floats) -> Floats:
    """Return for each row of links the matrix from subset to subset of events, shape (rows, 2^events, 2^events).

    The last event is the highest bit of a subset's number. A missing event is added with the probability of its link.
    """
    rows, events = link.shape
    matrix = np.ones((rows, 1, 1))
    for event in range(events):
        chance = link[:, event]
        size = matrix.shape[1]
        grown = np.zeros((rows, 2 * size, 2 * size))
        grown[:, :size, :size] = matrix * (1 - chance)[:, None, None]
        grown[:, :size, size:] = matrix * chance[:, None, None]
        grown[:, size:, size:] = matrix
        matrix = grown
    return matrix


def _product(factor: Floats) -> Floats:
    """Return the product over the last axis; folding it is faster than going along it."""
    while factor.shape[-1] >= NARROW:
        half, odd = divmod(factor.shape[-1], 2)
        folded = factor[..., :half] * factor[..., half : 2 * half]
        if odd:
            folded[..., 0] *= factor[..., -1]
        factor = folded
    return np.asarray(np.prod(factor, axis=-1), dtype=np.float64)


def _subset_products(factor: Floats, products: Floats) -> Floats:
    """Return for every subset of the events the product of their factors, shape (..., 2^events, last axis of
    `factor`), written into `products`.
    """
    products[..., 0, :] = 1.0
    for event in range(factor.shape[-2]):
        size = 2**event
        np.multiply(products[..., :size, :], factor[..., event, None, :], out=products[..., size : 2 * size, :])
    return products
