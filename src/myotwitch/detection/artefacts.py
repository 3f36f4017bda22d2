"""What no muscle makes: single samples far out, steps of the cable, bursts of both, garbage; mended where that can be.

All of these have edges sharper than the band in which muscle potentials lie can hold. They are found in the samples as
read and mended before the filter, so that it does not carry them to what is beside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from myotwitch.detection.block_stretches import BlockStretch
from myotwitch.detection.cable import bridge, is_cable, mend_burst, mend_step
from myotwitch.detection.edges import (
    STANDS_OUT,
    STEP_SHARP,
    Edge,
    Samples,
    foretelling_errors,
    is_garbage,
    large_errors,
    least_sharpness,
    range_for_garbage,
    sharp_edges,
    usual_error,
)
from myotwitch.twitches import ExclusionReason

SHARPEST = 3.0
"""Sampling rate over the upper end of the band from which edges sharper than the band can be told."""
TOGETHER_S = 0.025
"""Edges closer than this belong to one burst."""
RATTLE_S = 0.1
"""Steps closer than this come from one rattling contact; what is between them cannot be told from it."""
PASSES = 3
"""What hides beside larger edges shows when those are mended."""
MOST_EDGES_HZ = 20.0
"""More edges a second than this are the nature of a signal, a needle's at a low rate, say."""
WIDEST_SPIKE = 2
SPIKE_SHARP = 0.75
"""Sharpness of a spike, over that of other edges, where it is large: what is left without it tells it as well."""
SPIKE_LARGE = 60.0
SPIKE_REACH = 6
"""Samples around a spike that must be smooth without it."""
SPIKE_RETURN = 0.3
SPIKE_LEFT, SPIKE_LEFT_SDS = 0.2, 3.5
"""Error that may be left, over that of the spike or in SDs, when the samples of a spike are replaced."""
_Found = tuple[int, int, ExclusionReason]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Mended:
    """A block whose artefacts are mended.

    Parameters
    ----------
    samples
        Shape (channels, samples), without NaN; the array that was given where nothing was found.
    left_out
        Where samples were replaced.
    """

    samples: Samples
    left_out: list[BlockStretch]


def mend_artefacts(samples: Samples, sampling_rate_hz: float, high_hz: float) -> Mended:
    """Return the block without single samples far out, steps and bursts of steps, and where they were.

    Parameters
    ----------
    samples
        As read, without NaN; shape (channels, samples).
    sampling_rate_hz
        **[Hz]**
    high_hz
        Upper end of the band in which potentials are looked for **[Hz]**.

    Method
    ------
    A sample is compared with the cubic through its four neighbours. Errors that are large for the channel and for the
    signal just around are edges. One or two samples without which the signal is smooth are a spike: they are replaced
    by a straight line (``noise``). Where the level stays changed or decays after an edge, that is fitted and taken off
    all that follows, and only the edge is replaced (``movement``). Three and more edges close together are a burst and
    are replaced as a whole; where it jumps from end to end of the range, it is garbage (``noise``).

    Limits
    ------
    Nothing is found where the sampling rate is below three times the upper end of the band: there muscle potentials
    have edges as sharp. Of a movement without sharp edges see `quality`.
    """
    if sampling_rate_hz < SHARPEST * high_hz:
        return Mended(samples=samples, left_out=[])
    mended, left_out = samples, []
    for channel in range(samples.shape[0]):
        found, row = _mend_channel(samples[channel], sampling_rate_hz)
        if found:
            mended = samples.copy() if mended is samples else mended
            mended[channel] = row
            left_out += [
                BlockStretch(channel=channel, start=start, stop=stop, reason=reason) for start, stop, reason in found
            ]
    return Mended(samples=mended, left_out=left_out)


def _mend_channel(row: Samples, sampling_rate_hz: float) -> tuple[list[_Found], Samples]:
    found: list[_Found] = []
    for _ in range(PASSES):
        more, row = _mend_once(row, sampling_rate_hz)
        found += more
        if not more:
            break
    return (_joined(row, found, round(RATTLE_S * sampling_rate_hz)) if found else found), row


def _mend_once(row: Samples, sampling_rate_hz: float) -> tuple[list[_Found], Samples]:
    """Return what was replaced, and the row in which it is; the row that was given where nothing is."""
    usual = usual_error(row)
    large, error = large_errors(row, STANDS_OUT * usual)
    if usual <= 0 or not large.size:
        return [], row
    least = least_sharpness(sampling_rate_hz)
    edges = sharp_edges(row, large, error, min(least, STEP_SHARP), sampling_rate_hz)
    if not edges or len(edges) > MOST_EDGES_HZ * row.size / sampling_rate_hz:
        return [], row
    row = row.copy()
    found: list[_Found] = []
    together = round(TOGETHER_S * sampling_rate_hz)
    for burst in _bursts([edge for edge in edges if edge.sharpness >= least], together):
        spikes = _spikes(row, burst, usual)
        if spikes is not None:
            found += [(start, stop, ExclusionReason.NOISE) for start, stop in spikes]
        elif is_cable(row, burst, sampling_rate_hz):
            piece = row[burst[0].start : burst[-1].stop]
            reason = ExclusionReason.NOISE if is_garbage(piece, range_for_garbage(row)) else ExclusionReason.MOVEMENT
            found.append((*mend_burst(row, burst, large, sampling_rate_hz), reason))
    for edge in edges:
        if edge.sharpness < least and not any(_is_near(edge, other, together) for other in found):
            found += _mend_less_sharp(row, edge, least, usual, sampling_rate_hz)
    return found, row


def _mend_less_sharp(row: Samples, edge: Edge, least: float, usual: float, sampling_rate_hz: float) -> list[_Found]:
    """Mend what muscle may have made by its sharpness, but not by what comes after: a spike or a step."""
    is_large = float(np.ptp(row[max(0, edge.start - 1) : edge.stop + 1])) > SPIKE_LARGE * usual
    spikes = _spikes(row, [edge], usual) if is_large and edge.sharpness >= SPIKE_SHARP * least else None
    if spikes:
        return [(start, stop, ExclusionReason.NOISE) for start, stop in spikes]
    step = mend_step(row, edge, sampling_rate_hz)
    return [(*step, ExclusionReason.MOVEMENT)] if step else []


def _joined(row: Samples, found: list[_Found], gap: int) -> list[_Found]:
    """Return what was found, movements close together as one, and bridge the row between those."""
    joined: list[_Found] = []
    for part in sorted(part for part in found if part[2] is ExclusionReason.MOVEMENT):
        if joined and part[0] - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], part[1]), part[2])
            bridge(row, *joined[-1][:2])
        else:
            joined.append(part)
    return sorted(joined + [part for part in found if part[2] is not ExclusionReason.MOVEMENT])


def _bursts(edges: list[Edge], together: int) -> list[list[Edge]]:
    bursts: list[list[Edge]] = []
    for edge in edges:
        if bursts and edge.start - bursts[-1][-1].stop < together:
            bursts[-1].append(edge)
        else:
            bursts.append([edge])
    return bursts


def _is_near(edge: Edge, found: _Found, distance: int) -> bool:
    return edge.start - found[1] < distance and found[0] - edge.stop < distance


def _spikes(row: Samples, burst: list[Edge], usual: float) -> list[tuple[int, int]] | None:
    """Return the samples of each spike and replace them in the row, if the whole burst is spikes; else None."""
    tried = row.copy() if len(burst) > 1 else row
    spikes = []
    for edge in burst:
        spike = _spike(tried, edge, usual)
        if spike is None:
            return None
        bridge(tried, *spike)
        spikes.append(spike)
    for spike in spikes:
        bridge(row, *spike)
    return spikes


def _spike(row: Samples, edge: Edge, usual: float) -> tuple[int, int] | None:
    """Return the one or two samples without which the signal is smooth around an edge; None where none are."""
    low, high = max(0, edge.start - SPIKE_REACH), min(row.size, edge.stop + SPIKE_REACH)
    piece = row[low:high]
    allowed = max(SPIKE_LEFT * float(np.abs(foretelling_errors(piece)).max()), SPIKE_LEFT_SDS * usual)
    for width in range(1, WIDEST_SPIKE + 1):
        for first in range(max(1, edge.start - low), min(piece.size - width - 1, edge.stop - low)):
            tried = piece.copy()
            bridge(tried, first, first + width)
            height = np.abs(piece - tried).max()
            comes_back = abs(piece[first + width] - piece[first - 1]) <= SPIKE_RETURN * height
            if comes_back and np.abs(foretelling_errors(tried)).max() <= allowed:
                return low + first, low + first + width
    return None
