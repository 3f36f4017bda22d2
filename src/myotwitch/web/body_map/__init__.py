"""The body map: own drawings of the body, tied to the muscles and places of the anatomy."""

from myotwitch.web.body_map.drawing import drawing_of
from myotwitch.web.body_map.heat import Heat, heat_of
from myotwitch.web.body_map.parts import PARTS, Part, part_of
from myotwitch.web.body_map.views import VIEWS, View

__all__ = ["PARTS", "VIEWS", "Heat", "Part", "View", "drawing_of", "heat_of", "part_of"]
