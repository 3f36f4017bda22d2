"""Peeling: which unit discharged when, where potentials overlap: the largest is taken away first, then the next."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.detection.background import Floats
from myotwitch.detection.excerpts import Excerpts, Samples
from myotwitch.detection.matched import Gate, gated_output_of, output_of
from myotwitch.detection.mixture import LEAST_HEIGHT, SMALLEST_SHARE, probabilities
from myotwitch.detection.snippets import copied_stretches
from myotwitch.detection.units import APART_S, STRONG, Unit

LEAST_LOG_ODDS = -0.6
"""Log odds from which a peak is a discharge: a probability of 0.35. Where shapes hide in noise, such an event is worth
more than it costs: the best balance of found and false events lies at half of the best F1."""
LARGEST_SIZE = 1.8
"""Over the unit's usual size; what is larger is not its discharge."""
REMAINS = ((0.008, 0.5, 8.0), (0.030, 0.15, 15.0))
"""How near **[s]** to a stronger discharge, and below which share of it, a weak one is only what the strong one left,
and from which strength on a discharge leaves anything."""
GATED_STRENGTH = 9.0
GATED_PEAK = 5.0
GATE_NOISE = 3.0
"""A unit so strong, and with such a peak **[noise SDs]**, has not discharged where the signal falls short of that by
more than so many SDs."""
CHUNK_S = 60.0
Index = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Discharges:
    """Discharges of units, in order of time.

    Parameters
    ----------
    place
        Middle of the shape in the excerpts **[samples]**, with a fraction.
    unit
        Number of the unit.
    size
        Over the unit's shape **[1]**.
    probability
        That it is a discharge rather than noise.
    """

    place: Floats
    unit: Index
    size: Floats
    probability: Floats


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Pattern:
    """What the kernel needs of all units: responses of every filter to every shape, and the mixtures."""

    responses: NDArray[np.float32]
    numbers: Floats


def peel(excerpts: Excerpts, units: Sequence[Unit], workers: int = 1) -> Discharges:
    """Return the discharges of all units in the excerpts.

    Method
    ------
    Matching pursuit on the outputs of the matched filters: of all peaks that are discharges rather than noise the one
    that explains most energy is taken, what its shape adds to every output is taken away, and so on. The place of a
    peak is refined by a parabola, so that a shape is taken away where it stands between two samples.
    """
    nothing = np.zeros(0)
    if not units or not excerpts.samples.size:
        return Discharges(place=nothing, unit=nothing.astype(np.int64), size=nothing, probability=nothing)
    pattern = _pattern_of(units)
    reach = units[0].template.shape[1]
    apart = max(1, round(APART_S * excerpts.sampling_rate_hz))
    length, step = excerpts.samples.shape[1], round(CHUNK_S * excerpts.sampling_rate_hz)

    def chunk(start: int) -> Floats:
        first, last = max(0, start - 4 * reach), min(length, start + step + 4 * reach)
        outputs = np.stack([_output(excerpts.samples[:, first:last], unit) for unit in units])
        found = _pursue(outputs, pattern.responses, pattern.numbers, apart)
        found[:, 0] += first
        return np.asarray(found[(found[:, 0] >= start) & (found[:, 0] < start + step)])

    with ThreadPoolExecutor(workers) as pool:
        together = np.concatenate(list(pool.map(chunk, range(0, length, step))))
    together = together[np.argsort(together[:, 0], kind="stable")]
    together = together[~_is_remains(together, units, excerpts.sampling_rate_hz)]
    together = together[~_is_copied(together, units, excerpts)]
    return Discharges(
        place=np.ascontiguousarray(together[:, 0]),
        unit=together[:, 1].astype(np.int64),
        size=together[:, 2],
        probability=probabilities(together[:, 3]),
    )


def _output(samples: Samples, unit: Unit) -> NDArray[np.float32]:
    """Return the unit's output; of a strong unit only where its largest deflection can stand."""
    size = np.abs(unit.template)
    channel, lag = np.unravel_index(int(np.argmax(size)), size.shape)
    peak = float(size[channel, lag])
    if unit.filter.strength < GATED_STRENGTH or peak < GATED_PEAK:
        return output_of(samples, unit.filter)
    gate = Gate(channel=int(channel), level=peak - GATE_NOISE, offset=int(lag) - size.shape[1] // 2)
    return gated_output_of(samples, unit.filter, gate)


def _is_remains(found: Floats, units: Sequence[Unit], sampling_rate_hz: float) -> NDArray[np.bool_]:
    """Return which discharges are so weak beside a strong one that its shape, a little off, explains them."""
    strength = np.array([unit.filter.strength for unit in units])[found[:, 1].astype(np.int64)] * found[:, 2]
    is_remains = np.zeros(len(found), dtype=np.bool_)
    time = np.ascontiguousarray(found[:, 0])
    for reach_s, share, least in REMAINS:
        reach = reach_s * sampling_rate_hz
        rows = np.flatnonzero((strength > least) & ~is_remains)
        ends = (np.searchsorted(time, time[rows] - reach), np.searchsorted(time, time[rows] + reach))
        for row, first, last in zip(rows, *ends, strict=True):
            is_remains[first:last] |= strength[first:last] < share * strength[row]
    return is_remains


def _is_copied(found: Floats, units: Sequence[Unit], excerpts: Excerpts) -> NDArray[np.bool_]:
    """Return which discharges of weak units hold the very samples of another: noise that the file repeats."""
    is_copied = np.zeros(len(found), dtype=np.bool_)
    for number, unit in enumerate(units):
        if unit.filter.strength < STRONG:
            own = np.flatnonzero(found[:, 1] == number)
            is_copied[own] = copied_stretches(excerpts, np.round(found[own, 0]).astype(np.int64), unit.template)
    return is_copied


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shapes:
    """Shapes of all units and their slopes, shape (units, channels, lags) **[noise SDs, and a sample]**."""

    templates: Floats
    slopes: Floats


def shapes_of(units: Sequence[Unit]) -> Shapes:
    """Return the shapes of at least one unit."""
    templates = np.stack([unit.template for unit in units])
    return Shapes(templates=templates, slopes=np.gradient(templates, axis=2))


def without(samples: Samples, first: int, discharges: Discharges, shapes: Shapes) -> Samples:
    """Return a stretch of samples, which begins at the place `first`, without some discharges."""
    left = samples.copy()
    _take_away(left, first, discharges.place, discharges.unit, discharges.size, shapes.templates, shapes.slopes)
    return left


@njit(cache=True, nogil=True)
def _take_away(
    left: Samples, first: int, place: Floats, unit: Index, size: Floats, templates: Floats, slopes: Floats
) -> None:  # pragma: no cover  (compiled)
    lags = templates.shape[2]
    for row in range(place.size):
        middle = np.rint(place[row])
        aside = place[row] - middle
        start = int(middle) - lags // 2 - first
        for channel in range(left.shape[0]):
            template, slope = templates[unit[row], channel], slopes[unit[row], channel]
            for lag in range(max(0, -start), min(lags, left.shape[1] - start)):
                left[channel, start + lag] -= np.float32(size[row] * (template[lag] - aside * slope[lag]))


def _pattern_of(units: Sequence[Unit]) -> _Pattern:
    lags = units[0].template.shape[1]
    responses = np.zeros((len(units), len(units), 2 * lags - 1), dtype=np.float32)
    for row, unit in enumerate(units):
        for column, other in enumerate(units):
            padded = np.zeros((other.template.shape[0], 3 * lags - 2), dtype=np.float32)
            padded[:, lags - 1 : 2 * lags - 1] = other.template
            responses[row, column] = output_of(padded, unit.filter)[lags // 2 : lags // 2 + 2 * lags - 1]
    numbers = np.array(
        [
            (
                np.log(max(unit.mixture.signal_hz, 1e-9) / (unit.mixture.spread * np.sqrt(2 * np.pi))),
                unit.mixture.height,
                unit.mixture.spread,
                np.log(max(unit.mixture.null_hz, 1e-9) / unit.mixture.tail),
                unit.mixture.tail,
                unit.filter.strength,
            )
            for unit in units
        ]
    )
    return _Pattern(responses=responses, numbers=numbers)


@njit(cache=True, nogil=True)
def _log_odds(height: float, numbers: Floats) -> float:  # pragma: no cover  (compiled)
    """The same as `PeakMixture.log_odds`; a test holds both together."""
    mean, spread, tail = numbers[1], numbers[2], numbers[4]
    if height < SMALLEST_SHARE * mean or height > LARGEST_SIZE * mean + 3.0 or height <= 0.0:
        return -50.0
    standing = min(height, mean)
    signal = numbers[0] - 0.5 * ((standing - mean) / spread) ** 2
    return float(signal - (numbers[3] + np.log(height) - (height * height - LEAST_HEIGHT**2) / (2 * tail)))


@njit(cache=True, nogil=True)
def _is_peak(output: NDArray[np.float32], index: int) -> bool:  # pragma: no cover  (compiled)
    """Zero stands for what is not looked at: beside it nothing is known to be a peak."""
    before, here, after = output[index - 1], output[index], output[index + 1]
    return bool(before != 0.0 and after != 0.0 and here >= before and here > after)


@njit(cache=True, nogil=True)
def _pursue(
    outputs: Samples, responses: Samples, numbers: Floats, apart: int
) -> NDArray[np.float64]:  # pragma: no cover  (compiled)
    units, length = outputs.shape
    reach = responses.shape[2] // 2
    found = np.empty((max(16, length // 4), 4), dtype=np.float64)
    count = 0
    edge = reach + 1
    # Places at which some unit may have discharged, in clusters that do not touch one another.
    start = -1
    last = -10 * reach
    for index in range(edge, length - edge + 1):  # the last one closes what is open
        is_open = False
        if index < length - edge:
            for unit in range(units):
                value = outputs[unit, index]
                is_peak = value > LEAST_HEIGHT and _is_peak(outputs[unit], index)
                is_open = is_open or (is_peak and _log_odds(value, numbers[unit]) > LEAST_LOG_ODDS)
        if is_open:
            if start < 0:
                start = index
            last = index
        if start >= 0 and (index - last > 2 * reach or index == length - edge or last - start > 40 * reach):
            count = _pursue_cluster(
                outputs,
                responses,
                numbers,
                apart,
                max(edge, start - reach),
                min(length - edge, last + reach + 1),
                found,
                count,
            )
            start = -1
    return found[:count].copy()


@njit(cache=True, nogil=True)
def _pursue_cluster(  # noqa: PLR0912  (one compiled loop; its parts would each need all of its arrays)
    outputs: Samples,
    responses: Samples,
    numbers: Floats,
    apart: int,
    first: int,
    stop: int,
    found: NDArray[np.float64],
    count: int,
) -> int:  # pragma: no cover  (compiled)
    units = outputs.shape[0]
    reach = responses.shape[2] // 2
    begun = count
    while count < found.shape[0]:
        best, best_unit, best_index, best_odds = 0.0, -1, -1, 0.0
        for unit in range(units):
            for index in range(first, stop):
                value = outputs[unit, index]
                if value * value <= best or value <= 0.0:
                    continue
                if not _is_peak(outputs[unit], index):
                    continue
                odds = _log_odds(value, numbers[unit])
                if odds <= LEAST_LOG_ODDS:
                    continue
                is_taken = False
                for row in range(begun, count):
                    if found[row, 1] == unit and abs(found[row, 0] - index) < apart:
                        is_taken = True
                if not is_taken:
                    best, best_unit, best_index, best_odds = value * value, unit, index, odds
        if best_unit < 0:
            break
        before, here, after = (
            outputs[best_unit, best_index - 1],
            outputs[best_unit, best_index],
            outputs[best_unit, best_index + 1],
        )
        bend = before - 2 * here + after
        shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
        size = here / numbers[best_unit, 5]
        found[count, 0] = best_index + shift
        found[count, 1] = best_unit
        found[count, 2] = size
        found[count, 3] = best_odds
        count += 1
        for unit in range(units):
            response = responses[unit, best_unit]
            for lag in range(1, 2 * reach):
                place = best_index - reach + lag
                # Zero stands for what is not looked at; taking something away there would make it a peak.
                if 0 <= place < outputs.shape[1] and outputs[unit, place] != 0.0:
                    slope = 0.5 * (response[lag + 1] - response[lag - 1])
                    outputs[unit, place] -= size * (response[lag] - shift * slope)
    return count
