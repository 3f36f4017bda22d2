"""The body map: own drawings of the body, tied to the muscles and places of the anatomy."""

from myotwitch.report.body_map.drawing import drawing_of
from myotwitch.report.body_map.heat import HEAT_DAYS, Heat, heat_of, recent
from myotwitch.report.body_map.parts import (
    GROUPS,
    WITHOUT_SIDE,
    Part,
    drawn,
    keys_of_place,
    label_of,
    nerves_in_words,
    part_of,
)
from myotwitch.report.body_map.views import SHEETS, VIEWS, View

__all__ = [
    "GROUPS",
    "HEAT_DAYS",
    "SHEETS",
    "VIEWS",
    "WITHOUT_SIDE",
    "Heat",
    "Part",
    "View",
    "drawing_of",
    "drawn",
    "heat_of",
    "keys_of_place",
    "label_of",
    "nerves_in_words",
    "part_of",
    "recent",
]
