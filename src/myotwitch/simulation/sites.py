"""Where is measured: a muscle, a side, and the electrodes over or in it."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic.dataclasses import dataclass

from myotwitch.anatomy import MUSCLES, find_muscle
from myotwitch.errors import UnknownNameError, nearest_name
from myotwitch.simulation.activity.settings import STRICT, Within, refuse
from myotwitch.simulation.muscle.electrodes import ElectrodeKind, Electrodes
from myotwitch.simulation.muscle.muscle_shapes import muscle_shapes

Millimetres = Annotated[float, Within(low=-200, high=200, unit="mm")]
MOST_CHANNELS = 256


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class ElectrodePlan:
    """Electrodes as a scene describes them.

    Parameters
    ----------
    kind
        Pairs on the skin, a grid on the skin, or concentric needles.
    along_mm
        Places along the fibres, from the muscle's middle **[mm]**: one of each pair or needle; one for a grid.
    across_mm
        Place across the fibres **[mm]**, the same for all.
    spacing_mm
        Distance of the electrodes of a pair, and of a grid's neighbours **[mm]**.
    rows, columns
        Of a grid; rows lie along the fibres.
    depth_mm
        Depth of needles below the surface of the muscle **[mm]**.
    """

    kind: Literal["bipolar", "grid", "needle"] = "bipolar"
    along_mm: tuple[Millimetres, ...] = (20.0,)
    across_mm: Millimetres = 0.0
    spacing_mm: Annotated[float, Within(low=1, high=100, unit="mm")] | None = None
    rows: Annotated[int, Within(low=1, high=64)] = 8
    columns: Annotated[int, Within(low=1, high=64)] = 8
    depth_mm: Annotated[float, Within(low=0.5, high=100, unit="mm")] = 8.0

    def __post_init__(self) -> None:
        if self.channel_count < 1:
            refuse("there are no electrodes; give at least one place in along_mm, such as [20.0].")
        if self.channel_count > MOST_CHANNELS:
            refuse(f"{self.channel_count} channels are too many; allowed are {MOST_CHANNELS}.")
        if self.kind == "grid" and len(self.along_mm) != 1:
            refuse(f"a grid has one place along_mm; {len(self.along_mm)} were given.")

    @property
    def channel_count(self) -> int:
        """How many channels the electrodes give."""
        return self.rows * self.columns if self.kind == "grid" and self.along_mm else len(self.along_mm)

    def electrodes(self) -> Electrodes:
        """Return the electrodes as the model of the muscle takes them."""
        along, across = np.array(self.along_mm), np.full(len(self.along_mm), self.across_mm)
        if self.kind == "grid":
            spacing_mm = self.spacing_mm or 8.0
            rows = self.along_mm[0] + spacing_mm * (np.arange(self.rows) - (self.rows - 1) / 2)
            columns = self.across_mm + spacing_mm * (np.arange(self.columns) - (self.columns - 1) / 2)
            along, across = np.tile(rows, self.columns), np.repeat(columns, self.rows)
        is_bipolar = self.kind == "bipolar"
        return Electrodes(
            kind=ElectrodeKind(self.kind),
            position_mm=np.column_stack((along, across)),
            spacing_mm=(self.spacing_mm or 20.0) if is_bipolar else (self.spacing_mm or 8.0) * (self.kind == "grid"),
            differential=self.kind != "grid",
            radius_mm={"bipolar": 4.0, "grid": 1.0, "needle": 0.0}[self.kind] if not self._is_narrow else 0.4,
            depth_mm=self.depth_mm if self.kind == "needle" else None,
        )

    @property
    def _is_narrow(self) -> bool:
        return self.spacing_mm is not None and self.spacing_mm < 9 and self.kind != "needle"


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Site:
    """One muscle with its electrodes.

    Parameters
    ----------
    name
        How activities of the scene call it; None where there is one site only.
    muscle
        Any name of the muscle catalogue that can be simulated.
    side
        Of the body.
    fat_mm
        Fat between skin and muscle **[mm]**; None: the usual one.
    unit_count
        Motor units of the muscle; None: as in a healthy adult. Fewer stand for units lost.
    electrodes
        Where is measured.
    force_up_to_mn
        Largest force that a sensor on the muscle takes **[mN]**; None: the force is not recorded.
    """

    muscle: str
    name: str | None = None
    side: Literal["left", "right"] | None = None
    fat_mm: Annotated[float, Within(low=0, high=80, unit="mm")] | None = None
    unit_count: Annotated[int, Within(low=2, high=2000, unit="units")] | None = None
    electrodes: ElectrodePlan = ElectrodePlan()
    force_up_to_mn: Annotated[float, Within(low=1, high=1e6, unit="mN")] | None = None

    def __post_init__(self) -> None:
        known = list(muscle_shapes())
        try:
            key = self.muscle if self.muscle in known else find_muscle(self.muscle).key
        except UnknownNameError as error:
            refuse(str(error))
        if key not in known:
            hint = nearest_name(key, known)
            refuse(f"the muscle {self.muscle!r} cannot be simulated yet.{hint} Allowed are {', '.join(known)}.")
        object.__setattr__(self, "muscle", key)

    @property
    def place(self) -> str:
        """The place of the body at which its twitching is noticed."""
        return MUSCLES[self.muscle].place

    @property
    def label(self) -> str:
        """What it is called in channel names."""
        return self.name or " ".join(part for part in (self.side, self.place.replace("_", " ")) if part)

    @property
    def force_name(self) -> str:
        """Name of the channel of its force."""
        return f"Force {self.label}"[:16].strip()

    def channel_names(self) -> tuple[str, ...]:
        """Return one name a channel, with a word that says what the electrode is."""
        word = "needle EMG" if self.electrodes.kind == "needle" else "EMG"
        count = self.electrodes.channel_count
        if count == 1:
            return (f"{word} {self.label}"[:16].strip(),)
        width = len(str(count))
        room = 16 - len(word) - width - 2
        return tuple(f"{word} {self.label[:room].strip()} {number:0{width}d}" for number in range(1, count + 1))
