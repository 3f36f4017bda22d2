"""Learning: which shapes recur in a stretch, from the largest potentials down to what is near the noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from myotwitch.detection.background import Background, Floats, joint_energy
from myotwitch.detection.excerpts import Excerpts
from myotwitch.detection.matched import matched_filter, output_of, peaks_of
from myotwitch.detection.mixture import LEAST_HEIGHT, fit_mixture
from myotwitch.detection.snippets import earlier_copies
from myotwitch.detection.starts import largest_group, typical_shapes
from myotwitch.detection.stretches import NONE, Stretches
from myotwitch.detection.units import APART_S, FEW_CHANNELS, STRONG, Found, Unit, away_from, lags_for, refined_unit

LEAST_GAIN = (15.0, 4.0)
"""Log likelihood by which a unit must explain the signal better than noise, and what each channel (to `FEW_CHANNELS`)
adds since so many more guesses are tried. In a hundred minutes of rest of the benchmark's tuning set the best of all
guesses on one channel reached 17."""
GAIN_BESIDE_BEATS = 60.0
"""… and what is added where heartbeats were taken out: what they leave recurs too. In sixty minutes of rest with
heartbeats (tuning set) guesses that were none reached 40 more than without them; a unit of five times the noise has
several hundred."""
LEAST_DEFLECTION = 1.2
"""A unit reaches so many noise SDs on some channel: a smaller one is what the whitening of a grid makes of remains."""
LEAST_STRENGTH = 3.3
"""A weaker unit cannot be told: the best detector, which knows it, would lose half of its discharges."""
OWN_HEIGHT = 0.7
"""Discharges of a unit stand at least so high over the strength of their own mean shape; those of chance do not."""
MOST_SEARCHES = 24
"""Units, and guesses that turn out to be none, after which the search ends."""
LEARNED_S = (300.0, 60.0)
"""Seconds from which shapes are learned at first, and where units are known already; taken evenly from the whole."""
STRONG_PEAK = 5.0
STRONG_ENERGY = 8.0
BEST_GUESSES = 6
WEAK_ROUNDS = 6
"""How often the shape of a weak unit is taken anew from what it finds."""
CERTAIN = 0.5
LARGEST_TAKEN = 1.6
REMAINS_OF = 2.5
"""What is so many times weaker than a unit beside whose discharges it stands may be what that unit left."""
REMAINS_S = 0.030
LEAST_ALONE = 0.4
"""Share of its discharges that a unit must have away from those of much stronger ones."""
MOST_COPIES = 0.3
"""Share of exact copies among the discharges of a unit from which it is noise that the file repeats."""
MAINS_HZ = (50.0, 60.0)
MAINS_SHARE, MAINS_OFF, MAINS_BY_CHANCE = 0.65, 0.1, 1e-4
"""What discharges by the clock of the mains is hum: such a share of its intervals are whole periods to a tenth of one,
and chance, which gives a fifth, would seldom give so many."""
MAINS_FREQUENCY_OFF, MAINS_NEAR, MAINS_RATE_OFF = 0.005, 0.35, 0.01
"""The mean period of these is that of the mains to half a percent. That of all intervals which are whole to a third
of a period is to one percent: of a train near the mains' rate, those to a tenth alone would seem to keep its time."""
EVEN_SHARE = 0.8
"""A train that takes several periods from one discharge to the next does so in such a share of its intervals."""
MAINS_WITHIN_S = 0.5
BY_CHANCE = 0.01
"""Chance below which a weak unit would keep company with heartbeats: it is what they have left."""
GUESSED_HEIGHT = 4.0
LIKE = 0.93
"""Correlation from which two shapes, one shifted against the other, are one unit's."""
LIKE_SIZE = 0.6
PARTS = 2
PARTS_LEFT = 0.25
"""Share of a shape's energy below which what its parts leave of it is nothing of its own."""


def learn_units(
    excerpts: Excerpts, background: Background, known: Sequence[Unit] = (), heart_traces: Stretches = NONE
) -> tuple[Unit, ...]:
    """Return the units of the excerpts: those known already, as they are now, and new ones, the strongest first.

    Parameters
    ----------
    heart_traces
        Where a little is left of heartbeats **[s]**; what discharges there more often than elsewhere is no unit.

    Method
    ------
    Known units are looked for first and what they explain is taken away. Then groups of like potentials among what
    stands out clearly, one after the other. Last, on few channels, typical shapes are tried and refined on what is
    left; the one that explains most is kept if it explains enough, until none does.
    """
    part = excerpts.part(LEARNED_S[1 if known else 0])
    if not part.samples.size:
        return tuple(known)
    left = replace(part, samples=part.samples.copy())
    search = _Search(left=left, background=background, units=[], taken=[], traced=_within(part, heart_traces))
    for unit in known:
        again = refined_unit(search.left, unit.template, background, 1)
        is_found = again is not None and again[0].gain >= search.least_gain and _is_like(again[0], unit)
        search.units.append(again[0] if again is not None and is_found else unit)
        if again is not None:
            search.take_away(search.units[-1], again[1])
    _learn_groups(search)
    if part.samples.shape[0] < FEW_CHANNELS:
        _learn_small(search)
    return tuple(search.units)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Search:
    """A search on its way: what is left of the signal, the units found, and how strong and where they discharge.

    `traced` tells for every place whether a little is left of a heartbeat there.
    """

    left: Excerpts
    background: Background
    units: list[Unit]
    taken: list[tuple[float, NDArray[np.int64]]]
    traced: NDArray[np.bool_]

    @property
    def least_gain(self) -> float:
        """Gain that a unit must have."""
        beside_beats = GAIN_BESIDE_BEATS if self.traced.any() else 0.0
        return LEAST_GAIN[0] + LEAST_GAIN[1] * min(len(self.left.samples), FEW_CHANNELS) + beside_beats

    def accepts(self, unit: Unit, found: Found) -> bool:
        """Return True if the unit is a new one, neither noise nor what stronger units have left."""
        if unit.gain < self.least_gain or any(_is_like(unit, other) for other in self.units):
            return False
        deflection = float(np.abs(self.background.colouring @ unit.template).max())
        if deflection < LEAST_DEFLECTION or unit.filter.strength < LEAST_STRENGTH:
            return False
        is_low = unit.mixture.height < OWN_HEIGHT * unit.filter.strength
        if is_low or _is_made_of(unit, self.units):
            return False
        certain = found.place[found.probability >= CERTAIN]
        if not certain.size or earlier_copies(self.left, certain, unit.template).mean() > MOST_COPIES:
            return False
        is_of_beats = unit.filter.strength < STRONG and self.keeps_company_with_beats(certain)
        time_s = self.left.index_of(np.sort(certain)) / self.left.sampling_rate_hz
        if is_of_beats or keeps_time_with_mains(time_s):
            return False
        stronger = [place for strength, place in self.taken if strength >= REMAINS_OF * unit.filter.strength]
        beside = np.sort(np.concatenate(stronger)) if stronger else certain[:0]
        reach = round(REMAINS_S * self.left.sampling_rate_hz)
        return bool(away_from(certain, beside, reach).mean() >= LEAST_ALONE)

    def keeps_company_with_beats(self, place: NDArray[np.int64]) -> bool:
        """Return True if more of the places lie where a little is left of heartbeats than chance would have it."""
        return bool(bdtrc(self.traced[place].sum() - 1, place.size, self.traced.mean()) < BY_CHANCE)

    def take_away(self, unit: Unit, found: Found) -> None:
        """Take the unit's discharges out of the samples, in place."""
        lags = unit.template.shape[1]
        output = output_of(self.left.samples, unit.filter)
        certain = found.place[found.probability >= CERTAIN]
        for place in certain:
            first = int(place) - lags // 2
            if 0 <= first <= self.left.samples.shape[1] - lags:
                size = min(float(output[place]) / unit.filter.strength, LARGEST_TAKEN)
                self.left.samples[:, first : first + lags] -= (size * unit.template).astype(np.float32)
        self.taken.append((unit.filter.strength, certain))


def keeps_time_with_mains(time_s: Floats) -> bool:
    """Return True if ascending times **[s]** follow one another by whole periods of the mains.

    Those of an even train that happens to take several periods from one to the next do not count.

    Examples
    --------
    >>> periods = np.cumsum([1, 2, 1, 1, 3, 1, 6, 1, 2, 2, 1, 1, 4, 1, 1, 2])
    >>> keeps_time_with_mains(periods / 50.02), keeps_time_with_mains(periods / 52.0)
    (True, False)
    """
    intervals_s = np.diff(time_s)
    intervals_s = intervals_s[intervals_s < MAINS_WITHIN_S]
    for mains_hz in MAINS_HZ:
        turns = intervals_s * mains_hz
        turns = turns[turns >= 0.5]
        periods = np.round(turns)
        is_whole = np.abs(turns - periods) <= MAINS_OFF
        by_chance = bdtrc(is_whole.sum() - 1, intervals_s.size, 2 * MAINS_OFF)
        if by_chance > MAINS_BY_CHANCE or is_whole.sum() < MAINS_SHARE * intervals_s.size:
            continue
        whole = periods[is_whole].astype(np.int64)
        is_timed = abs(turns[is_whole].sum() / whole.sum() - 1.0) <= MAINS_FREQUENCY_OFF
        is_near = np.abs(turns - periods) <= MAINS_NEAR
        is_at_rate = abs(turns[is_near].sum() / periods[is_near].sum() - 1.0) <= MAINS_RATE_OFF
        usual = int(np.bincount(whole).argmax())
        is_even = usual > 1 and np.mean(whole % usual == 0) >= EVEN_SHARE
        if is_timed and is_at_rate and not is_even:
            return True
    return False


def _learn_groups(search: _Search) -> None:
    lags = lags_for(search.left.sampling_rate_hz)
    spent = np.zeros(0, dtype=np.int64)
    for _ in range(MOST_SEARCHES):
        place = _standing_out(search.left)
        place = place[away_from(place, np.sort(spent), 2)]
        group = largest_group(search.left, place, search.background, lags)
        if group is None:
            return
        spent = np.concatenate((spent, group.place))
        refined = refined_unit(search.left, group.template, search.background, 2)
        if refined is not None and refined[0].filter.strength < STRONG:
            refined = refined_unit(search.left, refined[0].template, search.background, WEAK_ROUNDS)
        if refined is None:
            continue
        if search.accepts(*refined):
            search.units.append(refined[0])
        search.take_away(*refined)


def _learn_small(search: _Search) -> None:
    lags = lags_for(search.left.sampling_rate_hz)
    for _ in range(MOST_SEARCHES):
        best = None
        for template in _best_guesses(search.left, search.background, lags):
            refined = refined_unit(search.left, template, search.background, 2, GUESSED_HEIGHT)
            if refined is not None and (best is None or refined[0].gain > best[0].gain):
                best = refined
        best = refined_unit(search.left, best[0].template, search.background, WEAK_ROUNDS) if best is not None else None
        if best is None or best[0].gain < search.least_gain:
            return
        if search.accepts(*best):
            search.units.append(best[0])
        search.take_away(*best)


def _best_guesses(left: Excerpts, background: Background, lags: int) -> list[Floats]:
    """Return the typical shapes, of either sign and on any channel, whose peaks least look like noise."""
    channels = left.samples.shape[0]
    apart = max(1, round(APART_S * left.sampling_rate_hz))
    guesses: list[tuple[float, int, Floats]] = []
    for channel in range(channels):
        for shape in typical_shapes(left.sampling_rate_hz, lags):
            template = np.zeros((channels, lags))
            template[channel] = shape
            output = output_of(left.samples, matched_filter(template, background))
            above = output[peaks_of(output, LEAST_HEIGHT, apart)].astype(np.float64)
            below = -output[peaks_of(-output, LEAST_HEIGHT, apart)].astype(np.float64)
            for sign, own, other in ((1, above, below), (-1, below, above)):
                mixture = fit_mixture(own, other, GUESSED_HEIGHT, left.seconds)
                guesses.append((mixture.gain(own, left.seconds), len(guesses), sign * template))
    guesses.sort(key=lambda guess: (-guess[0], guess[1]))
    return [template for _, _, template in guesses[:BEST_GUESSES]]


def _within(part: Excerpts, stretches: Stretches) -> NDArray[np.bool_]:
    """Return which places of the excerpts lie within stretches **[s]**."""
    place = np.arange(part.samples.shape[1])
    if not len(stretches):
        return np.zeros(place.size, dtype=np.bool_)
    moment_s = part.index_of(place) / part.sampling_rate_hz
    return np.asarray(
        np.searchsorted(stretches[:, 0], moment_s, "right") > np.searchsorted(stretches[:, 1], moment_s, "right")
    )


def _standing_out(left: Excerpts) -> NDArray[np.int64]:
    apart = max(1, round(APART_S * left.sampling_rate_hz))
    if left.samples.shape[0] < FEW_CHANNELS:
        return peaks_of(np.abs(left.samples).max(axis=0), STRONG_PEAK, apart)
    return peaks_of(joint_energy(left.samples, left.sampling_rate_hz), STRONG_ENERGY, apart)


def _is_made_of(unit: Unit, others: Sequence[Unit]) -> bool:
    """Return True if a shape is two shapes of known units one after the other: a doublet, or two units by chance."""
    left = unit.template.copy()
    for _ in range(PARTS):
        best: tuple[float, Unit | None, int] = (0.0, None, 0)
        for other in others:
            product = _cross(left, other.template)
            lag = int(np.argmax(product))
            explained = float(product[lag]) / float(np.linalg.norm(other.template))
            best = max(best, (explained, other, lag), key=lambda part: part[0])
        if best[1] is None:
            return False
        left = left - _shifted(best[1].template, best[2])
    return bool(np.sum(left**2) < PARTS_LEFT * np.sum(unit.template**2))


def _cross(one: Floats, other: Floats) -> Floats:
    """Return the products of a shape with another at every shift, shape (2 lags,); negative shifts from the end."""
    lags = one.shape[1]
    spectra = [np.fft.rfft(shape, 2 * lags, axis=1) for shape in (one, other)]
    return np.asarray(np.fft.irfft((spectra[0] * spectra[1].conj()).sum(axis=0), 2 * lags))


def _shifted(template: Floats, lag: int) -> Floats:
    lags = template.shape[1]
    shift = lag if lag <= lags else lag - 2 * lags
    moved = np.zeros_like(template)
    if shift >= 0:
        moved[:, shift:] = template[:, : lags - shift]
    else:
        moved[:, :shift] = template[:, -shift:]
    return moved


def _is_like(one: Unit, other: Unit) -> bool:
    """Return True if two units have the same shape, perhaps shifted, and nearly the same size."""
    first, second = np.linalg.norm(one.template), np.linalg.norm(other.template)
    if min(first, second) < LIKE_SIZE * max(first, second):
        return False
    return bool(_cross(one.template, other.template).max() > LIKE * first * second)
