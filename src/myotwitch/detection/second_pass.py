"""The second pass over a segment: learn the recurring shapes, find each of their discharges, and settle with the first.

What the first pass found by amplitude and no shape explains stays, as discharges that belong to no unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.background import Background, Floats
from myotwitch.detection.crossings import BURST_GAP_S, ONSET_TO_PEAK, Candidates, joined_candidates
from myotwitch.detection.excerpts import Excerpts, Samples
from myotwitch.detection.learning import learn_units
from myotwitch.detection.mixture import chance_of_noise
from myotwitch.detection.peeling import Discharges, peel, shapes_of, without
from myotwitch.detection.search import GroupFindings
from myotwitch.detection.stretches import Stretches, covered_by_all, merged
from myotwitch.detection.telling_apart import Source, told_apart
from myotwitch.detection.units import Unit

STOP_TO_PEAK = 0.15
"""Share of its peak down to which a unit's potential lasts."""
UNEXPLAINED = 0.6
"""Share of a deflection that may be left by the units that explain it."""
BESIDE_BURST_S = 0.040
FINE = 8
"""Parts of a sample to which the onset within a shape is known."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Measures:
    """What every discharge of a unit has in common: times from the middle of its shape **[samples]**, and sizes.

    `deflection` and `peak_to_peak` are those of each channel **[noise SDs]**.
    """

    onset: float
    stop: float
    peak: float
    deflection: Floats
    peak_to_peak: Floats


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Known:
    """What is known of a group of channels from before: units that are looked for, and sources told apart."""

    units: tuple[Unit, ...] = ()
    sources: tuple[Source, ...] = ()


def second_pass(
    findings: GroupFindings, excluded: Sequence[Stretches], known: Known, workers: int = 1
) -> tuple[Candidates, Known]:
    """Return the candidates of a segment after both passes, and what is known with what was `known` before.

    Parameters
    ----------
    findings
        What the first pass found and kept.
    excluded
        Stretches that are not searched **[s from the segment's start]**, for each channel.
    known
        From the segment before.
    workers
        Threads at work at a time.
    """
    background = findings.plan.background
    if background is None or not findings.excerpts.samples.size:
        return findings.candidates, known
    excerpts = _searched(findings, excluded)
    units = learn_units(excerpts, background, known.units, findings.heart_traces)
    discharges = peel(excerpts, units, workers)
    first, misfits = _unexplained(findings.candidates, excerpts, discharges, units)
    kept = _where(discharges, ~misfits)
    number, sources = told_apart(excerpts, kept, units, known.sources)
    found = replace(_as_candidates(kept, excerpts, units, findings), source=number)
    together = _in_order([_with_confidence(first, findings), found], len(excluded))
    return together, Known(units=units, sources=sources)


def waveforms_of(sources: Sequence[Source], findings: GroupFindings) -> tuple[Samples, ...]:
    """Return the mean potential of each source, shape (channels, lags) **[unit of the samples]**."""
    background = findings.plan.background
    if background is None or not sources:
        return ()
    noise = usual_noise(findings)
    return tuple(
        (noise[:, np.newaxis] * (background.colouring @ source.shape)).astype(np.float32) for source in sources
    )


def usual_noise(findings: GroupFindings) -> NDArray[np.float32]:
    """Return the median noise of each channel over the recording **[unit of the samples]**; 0 where none is known."""
    rows = [row[np.isfinite(row)] for row in findings.noise]
    return np.array([np.median(row) if row.size else 0.0 for row in rows], dtype=np.float32)


def _searched(findings: GroupFindings, excluded: Sequence[Stretches]) -> Excerpts:
    """Return the excerpts without what is excluded on its channels, and without bursts of many units."""
    rate_hz = findings.excerpts.sampling_rate_hz
    candidates = findings.candidates
    mass = candidates.is_mass_burst
    bursts = merged(
        np.column_stack((candidates.onset_s[mass] - BESIDE_BURST_S, candidates.stop_s[mass] + BESIDE_BURST_S))
    )
    samples = findings.excerpts.samples
    if not len(bursts) and not any(len(own) for own in excluded):
        return findings.excerpts
    samples = samples.copy()
    for row, own in enumerate(excluded):
        _silence(findings.excerpts, samples[row : row + 1], own, rate_hz)
    _silence(findings.excerpts, samples, bursts, rate_hz)
    silent = merged(np.concatenate((covered_by_all(list(excluded)), bursts)))
    return Excerpts(
        samples=samples,
        first_index=findings.excerpts.first_index,
        first_place=findings.excerpts.first_place,
        length=findings.excerpts.length,
        sampling_rate_hz=rate_hz,
        silent_s=float(np.sum(silent[:, 1] - silent[:, 0])) if len(silent) else 0.0,
    )


def _silence(excerpts: Excerpts, rows: Samples, stretches: Stretches, rate_hz: float) -> None:
    ends = excerpts.first_index + excerpts.length
    for start_s, stop_s in stretches:
        start, stop = round(start_s * rate_hz), round(stop_s * rate_hz)
        for row in np.flatnonzero((excerpts.first_index < stop) & (ends > start)):
            offset = int(excerpts.first_place[row] - excerpts.first_index[row])
            first, last = max(start, int(excerpts.first_index[row])), min(stop, int(ends[row]))
            rows[:, first + offset : last + offset] = 0.0


def _unexplained(
    candidates: Candidates, excerpts: Excerpts, discharges: Discharges, units: Sequence[Unit]
) -> tuple[Candidates, NDArray[np.bool_]]:
    """Return the candidates that no unit explains, and which discharges do not fit what stands where they are."""
    rate_hz = excerpts.sampling_rate_hz
    misfits = np.zeros(discharges.place.size, dtype=np.bool_)
    if not units or not discharges.place.size:
        return candidates, misfits
    reach, shapes = units[0].template.shape[1] // 2, shapes_of(units)
    place = excerpts.place_of(np.round(candidates.peak_s * rate_hz).astype(np.int64))
    is_left = np.ones(len(candidates), dtype=np.bool_)
    nearest, farthest = (np.searchsorted(discharges.place, place + aside) for aside in (-reach, reach))
    is_asked = (place >= 0) & ~candidates.is_mass_burst & (nearest < farthest)
    for row in np.flatnonzero(is_asked):
        near = slice(nearest[row], farthest[row])
        first, last = max(0, place[row] - reach // 4), place[row] + reach // 4 + 1
        before = excerpts.samples[:, first:last]
        after = without(before, first, _where(discharges, near), shapes)
        is_left[row] = np.abs(after).max() > UNEXPLAINED * np.abs(before).max()
        if is_left[row]:
            misfits[near] |= np.abs(discharges.place[near] - place[row]) <= reach // 2
    return candidates.where(is_left), misfits


def _where(discharges: Discharges, chosen: NDArray[np.bool_] | slice) -> Discharges:
    return Discharges(
        place=discharges.place[chosen],
        unit=discharges.unit[chosen],
        size=discharges.size[chosen],
        probability=discharges.probability[chosen],
    )


def _measures(unit: Unit, background: Background) -> _Measures:
    raw = background.colouring @ unit.template
    lags = raw.shape[1]
    deflection = np.abs(raw).max(axis=1)
    largest = np.abs(raw[int(np.argmax(deflection))])
    times = np.arange((lags - 1) * FINE + 1) / FINE
    fine = np.interp(times, np.arange(lags), largest)
    peak = int(np.argmax(fine))
    start = np.flatnonzero(fine[: peak + 1] >= ONSET_TO_PEAK * fine[peak])[0]
    stop = np.flatnonzero(fine >= STOP_TO_PEAK * fine[peak])[-1]
    middle = lags // 2
    return _Measures(
        onset=float(times[start]) - middle,
        stop=float(times[stop]) - middle,
        peak=float(times[peak]) - middle,
        deflection=deflection,
        peak_to_peak=np.ptp(raw, axis=1),
    )


def _as_candidates(
    discharges: Discharges, excerpts: Excerpts, units: Sequence[Unit], findings: GroupFindings
) -> Candidates:
    background = findings.plan.background
    assert background is not None
    channels = findings.noise.shape[0]
    measures = [_measures(unit, background) for unit in units]
    whole = np.floor(discharges.place).astype(np.int64)
    time = excerpts.index_of(whole) + (discharges.place - whole)
    unit = discharges.unit

    def of_unit(name: str, shape: tuple[int, ...] = ()) -> Floats:
        table = np.array([getattr(one, name) for one in measures]).reshape(len(measures), *shape)
        return np.asarray(table[unit] if measures else np.zeros((0, *shape)))

    window = np.minimum(time.astype(np.int64) // findings.plan.grid.window_length, findings.noise.shape[1] - 1)
    noise = np.nan_to_num(findings.noise[:, window].T, nan=0.0)
    size = discharges.size[:, np.newaxis]
    rate_hz = excerpts.sampling_rate_hz
    return Candidates(
        onset_s=(time + of_unit("onset")) / rate_hz,
        stop_s=(time + of_unit("stop")) / rate_hz,
        peak_s=(time + of_unit("peak")) / rate_hz,
        deflection=(size * of_unit("deflection", (channels,))).astype(np.float32),
        peak_to_peak=(size * of_unit("peak_to_peak", (channels,)) * noise).astype(np.float32),
        burst=np.zeros(unit.size, dtype=np.int64),
        is_mass_burst=np.zeros(unit.size, dtype=np.bool_),
        source=unit,
        confidence=discharges.probability,
    )


def _with_confidence(candidates: Candidates, findings: GroupFindings) -> Candidates:
    """Give discharges of no unit the probability that noise does not reach so high."""
    heights = candidates.deflection.max(axis=1, initial=0.0).astype(np.float64)
    return candidates.with_confidence(1.0 - chance_of_noise(heights, findings.plan.factor))


def _in_order(parts: list[Candidates], channel_count: int) -> Candidates:
    """Return the candidates in order of their onset; those that follow one another closely are one burst."""
    together = joined_candidates(parts, channel_count)
    together = together.where(np.argsort(together.onset_s, kind="stable"))
    if len(together):
        ends = np.maximum.accumulate(together.stop_s)[:-1]
        together = together.with_burst(np.concatenate(([0], np.cumsum(together.onset_s[1:] - ends > BURST_GAP_S))))
    return together
