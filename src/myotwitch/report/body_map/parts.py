"""What can be pointed at: every muscle and place of the anatomy, with a side; which of them are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from myotwitch.anatomy import MUSCLES, NERVES, PLACE_LABELS, PLACES, SIDES, muscles_of_place
from myotwitch.errors import UnknownNameError, nearest_name
from myotwitch.language import _
from myotwitch.report.body_map.shapes import sheet
from myotwitch.report.body_map.views import SHEETS

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "Head and neck": (
        "scalp", "brow", "eyelid", "cheek", "mouth_corner", "lip", "chin", "jaw", "tongue", "face", "palate", "neck",
    ),
    "Shoulder, arm and hand": (
        "shoulder", "upper_arm", "forearm", "hand", "thumb", "finger", "one_arm", "both_arms",
    ),
    "Trunk": (
        "chest", "upper_back", "lower_back", "abdomen", "flank", "diaphragm", "pelvic_floor", "trunk",
    ),
    "Hip, leg and foot": (
        "buttock", "hip", "thigh", "knee", "calf", "shin", "foot", "toe", "one_leg", "both_legs",
    ),
    "Many places": ("one_side", "widespread"),
})  # fmt: skip
"""The places of the contract as a list shows them; headings are translated where they are shown."""

WITHOUT_SIDE = frozenset({"both_arms", "both_legs", "trunk", "widespread"})
"""Places that have no left and right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A muscle or a place, on a side of the person.

    Parameters
    ----------
    key
        Key of the muscle, or the place.
    side
        ``left``, ``right`` or ``both``; None where it was not told, or on the middle line.
    """

    key: str
    side: str | None

    @property
    def is_muscle(self) -> bool:
        """True for a muscle, False for a place."""
        return self.key in MUSCLES

    @property
    def place(self) -> str:
        """The place at which it is noticed."""
        return MUSCLES[self.key].place if self.is_muscle else self.key

    @property
    def label(self) -> str:
        """What a person calls it, without its side."""
        return label_of(self.key)

    @property
    def name(self) -> str:
        """What it is called within a page, such as ``gastrocnemius-left``."""
        return self.key if self.side is None else f"{self.key}-{self.side}"


def label_of(key: str) -> str:
    """Return what a person calls a muscle or a place; translated where it is shown."""
    return MUSCLES[key].name if key in MUSCLES else PLACE_LABELS[key]


def part_of(name: str) -> Part:
    """Return the part that a name such as ``gastrocnemius-left`` means.

    Raises
    ------
    UnknownNameError
        If it is neither a muscle nor a place, or its side none of the contract's.
    """
    key, _dash, side = name.partition("-")
    if key not in MUSCLES and key not in PLACES:
        raise UnknownNameError(
            _("There is no muscle or place {key}; choose one of the list.{hint}").format(
                key=repr(key[:60]), hint=nearest_name(key[:60], [*PLACES, *MUSCLES])
            )
        )
    if side and side not in SIDES:
        raise UnknownNameError(
            _("The side {side} is not known; allowed are {sides}.").format(side=repr(side[:20]), sides=", ".join(SIDES))
        )
    return Part(key=key, side=side or None)


def nerves_in_words(key: str) -> tuple[str, ...]:
    """Return the nerves that drive a muscle, as a person understands them; none for a place."""
    return tuple(NERVES[nerve].plain_name for nerve in MUSCLES[key].nerves) if key in MUSCLES else ()


def keys_of_place(place: str) -> tuple[str, ...]:
    """Return a place and the muscles that are noticed there."""
    return (place, *(muscle.key for muscle in muscles_of_place(place)))


@cache
def drawn() -> Mapping[str, tuple[str, ...]]:
    """Return in which drawings each part is, by its name."""
    found: dict[str, list[str]] = {}
    for key in SHEETS:
        for shape in sheet(key).of("part"):
            found.setdefault(shape.name, []).append(key)
    return MappingProxyType({name: tuple(keys) for name, keys in found.items()})
