"""Where on the body something twitches: the places of the contract, and the regions in which causes are reasoned about.

A place is what a person can point at (``mouth_corner``); a region is what a cause is told apart by (``face``). Every
place belongs to exactly one region.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from myotwitch.errors import UnknownNameError, nearest_name
from myotwitch.language import _


class Region(StrEnum):
    """A part of the body that the catalogue of causes distinguishes."""

    EYELID = "eyelid"
    FACE = "face"
    JAW = "jaw"
    TONGUE = "tongue"
    PALATE = "palate"
    NECK = "neck"
    SHOULDER = "shoulder"
    ARM = "arm"
    HAND = "hand"
    CHEST = "chest"
    BACK = "back"
    ABDOMEN = "abdomen"
    DIAPHRAGM = "diaphragm"
    PELVIC_FLOOR = "pelvic_floor"
    BUTTOCK = "buttock"
    THIGH = "thigh"
    LEG = "leg"
    FOOT = "foot"
    WHOLE_SIDE = "whole_side"
    WIDESPREAD = "widespread"


SIDES: tuple[str, ...] = ("left", "right", "both")
"""The sides of the contract."""

# Place, its region, and the words in which a person is spoken to. The order is that of the contract.
_ROWS: tuple[tuple[str, Region, str], ...] = (
    ("scalp", Region.FACE, "scalp"),
    ("brow", Region.FACE, "forehead or eyebrow"),
    ("eyelid", Region.EYELID, "eyelid"),
    ("cheek", Region.FACE, "cheek"),
    ("mouth_corner", Region.FACE, "corner of the mouth"),
    ("lip", Region.FACE, "lip"),
    ("chin", Region.FACE, "chin"),
    ("jaw", Region.JAW, "jaw"),
    ("tongue", Region.TONGUE, "tongue"),
    ("face", Region.FACE, "face"),
    ("palate", Region.PALATE, "roof of the mouth or throat"),
    ("neck", Region.NECK, "neck"),
    ("shoulder", Region.SHOULDER, "shoulder"),
    ("upper_arm", Region.ARM, "upper arm"),
    ("forearm", Region.ARM, "forearm"),
    ("hand", Region.HAND, "hand"),
    ("thumb", Region.HAND, "thumb or ball of the thumb"),
    ("finger", Region.HAND, "finger"),
    ("chest", Region.CHEST, "chest"),
    ("upper_back", Region.BACK, "upper back"),
    ("lower_back", Region.BACK, "lower back"),
    ("abdomen", Region.ABDOMEN, "belly"),
    ("flank", Region.ABDOMEN, "side of the belly (flank)"),
    ("diaphragm", Region.DIAPHRAGM, "diaphragm (under the ribs)"),
    ("pelvic_floor", Region.PELVIC_FLOOR, "pelvic floor (between the legs)"),
    ("buttock", Region.BUTTOCK, "buttock"),
    ("hip", Region.BUTTOCK, "hip or groin"),
    ("thigh", Region.THIGH, "thigh"),
    ("knee", Region.LEG, "around the knee"),
    ("calf", Region.LEG, "calf"),
    ("shin", Region.LEG, "shin or outer side of the lower leg"),
    ("foot", Region.FOOT, "foot"),
    ("toe", Region.FOOT, "toe"),
    ("one_arm", Region.ARM, "one arm"),
    ("one_leg", Region.LEG, "one leg"),
    ("one_side", Region.WHOLE_SIDE, "one side of the body"),
    ("both_arms", Region.ARM, "both arms"),
    ("both_legs", Region.LEG, "both legs"),
    ("trunk", Region.ABDOMEN, "trunk"),
    ("widespread", Region.WIDESPREAD, "many places of the body in turn"),
)

PLACES: tuple[str, ...] = tuple(place for place, _, _ in _ROWS)
"""The places of the contract, in its order."""

REGION_OF_PLACE: Mapping[str, Region] = MappingProxyType({place: region for place, region, _ in _ROWS})
"""The region to which each place belongs."""

PLACE_LABELS: Mapping[str, str] = MappingProxyType({place: label for place, _, label in _ROWS})
"""Each place in plain English, as it stands in a sentence: 'twitching of the …'."""


def region_of_place(place: str) -> Region:
    """Return the region to which `place` belongs.

    Raises
    ------
    UnknownNameError
        If `place` is none of the contract's places.

    Examples
    --------
    >>> region_of_place("mouth_corner").value
    'face'
    """
    if place not in REGION_OF_PLACE:
        raise UnknownNameError(
            _("The place {place} is not known; allowed are {places}.{hint}").format(
                place=repr(place), places=", ".join(PLACES), hint=nearest_name(place, PLACES)
            )
        )
    return REGION_OF_PLACE[place]
