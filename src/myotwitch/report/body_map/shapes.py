"""The shapes of each drawing: one side stands in a table, the other is its mirror image.

A table is plain text, one shape a line: its layer, its key, and the points of its closed curves (``|`` between two of
them, a star at a corner). The first line tells the box of the drawing and on which side of the person the table lies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from myotwitch.anatomy import MUSCLES, PLACES
from myotwitch.errors import TableError, nearest_name
from myotwitch.report.body_map.curves import (
    Ring,
    clockwise,
    joined,
    mirrored,
    open_path_text,
    path_text,
    ring_from_text,
)

LAYERS = ("outline", "outline_half", "place", "muscle", "middle", "mark", "mark_half", "line", "line_closed")
"""Outline: the skin. Place, muscle: what can be pointed at; middle: what lies on the middle line. Mark, line: details.
A half is of a curve that begins and ends on the middle line."""
OTHER_SIDE = {"left": "right", "right": "left"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """One drawn part.

    Parameters
    ----------
    layer
        ``outline``, ``part``, ``mark`` or ``line``.
    key
        Key of the muscle or place, or the name of a detail.
    side
        The person's ``left`` or ``right``; None on the middle line.
    rings
        Its closed curves; of a line, the points of one that is open.
    is_closed
        False for a line that is open.
    path
        The text that draws it.
    """

    layer: str
    key: str
    side: str | None
    rings: tuple[Ring, ...]
    is_closed: bool = True
    path: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        text = path_text(self.rings) if self.is_closed else "".join(map(open_path_text, self.rings))
        object.__setattr__(self, "path", text)

    @property
    def name(self) -> str:
        """What it is called in addresses within the page, such as ``gastrocnemius-left``."""
        return self.key if self.side is None else f"{self.key}-{self.side}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """The shapes of one drawing.

    Parameters
    ----------
    key
        Name of its table.
    box
        Left, top, width and height.
    drawn_side
        The side of the person that lies on the viewer's right.
    shapes
        All shapes, in the order in which they are drawn.
    """

    key: str
    box: tuple[float, float, float, float]
    drawn_side: str
    shapes: tuple[Shape, ...]

    def of(self, layer: str) -> tuple[Shape, ...]:
        """Return the shapes of a layer."""
        return tuple(shape for shape in self.shapes if shape.layer == layer)


@cache
def sheet(key: str) -> Sheet:
    """Return a drawing's shapes.

    Raises
    ------
    TableError
        If a line of its table is none, or names what the anatomy does not know.
    """
    lines = files("myotwitch.report").joinpath("body_map", "tables", f"{key}.txt").read_text("utf-8").splitlines()
    head = lines[0].split()
    box, drawn_side = tuple(float(word) for word in head[1:5]), head[5]
    shapes = [shape for line in lines[1:] if line.strip() for shape in _shapes_of(line, drawn_side, key)]
    return Sheet(key=key, box=(box[0], box[1], box[2], box[3]), drawn_side=drawn_side, shapes=tuple(shapes))


def _shapes_of(line: str, drawn_side: str, table: str) -> list[Shape]:
    layer, key, text = line.split(maxsplit=2)
    if layer not in LAYERS:
        raise TableError(f"The body map's table {table} has the unknown layer {layer!r}.{nearest_name(layer, LAYERS)}")
    if layer in ("place", "muscle", "middle") and key not in MUSCLES and key not in PLACES:
        raise TableError(f"The body map's table {table} names {key!r}, which is neither a muscle nor a place.")
    try:
        rings = tuple(ring_from_text(part) for part in text.split("|"))
    except ValueError as error:
        raise TableError(f"The body map's table {table}, {key}: {error}") from error
    kind = layer.split("_")[0]
    if kind == "outline":
        rings = tuple(map(clockwise, rings))
    if layer in ("middle", "outline_half", "mark_half"):
        return [Shape(layer="part" if kind == "middle" else kind, key=key, side=None, rings=tuple(map(joined, rings)))]
    name, is_closed = "part" if kind in ("place", "muscle") else kind, layer != "line"
    other = tuple(map(mirrored, rings))
    return [
        Shape(layer=name, key=key, side=drawn_side, rings=rings, is_closed=is_closed),
        Shape(layer=name, key=key, side=OTHER_SIDE[drawn_side], rings=other, is_closed=is_closed),
    ]
