"""The truth about a simulated recording: every event, with the columns of a table of twitches."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import IO

import numpy as np
from numpy.typing import NDArray

from myotwitch.simulation.activity import ALONE, Discharges
from myotwitch.simulation.cast import Player
from myotwitch.simulation.scene import Scene
from myotwitch.simulation.shapes import Shape, Shapes
from myotwitch.twitches import Extent, Kind
from myotwitch.twitches.events import ISOLATION_S
from myotwitch.twitches.table import CHANNEL_SEPARATOR, COLUMNS

BEGUN_SHARE = 0.1
"""A potential lasts from the first to the last sample that has this share of its largest deflection."""
SEEN_SDS = 2.0
"""A channel is named if the largest deflection on it is at least so many standard deviations of the electrode noise."""
LONGEST_SUM_S = 2.0
"""The potentials of a movement are summed up over so much time, to tell its size."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TruthRow:
    """One true event.

    Parameters
    ----------
    onset_s, duration_s
        When its potential begins on the channel on which it is largest, and how long it lasts, at most to the end of
        the recording **[s]**.
    peak_to_peak_uv
        Its size there **[uV]**.
    peak_to_noise
        The same over the standard deviation of the electrode noise **[1]**; None where there is no such noise.
    channels, peak_channel
        Where it is seen, and where it is largest; channels that were off at its onset count for neither.
    kind, extent
        What it is.
    source, burst
        Number of the generator, and of the burst; None where there is none.
    isolated
        True if no other event begins within 250 ms.
    """

    onset_s: float
    duration_s: float
    peak_to_peak_uv: float
    peak_to_noise: float | None
    channels: tuple[str, ...]
    peak_channel: str
    kind: Kind
    extent: Extent
    source: int | None
    burst: int | None
    isolated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """What one channel shows of an event: when **[s]**, and by what sizes of single potentials are multiplied there."""

    onset_s: float
    duration_s: float
    scale: float = 1.0


class TruthMaker:
    """Turns the episodes of a scene into its true events, in order of onset.

    Parameters
    ----------
    scene
        The scene.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._names = scene.channel_names()
        self._rate_hz = scene.sampling_rate_hz
        self._noise_uv = scene.noise.electrode_uv
        self._last_onset_s = scene.duration_s - 1 / scene.sampling_rate_hz
        self._bursts = 0
        self._pending: list[TruthRow] = []
        self._last_s = -np.inf
        self._spans: dict[tuple[int, int], tuple[float, float]] = {}
        self._off = tuple(lost for lost in scene.noise.lost if lost.channel is not None)

    def take(self, player: Player, shapes: Shapes, item: Discharges) -> None:
        """Note the events of one episode."""
        if item.is_movement:
            self._note(self._movement(player, shapes, item))
            return
        first_burst = self._bursts
        self._bursts += int(item.burst.max()) + 1
        for onset_s, unit, size, burst in zip(item.onset_s, item.unit, item.size, item.burst, strict=True):
            shape = shapes.of(player, int(unit))
            self._note(
                self._row(
                    player,
                    float(size) * shape.peak_to_peak_uv,
                    partial(self._seen_of_discharge, shape, float(onset_s)),
                    source=player.first_source + int(unit),
                    burst=None if burst == ALONE else first_burst + int(burst),
                )
            )

    def _note(self, row: TruthRow | None) -> None:
        """Keep a row until it is given out, cut at the end of the recording."""
        if row is None:
            return
        left_s = self._scene.duration_s - row.onset_s
        self._pending.append(row if row.duration_s <= left_s else replace(row, duration_s=left_s))

    def known_until(self, stop_s: float) -> list[TruthRow]:
        """Return the events that begin before `stop_s` **[s]** and were not given out, in order."""
        self._pending.sort(key=lambda row: row.onset_s)
        onsets = np.array([row.onset_s for row in self._pending])
        count = int(np.searchsorted(onsets, stop_s - ISOLATION_S))
        ready, self._pending = self._pending[:count], self._pending[count:]
        gaps = np.diff(np.concatenate(([self._last_s], onsets, [np.inf])))
        self._last_s = float(onsets[count - 1]) if count else self._last_s
        rows = []
        for place, row in enumerate(ready):
            if not 0 <= row.onset_s <= self._last_onset_s or self._is_lost(row.onset_s):
                continue
            is_isolated = bool(gaps[place] > ISOLATION_S and gaps[place + 1] > ISOLATION_S)
            rows.append(replace(row, isolated=is_isolated))
        return rows

    def _is_lost(self, at_s: float) -> bool:
        return any(lost.channel is None and lost.start_s <= at_s < lost.stop_s for lost in self._scene.noise.lost)

    def _seen_of_discharge(self, shape: Shape, onset_s: float, channel: int) -> _Seen:
        """Return what a channel shows of one discharge."""
        key = (id(shape), channel)
        if key not in self._spans:
            first, last = _extent_of(shape.samples[0, channel])
            self._spans[key] = (first - shape.lead_samples) / self._rate_hz, (last - first + 1) / self._rate_hz
        begins_s, lasts_s = self._spans[key]
        return _Seen(onset_s=onset_s + begins_s, duration_s=lasts_s)

    def _movement(self, player: Player, shapes: Shapes, item: Discharges) -> TruthRow | None:
        """Return the one event that all discharges of an episode make; None where every channel was off."""
        known = {int(unit): shapes.of(player, int(unit)) for unit in np.unique(item.unit)}
        sizes = np.zeros(player.stage.electrodes.channel_count)
        for unit, shape in known.items():
            sizes = np.maximum(sizes, shape.peak_to_peak_uv * float(item.size[item.unit == unit].max()))
        source = player.first_source if player.is_of_fibres else None
        seen = partial(self._seen_of_movement, item, known, sizes)
        return self._row(player, sizes, seen, source=source, burst=None)

    def _seen_of_movement(
        self, item: Discharges, known: dict[int, Shape], sizes_uv: NDArray[np.float64], channel: int
    ) -> _Seen:
        """Return what a channel shows of all discharges of an episode."""
        total, lead = self._summed(item, known, channel)
        first, last = _extent_of(total)
        cut_s = float(item.onset_s[-1]) - item.first_s - LONGEST_SUM_S
        return _Seen(
            onset_s=item.first_s + (first - lead) / self._rate_hz,
            duration_s=(last - first + 1) / self._rate_hz + max(cut_s, 0.0),
            scale=float(np.ptp(total)) / max(float(sizes_uv[channel]), 1e-9),
        )

    def _summed(self, item: Discharges, known: dict[int, Shape], channel: int) -> tuple[NDArray[np.float64], int]:
        """Return the sum of an episode's first seconds on one channel, and at which sample its onset lies."""
        lead = max(shape.lead_samples for shape in known.values())
        reach = max(shape.samples.shape[2] for shape in known.values())
        after = item.onset_s - item.first_s
        total = np.zeros(round(min(float(after[-1]), LONGEST_SUM_S) * self._rate_hz) + lead + reach + 1)
        for moment_s, unit, size in zip(after, item.unit, item.size, strict=True):
            if moment_s > LONGEST_SUM_S:
                break
            shape = known[int(unit)]
            start = round(moment_s * self._rate_hz) + lead - shape.lead_samples
            total[start : start + shape.samples.shape[2]] += size * shape.samples[0, channel]
        return total, lead

    def _row(
        self,
        player: Player,
        sizes_uv: NDArray[np.floating],
        seen_on: Callable[[int], _Seen],
        *,
        source: int | None,
        burst: int | None,
    ) -> TruthRow | None:
        """Return the row of one event, told by the channel that shows it best; None where every channel was off."""
        names = self._names[player.stage.first_channel :][: sizes_uv.size]
        by_size = np.argsort(-sizes_uv, kind="stable") if self._off else [sizes_uv.argmax()]
        for peak in map(int, by_size):
            seen = seen_on(peak)
            off = {lost.channel for lost in self._off if lost.start_s <= seen.onset_s < lost.stop_s}
            if names[peak] not in off:
                break
        else:
            return None
        sizes_uv = sizes_uv * seen.scale
        largest = float(sizes_uv[peak])
        is_large = sizes_uv >= SEEN_SDS * self._noise_uv
        is_large[peak] = True
        is_whole = source is None
        return TruthRow(
            onset_s=seen.onset_s,
            duration_s=seen.duration_s,
            peak_to_peak_uv=largest,
            peak_to_noise=largest / self._noise_uv if self._noise_uv > 0 else None,
            channels=tuple(name for name, large in zip(names, is_large, strict=True) if large and name not in off),
            peak_channel=names[peak],
            kind=player.kind,
            extent=Extent.BELLY if is_whole else Extent.FIBRE if player.is_of_fibres else Extent.BUNDLE,
            source=source,
            burst=burst,
        )


def _extent_of(row: NDArray[np.floating]) -> tuple[int, int]:
    """Return the first and last sample that are large against the largest."""
    large = np.flatnonzero(np.abs(row) >= BEGUN_SHARE * np.abs(row).max())
    return int(large[0]), int(large[-1])


class TruthTable:
    """Writes true events as CSV, in the form of a table of twitches, while they come.

    Parameters
    ----------
    stream
        Open for text.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._writer = csv.writer(stream)
        self._writer.writerow(COLUMNS)
        self.count = 0

    def write(self, rows: tuple[TruthRow, ...]) -> None:
        """Append rows; the confidence of a true event is 1."""
        for row in rows:
            cells = {
                "onset_s": f"{row.onset_s:.5f}",
                "duration_s": f"{row.duration_s:.5f}",
                "peak_to_peak_uv": f"{row.peak_to_peak_uv:.2f}",
                "peak_to_noise": "" if row.peak_to_noise is None else f"{row.peak_to_noise:.2f}",
                "channels": CHANNEL_SEPARATOR.join(row.channels),
                "peak_channel": row.peak_channel,
                "kind": row.kind.value,
                "extent": row.extent.value,
                "source": "" if row.source is None else str(row.source),
                "burst": "" if row.burst is None else str(row.burst),
                "isolated": str(row.isolated),
                "confidence": "1.0",
            }
            self._writer.writerow([cells[name] for name in COLUMNS])
        self.count += len(rows)
