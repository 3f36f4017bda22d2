"""Units: the recurring shapes of a recording, each a motor unit or another generator of like potentials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Background, Floats
from myotwitch.detection.excerpts import Excerpts
from myotwitch.detection.likely_shape import likely_shape
from myotwitch.detection.matched import (
    MatchedFilter,
    matched_filter,
    net_heights,
    output_of,
    peaks_of,
    response_of,
)
from myotwitch.detection.mixture import LEAST_HEIGHT, PeakMixture, fit_mixture, probabilities
from myotwitch.detection.snippets import copied_stretches, snippets_at, snippets_on

SHAPE_S = 0.026
"""Length of a shape; potentials of motor units on the skin last up to 20 ms."""
APART_S = 0.004
"""Nearest distance of two discharges of one unit; doublets lie 8 ms and more apart."""
LEAST_WEIGHT = 0.02
STRONG = 8.0
"""Strength from which a shape is taken as it is; below, it is the likeliest one, so that noise is not learned."""
LIKELY = 0.2
"""Probability from which a peak of a weak shape is no noise, and is looked at for copies."""
FEWEST_DISCHARGES = 3.0
UNEXPLAINED_SHARE = 0.1
"""Share of a potential's energy that may differ from its unit's shape."""
NOISE_SDS = 2.5
INDEPENDENT = 200.0
"""So many samples of a shape vary as independent noise does; of more the energy varies in proportion."""
CHANNEL_SHARE = (0.05, 0.01)
"""Channels with less of a shape's energy than this of the largest say nothing of it; of a grid many say a little."""
FEW_CHANNELS = 8
"""With so many channels and more, potentials stand out by the sum of all."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Unit:
    """A shape that recurs.

    Parameters
    ----------
    template
        Shape (channels, lags) **[noise SDs]**; its middle lies at the centre of its energy.
    filter
        Matched to it.
    mixture
        How high its discharges stand, and how often.
    gain
        By how much it explains the signal better than noise does, as a log likelihood.
    """

    template: Floats
    filter: MatchedFilter
    mixture: PeakMixture
    gain: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Found:
    """Peaks of a unit's filter: their places, and the probability that each is a discharge."""

    place: NDArray[np.int64]
    probability: Floats


def lags_for(sampling_rate_hz: float) -> int:
    """Return the odd number of samples in a shape."""
    return 2 * round(SHAPE_S * sampling_rate_hz / 2) + 1


def refined_unit(
    excerpts: Excerpts, template: Floats, background: Background, rounds: int, start: float | None = None
) -> tuple[Unit, Found] | None:
    """Return the unit whose shape is the mean of what a first guess finds, and what it finds; None if it finds nothing.

    Parameters
    ----------
    template
        First guess, shape (channels, lags).
    rounds
        How often the shape is taken anew from the mean of its discharges, weighted by their probability.
    start
        Height at which discharges are expected in the first round; None: the guess's own strength.
    """
    likely = likely_shape(background, excerpts.sampling_rate_hz, template.shape[1])
    for number in range(rounds + 1):
        chosen = matched_filter(template, background)
        expected = start if start is not None and number == 0 else chosen.strength
        found, mixture, gain = _fitted(excerpts, template, chosen, expected)
        if found.probability[found.probability > LEAST_WEIGHT].sum() < FEWEST_DISCHARGES:
            return None
        if number == rounds:
            return Unit(template=template, filter=chosen, mixture=mixture, gain=gain), found
        template = _mean_shape(excerpts, found, template.shape[1])
        if chosen.strength < STRONG:
            template = likely.best_guess(template, float(found.probability.sum()))
        template = _on_its_channels(centred(template))
        if not np.any(template):
            return None
    return None


def centred(template: Floats) -> Floats:
    """Return the template with the centre of its energy in the middle; what leaves the window is lost."""
    energy = (template**2).sum(axis=0)
    middle = round(float(energy @ np.arange(energy.size)) / max(float(energy.sum()), 1e-12))
    shift = template.shape[1] // 2 - middle
    moved = np.roll(template, shift, axis=1)
    if shift > 0:
        moved[:, :shift] = 0.0
    elif shift < 0:
        moved[:, shift:] = 0.0
    return moved


def away_from(place: NDArray[np.int64], others: NDArray[np.int64], reach: int) -> NDArray[np.bool_]:
    """Return which places lie further than `reach` from all others, which ascend."""
    if not others.size:
        return np.ones(place.size, dtype=np.bool_)
    following = np.searchsorted(others, place)
    after = others[np.minimum(following, others.size - 1)]
    before = others[np.maximum(following - 1, 0)]
    return np.asarray(np.minimum(np.abs(after - place), np.abs(place - before)) > reach, dtype=np.bool_)


def _fitted(
    excerpts: Excerpts, template: Floats, chosen: MatchedFilter, expected: float
) -> tuple[Found, PeakMixture, float]:
    output = output_of(excerpts.samples, chosen)
    apart = max(1, round(APART_S * excerpts.sampling_rate_hz))
    place = peaks_of(output, LEAST_HEIGHT, apart)
    below = peaks_of(-output, LEAST_HEIGHT, apart)
    heights = net_heights(output, place, response_of(template, chosen) / chosen.strength)
    strong = place[heights > max(4.8, 0.6 * expected)]
    below = below[away_from(below, strong, chosen.courses.shape[1])]
    if chosen.strength >= STRONG:
        is_like = has_shape(excerpts.samples, place, heights / chosen.strength, template)
        place, heights = place[is_like], heights[is_like]

    def fitted(heights: Floats) -> PeakMixture:
        return fit_mixture(heights, -output[below].astype(np.float64), expected, excerpts.seconds)

    mixture = told = fitted(heights)
    if chosen.strength < STRONG:
        # What a weak discharge is like on its other side is not what noise is like.
        likely = np.flatnonzero(probabilities(mixture.log_odds(heights)) > LIKELY)
        below = below[away_from(below, place[likely], chosen.courses.shape[1] // 2)]
        copied = likely[copied_stretches(excerpts, place[likely], template)]
        mixture = told = fitted(heights)
        if copied.size:  # Noise that the file repeats teaches nothing; all the same it is there to be told apart.
            place, heights = np.delete(place, copied), np.delete(heights, copied)
            told = fitted(heights)
    found = Found(place=place, probability=probabilities(told.log_odds(heights)))
    return found, mixture, told.gain(heights, excerpts.seconds)


def has_shape(
    samples: NDArray[np.float32],
    place: NDArray[np.int64],
    size: Floats,
    template: Floats,
    noise: Floats | float = 1.0,
) -> NDArray[np.bool_]:
    """Return at which places the signal is the template, of the given size, but for noise and a share of its energy.

    Parameters
    ----------
    noise
        Variance of the noise in what is left: 1 where the template has none of its own.
    """
    channels = np.flatnonzero(template.any(axis=1))
    shape = template[channels].ravel()
    count = shape.size
    around = snippets_on(samples, channels, place, template.shape[1]).reshape(-1, count)
    square = np.einsum("nk,nk->n", around, around).astype(np.float64)
    product = (around @ shape.astype(np.float32)).astype(np.float64)
    energy = square - count
    unexplained = square - 2 * size * product + size**2 * float(shape @ shape) - noise * count
    # The noise of channels and samples goes together, so its energy varies more than that of white noise.
    allowed = NOISE_SDS * noise * np.sqrt(2.0 * count * (1 + count / INDEPENDENT))
    return np.asarray(unexplained <= UNEXPLAINED_SHARE * np.maximum(energy, 0.0) + allowed)


def _mean_shape(excerpts: Excerpts, found: Found, lags: int) -> Floats:
    counts = found.probability > LEAST_WEIGHT
    weight = found.probability[counts]
    around = snippets_at(excerpts.samples, found.place[counts], lags)
    return np.asarray(np.tensordot(weight, around, 1) / weight.sum(), dtype=np.float64)


def _on_its_channels(template: Floats) -> Floats:
    energy = (template**2).sum(axis=1)
    share = CHANNEL_SHARE[0 if len(template) < FEW_CHANNELS else 1]
    return np.where((energy >= share * energy.max())[:, np.newaxis], template, 0.0)
