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
from myotwitch.twitches.table import CHANNEL_SEPARATOR

MOST_CHANNELS = 256
FURTHEST_MM = 200.0
"""No electrode lies further than this from the muscle's middle: no muscle here is larger."""
LABEL_LETTERS = 16
"""So many letters the name of a channel may have in EDF."""
WORDS = {"bipolar": ("EMG",), "grid": ("EMG",), "needle": ("needle EMG", "needle")}
"""What a channel's name says of its electrode; a shorter word is taken where the whole name would not fit."""
FORCE = "Force"
Millimetres = Annotated[float, Within(low=-FURTHEST_MM, high=FURTHEST_MM, unit="mm")]


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
        reach_mm = float(np.abs(self.electrodes().position_mm).max())
        if reach_mm > FURTHEST_MM:
            refuse(
                f"the grid reaches {reach_mm:g} mm from the muscle's middle; allowed are {FURTHEST_MM:g} mm. Take "
                "fewer rows and columns, or a smaller spacing_mm."
            )

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
        How activities of the scene and channels call it, in letters that EDF can hold; None where there is one site
        only.
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
        self._check_name()
        self._check_over_muscle()

    def _check_name(self) -> None:
        """Pass if the name can stand whole in the channel names of an EDF file and in the table of the truth."""
        if self.name is None:
            return
        if not self.name.isascii() or not self.name.isprintable() or self.name.strip() != self.name or not self.name:
            refuse(
                f"the name {self.name!r} cannot name a channel of an EDF file; allowed are letters without accents, "
                "figures, blanks inside and signs of ASCII, such as 'left foot'."
            )
        if CHANNEL_SEPARATOR in self.name:
            refuse(
                f"the name {self.name!r} holds {CHANNEL_SEPARATOR!r}, which stands between channels in the table of "
                "the truth; take another sign, such as '-'."
            )
        room = self._room(WORDS[self.electrodes.kind][-1])
        if self.force_up_to_mn is not None:
            room = min(room, LABEL_LETTERS - len(FORCE) - 1)
        if len(self.name) > room:
            refuse(
                f"the name {self.name!r} has {len(self.name)} letters; EDF keeps {LABEL_LETTERS} for the whole name of "
                f"a channel, which leaves {room} here. Give a shorter name."
            )

    def _check_over_muscle(self) -> None:
        width_mm = muscle_shapes()[self.muscle].width.value
        if abs(self.electrodes.across_mm) > 0.5 * width_mm:
            refuse(
                f"electrodes {self.electrodes.across_mm:g} mm across lie beside the muscle: {self.muscle} reaches "
                f"{0.5 * width_mm:g} mm to both sides of its middle. Give a smaller across_mm."
            )

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
        return f"{FORCE} {self.label}"[:LABEL_LETTERS].strip()

    def channel_names(self) -> tuple[str, ...]:
        """Return one name a channel, with a word that says what the electrode is."""
        words = WORDS[self.electrodes.kind]
        fitting = (word for word in words if self.name is not None and len(self.name) <= self._room(word))
        word = next(fitting, words[0])
        first = f"{word} {self.label[: self._room(word)].strip()}"
        count = self.electrodes.channel_count
        if count == 1:
            return (first,)
        return tuple(f"{first} {number:0{len(str(count))}d}" for number in range(1, count + 1))

    def _room(self, word: str) -> int:
        """Return how many letters of a channel's name are left after a word for the electrode, and before a number."""
        count = self.electrodes.channel_count
        return LABEL_LETTERS - len(word) - 1 - (len(str(count)) + 1 if count > 1 else 0)
