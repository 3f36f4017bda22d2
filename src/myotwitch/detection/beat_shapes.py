"""The shapes of which the heartbeats of a channel are made, learned where the noise is white."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz

from myotwitch.detection.between_samples import Floats, Samples, read_around

LOOKED_AT = 32
"""Beats, or pauses between them, from which medians are taken; more say the same."""
STILL_OF_INTERVAL = (0.55, 0.75)
"""Part of the interval from one beat to the next in which neither T nor P wave lies."""
STILL_QUANTILE = 0.4
"""Of the noise of those parts: twitches and contraction in some of them do not count."""
ORDER = 8
RIDGE = 0.02
"""Share of white noise that is added: what the filter took away must not be divided by."""
CLIPPED_AT = 3.5
"""SDs at which what differs from the model counts no further: a twitch beneath one beat is not learned."""
CHANGES = 6.0
"""Noise SDs of the mean beat from which its changes of shape can show."""
MOST_COMPONENTS = 6
MOST_LEARNED = 120
"""Beats from which changes of shape are learned; more say the same."""
SPARE, ITERATIONS = 4, 8
OVER_NOISE = 1.1
"""Size of a component over the largest that noise has."""
PRIOR_WIDTH = 4.0
"""Variance allowed to a beat's components over that seen: no beat is held to the mean, none is bent to a twitch."""
ROUNDS = 2
MEAN_TO_SD, MAD_TO_SD = 1.2533, 1.4826
TINY = 1e-30


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Whitening:
    """The SD of the noise between beats, and the filter that makes it white with an SD of 1."""

    noise: float
    taps: Floats


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Snippets:
    """Pieces of a channel around beats **[noise SDs]**, as filtered, and after the noise was made white."""

    plain: Samples
    white: Samples

    def of(self, chosen: NDArray[np.bool_]) -> Snippets:
        """Return the chosen ones."""
        return Snippets(plain=self.plain[chosen], white=self.white[chosen])

    def part(self, start: int, stop: int) -> Snippets:
        """Return the samples from `start` to before `stop`."""
        return Snippets(plain=self.plain[:, start:stop], white=self.white[:, start:stop])


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shapes:
    """Of what beats are made.

    Parameters
    ----------
    rows
        The shapes, orthogonal where the noise is white.
    mean, variance
        How much of each is in a beat.
    spread
        SD at each phase of what they leave, at least 1.
    """

    rows: Snippets
    mean: Samples
    variance: Samples
    spread: Samples


def whitening_of(row: Samples, place: Floats) -> Whitening:
    """Return what makes the noise between beats white, by its linear prediction.

    Sources
    -------
    Yule GU (1927) Phil Trans R Soc A 226:267-298; Walker G (1931) Proc R Soc A 131:518-532.
    """
    pieces = _still(row, place, STILL_OF_INTERVAL[1] - STILL_OF_INTERVAL[0])
    pieces = pieces[:: math.ceil(len(pieces) / LOOKED_AT)].astype(np.float64)
    sizes = np.median(np.abs(pieces), axis=1)
    usual = float(np.quantile(sizes, STILL_QUANTILE))
    noise = max(MAD_TO_SD * usual, TINY)
    quiet = pieces[sizes <= usual] / noise
    count = quiet.shape[1]
    lags = np.array([(quiet[:, : count - lag] * quiet[:, lag:]).sum() / (count - lag) for lag in range(ORDER + 1)])
    lags /= max(float(lags[0]), TINY)
    lags[0] += RIDGE
    taps = np.concatenate(([1.0], -solve_toeplitz(lags[:-1], lags[1:])))
    white = _filtered(quiet.astype(np.float32), taps)
    return Whitening(noise=noise, taps=taps / max(MAD_TO_SD * float(np.median(np.abs(white))), TINY))


def snippets_around(row: Samples, place: Floats, first: int, stop: int, whitening: Whitening) -> Snippets:
    """Return the samples from `first` to before `stop`, counted from each place."""
    rows = read_around(row, place, first - ORDER, stop) / np.float32(whitening.noise)
    return Snippets(plain=rows[:, ORDER:], white=_filtered(rows, whitening.taps))


def typical_beat(row: Samples, place: Floats, first: int, stop: int, whitening: Whitening) -> Snippets:
    """Return the median of some of the beats, as one snippet."""
    some = place[:: math.ceil(place.size / LOOKED_AT)]
    rows = np.ascontiguousarray(read_around(row, some, first - ORDER, stop).T)
    median = np.median(rows, axis=1, overwrite_input=True)[np.newaxis] / np.float32(whitening.noise)
    return Snippets(plain=median[:, ORDER:], white=_filtered(median, whitening.taps))


def noise_between(row: Samples, place: Floats, length: int, whitening: Whitening) -> Samples:
    """Return white pieces from between beats, as long as the beats or as the still time there is."""
    share = min(2 * (STILL_OF_INTERVAL[1] - STILL_OF_INTERVAL[0]), length / float(np.median(np.diff(place))))
    return _filtered(_still(row, place, share) / np.float32(whitening.noise), whitening.taps)


def learn_shapes(snippets: Snippets, typical: Snippets, between: Samples) -> Shapes:
    """Return the mean beat, its slope, and the ways in which beats change that stand over the noise between beats.

    Method
    ------
    Everything is decided where the noise is white; the shapes as filtered are the same sums of the same beats.
    """
    rows = _mean_and_slope(snippets, typical)
    amount: Samples = snippets.white @ rows.white.T
    for _ in range(ROUNDS):
        amount = amount + _clipped(np.asarray(snippets.white - amount @ rows.white)) @ rows.white.T
    left = _clipped(np.asarray(snippets.white - amount @ rows.white))
    weights, variance = _components(left, between, MOST_COMPONENTS if np.abs(typical.white).max() >= CHANGES else 0)
    further = weights @ left
    middle = np.median(amount, axis=0)
    seen = (MAD_TO_SD * np.median(np.abs(amount - middle), axis=0)) ** 2
    left = left - (left @ further.T) @ further
    plain = weights @ _clipped(np.asarray(snippets.plain - amount @ rows.plain))
    return Shapes(
        rows=Snippets(plain=np.concatenate((rows.plain, plain)), white=np.concatenate((rows.white, further))),
        mean=np.concatenate(([middle[0]], np.zeros(1 + len(further)))).astype(np.float32),
        variance=(PRIOR_WIDTH * np.concatenate((seen, variance)) + 1e-6).astype(np.float32),
        spread=np.maximum(1.0, spread_of(left)).astype(np.float32),
    )


def spread_of(left: Samples) -> Samples:
    """Return the SD at each phase, from mean absolute values that are clipped once."""
    size = np.abs(left)
    spread = MEAN_TO_SD * size.mean(axis=0)
    return np.asarray(MEAN_TO_SD * np.minimum(size, CLIPPED_AT * spread).mean(axis=0), dtype=np.float32)


def _still(row: Samples, place: Floats, share: float) -> Samples:
    """Return pieces of the row from between beats, as long as a share of the usual interval."""
    intervals = np.diff(place)
    length = max(2 * ORDER, round(share * float(np.median(intervals))))
    start = (place[:-1] + np.mean(STILL_OF_INTERVAL) * intervals - length / 2).astype(np.int64)
    return np.asarray(row[np.clip(start[:, np.newaxis] + np.arange(length), 0, row.size - 1)])


def _filtered(rows: Samples, taps: Floats) -> Samples:
    """Return the rows after the whitening filter; as many samples fewer as it has taps but one."""
    length = rows.shape[1] - taps.size + 1
    made = np.zeros((rows.shape[0], length), dtype=np.float32)
    for lag, tap in enumerate(taps):
        made += np.float32(tap) * rows[:, taps.size - 1 - lag : taps.size - 1 - lag + length]
    return made


def _clipped(left: Samples) -> Samples:
    limit = CLIPPED_AT * np.maximum(np.float32(1.0), spread_of(left))
    return np.clip(left, -limit, limit)


def _mean_and_slope(snippets: Snippets, typical: Snippets) -> Snippets:
    mean, plain_mean = _mean(snippets.white, typical.white[0]), _mean(snippets.plain, typical.plain[0])
    slope, plain_slope = np.gradient(mean), np.gradient(plain_mean)
    size = max(float(np.linalg.norm(mean)), TINY)
    along = float(slope @ mean) / size**2
    slope, plain_slope = slope - along * mean, plain_slope - along * plain_mean
    steepness = max(float(np.linalg.norm(slope)), TINY)
    return Snippets(
        plain=np.stack((plain_mean / size, plain_slope / steepness)).astype(np.float32),
        white=np.stack((mean / size, slope / steepness)).astype(np.float32),
    )


def _mean(snippets: Samples, typical: Samples) -> Samples:
    mean = typical
    for _ in range(ROUNDS):
        mean = np.asarray(mean + _clipped(snippets - mean).mean(axis=0), dtype=np.float32)
    return mean


def _components(left: Samples, between: Samples, most: int) -> tuple[Samples, Floats]:
    """Return the principal components over the noise, as sums of what beats differ by, and their variances."""
    step = math.ceil(len(left) / MOST_LEARNED)
    some = left[::step]
    most = min(most, len(some) // 4)
    if not most:
        return np.zeros((0, len(left)), dtype=np.float32), np.zeros(0)
    noise = _clipped(between[:: math.ceil(len(between) / MOST_LEARNED)])
    values, vectors = _largest_components(some, most)
    # The largest component of noise grows with the length and the number of pieces (Marchenko and Pastur).
    sizes = [math.sqrt(len(rows)) + math.sqrt(rows.shape[1]) for rows in (some, noise)]
    of_noise = float(_largest_components(noise, 1)[0][0]) * (sizes[0] / sizes[1]) ** 2
    kept = np.flatnonzero(values > OVER_NOISE * of_noise)
    weights = np.zeros((kept.size, len(left)), dtype=np.float32)
    weights[:, ::step] = (vectors[:, kept] / np.sqrt(values[kept])).T
    return weights, (values[kept] - 0.9 * of_noise) / len(some)


def _largest_components(rows: Samples, count: int) -> tuple[Floats, Floats]:
    """Return the largest eigenvalues of the rows' products with each other, descending, and their vectors.

    By iteration of a subspace a little larger: a full decomposition would take longer than all else.
    """
    products = (rows @ rows.T).astype(np.float64)
    vectors = products[:, :: max(1, len(rows) // (count + SPARE))][:, : count + SPARE]
    for _ in range(ITERATIONS):
        vectors = products @ np.linalg.qr(vectors)[0]
    basis = np.linalg.qr(vectors)[0]
    values, turned = np.linalg.eigh(basis.T @ products @ basis)
    return values[::-1][:count], (basis @ turned)[:, ::-1][:, :count]
