"""How large each muscle is, and how many units of which fibres it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from myotwitch.anatomy import MUSCLES
from myotwitch.errors import TableError, UnknownNameError, nearest_name
from myotwitch.simulation.muscle.numbers import ROOM, value_of
from myotwitch.simulation.muscle.tissue import Tissue
from myotwitch.sources import Figure, check_sources_known, figure_from_row, load_sources, read_table

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "unit_count": "1",
        "fibres_per_unit": "1",
        "diameter": "um",
        "territory": "mm",
        "thickness": "mm",
        "width": "mm",
        "fibre_length": "mm",
        "fat": "mm",
        "rise": "ms",
        "relaxation": "ms",
        "twitch_force": "mN",
    }
)
OPTIONAL = ("rise", "relaxation", "twitch_force")


@dataclass(frozen=True, kw_only=True, slots=True)
class MuscleShape:
    """What is known of one muscle's size, units and fibres.

    Parameters
    ----------
    key
        Key of the muscle in the table of muscles.
    unit_count, fibres_per_unit
        Motor units, and muscle fibres in the mean unit.
    diameter, territory
        Mean diameter of fibres **[µm]**, and of the area over which a unit's fibres are scattered **[mm]**.
    thickness, width, fibre_length, fat
        Of the muscle, its fibres and the fat above **[mm]**.
    rise
        Rise time of the twitch **[ms]**: of units, or of the whole muscle where `rise_is_of_units` is false.
    rise_is_of_units
        Whether `rise` was measured on single units, so that its spread is the range of the pool's units.
    relaxation, twitch_force
        Half-relaxation time **[ms]** and mean twitch force of units **[mN]**; None where no source was read.
    """

    key: str
    unit_count: Figure
    fibres_per_unit: Figure
    diameter: Figure
    territory: Figure
    thickness: Figure
    width: Figure
    fibre_length: Figure
    fat: Figure
    rise: Figure
    rise_is_of_units: bool
    relaxation: Figure | None
    twitch_force: Figure | None

    def tissue(self, fat_mm: float | None = None) -> Tissue:
        """Return its layers, with another thickness of fat **[mm]** where one is given."""
        skin_mm = value_of("skin_thickness")
        if self.fat.value < 1.0:  # thin skin lies where there is no fat, as on the eyelid
            skin_mm *= 0.5
        return Tissue(
            fat_mm=self.fat.value if fat_mm is None else fat_mm, muscle_mm=self.thickness.value, skin_mm=skin_mm
        )


@cache
def muscle_shapes() -> Mapping[str, MuscleShape]:
    """Return every muscle that can be simulated, by key.

    Raises
    ------
    TableError
        If a row is incomplete, has no source, or is of no known muscle.
    """
    return MappingProxyType({key: _shape(key, rows) for key, rows in read_table(ROOM, "shapes.toml").items()})


def muscle_shape(key: str) -> MuscleShape:
    """Return the shape of one muscle.

    Raises
    ------
    UnknownNameError
        If the muscle is not among those that can be simulated; names the nearest.
    """
    shapes = muscle_shapes()
    if key not in shapes:
        raise UnknownNameError(
            f"The muscle {key!r} cannot be simulated.{nearest_name(key, list(shapes))} Known are: {', '.join(shapes)}."
        )
    return shapes[key]


def _shape(key: str, rows: Mapping[str, Any]) -> MuscleShape:
    where = f"shapes.toml, {key}"
    if key not in MUSCLES:
        raise TableError(f"{where} is no muscle of the table of muscles.{nearest_name(key, list(MUSCLES))}")
    if unknown := set(rows) - set(UNITS):
        raise TableError(f"{where} has the unknown entry {sorted(unknown)[0]!r}.")
    found = {name: figure_from_row(row, UNITS[name], f"{where}.{name}") for name, row in rows.items()}
    for name, figure in found.items():
        check_sources_known(figure.sources, load_sources(ROOM), f"{where}.{name}")
    rise = found.get("rise") or MUSCLES[key].contraction_time
    missing = [name for name in UNITS if name not in found and name not in OPTIONAL]
    if missing or rise is None:
        raise TableError(f"{where} lacks {', '.join(missing) or 'rise, and no contraction time is known'}.")
    return MuscleShape(
        key=key,
        rise=rise,
        rise_is_of_units="unit" in rise.population or "rise" in found,
        relaxation=found.get("relaxation"),
        twitch_force=found.get("twitch_force"),
        **{name: found[name] for name in UNITS if name not in OPTIONAL},
    )
