"""The truth about a simulated recording: every event, with the columns of a table of twitches."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
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
        When its potential begins on the channel on which it is largest, and how long it lasts **[s]**.
    peak_to_peak_uv
        Its size there **[uV]**.
    peak_to_noise
        The same over the standard deviation of the electrode noise **[1]**; None where there is no such noise.
    channels, peak_channel
        Where it is seen, and where it is largest.
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
        self._bursts = 0
        self._pending: list[TruthRow] = []
        self._last_s = -np.inf
        self._spans: dict[int, tuple[float, float]] = {}

    def take(self, player: Player, shapes: Shapes, item: Discharges) -> None:
        """Note the events of one episode."""
        if item.is_movement:
            self._pending.append(self._movement(player, shapes, item))
            return
        first_burst = self._bursts
        self._bursts += int(item.burst.max()) + 1
        for onset_s, unit, size, burst in zip(item.onset_s, item.unit, item.size, item.burst, strict=True):
            shape = shapes.of(player, int(unit))
            begins_s, lasts_s = self._span(shape)
            self._pending.append(
                self._row(
                    player,
                    float(onset_s) + begins_s,
                    lasts_s,
                    float(size) * shape.peak_to_peak_uv,
                    source=player.first_source + int(unit),
                    burst=None if burst == ALONE else first_burst + int(burst),
                )
            )

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
            if not 0 <= row.onset_s < self._scene.duration_s or self._is_lost(row.onset_s):
                continue
            is_isolated = bool(gaps[place] > ISOLATION_S and gaps[place + 1] > ISOLATION_S)
            rows.append(replace(row, isolated=is_isolated))
        return rows

    def _is_lost(self, at_s: float) -> bool:
        return any(lost.channel is None and lost.start_s <= at_s < lost.stop_s for lost in self._scene.noise.lost)

    def _span(self, shape: Shape) -> tuple[float, float]:
        """Return when after its onset a potential begins on its peak channel, and how long it lasts **[s]**."""
        if id(shape) not in self._spans:
            first, last = _extent_of(shape.samples[0, shape.peak_channel])
            begins_s = (first - shape.lead_samples) / self._rate_hz
            self._spans[id(shape)] = begins_s, (last - first + 1) / self._rate_hz
        return self._spans[id(shape)]

    def _movement(self, player: Player, shapes: Shapes, item: Discharges) -> TruthRow:
        """Return the one event that all discharges of an episode make."""
        known = {int(unit): shapes.of(player, int(unit)) for unit in np.unique(item.unit)}
        sizes = np.zeros(player.stage.electrodes.channel_count)
        for unit, shape in known.items():
            sizes = np.maximum(sizes, shape.peak_to_peak_uv * float(item.size[item.unit == unit].max()))
        channel = int(sizes.argmax())
        total, lead = self._summed(item, known, channel)
        first, last = _extent_of(total)
        scale = float(np.ptp(total)) / max(float(sizes[channel]), 1e-9)
        onset_s = item.first_s + (first - lead) / self._rate_hz
        cut_s = float(item.onset_s[-1]) - item.first_s - LONGEST_SUM_S
        lasts_s = (last - first + 1) / self._rate_hz + max(cut_s, 0.0)
        source = player.first_source if player.is_of_fibres else None
        return self._row(player, onset_s, lasts_s, sizes * scale, source=source, burst=None)

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
        onset_s: float,
        duration_s: float,
        sizes_uv: NDArray[np.floating],
        *,
        source: int | None,
        burst: int | None,
    ) -> TruthRow:
        names = self._names[player.stage.first_channel :][: sizes_uv.size]
        peak = int(sizes_uv.argmax())
        largest = float(sizes_uv[peak])
        is_seen = sizes_uv >= SEEN_SDS * self._noise_uv
        is_seen[peak] = True
        is_whole = source is None
        return TruthRow(
            onset_s=onset_s,
            duration_s=duration_s,
            peak_to_peak_uv=largest,
            peak_to_noise=largest / self._noise_uv if self._noise_uv > 0 else None,
            channels=tuple(name for name, seen in zip(names, is_seen, strict=True) if seen),
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
