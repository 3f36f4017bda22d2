"""Scene: a recording with known twitches, and what a detector should have refused in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.materials import Samples, Shape
from myotwitch.recordings import ChannelKind
from myotwitch.twitches import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A stretch **[s]** that holds something which is not a twitch, by its name in `disturbances` or `artefacts`."""

    start_s: float
    stop_s: float
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Scene:
    """A recording with known twitches.

    Parameters
    ----------
    samples
        Shape (channels, samples) **[uV]**; NaN where samples are lost.
    rate_hz
        Sampling rate **[Hz]**.
    channel_kind
        Surface or needle.
    onset_s
        Onsets of the discharges that have to be found **[s]**, ascending.
    unit
        Number of the motor unit of each, as in `shapes`.
    kinds
        What each is.
    burst
        Number of the burst that each belongs to; -1 where to none.
    uncounted_s
        Onsets of discharges that lie within a disturbance **[s]**: to find them is neither right nor wrong.
    refusals
        Where the disturbances are.
    shapes
        Potential of each unit **[uV]**, as it is on average over the recording.
    variants
        Further potentials, each with its unit, where they change over the recording.
    plain, background
        The recording without its disturbance, and without its discharges as well: for the ceiling, which knows both.
    """

    samples: Samples
    rate_hz: float
    channel_kind: ChannelKind
    onset_s: NDArray[np.float64]
    unit: NDArray[np.int64]
    kinds: tuple[Kind, ...]
    burst: NDArray[np.int64]
    shapes: tuple[Shape, ...]
    plain: Samples
    background: Samples
    uncounted_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    refusals: tuple[Refusal, ...] = ()
    variants: tuple[tuple[int, Shape], ...] = ()

    @property
    def duration_s(self) -> float:
        """Length of the recording **[s]**."""
        return self.samples.shape[1] / self.rate_hz


def rest(samples: Samples, rate_hz: float, channel_kind: ChannelKind) -> Scene:
    """Return a scene without twitches."""
    return Scene(
        samples=samples,
        rate_hz=rate_hz,
        channel_kind=channel_kind,
        onset_s=np.zeros(0),
        unit=np.zeros(0, dtype=np.int64),
        kinds=(),
        burst=np.zeros(0, dtype=np.int64),
        shapes=(),
        plain=samples,
        background=samples,
    )


def disturbed(
    scene: Scene, samples: Samples, refusals: tuple[Refusal, ...] = (), hidden: NDArray[np.bool_] | None = None
) -> Scene:
    """Return the scene with other samples; twitches that the disturbance hides no longer count."""
    kept = np.ones(scene.onset_s.size, dtype=bool) if hidden is None else ~hidden
    return replace(
        scene,
        samples=samples,
        refusals=scene.refusals + refusals,
        uncounted_s=np.sort(np.concatenate((scene.uncounted_s, scene.onset_s[~kept]))),
        onset_s=scene.onset_s[kept],
        unit=scene.unit[kept],
        burst=scene.burst[kept],
        kinds=tuple(kind for kind, is_kept in zip(scene.kinds, kept, strict=True) if is_kept),
    )


def within(onset_s: NDArray[np.float64], spans_s: list[tuple[float, float]], margin_s: float) -> NDArray[np.bool_]:
    """Return which onsets lie in one of the spans or within the margin of it."""
    inside = np.zeros(onset_s.size, dtype=bool)
    for start_s, stop_s in spans_s:
        inside |= (onset_s >= start_s - margin_s) & (onset_s <= stop_s + margin_s)
    return inside
