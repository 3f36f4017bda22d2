"""A recording made block by block: memory does not grow with its length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numba
import numpy as np
from numpy.typing import NDArray

from myotwitch.simulation.activity import Discharges
from myotwitch.simulation.cast import Player, build_players, build_stages
from myotwitch.simulation.force import ForceMaker
from myotwitch.simulation.noise_ahead import NoiseAhead
from myotwitch.simulation.recording_noise import NoiseMaker
from myotwitch.simulation.scene import Scene
from myotwitch.simulation.shapes import PHASES, Shapes
from myotwitch.simulation.truth import TruthMaker, TruthRow

BLOCK_S = 10


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Block:
    """Some seconds of a recording.

    Parameters
    ----------
    start_s, seconds
        Where it begins and how long it is **[s]**.
    samples
        float32[channels, samples] **[uV]**.
    force_mn
        float32[force sites, samples]: force of the muscles whose force is recorded **[mN]**.
    is_lost
        bool[seconds]: True for a second that was not recorded.
    truth
        True events that are complete by now, in order of onset.
    """

    start_s: int
    seconds: int
    samples: NDArray[np.float32]
    force_mn: NDArray[np.float32]
    is_lost: NDArray[np.bool_]
    truth: tuple[TruthRow, ...]


@dataclass(slots=True, eq=False)
class _Waiting:
    """Discharges of one player that still reach into what is to be rendered."""

    player: Player
    shapes: Shapes
    index: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    unit: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    size: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, dtype=np.float32))

    def take(self, episodes: list[Discharges], rate_hz: int) -> None:
        """Add episodes; `index` counts fractions of a sample."""
        if not episodes:
            return
        onset_s = np.concatenate([item.onset_s for item in episodes])
        self.index = np.concatenate((self.index, np.rint(onset_s * (rate_hz * PHASES)).astype(np.int64)))
        self.unit = np.concatenate((self.unit, *(item.unit for item in episodes)))
        sizes = np.concatenate([item.size for item in episodes]).astype(np.float32)
        self.size = np.concatenate((self.size, sizes))

    def add_to(self, samples: NDArray[np.float32], first: int) -> None:
        """Add what falls into a block whose first sample is `first`, and forget what is over."""
        stage = self.player.stage
        channels = samples[stage.first_channel : stage.first_channel + stage.electrodes.channel_count]
        stop, keep = first + channels.shape[1], np.ones(self.index.size, dtype=np.bool_)
        for unit in np.unique(self.unit):
            rows = np.flatnonzero(self.unit == unit)
            shape = self.shapes.of(self.player, int(unit))
            start = self.index[rows] // PHASES - shape.lead_samples
            inside = start < stop
            _add(
                channels,
                shape.samples,
                start[inside] - first,
                self.index[rows[inside]] % PHASES,
                self.size[rows[inside]],
            )
            keep[rows] = start + shape.samples.shape[2] > stop
        self.index, self.unit, self.size = self.index[keep], self.unit[keep], self.size[keep]


def render(scene: Scene) -> Iterator[Block]:
    """Yield a scene's recording and its truth, block by block.

    The same scene gives the same samples and the same truth, whatever machine and whenever.
    """
    rate_hz = scene.sampling_rate_hz
    setting, acting, disturbing = np.random.default_rng(scene.seed).spawn(3)
    stages = build_stages(scene, setting)
    shapes = {id(stage): Shapes(stage, rate_hz) for stage in stages}
    players = build_players(scene, stages, acting)
    waiting = [_Waiting(player=player, shapes=shapes[id(player.stage)]) for player in players]
    truth, forces = TruthMaker(scene), _force_makers(scene, players)
    with _noise_of(scene, disturbing) as noise:
        for start_s, seconds in _stretches(scene):
            # A little further than the block, since a potential begins before its onset.
            until_s = start_s + seconds + 1.0
            for one in waiting:
                episodes = one.player.stream.until(until_s)
                one.take(episodes, rate_hz)
                if one.player in forces:
                    forces[one.player].take(episodes)
                for item in episodes:
                    truth.take(one.player, one.shapes, item)
            samples = noise.next_block()
            for one in waiting:
                one.add_to(samples, start_s * rate_hz)
            limit = np.float32(scene.noise.clipping_uv)
            np.clip(samples, -limit, limit, out=samples)
            is_last = start_s + seconds >= scene.duration_s
            yield Block(
                start_s=start_s,
                seconds=seconds,
                samples=samples,
                force_mn=_forces(scene, forces, start_s * rate_hz, seconds * rate_hz),
                is_lost=_losses(scene, samples, start_s, seconds),
                truth=tuple(truth.known_until(np.inf if is_last else start_s + seconds)),
            )


def _noise_of(scene: Scene, rng: np.random.Generator) -> NoiseAhead:
    channel_count, rate_hz = len(scene.channel_names()), scene.sampling_rate_hz
    maker = NoiseMaker(scene.noise, channel_count, rate_hz, rng)
    return NoiseAhead(maker, _stretches(scene), block_bytes=4 * channel_count * BLOCK_S * rate_hz)


def _stretches(scene: Scene) -> Iterator[tuple[int, int]]:
    """Yield beginning and length of each block **[s]**."""
    for start_s in range(0, scene.duration_s, BLOCK_S):
        yield start_s, min(BLOCK_S, scene.duration_s - start_s)


def _force_makers(scene: Scene, players: list[Player]) -> dict[Player, ForceMaker]:
    return {
        player: ForceMaker(player=player, rate_hz=scene.sampling_rate_hz)
        for player in players
        if player.stage.site.force_up_to_mn is not None
    }


def _forces(scene: Scene, makers: dict[Player, ForceMaker], first: int, count: int) -> NDArray[np.float32]:
    """Return float32[force sites, samples] of a block whose first sample is `first` **[mN]**."""
    sites = scene.force_sites()
    force_mn = np.zeros((len(sites), count), dtype=np.float32)
    for player, maker in makers.items():
        maker.add_to(force_mn[sites.index(player.stage.site)], first)
    return force_mn


def _losses(scene: Scene, samples: NDArray[np.float32], start_s: int, seconds: int) -> NDArray[np.bool_]:
    """Silence channels that were off, in place, and return the seconds in which nothing was recorded."""
    is_lost, names = np.zeros(seconds, dtype=np.bool_), scene.channel_names()
    for stretch in scene.noise.lost:
        first, last = max(stretch.start_s - start_s, 0), min(stretch.stop_s - start_s, seconds)
        if first >= last:
            continue
        if stretch.channel is None:
            is_lost[first:last] = True
        else:
            rate_hz = scene.sampling_rate_hz
            samples[names.index(stretch.channel), first * rate_hz : last * rate_hz] = 0.0
    return is_lost


@numba.njit(cache=True)
def _add(
    out: NDArray[np.float32],
    shapes: NDArray[np.float32],
    starts: NDArray[np.int64],
    phases: NDArray[np.int64],
    sizes: NDArray[np.float32],
) -> None:
    """Add each discharge to the samples; what lies outside the block is left out."""
    channels, count = out.shape
    length = shapes.shape[2]
    for row in range(starts.size):
        begin, end = max(0, -starts[row]), min(length, count - starts[row])
        for channel in range(channels):
            for place in range(begin, end):
                out[channel, starts[row] + place] += sizes[row] * shapes[phases[row], channel, place]
