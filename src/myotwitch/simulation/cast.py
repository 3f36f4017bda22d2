"""Who plays in a scene: for each activity, the motor units or muscle fibres that fire in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError
from myotwitch.simulation.activity import Activity, Stream, episodes_of
from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.denervation import PositiveSharpWave
from myotwitch.simulation.activity.statistics import usual
from myotwitch.simulation.muscle.electrodes import ElectrodeKind, Electrodes
from myotwitch.simulation.muscle.pool import MotorUnit, Pool, build_pool
from myotwitch.simulation.muscle.tissue import Tissue
from myotwitch.simulation.scene import Scene
from myotwitch.simulation.sites import Site
from myotwitch.twitches import Extent, Kind

NEAREST_FIBRE_MM, FURTHEST_FIBRE_MM = 0.1, 0.5
"""How far from a needle's core the fibres lie whose activity is recorded."""
SHORTEST_END_MM = 5.0
"""A fibre that ends at the needle needs so much length from its middle."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Stage:
    """A site made ready: its muscle, what lies above it, and its electrodes.

    Parameters
    ----------
    site
        As the scene has it.
    pool, tissue, electrodes
        As the model of the muscle takes them.
    first_channel
        Its first channel among those of the recording.
    """

    site: Site
    pool: Pool
    tissue: Tissue
    electrodes: Electrodes
    first_channel: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Player:
    """One activity made ready.

    Parameters
    ----------
    stage
        Where it happens.
    kind
        What its discharges are called.
    is_of_fibres
        True if single fibres fire.
    units
        Its generators, as its discharges number them.
    stream
        Gives out its episodes.
    first_source
        Number of its first generator among all sources of the scene.
    return_s
        Time constant with which a torn fibre repolarises at its end **[s]**; 0 where fibres are whole.
    """

    stage: Stage
    kind: Kind
    is_of_fibres: bool
    units: Sequence[MotorUnit]
    stream: Stream
    first_source: int
    return_s: float = 0.0


def build_stages(scene: Scene, rng: np.random.Generator) -> list[Stage]:
    """Return every site of a scene, ready; the muscles' units are drawn by `rng`."""
    stages, channel = [], 0
    for site, source in zip(scene.site, rng.spawn(len(scene.site)), strict=True):
        pool = build_pool(site.muscle, source, site.unit_count)
        tissue = pool.shape.tissue(site.fat_mm)
        electrodes = site.electrodes.electrodes()
        if electrodes.depth_mm is not None:
            tissue.check_depth(electrodes.depth_mm, f"The needle of {site.label}")
            _check_within_fibres(site, electrodes, pool)
        stages.append(Stage(site=site, pool=pool, tissue=tissue, electrodes=electrodes, first_channel=channel))
        channel += electrodes.channel_count
    return stages


def _check_within_fibres(site: Site, electrodes: Electrodes, pool: Pool) -> None:
    furthest_mm, half_mm = float(np.abs(electrodes.position_mm[:, 0]).max()), 0.5 * pool.shape.fibre_length.value
    if furthest_mm > half_mm:
        raise RequestError(
            f"A needle of {site.label} lies {furthest_mm:g} mm from the muscle's middle, but its fibres reach "
            f"{half_mm:g} mm to both sides. Give a smaller along_mm."
        )


def build_players(scene: Scene, stages: Sequence[Stage], rng: np.random.Generator) -> list[Player]:
    """Return every activity of a scene, ready to be asked for its episodes."""
    activities = list(scene.activities())
    axon = scene.nerve.axon()
    players: list[Player] = []
    source_count = 0
    for (name, activity), source in zip(activities, rng.spawn(len(activities)), strict=True):
        stage = next(stage for stage in stages if activity.site in (None, stage.site.label))
        chooser, timer = source.spawn(2)
        units = _generators(activity, stage, chooser)
        body = Body(pool=stage.pool, axon=axon)
        players.append(
            Player(
                stage=stage,
                kind=activity.true_kind,
                is_of_fibres=activity.is_of_fibres,
                units=units,
                stream=Stream(episodes_of(name, activity, body, float(scene.duration_s), timer)),
                first_source=source_count,
                return_s=usual("positive_sharp_wave.return") if isinstance(activity, PositiveSharpWave) else 0.0,
            )
        )
        source_count += len(units)
    return players


def _generators(activity: Activity, stage: Stage, rng: np.random.Generator) -> Sequence[MotorUnit]:
    count = activity.generator_count
    if count is None:
        return stage.pool.units
    if activity.is_of_fibres:
        ends_here = isinstance(activity, PositiveSharpWave)
        return [_fibre_at_needle(stage, rng, ends_here=ends_here) for _ in range(count)]
    units = stage.pool.units
    if count > len(units):
        raise RequestError(
            f"{count} units are to fire at {stage.site.label}, but the muscle has {len(units)}; name fewer."
        )
    weights = _visibility(stage) if activity.nearest else np.ones(len(units))
    chosen = rng.choice(len(units), size=count, replace=False, p=weights / weights.sum())
    return [units[index] for index in chosen]


def _visibility(stage: Stage) -> NDArray[np.float64]:
    """Return a weight for each unit that is larger the better the electrodes see it: fibres over distance cubed."""
    deep = np.array([unit.depth_mm for unit in stage.pool.units])
    across = np.array([unit.across_mm for unit in stage.pool.units])
    fibres = np.array([unit.fibre_count for unit in stage.pool.units], dtype=np.float64)
    if stage.electrodes.kind is ElectrodeKind.NEEDLE:
        below_mm, floor_mm = deep - (stage.electrodes.depth_mm or 0.0), 1.0
    else:
        below_mm, floor_mm = deep + stage.tissue.fat_mm + stage.tissue.skin_mm, 3.0
    apart = np.abs(across[:, None] - stage.electrodes.position_mm[None, :, 1]).min(axis=1)
    return np.asarray(fibres / np.maximum(np.hypot(below_mm, apart), floor_mm) ** 3)


def _fibre_at_needle(stage: Stage, rng: np.random.Generator, *, ends_here: bool) -> MotorUnit:
    """Return a muscle fibre beside the core of one of the needles, on the side of its cut face.

    With `ends_here` the fibre is torn there: its excitation comes as far as the needle and goes out.
    """
    usual = stage.pool.units[len(stage.pool.units) // 2]
    along_mm, across_mm = stage.electrodes.position_mm[rng.integers(stage.electrodes.channel_count)]
    away_mm = rng.uniform(NEAREST_FIBRE_MM, FURTHEST_FIBRE_MM)
    angle = rng.uniform(-0.4, 0.4) * np.pi
    fibre = replace(
        usual,
        fibre_count=1,
        depth_mm=float((stage.electrodes.depth_mm or 0.0) + away_mm * np.sin(angle)),
        across_mm=float(across_mm + away_mm * np.cos(angle)),
        territory_deep_mm=0.0,
        territory_across_mm=0.0,
        force_mN=usual.force_mN / usual.fibre_count,
        fibre_diameter_um=float(usual.fibre_diameter_um * rng.uniform(0.7, 1.1)),
        extent=Extent.FIBRE,
        scatter_seed=int(rng.integers(0, 2**31)),
    )
    if not ends_here:
        return fibre
    if abs(along_mm) < SHORTEST_END_MM:
        raise RequestError(
            f"The needle of {stage.site.label} lies {along_mm:g} mm from the muscle's middle; positive sharp waves "
            f"need fibres that end at it: place it at least {SHORTEST_END_MM:g} mm along."
        )
    return replace(fibre, fibre_length_mm=2 * abs(float(along_mm)), end_plate_mm=0.0)
