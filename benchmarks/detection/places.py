"""Places where activity is recorded: a needle in muscle, or a pair of electrodes on the skin, with real units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.detection.backgrounds import DURATION_S, noise_sd, same_spectrum, surface_background
from benchmarks.detection.materials import NEEDLE_RATE_HZ, SURFACE_RATE_HZ, Materials, Samples, Shape
from benchmarks.detection.scene import Scene
from benchmarks.detection.twitching import SIZE_SPREAD, Train, with_trains
from benchmarks.detection.views import needle_view, one_view, scaled
from myotwitch.recordings import ChannelKind
from myotwitch.twitches import Kind

NEEDLE_NOISE_UV = (1.5, 5.0)
"""Range of the noise SD in needle recordings; pauses of the real ones have 1.5 and 2.5 uV. The upper end: judgement."""
UNIT_UV = (123.0, 1480.0)
"""Range of peak-to-peak amplitudes of fasciculation potentials in needle EMG (de Carvalho and Swash 2013)."""
EDGE_S = 0.2
"""Nothing begins so near to the ends of the minute."""
SURFACE_SNR = (6.0, 30.0)
"""Range of peaks of units on the skin, in noise SDs: judgement."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Place:
    """A background of one channel and the materials of a set.

    Sources
    -------
    De Carvalho M, Swash M (2013) Fasciculation potentials and earliest changes in motor unit physiology in ALS. J
    Neurol Neurosurg Psychiatry 84:963-968, table 3: 560.6 (SD 366.9, range 123 to 1480) uV and 12.6 (2.8 to 23.9) ms in
    muscles without denervation.
    """

    background: Samples
    rate_hz: float
    channel_kind: ChannelKind
    materials: Materials

    @property
    def sd(self) -> float:
        """Noise SD **[uV]**."""
        return float(noise_sd(self.background, self.rate_hz)[0])

    def unit(self, chance: np.random.Generator) -> Shape:
        """Return a real unit's potential at a random size **[uV]**."""
        if self.channel_kind is ChannelKind.SURFACE_EMG:
            return scaled(one_view(self.materials, chance), self.sd * float(chance.uniform(*SURFACE_SNR)))
        view = needle_view(self.materials.needle_shapes[0], chance)
        return scaled(view, even_on_log(chance, UNIT_UV) / float(np.ptp(view.samples)))

    def fibre(self, shape: Shape, chance: np.random.Generator, range_uv: tuple[float, float]) -> Shape:
        """Return a shape at a random peak-to-peak amplitude **[uV]** that stands out of the noise 6 times or more."""
        least = 6 * self.sd * float(np.ptp(shape.samples))
        low = min(max(range_uv[0], least), range_uv[1])
        return scaled(shape, even_on_log(chance, (low, range_uv[1])) / float(np.ptp(shape.samples)))


def needle(materials: Materials, chance: np.random.Generator) -> Place:
    """Return a minute of a needle at rest."""
    background = same_spectrum(materials.needle_quiet, NEEDLE_RATE_HZ, chance)
    background = background * even_on_log(chance, NEEDLE_NOISE_UV) / noise_sd(background, NEEDLE_RATE_HZ)[0]
    return Place(
        background=background, rate_hz=NEEDLE_RATE_HZ, channel_kind=ChannelKind.NEEDLE_EMG, materials=materials
    )


def surface(materials: Materials, chance: np.random.Generator) -> Place:
    """Return a minute of a bipolar channel at rest."""
    return Place(
        background=surface_background(materials, chance),
        rate_hz=SURFACE_RATE_HZ,
        channel_kind=ChannelKind.SURFACE_EMG,
        materials=materials,
    )


def grouped_train(
    shape: Shape,
    groups: Sequence[Samples],
    kind: Kind,
    chance: np.random.Generator,
    *,
    in_bursts: bool = False,
    sizes: Sequence[Samples] | None = None,
    spread: float = SIZE_SPREAD,
) -> Train:
    """Return a unit's discharges, given group by group, whose sizes vary by a relative SD; groups may be bursts."""
    times = np.concatenate([np.zeros(0), *groups])
    number = np.concatenate(
        [np.zeros(0, dtype=np.int64), *(np.full(len(group), row) for row, group in enumerate(groups))]
    )
    size = np.ones(times.size) if sizes is None else np.concatenate([np.zeros(0), *sizes])
    size = size * chance.normal(1.0, spread, times.size)
    is_inside = (times > EDGE_S) & (times < DURATION_S - EDGE_S)
    order = np.argsort(times[is_inside], kind="stable")
    return Train(
        shape=shape,
        start_s=times[is_inside][order],
        size=size[is_inside][order],
        kind=kind,
        burst=number[is_inside][order] if in_bursts else None,
    )


def scene_of(place: Place, trains: Sequence[Train]) -> Scene:
    """Return the place with the discharges of trains; each train's bursts get their own numbers, a cramp one."""
    numbered, next_burst = [], 0
    for train in trains:
        if train.burst is not None and train.burst.size and train.kind is not Kind.CRAMP:
            numbered.append(replace(train, burst=train.burst + next_burst))
            next_burst += int(train.burst.max()) + 1
        else:
            numbered.append(train)
    return with_trains(place.background, place.rate_hz, place.channel_kind, numbered)


def even_on_log(chance: np.random.Generator, limits: tuple[float, float]) -> float:
    """Return a number between the limits, each doubling as likely as any other."""
    return float(np.exp(chance.uniform(*np.log(limits))))
